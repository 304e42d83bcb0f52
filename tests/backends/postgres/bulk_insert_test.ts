import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  array,
  bytes,
  column,
  DatabaseError,
  decimal,
  duration,
  instant,
  jsonNull,
  plainDate,
  primaryKey,
  QueryError,
  UniqueViolationError,
} from "../../../mod.ts";
import { eachDriver } from "../../support/postgres.ts";

class Thing extends ActiveRecord.define('Things "of" all', {
  id: primaryKey(),
  name: z.string().max(20).nullable(),
  count: z.int32().default(7),
  big: z.bigint().nullable().default(null),
  float: z.number().nullable().default(null),
  exact: decimal(20, 4, { nullable: true, default: null }),
  flag: z.boolean().nullable().default(null),
  at: z.date().nullable().default(null),
  moment: instant({ nullable: true, default: null }),
  day: plainDate({ nullable: true, default: null }),
  length: duration({ nullable: true, default: null }),
  raw: bytes({ nullable: true, default: null }),
  key: z.uuid().nullable().default(null),
  doc: column(z.any(), { type: "json" }),
  tags: array(column(z.string().nullable()), { nullable: true, default: null }),
  grid: array(array(column(z.int32())), { nullable: true, default: null }),
}, { unique: [["key"]] }) {}

const TEXTS = [
  "",
  " ",
  "NULL",
  "null",
  '"',
  "\\",
  "\\\\",
  "{",
  "}",
  ",",
  "{a,b}",
  "'",
  "a\nb\tc",
  "é😀",
  "$1",
  "?",
  "::int",
];

function thing(i: number) {
  return {
    name: i % 5 === 0 ? null : TEXTS[i % TEXTS.length]!,
    big: [2n ** 63n - 1n, -(2n ** 63n), null][i % 3]!,
    float: [0.1 + 0.2, -0, 5e-324, Number.MAX_VALUE, null][i % 5]!,
    exact: ["-12.3400", "0.0001", null][i % 3]!,
    flag: [true, false, null][i % 3]!,
    at: new Date(Date.UTC(1960 + i % 90, 1, 28, 23, 59, 59, i % 1000)),
    moment: Temporal.Instant.from("2024-01-31T23:59:59.123456Z").add({ hours: i }),
    day: Temporal.PlainDate.from("0001-01-01").add({ days: i }),
    length: Temporal.Duration.from({ months: i % 12, days: i, seconds: 59 }),
    raw: new Uint8Array([i % 256, 0, 92, 34]),
    key: crypto.randomUUID(),
    doc: [
      { text: TEXTS[i % TEXTS.length], list: [1, [2, null]], deep: { a: '"\\' } },
      [],
      "null",
      5,
      jsonNull,
      true,
    ][i % 6],
    tags: [TEXTS, [], ["a", null], null][i % 4] as (string | null)[] | null,
    grid: [[[1, 2], [3, 4]], [], [[5], [6]], null][i % 4]!,
  };
}

const plain = (record: object) => JSON.stringify(record, (_, value) => typeof value === "bigint" ? `${value}n` : value);

eachDriver("insertMany() of many rows stores the same values as of few", async (backend) => {
  Thing.configure(backend);
  await Thing.createTable();
  const rows = Array.from({ length: 600 }, (_, i) => thing(i));
  const plan = backend.optimizer.optimizeBulkInsert({
    table: { kind: "table", name: "x" },
    columns: ["a"],
    count: 600,
  });
  assertEquals(plan.method, "unnest");
  for (let start = 0; start < rows.length; start += 100) await Thing.insertMany(rows.slice(start, start + 100));
  const few = (await Thing.orderBy("id")).map((record) => plain({ ...record.toJSON(), id: 0 }));
  await Thing.deleteAll({ all: true });
  await Thing.insertMany(rows);
  const many = (await Thing.orderBy("id")).map((record) => plain({ ...record.toJSON(), id: 0 }));
  assertEquals(many.length, 600);
  assertEquals(many, few);
  assertEquals(await Thing.where({ count: 7 }).count(), 600);
});

eachDriver("insertMany() of many rows is refused as a whole, with the name of what is wrong", async (backend) => {
  Thing.configure(backend);
  await Thing.createTable();
  const rows = Array.from({ length: 1_500 }, (_, i) => thing(i));
  const twice = [...rows, { ...thing(1), key: rows[3]!.key }];
  const error = await assertRejects(() => Thing.insertMany(twice), UniqueViolationError);
  assertEquals(error.issues.map(({ path }) => path), [["key"]]);
  assertEquals(await Thing.count(), 0);
  await backend.execute('ALTER TABLE "Things ""of"" all" ALTER name TYPE varchar(3)');
  const tooLong = await assertRejects(
    () => Thing.insertMany(rows.map((row) => ({ ...row, name: "four" }))),
    DatabaseError,
  );
  assertEquals(tooLong.code, "22001");
  await backend.execute('ALTER TABLE "Things ""of"" all" ALTER name TYPE char(20)');
  await Thing.insertMany(rows);
  assertEquals((await Thing.orderBy("id").offset(1).first())?.name, " ".repeat(20));
  await backend.execute('ALTER TABLE "Things ""of"" all" DROP COLUMN flag');
  const gone = await assertRejects(() => Thing.insertMany(rows.map((row) => ({ ...row, key: null }))), QueryError);
  assert(gone.message.includes("flag"), gone.message);
  assertEquals(await Thing.count(), 1_500);
});
