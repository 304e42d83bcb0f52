import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  CheckViolationError,
  column,
  ConnectionError,
  DatabaseError,
  DeadlockError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  OperationalError,
  primaryKey,
  QueryError,
  SerializationError,
  sql,
  TimeoutError,
  TransactionError,
  UniqueViolationError,
} from "../../../mod.ts";
import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { databaseTest, DRIVERS, eachDriver, sleep } from "../../support/postgres.ts";

type ErrorClass = new (...args: never[]) => DatabaseError;

const SETUP = [
  `CREATE TABLE parents (id int PRIMARY KEY, "E-Mail" text, n int NOT NULL CHECK (n > 0), s varchar(3), UNIQUE ("E-Mail", s))`,
  "CREATE TABLE children (id int PRIMARY KEY, parent_id int CONSTRAINT custom_name REFERENCES parents)",
  "CREATE UNIQUE INDEX lower_mail ON parents (lower(s))",
  "CREATE TABLE slots (during int4range, EXCLUDE USING gist (during WITH &&))",
  "INSERT INTO parents VALUES (1, 's3cret', 1, 'abc')",
  "INSERT INTO children VALUES (1, 1)",
  "INSERT INTO slots VALUES ('[1,5)')",
];

interface Expected {
  readonly sql: string;
  readonly type: ErrorClass;
  readonly code: string;
  readonly table?: string;
  readonly constraint?: string;
  readonly columns?: readonly string[];
}

const CASES: readonly Expected[] = [
  {
    sql: "INSERT INTO parents VALUES (1, 's3cret2', 1, 'x')",
    type: UniqueViolationError,
    code: "23505",
    table: "parents",
    constraint: "parents_pkey",
    columns: ["id"],
  },
  {
    sql: "INSERT INTO parents VALUES (2, 's3cret', 1, 'abc')",
    type: UniqueViolationError,
    code: "23505",
    table: "parents",
    constraint: "parents_E-Mail_s_key",
    columns: ["E-Mail", "s"],
  },
  {
    sql: "INSERT INTO parents VALUES (2, 'x', 1, 'ABC')",
    type: UniqueViolationError,
    code: "23505",
    table: "parents",
    constraint: "lower_mail",
    columns: [],
  },
  {
    sql: "INSERT INTO children VALUES (2, 4711)",
    type: ForeignKeyViolationError,
    code: "23503",
    table: "children",
    constraint: "custom_name",
    columns: ["parent_id"],
  },
  {
    sql: "DELETE FROM parents WHERE id = 1",
    type: ForeignKeyViolationError,
    code: "23503",
    table: "children",
    constraint: "custom_name",
    columns: [],
  },
  {
    sql: "INSERT INTO parents VALUES (2, 's3cret2', NULL, 'x')",
    type: NotNullViolationError,
    code: "23502",
    table: "parents",
    columns: ["n"],
  },
  {
    sql: "INSERT INTO parents VALUES (2, 's3cret2', -1, 'x')",
    type: CheckViolationError,
    code: "23514",
    table: "parents",
    constraint: "parents_n_check",
  },
  {
    sql: "INSERT INTO slots VALUES ('[2,3)')",
    type: IntegrityError,
    code: "23P01",
    table: "slots",
    constraint: "slots_during_excl",
  },
  { sql: "INSERT INTO parents VALUES (2, '', 1, 's3cret')", type: OperationalError, code: "22001" },
  { sql: "SELECT 3000000000::int", type: OperationalError, code: "22003" },
  { sql: "SELECT 's3cret'::int", type: OperationalError, code: "22P02" },
  { sql: "SELECT 's3cret'::date", type: OperationalError, code: "22007" },
  { sql: "SELECT '2024-13-45'::date", type: OperationalError, code: "22008" },
  { sql: "SELECT 1 / (n - 1) FROM parents", type: OperationalError, code: "22012" },
  { sql: "SELECT trim_scale(1), set_config('work_mem', 's3cret', true)", type: OperationalError, code: "22023" },
  { sql: "SELEC 's3cret'", type: QueryError, code: "42601" },
  { sql: "SELECT 1; SELECT 2", type: QueryError, code: "42601" },
  { sql: "SELECT * FROM nowhere", type: QueryError, code: "42P01" },
  { sql: "SELECT nothing FROM parents", type: QueryError, code: "42703" },
  { sql: "SELECT nothing('s3cret')", type: QueryError, code: "42883" },
  { sql: "CREATE TABLE parents (id int)", type: QueryError, code: "42P07" },
  { sql: "SELECT (SELECT 1 UNION SELECT 2)", type: QueryError, code: "21000" },
];

eachDriver("errors of the server are those of the tree, by code, without values", async (backend) => {
  for (const sql of SETUP) await backend.execute(sql);
  for (const { sql, type, code, table, constraint, columns = [] } of CASES) {
    const error = await backend.execute(sql).then(() => null, (error) => error);
    assertInstanceOf(error, type, sql);
    assertEquals([error.code, error.table, error.constraint, error.columns], [code, table, constraint, columns], sql);
    assertEquals([error.sql, error.retryable], [sql, false]);
    assert(!`${error.message}${Deno.inspect(error).replaceAll(sql, "")}`.includes("s3cret"), Deno.inspect(error));
  }
  const missing = await assertRejects(() => backend.execute("SELECT * FROM nowhere"), QueryError);
  assert(missing.message.includes('"nowhere"') && missing.message.includes("character 15"), missing.message);
  const zone = await assertRejects(() => backend.execute("SELECT now() AT TIME ZONE 'Mars/Base'"), OperationalError);
  assert(zone.message.includes('time zone "Mars/Base"'), zone.message);
});

eachDriver("a violated constraint names the field, by column or by the name of the constraint", async (backend) => {
  class Person extends ActiveRecord.define("persons", {
    id: primaryKey(),
    eMail: column(z.string(), { unique: true }),
    bossId: column(z.int().nullable().default(null), { references: "persons.id" }),
    age: z.int().default(1),
  }, { checks: { age: sql`age > 0` }, constraints: { persons_e_mail_key: "This address is taken" } }) {}
  Person.configure(backend);
  await Person.createTable();
  const boss = await Person.create({ eMail: "a" });
  const issuesOf = async (fn: () => Promise<unknown>) =>
    (await assertRejects(fn, IntegrityError)).issues.map(({ path, code, message }) => [path[0], code, message]);
  assertEquals(await issuesOf(() => Person.create({ eMail: "a" })), [["eMail", "unique", "This address is taken"]]);
  assertEquals((await issuesOf(() => Person.create({ eMail: "b", bossId: 99 })))[0]?.slice(0, 2), [
    "bossId",
    "foreign_key",
  ]);
  assertEquals((await issuesOf(() => Person.create({ eMail: "b", age: 0 })))[0]?.[1], "check");
  await Person.create({ eMail: "c", bossId: boss.id });
  assertEquals((await issuesOf(() => boss.delete()))[0]?.slice(0, 2), ["bossId", "foreign_key"]);
});

eachDriver("two that wait for each other: one is ended, and a retry makes it good", async (backend) => {
  await backend.execute("CREATE TABLE t (id int PRIMARY KEY, n int)");
  await backend.execute("INSERT INTO t VALUES (1, 0), (2, 0)");
  const seen: unknown[] = [];
  const both = async (first: number, second: number) => {
    await backend.transaction(async () => {
      await backend.execute("UPDATE t SET n = n + 1 WHERE id = ?", [first]);
      await sleep(50);
      await backend.execute("UPDATE t SET n = n + 1 WHERE id = ?", [second]).catch((error) => {
        seen.push(error);
        throw error;
      });
    }, { retries: 5 });
  };
  await Promise.all([both(1, 2), both(2, 1)]);
  assertInstanceOf(seen[0], DeadlockError);
  assertEquals([seen[0].code, seen[0].retryable], ["40P01", true]);
  assertEquals(await backend.fetchAll("SELECT n FROM t"), [{ n: 2 }, { n: 2 }]);
});

eachDriver("a row that was changed meanwhile is a SerializationError, which may be tried again", async (backend) => {
  await backend.execute("CREATE TABLE t (n int)");
  await backend.execute("INSERT INTO t VALUES (0)");
  const error = await assertRejects(() =>
    backend.transaction(async () => {
      await backend.fetchAll("SELECT n FROM t");
      await backend.transactions.outside(() => backend.execute("UPDATE t SET n = 1"));
      await backend.execute("UPDATE t SET n = 2");
    }, { isolation: "REPEATABLE READ" }), SerializationError);
  assertEquals([error.code, error.retryable], ["40001", true]);
});

eachDriver("a lock that is not given is LockTimeoutError", async (backend) => {
  await backend.execute("CREATE TABLE t (n int)");
  await backend.execute("INSERT INTO t VALUES (0)");
  await backend.transaction(async () => {
    await backend.execute("UPDATE t SET n = 1");
    const error = await assertRejects(
      () => backend.transactions.outside(() => backend.execute("SELECT * FROM t FOR UPDATE NOWAIT")),
      LockTimeoutError,
    );
    assertEquals(error.code, "55P03");
  });
});

eachDriver("statementTimeout ends a statement on the server", async (backend) => {
  const error = await assertRejects(
    () => backend.execute("SELECT pg_sleep(5)"),
    TimeoutError,
    "statementTimeout (100 ms)",
  );
  assertEquals(error.code, "57014");
  assertEquals(await backend.fetchOne("SELECT 1 AS one"), { one: 1 });
}, { statementTimeout: 100 });

eachDriver("a write where only reading is allowed is OperationalError", async (backend) => {
  await backend.execute("CREATE TABLE t (n int)");
  const error = await assertRejects(
    () => backend.transaction(() => backend.execute("INSERT INTO t VALUES (1)"), { readOnly: true }),
    OperationalError,
    "read-only",
  );
  assertEquals(error.code, "25006");
});

eachDriver("a statement after one that failed says that the transaction takes no more", async (backend) => {
  await backend.transaction(async () => {
    await assertRejects(() => backend.execute("SELECT * FROM nowhere"), QueryError);
    const error = await assertRejects(() => backend.execute("SELECT 1"), TransactionError, "nested transaction()");
    assertEquals(error.code, "25P02");
  }).catch((error) => assertInstanceOf(error, TransactionError));
});

for (const driver of DRIVERS) {
  databaseTest(
    `${driver}: a connection that is ended is a ConnectionError with its place, and another is opened`,
    async (url) => {
      await using backend = new PostgreSQLBackend({ url, driver, poolSize: 2 });
      await using killer = new PostgreSQLBackend({ url, driver });
      const { pid } = (await backend.fetchOne<{ pid: number }>("SELECT pg_backend_pid() AS pid"))!;
      const kill = () => killer.execute("SELECT pg_terminate_backend(?)", [pid]);
      await assertRejects(
        () =>
          backend.transaction(async () => {
            const { own } = (await backend.fetchOne<{ own: number }>("SELECT pg_backend_pid() AS own"))!;
            await killer.execute("SELECT pg_terminate_backend(?)", [own]);
            await sleep(20);
            await backend.execute("SELECT 1");
          }),
        ConnectionError,
        new URL(url).host,
      );
      await kill();
      assertEquals(await backend.fetchOne("SELECT 1 AS one"), { one: 1 });
      const during = backend.execute("SELECT pg_sleep(10)").catch((error) => error);
      await sleep(50);
      await killer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'",
      );
      assertInstanceOf(await during, DatabaseError);
    },
  );
}
