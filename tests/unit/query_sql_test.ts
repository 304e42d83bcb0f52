import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { PostgreSQLBackend } from "../../backends/postgres/mod.ts";
import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  alias,
  all,
  cte,
  cube,
  decimal,
  exists,
  fn,
  primaryKey,
  QueryBuildError,
  recursiveCte,
  softDelete,
  sql,
  type ToSQLOptions,
  tuple,
  UnsupportedFeatureError,
  values,
} from "../../mod.ts";

/** Never connected: SQL is made without a database. */
const backend = new SQLiteBackend({ database: "/nowhere/at/all.db", create: false });

class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string(),
  age: z.int(),
  price: decimal(10, 2),
  createdAt: z.date(),
  data: z.object({ a: z.array(z.number()), "b.c": z.string() }),
}) {
  get posts() {
    return this.hasMany(() => Post, { foreignKey: "userId" });
  }
}
class Post
  extends ActiveRecord.define("posts", { id: primaryKey(), userId: z.int(), title: z.string() }, softDelete()) {
  get author() {
    return this.belongsTo(() => User, { foreignKey: "userId" });
  }
}
for (const model of [User, Post]) model.configure(backend);

interface Query {
  toSQL(options?: ToSQLOptions): { readonly sql: string; readonly params: readonly unknown[] };
}

const { c } = User;
const one = (expression: typeof c.id | unknown) => User.query().select({ x: expression as typeof c.id });

/** The text of each query, and its parameters. */
const SNAPSHOTS: Readonly<Record<string, readonly [query: () => Query, sql: string, params?: readonly unknown[]]>> = {
  "a join by a relation, with the scope of its model": [
    () => User.query().join("posts").where((_, j) => j.posts.title.eq("x")).select("id"),
    `SELECT "users"."id" FROM "users" JOIN "posts" ON "posts"."user_id" = "users"."id" AND "posts"."deleted_at" IS NULL WHERE "posts"."title" = ?`,
    ["x"],
  ],
  "a left join under a name": [
    () => Post.query().leftJoin({ u: User }, (p, j) => j.u.id.eq(p.userId)).select((_, j) => ({ n: j.u.name })),
    `SELECT "u"."name" AS "n" FROM "posts" LEFT JOIN "users" AS "u" ON "u"."id" = "posts"."user_id" WHERE "posts"."deleted_at" IS NULL`,
  ],
  "a right join has the scopes of both sides on both sides": [
    () => Post.query().rightJoin({ o: Post }, (p, j) => j.o.id.eq(p.id)).select((_, j) => ({ i: j.o.id })),
    `SELECT "o"."id" AS "i" FROM "posts" RIGHT JOIN "posts" AS "o" ON "o"."id" = "posts"."id" AND "o"."deleted_at" IS NULL AND "posts"."deleted_at" IS NULL WHERE "posts"."deleted_at" IS NULL AND "o"."deleted_at" IS NULL`,
  ],
  "a cross join has its scope in the conditions": [
    () => User.query().crossJoin({ p: Post }).where({ id: 1 }).orWhere({ id: 2 }).select("id"),
    `SELECT "users"."id" FROM "users" CROSS JOIN "posts" AS "p" WHERE ("users"."id" = ? OR "users"."id" = ?) AND "p"."deleted_at" IS NULL`,
    [1, 2],
  ],
  "whereHas": [
    () => User.query().whereHas("posts", (q) => q.where({ title: "x" })).select("id"),
    `SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" WHERE "user_id" = "users"."id" AND "title" = ? AND "deleted_at" IS NULL)`,
    ["x"],
  ],
  "withCount": [
    () => Post.query().withCount("author"),
    `SELECT "id", "user_id", "title", "deleted_at", (SELECT count(*) FROM "users" WHERE "id" = "posts"."user_id") AS "authorCount" FROM "posts" WHERE "deleted_at" IS NULL`,
  ],
  "exists with the columns of the query around": [
    () => User.where((u) => exists(Post.where((p) => p.userId.eq(u.id)))).select("id"),
    `SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL)`,
  ],
  "an alias in a subquery of the same table": [
    () => User.where((u) => u.id.in(alias(User, "o").query().where((o) => o.age.gt(u.age)).select("id"))).select("id"),
    `SELECT "id" FROM "users" WHERE "id" IN (SELECT "id" FROM "users" AS "o" WHERE "age" > "users"."age")`,
  ],
  "all(), by EXISTS": [
    () => User.where(c.age.gte(all(User.select("age")))).select("id"),
    `SELECT "id" FROM "users" WHERE CASE WHEN EXISTS (SELECT 1 FROM (SELECT "age" AS "quantified value" FROM "users") AS "quantified rows" WHERE NOT ("users"."age" >= "quantified value")) THEN 1 = 0 WHEN EXISTS (SELECT 1 FROM (SELECT "age" AS "quantified value" FROM "users") AS "quantified rows" WHERE ("users"."age" >= "quantified value") IS NULL) THEN ? ELSE 1 = 1 END`,
    [null],
  ],
  "tuples in a list": [
    () => User.where(tuple(c.id, c.price).in([[1, "1.5"]])).select("id"),
    `SELECT "id" FROM "users" WHERE ("id", decimal_key("price")) IN (VALUES (?, decimal_key(?)))`,
    [1, "1.50"],
  ],
  "a union, ordered and limited": [
    () => Post.where({ id: 1 }).union(Post.query().orderBy("id").limit(1)).orderBy("-id").limit(2).select("id"),
    `SELECT "id" FROM (SELECT "id", "user_id", "title", "deleted_at" FROM "posts" WHERE "id" = ? AND "deleted_at" IS NULL UNION SELECT * FROM (SELECT "id", "user_id", "title", "deleted_at" FROM "posts" WHERE "deleted_at" IS NULL ORDER BY "id" LIMIT 1)) AS "posts" ORDER BY "id" DESC LIMIT 2`,
    [1],
  ],
  "rows that several queries give, as often as all of them": [
    () => User.select("id", "name").intersectAll(User.where({ age: 1 }).select("id", "name")),
    `SELECT "id", "name" FROM (SELECT "c0" AS "id", "c1" AS "name" FROM (SELECT * FROM (WITH "activerecord_operand" ("c0", "c1") AS (SELECT "id", "name" FROM "users") SELECT "c0", "c1", row_number() OVER (PARTITION BY "c0", "c1") AS "nth" FROM "activerecord_operand") INTERSECT SELECT * FROM (WITH "activerecord_operand" ("c0", "c1") AS (SELECT "id", "name" FROM "users" WHERE "age" = ?) SELECT "c0", "c1", row_number() OVER (PARTITION BY "c0", "c1") AS "nth" FROM "activerecord_operand")) AS "counted") AS "rows"`,
    [1],
  ],
  "rows less those of other queries, one by one": [
    () => User.select({ x: c.age }).exceptAll(User.select({ x: c.id }), Post.select({ x: Post.c.id }).limit(1)),
    `SELECT "x" FROM (SELECT "c0" AS "x" FROM (SELECT * FROM (WITH "activerecord_operand" ("c0") AS (SELECT "c0" AS "x" FROM (SELECT * FROM (WITH "activerecord_operand" ("c0") AS (SELECT "age" AS "x" FROM "users") SELECT "c0", row_number() OVER (PARTITION BY "c0") AS "nth" FROM "activerecord_operand") EXCEPT SELECT * FROM (WITH "activerecord_operand" ("c0") AS (SELECT "id" AS "x" FROM "users") SELECT "c0", row_number() OVER (PARTITION BY "c0") AS "nth" FROM "activerecord_operand")) AS "counted") SELECT "c0", row_number() OVER (PARTITION BY "c0") AS "nth" FROM "activerecord_operand") EXCEPT SELECT * FROM (WITH "activerecord_operand" ("c0") AS (SELECT "id" AS "x" FROM "posts" WHERE "deleted_at" IS NULL LIMIT 1) SELECT "c0", row_number() OVER (PARTITION BY "c0") AS "nth" FROM "activerecord_operand")) AS "counted") AS "rows"`,
  ],
  "queries with a name, one built on another": [
    () => {
      const a = cte("a", User.where({ age: 1 }).select("id"), { materialized: false });
      return User.query().from(cte("b", User.query().from(a).where({ id: 2 })));
    },
    `WITH "a" ("id") AS NOT MATERIALIZED (SELECT "id" FROM "users" WHERE "age" = ?), "b" ("id") AS (SELECT "id" FROM "a" WHERE "id" = ?) SELECT "id" FROM "b"`,
    [1, 2],
  ],
  "a recursive query with a limit of depth": [
    () =>
      User.query().from(recursiveCte(
        "t",
        User.where({ id: 1 }).select("id"),
        (t) => User.query().join({ t }, (u, j) => u.age.eq(j.t.id)).select("id"),
        { maxDepth: 3 },
      )),
    `WITH RECURSIVE "t" ("id", "depth") AS (SELECT "id", ? AS "depth" FROM "users" WHERE "id" = ? UNION ALL SELECT "users"."id", "t"."depth" + ? AS "depth" FROM "users" JOIN "t" ON "users"."age" = "t"."id" WHERE "t"."depth" < ?) SELECT "id", "depth" FROM "t"`,
    [1, 1, 1, 3],
  ],
  "values": [
    () => User.query().from(values({ n: "int", t: "string" }, [{ n: 1, t: "a" }, { n: 2, t: "b" }]), "v"),
    `SELECT "n", "t" FROM (SELECT column1 AS "n", column2 AS "t" FROM (VALUES (?, ?), (?, ?))) AS "v"`,
    [1, "a", 2, "b"],
  ],
  "a window with partition, order and frame": [
    () =>
      one(
        fn.sum(c.age).over({
          partitionBy: c.name,
          orderBy: c.id.desc(),
          frame: { unit: "groups", start: { preceding: 1 }, end: "unboundedFollowing", exclude: "ties" },
        }),
      ),
    `SELECT sum("age") OVER (PARTITION BY "name" ORDER BY "id" DESC GROUPS BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) AS "x" FROM "users"`,
  ],
  "a window with a name": [
    () => one(fn.rowNumber().over("w")).window("w", { orderBy: c.id }),
    `SELECT row_number() OVER "w" AS "x" FROM "users" WINDOW "w" AS (ORDER BY "id")`,
  ],
  "decimals over a window": [
    () => one(fn.sum(c.price).over({ orderBy: c.price })),
    `SELECT decimal_fold('sum', json_group_array("price") OVER (ORDER BY decimal_key("price"))) AS "x" FROM "users"`,
  ],
  "an aggregate with everything": [
    () => one(fn.groupConcat(c.name, { separator: "|", orderBy: c.id.desc(), filter: c.age.gt(1) })),
    `SELECT group_concat("name", ? ORDER BY "id" DESC) FILTER (WHERE "age" > ?) AS "x" FROM "users"`,
    ["|", 1],
  ],
  "a case": [
    () => one(fn.case().when(c.age.lt(18), "young").else("old")),
    `SELECT CASE WHEN "age" < ? THEN ? ELSE ? END AS "x" FROM "users"`,
    [18, "young", "old"],
  ],
  "arithmetic": [
    () => one(c.age.dividedBy(2).plus(c.age.times(3).plus(1))),
    `SELECT (CAST("age" AS REAL) / nullif(?, 0)) + (("age" * ?) + ?) AS "x" FROM "users"`,
    [2, 3, 1],
  ],
  "arithmetic of decimals": [
    () => one(c.price.plus("0.1").modulo("2")),
    `SELECT decimal_modulo(decimal_add("price", ?), ?) AS "x" FROM "users"`,
    ["0.1", "2"],
  ],
  "distinct from": [
    () => User.where(c.age.isDistinctFrom(1)).select("id"),
    `SELECT "id" FROM "users" WHERE "age" IS NOT ?`,
    [
      1,
    ],
  ],
  "a time in a zone": [
    () => one(fn.dateTrunc("day", c.createdAt, { zone: "Europe/Oslo" })),
    `SELECT time_trunc('date', 'day', "created_at", ?) AS "x" FROM "users"`,
    ["Europe/Oslo"],
  ],
  "a path of JSON, bound": [
    () => User.where(c.data.at("b.c").eq("x")).orderBy(c.data.at("a", 0).desc()).select({ a: c.data.at("a", 0) }),
    `SELECT nullif("data" -> ?, 'null') AS "a" FROM "users" WHERE (CASE json_type("data", ?) WHEN 'text' THEN json_extract("data", ?) END) = ? ORDER BY json_extract("data", ?) DESC`,
    ['$."a"[0]', '$."b.c"', '$."b.c"', "x", '$."a"[0]'],
  ],
  "a hostile name of a window, an alias and a collation": [
    () =>
      User.query().crossJoin({ [`"x`]: Post }).orderBy((u) => u.name.collate(`"; DROP`))
        .select({ [`"y`]: fn.count().over(`"w`) }).window(`"w`, {}),
    `SELECT count(*) OVER """w" AS """y" FROM "users" CROSS JOIN "posts" AS """x" WHERE """x"."deleted_at" IS NULL WINDOW """w" AS () ORDER BY "users"."name" COLLATE """; DROP"`,
  ],
  "SQL text with columns of two tables": [
    () =>
      User.query().join("posts").where((u, j) => sql<boolean>`length(${u.name}) > length(${j.posts.title})`).select(
        "id",
      ),
    `SELECT "users"."id" FROM "users" JOIN "posts" ON "posts"."user_id" = "users"."id" AND "posts"."deleted_at" IS NULL WHERE length("users"."name") > length("posts"."title")`,
  ],
};

for (const [name, [query, text, params = []]] of Object.entries(SNAPSHOTS)) {
  Deno.test(`SQLite's SQL of ${name}`, () => assertEquals(query().toSQL(), { sql: text, params }));
}

/** What SQLite has no words for. */
const BEYOND: Readonly<Record<string, readonly [query: () => Query, sql: string]>> = {
  "a lateral join": [
    () =>
      User.query().joinLateral({ l: (u) => Post.where((p) => p.userId.eq(u.id)).limit(1).select("title") }).select(
        "id",
      ),
    `SELECT "users"."id" FROM "users" JOIN LATERAL (SELECT "title" FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL LIMIT 1) AS "l" ON 1 = 1`,
  ],
  "groupings": [
    () => User.query().select({ n: fn.count() }).groupBy(cube(c.name, [c.age, c.id])),
    `SELECT count(*) AS "n" FROM "users" GROUP BY CUBE ("name", ("age", "id"))`,
  ],
};

for (const [name, [query, text]] of Object.entries(BEYOND)) {
  Deno.test(`${name} has no SQL on SQLite, but for a backend that can do it`, () => {
    assertThrows(() => query().toSQL(), UnsupportedFeatureError);
    assertEquals(query().toSQL({ backend: new PostgreSQLBackend({ database: "any" }) }), { sql: text, params: [] });
  });
}

Deno.test("INTERSECT ALL and EXCEPT ALL are PostgreSQL's own", () => {
  const postgres = { backend: new PostgreSQLBackend({ database: "any" }) };
  assertEquals(
    User.select("id").intersectAll(User.where({ age: 1 }).select("id")).toSQL(postgres).sql,
    `SELECT "id" FROM (SELECT "id" FROM "users" INTERSECT ALL SELECT "id" FROM "users" WHERE "age" = $1) AS "rows"`,
  );
  assertEquals(
    User.select("id").exceptAll(Post.select("id").limit(1), User.select("id")).toSQL(postgres).sql,
    `SELECT "id" FROM (SELECT "id" FROM "users" EXCEPT ALL (SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL LIMIT 1) EXCEPT ALL SELECT "id" FROM "users") AS "rows"`,
  );
});

Deno.test("what cannot stand where it is put is found without a database", () => {
  for (
    const query of [
      () => User.where(fn.count().gt(1)).toSQL(),
      () => User.where(fn.rowNumber().over().eq(1)).toSQL(),
      () => User.query().join({ p: Post }, () => fn.max(c.age).gt(1)).toSQL(),
      () => User.query().select({ n: fn.count() }).groupBy(fn.rank().over()).toSQL(),
      () => User.query().select({ n: fn.rank().over("w") }).toSQL(),
      () => User.query().select({ n: fn.count(), name: c.name }).toSQL(),
    ]
  ) assertThrows(query, QueryBuildError);
});
