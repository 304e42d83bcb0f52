/** What a backend takes directly: parameters, names of tables, savepoints, channels. */

import { assertEquals } from "@std/assert";
import { sql } from "@rhosocial/activerecord";
import { MySQLBackend } from "@rhosocial/activerecord/backends/mysql";
import { PostgreSQLBackend } from "@rhosocial/activerecord/backends/postgres";
import { names, type Position, takes } from "../position.ts";
import { Item, resetItems } from "../world.ts";

const SERVERS = ["mysql", "mariadb"];
const POSTGRES = ["postgresql"];

/** Backends. */
export const BACKEND_POSITIONS: readonly Position[] = [
  takes("parameter of execute() in a list", async (text, { backend }) => {
    assertEquals(await backend.fetchAll("SELECT ? AS v, 'it''s ?' AS w", [text]), [{ v: text, w: "it's ?" }]);
  }),
  takes("parameter of execute() in a map", async (text, { backend }) => {
    assertEquals(await backend.fetchAll("SELECT :v AS v, '10:30:20' AS w /* :v */", { v: text }), [{
      v: text,
      w: "10:30:20",
    }]);
  }),
  names("name of a parameter", async (name, { backend }) => {
    assertEquals(await backend.fetchAll("SELECT ? AS v", { [name]: "a" }), [{ v: "a" }]);
  }),
  takes("parameter of findBySql", async (text) => {
    assertEquals(await Item.findBySql("SELECT * FROM injection_items WHERE name = ?", [text]), []);
    assertEquals(await Item.findBySql(sql`SELECT * FROM injection_items WHERE name = ${text}`), []);
  }),
  names("savepoint", async (name) => {
    await Item.transaction(async (tx) => {
      await tx.savepoint(name);
      await Item.where({ id: 2 }).updateAll({ note: "changed" });
      await tx.rollbackTo(name);
      await tx.releaseSavepoint(name);
    });
    assertEquals((await Item.find(2))!.note, "b");
  }),
  names("savepoint that is not there", (name) => Item.transaction((tx) => tx.rollbackTo(name))),
  names("tableExists", async (name, { backend }) => assertEquals(await backend.tableExists(name), name === "sentinel")),
  names("schema of tableExists", async (name, { backend }) => {
    assertEquals(await backend.tableExists("sentinel_", name), false);
  }),
  names("getTableSchema", (name, { backend }) => backend.getTableSchema(name), { mayBeMissing: true }),
  names("schema of getTableSchema", (name, { backend }) => backend.getTableSchema("sentinel_", name), {
    mayBeMissing: true,
  }),
  names("dropTable", (name, { backend }) => backend.dropTable(name, { ifExists: true }), {
    every: 3,
    mayBeMissing: true,
  }),
  names("schema of dropTable", (schema, { backend }) => backend.dropTable("sentinel_", { ifExists: true, schema }), {
    every: 3,
    mayBeMissing: true,
  }),
  names("table and columns of optimizedBatchInsert()", async (name, { backend }) => {
    if (backend instanceof MySQLBackend) await backend.optimizedBatchInsert(name, [name], [["a"]]);
  }, { on: SERVERS, mayBeMissing: true }),
  takes("values of optimizedBatchInsert()", async (text, { backend }) => {
    if (!(backend instanceof MySQLBackend)) return;
    try {
      await backend.optimizedBatchInsert("injection_items", [
        "id",
        "name",
        "note",
        "age",
        "price",
        "born",
        "ownerId",
        "data",
      ], [
        [9, "Eve", text, 1, 1, "2024-01-01 00:00:00", 1, "{}"],
      ]);
      assertEquals((await Item.find(9))!.note, text);
    } finally {
      await resetItems();
    }
  }, { on: SERVERS }),
  names("channel of notify()", async (name, { backend }) => {
    if (backend instanceof PostgreSQLBackend) await backend.notify(name, "a");
  }, { on: POSTGRES }),
  takes("payload of notify()", async (text, { backend }) => {
    if (backend instanceof PostgreSQLBackend) await backend.notify("channel", text);
  }, { on: POSTGRES }),
  names("channel of listen()", async (name, { backend }) => {
    if (!(backend instanceof PostgreSQLBackend)) return;
    const signal = AbortSignal.timeout(10_000);
    const messages = backend.listen(name, { signal });
    const first = messages.next();
    try {
      // Until it listens nothing comes.
      for (let waited = 0; waited < 50; waited++) {
        await backend.notify(name, name.slice(0, 1_000));
        const message = await Promise.race([first, new Promise<null>((resolve) => setTimeout(resolve, 20, null))]);
        if (message === null) continue;
        return assertEquals(message.value, { channel: name, payload: name.slice(0, 1_000) });
      }
      throw new Error("nothing was heard");
    } finally {
      await messages.return();
    }
  }, { on: POSTGRES, every: 10 }),
];
