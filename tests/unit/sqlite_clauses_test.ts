import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  decimal,
  primaryKey,
  QueryBuildError,
  type StatementNode,
  UnsupportedFeatureError,
} from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
import { prettySQL } from "../../core/sql/pretty.ts";
import { tagComment } from "../../core/sql/comment.ts";
import { sqlitePlans } from "../../backends/sqlite/plan.ts";
import { QueryPlan } from "../../core/backend/query_plan.ts";

class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: column(z.string(), { index: true }),
  price: decimal(5, 2, { nullable: true, default: null }),
}) {}

const backend = new SQLiteBackend({ database: ":memory:" });
User.configure(backend);

const sqlOf = (statement: StatementNode) => backend.compile(statement).sql;

Deno.test("SQLite's SQL of index hints", () => {
  const rest = (query: { toSQL(): { sql: string } }) => query.toSQL().sql.split(' FROM "users"')[1];
  const query = User.where({ name: "a" });
  assertEquals(rest(query.useIndex("users_name_idx")), ' INDEXED BY "users_name_idx" WHERE "name" = ?');
  assertEquals(rest(query.useIndex()), ' NOT INDEXED WHERE "name" = ?');
  assertEquals(rest(query.useIndex('a"b')), ' INDEXED BY "a""b" WHERE "name" = ?');
  for (
    const refused of [
      query.useIndex(["a", "b"]),
      query.useIndex("a", { action: "ignore" }),
      query.optimizerHint("a"),
      query.keepJoinOrder(),
      query.forUpdate(),
    ]
  ) assertThrows(() => refused.toSQL(), UnsupportedFeatureError);
});

Deno.test("SQLite's SQL of writes of several rows", () => {
  const value = (value: unknown) => ({ kind: "value", value }) as const;
  assertEquals(
    backend.compile({
      kind: "updateRows",
      table: { kind: "table", name: "t" },
      key: ["a", "b"],
      columns: ["c"],
      rows: [[value(1), value(2), value(3)], [value(4), value(5), value(6)]],
      set: [{ column: "d", value: value(7) }],
      where: { kind: "nullTest", operand: { kind: "column", name: "e" }, negated: false },
    }),
    {
      sql: 'UPDATE "t" SET "c" = "_rows"."_value_0", "d" = ? FROM (SELECT column1 AS "_key_0", column2 AS "_key_1", ' +
        'column3 AS "_value_0" FROM (VALUES (?, ?, ?), (?, ?, ?))) AS "_rows" ' +
        'WHERE "t"."a" = "_rows"."_key_0" AND "t"."b" = "_rows"."_key_1" AND ("e" IS NULL)',
      params: [7, 1, 2, 3, 4, 5, 6],
    },
  );
  assertEquals(
    sqlOf({
      kind: "insert",
      table: { kind: "table", name: "t" },
      columns: ["name"],
      rows: [],
      query: User.select("name").where({ id: 1 }).toNode(),
      returning: [],
    }),
    'INSERT INTO "t" ("name") SELECT "name" FROM "users" WHERE "id" = ?',
  );
  assertEquals(
    sqlOf({
      kind: "insert",
      table: { kind: "table", name: "t" },
      columns: ["a"],
      rows: [[value(1)]],
      onConflict: {
        columns: ["a"],
        update: [{ column: "b", value: { kind: "excluded", name: "b" } }],
        where: {
          kind: "comparison",
          operator: "<",
          left: { kind: "column", name: "b", table: "t" },
          right: { kind: "excluded", name: "b" },
        },
      },
      returning: ["a"],
    }),
    'INSERT INTO "t" ("a") VALUES (?) ON CONFLICT ("a") DO UPDATE SET "b" = excluded."b" ' +
      'WHERE "t"."b" < excluded."b" RETURNING "a"',
  );
});

Deno.test("prettySQL() gives a line to each clause and indents subqueries", () => {
  const sql =
    `SELECT "a", 'x AND y' FROM "t" LEFT JOIN "u" ON "u"."id" = "t"."id" WHERE "a" = ? AND ("b" = ? OR "c" IN ` +
    `(SELECT "d" FROM "e" WHERE "f" BETWEEN ? AND ? AND 1)) GROUP BY "a" ORDER BY "a" DESC LIMIT 5 OFFSET 2 /*a='FROM'*/`;
  assertEquals(prettySQL(sql).split("\n"), [
    `SELECT "a", 'x AND y'`,
    `FROM "t"`,
    `LEFT JOIN "u"`,
    `ON "u"."id" = "t"."id"`,
    `WHERE "a" = ?`,
    `  AND ("b" = ? OR "c" IN (`,
    `  SELECT "d"`,
    `  FROM "e"`,
    `  WHERE "f" BETWEEN ? AND ?`,
    `    AND 1`,
    `))`,
    `GROUP BY "a"`,
    `ORDER BY "a" DESC`,
    `LIMIT 5`,
    `OFFSET 2 /*a='FROM'*/`,
  ]);
  for (
    const text of [sql, "", "SELECT 1 -- x\n, 2", "SELECT '(' || \"SELECT\" || `FROM`", "x)) AND ((", "SELECT 'open"]
  ) {
    assertEquals(squeezed(prettySQL(text)), squeezed(text), text);
  }
});

/** A text without the spaces that a formatter may change. */
function squeezed(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

Deno.test("tagComment() escapes whatever could end the comment or be taken for SQL", () => {
  assertEquals(tagComment({}), "");
  assertEquals(tagComment({ b: "2", a: "1" }), " /*a='1',b='2'*/");
  const hostile = [
    "*/ DROP TABLE users; --",
    "/* nested",
    "' OR 1=1",
    "\\'",
    "?",
    "$1",
    ":name",
    "\n",
    "%27",
    "`",
    '"',
    "\0",
  ];
  for (const text of hostile) {
    const comment = tagComment({ [text]: text });
    assertEquals(/^ \/\*[\w%.-]+='[\w%.-]+'\*\/$/.test(comment), true, comment);
    assertEquals(decodeURIComponent(/'(.*)'/.exec(comment)![1]!), text);
  }
  assertThrows(() => tagComment({ a: 1 as never }), QueryBuildError, '"a"');
});

Deno.test("the lines of EXPLAIN QUERY PLAN are read as steps", () => {
  const read = (...details: string[]) => {
    const rows = details.map((detail, i) => [i + 1, 0, 0, detail]);
    return new QueryPlan("", sqlitePlans.read({ rows, affectedRows: 0, lastInsertId: null, columns: [] }), rows);
  };
  const cases: readonly (readonly [string, string | undefined, string | null | undefined])[] = [
    ["SCAN users", "full", undefined],
    ["SCAN my users", "full", undefined],
    ["SCAN users USING INDEX by_name", "fullIndex", "by_name"],
    ["SCAN users USING COVERING INDEX by_name", "fullIndex", "by_name"],
    ["SEARCH users USING INDEX by_name (name=? AND age>?)", "index", "by_name"],
    ["SEARCH users USING COVERING INDEX by_name (name=?)", "index", "by_name"],
    ["SEARCH users USING INTEGER PRIMARY KEY (rowid=?)", "key", null],
    ["SEARCH slots USING PRIMARY KEY (row=?)", "key", null],
    ["SEARCH u USING AUTOMATIC COVERING INDEX (a=?)", "full", undefined],
    ["SEARCH u USING INDEX by_name (name=?) LEFT-JOIN", "index", "by_name"],
    ["SCAN users LEFT-JOIN", "full", undefined],
    ["SCAN posts_fts VIRTUAL TABLE INDEX 0:M2", "index", "posts_fts"],
    ["SCAN CONSTANT ROW", undefined, undefined],
    ["SCAN (subquery-1)", undefined, undefined],
  ];
  for (const [detail, access, index] of cases) {
    const [node] = read(detail).nodes;
    assertEquals([node!.operation, node!.access, node!.index], ["read", access, index], detail);
  }
  assertEquals(read("CO-ROUTINE numbered", "SCAN t", "SCAN numbered").fullScans, ["t"]);
  const words = read(
    "USE TEMP B-TREE FOR ORDER BY",
    "USE TEMP B-TREE FOR GROUP BY",
    "COMPOUND QUERY",
    "LIST SUBQUERY 1",
    "X",
  );
  assertEquals(words.nodes.map(({ operation }) => operation), ["sort", "aggregate", "union", "subquery", "other"]);
  assertEquals([words.usesIndex(), words.fullScan, words.cost, words.rows], [false, false, undefined, undefined]);
});
