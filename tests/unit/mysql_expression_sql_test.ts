import { alias, all, any, fn, sql, tuple } from "../../mod.ts";
import { snapshots, User } from "./mysql_snapshots.ts";

const { c } = User;
const one = (expression: unknown) => User.query().select({ x: expression as typeof c.id });

snapshots({
  "functions of texts": [
    () => one(fn.concat(c.name, fn.reverse(c.name))),
    "SELECT CONCAT(`name`, reverse(`name`)) AS `x` FROM `users`",
  ],
  "a place in a text": [() => one(fn.position(c.name, "x")), "SELECT LOCATE(?, `name`) AS `x` FROM `users`"],
  "rounding": [
    () => one(fn.round(c.ratio, 2)),
    "SELECT CASE WHEN ABS(`ratio`) < 9007199254740992 THEN CAST(ROUND(CAST(`ratio` AS DECIMAL(65,30)), 2) AS DOUBLE) ELSE `ratio` END AS `x` FROM `users`",
  ],
  "rounding of a decimal": [
    () => one(fn.round(c.price, 1)),
    "SELECT CAST(`price` AS DECIMAL(65,1)) AS `x` FROM `users`",
  ],
  "decimals rounded down, and numbers": [
    () => User.query().select({ x: fn.floor(c.price), y: fn.ceil(c.ratio) }),
    "SELECT CAST(FLOOR(`price`) AS DECIMAL(65,0)) AS `x`, CEIL(`ratio`) AS `y` FROM `users`",
  ],
  "a decimal beside a value": [
    () => one(c.price.plus("0.125")),
    "SELECT `price` + CAST(? AS DECIMAL(65,3)) AS `x` FROM `users`",
  ],
  "whole numbers beside sums": [
    () =>
      User.query().select({
        a: fn.sum(c.age).plus(1),
        b: fn.coalesce(fn.sum(c.age), 0),
        n: fn.least(fn.max(c.ratio), 2),
      }),
    "SELECT sum(`age`) + (CAST(? AS SIGNED)) AS `a`, COALESCE(sum(`age`), CAST(? AS SIGNED)) AS `b`, LEAST(max(`ratio`), ?) AS `n` FROM `users`",
    "SELECT sum(`age`) + ? AS `a`, COALESCE(sum(`age`), ?) AS `b`, LEAST(max(`ratio`), ?) AS `n` FROM `users`",
  ],
  "a choice among a number and what is added up": [
    () =>
      User.query().select({
        a: fn.case().when(fn.max(c.id).eq(1), 2).else(fn.sum(c.age)),
        b: fn.max(fn.case().when(c.age.gt(1), 2).else(3)),
      }),
    "SELECT CASE WHEN max(`id`) = ? THEN CAST(? AS SIGNED) ELSE sum(`age`) END AS `a`, max(CASE WHEN `age` > ? THEN ? ELSE ? END) AS `b` FROM `users`",
    "SELECT CASE WHEN max(`id`) = ? THEN ? ELSE sum(`age`) END AS `a`, max(CASE WHEN `age` > ? THEN ? ELSE ? END) AS `b` FROM `users`",
  ],
  "repeated texts": [
    () => User.query().select({ x: fn.repeat(fn.max(c.name), 2), y: fn.repeat("x", 3) }).groupBy("age"),
    "SELECT repeat(CONCAT(max(`name`)), ?) AS `x`, repeat(?, ?) AS `y` FROM `users` GROUP BY `age`",
  ],
  "a quotient": [() => one(c.age.dividedBy(2)), "SELECT CAST(`age` AS DOUBLE) / NULLIF(?, 0) AS `x` FROM `users`"],
  "a quotient of decimals": [
    () => one(c.price.dividedBy("3")),
    "SELECT CAST(`price` AS DECIMAL(65,26)) / NULLIF(CAST(? AS DECIMAL(65,0)), 0) AS `x` FROM `users`",
  ],
  "a quotient without fraction": [
    () => one(fn.quotient(c.age, 2)),
    "SELECT (`age` DIV NULLIF(?, 0)) AS `x` FROM `users`",
  ],
  "a case": [
    () => one(fn.case().when(c.age.gt(1), "x").else("y")),
    "SELECT CASE WHEN `age` > ? THEN CAST(? AS CHAR(16000000)) ELSE CAST(? AS CHAR(16000000)) END AS `x` FROM `users`",
  ],
  "casts": [
    () => User.query().select({ a: fn.cast(c.ratio, "int"), b: fn.cast(c.age, "string") }),
    "SELECT CAST(TRUNCATE(`ratio`, 0) AS SIGNED) AS `a`, CAST(`age` AS CHAR) AS `b` FROM `users`",
  ],
  "a comparison in which NULL is a value": [
    () => User.where(c.age.isDistinctFrom(1)).select("id"),
    "SELECT `id` FROM `users` WHERE NOT (`age` <=> ?)",
  ],
  "a tuple": [
    () => User.where(tuple(c.id, c.price).in([[1, "1.5"]])).select("id"),
    "SELECT `id` FROM `users` WHERE ((`id` = ? AND `price` = ?))",
  ],
  "a tuple that is none of several": [
    () => User.where(tuple(c.id, fn.lower(c.name)).notIn([[1, "a"], [2, "b"]])).select("id"),
    "SELECT `id` FROM `users` WHERE NOT ((`id` = ? AND lower(`name`) = ?) OR (`id` = ? AND lower(`name`) = ?))",
  ],
  "a tuple in the rows of a query": [
    () => User.where(tuple(c.id, c.price).in(User.select({ id: c.id, price: c.price }))).select("id"),
    "SELECT `id` FROM `users` WHERE (`id`, `price`) IN (SELECT `id`, `price` FROM `users`)",
  ],
  "ANY of a limited query": [
    () => User.where(c.age.gt(any(User.select("age").limit(1)))).select("id"),
    "SELECT `id` FROM `users` WHERE `age` > ANY (SELECT * FROM (SELECT `age` FROM `users` LIMIT 1) AS `picked`)",
    "SELECT `id` FROM `users` WHERE COALESCE(`age` > ANY (SELECT * FROM (SELECT `age` FROM `users` LIMIT 1) AS `picked`))",
  ],
  "ANY of a query that depends on the row, by order": [
    () => {
      const twin = alias(User, "twin");
      return User.where(c.age.gt(any(twin.query().where(c.id.in([1, 2])).select("age")))).select("id");
    },
    "SELECT `id` FROM `users` WHERE `age` > ANY (SELECT * FROM (SELECT `age` FROM `users` AS `twin` WHERE `users`.`id` IN (?, ?) LIMIT 9007199254740991) AS `picked`)",
    "SELECT `id` FROM `users` WHERE COALESCE(`age` > ANY (SELECT `age` FROM `users` AS `twin` WHERE `users`.`id` IN (?, ?)))",
  ],
  "ALL of a query of SQL text, by order": [
    () => User.where(c.age.gt(all(User.where(sql`outside.id IN (1, 2)`).select("age")))).select("id"),
    "SELECT `id` FROM `users` WHERE `age` > ALL (SELECT * FROM (SELECT `age` FROM `users` WHERE outside.id IN (1, 2) LIMIT 9007199254740991) AS `picked`)",
    "SELECT `id` FROM `users` WHERE COALESCE(`age` > ALL (SELECT `age` FROM `users` WHERE outside.id IN (1, 2)))",
  ],
  "one of a query that depends on the row": [
    () => {
      const twin = alias(User, "twin");
      return User.where(c.age.eq(any(twin.query().where(twin.c.name.eq(c.name)).select("age")))).select("id");
    },
    "SELECT `id` FROM `users` WHERE `age` = ANY (SELECT `age` FROM `users` AS `twin` WHERE `name` = `users`.`name`)",
  ],
  "ALL of several queries that depend on the row, by order": [
    () => {
      const twin = alias(User, "twin");
      const ages = twin.query().where(twin.c.name.eq(c.name)).select("age");
      return User.where(c.age.gt(all(ages.union(User.select("age"))))).select("id");
    },
    "SELECT `id` FROM `users` WHERE `age` > ALL (SELECT * FROM (SELECT `age` FROM (SELECT `age` FROM `users` AS `twin` WHERE `name` = `users`.`name` UNION SELECT `age` FROM `users`) AS `rows` LIMIT 9007199254740991) AS `picked`)",
    "SELECT `id` FROM `users` WHERE COALESCE(`age` > ALL (SELECT `age` FROM (SELECT `age` FROM `users` AS `twin` WHERE `name` = `users`.`name` UNION SELECT `age` FROM `users`) AS `rows`))",
  ],
  "the rest of a decimal": [
    () => one(c.price.modulo("2")),
    "SELECT `price` % nullif(CAST(? AS DECIMAL(65,0)), 0) AS `x` FROM `users`",
    "SELECT (`price` % nullif(CAST(? AS DECIMAL(65,0)), 0)) + 0 AS `x` FROM `users`",
  ],
  "a place inside JSON": [
    () => one(c.data.at("a", 0)),
    "SELECT CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('ARRAY') AND CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END AS `x` FROM `users`",
  ],
  "a text inside JSON": [
    () => User.where(c.data.at("b").eq("x")).select("id"),
    "SELECT `id` FROM `users` WHERE (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) = ?",
  ],
  "parts of JSON": [
    () => User.where(c.data.at("a").contains([1])).select("id"),
    "SELECT `id` FROM `users` WHERE CASE WHEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) IS NOT NULL THEN COALESCE((CAST(JSON_TYPE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) AS CHAR) = 'ARRAY' AND EXISTS (SELECT 1 FROM JSON_TABLE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END, '$[*]' COLUMNS (`item` JSON PATH '$')) AS `element1` WHERE ((CASE WHEN CAST(JSON_TYPE(`element1`.`item`) AS CHAR) <> 'NULL' THEN `element1`.`item` END) = CAST(? AS JSON)))), 0) END",
    "SELECT `id` FROM `users` WHERE CASE WHEN (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) IS NOT NULL THEN COALESCE((CAST(JSON_TYPE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) AS CHAR) = 'ARRAY' AND EXISTS (SELECT 1 FROM JSON_TABLE(CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END, '$[*]' COLUMNS (`item` JSON PATH '$')) AS `element1` WHERE (JSON_NORMALIZE(CASE WHEN CAST(JSON_TYPE(`element1`.`item`) AS CHAR) <> 'NULL' THEN `element1`.`item` END) COLLATE utf8mb4_nopad_bin = JSON_NORMALIZE(?)))), 0) END",
  ],
  "an order by JSON": [
    () => User.select("id").orderBy(c.data.at("b").asc()),
    "SELECT `id` FROM `users` ORDER BY CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END",
    "SELECT `id` FROM `users` ORDER BY (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END) IS NOT NULL, (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') THEN JSON_EXTRACT(`data`, ?) + 0e0 END) IS NULL, CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL') THEN JSON_EXTRACT(`data`, ?) + 0e0 END, (CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END) IS NULL, CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) IN ('STRING') THEN CAST(JSON_UNQUOTE(JSON_EXTRACT(`data`, ?)) AS CHAR) END, CASE WHEN CAST(JSON_TYPE(JSON_EXTRACT(`data`, ?)) AS CHAR) <> 'NULL' THEN JSON_EXTRACT(`data`, ?) END",
  ],
  "JSON of expressions": [
    () => one(fn.jsonObject({ age: c.age, old: c.age.gt(60), data: c.data })),
    "SELECT JSON_OBJECT(?, `age`, ?, JSON_EXTRACT(CASE ((`age` > ?) <> 0) WHEN 0 THEN 'false' WHEN 1 THEN 'true' END, '$'), ?, JSON_EXTRACT(CAST(`data` AS JSON), '$')) AS `x` FROM `users`",
    "SELECT JSON_OBJECT(?, `age`, ?, JSON_EXTRACT(CASE ((`age` > ?) <> 0) WHEN 0 THEN 'false' WHEN 1 THEN 'true' END, '$'), ?, JSON_EXTRACT(CAST(`data` AS CHAR), '$')) AS `x` FROM `users`",
  ],
  "a list": [
    () => one(fn.arrayAgg(c.name, { orderBy: c.age.desc({ nulls: "first" }), filter: c.age.gt(1) })),
    "SELECT CAST(COALESCE(CONCAT('[', GROUP_CONCAT(CASE WHEN `age` > ? THEN CAST(JSON_EXTRACT(JSON_ARRAY(CAST(`name` AS CHAR)), '$[0]') AS CHAR) END ORDER BY `age` IS NULL DESC, `age` DESC SEPARATOR ','), ']'), CASE WHEN count(CASE WHEN `age` > ? THEN ? END) > 0 THEN 18446744073709551615 + (1 + (count(CASE WHEN `age` > ? THEN ? END) IS NULL)) END) AS JSON) AS `x` FROM `users`",
    "SELECT COALESCE(CONCAT('[', GROUP_CONCAT(CASE WHEN `age` > ? THEN CAST(JSON_EXTRACT(JSON_ARRAY(CAST(`name` AS CHAR)), '$[0]') AS CHAR) END ORDER BY `age` IS NULL DESC, `age` DESC SEPARATOR ','), ']'), CASE WHEN count(CASE WHEN `age` > ? THEN ? END) > 0 THEN 18446744073709551615 + (1 + (count(CASE WHEN `age` > ? THEN ? END) IS NULL)) END) AS `x` FROM `users`",
  ],
  "joined texts": [
    () => one(fn.groupConcat(c.name, { separator: "'\\", distinct: true })),
    "SELECT GROUP_CONCAT(DISTINCT `name` SEPARATOR '''\\\\') AS `x` FROM `users`",
    "SELECT COALESCE(SUBSTR(CONCAT('    ', GROUP_CONCAT(DISTINCT `name` SEPARATOR '''\\\\')), 5), CASE WHEN count(`name`) > 0 THEN 18446744073709551615 + (1 + (count(`name`) IS NULL)) END) AS `x` FROM `users`",
  ],
  "an aggregate with a filter": [
    () => one(fn.count(null, { filter: c.age.gt(1) })),
    "SELECT count(CASE WHEN `age` > ? THEN ? END) AS `x` FROM `users`",
  ],
  "a time cut to a week": [
    () => one(fn.dateTrunc("week", c.createdAt)),
    "SELECT (CAST(DATE_FORMAT(`created_at`, '%Y-%m-%d') AS DATETIME(6)) - INTERVAL WEEKDAY(`created_at`) DAY) AS `x` FROM `users`",
  ],
  "a time cut to an hour of a zone": [
    () => one(fn.dateTrunc("hour", c.createdAt, { zone: "Europe/Oslo" })),
    "SELECT (`created_at` - INTERVAL MINUTE(CONVERT_TZ(`created_at`, '+00:00', 'Europe/Oslo')) * 60000000 + SECOND(CONVERT_TZ(`created_at`, '+00:00', 'Europe/Oslo')) * 1000000 + MICROSECOND(CASE WHEN `created_at` NOT BETWEEN '1970-01-02' AND '2038-01-18' THEN FROM_UNIXTIME(18446744073709551615 + (LENGTH('zone range Europe/Oslo') + (`created_at` IS NULL))) WHEN CONVERT_TZ('1970-01-02', '+00:00', 'Europe/Oslo') IS NULL THEN FROM_UNIXTIME(18446744073709551615 + (LENGTH('zone unknown Europe/Oslo') + (`created_at` IS NULL))) ELSE CONVERT_TZ(`created_at`, '+00:00', 'Europe/Oslo') END) MICROSECOND) AS `x` FROM `users`",
  ],
  "a part of a time": [
    () => one(fn.datePart("week", c.createdAt)),
    "SELECT CAST(WEEK(`created_at`, 3) AS SIGNED) AS `x` FROM `users`",
  ],
  "a sum of times": [
    () => one(fn.dateAdd(c.createdAt, 1, "month")),
    "SELECT COALESCE(DATE_ADD(`created_at`, INTERVAL ? MONTH), CASE WHEN `created_at` IS NOT NULL AND ? IS NOT NULL THEN CAST(FROM_UNIXTIME(18446744073709551615 + (LENGTH('time range') + (`created_at` IS NULL))) AS DATETIME(6)) END) AS `x` FROM `users`",
  ],
  "a difference of times": [
    () => one(fn.dateDiff("day", c.createdAt, new Date(0))),
    "SELECT TIMESTAMPDIFF(DAY, `created_at`, CAST(? AS DATETIME(6))) AS `x` FROM `users`",
  ],
  "a window": [
    () => one(fn.lag(c.age, 1, 0).over({ partitionBy: c.name, orderBy: c.kind.asc({ nulls: "last" }) })),
    "SELECT lag(`age`, ?, CAST(? AS SIGNED)) OVER (PARTITION BY `name` ORDER BY `kind` IS NULL, CAST(`kind` AS CHAR)) AS `x` FROM `users`",
    "SELECT CASE WHEN lag(1, ?) OVER (PARTITION BY `name` ORDER BY `kind` IS NULL, CAST(`kind` AS CHAR)) IS NULL THEN ? ELSE lag(`age`, ?) OVER (PARTITION BY `name` ORDER BY `kind` IS NULL, CAST(`kind` AS CHAR)) END AS `x` FROM `users`",
  ],
  "a window of everything beside another": [
    () => User.query().select({ n: fn.count().over({}), rank: fn.rank().over({ orderBy: c.age }) }),
    "SELECT count(*) OVER () AS `n`, CAST(rank() OVER (ORDER BY `age`) AS SIGNED) AS `rank` FROM `users`",
    "SELECT count(*) OVER (PARTITION BY RAND() < 0) AS `n`, CAST(rank() OVER (ORDER BY `age`) AS SIGNED) AS `rank` FROM `users`",
  ],
  "the place of a row as a part of 1": [
    () => one(fn.percentRank().over({ partitionBy: c.name, orderBy: c.age })),
    "SELECT percent_rank() OVER (PARTITION BY `name` ORDER BY `age`) AS `x` FROM `users`",
    "SELECT COALESCE(CAST(CAST(rank() OVER (PARTITION BY `name` ORDER BY `age`) AS SIGNED) - (1) AS DOUBLE) / NULLIF(count(*) OVER (PARTITION BY `name` ORDER BY `age` ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) - (1), 0), 0e0) AS `x` FROM `users`",
  ],
  "the rows up to one as a part of 1": [
    () => one(fn.cumeDist().over({ partitionBy: c.name, orderBy: c.age })),
    "SELECT cume_dist() OVER (PARTITION BY `name` ORDER BY `age`) AS `x` FROM `users`",
    "SELECT (CAST(count(*) OVER (PARTITION BY `name` ORDER BY `age`) AS DOUBLE) / NULLIF(count(*) OVER (PARTITION BY `name` ORDER BY `age` ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), 0)) AS `x` FROM `users`",
  ],
});
