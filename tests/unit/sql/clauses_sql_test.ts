import { cube, fn, groupingSets, rollup, values } from "../../../mod.ts";
import { snapshots } from "./dialects.ts";
import { Post, User } from "./models.ts";

const { c } = User;
const byUser = Post.select({ userId: Post.c.userId, n: fn.count() }).groupBy("userId");
const own = (posts: typeof Post) => (u: typeof c) => posts.where((p) => p.userId.eq(u.id)).limit(1).select("title");

snapshots("joins", {
  "by a relation": [() => User.query().join("posts").where((_, j) => j.posts.title.eq("a")).select("id").toNode(), {
    sqlite:
      'SELECT "users"."id" FROM "users" JOIN "posts" ON "posts"."user_id" = "users"."id" AND "posts"."deleted_at" IS NULL WHERE "posts"."title" = ?',
    postgres:
      'SELECT "users"."id" FROM "users" JOIN "posts" ON "posts"."user_id" = "users"."id" AND "posts"."deleted_at" IS NULL WHERE "posts"."title" = $1',
    mysql:
      "SELECT `users`.`id` FROM `users` JOIN `posts` ON `posts`.`user_id` = `users`.`id` AND `posts`.`deleted_at` IS NULL WHERE `posts`.`title` = ?",
    mariadb:
      "SELECT `users`.`id` FROM `users` JOIN `posts` ON `posts`.`user_id` = `users`.`id` AND `posts`.`deleted_at` IS NULL WHERE `posts`.`title` = ?",
  }],
  "that keep what has no partner": [
    () =>
      User.query().leftJoin({ p: Post }, (u, j) => j.p.userId.eq(u.id)).select((u, j) => ({ n: u.name, t: j.p.title }))
        .toNode(),
    {
      sqlite:
        'SELECT "users"."name" AS "n", "p"."title" AS "t" FROM "users" LEFT JOIN "posts" AS "p" ON "p"."user_id" = "users"."id" AND "p"."deleted_at" IS NULL',
      postgres:
        'SELECT "users"."name" AS "n", "p"."title" AS "t" FROM "users" LEFT JOIN "posts" AS "p" ON "p"."user_id" = "users"."id" AND "p"."deleted_at" IS NULL',
      mysql:
        "SELECT `users`.`name` AS `n`, `p`.`title` AS `t` FROM `users` LEFT JOIN `posts` AS `p` ON `p`.`user_id` = `users`.`id` AND `p`.`deleted_at` IS NULL",
      mariadb:
        "SELECT `users`.`name` AS `n`, `p`.`title` AS `t` FROM `users` LEFT JOIN `posts` AS `p` ON `p`.`user_id` = `users`.`id` AND `p`.`deleted_at` IS NULL",
    },
  ],
  "that keep the other side": [() => User.select("id").rightJoin({ p: User }, (u, j) => j.p.id.eq(u.age)).toNode(), {
    sqlite: 'SELECT "users"."id" FROM "users" RIGHT JOIN "users" AS "p" ON "p"."id" = "users"."age"',
    postgres: 'SELECT "users"."id" FROM "users" RIGHT JOIN "users" AS "p" ON "p"."id" = "users"."age"',
    mysql: "SELECT `users`.`id` FROM `users` RIGHT JOIN `users` AS `p` ON `p`.`id` = `users`.`age`",
    mariadb: "SELECT `users`.`id` FROM `users` RIGHT JOIN `users` AS `p` ON `p`.`id` = `users`.`age`",
  }],
  "that keep both sides": [() => User.select("id").fullJoin({ p: User }, (u, j) => j.p.id.eq(u.age)).toNode(), {
    sqlite: 'SELECT "users"."id" FROM "users" FULL JOIN "users" AS "p" ON "p"."id" = "users"."age"',
    postgres: 'SELECT "users"."id" FROM "users" FULL JOIN "users" AS "p" ON "p"."id" = "users"."age"',
    mysql: "no: join.full",
    mariadb: "no: join.full",
  }],
  "of everything": [() => User.select("id").crossJoin({ p: User }).toNode(), {
    sqlite: 'SELECT "users"."id" FROM "users" CROSS JOIN "users" AS "p"',
    postgres: 'SELECT "users"."id" FROM "users" CROSS JOIN "users" AS "p"',
    mysql: "SELECT `users`.`id` FROM `users` CROSS JOIN `users` AS `p`",
    mariadb: "SELECT `users`.`id` FROM `users` CROSS JOIN `users` AS `p`",
  }],
  "with the rows of a query for each": [() => User.query().joinLateral({ p: own(Post) }).select("id").toNode(), {
    sqlite: "no: lateral",
    postgres:
      'SELECT "users"."id" FROM "users" JOIN LATERAL (SELECT "title" FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL LIMIT 1) AS "p" ON 1 = 1',
    mysql:
      "SELECT `users`.`id` FROM `users` JOIN LATERAL (SELECT `title` FROM `posts` WHERE `user_id` = `users`.`id` AND `deleted_at` IS NULL LIMIT 1) AS `p` ON 1 = 1",
    mariadb: "no: lateral",
  }],
  "with the rows of a query, or none": [() => User.query().leftJoinLateral({ p: own(Post) }).select("id").toNode(), {
    sqlite: "no: lateral",
    postgres:
      'SELECT "users"."id" FROM "users" LEFT JOIN LATERAL (SELECT "title" FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL LIMIT 1) AS "p" ON 1 = 1',
    mysql:
      "SELECT `users`.`id` FROM `users` LEFT JOIN LATERAL (SELECT `title` FROM `posts` WHERE `user_id` = `users`.`id` AND `deleted_at` IS NULL LIMIT 1) AS `p` ON 1 = 1",
    mariadb: "no: lateral",
  }],
  "with a query": [() => User.select("id").join({ t: byUser }, (u, j) => j.t.userId.eq(u.id)).toNode(), {
    sqlite:
      'SELECT "users"."id" FROM "users" JOIN (SELECT "user_id" AS "userId", count(*) AS "n" FROM "posts" WHERE "deleted_at" IS NULL GROUP BY "user_id") AS "t" ON "t"."userId" = "users"."id"',
    postgres:
      'SELECT "users"."id" FROM "users" JOIN (SELECT "user_id" AS "userId", count(*) AS "n" FROM "posts" WHERE "deleted_at" IS NULL GROUP BY "user_id") AS "t" ON "t"."userId" = "users"."id"',
    mysql:
      "SELECT `users`.`id` FROM `users` JOIN (SELECT `user_id` AS `userId`, count(*) AS `n` FROM `posts` WHERE `deleted_at` IS NULL GROUP BY `user_id`) AS `t` ON `t`.`userId` = `users`.`id`",
    mariadb:
      "SELECT `users`.`id` FROM `users` JOIN (SELECT `user_id` AS `userId`, count(*) AS `n` FROM `posts` WHERE `deleted_at` IS NULL GROUP BY `user_id`) AS `t` ON `t`.`userId` = `users`.`id`",
  }],
  "with given rows": [
    () => {
      const rows = values({ id: "int", price: "decimal" }, [{ id: 1, price: "1.50" }, { id: 2, price: "2" }]);
      return User.select("id").join({ rows }, (u, j) => j.rows.id.eq(u.id)).toNode();
    },
    {
      sqlite:
        'SELECT "users"."id" FROM "users" JOIN (SELECT column1 AS "id", column2 AS "price" FROM (VALUES (?, ?), (?, ?))) AS "rows" ON "rows"."id" = "users"."id"',
      postgres:
        'SELECT "users"."id" FROM "users" JOIN (SELECT CAST($1 AS BIGINT) AS "id", CAST($2 AS NUMERIC) AS "price" UNION ALL SELECT CAST($3 AS BIGINT), CAST($4 AS NUMERIC)) AS "rows" ON "rows"."id" = "users"."id"',
      mysql:
        "SELECT `users`.`id` FROM `users` JOIN (SELECT ? AS `id`, CAST(? AS DECIMAL(65,2)) AS `price` UNION ALL SELECT ?, CAST(? AS DECIMAL(65,0))) AS `rows` ON `rows`.`id` = `users`.`id`",
      mariadb:
        "SELECT `users`.`id` FROM `users` JOIN (SELECT ? AS `id`, CAST(? AS DECIMAL(65,2)) AS `price` UNION ALL SELECT ?, CAST(? AS DECIMAL(65,0))) AS `rows` ON `rows`.`id` = `users`.`id`",
    },
  ],
});

snapshots("orders", {
  "with NULLs at an end": [
    () => User.select("id").orderBy(c.age.desc({ nulls: "last" }), c.id.asc({ nulls: "first" })).toNode(),
    {
      sqlite: 'SELECT "id" FROM "users" ORDER BY "age" DESC NULLS LAST, "id" NULLS FIRST',
      postgres: 'SELECT "id" FROM "users" ORDER BY "age" DESC NULLS LAST, "id" NULLS FIRST',
      mysql: "SELECT `id` FROM `users` ORDER BY `age` DESC, `id`",
      mariadb: "SELECT `id` FROM `users` ORDER BY `age` DESC, `id`",
    },
  ],
  "of texts and decimals": [() => User.select("id").orderBy("name", "-price").toNode(), {
    sqlite: 'SELECT "id" FROM "users" ORDER BY "name", decimal_key("price") DESC',
    postgres: 'SELECT "id" FROM "users" ORDER BY "name", "price" DESC',
    mysql: "SELECT `id` FROM `users` ORDER BY `name`, `price` DESC",
    mariadb: "SELECT `id` FROM `users` ORDER BY `name`, `price` DESC",
  }],
  "with a part of the rows": [() => User.select("id").orderBy("-id").limit(5).offset(10).toNode(), {
    sqlite: 'SELECT "id" FROM "users" ORDER BY "id" DESC LIMIT 5 OFFSET 10',
    postgres: 'SELECT "id" FROM "users" ORDER BY "id" DESC LIMIT 5 OFFSET 10',
    mysql: "SELECT `id` FROM `users` ORDER BY `id` DESC LIMIT 5 OFFSET 10",
    mariadb: "SELECT `id` FROM `users` ORDER BY `id` DESC LIMIT 5 OFFSET 10",
  }],
  "without the first rows": [() => User.select("id").offset(10).toNode(), {
    sqlite: 'SELECT "id" FROM "users" LIMIT -1 OFFSET 10',
    postgres: 'SELECT "id" FROM "users" OFFSET 10',
    mysql: "SELECT `id` FROM `users` LIMIT 18446744073709551615 OFFSET 10",
    mariadb: "SELECT `id` FROM `users` LIMIT 18446744073709551615 OFFSET 10",
  }],
  "of distinct rows": [() => User.select("age").distinct().orderBy("age").toNode(), {
    sqlite: 'SELECT DISTINCT "age" FROM "users" ORDER BY "age"',
    postgres: 'SELECT DISTINCT "age" FROM "users" ORDER BY "age"',
    mysql: "SELECT DISTINCT `age` FROM `users` ORDER BY `age`",
    mariadb: "SELECT DISTINCT `age` FROM `users` ORDER BY `age`",
  }],
});

snapshots("groups", {
  "with conditions": [
    () => User.select({ age: c.age, n: fn.count() }).groupBy("age").having(fn.count().gt(1)).toNode(),
    {
      sqlite: 'SELECT "age", count(*) AS "n" FROM "users" GROUP BY "age" HAVING count(*) > ?',
      postgres: 'SELECT "age", count(*) AS "n" FROM "users" GROUP BY "age" HAVING count(*) > $1',
      mysql: "SELECT `age`, count(*) AS `n` FROM `users` GROUP BY `age` HAVING count(*) > ?",
      mariadb: "SELECT `age`, count(*) AS `n` FROM `users` GROUP BY `age` HAVING count(*) > ?",
    },
  ],
  "with subtotals": [() => User.select({ age: c.age, n: fn.count() }).groupBy(rollup(c.age)).toNode(), {
    sqlite: "no: rollup",
    postgres: 'SELECT "age", count(*) AS "n" FROM "users" GROUP BY ROLLUP ("age")',
    mysql: "SELECT `age`, count(*) AS `n` FROM `users` GROUP BY `age` WITH ROLLUP",
    mariadb: "SELECT `age`, count(*) AS `n` FROM `users` GROUP BY `age` WITH ROLLUP",
  }],
  "of every selection": [() => User.select({ n: fn.count() }).groupBy(cube(c.age, c.name)).toNode(), {
    sqlite: "no: cube",
    postgres: 'SELECT count(*) AS "n" FROM "users" GROUP BY CUBE ("age", "name")',
    mysql: "no: cube",
    mariadb: "no: cube",
  }],
  "of given lists": [() => User.select({ n: fn.count() }).groupBy(groupingSets([c.age], [])).toNode(), {
    sqlite: "no: groupingSets",
    postgres: 'SELECT count(*) AS "n" FROM "users" GROUP BY GROUPING SETS ("age", ())',
    mysql: "no: groupingSets",
    mariadb: "no: groupingSets",
  }],
  "of some rows": [
    () => User.select({ n: fn.count(c.age, { distinct: true, filter: c.id.gt(5) }), s: fn.sum(c.price) }).toNode(),
    {
      sqlite: 'SELECT count(DISTINCT "age") FILTER (WHERE "id" > ?) AS "n", decimal_sum("price") AS "s" FROM "users"',
      postgres: 'SELECT count(DISTINCT "age") FILTER (WHERE "id" > $1) AS "n", sum("price") AS "s" FROM "users"',
      mysql: "SELECT count(DISTINCT CASE WHEN `id` > ? THEN `age` END) AS `n`, sum(`price`) AS `s` FROM `users`",
      mariadb: "SELECT count(DISTINCT CASE WHEN `id` > ? THEN `age` END) AS `n`, sum(`price`) AS `s` FROM `users`",
    },
  ],
  "as one text": [() => User.select({ x: fn.groupConcat(c.name, { separator: ";", orderBy: c.id }) }).toNode(), {
    sqlite: 'SELECT group_concat("name", ? ORDER BY "id") AS "x" FROM "users"',
    postgres: 'SELECT string_agg("name", $1 ORDER BY "id") AS "x" FROM "users"',
    mysql: "SELECT GROUP_CONCAT(`name` ORDER BY `id` SEPARATOR ';') AS `x` FROM `users`",
    mariadb:
      "SELECT COALESCE(SUBSTR(CONCAT('    ', GROUP_CONCAT(`name` ORDER BY `id` SEPARATOR ';')), 5), CASE WHEN count(`name`) > 0 THEN 18446744073709551615 + (1 + (count(`name`) IS NULL)) END) AS `x` FROM `users`",
  }],
  "as lists": [() => User.select({ a: fn.arrayAgg(c.id), j: fn.jsonAgg(fn.jsonObject({ n: c.name })) }).toNode(), {
    sqlite:
      `SELECT nullif(json_group_array("id"), '[]') AS "a", nullif(json_group_array(json(json_object(?, "name"))), '[]') AS "j" FROM "users"`,
    postgres:
      `SELECT array_agg("id") AS "a", jsonb_agg(coalesce(to_jsonb(jsonb_build_object($1::text, coalesce(to_jsonb("name"), 'null'))), 'null')) AS "j" FROM "users"`,
    mysql:
      "SELECT CAST(COALESCE(CONCAT('[', GROUP_CONCAT(CAST(JSON_EXTRACT(JSON_ARRAY(`id`), '$[0]') AS CHAR) SEPARATOR ','), ']'), CASE WHEN count(*) > 0 THEN 18446744073709551615 + (1 + (count(*) IS NULL)) END) AS JSON) AS `a`, CAST(COALESCE(CONCAT('[', GROUP_CONCAT(CAST(JSON_EXTRACT(JSON_ARRAY(JSON_EXTRACT(CAST(JSON_OBJECT(?, CAST(`name` AS CHAR)) AS JSON), '$')), '$[0]') AS CHAR) SEPARATOR ','), ']'), CASE WHEN count(*) > 0 THEN 18446744073709551615 + (1 + (count(*) IS NULL)) END) AS JSON) AS `j` FROM `users`",
    mariadb:
      "SELECT COALESCE(CONCAT('[', GROUP_CONCAT(CAST(JSON_EXTRACT(JSON_ARRAY(`id`), '$[0]') AS CHAR) SEPARATOR ','), ']'), CASE WHEN count(*) > 0 THEN 18446744073709551615 + (1 + (count(*) IS NULL)) END) AS `a`, COALESCE(CONCAT('[', GROUP_CONCAT(CAST(JSON_EXTRACT(JSON_ARRAY(JSON_EXTRACT(CAST(JSON_OBJECT(?, CAST(`name` AS CHAR)) AS CHAR), '$')), '$[0]') AS CHAR) SEPARATOR ','), ']'), CASE WHEN count(*) > 0 THEN 18446744073709551615 + (1 + (count(*) IS NULL)) END) AS `j` FROM `users`",
  }],
  "of rows behind a relation": [() => User.query().withCount("posts").toNode(), {
    sqlite:
      'SELECT "id", "name", "age", "price", "seen_at", "data", (SELECT count(*) FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL) AS "postsCount" FROM "users"',
    postgres:
      'SELECT "id", "name", "age", "price", "seen_at", "data", (SELECT count(*) FROM "posts" WHERE "user_id" = "users"."id" AND "deleted_at" IS NULL) AS "postsCount" FROM "users"',
    mysql:
      "SELECT `id`, `name`, `age`, `price`, `seen_at`, `data`, (SELECT count(*) FROM `posts` WHERE `user_id` = `users`.`id` AND `deleted_at` IS NULL) AS `postsCount` FROM `users`",
    mariadb:
      "SELECT `id`, `name`, `age`, `price`, `seen_at`, `data`, (SELECT count(*) FROM `posts` WHERE `user_id` = `users`.`id` AND `deleted_at` IS NULL) AS `postsCount` FROM `users`",
  }],
});

snapshots("windows", {
  "with a frame": [
    () =>
      User.select({
        s: fn.sum(c.age).over({ partitionBy: c.name, orderBy: c.id.desc(), frame: { start: { preceding: 2 } } }),
      }).toNode(),
    {
      sqlite:
        'SELECT sum("age") OVER (PARTITION BY "name" ORDER BY "id" DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS "s" FROM "users"',
      postgres:
        'SELECT CAST(sum("age") OVER (PARTITION BY "name" ORDER BY "id" DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS BIGINT) AS "s" FROM "users"',
      mysql:
        "SELECT sum(`age`) OVER (PARTITION BY `name` ORDER BY `id` DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS `s` FROM `users`",
      mariadb:
        "SELECT sum(`age`) OVER (PARTITION BY `name` ORDER BY `id` DESC ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS `s` FROM `users`",
    },
  ],
  "with a name": [
    () =>
      User.select({ a: fn.rank().over("w"), b: fn.lag(c.id, 1, 0).over("w") }).window("w", { orderBy: c.age }).toNode(),
    {
      sqlite:
        'SELECT rank() OVER "w" AS "a", lag("id", ?, ?) OVER "w" AS "b" FROM "users" WINDOW "w" AS (ORDER BY "age")',
      postgres:
        'SELECT rank() OVER "w" AS "a", lag("id", $1, $2) OVER "w" AS "b" FROM "users" WINDOW "w" AS (ORDER BY "age")',
      mysql:
        "SELECT CAST(rank() OVER `w` AS SIGNED) AS `a`, lag(`id`, ?, ?) OVER `w` AS `b` FROM `users` WINDOW `w` AS (ORDER BY `age`)",
      mariadb:
        "SELECT CAST(rank() OVER `w` AS SIGNED) AS `a`, CASE WHEN lag(1, ?) OVER `w` IS NULL THEN ? ELSE lag(`id`, ?) OVER `w` END AS `b` FROM `users` WINDOW `w` AS (ORDER BY `age`)",
    },
  ],
});
