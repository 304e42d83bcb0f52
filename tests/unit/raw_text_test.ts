import { assertEquals, assertThrows } from "@std/assert";
import { rawFromText, type TextParameters } from "../../core/backend/raw_text.ts";
import { QueryBuildError } from "../../mod.ts";

/** The text with numbers in place of the placeholders, and the values in order. */
function split(text: string, params?: TextParameters): [string, unknown[]] {
  const { parts, nodes } = rawFromText(text, params);
  return [
    parts.map((part, i) => i === 0 ? part : `<${i}>${part}`).join(""),
    nodes.map((node) => node.kind === "value" ? node.value : node),
  ];
}

const CASES: readonly (readonly [text: string, params: TextParameters, expected: string, values: unknown[]])[] = [
  ["a = ?", [1], "a = <1>", [1]],
  ["?", [null], "<1>", [null]],
  ["a = ? AND b = ?", [1, "x"], "a = <1> AND b = <2>", [1, "x"]],
  ["a = :a AND b = :b", { b: 2, a: 1 }, "a = <1> AND b = <2>", [1, 2]],
  ["a = :a OR b = :a", { a: 1 }, "a = <1> OR b = <2>", [1, 1]],
  ["a = ? AND b = ?", { b: 1, a: 2 }, "a = <1> AND b = <2>", [1, 2]],
  ["no placeholder", [], "no placeholder", []],
  ["no placeholder", {}, "no placeholder", []],
  ["'?' || ? || '''?'", [1], "'?' || <1> || '''?'", [1]],
  [`"a?" = ? AND \`b?\` = ?`, [1, 2], `"a?" = <1> AND \`b?\` = <2>`, [1, 2]],
  ["a = ? -- why? :x\n AND b = ?", [1, 2], "a = <1> -- why? :x\n AND b = <2>", [1, 2]],
  ["/* ? \n :x */ a = ? /* ? */", [1], "/* ? \n :x */ a = <1> /* ? */", [1]],
  ["a::text = :a::int", { a: 1 }, "a::text = <1>::int", [1]],
  ["data ?| ? AND data ?& ?", [1, 2], "data ?| <1> AND data ?& <2>", [1, 2]],
  ["$$ ? :x $$ || ?", [1], "$$ ? :x $$ || <1>", [1]],
  ["$tag$ ? $$ ? $tag$ || :a", { a: 1 }, "$tag$ ? $$ ? $tag$ || <1>", [1]],
  ["a[1:n] = :n", { n: 3 }, "a[1:n] = <1>", [3]],
  ["at = '12:30' AND t = ?", [1], "at = '12:30' AND t = <1>", [1]],
  ["a[1:n] = ?", [1], "a[1:n] = <1>", [1]],
  ["a=:a,b=:a_b2", { a: 1, a_b2: 2 }, "a=<1>,b=<2>", [1, 2]],
  ["(?,?)", [1, 2], "(<1>,<2>)", [1, 2]],
  ["a = :constructor", { constructor: 1 }, "a = <1>", [1]],
];

for (const [text, params, expected, values] of CASES) {
  Deno.test(`rawFromText() finds the placeholders of ${JSON.stringify(text)}`, () => {
    assertEquals(split(text, params), [expected, values]);
  });
}

const REFUSED: readonly (readonly [text: string, params: TextParameters, message: string])[] = [
  ["a = ?", [], "1 placeholders, but 0 parameters"],
  ["a = ?", [1, 2], "1 placeholders, but 2 parameters"],
  ["a = 1", [1], "0 placeholders, but 1 parameters"],
  ["a = '?'", [1], "0 placeholders, but 1 parameters"],
  ["a = ? AND b = ?", { a: 1 }, "2 placeholders, but 1 parameters"],
  ["a = :a", { b: 1 }, 'Missing parameter ":a"'],
  ["a = :toString", {}, 'Missing parameter ":toString"'],
  ["a = :a", { a: 1, b: 2 }, 'Unused parameter ":b"'],
  ["a = :a AND b = ?", { a: 1 }, "mixes ? and :name"],
  ["a = ?", [undefined], "Parameter 1 of SQL text is undefined"],
  ["a = :a", { a: undefined }, 'Parameter ":a" of SQL text is undefined'],
];

for (const [text, params, message] of REFUSED) {
  Deno.test(`rawFromText() refuses ${JSON.stringify(text)} with ${Deno.inspect(params)}`, () => {
    assertThrows(() => rawFromText(text, params), QueryBuildError, message);
  });
}
