import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { z } from "zod";
import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import { ActiveRecord, column, primaryKey } from "../../mod.ts";
import { withPath } from "../support/sqlite.ts";
import { runsOr, seed } from "./seed.ts";

class Entry extends ActiveRecord.define("entries", {
  id: primaryKey(z.bigint()),
  size: column(z.int().nullable(), { index: true }),
  name: z.string().nullable(),
}) {}

type Field = "id" | "size" | "name";
const FIELDS: readonly Field[] = ["id", "size", "name"];

/** What both kinds of query have. */
interface Streamable {
  all(): Promise<object[]>;
  stream(options: { batchSize: number }): AsyncIterable<object>;
}

const ids = fc.oneof(
  fc.bigInt({ min: -20n, max: 20n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 63n - 2n, 0n, 2n ** 53n, 2n ** 53n + 1n),
);
const sizes = fc.integer({ min: -3, max: 3 });
const names = fc.constantFrom("", "a", "b", "null", "é");

const tables = fc.uniqueArray(
  fc.record({ id: ids, size: fc.option(sizes), name: fc.option(names) }),
  { selector: ({ id }) => id, minLength: 5, maxLength: 40 },
);

const condition = fc.oneof(
  fc.record({ id__gt: ids }),
  fc.record({ id__lte: ids }),
  fc.record({ id__in: fc.array(ids, { maxLength: 4 }) }),
  fc.record({ size: sizes }),
  fc.record({ size__gte: sizes }),
  fc.record({ size__isnull: fc.boolean() }),
  fc.record({ name: names }),
  fc.record({ name__ne: names }),
  fc.record({ name__in: fc.array(names, { maxLength: 3 }) }),
);

const recipes = fc.record({
  where: fc.array(condition, { maxLength: 2 }),
  or: fc.option(condition, { freq: 4 }),
  columns: fc.option(fc.subarray([...FIELDS], { minLength: 1 })),
  distinct: fc.boolean(),
  order: fc.array(fc.constantFrom("id", "-id", "size", "-size", "name", "-name"), { maxLength: 2 }),
  limit: fc.option(fc.nat(12), { freq: 4 }),
  offset: fc.option(fc.nat(5), { freq: 2 }),
});

type Recipe = typeof recipes extends fc.Arbitrary<infer R> ? R : never;

/** What the order of a query says: its fields, and whether it leaves no two rows in any order. */
interface Order {
  readonly fields: readonly Field[];
  readonly isTotal: boolean;
}

/** The query of a recipe, and its order. */
function queryOf({ where, or, columns, distinct, order, limit, offset }: Recipe): [Streamable, Order] {
  const isDistinct = distinct && columns !== null;
  const terms = new Map(order.map((term) => [term.replace("-", "") as Field, term as Field])); // one is made of the other
  // Distinct rows have no other columns to go by; which rows a limit leaves is only known with an order.
  for (const field of FIELDS) {
    if (isDistinct && !columns.includes(field)) terms.delete(field);
    else if (limit !== null && (isDistinct || field === "id")) terms.set(field, terms.get(field) ?? field);
  }
  let records = where.reduce((query, one) => query.where(one), Entry.query());
  if (or !== null) records = records.orWhere(or);
  if (terms.size > 0) records = records.orderBy(...terms.values());
  if (limit !== null) records = records.limit(limit).offset(offset ?? 0);
  const fields = [...terms.keys()];
  const isTotal = terms.has("id") || isDistinct && columns.every((field) => terms.has(field));
  if (columns === null) return [records, { fields, isTotal }];
  const rows = records.select(...columns);
  return [isDistinct ? rows.distinct() : rows, { fields, isTotal }];
}

/** The rows as texts, sorted when any order will do, and what they are ordered by. */
function shown(rows: readonly object[], { fields, isTotal }: Order): readonly string[][] {
  const texts = (fields: readonly Field[]) =>
    rows.map((row) => Deno.inspect(fields.map((field) => Reflect.get(row, field))));
  return [isTotal ? texts(FIELDS) : texts(FIELDS).sort(), texts(fields)];
}

const TABLES = 10;
const runs = runsOr(400);

Deno.test(`${runs} random streams of a file give the rows of the query, whatever is read at once`, async () => {
  console.log(`TEST_SEED=${seed}`);
  await withPath(async (path) => {
    await using backend = new SQLiteBackend({ database: path });
    Entry.configure(backend);
    await Entry.createTable();
    for (const [round, rows] of fc.sample(tables, { numRuns: TABLES, seed }).entries()) {
      await Entry.deleteAll({ all: true });
      await Entry.insertMany(rows);
      await fc.assert(
        fc.asyncProperty(recipes, async (recipe) => {
          const [query, order] = queryOf(recipe);
          const expected = shown(await query.all(), order);
          for (const batchSize of [1, 2, 3, 7, 50]) {
            const streamed = shown(await Array.fromAsync(query.stream({ batchSize })), order);
            assertEquals(streamed, expected, `in groups of ${batchSize}`);
          }
        }),
        { numRuns: Math.ceil(runs / TABLES), seed: seed + round },
      );
    }
  });
});
