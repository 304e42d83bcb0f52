import { assert, assertEquals, assertInstanceOf, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  ConnectionError,
  primaryKey,
  QueryBuildError,
  QueryError,
  StorageBackend,
  TransactionError,
  TypeConversionError,
  UnsupportedFeatureError,
} from "../../../mod.ts";
import { eachPlace, withBackend, withPath } from "../../support/sqlite.ts";

async function withNotes(backend: SQLiteBackend): Promise<void> {
  await backend.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT, size INTEGER)");
}

async function notes(backend: SQLiteBackend): Promise<unknown[]> {
  return (await backend.fetchAll("SELECT text FROM notes ORDER BY id")).map((row) => row.text);
}

// ---- connecting

eachPlace("connect() opens the database once and disconnect() closes it", async (backend) => {
  assertEquals(backend.isConnected(), false);
  await backend.connect();
  await backend.connect();
  assert(backend.isConnected());
  await backend.disconnect();
  assertEquals(backend.isConnected(), false);
  await backend.disconnect();
});

eachPlace("the first statement opens the database", async (backend) => {
  assertEquals((await backend.execute("SELECT 1 AS one")).rows[0]?.one, 1);
  assert(backend.isConnected());
});

eachPlace("a closed backend refuses work until connect()", async (backend) => {
  await backend.connect();
  await backend.disconnect();
  const message = "closed by disconnect()";
  await assertRejects(() => backend.execute("SELECT 1"), ConnectionError, message);
  await assertRejects(() => backend.transaction(() => {}), ConnectionError, message);
  await assertRejects(() => backend.begin(), ConnectionError, message);
  await assertRejects(() => backend.tableExists("notes"), ConnectionError, message);
  await backend.connect();
  assertEquals((await backend.fetchOne("SELECT 2 AS two"))?.two, 2);
});

eachPlace("disconnect() before the first use also closes", async (backend) => {
  await backend.disconnect();
  await assertRejects(() => backend.execute("SELECT 1"), ConnectionError);
});

eachPlace("ping() asks for a sign of life and reconnects unless told otherwise", async (backend) => {
  assertEquals(await backend.ping(false), false);
  assertEquals(backend.isConnected(), false);
  assertEquals(await backend.ping(), true);
  assert(backend.isConnected());
  await backend.disconnect();
  assertEquals(await backend.ping(false), false);
  assertEquals(await backend.ping(true), true);
});

eachPlace("disconnect() inside a transaction is refused and the transaction goes on", async (backend) => {
  await withNotes(backend);
  await backend.transaction(async () => {
    await assertRejects(() => backend.disconnect(), TransactionError, "inside a transaction");
    await backend.execute("INSERT INTO notes (text) VALUES ('kept')");
  });
  assertEquals(await notes(backend), ["kept"]);
});

eachPlace("disconnect() waits for a transaction of another flow", async (backend) => {
  await withNotes(backend);
  const started = Promise.withResolvers<void>();
  const flow = backend.transaction(async () => {
    started.resolve();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await backend.execute("INSERT INTO notes (text) VALUES ('a')");
  });
  await started.promise;
  const closing = backend.disconnect();
  await Promise.all([flow, closing]);
  assertEquals(backend.isConnected(), false);
});

Deno.test("await using closes the backend", async () => {
  let kept: SQLiteBackend;
  {
    await using backend = new SQLiteBackend({ database: ":memory:" });
    await backend.connect();
    kept = backend;
  }
  assertEquals(kept.isConnected(), false);
});

Deno.test("two backends side by side do not see each other's transactions", async () => {
  await withPath(async (path) => {
    await using one = new SQLiteBackend({ database: path });
    await using two = new SQLiteBackend({ database: ":memory:" });
    await withNotes(one);
    await withNotes(two);
    await assertRejects(
      () =>
        one.transaction(async () => {
          assert(one.inTransaction && !two.inTransaction);
          await one.execute("INSERT INTO notes (text) VALUES ('one')");
          await two.execute("INSERT INTO notes (text) VALUES ('two')");
          throw new Error("rolled back");
        }),
      Error,
      "rolled back",
    );
    assertEquals([await notes(one), await notes(two)], [[], ["two"]]);
  });
});

// ---- execute()

eachPlace("execute() takes a list for ? and a map for :name", async (backend) => {
  await withNotes(backend);
  await backend.execute("INSERT INTO notes (text, size) VALUES (?, ?)", ["a", 1]);
  await backend.execute("INSERT INTO notes (text, size) VALUES (:text, :size)", { size: 2, text: "b" });
  await backend.execute("INSERT INTO notes (text, size) VALUES (?, ?)", { text: "c", size: 3 });
  const rows = await backend.fetchAll("SELECT text, size FROM notes WHERE size >= :low OR size = :low", { low: 1 });
  assertEquals(rows.map((row) => ({ ...row })), [{ text: "a", size: 1 }, { text: "b", size: 2 }, {
    text: "c",
    size: 3,
  }]);
});

eachPlace("execute() leaves quotes and comments alone", async (backend) => {
  const row = await backend.fetchOne(
    `SELECT '?' AS "a?", ':x ''?''' AS [b], /* ? :x */ ? AS c -- ? :x\n, '12:30' AS d`,
    ["v"],
  );
  assertEquals({ ...row }, { "a?": "?", b: ":x '?'", c: "v", d: "12:30" });
});

eachPlace("execute() refuses parameters that do not fit and changes nothing", async (backend) => {
  await withNotes(backend);
  const insert = "INSERT INTO notes (text, size) VALUES (?, ?)";
  await assertRejects(() => backend.execute(insert, ["a"]), QueryBuildError, "2 placeholders, but 1 parameters");
  await assertRejects(() => backend.execute(insert, ["a", 1, 2]), QueryBuildError, "2 placeholders, but 3 parameters");
  await assertRejects(() => backend.execute(insert), QueryBuildError, "2 placeholders, but 0");
  await assertRejects(() => backend.execute(insert, ["a", undefined]), QueryBuildError, "is undefined");
  const named = "INSERT INTO notes (text, size) VALUES (:text, :size)";
  await assertRejects(() => backend.execute(named, { text: "a" }), QueryBuildError, '":size"');
  await assertRejects(() => backend.execute(named, { text: "a", size: 1, more: 2 }), QueryBuildError, '":more"');
  await assertRejects(() => backend.execute(named, { text: "a", size: undefined }), QueryBuildError, '":size"');
  await assertRejects(() => backend.execute(`${insert} ; DROP TABLE notes`, ["a", 1]), QueryError);
  await assertRejects(() => backend.execute(insert, ["a", NaN]), TypeConversionError);
  await assertRejects(() => backend.execute(insert, ["a", Symbol("s")]), TypeConversionError);
  assertEquals(await notes(backend), []);
});

eachPlace("execute() gives rows, counts, key, columns and duration", async (backend) => {
  await withNotes(backend);
  const inserted = await backend.execute("INSERT INTO notes (text) VALUES ('a'), ('b')");
  assertEquals([inserted.affectedRows, inserted.affected, inserted.lastInsertId], [2, 2, 2]);
  assertEquals([inserted.rows, inserted.columns], [[], []]);
  const updated = await backend.execute("UPDATE notes SET size = 1");
  assertEquals([updated.affectedRows, updated.affected, updated.lastInsertId], [2, 2, null]);
  const none = await backend.execute("DELETE FROM notes WHERE id = 99");
  assertEquals([none.affectedRows, none.lastInsertId], [0, null]);
  const selected = await backend.execute("SELECT id, text, id FROM notes ORDER BY id");
  assertEquals(selected.columns, ["id", "text", "id"]);
  assertEquals([selected.affectedRows, selected.affected, selected.lastInsertId], [2, 2, null]);
  assertEquals(Object.keys(selected.rows[0]!), ["id", "text"]);
  assertEquals(Object.getPrototypeOf(selected.rows[0]!), null);
  assert(selected.durationMs >= 0 && Number.isFinite(selected.durationMs));
  const returned = await backend.execute("INSERT INTO notes (text) VALUES ('c') RETURNING id, text");
  assertEquals([{ ...returned.rows[0] }, returned.affectedRows], [{ id: 3, text: "c" }, 1]);
  const empty = await backend.execute("SELECT id, text FROM notes WHERE 0");
  assertEquals([empty.rows, empty.columns, empty.affectedRows], [[], ["id", "text"], 0]);
});

eachPlace("execute() gives integers exactly, beyond 2^53 as bigint", async (backend) => {
  const row = await backend.fetchOne("SELECT 9007199254740991 AS a, 9007199254740992 AS b, -9223372036854775808 AS c");
  assertEquals({ ...row }, { a: 9007199254740991, b: 9007199254740992n, c: -9223372036854775808n });
});

eachPlace("execute() keeps a column called __proto__ as a column", async (backend) => {
  const { rows, columns } = await backend.execute('SELECT 1 AS "__proto__", 2 AS "constructor"');
  assertEquals(columns, ["__proto__", "constructor"]);
  assertEquals(Object.entries(rows[0]!), [["__proto__", 1], ["constructor", 2]]);
});

eachPlace("execute() does not send what its signal has cancelled", async (backend) => {
  await withNotes(backend);
  const signal = AbortSignal.abort();
  await assertRejects(
    () => backend.execute("INSERT INTO notes (text) VALUES ('a')", [], { signal }),
    Error,
    "not sent",
  );
  assertEquals(await notes(backend), []);
});

eachPlace("fetchOne(), fetchMany() and fetchAll() give the first, some and all rows", async (backend) => {
  const numbers = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 150) SELECT x FROM n";
  assertEquals((await backend.fetchOne<{ x: number }>(numbers))?.x, 1);
  assertEquals(await backend.fetchOne(`${numbers} WHERE x > ?`, [1000]), null);
  assertEquals((await backend.fetchMany(numbers)).length, 100);
  assertEquals((await backend.fetchMany(numbers, [], 7)).length, 7);
  assertEquals((await backend.fetchMany(numbers, [], 1000)).length, 150);
  assertEquals((await backend.fetchAll(numbers)).length, 150);
});

eachPlace("execute() names the SQL in the error and not the parameters", async (backend) => {
  await withNotes(backend);
  const sql = "INSERT INTO notes (id, text) VALUES (?, ?)";
  await backend.execute(sql, [1, "secret"]);
  const error = await assertRejects(() => backend.execute(sql, [1, "secret"]), Error);
  assertEquals((error as QueryError).sql, sql);
  assertEquals((error as QueryError).table, "notes");
  assert(!Deno.inspect(error).includes("secret"));
});

// ---- transactions by hand

eachPlace("beginTransaction() is ambient until commitTransaction() or rollbackTransaction()", async (backend) => {
  await withNotes(backend);
  await backend.beginTransaction();
  assert(backend.inTransaction);
  await backend.execute("INSERT INTO notes (text) VALUES ('a')");
  await backend.commitTransaction();
  assertEquals(backend.inTransaction, false);
  await backend.beginTransaction();
  await backend.execute("INSERT INTO notes (text) VALUES ('b')");
  await backend.rollbackTransaction();
  await backend.beginTransaction();
  await backend.execute("INSERT INTO notes (text) VALUES ('c')");
  await backend.commit();
  await backend.beginTransaction();
  await backend.execute("INSERT INTO notes (text) VALUES ('d')");
  await backend.rollback();
  assertEquals(await notes(backend), ["a", "c"]);
});

eachPlace("beginTransaction() nests as a savepoint", async (backend) => {
  await withNotes(backend);
  await backend.beginTransaction();
  await backend.execute("INSERT INTO notes (text) VALUES ('outer')");
  await backend.beginTransaction();
  await backend.execute("INSERT INTO notes (text) VALUES ('inner')");
  await backend.rollbackTransaction();
  assert(backend.inTransaction);
  await backend.commitTransaction();
  assertEquals(await notes(backend), ["outer"]);
});

eachPlace("commit() and rollback() without a transaction are refused", async (backend) => {
  await assertRejects(() => backend.commit(), TransactionError, "no transaction is open");
  await assertRejects(() => backend.rollback(), TransactionError, "no transaction is open");
  await assertRejects(() => backend.commitTransaction(), TransactionError, "Cannot commit");
  await assertRejects(() => backend.rollbackTransaction(), TransactionError, "Cannot roll back");
});

eachPlace("begin() gives a transaction to commit, roll back and run in", async (backend) => {
  await withNotes(backend);
  const tx = await backend.begin();
  await tx.run(() => backend.execute("INSERT INTO notes (text) VALUES ('a')"));
  await tx.commit();
  const other = await backend.begin();
  await other.run(() => backend.execute("INSERT INTO notes (text) VALUES ('b')"));
  await other.rollback();
  assertEquals(await notes(backend), ["a"]);
});

eachPlace("savepoint() undoes only its own work", async (backend) => {
  await withNotes(backend);
  await backend.transaction(async () => {
    await backend.execute("INSERT INTO notes (text) VALUES ('a')");
    await assertRejects(
      () =>
        backend.savepoint(async () => {
          await backend.execute("INSERT INTO notes (text) VALUES ('b')");
          throw new Error("undone");
        }),
      Error,
      "undone",
    );
    assertEquals(await backend.savepoint((tx) => tx.level), 2);
  });
  assertEquals(await backend.savepoint((tx) => tx.level), 1);
  assertEquals(await notes(backend), ["a"]);
});

// ---- what it can do

Deno.test("supports(), requiresCapability(), capabilities and features agree", async () => {
  await withBackend("memory", async (backend) => {
    assertEquals(backend.serverVersion, undefined);
    await backend.connect();
    assertInstanceOf(backend, StorageBackend);
    assertEquals(backend.name, "sqlite");
    assertEquals(backend.dialect.name, "sqlite");
    assertEquals(backend.serverVersion, (await backend.fetchOne("SELECT sqlite_version() AS v"))?.v as string);
    assertEquals(backend.features.versionText, backend.serverVersion);
    assert(backend.supports("returning") && backend.features.supportsReturning);
    assert(backend.features.supportsCte && backend.features.supportsJson && backend.features.supportsWindowFunctions);
    assert(backend.capabilities.has("upsert") && backend.capabilities.list().includes("cte.recursive"));
    backend.requiresCapability("returning");
    assertEquals(backend.supports("locks"), false);
    const error = assertThrows(() => backend.requiresCapability("locks"), UnsupportedFeatureError);
    assertEquals([error.feature, error.present], ["locks", backend.serverVersion!]);
    assert(error.message.startsWith('sqlite cannot do "locks"'), error.message);
  });
});

const PROBES: Readonly<Record<string, string>> = {
  returning: "INSERT INTO t (a) VALUES (1) RETURNING a",
  "returning.update": "UPDATE t SET a = 1 RETURNING a",
  "returning.delete": "DELETE FROM t WHERE a = -1 RETURNING a",
  upsert: "INSERT INTO t (id, a) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
  "upsert.where":
    "INSERT INTO t (id, a) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET a = excluded.a WHERE t.a < excluded.a",
  cte: "WITH x AS (SELECT 1) SELECT * FROM x",
  "cte.recursive": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT * FROM n",
  "cte.materialized": "WITH x AS NOT MATERIALIZED (SELECT 1) SELECT * FROM x",
  "window.groups": "SELECT count(*) OVER (ORDER BY a GROUPS 1 PRECEDING) FROM t",
  "window.exclude": "SELECT count(*) OVER (ORDER BY a ROWS 1 PRECEDING EXCLUDE CURRENT ROW) FROM t",
  "aggregate.orderBy": "SELECT group_concat(a, ',' ORDER BY a DESC) FROM t",
  intersect: "SELECT 1 INTERSECT SELECT 1",
  except: "SELECT 1 EXCEPT SELECT 2",
  // Written with what SQLite has.
  intersectAll:
    "SELECT a, row_number() OVER (PARTITION BY a) FROM t INTERSECT SELECT a, row_number() OVER (PARTITION BY a) FROM t",
  exceptAll:
    "SELECT a, row_number() OVER (PARTITION BY a) FROM t EXCEPT SELECT a, row_number() OVER (PARTITION BY a) FROM t",
  timeZones: "SELECT time_trunc('date', 'day', '2024-07-01T00:30:00.000Z', 'Europe/Oslo')",
  windowFunctions: "SELECT row_number() OVER (ORDER BY a) FROM t",
  regex: "SELECT 'abc' REGEXP '^a.c$'",
  json: "SELECT json_array(1)",
  "json.path": "SELECT '{\"a\":1}' -> '$.a'",
  "join.right": "SELECT * FROM t RIGHT JOIN t AS u ON t.id = u.id",
  "join.full": "SELECT * FROM t FULL JOIN t AS u ON t.id = u.id",
  distinctFrom: "SELECT 1 IS DISTINCT FROM NULL",
  partialIndexes: "CREATE INDEX t_a ON t (a) WHERE a > 0",
  foreignKeys: "CREATE TABLE u (t INTEGER REFERENCES t (id))",
  checkConstraints: "CREATE TABLE v (a INTEGER CHECK (a > 0))",
  generatedColumns: "CREATE TABLE w (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
  "fullText.native": "SELECT 1 FROM z WHERE z MATCH 'a NOT b'",
  "fullText.excerpt": "SELECT highlight(z, 0, '<', '>'), snippet(z, 0, '<', '>', '', 5) FROM z WHERE z MATCH 'a'",
  fullText: "CREATE VIRTUAL TABLE x USING fts5 (text)",
  schemas: "SELECT * FROM main.t",
  explain: "EXPLAIN QUERY PLAN SELECT * FROM t",
  "hints.index": "SELECT * FROM t NOT INDEXED",
};

/** What no SQL text can show. */
const CALLS: Readonly<Record<string, (backend: SQLiteBackend) => Promise<unknown>>> = {
  savepoints: (backend) => backend.transaction((tx) => tx.savepoint(() => backend.ping())),
  "transactions.readOnly": (backend) => backend.transaction(() => backend.fetchAll("SELECT 1"), { readOnly: true }),
  "transactions.survivesErrors": (backend) =>
    backend.transaction(async () => {
      await assertRejects(() => backend.execute("SELECT * FROM nowhere"), QueryError);
      await backend.execute("SELECT 1");
    }),
  "isolation.serializable": (backend) => backend.transaction(() => backend.ping(), { isolation: "SERIALIZABLE" }),
  async stream(backend) {
    class Row extends ActiveRecord.define("t", { id: primaryKey() }) {}
    Row.configure(backend);
    let rows = 0;
    for await (const _ of Row.query().stream({ batchSize: 1 })) rows++;
    assert(rows > 0);
  },
};

Deno.test("what a capability says yes to runs", async () => {
  await withBackend("memory", async (backend) => {
    await backend.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)");
    await backend.execute("INSERT INTO t (a) VALUES (1)");
    await backend.execute("CREATE VIRTUAL TABLE z USING fts5 (text)");
    for (const capability of backend.capabilities.list()) {
      const [sql, call] = [PROBES[capability], CALLS[capability]];
      assert(sql !== undefined || call !== undefined, `nothing shows that "${capability}" runs`);
      if (sql !== undefined) await backend.execute(sql);
      await call?.(backend);
    }
  });
});

Deno.test("a deferrable transaction is refused, since the capability says no", async () => {
  await withBackend("memory", async (backend) => {
    assertEquals(backend.supports("transactions.deferrable"), false);
    await assertRejects(() => backend.transaction(() => 1, { deferrable: true }), UnsupportedFeatureError);
    await backend.execute("CREATE TABLE t (a)"); // the writer is free
  });
});

Deno.test("execute() refuses to begin and end transactions, which would belong to nobody", async () => {
  await using backend = new SQLiteBackend({ database: ":memory:" });
  for (
    const text of [
      "BEGIN",
      " begin immediate",
      "-- now\nCOMMIT",
      "/* x */ ROLLBACK TO a",
      "SAVEPOINT a",
      "RELEASE a",
      "END",
    ]
  ) {
    const error = await assertRejects(() => backend.execute(text), TransactionError);
    assertStringIncludes(error.message, "transaction()");
  }
  await backend.execute("SELECT 1 AS beginning");
  assertEquals(backend.inTransaction, false);
});
