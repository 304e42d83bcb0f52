import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, primaryKey, QueryError, UnsupportedFeatureError } from "../../../../mod.ts";
import type { MySQLBackend } from "../../../../backends/mysql/mod.ts";
import type { TestServer } from "../../../support/mysql.ts";

class Row extends ActiveRecord.define("t", { id: primaryKey(), a: z.int().nullable().default(null) }) {}

/** A statement that needs the capability; a server without it must refuse the statement. */
const PROBES: Readonly<Record<string, string>> = {
  returning: "INSERT INTO t (a) VALUES (1) RETURNING a",
  "returning.update": "UPDATE t SET a = 1 RETURNING a",
  "returning.delete": "DELETE FROM t WHERE a = -1 RETURNING a",
  upsert: "INSERT INTO t (id, a) VALUES (1, 1) ON DUPLICATE KEY UPDATE a = 2",
  cte: "WITH x AS (SELECT 1) SELECT * FROM x",
  "cte.recursive": "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 3) SELECT * FROM n",
  "cte.materialized": "WITH x AS MATERIALIZED (SELECT 1) SELECT * FROM x",
  "window.groups": "SELECT SUM(a) OVER (ORDER BY a GROUPS CURRENT ROW) FROM t",
  "window.exclude":
    "SELECT SUM(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM t",
  "aggregate.orderBy": "SELECT GROUP_CONCAT(a ORDER BY a DESC) FROM t",
  rollup: "SELECT a, COUNT(*) FROM t GROUP BY a WITH ROLLUP",
  groupingSets: "SELECT a, COUNT(*) FROM t GROUP BY GROUPING SETS ((a), ())",
  cube: "SELECT a, COUNT(*) FROM t GROUP BY CUBE (a)",
  intersect: "SELECT 1 INTERSECT SELECT 1",
  except: "SELECT 1 EXCEPT SELECT 2",
  intersectAll: "SELECT a FROM t INTERSECT ALL SELECT a FROM t",
  exceptAll: "SELECT a FROM t EXCEPT ALL SELECT a FROM t",
  lateral: "SELECT 1 FROM t JOIN LATERAL (SELECT t.a) AS u ON TRUE",
  windowFunctions: "SELECT ROW_NUMBER() OVER (ORDER BY a) FROM t",
  regex: "SELECT 'abc' REGEXP '^a.c$'",
  json: "SELECT JSON_ARRAY(1)",
  "json.path": "SELECT JSON_EXTRACT('{\"a\":1}', '$.a')",
  "join.right": "SELECT 1 FROM t RIGHT JOIN t AS u ON t.id = u.id",
  "join.full": "SELECT 1 FROM t FULL OUTER JOIN t AS u ON t.id = u.id",
  distinctFrom: "SELECT 1 <=> NULL",
  partialIndexes: "CREATE INDEX t_a ON t (a) WHERE a > 0",
  foreignKeys: "CREATE TABLE u (t BIGINT, FOREIGN KEY (t) REFERENCES t (id))",
  checkConstraints: "CREATE TABLE v (a INTEGER CHECK (a > 0))",
  generatedColumns: "CREATE TABLE w (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
  fullText: "CREATE TABLE x (text TEXT, FULLTEXT (text))",
  explain: "EXPLAIN FORMAT=TRADITIONAL SELECT a FROM t",
  "hints.index": "SELECT a FROM t USE INDEX ()",
  "hints.indexList": "SELECT a FROM t FORCE INDEX (PRIMARY, PRIMARY)",
  "hints.ignoreIndex": "SELECT a FROM t IGNORE INDEX (PRIMARY)",
  "hints.joinOrder": "SELECT STRAIGHT_JOIN a FROM t",
  locks: "SELECT a FROM t FOR UPDATE",
  "locks.nowait": "SELECT a FROM t FOR UPDATE NOWAIT",
  "locks.skipLocked": "SELECT a FROM t FOR UPDATE SKIP LOCKED",
  "locks.of": "SELECT a FROM t FOR UPDATE OF t",
  schemas: "SELECT 1 FROM information_schema.tables LIMIT 1",
};

/** NULL where the server has no tables of time zones. */
const IN_OSLO = "CONVERT_TZ('2024-07-01', '+00:00', 'Europe/Oslo')";

const isolated = (isolation: string) => (backend: MySQLBackend) =>
  backend.transaction(() => backend.ping(), { isolation });

/** What no SQL text can show. */
const CALLS: Readonly<Record<string, (backend: MySQLBackend) => Promise<unknown>>> = {
  savepoints: (backend) => backend.transaction((tx) => tx.savepoint(() => backend.ping())),
  "transactions.readOnly": (backend) => backend.transaction(() => backend.fetchAll("SELECT 1"), { readOnly: true }),
  "isolation.readUncommitted": isolated("READ UNCOMMITTED"),
  "isolation.readCommitted": isolated("READ COMMITTED"),
  "isolation.repeatableRead": isolated("REPEATABLE READ"),
  "isolation.serializable": isolated("SERIALIZABLE"),
  "transactions.survivesErrors": (backend) =>
    backend.transaction(async () => {
      await assertRejects(() => backend.execute("SELECT * FROM nowhere"), QueryError);
      await backend.ping();
    }),
  async timeZones(backend) {
    assertEquals((await backend.fetchOne(`SELECT ${IN_OSLO} AS t`))?.t, "2024-07-01 02:00:00");
  },
  // Where it is not read it is a comment like any other.
  "hints.optimizer": () => Row.query().optimizerHint("MAX_EXECUTION_TIME(1000)").all(),
  async "upsert.where"() {
    const options = { conflict: ["id"], where: (existing: typeof Row.c) => existing.a.gt(100) } as const;
    assertEquals((await Row.upsert({ id: 1, a: 5 }, options)).a, 2); // what the upsert above has left
  },
  async "explain.analyze"() {
    assertEquals((await Row.query().explain({ analyze: true })).actualRows, 2);
  },
  async stream() {
    let rows = 0;
    for await (const _ of Row.query().stream({ batchSize: 1 })) rows++;
    assert(rows > 0);
  },
};

/** Every yes runs, every no is refused. */
export function capabilityCases({ test }: TestServer): void {
  test("what a capability says yes to runs, and what it says no to is refused", async ({ backend }) => {
    Row.configure(backend);
    await Row.createTable();
    await Row.createMany([{ a: 1 }, { a: 2 }]);
    for (const capability of backend.capabilities.list()) {
      const [text, call] = [PROBES[capability], CALLS[capability]];
      assert(text !== undefined || call !== undefined, `nothing shows that "${capability}" runs`);
      if (text !== undefined) await backend.execute(text);
      await call?.(backend);
    }
    for (const [capability, text] of Object.entries(PROBES)) {
      if (backend.supports(capability as "cte")) continue; // a name that the list above might hold
      const error = assertThrows(() => backend.requiresCapability(capability as "cte"), UnsupportedFeatureError);
      assertEquals([error.feature, error.present], [capability, backend.serverVersion]);
      assert(error.message.includes("; "), `nothing says what to do without "${capability}": ${error.message}`);
      await assertRejects(() => backend.execute(text), Error, undefined, capability);
    }
    if (!backend.supports("timeZones")) {
      assertEquals((await backend.fetchOne(`SELECT ${IN_OSLO} AS t`))?.t, null);
      assertThrows(() => backend.requiresCapability("timeZones"), UnsupportedFeatureError, "mysql_tzinfo_to_sql");
    }
  });
}
