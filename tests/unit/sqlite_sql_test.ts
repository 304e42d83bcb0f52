import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import { createTableStatements } from "../../core/schema/table.ts";
import { metaOf } from "../../core/model/registry.ts";
import {
  ActiveRecord,
  column,
  decimal,
  fn,
  primaryKey,
  QueryBuildError,
  softDelete,
  sql,
  TypeConversionError,
} from "../../mod.ts";

/** Never connected: SQL is made without a database. */
const backend = new SQLiteBackend({ database: "/nowhere/at/all.db", create: false });

class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string(),
  age: z.int().nullable(),
  price: decimal(10, 2),
  isActive: z.boolean(),
  createdAt: z.date(),
  profile: z.object({ theme: z.string() }).nullable(),
}) {}
class Post extends ActiveRecord.define(
  "posts",
  {
    id: primaryKey(),
    userId: column(z.int(), { references: { table: "users", onDelete: "cascade" } }),
    kind: column(z.enum(["a", "it's"]), { default: "a", index: true }),
    slug: column(z.string().max(50), { unique: true, name: "url_slug" }),
  },
  { unique: [["userId", "kind"]], checks: { slug: sql`length(url_slug) > 1` } },
  softDelete(),
) {}
for (const model of [User, Post]) model.configure(backend);

const ALL = `"id", "name", "age", "price", "is_active", "created_at", "profile"`;

interface Query {
  toSQL(): { readonly sql: string; readonly params: readonly unknown[] };
}

/** What follows FROM "users". */
const SNAPSHOTS: Readonly<Record<string, readonly [query: () => Query, sql: string, params: readonly unknown[]]>> = {
  "everything": [() => User.query(), "", []],
  "equality": [() => User.where({ name: "a", age: 5 }), ` WHERE "name" = ? AND "age" = ?`, ["a", 5]],
  "null": [() => User.where({ age: null }), ` WHERE "age" IS NULL`, []],
  "not null": [() => User.where({ age__ne: null }), ` WHERE "age" IS NOT NULL`, []],
  "isnull": [() => User.where({ age__isnull: false }), ` WHERE "age" IS NOT NULL`, []],
  "comparisons": [
    () => User.where({ age__gt: 1, age__lte: 9, name__ne: "x" }),
    ` WHERE "age" > ? AND "age" <= ? AND "name" <> ?`,
    [1, 9, "x"],
  ],
  "boolean and date": [
    () => User.where({ isActive: true, createdAt__lt: new Date(0) }),
    ` WHERE "is_active" = ? AND "created_at" < ?`,
    [1, "1970-01-01T00:00:00.000Z"],
  ],
  "between": [() => User.where({ age__between: [1, 2] }), ` WHERE "age" BETWEEN ? AND ?`, [1, 2]],
  "in of a power of two": [() => User.where({ id__in: [1, 2] }), ` WHERE "id" IN (?, ?)`, [1, 2]],
  "in of three, filled up": [() => User.where({ id__in: [1, 2, 3] }), ` WHERE "id" IN (?, ?, ?, ?)`, [1, 2, 3, 3]],
  "in of many, as one JSON": [
    () => User.where({ id__in: Array.from({ length: 20 }, (_, i) => i) }),
    ` WHERE "id" IN (SELECT value FROM json_each(?))`,
    ["[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19]"],
  ],
  "notin": [() => User.where({ id__notin: [1] }), ` WHERE "id" NOT IN (?)`, [1]],
  "a subquery": [
    () => User.where({ id__in: Post.query().select("userId") }),
    ` WHERE "id" IN (SELECT "user_id" AS "userId" FROM "posts" WHERE "deleted_at" IS NULL)`,
    [],
  ],
  "like with the letters as they are": [
    () => User.where({ name__like: "a%_*?[b" }),
    ` WHERE "name" GLOB cast(? AS TEXT)`,
    ["a*?[*][?][[]b"],
  ],
  "ilike": [() => User.where({ name__ilike: "a%!" }), ` WHERE "name" LIKE cast(? AS TEXT) ESCAPE '!'`, ["a%!!"]],
  "contains": [() => User.where({ name__contains: "5%*" }), ` WHERE "name" GLOB cast(? AS TEXT)`, ["*5%[*]*"]],
  "icontains": [
    () => User.where({ name__icontains: "5%_!" }),
    ` WHERE "name" LIKE cast(? AS TEXT) ESCAPE '!'`,
    ["%5!%!_!!%"],
  ],
  "startswith": [() => User.where({ name__startswith: "a[" }), ` WHERE "name" GLOB cast(? AS TEXT)`, ["a[[]*"]],
  "endswith": [() => User.where({ name__endswith: "z" }), ` WHERE "name" GLOB cast(? AS TEXT)`, ["*z"]],
  "regex": [() => User.where({ name__regex: "^a" }), ` WHERE "name" REGEXP ?`, ["^a"]],
  "a decimal, by value": [
    () => User.where({ price__gte: "1.50" }).orderBy("-price"),
    ` WHERE (decimal_key("price")) >= (decimal_key(?)) ORDER BY decimal_key("price") DESC`,
    ["1.50"],
  ],
  "or and not": [
    () => User.where({ age: 1 }).orWhere({ age: 2 }).not({ name: "x" }),
    ` WHERE ("age" = ? OR "age" = ?) AND NOT ("name" = ?)`,
    [1, 2, "x"],
  ],
  "a callback": [
    () => User.where((c) => c.age.gte(18).or(c.name.eq("a"))),
    ` WHERE "age" >= ? OR "name" = ?`,
    [18, "a"],
  ],
  "text with parameters": [
    () => User.where("json_extract(profile, '$.theme') = ? AND age > ?", ["dark", 5]),
    ` WHERE json_extract(profile, '$.theme') = ? AND age > ?`,
    ["dark", 5],
  ],
  "a template": [() => User.where(sql`lower(${User.c.name}) = ${"a"}`), ` WHERE lower("name") = ?`, ["a"]],
  "order, limit and offset": [
    () => User.query().orderBy("-age", "id", User.c.name.desc({ nulls: "last" })).limit(3).offset(2),
    ` ORDER BY "age" DESC, "id", "name" DESC NULLS LAST LIMIT 3 OFFSET 2`,
    [],
  ],
  "limit 0": [() => User.query().limit(0), " LIMIT 0", []],
  "offset alone": [() => User.query().offset(5), " LIMIT -1 OFFSET 5", []],
};

for (const [name, [query, rest, params]] of Object.entries(SNAPSHOTS)) {
  Deno.test(`SQLite's SQL of ${name}`, () => {
    assertEquals(query().toSQL(), { sql: `SELECT ${ALL} FROM "users"${rest}`, params });
  });
}

Deno.test("SQLite's SQL of selections, aggregates and groups", () => {
  const query = User.select({ age: User.c.age, total: fn.sum(User.c.price), n: fn.count() }).groupBy("age")
    .having((c) => fn.count(c.id).gt(1)).orderBy(fn.count().desc());
  assertEquals(query.toSQL(), {
    sql: `SELECT "age", decimal_sum("price") AS "total", count(*) AS "n" FROM "users" GROUP BY "age" ` +
      `HAVING count("id") > ? ORDER BY count(*) DESC`,
    params: [1],
  });
  assertEquals(User.query().distinct().select("name").toSQL().sql, `SELECT DISTINCT "name" FROM "users"`);
  assertEquals(User.select("isActive").toSQL().sql, `SELECT "is_active" AS "isActive" FROM "users"`);
});

Deno.test("SQLite's SQL passes over rows that are marked as deleted, unless told otherwise", () => {
  const where = (query: Query) => query.toSQL().sql.split(` FROM "posts"`)[1];
  assertEquals(where(Post.query()), ` WHERE "deleted_at" IS NULL`);
  assertEquals(
    where(Post.where({ id: 1 }).orWhere({ id: 2 })),
    ` WHERE ("id" = ? OR "id" = ?) AND "deleted_at" IS NULL`,
  );
  assertEquals(where(Post.withDeleted()), "");
  assertEquals(where(Post.unscoped()), "");
  assertEquals(where(Post.onlyDeleted()), ` WHERE "deleted_at" IS NOT NULL`);
});

Deno.test("SQLite's DDL of a model", () => {
  const statements = createTableStatements(metaOf(Post)).map((statement) => backend.compile(statement).sql);
  assertEquals(statements, [
    `CREATE TABLE "posts" ("id" INTEGER PRIMARY KEY AUTOINCREMENT, "user_id" INTEGER NOT NULL, ` +
    `"kind" TEXT NOT NULL DEFAULT 'a' CONSTRAINT "posts_kind_check" CHECK ("kind" IN ('a', 'it''s')), ` +
    `"url_slug" TEXT NOT NULL, "deleted_at" TEXT, CONSTRAINT "posts_url_slug_key" UNIQUE ("url_slug"), ` +
    `CONSTRAINT "posts_user_id_kind_key" UNIQUE ("user_id", "kind"), ` +
    `CONSTRAINT "posts_slug_check" CHECK (length(url_slug) > 1), ` +
    `CONSTRAINT "posts_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users" ("id") ON DELETE CASCADE) STRICT`,
    `CREATE INDEX "posts_kind_idx" ON "posts" ("kind")`,
  ]);
});

Deno.test("a wrong query is refused when it is built, without a database", () => {
  // deno-lint-ignore no-explicit-any
  const Model: any = User;
  for (
    const build of [
      () => Model.where({ nope: 1 }),
      () => Model.where({ age: undefined }),
      () => Model.where({ age__near: 1 }),
      () => Model.where({ id__in: [1, null] }).toSQL(),
      () => Model.where({ id__notin: [null] }).toSQL(),
      () => Model.where({ id__in: 5 }),
      () => Model.where({ age__between: [1] }),
      () => Model.where({ age__isnull: 1 }),
      () => Model.where("a = ?", []),
      () => Model.where(5),
      () => Model.where(null),
      () => Model.where([]),
      () => Model.where({ name__like: 5 }).toSQL(),
      () => Model.where({ age__gt: null }).toSQL(),
      () => Model.query().orderBy("x; drop"),
      () => Model.query().orderBy("-nope"),
      () => Model.query().limit(-1),
      () => Model.query().limit(1.5),
      () => Model.query().limit("1; drop"),
      () => Model.query().limit(NaN),
      () => Model.query().offset(-1),
      () => Model.select("nope"),
      () => Model.select(),
      () => Model.select({ a: 5 }),
      () => sql.identifier(),
      () => sql.identifier("a\0b") && User.where(sql`${sql.identifier("")} = 1`).toSQL(),
      () => sql`${undefined}`,
    ]
  ) assertThrows(build, QueryBuildError, undefined, String(build));
  assertThrows(() => Model.where({ age: "x" }).toSQL(), TypeConversionError, "User.age: ");
});

Deno.test("the words of a query that end up in its text are checked when it is compiled", () => {
  const select = { ...User.query().toNode() };
  // deno-lint-ignore no-explicit-any
  const compile = (changes: any) => () => backend.compile({ ...select, ...changes });
  const value = { kind: "value", value: 1 };
  for (
    const changes of [
      { limit: "1; DROP TABLE users" },
      { offset: -1 },
      { where: { kind: "comparison", operator: "= 1 OR", left: value, right: value } },
      { where: { kind: "function", name: "load_extension", args: [] } },
      { where: { kind: "aggregate", name: "count(*) --", operand: null, distinct: false } },
    ]
  ) assertThrows(compile(changes), QueryBuildError, undefined, Deno.inspect(changes));
});
