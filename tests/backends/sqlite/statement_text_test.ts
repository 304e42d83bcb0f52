import assert from "node:assert/strict";
import { readStatementText, type StatementText } from "../../../backends/sqlite/statement_text.ts";

for (
  const [sql, expected] of [
    ["SELECT 1", { kind: "read", givesRows: true, parameters: 0 }],
    ["values (?), (?)", { kind: "read", parameters: 2 }],
    ["WITH a AS (INSERT), b AS (SELECT 1) SELECT * FROM a", { kind: "read", needsSchema: true }],
    ["with recursive a(x) as (values (1)) insert into t select x from a", { kind: "insert", givesRows: undefined }],
    ["REPLACE INTO t VALUES (?1, ?3)", { kind: "insert", givesRows: false, parameters: 3, numbered: true }],
    ["INSERT INTO t VALUES (?, ?) ON CONFLICT DO NOTHING", { kind: "insert", upserts: true, parameters: 2 }],
    ["UPDATE t SET a = (SELECT 1) RETURNING a", { kind: "change", givesRows: undefined }],
    ["DELETE FROM t", { kind: "change", givesRows: false }],
    ["EXPLAIN QUERY PLAN SELECT 1", { kind: "other", givesRows: undefined, needsSchema: true }],
    ["PRAGMA foreign_keys", { kind: "pragma" }],
    ["BEGIN IMMEDIATE", { kind: "other" }],
    ["SELECT a * b, count(*), 2 *3, ? * ? FROM t", { needsSchema: false, parameters: 2 }],
    ["SELECT DISTINCT * FROM t", { needsSchema: true }],
    ["SELECT a, t.* FROM t", { needsSchema: true }],
    ["INSERT INTO t DEFAULT VALUES RETURNING *", { needsSchema: true }],
    ["WITH x AS (SELECT * FROM t) SELECT a FROM x WHERE EXISTS (SELECT * FROM y)", { needsSchema: false }],
    [`SELECT '?' || "?" || \`?\` || [?] /* ? */ || ? -- ?`, { parameters: 1 }],
    ["SELECT 'it''s ?', ?", { parameters: 1 }],
    ["SELECT a->>'$.b', a -> ? FROM t", { parameters: 1 }],
    ["SELECT 1 ; ;", { end: 9 }],
    ["CREATE TRIGGER t AFTER INSERT ON u BEGIN SELECT 1; END", { kind: "other" }],
    ["CREATE TABLE trigger_x (a); -- x", { kind: "other", end: 26 }],
    ["SELECT größe, naïve$ FROM t", { kind: "read" }],
    ["SELECT 'unfinished", { kind: "read", end: 18 }],
  ] as const satisfies readonly (readonly [string, Partial<StatementText>])[]
) {
  Deno.test(`readStatementText() reads ${sql}`, () => {
    const text = readStatementText(sql);
    const found = Object.fromEntries(Object.keys(expected).map((key) => [key, text[key as keyof StatementText]]));
    assert.deepEqual(found, expected);
  });
}

for (
  const sql of [
    "CREATE TABLE a (trigger); SELECT 1",
    "CREATE TRIGGER t AFTER INSERT ON u BEGIN SELECT 1; END; SELECT 1",
    "CREATE TABLE t (a); END",
    "SELECT 1; /* a */ 'x'",
  ]
) {
  Deno.test(`readStatementText() refuses ${sql}`, () => {
    assert.throws(() => readStatementText(sql), /more than one statement/);
  });
}
