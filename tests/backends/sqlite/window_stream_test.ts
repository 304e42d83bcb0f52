import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { openConnection } from "../../../backends/sqlite/driver.ts";
import { SQLiteBackend, SQLiteConnectionConfig } from "../../../backends/sqlite/mod.ts";
import { goesByKey, windowOf } from "../../../backends/sqlite/windows.ts";
import { ActiveRecord, column, fn, primaryKey, QueryError } from "../../../mod.ts";
import { withBackend, withPath } from "../../support/sqlite.ts";

class Item extends ActiveRecord.define("items", {
  id: primaryKey(z.bigint()),
  value: column(z.int().nullable(), { index: true }),
  label: z.string().nullable().default(null),
}) {}

const PLAN = { needs: null, locks: false, mode: "rows", reads: true, isRepeatable: true } as const;

/** Whether the stream of a query would be read in windows of the table of the model. */
async function isWindowed(path: string, query: { toNode(): Parameters<typeof windowOf>[0] }): Promise<boolean> {
  const backend = new SQLiteBackend({ database: path });
  const connection = await openConnection(new SQLiteConnectionConfig({ database: path }), { readOnly: true });
  try {
    const node = query.toNode();
    const window = windowOf(node, 10);
    if (window === null) return false;
    const [whole, part] = [node, window.query].map((one) => ({ ...PLAN, slots: [], ...backend.compile(one) }));
    return goesByKey(connection, window.table, whole!, part!);
  } finally {
    connection.close();
    await backend.disconnect();
  }
}

Deno.test("a stream goes in windows where its query goes through its whole table, and nowhere else", async () => {
  await withPath(async (path) => {
    await using backend = new SQLiteBackend({ database: path });
    Item.configure(backend);
    await Item.createTable();
    for (
      const text of [
        "CREATE TABLE keyless (id TEXT PRIMARY KEY, value INTEGER) WITHOUT ROWID",
        "CREATE TABLE misnamed (id TEXT PRIMARY KEY, rowid INTEGER)",
        "CREATE VIEW seen AS SELECT id, value FROM items WHERE label IS NOT NULL",
        "CREATE TABLE texts (id TEXT PRIMARY KEY, value INTEGER)",
        "CREATE TABLE keyed (id INTEGER PRIMARY KEY, rowid TEXT)",
        "CREATE VIEW named AS SELECT id AS rowid, id, value FROM items",
        "CREATE TABLE backwards (id INTEGER PRIMARY KEY DESC, value INTEGER) STRICT",
        'CREATE TABLE [select * from "x y"] (id TEXT, value INTEGER, twice INTEGER AS (2 * value))',
        "CREATE VIRTUAL TABLE found USING fts5 (id, value)",
      ]
    ) await backend.execute(text);
    const of = (table: string, fields: Parameters<typeof ActiveRecord.define>[1] = {}) =>
      class extends ActiveRecord.define(table, { id: primaryKey(z.string()), ...fields }) {};
    const value = z.int();
    class Named extends ActiveRecord.define("items", { id: primaryKey(z.bigint()), label: z.string() }, {
      schema: "main",
    }) {}
    for (
      const [name, query, expected] of [
        ["all", Item.query(), true],
        ["by key", Item.orderBy("id"), true],
        ["columns", Item.select("label"), true],
        ["a condition without an index", Item.where({ label__ne: "a" }), true],
        ["a text key", of("texts", { value }).query(), true],
        ["a condition with an index", Item.where({ value__gt: 1 }), false],
        ["a key", Item.where({ id__gt: 5n }), false],
        ["downwards", Item.orderBy("-id"), false],
        ["another order", Item.orderBy("label"), false],
        ["an order with an index", Item.orderBy("value"), false],
        ["two orders", Item.orderBy("id", "label"), false],
        ["a limit", Item.query().limit(5), false],
        ["distinct", Item.select("label").distinct(), false],
        ["an aggregate", Item.query().select({ n: fn.count() }), false],
        ["a group", Item.query().select({ label: Item.c.label, n: fn.count() }).groupBy("label"), false],
        ["a text key, in its order", of("texts", { value }).orderBy("id"), false],
        ["a table without keys", of("keyless", { value }).query(), false],
        ["a column called like the key", of("misnamed", { rowid: value }).query(), false],
        ["a column called like the key beside it", of("keyed", { rowid: value }).query(), false],
        ["a key that is none", of("backwards", { value }).orderBy("id"), false],
        ["a table with a key that is none", of("backwards", { value }).query(), true],
        ["an odd name, no key", of('select * from "x y"', { value }).query(), true],
        ["a computed column", of('select * from "x y"', { twice: value }).query(), true],
        ["a schema", Named.query(), true],
        ["a query in the condition", Item.where(Item.c.value.in(Item.select("value"))), false],
        ["a virtual table", of("found", { value: z.string() }).query(), false],
        ["a view", of("seen", { value }).query(), false],
        ["a view with a column called like the key", of("named", { value }).query(), false],
        ["no table", of("nothing", { value }).query(), false],
      ] as const
    ) {
      assertEquals(await isWindowed(path, query), expected, name);
    }
  });
});

/** Reads the keys of all items; what is done at the third row is done on another connection. */
async function keysRead(size: number, atThird: () => Promise<unknown> = () => Promise.resolve()): Promise<bigint[]> {
  const keys: bigint[] = [];
  for await (const { id } of Item.orderBy("id").stream({ batchSize: size })) {
    keys.push(id);
    if (keys.length === 3) await atThird();
  }
  return keys;
}

const EDGES = [-(2n ** 63n), -5n, -1n, 0n, 1n, 2n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 2n, 2n ** 63n - 1n];

Deno.test("windows begin at the lowest key that there can be, end at the highest, and leave out none between", async () => {
  await withBackend("file", async (backend) => {
    Item.configure(backend);
    await Item.createTable();
    assertEquals(await keysRead(3), []);
    await Item.insertMany(EDGES.map((id) => ({ id, value: 1 })));
    for (let size = 1; size <= EDGES.length + 1; size++) assertEquals(await keysRead(size), EDGES, String(size));
  });
});

Deno.test("all windows show the database as it was at the first", async () => {
  await withBackend("file", async (backend) => {
    Item.configure(backend);
    await Item.createTable();
    await Item.insertMany(EDGES.map((id) => ({ id, value: 1 })));
    const changed = () =>
      Item.transaction(async () => {
        await Item.where({ id__gt: 0n }).deleteAll();
        await Item.insertMany([{ id: 7n, value: 2 }]);
      });
    assertEquals(await keysRead(2, changed), EDGES);
    assertEquals(await keysRead(2), [...EDGES.filter((id) => id <= 0n), 7n]);
    await keysRead(1, () => Item.dropTable());
    assertEquals(await Item.tableExists(), false);
  });
});

Deno.test("a stream sees the schema that another connection has changed since the one before", async () => {
  await withPath(async (path) => {
    await using backend = new SQLiteBackend({ database: path });
    await using other = new SQLiteBackend({ database: path });
    Item.configure(backend);
    await Item.createTable();
    await Item.insertMany([{ id: 1n, value: 1 }]);
    assertEquals(await keysRead(1), [1n]);
    // Now the key is no more the one of the table.
    await other.execute("DROP TABLE items");
    await other.execute("CREATE TABLE items (id INTEGER PRIMARY KEY DESC, value INTEGER, label TEXT)");
    await other.execute("INSERT INTO items (id) VALUES (2), (3), (1)");
    assertEquals(await keysRead(1), [1n, 2n, 3n]);
  });
});

Deno.test("a malformed regular expression fails the stream that uses it, and nothing after it", async () => {
  for (const place of ["file", "memory"] as const) {
    await withBackend(place, async (backend) => {
      Item.configure(backend);
      await Item.createTable();
      await Item.insertMany([{ id: 1n, value: 1, label: "a" }, { id: 2n, value: 2, label: "b" }]);
      // The first goes in windows, the other row by row.
      for (const query of [Item.where({ label__regex: "([" }), Item.where({ label__regex: "([" }).orderBy("-label")]) {
        await assertRejects(() => query.stream().next(), QueryError, "a regular expression is malformed");
        assertEquals(await Item.where({ label__regex: "^a" }).stream().next().then(({ value }) => value?.id), 1n);
        assert(await Item.where({ label__regex: "^b" }).exists());
      }
    });
  }
});
