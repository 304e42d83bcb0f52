import assert from "node:assert/strict";
import { QueryError, TypeConversionError } from "../../../core/errors.ts";
import { eachDriver, isLimited, rows, THREE } from "./each_driver.ts";

eachDriver("run() binds every kind of value as SQLite should store it", (connection) => {
  const values = ["a", 5, -0, 1.5, 5n, true, false, null, new Uint8Array([1, 2]), new Uint8Array(), 2 ** 60, ""];
  const sql = `SELECT ${values.map(() => "typeof(?)").join(", ")}`;
  const zero = connection.run("SELECT typeof(?)", [-0], "row").rows[0]![0];
  assert.ok(zero === "real" || zero === "integer");
  const large = connection.run("SELECT typeof(?)", [2 ** 60], "row").rows[0]![0];
  assert.deepEqual(rows(connection, sql, ...values), [
    ["text", "integer", zero, "real", "integer", "integer", "integer", "null", "blob", "blob", large, "text"],
  ]);
  assert.deepEqual(rows(connection, "SELECT ?, ?, ? / 2", true, false, 5), [[1, 0, 2]]);
  assert.deepEqual(rows(connection, "SELECT json_array(?)", 5), [["[5]"]]);
});

eachDriver("run() gives bytes as a Uint8Array and takes a part of a buffer", (connection) => {
  const [row] = rows(connection, "SELECT ?, hex(?)", new Uint8Array([1]), new Uint8Array([1, 2, 3, 4]).subarray(1, 3));
  assert.deepEqual(row, [new Uint8Array([1]), "0203"]);
});

eachDriver("run() refuses values that would be stored differently", (connection) => {
  for (
    const value of [undefined, new Date(), [], {}, () => 1, Symbol("s"), NaN, Infinity, 2n ** 63n, "a\0b", /x/]
  ) {
    assert.throws(() => connection.run("SELECT ?", [value], "row"), TypeConversionError);
    assert.throws(() => connection.run("SELECT ?, ?", [1, value], "row"), TypeConversionError);
  }
  assert.equal(BigInt(rows(connection, "SELECT ?", -(2n ** 63n))[0]![0] as number), -(2n ** 63n));
});

eachDriver("run() never tells the value that it refuses", (connection) => {
  assert.throws(() => connection.run("SELECT ?", ["secret\0"], "row"), (error) => !String(error).includes("secret"));
});

eachDriver("run() refuses too few and too many parameters", (connection) => {
  for (const params of [[], [1], [1, 2, 3]]) {
    assert.throws(() => connection.run("SELECT ?, ?", params, "row"), /takes? 2|of 2 parameters/);
  }
  assert.throws(() => connection.run("SELECT 1", [1], "row"), QueryError);
});

eachDriver("run() takes numbered placeholders and refuses named ones", (connection) => {
  assert.deepEqual(rows(connection, "SELECT ?2, ?1, ?2", "a", 2), [[2, "a", 2]]);
  for (const sql of ["SELECT :a", "SELECT @a", "SELECT $a"]) {
    assert.throws(() => connection.run(sql, [1], "row"), /named placeholder [:@$]a/);
  }
});

eachDriver("run() does not keep the parameters of the call before", (connection) => {
  assert.deepEqual(rows(connection, "SELECT ?, ?", 1, 2), [[1, 2]]);
  assert.throws(() => connection.run("SELECT ?, ?", [3], "rows"), QueryError);
  assert.deepEqual(rows(connection, "SELECT ?, ?", null, 4), [[null, 4]]);
});

eachDriver("run() refuses a text without a statement or with two", (connection) => {
  for (const sql of ["", "  \n", "-- only a comment", "/* a */ ;;", "\uFEFF"]) {
    assert.throws(() => connection.run(sql, [], "auto"), /holds no statement/);
  }
  for (const sql of ["SELECT 1; SELECT 2", "SELECT 1;;/**/DROP TABLE users", "SELECT 1; x", "SELECT ';'; SELECT 2"]) {
    assert.throws(() => connection.run(sql, [], "auto"), /more than one statement/);
  }
  assert.throws(() => connection.run("SELECT 1 \0 FROM nothing", [], "auto"), /NUL/);
  for (const sql of ["SELECT 1;", ";SELECT 1", "SELECT 1; -- end\n ; ", "SELECT 1 /* ; */", "SELECT 1 -- ; x"]) {
    assert.deepEqual(connection.run(sql, [], "auto").rows, [[1]]);
  }
  assert.deepEqual(rows(connection, `SELECT 'a;''b' AS [x;y], "n" AS "p;""q", \`n\` AS \`r;\` FROM users`), []);
});

eachDriver("run() knows where a trigger ends", (connection) => {
  const trigger = (name: string) =>
    `CREATE TEMP TRIGGER ${name} AFTER INSERT ON users BEGIN
       UPDATE users SET n = CASE WHEN n IS NULL THEN 0 ELSE n END; -- end;
       DELETE FROM users WHERE name = 'end;';
     END`;
  connection.run(trigger("t1"), [], "none");
  connection.run(`${trigger("t2")};`, [], "none");
  assert.throws(() => connection.run(`${trigger("t3")}; SELECT 1`, [], "none"), /more than one statement/);
  connection.run("INSERT INTO users (name) VALUES ('a')", [], "none");
  assert.deepEqual(rows(connection, "SELECT n FROM users"), [[0]]);
});

eachDriver("run() gives counts that belong to the statement", (connection) => {
  assert.deepEqual(connection.run(THREE, [], "none"), { rows: [], affectedRows: 3, lastInsertId: 3, columns: [] });
  for (const mode of ["none", "auto", "rows", "row"] as const) {
    assert.equal(connection.run("CREATE TABLE IF NOT EXISTS users (id)", [], mode).affectedRows, 0);
    assert.equal(connection.run("UPDATE users SET n = 0 WHERE id < 3", [], mode).affectedRows, 2);
    assert.equal(connection.run("UPDATE users SET n = 0 WHERE id < 3", [], mode).lastInsertId, null);
    assert.equal(connection.run("DELETE FROM users WHERE id = 99", [], mode).affectedRows, 0);
    assert.equal(connection.run("SELECT 1 WHERE 0", [], mode).affectedRows, 0);
    assert.equal(connection.run("INSERT OR IGNORE INTO users (id) VALUES (1)", [], mode).lastInsertId, null);
  }
  assert.equal(connection.run("SELECT * FROM users", [], "rows").affectedRows, 3);
  assert.equal(connection.run("SELECT * FROM users", [], "none").affectedRows, 3);
  const upsert = "INSERT INTO users (id, n) VALUES (1, 9) ON CONFLICT (id) DO UPDATE SET n = excluded.n";
  assert.deepEqual([connection.run(upsert, [], "none")].map((r) => [r.affectedRows, r.lastInsertId]), [[1, null]]);
});

eachDriver("run() gives the rows and the count of a write that returns rows, in every mode", (connection) => {
  const sql = "INSERT INTO users (n) VALUES (1), (2) RETURNING id";
  assert.deepEqual(connection.run(sql, [], "rows").rows, [[1], [2]]);
  const one = connection.run(sql, [], "row");
  assert.deepEqual([one.rows, one.affectedRows], [[[3]], 2]);
  assert.deepEqual(connection.run(sql, [], "none"), { rows: [], affectedRows: 2, lastInsertId: null, columns: [] });
  const auto = connection.run(
    "WITH v(x) AS (SELECT 7) INSERT INTO users (n) SELECT x FROM v RETURNING n AS m",
    [],
    "auto",
  );
  assert.deepEqual([auto.rows, auto.columns, auto.affectedRows], [[[7]], ["m"], 1]);
  assert.equal(
    connection.run("WITH v(x) AS (SELECT 7) INSERT INTO users (n) SELECT x FROM v", [], "rows").affectedRows,
    1,
  );
  assert.deepEqual(rows(connection, "SELECT count(*) FROM users"), [[8]]);
});

eachDriver("run() finds a deferred foreign key that fails after the last row", (connection) => {
  connection.run("CREATE TABLE posts (u REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)", [], "none");
  for (const mode of ["row", "rows", "none", "auto"] as const) {
    assert.throws(() => connection.run("INSERT INTO posts VALUES (99) RETURNING u", [], mode), /FOREIGN KEY/);
  }
  assert.deepEqual(rows(connection, "SELECT count(*) FROM posts"), [[0]]);
});

eachDriver("run() enforces foreign keys and takes no text in double quotes for a value", (connection) => {
  assert.deepEqual(rows(connection, "PRAGMA foreign_keys"), [[1]]);
  if (isLimited(connection)) return;
  assert.throws(() => connection.run('SELECT "none"', [], "rows"), /no such column/);
});

eachDriver("run() reads integers beyond 2^53 exactly and the others as numbers", (connection) => {
  const big = 2n ** 53n + 1n;
  for (const mode of ["row", "rows", "auto"] as const) {
    const sql = `SELECT ?, 1, 1.5, ${mode.length}`;
    const expected = [[big, 1, 1.5, mode.length]];
    assert.deepEqual(connection.run(sql, [1], mode).rows, [[1, 1, 1.5, mode.length]]);
    assert.deepEqual(connection.run(sql, [big], mode).rows, expected);
    assert.deepEqual(connection.run(sql, [big], mode).rows, expected);
    if (isLimited(connection)) assert.throws(() => connection.run(sql, [1e300], mode), TypeConversionError);
    else assert.deepEqual(connection.run(sql, [1e300], mode).rows, [[1e300, 1, 1.5, mode.length]]);
  }
});

eachDriver("run() reads an integer beyond 2^53 of a write without running it twice", (connection) => {
  const big = 2n ** 53n + 1n;
  assert.deepEqual(connection.run("INSERT INTO users (n) VALUES (?) RETURNING n, id", [big], "row").rows, [[big, 1]]);
  const withSql = "WITH v(x) AS (SELECT ?) INSERT INTO users (n) SELECT x FROM v RETURNING n, id";
  assert.deepEqual(connection.run(withSql, [big], "rows").rows, [[big, 2]]);
  assert.deepEqual(rows(connection, "SELECT count(*) FROM users"), [[2]]);
});

eachDriver("run() gives a key beyond 2^53 exactly", (connection) => {
  const key = 2n ** 53n + 1n;
  assert.equal(connection.run("INSERT INTO users (id) VALUES (?)", [key], "none").lastInsertId, key);
  assert.equal(connection.run("INSERT INTO users (n) VALUES (1)", [], "none").lastInsertId, key + 1n);
  assert.equal(connection.run("INSERT INTO users (id) VALUES (5)", [], "none").lastInsertId, 5);
});

eachDriver("run() names the columns, duplicates included, only when asked", (connection) => {
  const sql = "SELECT 1 AS a, 2 AS a, 3 AS __proto__";
  const { columns, rows } = connection.run(sql, [], "auto");
  assert.deepEqual([columns, rows], [["a", "a", "__proto__"], [[1, 2, 3]]]);
  assert.deepEqual(connection.run(sql, [], "rows").columns, []);
});

eachDriver("run() sees a changed schema through a statement that it kept", (connection) => {
  connection.run("INSERT INTO users (n) VALUES (1)", [], "none");
  const sql = "SELECT * FROM users";
  assert.deepEqual(connection.run(sql, [], "auto").columns, ["id", "name", "n"]);
  connection.run("ALTER TABLE users RENAME COLUMN n TO m", [], "none");
  assert.deepEqual(connection.run(sql, [], "auto").columns, ["id", "name", "m"]);
  connection.run("ALTER TABLE users ADD COLUMN k DEFAULT 4", [], "none");
  assert.deepEqual(connection.run(sql, [], "auto"), {
    rows: [[1, null, 1, 4]],
    affectedRows: 1,
    lastInsertId: null,
    columns: ["id", "name", "m", "k"],
  });
});

eachDriver("run() prepares a PRAGMA each time, since it may take effect then", (connection) => {
  const read = () => rows(connection, "PRAGMA foreign_keys")[0]![0];
  for (let i = 0; i < 2; i++) {
    connection.run("PRAGMA foreign_keys = OFF", [], "none");
    assert.equal(read(), 0);
    connection.run("PRAGMA foreign_keys = ON", [], "none");
    assert.equal(read(), 1);
  }
});

eachDriver("run() works with a cache of two and of none", (connection) => {
  for (let i = 0; i < 3; i++) {
    for (let n = 0; n < 5; n++) assert.deepEqual(rows(connection, `SELECT ${n}, ?`, i), [[n, i]]);
  }
}, { statementCacheSize: 2 });
eachDriver("run() works without a cache", (connection) => {
  for (let i = 0; i < 3; i++) assert.deepEqual(rows(connection, "SELECT ?", i), [[i]]);
  assert.throws(() => connection.run("INSERT INTO users (id) VALUES (1), (1)", [], "none"), /UNIQUE/);
}, { statementCacheSize: 0 });

eachDriver("run() can be called again after an error", (connection) => {
  const sql = "INSERT INTO users (id) VALUES (?)";
  connection.run(sql, [1], "none");
  assert.throws(() => connection.run(sql, [1], "none"), /UNIQUE/);
  assert.equal(connection.run(sql, [2], "none").lastInsertId, 2);
});

eachDriver("exec() opens and ends transactions, isTransaction follows SQLite", (connection) => {
  assert.equal(connection.isTransaction, false);
  connection.exec("BEGIN IMMEDIATE");
  assert.equal(connection.isTransaction, true);
  connection.run(THREE, [], "none");
  assert.throws(() => connection.run("INSERT OR ROLLBACK INTO users (id) VALUES (1)", [], "none"), /UNIQUE/);
  assert.equal(connection.isTransaction, false);
  assert.deepEqual(rows(connection, "SELECT count(*) FROM users"), [[0]]);
});

eachDriver("sqliteVersion is a version", (connection) => {
  assert.match(connection.sqliteVersion, /^3\.\d+\.\d+/);
});
