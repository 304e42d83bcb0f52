import assert from "node:assert/strict";
import { SQLiteConnectionConfig, type SQLiteDriverName } from "../../../backends/sqlite/config.ts";
import { openConnection, type SQLiteConnection } from "../../../backends/sqlite/driver.ts";
import { mapSQLiteError } from "../../../backends/sqlite/errors.ts";
import * as errors from "../../../core/errors.ts";

const DRIVERS: readonly SQLiteDriverName[] = ["node:sqlite", "better-sqlite3"];

const SETUP = [
  "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT NOT NULL DEFAULT '', age INT," +
  " CONSTRAINT users_age_check CHECK (age > 0), UNIQUE (name, age)) STRICT",
  "CREATE UNIQUE INDEX users_lower ON users (lower(email))",
  "CREATE TABLE posts (id INTEGER PRIMARY KEY, u INT REFERENCES users (id))",
  "CREATE TABLE pairs (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID",
  "CREATE TRIGGER refuse BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'secret'); END",
  "INSERT INTO users (id, email, name, age) VALUES (1, 'Secret', 'n', 1)",
  "INSERT INTO pairs VALUES (1, 2)",
];

interface Expected {
  readonly type: new (message: string) => Error;
  readonly code?: number;
  readonly table?: string;
  readonly columns?: readonly string[];
  readonly constraint?: string;
}

const CASES: readonly (readonly [sql: string, expected: Expected])[] = [
  ["INSERT INTO users (email, age) VALUES ('Secret', 2)", {
    type: errors.UniqueViolationError,
    code: 2067,
    constraint: "users_lower",
  }],
  ["INSERT INTO users (name, age) VALUES ('n', 1)", {
    type: errors.UniqueViolationError,
    code: 2067,
    table: "users",
    columns: ["name", "age"],
  }],
  ["INSERT INTO users (id) VALUES (1)", {
    type: errors.UniqueViolationError,
    code: 1555,
    table: "users",
    columns: ["id"],
  }],
  ["INSERT INTO pairs VALUES (1, 2)", {
    type: errors.UniqueViolationError,
    code: 1555,
    table: "pairs",
    columns: ["a", "b"],
  }],
  ["INSERT INTO posts (u) VALUES (99)", { type: errors.ForeignKeyViolationError, code: 787 }],
  ["INSERT INTO users (name) VALUES (NULL)", {
    type: errors.NotNullViolationError,
    code: 1299,
    table: "users",
    columns: ["name"],
  }],
  ["INSERT INTO users (age) VALUES (-5)", {
    type: errors.CheckViolationError,
    code: 275,
    constraint: "users_age_check",
  }],
  ["INSERT INTO users (age) VALUES ('secret')", {
    type: errors.IntegrityError,
    code: 3091,
    table: "users",
    columns: ["age"],
  }],
  ["INSERT INTO posts (id) VALUES ('secret')", { type: errors.IntegrityError, code: 20 }],
  ["DELETE FROM users", { type: errors.IntegrityError, code: 1811 }],
  ["SELECT * FROM missing", { type: errors.QueryError, code: 1, table: "missing" }],
  ["SELECT users.missing FROM users", { type: errors.QueryError, code: 1, columns: ["missing"] }],
  ["INSERT INTO users (missing) VALUES (1)", {
    type: errors.QueryError,
    code: 1,
    table: "users",
    columns: ["missing"],
  }],
  ["SELECT missing()", { type: errors.QueryError, code: 1 }],
  ["SELEC 1", { type: errors.QueryError, code: 1 }],
  ["SELECT 'a' 'secret' 5", { type: errors.QueryError, code: 1 }],
  ['SELECT "secret"', { type: errors.QueryError, code: 1 }],
  ["SELECT json_extract('{}', 'secret')", { type: errors.QueryError, code: 1 }],
  ["CREATE TABLE users (id)", { type: errors.QueryError, code: 1 }],
  ["COMMIT", { type: errors.TransactionError, code: 1 }],
  ["ROLLBACK TO missing", { type: errors.TransactionError, code: 1 }],
];

async function open(driver: SQLiteDriverName, database = ":memory:"): Promise<SQLiteConnection> {
  return await openConnection(new SQLiteConnectionConfig({ database, driver }));
}

/** Runs a function that throws and maps its error. */
function mapped(fn: () => unknown, sql?: string): errors.DatabaseError {
  try {
    fn();
  } catch (error) {
    const result = mapSQLiteError(error, { database: "app.db", sql });
    assert.ok(result instanceof errors.DatabaseError, `not mapped: ${result}`);
    return result;
  }
  throw new Error("Nothing was thrown");
}

function check(error: errors.DatabaseError, { type, code, table, columns, constraint }: Expected): void {
  assert.equal(error.constructor, type, error.message);
  assert.equal(error.code, code);
  assert.deepEqual([error.table, error.columns, error.constraint], [table, columns ?? [], constraint]);
  assert.doesNotMatch(`${error.message}${error.stack}${Deno.inspect(error.cause)}`, /secret/i);
}

for (const driver of DRIVERS) {
  for (const [sql, expected] of CASES) {
    Deno.test(`mapSQLiteError() maps what ${driver} throws for ${sql}`, async () => {
      const connection = await open(driver);
      for (const statement of SETUP) connection.run(statement, [], "none");
      const error = mapped(() => connection.run(sql, [], "auto"));
      check(error, expected);
      assert.equal(error.retryable, false);
      assert.ok(error.driverError instanceof Error);
      connection.close();
    });
  }

  Deno.test(`mapSQLiteError() tells an error of ${driver} by its text alone`, async () => {
    const connection = await open(driver);
    for (const statement of SETUP) connection.run(statement, [], "none");
    for (const [sql, expected] of CASES) {
      if (expected.code === 1811) continue;
      const error = mapped(() => {
        try {
          connection.run(sql, [], "auto");
        } catch (thrown) {
          throw new Error((thrown as Error).message);
        }
      });
      // By its text, a primary key is a unique key like any other.
      check(error, expected.code === 1555 ? { ...expected, code: 2067 } : expected);
    }
    connection.close();
  });

  Deno.test(`mapSQLiteError() makes a busy database of ${driver} retryable, through run() and exec()`, async () => {
    const folder = await Deno.makeTempDir();
    const [one, two] = [await open(driver, `${folder}/a.db`), await open(driver, `${folder}/a.db`)];
    one.run("CREATE TABLE t (a)", [], "none");
    two.exec("BEGIN");
    two.run("SELECT * FROM t", [], "rows");
    one.exec("BEGIN IMMEDIATE");
    one.run("INSERT INTO t VALUES (1)", [], "none");
    const busy = mapped(() => two.run("INSERT INTO t VALUES (2)", [], "none"), "INSERT INTO t VALUES (2)");
    assert.ok(busy instanceof errors.LockTimeoutError);
    assert.deepEqual([busy.code, busy.retryable, busy.sql], [5, true, "INSERT INTO t VALUES (2)"]);
    one.exec("COMMIT");
    const stale = mapped(() => two.run("INSERT INTO t VALUES (2)", [], "none"));
    assert.ok(stale instanceof errors.SerializationError);
    assert.deepEqual([stale.code, stale.retryable], [517, true]);
    two.exec("ROLLBACK");
    one.exec("BEGIN IMMEDIATE");
    const begin = mapped(() => two.exec("BEGIN IMMEDIATE"));
    assert.ok(begin instanceof errors.LockTimeoutError);
    assert.deepEqual([begin.code, begin.retryable], [5, true]);
    one.close();
    two.close();
    await Deno.remove(folder, { recursive: true });
  });

  Deno.test(`mapSQLiteError() maps a full and a read-only database of ${driver}`, async () => {
    const connection = await open(driver);
    connection.run("CREATE TABLE t (a)", [], "none");
    connection.run("PRAGMA max_page_count = 3", [], "rows");
    const insert = () => connection.run("INSERT INTO t VALUES (?)", ["x".repeat(100_000)], "none");
    const full = mapped(insert);
    assert.deepEqual([full.constructor, full.code], [errors.OperationalError, 13]);
    connection.run("PRAGMA query_only = ON", [], "none");
    const readOnly = mapped(() => connection.run("DELETE FROM t", [], "none"));
    assert.deepEqual([readOnly.constructor, readOnly.code], [errors.OperationalError, 8]);
    connection.close();
  });

  Deno.test(`mapSQLiteError() maps what ${driver} cannot open`, async () => {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/text.db`, "This is a text and no database. ".repeat(100));
    for (const [path, code] of [[`${folder}/text.db`, 26], [`${folder}/missing/a.db`, 14], [folder, 14]] as const) {
      const thrown = await open(driver, path).then(() => undefined, (error: unknown) => error);
      const error = mapSQLiteError(thrown, { database: path });
      assert.ok(error instanceof errors.ConnectionError, String(error));
      assert.equal(error.code, code);
      assert.ok(error.message.includes(path));
    }
    await Deno.remove(folder, { recursive: true });
  });

  Deno.test(`mapSQLiteError() maps a locked table of ${driver}`, async () => {
    const connection = await open(driver);
    connection.run("CREATE TABLE t (a)", [], "none");
    const error = mapSQLiteError(new Error("database table is locked: t"), { database: "app.db" });
    assert.equal(error.constructor, errors.LockError);
    connection.close();
  });
}

Deno.test("mapSQLiteError() leaves errors of the tree and errors that are not SQLite's as they are", () => {
  const context = { database: "app.db" };
  for (const error of [new errors.QueryError("x"), new errors.ConfigurationError("x"), new RangeError("boom")]) {
    assert.equal(mapSQLiteError(error, context), error);
  }
  const thrown = mapSQLiteError("secret", context);
  assert.equal(thrown.constructor, errors.OperationalError);
  assert.doesNotMatch(Deno.inspect(thrown), /secret/);
});

Deno.test("mapSQLiteError() withholds a text that it does not know", () => {
  const error = mapSQLiteError(Object.assign(new Error("bad thing: 'secret'"), { errcode: 1 }), { database: "app.db" });
  assert.equal(error.constructor, errors.QueryError);
  assert.doesNotMatch(Deno.inspect(error), /secret/);
});

Deno.test("mapSQLiteError() reads numbers and names of codes that it does not list by their first part", () => {
  const context = { database: "app.db" };
  const byNumber = mapSQLiteError(Object.assign(new Error("x"), { errcode: 778 }), context);
  assert.match(byNumber.message, /reading or writing its file failed/);
  const byName = mapSQLiteError(Object.assign(new Error("x"), { code: "SQLITE_IOERR_WRITE" }), context);
  assert.match(byName.message, /reading or writing its file failed/);
  const ofLibrary = Object.assign(new Error("14: unable to open database file"), { name: "SqliteError", code: 14 });
  assert.ok(mapSQLiteError(ofLibrary, context) instanceof errors.ConnectionError);
});

Deno.test({
  name: "mapSQLiteError() names the permissions that are missing",
  permissions: { read: false, write: false },
  async fn() {
    const thrown = await open("node:sqlite", "never.db").then(() => undefined, (error: unknown) => error);
    const error = mapSQLiteError(thrown, { database: "never.db" });
    assert.ok(error instanceof errors.ConnectionError);
    assert.match(error.message, /"never\.db".*--allow-read and --allow-write/);
  },
});
