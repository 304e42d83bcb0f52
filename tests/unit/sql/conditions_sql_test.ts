import { alias, all, any, exists, type Expression, fn, notExists, tuple } from "../../../mod.ts";
import { snapshots } from "./dialects.ts";
import { Line, Post, User } from "./models.ts";

const { c } = User;
/** A query whose conditions are looked at. */
const users = User.query().select("id");
/** A query for one value. */
const one = (x: Expression<unknown>) => User.select({ x }).toNode();

snapshots("conditions", {
  "lookups": [() => users.where({ age__gte: 18, name__in: ["a", "b"], seenAt__lt: new Date(0) }).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE "age" >= ? AND "name" IN (?, ?) AND "seen_at" < ?',
    postgres: 'SELECT "id" FROM "users" WHERE "age" >= $1 AND "name" = ANY ($2) AND "seen_at" < $3',
    mysql: "SELECT `id` FROM `users` WHERE `age` >= ? AND `name` IN (?, ?) AND `seen_at` < ?",
    mariadb: "SELECT `id` FROM `users` WHERE `age` >= ? AND `name` IN (?, ?) AND `seen_at` < ?",
  }],
  "null and ends": [() => users.where({ age: null, price__between: ["1", "2"] }).toNode(), {
    sqlite:
      'SELECT "id" FROM "users" WHERE "age" IS NULL AND (decimal_key("price")) BETWEEN (decimal_key(?)) AND (decimal_key(?))',
    postgres: 'SELECT "id" FROM "users" WHERE "age" IS NULL AND "price" BETWEEN $1 AND $2',
    mysql:
      "SELECT `id` FROM `users` WHERE `age` IS NULL AND `price` BETWEEN CAST(? AS DECIMAL(65,30)) AND CAST(? AS DECIMAL(65,30))",
    mariadb:
      "SELECT `id` FROM `users` WHERE `age` IS NULL AND `price` BETWEEN CAST(? AS DECIMAL(65,30)) AND CAST(? AS DECIMAL(65,30))",
  }],
  "a pattern": [() => users.where({ name__like: "A%" }).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE "name" GLOB cast(? AS TEXT)',
    postgres: `SELECT "id" FROM "users" WHERE "name" LIKE $1 ESCAPE '!'`,
    mysql: "SELECT `id` FROM `users` WHERE `name` LIKE ? COLLATE utf8mb4_0900_bin ESCAPE '!'",
    mariadb: "SELECT `id` FROM `users` WHERE `name` LIKE ? COLLATE utf8mb4_nopad_bin ESCAPE '!'",
  }],
  "a pattern whatever the case": [() => users.where({ name__ilike: "a%" }).toNode(), {
    sqlite: `SELECT "id" FROM "users" WHERE "name" LIKE cast(? AS TEXT) ESCAPE '!'`,
    postgres: `SELECT "id" FROM "users" WHERE "name" ILIKE $1 ESCAPE '!'`,
    mysql: "SELECT `id` FROM `users` WHERE LOWER(`name`) LIKE LOWER(?) COLLATE utf8mb4_0900_bin ESCAPE '!'",
    mariadb: "SELECT `id` FROM `users` WHERE LOWER(`name`) LIKE LOWER(?) COLLATE utf8mb4_nopad_bin ESCAPE '!'",
  }],
  "parts of a text": [() => users.where({ name__contains: "a", name__startswith: "b" }).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE "name" GLOB cast(? AS TEXT) AND "name" GLOB cast(? AS TEXT)',
    postgres: `SELECT "id" FROM "users" WHERE "name" LIKE $1 ESCAPE '!' AND "name" LIKE $2 ESCAPE '!'`,
    mysql:
      "SELECT `id` FROM `users` WHERE `name` LIKE ? COLLATE utf8mb4_0900_bin ESCAPE '!' AND `name` LIKE ? COLLATE utf8mb4_0900_bin ESCAPE '!'",
    mariadb:
      "SELECT `id` FROM `users` WHERE `name` LIKE ? COLLATE utf8mb4_nopad_bin ESCAPE '!' AND `name` LIKE ? COLLATE utf8mb4_nopad_bin ESCAPE '!'",
  }],
  "a regular expression": [() => users.where({ name__regex: "^a" }).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE "name" REGEXP ?',
    postgres: 'SELECT "id" FROM "users" WHERE "name" ~ $1',
    mysql: "SELECT `id` FROM `users` WHERE REGEXP_LIKE(`name`, ?, 'c')",
    mariadb: "SELECT `id` FROM `users` WHERE `name` REGEXP ? COLLATE utf8mb4_nopad_bin",
  }],
  "and, or, not": [
    () => users.where((u) => u.age.gt(1).or(u.age.isNull()).and(u.id.eq(5).not())).orWhere({ id: 7 }).toNode(),
    {
      sqlite: 'SELECT "id" FROM "users" WHERE (("age" > ? OR "age" IS NULL) AND NOT ("id" = ?)) OR "id" = ?',
      postgres: 'SELECT "id" FROM "users" WHERE (("age" > $1 OR "age" IS NULL) AND NOT ("id" = $2)) OR "id" = $3',
      mysql: "SELECT `id` FROM `users` WHERE ((`age` > ? OR `age` IS NULL) AND NOT (`id` = ?)) OR `id` = ?",
      mariadb: "SELECT `id` FROM `users` WHERE ((`age` > ? OR `age` IS NULL) AND NOT (`id` = ?)) OR `id` = ?",
    },
  ],
  "NULL as a value": [() => users.where((u) => u.age.isDistinctFrom(5)).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE "age" IS NOT ?',
    postgres: 'SELECT "id" FROM "users" WHERE "age" IS DISTINCT FROM $1',
    mysql: "SELECT `id` FROM `users` WHERE NOT (`age` <=> ?)",
    mariadb: "SELECT `id` FROM `users` WHERE NOT (`age` <=> ?)",
  }],
  "tuples": [() => users.where(tuple(c.age, c.name).gt([5, "a"])).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE ("age", "name") > (?, ?)',
    postgres: 'SELECT "id" FROM "users" WHERE ("age", "name") > ($1, $2)',
    mysql: "SELECT `id` FROM `users` WHERE (`age` > ? OR (`age` = ? AND `name` > ?))",
    mariadb: "SELECT `id` FROM `users` WHERE (`age` > ? OR (`age` = ? AND `name` > ?))",
  }],
  "a collation": [() => users.where(c.name.collate("C").lt("b")).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE ("name" COLLATE "C") < ?',
    postgres: 'SELECT "id" FROM "users" WHERE ("name" COLLATE "C") < $1',
    mysql: "SELECT `id` FROM `users` WHERE (`name` COLLATE `C`) < ?",
    mariadb: "SELECT `id` FROM `users` WHERE (`name` COLLATE `C`) < ?",
  }],
  "text with parameters": [() => users.where("age > ? AND name <> ?", [1, "a"]).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE age > ? AND name <> ?',
    postgres: 'SELECT "id" FROM "users" WHERE age > $1 AND name <> $2',
    mysql: "SELECT `id` FROM `users` WHERE age > ? AND name <> ?",
    mariadb: "SELECT `id` FROM `users` WHERE age > ? AND name <> ?",
  }],
  "a list from a query": [() => users.where({ id__in: Post.select("userId") }).toNode(), {
    sqlite:
      'SELECT "id" FROM "users" WHERE "id" IN (SELECT "user_id" AS "userId" FROM "posts" WHERE "deleted_at" IS NULL)',
    postgres:
      'SELECT "id" FROM "users" WHERE "id" IN (SELECT "user_id" AS "userId" FROM "posts" WHERE "deleted_at" IS NULL)',
    mysql:
      "SELECT `id` FROM `users` WHERE `id` IN (SELECT `user_id` AS `userId` FROM `posts` WHERE `deleted_at` IS NULL)",
    mariadb:
      "SELECT `id` FROM `users` WHERE `id` IN (SELECT `user_id` AS `userId` FROM `posts` WHERE `deleted_at` IS NULL)",
  }],
  "any and all rows of a query": [
    () => users.where((u) => u.age.gt(any(User.select("age"))).and(u.id.gte(all(Post.select("id"))))).toNode(),
    {
      sqlite:
        'SELECT "id" FROM "users" WHERE CASE WHEN EXISTS (SELECT 1 FROM (SELECT "age" AS "quantified value" FROM "users") AS "quantified rows" WHERE "users"."age" > "quantified value") THEN 1 = 1 WHEN EXISTS (SELECT 1 FROM (SELECT "age" AS "quantified value" FROM "users") AS "quantified rows" WHERE ("users"."age" > "quantified value") IS NULL) THEN ? ELSE 1 = 0 END AND CASE WHEN EXISTS (SELECT 1 FROM (SELECT "id" AS "quantified value" FROM "posts" WHERE "deleted_at" IS NULL) AS "quantified rows" WHERE NOT ("users"."id" >= "quantified value")) THEN 1 = 0 WHEN EXISTS (SELECT 1 FROM (SELECT "id" AS "quantified value" FROM "posts" WHERE "deleted_at" IS NULL) AS "quantified rows" WHERE ("users"."id" >= "quantified value") IS NULL) THEN ? ELSE 1 = 1 END',
      postgres:
        'SELECT "id" FROM "users" WHERE "age" > ANY (SELECT "age" FROM "users") AND "id" >= ALL (SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL)',
      mysql:
        "SELECT `id` FROM `users` WHERE `age` > ANY (SELECT `age` FROM `users`) AND `id` >= ALL (SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL)",
      mariadb:
        "SELECT `id` FROM `users` WHERE COALESCE(`age` > ANY (SELECT `age` FROM `users`)) AND COALESCE(`id` >= ALL (SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL))",
    },
  ],
  "whether there are rows": [
    () => {
      const other = alias(User, "other");
      return users.where((u) =>
        exists(Post.where((p) => p.userId.eq(u.id))).and(notExists(other.query().where((o) => o.age.gt(u.age))))
      ).toNode();
    },
    {
      sqlite:
        'SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL) AND NOT (EXISTS (SELECT 1 FROM "users" AS "other" WHERE "age" > "users"."age"))',
      postgres:
        'SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL) AND NOT (EXISTS (SELECT 1 FROM "users" AS "other" WHERE "age" > "users"."age"))',
      mysql:
        "SELECT `id` FROM `users` WHERE EXISTS (SELECT 1 FROM `posts` WHERE `user_id` = `users`.`id` AND `deleted_at` IS NULL) AND NOT (EXISTS (SELECT 1 FROM `users` AS `other` WHERE `age` > `users`.`age`))",
      mariadb:
        "SELECT `id` FROM `users` WHERE EXISTS (SELECT 1 FROM `posts` WHERE `user_id` = `users`.`id` AND `deleted_at` IS NULL) AND NOT (EXISTS (SELECT 1 FROM `users` AS `other` WHERE `age` > `users`.`age`))",
    },
  ],
  "a value from a query": [() => users.where(c.id.eq(Post.select({ m: fn.max(Post.c.id) }).scalar())).toNode(), {
    sqlite: 'SELECT "id" FROM "users" WHERE "id" = (SELECT max("id") AS "m" FROM "posts" WHERE "deleted_at" IS NULL)',
    postgres: 'SELECT "id" FROM "users" WHERE "id" = (SELECT max("id") AS "m" FROM "posts" WHERE "deleted_at" IS NULL)',
    mysql: "SELECT `id` FROM `users` WHERE `id` = (SELECT max(`id`) AS `m` FROM `posts` WHERE `deleted_at` IS NULL)",
    mariadb: "SELECT `id` FROM `users` WHERE `id` = (SELECT max(`id`) AS `m` FROM `posts` WHERE `deleted_at` IS NULL)",
  }],
  "rows behind a relation": [
    () => User.query().whereHas("posts", (p) => p.where({ title: "a" })).select("id").toNode(),
    {
      sqlite:
        'SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" WHERE "user_id" = "users"."id" AND "title" = ? AND "deleted_at" IS NULL)',
      postgres:
        'SELECT "id" FROM "users" WHERE EXISTS (SELECT 1 FROM "posts" WHERE "user_id" = "users"."id" AND "title" = $1 AND "deleted_at" IS NULL)',
      mysql:
        "SELECT `id` FROM `users` WHERE EXISTS (SELECT 1 FROM `posts` WHERE `user_id` = `users`.`id` AND `title` = ? AND `deleted_at` IS NULL)",
      mariadb:
        "SELECT `id` FROM `users` WHERE EXISTS (SELECT 1 FROM `posts` WHERE `user_id` = `users`.`id` AND `title` = ? AND `deleted_at` IS NULL)",
    },
  ],
  "deleted rows": [() => Post.query().select("id").onlyDeleted().toNode(), {
    sqlite: 'SELECT "id" FROM "posts" WHERE "deleted_at" IS NOT NULL',
    postgres: 'SELECT "id" FROM "posts" WHERE "deleted_at" IS NOT NULL',
    mysql: "SELECT `id` FROM `posts` WHERE `deleted_at` IS NOT NULL",
    mariadb: "SELECT `id` FROM `posts` WHERE `deleted_at` IS NOT NULL",
  }],
  "a table of a schema": [() => Line.where({ sumTotal: 5 }).toNode(), {
    sqlite: 'SELECT "order_no", "sum_total" FROM "shop"."lines" WHERE "sum_total" = ?',
    postgres: 'SELECT "order_no", "sum_total" FROM "shop"."lines" WHERE "sum_total" = $1',
    mysql: "SELECT `order_no`, `sum_total` FROM `shop`.`lines` WHERE `sum_total` = ?",
    mariadb: "SELECT `order_no`, `sum_total` FROM `shop`.`lines` WHERE `sum_total` = ?",
  }],
  "what is inside JSON": [() => users.where((u) => u.data.at("theme").eq("dark")).toNode(), {
    sqlite:
      `SELECT "id" FROM "users" WHERE (CASE json_type("data", ?) WHEN 'text' THEN json_extract("data", ?) END) = ?`,
    postgres:
      `SELECT "id" FROM "users" WHERE (CASE jsonb_typeof(jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE)) WHEN 'string' THEN (jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE) #>> '{}') END) = $2`,
    mysql:
      "SELECT `id` FROM `users` WHERE (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) = ?",
    mariadb:
      "SELECT `id` FROM `users` WHERE (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) = ?",
  }],
  "what JSON holds": [
    () => users.where((u) => u.data.at("tags").contains("a").and(u.data.hasKey("theme"))).toNode(),
    {
      sqlite:
        `SELECT "id" FROM "users" WHERE CASE WHEN (CASE json_type("data", ?) WHEN 'text' THEN json_extract("data", ?) END) IS NOT NULL THEN (CASE json_type("data", ?) WHEN 'text' THEN json_extract("data", ?) END) GLOB cast(? AS TEXT) ELSE json_holds(nullif("data" -> ?, 'null'), ?) END AND json_type("data", ?) IS NOT NULL`,
      postgres:
        `SELECT "id" FROM "users" WHERE CASE WHEN (CASE jsonb_typeof(jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE)) WHEN 'string' THEN (jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE) #>> '{}') END) IS NOT NULL THEN (CASE jsonb_typeof(jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE)) WHEN 'string' THEN (jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE) #>> '{}') END) LIKE $2 ESCAPE '!' ELSE nullif(jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE), 'null') @> CAST($3 AS JSONB) END AND coalesce(jsonb_path_exists("data", CAST($4::text AS JSONPATH), '{}', TRUE), FALSE)`,
      mysql:
        "SELECT `id` FROM `users` WHERE CASE WHEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) IS NOT NULL THEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) LIKE ? COLLATE utf8mb4_0900_bin ESCAPE '!' ELSE CASE WHEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) IS NOT NULL THEN COALESCE((((CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) = CAST(? AS JSON))) OR (CAST(JSON_TYPE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) AS CHAR) = 'ARRAY' AND EXISTS (SELECT 1 FROM JSON_TABLE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END, '$[*]' COLUMNS (`item` JSON PATH '$')) AS `element1` WHERE ((CASE WHEN CAST(JSON_TYPE(`element1`.`item`) AS CHAR) <> 'NULL' THEN `element1`.`item` END) = CAST(? AS JSON)))), 0) END END AND COALESCE(JSON_CONTAINS_PATH(`data`, 'one', ?), 0) = 1",
      mariadb:
        "SELECT `id` FROM `users` WHERE CASE WHEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) IS NOT NULL THEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) LIKE ? COLLATE utf8mb4_nopad_bin ESCAPE '!' ELSE CASE WHEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) IS NOT NULL THEN COALESCE(((JSON_NORMALIZE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) COLLATE utf8mb4_nopad_bin = JSON_NORMALIZE(?))) OR (CAST(JSON_TYPE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) AS CHAR) = 'ARRAY' AND EXISTS (SELECT 1 FROM JSON_TABLE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END, '$[*]' COLUMNS (`item` JSON PATH '$')) AS `element1` WHERE (JSON_NORMALIZE(CASE WHEN CAST(JSON_TYPE(`element1`.`item`) AS CHAR) <> 'NULL' THEN `element1`.`item` END) COLLATE utf8mb4_nopad_bin = JSON_NORMALIZE(?)))), 0) END END AND COALESCE(JSON_CONTAINS_PATH(`data`, 'one', ?), 0) = 1",
    },
  ],
});

snapshots("expressions", {
  "decimals": [() => one(c.price.times("1.5").plus(c.id)), {
    sqlite: 'SELECT decimal_add(decimal_multiply("price", ?), "id") AS "x" FROM "users"',
    postgres: 'SELECT ("price" * $1) + "id" AS "x" FROM "users"',
    mysql: "SELECT (`price` * CAST(? AS DECIMAL(65,1))) + `id` AS `x` FROM `users`",
    mariadb: "SELECT (`price` * CAST(? AS DECIMAL(65,1))) + `id` AS `x` FROM `users`",
  }],
  "a quotient": [() => one(c.id.dividedBy(2)), {
    sqlite: 'SELECT CAST("id" AS REAL) / nullif(?, 0) AS "x" FROM "users"',
    postgres:
      'SELECT CAST("id" AS DOUBLE PRECISION) / nullif(CAST(CAST($1 AS BIGINT) AS DOUBLE PRECISION), 0) AS "x" FROM "users"',
    mysql: "SELECT CAST(`id` AS DOUBLE) / NULLIF(?, 0) AS `x` FROM `users`",
    mariadb: "SELECT CAST(`id` AS DOUBLE) / NULLIF(?, 0) AS `x` FROM `users`",
  }],
  "a case": [() => one(fn.case().when(c.age.gt(60), "old").else("young")), {
    sqlite: 'SELECT CASE WHEN "age" > ? THEN ? ELSE ? END AS "x" FROM "users"',
    postgres: 'SELECT CASE WHEN "age" > $1 THEN CAST($2 AS TEXT) ELSE CAST($3 AS TEXT) END AS "x" FROM "users"',
    mysql:
      "SELECT CASE WHEN `age` > ? THEN CAST(? AS CHAR(16000000)) ELSE CAST(? AS CHAR(16000000)) END AS `x` FROM `users`",
    mariadb:
      "SELECT CASE WHEN `age` > ? THEN CAST(? AS CHAR(16000000)) ELSE CAST(? AS CHAR(16000000)) END AS `x` FROM `users`",
  }],
  "choices": [() => one(fn.coalesce(c.age, fn.greatest(c.id, 5))), {
    sqlite: 'SELECT coalesce("age", max("id", ?)) AS "x" FROM "users"',
    postgres:
      'SELECT coalesce("age", CASE WHEN ("id") IS NULL OR (CAST($1 AS BIGINT)) IS NULL THEN NULL ELSE greatest("id", CAST($1 AS BIGINT)) END) AS "x" FROM "users"',
    mysql: "SELECT COALESCE(`age`, GREATEST(`id`, CAST(? AS SIGNED))) AS `x` FROM `users`",
    mariadb: "SELECT COALESCE(`age`, GREATEST(`id`, ?)) AS `x` FROM `users`",
  }],
  "casts": [() => one(fn.concat(fn.cast(c.age, "string"), fn.cast(c.price, "string"))), {
    sqlite: 'SELECT (CAST("age" AS TEXT) || CAST("price" AS TEXT)) AS "x" FROM "users"',
    postgres: 'SELECT (CAST("age" AS TEXT) || CAST("price" AS TEXT)) AS "x" FROM "users"',
    mysql: "SELECT CONCAT(CAST(`age` AS CHAR), CAST(`price` AS CHAR)) AS `x` FROM `users`",
    mariadb: "SELECT CONCAT(CAST(`age` AS CHAR), CAST(`price` AS CHAR)) AS `x` FROM `users`",
  }],
  "texts": [() => one(fn.padStart(fn.substring(fn.upper(c.name), 2, 3), 5, "-")), {
    sqlite: 'SELECT text_pad_start(substr(unicode_upper("name"), ?, ?), ?, ?) AS "x" FROM "users"',
    postgres: 'SELECT lpad(substr(upper("name"), $1, $2), $3, $4) AS "x" FROM "users"',
    mysql: "SELECT lpad(substr(upper(`name`), ?, ?), ?, ?) AS `x` FROM `users`",
    mariadb: "SELECT lpad(substr(upper(`name`), ?, ?), ?, ?) AS `x` FROM `users`",
  }],
  "numbers": [() => one(fn.round(fn.power(fn.sqrt(c.id), 2), 1)), {
    sqlite: 'SELECT number_round(number_power(number_sqrt("id"), ?), ?) AS "x" FROM "users"',
    postgres:
      'SELECT CAST(round(CAST(power(CAST(CASE WHEN CAST("id" AS DOUBLE PRECISION) >= 0 THEN sqrt(CAST("id" AS DOUBLE PRECISION)) END AS DOUBLE PRECISION), CAST(CAST($1 AS DOUBLE PRECISION) AS DOUBLE PRECISION)) AS NUMERIC), CAST(CAST($2 AS BIGINT) AS INTEGER)) AS DOUBLE PRECISION) AS "x" FROM "users"',
    mysql:
      "SELECT CASE WHEN ABS(power(CASE WHEN `id` >= 0 THEN SQRT(`id`) END, ?)) < 9007199254740992 THEN CAST(ROUND(CAST(power(CASE WHEN `id` >= 0 THEN SQRT(`id`) END, ?) AS DECIMAL(65,30)), 1) AS DOUBLE) ELSE power(CASE WHEN `id` >= 0 THEN SQRT(`id`) END, ?) END AS `x` FROM `users`",
    mariadb:
      "SELECT CASE WHEN ABS(power(CASE WHEN `id` >= 0 THEN SQRT(`id`) END, ?)) < 9007199254740992 THEN CAST(ROUND(CAST(power(CASE WHEN `id` >= 0 THEN SQRT(`id`) END, ?) AS DECIMAL(65,30)), 1) AS DOUBLE) ELSE power(CASE WHEN `id` >= 0 THEN SQRT(`id`) END, ?) END AS `x` FROM `users`",
  }],
  "a month of a zone": [() => one(fn.dateTrunc("month", c.seenAt, { zone: "Europe/Oslo" })), {
    sqlite: `SELECT time_trunc('date', 'month', "seen_at", ?) AS "x" FROM "users"`,
    postgres:
      `SELECT CASE WHEN ((((date_trunc('month', ("seen_at" AT TIME ZONE $1::text)) - INTERVAL '1 day') AT TIME ZONE $1::text) + INTERVAL '24 hours') AT TIME ZONE $1::text) = date_trunc('month', ("seen_at" AT TIME ZONE $1::text)) THEN (((date_trunc('month', ("seen_at" AT TIME ZONE $1::text)) - INTERVAL '1 day') AT TIME ZONE $1::text) + INTERVAL '24 hours') ELSE (date_trunc('month', ("seen_at" AT TIME ZONE $1::text)) AT TIME ZONE $1::text) END AS "x" FROM "users"`,
    mysql: "no: timeZones",
    mariadb: "no: timeZones",
  }],
  "a part of a time": [() => one(fn.datePart("dayOfWeek", c.seenAt)), {
    sqlite: `SELECT time_part('date', 'dayOfWeek', "seen_at", ?) AS "x" FROM "users"`,
    postgres: `SELECT CAST(floor(EXTRACT(ISODOW FROM ("seen_at" AT TIME ZONE 'UTC'))) AS BIGINT) AS "x" FROM "users"`,
    mysql: "SELECT CAST((WEEKDAY(`seen_at`) + 1) AS SIGNED) AS `x` FROM `users`",
    mariadb: "SELECT CAST((WEEKDAY(`seen_at`) + 1) AS SIGNED) AS `x` FROM `users`",
  }],
  "times": [() => one(fn.dateDiff("day", fn.dateAdd(c.seenAt, 2, "month"), new Date(0))), {
    sqlite:
      `SELECT time_difference('date', 'day', time_add('date', 'month', "seen_at", ?, ?), ?, ?) AS "x" FROM "users"`,
    postgres:
      `SELECT CAST(trunc(EXTRACT(DAY FROM ((CAST($1 AS TIMESTAMPTZ) AT TIME ZONE 'UTC') - (((("seen_at" AT TIME ZONE 'UTC') + INTERVAL '1 month' * CAST(CAST($2 AS BIGINT) AS DOUBLE PRECISION)) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'))) / 1) AS BIGINT) AS "x" FROM "users"`,
    mysql:
      "SELECT TIMESTAMPDIFF(DAY, (COALESCE(DATE_ADD(`seen_at`, INTERVAL ? MONTH), CASE WHEN `seen_at` IS NOT NULL AND ? IS NOT NULL THEN CAST(FROM_UNIXTIME(18446744073709551615 + (LENGTH('time range') + (`seen_at` IS NULL))) AS DATETIME(6)) END)), CAST(? AS DATETIME(6))) AS `x` FROM `users`",
    mariadb:
      "SELECT TIMESTAMPDIFF(DAY, (COALESCE(DATE_ADD(`seen_at`, INTERVAL ? MONTH), CASE WHEN `seen_at` IS NOT NULL AND ? IS NOT NULL THEN CAST(FROM_UNIXTIME(18446744073709551615 + (LENGTH('time range') + (`seen_at` IS NULL))) AS DATETIME(6)) END)), CAST(? AS DATETIME(6))) AS `x` FROM `users`",
  }],
  "another value inside JSON": [() => one(fn.jsonSet(c.data, ["theme"], "dark")), {
    sqlite:
      `SELECT CASE json_type("data", ?) WHEN 'object' THEN json_set("data", ?, json(?)) ELSE "data" END AS "x" FROM "users"`,
    postgres:
      `SELECT CASE WHEN jsonb_typeof("data") = 'object' THEN jsonb_set("data", CAST($1 AS TEXT[]), coalesce(to_jsonb(CAST($2 AS JSONB)), 'null'), true) ELSE "data" END AS "x" FROM "users"`,
    mysql:
      "SELECT CASE WHEN CAST(JSON_TYPE(`data`) AS CHAR) IN ('OBJECT') THEN JSON_SET(CAST(`data` AS JSON), ?, JSON_EXTRACT(CAST(? AS JSON), '$')) ELSE CAST(`data` AS JSON) END AS `x` FROM `users`",
    mariadb:
      "SELECT CASE WHEN CAST(JSON_TYPE(`data`) AS CHAR) IN ('OBJECT') THEN JSON_SET(CAST(`data` AS CHAR), ?, JSON_EXTRACT(CAST(? AS CHAR), '$')) ELSE CAST(`data` AS CHAR) END AS `x` FROM `users`",
  }],
  "elements of JSON": [() => one(c.data.at("tags").length()), {
    sqlite: `SELECT CASE json_type("data", ?) WHEN 'array' THEN json_array_length("data", ?) END AS "x" FROM "users"`,
    postgres:
      `SELECT CASE jsonb_typeof(jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE)) WHEN 'array' THEN jsonb_array_length(jsonb_path_query_first("data", CAST($1::text AS JSONPATH), '{}', TRUE)) END AS "x" FROM "users"`,
    mysql:
      "SELECT CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('ARRAY') THEN JSON_LENGTH(JSON_EXTRACT(`data`, ?)) END AS `x` FROM `users`",
    mariadb:
      "SELECT CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('ARRAY') THEN JSON_LENGTH(JSON_EXTRACT(`data`, ?)) END AS `x` FROM `users`",
  }],
});
