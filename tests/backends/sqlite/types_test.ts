import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  array,
  bytes,
  column,
  decimal,
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
} from "../../../mod.ts";
import { eachPlace, withBackend } from "../../support/sqlite.ts";

const SECRET = "k";

/** Turns letters round, as a stand-in for an encryption. */
const reversed = {
  toDatabase: (text: string) => [...text].reverse().join("") + SECRET,
  fromDatabase: (stored: unknown) => [...String(stored).slice(0, -SECRET.length)].reverse().join(""),
};

/** A money type of the user's own. */
class Money {
  constructor(readonly cents: bigint) {}
}

/** One column, its values, and how SQLite must hold the first of them: `typeof` and text. */
interface Row {
  readonly field: Parameters<typeof ActiveRecord.define>[1][string];
  readonly values: readonly unknown[];
  readonly type: string;
}

const I = (text: string) => Temporal.Instant.from(text);
const D = (text: string) => Temporal.PlainDate.from(text);
const T = (text: string) => Temporal.PlainTime.from(text);
const DT = (text: string) => Temporal.PlainDateTime.from(text);
const P = (text: string) => Temporal.Duration.from(text);

const MIB = new Uint8Array(2 ** 20).map((_, i) => (i * 31) & 0xff);

const ROWS: Readonly<Record<string, Row>> = {
  int32: { field: z.int32(), values: [0, -(2 ** 31), 2 ** 31 - 1], type: "integer" },
  int: {
    field: z.int(),
    values: [5, 0, 2 ** 53 - 1, -(2 ** 53 - 1), 3_000_000_000],
    type: "integer",
  },
  bigint: {
    field: z.bigint(),
    values: [5n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n, 2n ** 53n + 1n, 2n ** 53n - 1n, -(2n ** 53n) - 1n, 0n],
    type: "integer",
  },
  number: {
    field: z.number(),
    values: [0.1, 5, 0, -1.5, Number.MAX_VALUE, Number.MIN_VALUE, Number.EPSILON, 2 ** 60, 1e300, 1 / 3],
    type: "real",
  },
  decimal: {
    field: decimal(38, 10),
    values: [
      "1.5000000000",
      "9999999999999999999999999999.9999999999",
      "-9999999999999999999999999999.9999999999",
      "0.0000000001",
      "0.0000000000",
      "-0.5000000000",
      "100.0000000000",
    ],
    type: "text",
  },
  string: {
    field: z.string(),
    values: ["a", "", " ", "😀👩‍👩‍👧é\u0301", "line\r\n\t'\"`;--/*", "null", "12", "\u{10FFFF}", "x".repeat(2 ** 20)],
    type: "text",
  },
  boolean: { field: z.boolean(), values: [true, false], type: "integer" },
  date: {
    field: z.date(),
    values: [
      new Date("2024-02-29T12:34:56.789Z"),
      new Date("0001-01-01T00:00:00.000Z"),
      new Date("9999-12-31T23:59:59.999Z"),
      new Date(0),
      new Date(-1),
    ],
    type: "text",
  },
  instant: {
    field: instant(),
    values: [
      I("2024-02-29T12:34:56.789012Z"),
      I("0001-01-01T00:00:00.000001Z"),
      I("9999-12-31T23:59:59.999999Z"),
      I("1970-01-01T00:00:00Z"),
    ],
    type: "text",
  },
  plainDate: { field: plainDate(), values: [D("2024-02-29"), D("0001-01-01"), D("9999-12-31")], type: "text" },
  plainTime: { field: plainTime(), values: [T("12:34:56.789012"), T("00:00"), T("23:59:59.999999")], type: "text" },
  plainDateTime: {
    field: plainDateTime(),
    values: [DT("2024-02-29T12:34:56.789012"), DT("0001-01-01T00:00"), DT("9999-12-31T23:59:59.999999")],
    type: "text",
  },
  duration: { field: duration(), values: [P("P1Y2M3DT4H5M6.789S"), P("PT0S"), P("-P1D")], type: "text" },
  uuid: { field: z.uuid(), values: ["01890a5d-ac96-774b-bcce-b302099a8057"], type: "text" },
  object: {
    field: z.object({ a: z.object({ b: z.array(z.number().nullable()) }), text: z.string() }),
    values: [{ a: { b: [1, null, 2.5] }, text: "😀'\"\\" }, { a: { b: [] }, text: "" }],
    type: "text",
  },
  anyJSON: {
    field: z.any(),
    values: [{ __proto__x: 1, deep: [[[{}]]] }, [], {}, "text", "", 5, -0.5, true, false, "null", [null]],
    type: "text",
  },
  record: { field: z.record(z.string(), z.int()), values: [{ a: 1, constructor: 2 }, {}], type: "text" },
  list: { field: z.array(z.string()), values: [["a", ""], []], type: "text" },
  tuple: { field: z.tuple([z.int(), z.string()]), values: [[1, "a"]], type: "text" },
  enum: { field: z.enum(["red", "gr'een"]), values: ["red", "gr'een"], type: "text" },
  literal: { field: z.literal(["a", "b"]), values: ["a", "b"], type: "text" },
  bytes: { field: bytes(), values: [new Uint8Array([0, 1, 255]), new Uint8Array(), MIB], type: "blob" },
  zodBytes: { field: z.instanceof(Uint8Array), values: [new Uint8Array([7])], type: "blob" },
  array: { field: array(plainDate()), values: [[D("2024-02-29"), D("0001-01-01")], []], type: "text" },
  decimals: { field: array(decimal(38, 10)), values: [["1.5000000000", "0.0000000001"]], type: "text" },
  secret: { field: column(z.string(), { converter: reversed }), values: ["abc", "", "😀x"], type: "text" },
  money: {
    field: column(z.instanceof(Money), {
      type: "bigint",
      converter: {
        toDatabase: (value: Money) => value.cents,
        fromDatabase: (stored: unknown) => new Money(stored as bigint),
      },
    }),
    values: [new Money(2n ** 60n)],
    type: "integer",
  },
};

// deno-lint-ignore no-explicit-any
type AnyRecord = any;

for (const [name, { field, values, type }] of Object.entries(ROWS)) {
  Deno.test(`${name} comes back as it was stored, by save, createMany, upsert, updateAll and select`, async () => {
    await withBackend("memory", async (backend) => {
      class Value extends ActiveRecord.define("things", { id: primaryKey(), value: field }) {}
      Value.configure(backend);
      await Value.createTable();
      const expected: unknown[] = [];
      for (const value of values) {
        const made: AnyRecord = await Value.create({ value });
        assertEquals(made.value, value);
        assertEquals(made.isDirty, false, `dirty after create: ${Deno.inspect(value).slice(0, 80)}`);
        expected.push(value);
      }
      await Value.createMany(values.map((value) => ({ value })));
      await Value.insertMany(values.map((value) => ({ value })));
      expected.push(...values, ...values);
      for (const [i, value] of values.entries()) {
        await Value.upsert({ id: 1_000 + i, value }, { conflict: ["id"] });
        expected.push(value);
      }
      const first = values[0];
      const { id } = await Value.create({ value: values.at(-1) });
      await Value.where({ id }).updateAll({ value: first });
      expected.push(first);
      const loaded: AnyRecord[] = await Value.query().orderBy("id");
      assertEquals(loaded.map((record) => record.value), expected);
      assert(loaded.every((record) => !record.isDirty), "a loaded record is clean");
      assertEquals(await Value.query().orderBy("id").pluck("value"), expected);
      assertEquals((await Value.select("value").orderBy("id")).map((row) => (row as AnyRecord).value), expected);
      const kinds = await backend.fetchAll("SELECT DISTINCT typeof(value) AS kind FROM things");
      assertEquals(kinds.map((row) => row.kind), [type]);
      for (const value of values) {
        const record: AnyRecord = await Value.findOrFail(id);
        record.value = value;
        await record.save();
        await record.refresh();
        assertEquals(record.value, value);
      }
    });
  });
}

eachPlace("null and undefined are NULL, and read as what the schema knows", async (backend: SQLiteBackend) => {
  class Maybe extends ActiveRecord.define("maybes", {
    id: primaryKey(),
    nullable: z.string().nullable(),
    optional: z.string().optional(),
    both: z.int().nullish(),
    json: z.object({ a: z.int() }).nullable(),
    optionalJSON: z.array(z.int()).optional(),
    day: plainDate({ nullable: true }),
    data: bytes({ nullable: true }),
    amount: decimal(5, 2, { nullable: true }),
  }) {}
  Maybe.configure(backend);
  await Maybe.createTable();
  await Maybe.create({ nullable: null, json: null, day: null, data: null, amount: null });
  await Maybe.create({
    nullable: null,
    optional: undefined,
    both: null,
    json: null,
    optionalJSON: undefined,
    day: null,
    data: null,
    amount: null,
  });
  for (const record of await Maybe.query()) {
    assertEquals(
      [record.nullable, record.optional, record.both, record.json, record.optionalJSON, record.day, record.data],
      [null, undefined, null, null, undefined, null, null],
    );
    assertEquals([record.amount, record.isDirty], [null, false]);
  }
  const nulls = await backend.fetchOne(
    "SELECT count(coalesce(nullable, optional, both, json, optional_json, day, data, amount)) AS n FROM maybes",
  );
  assertEquals(nulls?.n, 0);
  const record = await Maybe.findOrFail(1);
  record.optional = "x";
  record.json = { a: 1 };
  record.optionalJSON = [1];
  await record.save();
  record.optional = undefined;
  record.json = null;
  record.optionalJSON = undefined;
  assertEquals(record.dirtyFields, ["optional", "json", "optionalJSON"]);
  await record.save();
  const again = await Maybe.findOrFail(1);
  assertEquals([again.optional, again.json, again.optionalJSON], [undefined, null, undefined]);
});
