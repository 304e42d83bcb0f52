import assert from "node:assert/strict";
import { SQLiteBackend } from "../../../backends/sqlite/backend.ts";
import { SQLiteConnectionConfig } from "../../../backends/sqlite/config.ts";
import { openConnection } from "../../../backends/sqlite/driver.ts";
import { ConnectionError } from "../../../core/errors.ts";
import { sleep } from "../../support/sqlite.ts";
import { eachDriverOnFile, readAll, rows } from "./each_driver.ts";

eachDriverOnFile("openConnection() applies the pragmas of the configuration", async (database, driver) => {
  const config = new SQLiteConnectionConfig({ database, driver, foreignKeys: false, synchronous: "full" });
  const connection = await openConnection(config);
  const read = (name: string) => rows(connection, `PRAGMA ${name}`)[0]![0];
  assert.deepEqual(["journal_mode", "synchronous", "foreign_keys", "busy_timeout"].map(read), ["wal", 2, 0, 0]);
  connection.close();
  const changed = await openConnection(new SQLiteConnectionConfig({ database, driver, journalMode: "delete" }));
  assert.deepEqual(rows(changed, "PRAGMA journal_mode"), [["delete"]]);
  changed.close();
});

eachDriverOnFile("openConnection() opens a reader beside the writer", async (database, driver) => {
  const config = new SQLiteConnectionConfig({ database, driver });
  const writer = await openConnection(config);
  writer.run("CREATE TABLE t (a)", [], "none");
  const reader = await openConnection(config, { readOnly: true });
  writer.exec("BEGIN IMMEDIATE");
  writer.run("INSERT INTO t VALUES (1)", [], "none");
  assert.deepEqual(rows(reader, "SELECT count(*) FROM t"), [[0]]);
  writer.exec("COMMIT");
  assert.deepEqual(rows(reader, "SELECT count(*) FROM t"), [[1]]);
  assert.throws(() => reader.run("DELETE FROM t", [], "none"), /readonly database/);
  reader.close();
  writer.close();
});

eachDriverOnFile("run() sees a schema that another connection has changed", async (database, driver) => {
  const config = new SQLiteConnectionConfig({ database, driver });
  const writer = await openConnection(config);
  writer.run("CREATE TABLE t (a)", [], "none");
  const other = await openConnection(config);
  const insert = "INSERT INTO t (a) VALUES (1) RETURNING *";
  for (const width of [1, 2, 3, 4]) {
    assert.deepEqual(other.run(insert, [], "rows").rows[0]!.length, width);
    writer.run(`ALTER TABLE t ADD COLUMN c${width}`, [], "none");
    for (const mode of ["row", "auto"] as const) {
      const { rows, columns } = other.run("SELECT * FROM t", [], mode);
      assert.deepEqual([rows[0]!.length, columns.length], [width + 1, mode === "auto" ? width + 1 : 0]);
    }
    writer.run(`ALTER TABLE t RENAME COLUMN c${width} TO d${width}`, [], "none");
    assert.deepEqual((await readAll(other.stream("SELECT * FROM t LIMIT 1", [], 1)))[0]!.length, width + 1);
  }
  other.close();
  writer.close();
});

eachDriverOnFile("openConnection() does not wait for a lock", async (database, driver) => {
  const config = new SQLiteConnectionConfig({ database, driver });
  const [one, two] = [await openConnection(config), await openConnection(config)];
  one.exec("BEGIN IMMEDIATE");
  const start = performance.now();
  assert.throws(() => two.exec("BEGIN IMMEDIATE"), /database is locked/);
  assert.ok(performance.now() - start < 500);
  one.close();
  two.close();
});

eachDriverOnFile("openConnection() makes no file when it may not", async (database, driver) => {
  for (const options of [{ create: false }, { readOnly: true }]) {
    const config = new SQLiteConnectionConfig({ database, driver, ...options });
    await assert.rejects(
      async () => await openConnection(config),
      (error) => error instanceof ConnectionError && /app\.db": the file does not exist/.test(error.message),
    );
  }
  await assert.rejects(Deno.stat(database), Deno.errors.NotFound);
});

Deno.test("openConnection() says what is missing when a driver cannot be loaded", async () => {
  const { loadDriver } = await import("../../../core/sql/load_driver.ts");
  const specifier = new URL("./no_such_driver.ts", import.meta.url).href;
  await assert.rejects(() => loadDriver({ name: "any", specifier, needs: "--allow-ffi" }), /Cannot load driver "any"/);
});

eachDriverOnFile("opening a database waits for a lock that another connection holds", async (database, driver) => {
  const holder = await openConnection(new SQLiteConnectionConfig({ database, driver, journalMode: "delete" }));
  holder.exec("BEGIN EXCLUSIVE");
  // Another journal mode needs the file for itself.
  await using backend = new SQLiteBackend({ database, driver, journalMode: "wal" });
  const opened = backend.connect();
  await sleep(20);
  assert.equal(backend.isConnected(), false);
  holder.exec("COMMIT");
  holder.close();
  await opened;
  assert.equal(backend.isConnected(), true);
});
