import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  ActiveRecord,
  ConnectionError,
  createBackend,
  DatabaseError,
  primaryKey,
  QueryError,
  StorageBackend,
  UnsupportedFeatureError,
} from "../../../mod.ts";
import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { databaseTest, DRIVERS, eachDriver, sleep } from "../../support/postgres.ts";

eachDriver("supports(), requiresCapability(), capabilities and features agree", async (backend) => {
  assertEquals(backend.serverVersion, undefined);
  await backend.connect();
  assertInstanceOf(backend, StorageBackend);
  assertEquals([backend.name, backend.dialect.name], ["postgresql", "postgresql"]);
  const shown = await backend.fetchOne<{ v: string }>("SELECT current_setting('server_version') AS v");
  assertEquals(backend.serverVersion, shown?.v);
  assertEquals(backend.features.versionText, shown?.v);
  assert(backend.supports("returning") && backend.features.supportsReturning);
  assertEquals(backend.supports("transactions.survivesErrors"), false);
  const error = assertThrows(() => backend.requiresCapability("transactions.survivesErrors"), UnsupportedFeatureError);
  assertEquals([error.feature, error.present], ["transactions.survivesErrors", shown?.v]);
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
  "aggregate.orderBy": "SELECT array_agg(a ORDER BY a DESC) FROM t",
  rollup: "SELECT a, count(*) FROM t GROUP BY ROLLUP (a)",
  cube: "SELECT a, count(*) FROM t GROUP BY CUBE (a)",
  groupingSets: "SELECT a, count(*) FROM t GROUP BY GROUPING SETS ((a), ())",
  lateral: "SELECT 1 FROM t JOIN LATERAL (SELECT t.a) AS l ON TRUE",
  timeZones: "SELECT date_trunc('day', now(), 'Europe/Oslo')",
  intersect: "SELECT 1 INTERSECT SELECT 1",
  except: "SELECT 1 EXCEPT SELECT 2",
  intersectAll: "SELECT 1 INTERSECT ALL SELECT 1",
  exceptAll: "SELECT 1 EXCEPT ALL SELECT 2",
  windowFunctions: "SELECT row_number() OVER (ORDER BY a) FROM t",
  regex: "SELECT 'abc' ~ '^a.c$'",
  json: "SELECT jsonb_build_array(1)",
  "json.path": "SELECT '{\"a\":1}'::jsonb #> '{a}'",
  "join.right": "SELECT * FROM t RIGHT JOIN t AS u ON t.id = u.id",
  "join.full": "SELECT * FROM t FULL JOIN t AS u ON t.id = u.id",
  distinctFrom: "SELECT 1 IS DISTINCT FROM NULL",
  partialIndexes: "CREATE INDEX t_a ON t (a) WHERE a > 0",
  foreignKeys: "CREATE TABLE u (t int REFERENCES t (id))",
  checkConstraints: "CREATE TABLE v (a int CHECK (a > 0))",
  generatedColumns: "CREATE TABLE w (a int, b int GENERATED ALWAYS AS (a + 1) STORED)",
  "fullText.native": "SELECT to_tsquery('simple', 'cat & !dog')",
  fullText: "SELECT to_tsvector('simple', 'a cat') @@ to_tsquery('simple', 'cat')",
  "fullText.excerpt": "SELECT ts_headline('simple', 'a cat', to_tsquery('simple', 'cat'))",
  explain: "EXPLAIN (FORMAT JSON) SELECT a FROM t",
  "explain.analyze": "EXPLAIN (ANALYZE, FORMAT JSON) SELECT a FROM t",
  locks: "SELECT a FROM t FOR SHARE",
  "locks.nowait": "SELECT a FROM t FOR UPDATE NOWAIT",
  "locks.skipLocked": "SELECT a FROM t FOR UPDATE SKIP LOCKED",
  "locks.of": "SELECT a FROM t FOR UPDATE OF t",
  schemas: "SELECT * FROM public.t",
};

/** What no SQL text can show. */
const CALLS: Readonly<Record<string, (backend: PostgreSQLBackend) => Promise<unknown>>> = {
  savepoints: (backend) => backend.transaction((tx) => tx.savepoint(() => backend.ping())),
  "transactions.readOnly": (backend) => backend.transaction(() => backend.fetchAll("SELECT 1"), { readOnly: true }),
  "transactions.deferrable": (backend) =>
    backend.transaction(() => backend.ping(), { isolation: "SERIALIZABLE", readOnly: true, deferrable: true }),
  "isolation.readCommitted": (backend) => backend.transaction(() => backend.ping(), { isolation: "READ COMMITTED" }),
  "isolation.repeatableRead": (backend) => backend.transaction(() => backend.ping(), { isolation: "REPEATABLE READ" }),
  "isolation.serializable": (backend) => backend.transaction(() => backend.ping(), { isolation: "SERIALIZABLE" }),
  async stream(backend) {
    class Row extends ActiveRecord.define("t", { id: primaryKey() }) {}
    Row.configure(backend);
    let rows = 0;
    for await (const _ of Row.query().stream({ batchSize: 1 })) rows++;
    assert(rows > 0);
  },
};

eachDriver("what a capability says yes to runs", async (backend) => {
  await backend.execute("CREATE TABLE t (id int PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, a int)");
  await backend.execute("INSERT INTO t (id, a) VALUES (100, 1)");
  for (const capability of backend.capabilities.list()) {
    const [sql, call] = [PROBES[capability], CALLS[capability]];
    assert(sql !== undefined || call !== undefined, `nothing shows that "${capability}" runs`);
    if (sql !== undefined) await backend.execute(sql);
    await call?.(backend);
  }
});

databaseTest("createBackend() makes one by any of its names", async (url) => {
  for (const name of ["postgresql", "postgres", "pgsql"]) {
    const backend = await createBackend(name, { url });
    assertInstanceOf(backend, PostgreSQLBackend);
    assertEquals(await backend.ping(), true);
    await backend.disconnect();
  }
});

eachDriver("COPY is refused, and the next statement works", async (backend) => {
  await backend.execute("CREATE TABLE t (a int)");
  for (const sql of ["COPY t FROM STDIN", " /* x */ copy (SELECT 1) TO\nSTDOUT"]) {
    await assertRejects(() => backend.execute(sql), QueryError, "Cannot run COPY");
  }
  // A function can do it as well, where nobody can see it coming.
  await assertRejects(() => backend.execute("DO $$ BEGIN EXECUTE 'COPY t FROM STDIN'; END $$"), DatabaseError);
  assertEquals(await backend.fetchOne("SELECT 1 AS one"), { one: 1 });
});

eachDriver("events tell what was run", async (backend) => {
  const seen: string[] = [];
  for (const name of ["connect", "disconnect"] as const) {
    backend.on(name, ({ database }) => void seen.push(`${name} ${database}`));
  }
  backend.on("query", ({ sql, kind, rows }) => void seen.push(`${kind} ${sql} ${rows}`));
  await backend.transaction(() => backend.execute("SELECT ?::int", [1]));
  await backend.disconnect();
  const database = backend.config.database;
  assertEquals(seen, [
    `connect ${database}`,
    "transaction BEGIN 0",
    "statement SELECT $1::int 1",
    "transaction COMMIT 0",
    `disconnect ${database}`,
  ]);
});

for (const driver of DRIVERS) {
  databaseTest(`${driver}: connections that are killed leave nothing behind`, async (url) => {
    await using killer = new PostgreSQLBackend({ url });
    const backend = new PostgreSQLBackend({ url, driver, poolSize: 4 });
    const running = Array.from({ length: 4 }, () => backend.execute("SELECT pg_sleep(10)").catch((error) => error));
    const killed = new Set<unknown>();
    while (killed.size < running.length) {
      await sleep(50);
      const { rows } = await killer.execute<{ pid: number }>(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND pid <> pg_backend_pid()" +
          " AND state = 'active'",
      );
      for (const { pid } of rows) killed.add(pid);
    }
    for (const error of await Promise.all(running)) assertInstanceOf(error, ConnectionError);
    await backend.disconnect();
    assertEquals(backend.isConnected(), false);
  });
}
