import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { sqliteTypes } from "../../backends/sqlite/type_converters.ts";
import { columnMeta } from "../../core/meta/column_meta.ts";
import { column } from "../../core/meta/column.ts";
import { compiledLoader, type LoaderParts, loopingLoader } from "../../core/meta/row_loader.ts";
import { RowPlan } from "../../core/meta/row_plan.ts";
import type { Shape } from "../../core/meta/shape.ts";

const shape: Shape = {
  id: z.int(),
  big: z.bigint().nullable(),
  text: z.string().optional(),
  ratio: z.number(),
  flag: z.boolean(),
  at: z.date(),
  json: z.object({ a: z.int() }),
  upper: column(z.string(), {
    converter: { toDatabase: (value) => value.toLowerCase(), fromDatabase: (value) => String(value).toUpperCase() },
  }),
  empty: column(z.string(), { converter: { toDatabase: (value) => value, fromDatabase: () => "" } }),
  'quo"te\\n`${0}': z.string(),
};
const columns = Object.entries(shape).map(([field, definition], index) =>
  columnMeta("Thing", field, definition, { index, naming: "snake", table: "things" })
);
const parts: LoaderParts = {
  columns,
  codecs: columns.map(({ type }) => sqliteTypes().codec(type)),
  lazy: (index) => ({
    get(this: { lazy?: unknown }) {
      return this.lazy ?? `decoded ${index}`;
    },
    set(this: { lazy?: unknown }, value: unknown) {
      this.lazy = value;
    },
  }),
  failed: (error, { label }) => new Error(label, { cause: error }),
};
const rows: readonly unknown[][] = [
  [1, 2n ** 60n, "Ada", 1.5, 1, "2024-02-29T12:00:00.000Z", '{"a":1}', "x", "y", "q"],
  [2n, 7, null, 2, 0, 86_400_000, null, null, null, 5],
  ["3", null, 42, "2.5", 1n, "2024-01-01", "{}", "ö", "z", ""],
];

for (const [name, make] of [["compiled", compiledLoader], ["looping", loopingLoader]] as const) {
  Deno.test(`The ${name} loader sets every field as its codec reads it`, () => {
    const load = make(parts)!;
    const date = (iso: string) => new Date(iso);
    const loaded = rows.map((row) => {
      const record = {};
      load(record, row);
      return { ...record };
    });
    const keys = Object.keys(shape);
    for (const record of loaded) assertEquals(Object.keys(record), keys);
    assertEquals(loaded.map((record) => Object.values(record)), [
      [1, 2n ** 60n, "Ada", 1.5, true, date("2024-02-29T12:00:00Z"), "decoded 6", "X", "", "q"],
      [2, 7n, undefined, 2, false, date("1970-01-02T00:00:00Z"), "decoded 6", null, null, "5"],
      [3, null, "42", 2.5, true, date("2024-01-01T00:00:00Z"), "decoded 6", "Ö", "", ""],
    ]);
  });

  Deno.test(`The ${name} loader names the field of a value that cannot be read`, () => {
    const load = make(parts)!;
    const row = rows[0]!;
    for (const [index, wrong] of [[0, "x"], [1, "y"], [2, {}], [3, ""], [4, "no"], [5, "never"]] as const) {
      assertThrows(() => load({}, row.with(index, wrong)), Error, columns[index]!.label);
    }
  });

  Deno.test(`The ${name} loader makes properties that can be set, enumerated and removed`, () => {
    const record: Record<string, unknown> = {};
    make(parts)!(record, rows[0]!);
    assertEquals(Object.getOwnPropertyDescriptor(record, "json")?.enumerable, true);
    record.json = 5;
    assertEquals(record.json, 5);
    assertEquals(delete record.json, true);
  });
}

Deno.test("A plan is read with the looping loader where code cannot be made at run time", () => {
  const { Function: original } = globalThis;
  const forbidden = function () {
    throw new EvalError("Code generation from strings disallowed for this context");
  };
  try {
    globalThis.Function = forbidden as unknown as FunctionConstructor; // what a content security policy does
    assertEquals(compiledLoader(parts), null);
    const record: Record<string, unknown> = {};
    new RowPlan(columns, sqliteTypes(), parts.lazy).load(record, rows[0]!);
    assertEquals(record.text, "Ada");
  } finally {
    globalThis.Function = original;
  }
});
