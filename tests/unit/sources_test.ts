/** What no file of the project may contain. The bad examples are spelled so that they are not found here. */

import { assertEquals } from "@std/assert";
import { readTree } from "../support/source_tree.ts";
import { tokenize } from "./tokens.ts";

/** Gives the lines of a source that break a rule. */
type Rule = (source: string) => number[];

const castsToAny: Rule = (source) =>
  tokenize(source).filter((token, at, tokens) =>
    token.kind === "word" && token.text === "as" &&
    tokens[at + 1]?.text === "any"
  ).map(({ line }) => line);

const silencesTypes = linesWith(/@ts-(?:ignore|nocheck)/);

const isUnfinished = linesWith(/\b(?:TO[D]O|FIX[M]E)\b/);

const namesRegistry = linesWith(/https?:\/\/registry\./);

/** A path in a URL (`https://x.org/home`) or below another folder (`./work/`) is none of these. */
const namesLocalPath = linesWith(
  /(?:(?<![\w.~}\/-])|:\/\/)\/(?:home|work|tmp)(?![\w-])/,
);

const root = new URL("../../", import.meta.url);
const modules = await readTree(root, (path) => path.endsWith(".ts"));
const texts = await readTree(
  root,
  (path) => /\.(ts|json|md|yml|sh)$|^\.ci\//.test(path),
);
const withLock = await readTree(
  root,
  (path) => path === "deno.lock" || texts.has(path),
);

Deno.test("no module casts to any", () => {
  assertEquals(findingsOf(castsToAny, modules), []);
});

Deno.test("no module switches off type checks", () => {
  assertEquals(findingsOf(silencesTypes, modules), []);
});

Deno.test("no file holds a mark of unfinished work", () => {
  assertEquals(findingsOf(isUnfinished, texts), []);
});

Deno.test("no file names the address of a registry", () => {
  assertEquals(findingsOf(namesRegistry, withLock), []);
});

Deno.test("no file names a path of somebody's machine", () => {
  assertEquals(findingsOf(namesLocalPath, texts), []);
});

Deno.test("the rules for sources find what they should, and its line", () => {
  const slash = "/";
  const bad: [Rule, string][] = [
    [castsToAny, "const x = y as\nany;"],
    [castsToAny, "const list = y as any[];"],
    [silencesTypes, "// @ts" + "-ignore"],
    [silencesTypes, "// @ts" + "-nocheck: later"],
    [isUnfinished, "// TO" + "DO: more"],
    [isUnfinished, "// FIX" + "ME"],
    [namesRegistry, `"https:${slash}/registry.npmjs.org/zod"`],
    [namesLocalPath, `open("${slash}tmp/x.db")`],
    [namesLocalPath, `${slash}home/me/project`],
    [namesLocalPath, `file:/${slash}/work/x.ts`],
    [namesLocalPath, `sqlite:/${slash}/tmp/x.db`],
    [namesLocalPath, `PATH=${slash}work`],
  ];
  for (const [rule, source] of bad) {
    assertEquals(rule(`\n${source}`), [2], source);
  }
});

Deno.test("the rules for sources leave alone what only looks similar", () => {
  const good: [Rule, string][] = [
    [castsToAny, '// as any backend\nconst text = "as any"; call(as, any);'],
    [silencesTypes, "// @ts-expect-error: a negative type test"],
    [isUnfinished, 'const todo = "Todo"; class TODOList {}'],
    [namesRegistry, "the registry.get(name) of converters"],
    [
      namesLocalPath,
      "https://example.com/home ./work/x ../tmp/y /homes <br/>work a/tmp",
    ],
  ];
  for (const [rule, source] of good) assertEquals(rule(source), [], source);
});

function linesWith(pattern: RegExp): Rule {
  return (source) => source.split("\n").flatMap((line, at) => pattern.test(line) ? [at + 1] : []);
}

function findingsOf(rule: Rule, files: ReadonlyMap<string, string>): string[] {
  return [...files].flatMap(([path, source]) => rule(source).map((line) => `${path}:${line}`));
}
