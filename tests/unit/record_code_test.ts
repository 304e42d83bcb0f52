import { assertEquals } from "@std/assert";
import { z } from "zod";
import { column } from "../../core/meta/column.ts";
import { columnMeta } from "../../core/meta/column_meta.ts";
import { primaryKey } from "../../core/meta/helpers.ts";
import { compiledCode, loopingCode, type RecordCode } from "../../core/meta/record_code.ts";
import type { Shape } from "../../core/meta/shape.ts";

const shape: Shape = {
  id: primaryKey(),
  name: z.string().max(5),
  mail: z.email(),
  age: z.int().nullish(),
  role: z.enum(["admin", "user"]).default("user"),
  score: column(z.number(), { generated: "1" }),
  'quo"te\n`${0}': z.object({ a: z.int() }).optional(),
};
const fields = Object.keys(shape);
const columns = Object.entries(shape).map(([field, definition], index) =>
  columnMeta("Thing", field, definition, { index, naming: "snake", table: "things" })
);
const right = { name: "Ada", mail: "a@b.de", age: 5, role: "admin", 'quo"te\n`${0}': { a: 1 } };
const wrong = { id: "x", name: "Charles", mail: 5, age: 0.5, role: "x", score: 1, 'quo"te\n`${0}': { a: "1" } };

/** Values of a new object by field, and the fields that had to be decided about. */
function assigned(code: RecordCode, given: object): [Record<string, unknown>, string[]] {
  const record: Record<string, unknown> = {};
  const decided: string[] = [];
  code.assign(record, given, (_record, index, value, found) => {
    assertEquals(value, (given as Record<string, unknown>)[fields[index]!]);
    found.push(fields[index]!);
  }, decided);
  return [record, decided];
}

function checked(code: RecordCode, record: object): string[] {
  const decided: string[] = [];
  code.check(record, (_record, index, _value, found) => void found.push(fields[index]!), decided);
  return decided;
}

for (const [name, code] of [["compiled", compiledCode(columns)!], ["looping", loopingCode(columns)]] as const) {
  Deno.test(`The ${name} code of a model sets and reads all fields in their order`, () => {
    for (const given of [{}, right, wrong]) {
      const [record] = assigned(code, given);
      assertEquals(Object.keys(record), fields);
      assertEquals(record, Object.fromEntries(fields.map((field) => [field, (given as typeof record)[field]])));
      assertEquals(code.read(record), Object.values(record));
    }
  });

  Deno.test(`The ${name} code of a model has everything decided that may be wrong`, () => {
    assertEquals(assigned(code, wrong)[1], fields);
    assertEquals(assigned(code, {})[1], ["role"], "which has a default");
    const missing = checked(code, assigned(code, {})[0]);
    for (const field of ["name", "mail"]) assertEquals(missing.includes(field), true, field);
    for (const field of ["id", "name", "mail", "age", "role"]) {
      assertEquals(checked(code, wrong).includes(field), true, field);
    }
  });
}

for (const [name, code] of [["compiled", compiledCode(columns)!], ["looping", loopingCode(columns)]] as const) {
  Deno.test(`The ${name} code of a model finds the fields that differ from a row`, () => {
    const row = ["1", "Ada", "a@b.de", 5, "admin", 7, '{"a":1}'];
    const record = { id: 1, ...right, name: "Bob", score: 8 };
    const asked: number[] = [];
    const changed = code.changed(record, row, (given, index, values) => {
      assertEquals([given === record, values === row], [true, true]);
      asked.push(index);
      return index === 1 || index === 6;
    });
    assertEquals(changed, [1, 6]);
    for (const index of [0, 1, 6]) assertEquals(asked.includes(index), true, `${index}`);
    assertEquals(asked.includes(5), false, "what the database computes is never written");
  });
}

Deno.test("The compiled code of a model decides itself about what is plainly right, and copies objects", () => {
  const code = compiledCode(columns)!;
  const [record, decided] = assigned(code, right);
  assertEquals(decided, ["mail"], "whose format only its schema knows");
  assertEquals(checked(code, record), ["mail"]);
  assertEquals(record['quo"te\n`${0}'] === right['quo"te\n`${0}'], false);
  assertEquals(code.checks.map((check) => check?.(5) ?? null), [null, false, null, true, false, true, false]);
});
