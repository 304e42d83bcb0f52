import assert from "node:assert/strict";
import { ConnectionError } from "../../../core/errors.ts";
import { eachDriver, isLimited, readAll, rows, THREE } from "./each_driver.ts";

eachDriver("stream() gives groups of the size that was asked for", async (connection) => {
  connection.run(THREE, [], "none");
  const groups: unknown[][][] = [];
  for await (const group of connection.stream("SELECT id, name FROM users ORDER BY id DESC; ", [], 2)) {
    groups.push(group);
  }
  assert.deepEqual(groups, [[[3, "c"], [2, "b"]], [[1, "a"]]]);
  assert.deepEqual(await readAll(connection.stream("SELECT 1 WHERE 0", [], 2)), []);
  assert.deepEqual(await readAll(connection.stream("VALUES (?), (2) -- end", [1], 2)), [[1], [2]]);
  assert.deepEqual(await readAll(connection.stream("SELECT 1 AS a, NULL AS a, 'x' AS b LIMIT 5", [], 9)), [[
    1,
    null,
    "x",
  ]]);
  assert.deepEqual(await readAll(connection.stream("WITH a(x) AS (SELECT 5) SELECT x FROM a", [], 9)), [[5]]);
  assert.equal((await readAll(connection.stream("EXPLAIN SELECT 1", [], 2))).length > 0, true);
});

eachDriver("stream() reads integers beyond 2^53 wherever they come", async (connection) => {
  const sql = "VALUES (1), (9007199254740993), (3)";
  assert.deepEqual(await readAll(connection.stream(sql, [], 1)), [[1], [9007199254740993n], [3]]);
});

eachDriver("stream() throws the error of a later row instead of ending early", async (connection) => {
  connection.run("INSERT INTO users (n) VALUES ('{}'), ('{'), ('{}')", [], "none");
  const seen: unknown[][] = [];
  await assert.rejects(async () => {
    for await (const group of connection.stream("SELECT json_extract(n, '$') FROM users", [], 1)) seen.push(...group);
  }, /malformed JSON/);
  assert.deepEqual(seen, isLimited(connection) ? [] : [["{}"]]);
});

eachDriver("stream() frees its statement on an early return", async (connection) => {
  connection.run(THREE, [], "none");
  for await (const _ of connection.stream("SELECT id FROM users", [], 1)) break;
  connection.run("DROP TABLE users", [], "none");
  assert.throws(() => rows(connection, "SELECT id FROM users"), /no such table/);
});

eachDriver("stream() may overlap with the same query and with writes", async (connection) => {
  connection.run(THREE, [], "none");
  const seen: unknown[] = [];
  for await (const [row] of connection.stream("SELECT id, n FROM users WHERE n > 0", [], 1)) {
    seen.push(row![0]);
    assert.equal(rows(connection, "SELECT id, n FROM users WHERE n > 0").length, 3);
    assert.deepEqual(await readAll(connection.stream("SELECT count(*) FROM users", [], 1)), [[seen.length + 2]]);
    connection.run("UPDATE users SET n = n + 10 WHERE id = ?", [row![0]], "none");
    connection.run("INSERT INTO users (name) VALUES (?)", [`new ${seen.length}`], "none");
  }
  assert.deepEqual(seen, [1, 2, 3]);
});

eachDriver("stream() outlives the transaction that it began in", async (connection) => {
  connection.run(THREE, [], "none");
  const seen: unknown[] = [];
  connection.exec("BEGIN");
  for await (const [row] of connection.stream("SELECT id FROM users", [], 1)) {
    if (seen.push(row![0]) === 1) connection.exec("ROLLBACK");
  }
  assert.deepEqual(seen, [1, 2, 3]);
});

eachDriver("close() ends an open stream with an error and may be called twice", async (connection) => {
  connection.run(THREE, [], "none");
  await assert.rejects(async () => {
    for await (const _ of connection.stream("SELECT id FROM users", [], 1)) connection.close();
  }, ConnectionError);
  connection.close();
  assert.throws(() => connection.run("SELECT 1", [], "row"), ConnectionError);
  assert.throws(() => connection.exec("BEGIN"), ConnectionError);
  assert.equal(connection.isTransaction, false);
});
