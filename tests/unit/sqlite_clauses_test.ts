import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  decimal,
  type Expression,
  fn,
  type FrameSpec,
  type PlannerHints,
  primaryKey,
  QueryBuildError,
  type SelectNode,
  type SQLBuilder,
  type StatementNode,
  UnsupportedFeatureError,
  uuidKey,
  type WindowSpec,
} from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
import { prettySQL } from "../../core/sql/pretty.ts";
import { tagComment } from "../../core/sql/comment.ts";
import { sqlitePlans } from "../../backends/sqlite/plan.ts";
import { SQLiteDialect } from "../../backends/sqlite/dialect.ts";
import { metaOf } from "../../core/model/registry.ts";
import { writeHintComment, writeUpdateRows } from "../../core/sql/mod.ts";
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

Deno.test("SQLite refuses a RANGE frame with an offset in the order of texts", () => {
  const { c } = User;
  const near = (orderBy: Expression<unknown>, frame: FrameSpec = { start: { preceding: 1 } }) => ({
    orderBy,
    frame: { unit: "range", ...frame } as const,
  });
  const counted = (window: WindowSpec) => User.select({ n: fn.count().over(window) });
  for (
    const refused of [
      counted(near(c.price)),
      counted(near(c.price, { start: "unboundedPreceding", end: { following: 2 } })),
      counted(near(c.name)),
      User.select({ n: fn.lastValue(c.id).over("w") }).window("w", near(c.price)),
      User.select({ n: fn.sum(c.price).over(near(c.price)) }),
    ]
  ) assertThrows(() => refused.toSQL(), UnsupportedFeatureError, "a RANGE frame with an offset in the order of a ");
  const error = assertThrows(() => counted(near(c.price)).toSQL(), UnsupportedFeatureError, 'fn.cast(…, "number")');
  assertEquals(error.feature, "a RANGE frame with an offset in the order of a decimal");
  assertEquals(
    counted(near(c.price, { start: "currentRow", end: "unboundedFollowing" })).toSQL().sql,
    'SELECT count(*) OVER (ORDER BY decimal_key("price") RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS "n" FROM "users"',
  );
  assertEquals(
    counted(near(fn.cast(c.price, "number"))).toSQL().sql,
    'SELECT count(*) OVER (ORDER BY CAST("price" AS REAL) RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS "n" FROM "users"',
  );
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
    const node = { kind: "explain", statement: { kind: "values", columns: [], rows: [] }, analyze: false } as const;
    return new QueryPlan("", sqlitePlans.read({ rows, affectedRows: 0, lastInsertId: null, columns: [] }, node), rows);
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

class Post extends ActiveRecord.define("posts", {
  id: primaryKey(),
  title: z.string(),
  body: column(z.string(), { name: "the'body" }),
}, { fullText: [{ fields: ["title", "body"], name: "posts_fts", language: "english" }] }) {}
Post.configure(backend);

Deno.test("SQLite's SQL of full-text search", () => {
  const rest = (query: { toSQL(): { sql: string; params: readonly unknown[] } }) => {
    const { sql, params } = query.toSQL();
    return [sql.split(' FROM "posts"')[1], params];
  };
  const found = '"posts"."id" IN (SELECT rowid FROM "posts_fts" WHERE "posts_fts" MATCH ?)';
  assertEquals(rest(Post.query().match('a "b" c*', { ranked: false })), [` WHERE ${found}`, ['("a" AND "b" AND "c")']]);
  const searches = [
    [{ mode: "any", prefix: true }, '("a" OR "b" *)'],
    [{ mode: "phrase" }, '"a b"'],
    [{ mode: "phrase", prefix: true }, '"a b" *'],
    [{ fields: ["body"] }, `{"the'body"} : ("a" AND "b")`],
    [{ mode: "native" }, "a b"],
    [{ mode: "native", fields: ["title"] }, '{"title"} : (a b)'],
  ] as const;
  for (const [options, text] of searches) {
    assertEquals(rest(Post.query().match("a b", { ...options, ranked: false })), [` WHERE ${found}`, [text]]);
  }
  assertEquals(rest(Post.query().match("?!", { ranked: false })), [" WHERE 1 = 0", []]);
  assertEquals(rest(Post.query().match("a")), [
    ` WHERE ${found} ORDER BY (SELECT -bm25("posts_fts") FROM "posts_fts" WHERE "posts_fts" MATCH ? ` +
    'AND rowid = "posts"."id") DESC',
    ['("a")', '("a")'],
  ]);
  const search = Post.fullText("a");
  assertEquals(Post.select({ part: search.excerpt("body", { words: 5 }), all: search.highlight("title") }).toSQL(), {
    sql: `SELECT (SELECT snippet("posts_fts", 1, ?, ?, '…', ?) FROM "posts_fts" WHERE "posts_fts" MATCH ? ` +
      `AND rowid = "posts"."id") AS "part", (SELECT highlight("posts_fts", 0, ?, ?) FROM "posts_fts" ` +
      `WHERE "posts_fts" MATCH ? AND rowid = "posts"."id") AS "all" FROM "posts"`,
    params: ["<b>", "</b>", 5, '("a")', "<b>", "</b>", '("a")'],
  });
});

Deno.test("SQLite's DDL of a full-text index", () => {
  const index = metaOf(Post).fullText[0]!;
  const table = { kind: "table", name: "posts" } as const;
  assertEquals(sqlOf({ kind: "createFullText", table, index, ifNotExists: true }).split(";\n"), [
    `CREATE VIRTUAL TABLE IF NOT EXISTS "posts_fts" USING fts5 ("title", "the'body", content='posts', content_rowid='id', ` +
    `tokenize='porter unicode61 remove_diacritics 2')`,
    `CREATE TRIGGER IF NOT EXISTS "posts_fts_insert" AFTER INSERT ON "posts" BEGIN INSERT INTO "posts_fts" ` +
    `(rowid, "title", "the'body") VALUES (new."id", new."title", new."the'body"); END`,
    `CREATE TRIGGER IF NOT EXISTS "posts_fts_delete" AFTER DELETE ON "posts" BEGIN INSERT INTO "posts_fts" ` +
    `("posts_fts", rowid, "title", "the'body") VALUES ('delete', old."id", old."title", old."the'body"); END`,
    `CREATE TRIGGER IF NOT EXISTS "posts_fts_update" AFTER UPDATE OF "id", "title", "the'body" ON "posts" BEGIN ` +
    `INSERT INTO "posts_fts" ("posts_fts", rowid, "title", "the'body") VALUES ('delete', old."id", old."title", ` +
    `old."the'body"); INSERT INTO "posts_fts" (rowid, "title", "the'body") VALUES (new."id", new."title", new."the'body"); END`,
    `INSERT INTO "posts_fts" ("posts_fts") SELECT 'rebuild' WHERE NOT EXISTS (SELECT 1 FROM "posts_fts_docsize")`,
  ]);
  assertEquals(sqlOf({ kind: "dropFullText", table, index }).split(";\n"), [
    `DROP TRIGGER IF EXISTS "posts_fts_insert"`,
    `DROP TRIGGER IF EXISTS "posts_fts_delete"`,
    `DROP TRIGGER IF EXISTS "posts_fts_update"`,
    `DROP TABLE IF EXISTS "posts_fts"`,
  ]);
});

Deno.test("SQLite refuses a full-text index without a key of one integer, before anything is made", async () => {
  await using database = new SQLiteBackend({ database: ":memory:" });
  class Page
    extends ActiveRecord.define("pages", { text: z.string() }, { fullText: [{ fields: ["text"] }] }, uuidKey()) {}
  Page.configure(database);
  const error = await assertRejects(() => Page.createTable(), UnsupportedFeatureError);
  assertEquals(error.message.includes("primary key of one integer"), true);
  assertEquals(await Page.tableExists(), false);
});

Deno.test("words for a lock and hints of an AST are checked when it is compiled", () => {
  const select = User.query().toNode();
  // deno-lint-ignore no-explicit-any
  const compile = (changes: any) => () => standard.compile({ ...select, ...changes });
  const lock = { strength: "update", wait: "wait", of: [] };
  for (
    const changes of [
      { lock: { ...lock, strength: "update; DROP TABLE users" } },
      { lock: { ...lock, wait: "nowait; --" } },
      { lock: { ...lock, of: [""] } },
      { hints: { texts: ["a */ DROP TABLE users; /*"], keepsJoinOrder: false } },
      { hints: { texts: ["a ? b"], keepsJoinOrder: false } },
      { hints: { texts: ["a\nb"], keepsJoinOrder: false } },
      { hints: { texts: ["a -- b"], keepsJoinOrder: false } },
    ]
  ) assertThrows(compile(changes), QueryBuildError, undefined, Deno.inspect(changes));
});

Deno.test("standard SQL of locks and hints", () => {
  const sql = (query: { toNode(): SelectNode }) => standard.compile(query.toNode()).sql.replace(/"id".*"users"/, "…");
  assertEquals(sql(User.query().forUpdate()), "SELECT … FOR UPDATE");
  const joined = User.query().crossJoin({ 'u"x': User }).select("id").forShare({
    skipLocked: true,
    of: ['u"x', "users"],
  });
  assertEquals(
    standard.compile(joined.toNode()).sql,
    'SELECT "users"."id" FROM "users" CROSS JOIN "users" AS "u""x" FOR SHARE OF "u""x", "users" SKIP LOCKED',
  );
  assertEquals(sql(User.query().limit(1).forUpdate({ nowait: true })), "SELECT … LIMIT 1 FOR UPDATE NOWAIT");
  assertEquals(sql(User.query().optimizerHint("A(t)").optimizerHint("B('x')")), "SELECT /*+ A(t) B('x') */ …");
});

/** A dialect with what SQLite lacks, compiled only. */
class StandardDialect extends SQLiteDialect {
  override writeHints(hints: PlannerHints, builder: SQLBuilder): void {
    writeHintComment(hints, builder);
  }
}

class StandardBackend extends SQLiteBackend {
  override readonly dialect: SQLiteDialect = new StandardDialect();
  override requiresCapability(): void {}
}

const standard = new StandardBackend({ database: ":memory:" });

Deno.test("the CASE that every database takes gives rows values of their own", async () => {
  await using database = new SQLiteBackend({ database: ":memory:" });
  await database.execute("CREATE TABLE t (a INTEGER, b INTEGER, c TEXT, d INTEGER)");
  await database.execute("INSERT INTO t VALUES (1, 1, 'x', 0), (1, 2, 'y', 0), (2, 1, 'z', 0)");
  const value = (value: unknown) => ({ kind: "value", value }) as const;
  const builder = database.dialect.createBuilder(database.types);
  writeUpdateRows({
    kind: "updateRows",
    table: { kind: "table", name: "t" },
    key: ["a", "b"],
    columns: ["c"],
    rows: [[value(1), value(1), value("X")], [value(2), value(1), value("Z")]],
    set: [{ column: "d", value: value(7) }],
    where: null,
  }, builder);
  assertEquals(
    builder.sql,
    'UPDATE "t" SET "c" = CASE WHEN "a" = ? AND "b" = ? THEN ? WHEN "a" = ? AND "b" = ? THEN ? ELSE "c" END, "d" = ? ' +
      'WHERE (("a" = ? AND "b" = ?) OR ("a" = ? AND "b" = ?))',
  );
  assertEquals((await database.execute(builder.sql, builder.params)).affectedRows, 2);
  const rows = await database.fetchAll("SELECT c, d FROM t ORDER BY a, b");
  assertEquals(rows.map(({ c, d }) => [c, d]), [["X", 7], ["y", 0], ["Z", 7]]);
});
