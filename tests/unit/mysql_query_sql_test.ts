import { assertEquals, assertThrows } from "@std/assert";
import type { DeleteNode } from "../../core/ast/statement.ts";
import {
  alias,
  all,
  cte,
  exists,
  fn,
  QueryBuildError,
  recursiveCte,
  rollup,
  sql,
  tuple,
  UnsupportedFeatureError,
  values,
} from "../../mod.ts";
import { mariadb, mysql, snapshots, sqlOf, User } from "./mysql_snapshots.ts";

const { c } = User;
const initial = fn.left(c.name, 1);

snapshots({
  "groups of a query, with a query in the selection": [
    () =>
      User.query().from(User.select({ age: c.age }), "ages")
        .select((row) => ({ age: row.age, known: exists(User.where((own) => own.age.eq(row.age))) })).groupBy("age"),
    "SELECT `k0` AS `age`, EXISTS (SELECT 1 FROM `users` WHERE `age` = `grouped`.`k0`) AS `known` FROM (SELECT `age` AS `k0` FROM (SELECT `age` FROM `users`) AS `ages` GROUP BY `age`) AS `grouped`",
  ],
  "a condition of groups by what a query computes": [
    () => {
      const small = User.query().select({ small: fn.lower(c.name), age: c.age });
      return User.query().from(small, "small").select((row) => ({ x: row.small, n: fn.count() })).groupBy(
        "small",
        "age",
      )
        .having((row) => row.small.ne("x").and(row.age.gt(1)));
    },
    "SELECT `small` AS `x`, count(*) AS `n` FROM (SELECT lower(`name`) AS `small`, `age` FROM `users`) AS `small` GROUP BY `small`, `age` HAVING min(`small`) <> ? AND `age` > ?",
    "SELECT `small` AS `x`, count(*) AS `n` FROM (SELECT lower(`name`) AS `small`, `age` FROM `users`) AS `small` GROUP BY `small`, `age` HAVING `small` <> ? AND `age` > ?",
  ],
  "texts that a query computes, in functions that would change them": [
    () =>
      User.query().from(User.query().select({ own: fn.concat(c.name, "x"), name: c.name }), "texts").select((row) => ({
        upper: fn.upper(row.own),
        inner: fn.lower(fn.trim(row.own)),
        like: row.own.ilike("a"),
        replaced: fn.replace(row.own, "a", "b"),
        end: fn.padEnd(row.own, 3),
        plain: fn.upper(fn.replace(row.name, "a", "b")),
      })),
    "SELECT upper(CONCAT(`own`)) AS `upper`, lower(CONCAT(trim(`own`))) AS `inner`, LOWER(CONCAT(`own`)) LIKE LOWER(?) COLLATE utf8mb4_0900_bin ESCAPE '!' AS `like`, replace(`own`, ?, ?) AS `replaced`, rpad(CONCAT(`own`), ?, ?) AS `end`, upper(replace(`name`, ?, ?)) AS `plain` FROM (SELECT CONCAT(`name`, ?) AS `own`, `name` FROM `users`) AS `texts`",
    "SELECT upper(`own`) AS `upper`, lower(trim(`own`)) AS `inner`, LOWER(`own`) LIKE LOWER(?) COLLATE utf8mb4_nopad_bin ESCAPE '!' AS `like`, replace(CONCAT(`own`), ?, ?) AS `replaced`, rpad(CONCAT(`own`), ?, ?) AS `end`, upper(replace(`name`, ?, ?)) AS `plain` FROM (SELECT CONCAT(`name`, ?) AS `own`, `name` FROM `users`) AS `texts`",
  ],
  "texts of a table, and of groups, in functions that would change others": [
    () => {
      const names = User.query().select({ own: fn.lower(c.name), n: fn.count() }).groupBy((row) => fn.lower(row.name));
      return User.query().from(names, "names").leftJoin({ user: User }, (row, { user }) => user.name.eq(row.own))
        .select((row, { user }) => ({ own: fn.upper(row.own), name: fn.replace(fn.lower(user.name), "a", "b") }));
    },
    "SELECT upper(`names`.`own`) AS `own`, replace(lower(`user`.`name`), ?, ?) AS `name` FROM (SELECT lower(`name`) AS `own`, count(*) AS `n` FROM `users` GROUP BY 1) AS `names` LEFT JOIN `users` AS `user` ON `user`.`name` = `names`.`own`",
  ],
  "a text of a query around, in a function that would change it": [
    () => {
      const own = User.query().select({ id: c.id, own: fn.concat(c.name, "x") });
      return User.query().from(own, "texts").where((row) =>
        exists(User.where((user) => user.name.eq(fn.lower(row.own))))
      )
        .select("id");
    },
    "SELECT `id` FROM (SELECT `id`, CONCAT(`name`, ?) AS `own` FROM `users`) AS `texts` WHERE EXISTS (SELECT 1 FROM `users` WHERE `name` = lower(CONCAT(`texts`.`own`)))",
    "SELECT `id` FROM (SELECT `id`, CONCAT(`name`, ?) AS `own` FROM `users`) AS `texts` WHERE EXISTS (SELECT 1 FROM `users` WHERE `name` = lower(`texts`.`own`))",
  ],
  "a choice behind an outer join": [
    () =>
      User.query().leftJoin({ other: User }, (own, { other }) => other.id.eq(own.age)).where((own, { other }) =>
        own.age.eq(1).or(other.age.eq(2))
      ).select("id"),
    "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `other` ON `other`.`id` = `users`.`age` WHERE `users`.`age` = ? OR COALESCE(`other`.`age` = ?)",
    "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `other` ON `other`.`id` = `users`.`age` WHERE `users`.`age` = ? OR `other`.`age` = ?",
  ],
  "choices behind an outer join that hold for rows that are there only": [
    () =>
      User.query().leftJoin({ other: User }, (own, { other }) => other.id.eq(own.age)).where((own, { other }) =>
        other.age.eq(1).or(other.age.between(5, 6).and(own.age.gt(2))).and(
          own.age.eq(1).or(own.age.eq(2)),
        )
      ).select("id"),
    "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `other` ON `other`.`id` = `users`.`age` WHERE (`other`.`age` = ? OR (`other`.`age` BETWEEN ? AND ? AND `users`.`age` > ?)) AND (`users`.`age` = ? OR `users`.`age` = ?)",
  ],
  "the greatest of all rows, in a condition": [
    () =>
      User.query().select({ n: fn.count(), x: fn.max(c.age), y: fn.max(fn.abs(c.age)) }).having(fn.max(c.age).gt(1)),
    "SELECT count(*) AS `n`, max(`age`) AS `x`, max(ABS(`age`)) AS `y` FROM `users` HAVING max(`age`) > ?",
    "SELECT count(*) AS `n`, max(COALESCE(`age`)) AS `x`, max(ABS(`age`)) AS `y` FROM `users` HAVING max(COALESCE(`age`)) > ?",
  ],
  "the greatest of groups": [
    () => User.query().groupBy("name").having(fn.max(c.age).gt(1)).select({ x: fn.max(c.age) }),
    "SELECT max(`age`) AS `x` FROM `users` GROUP BY `name` HAVING max(`age`) > ?",
  ],
  "groups by two keys of one name": [
    () => {
      const twin = alias(User, "twin");
      return User.query().crossJoin({ twin: User }).select((own, j) => ({
        age: own.age,
        other: j.twin.age,
        n: fn.count(),
      }))
        .groupBy(c.age, twin.c.age).having(twin.c.age.gt(c.age));
    },
    "SELECT `users`.`age`, `twin`.`age` AS `other`, count(*) AS `n` FROM `users` CROSS JOIN `users` AS `twin` GROUP BY `users`.`age`, `twin`.`age` HAVING `twin`.`age` > `users`.`age`",
    "SELECT `users`.`age`, `twin`.`age` AS `other`, count(*) AS `n` FROM `users` CROSS JOIN `users` AS `twin` GROUP BY `users`.`age`, `twin`.`age` HAVING min(`twin`.`age`) > min(`users`.`age`)",
  ],
  "groups by a query of each row": [
    () => {
      const twin = alias(User, "twin");
      const hasTwin = exists(twin.query().where(twin.c.name.eq(c.name)));
      return User.query().select({ hasTwin, n: fn.count(c.age, { distinct: true }) }).groupBy(hasTwin);
    },
    "SELECT EXISTS (SELECT 1 FROM `users` AS `twin` WHERE `name` = `users`.`name`) AS `hasTwin`, count(DISTINCT `age`) AS `n` FROM `users` GROUP BY 1",
    "SELECT `k0` AS `hasTwin`, `a0` AS `n` FROM (SELECT `k0` AS `k0`, count(DISTINCT `v0`) AS `a0` FROM (SELECT EXISTS (SELECT 1 FROM `users` AS `twin` WHERE `name` = `users`.`name`) AS `k0`, `age` AS `v0` FROM `users` LIMIT 9007199254740991) AS `rows` GROUP BY `k0`) AS `grouped`",
  ],
  "aggregates among the rows of a query": [
    () => {
      const greatest = fn.max(c.id);
      return User.query().select({ initial, found: greatest.in(User.select("age")) }).groupBy(initial)
        .having(tuple(greatest, fn.count()).in(User.select({ id: c.id, age: c.age }))).orderBy(initial).limit(3);
    },
    "SELECT left(`name`, ?) AS `initial`, COALESCE(max(`id`)) IN (SELECT `age` FROM `users`) AS `found` FROM `users` GROUP BY 1 HAVING (max(`id`), count(*)) IN (SELECT `id`, `age` FROM `users`) ORDER BY 1 LIMIT 3",
    "SELECT `k0` AS `initial`, `a0` IN (SELECT `age` FROM `users`) AS `found` FROM (SELECT left(`name`, ?) AS `k0`, max(`id`) AS `a0`, count(*) AS `a1` FROM `users` GROUP BY 1) AS `grouped` WHERE (`a0`, `a1`) IN (SELECT `id`, `age` FROM `users`) ORDER BY `k0` LIMIT 3",
  ],
  "a group by an expression": [
    () =>
      User.query().select({ initial, small: fn.lower(initial), n: fn.count() }).groupBy(initial)
        .having(initial.ne("x")).orderBy(initial),
    "SELECT left(`name`, ?) AS `initial`, lower(min(left(`name`, ?))) AS `small`, count(*) AS `n` FROM `users` GROUP BY 1 HAVING min(left(`name`, ?)) <> ? ORDER BY 1",
  ],
  "a group by a key": [
    () => User.query().select({ name: c.name, n: fn.count() }).groupBy("id"),
    "SELECT `name`, count(*) AS `n` FROM `users` GROUP BY `id`, `name`",
  ],
  "subtotals in order": [
    () => User.query().select({ kind: c.kind, n: fn.count() }).groupBy(rollup(c.kind)).orderBy("kind").limit(3),
    "SELECT `kind`, count(*) AS `n` FROM `users` GROUP BY `kind` WITH ROLLUP ORDER BY CAST(`kind` AS CHAR) LIMIT 3",
    "SELECT `kind`, `n` FROM (SELECT `kind`, count(*) AS `n` FROM `users` GROUP BY `kind` WITH ROLLUP) AS `rolled` ORDER BY CAST(`kind` AS CHAR) LIMIT 3",
  ],
  "a query that computes, joined from the outside": [
    () => {
      const small = User.query().select({ id: c.id, small: fn.lower(c.name) });
      return User.query().leftJoin({ small }, (own, j) => j.small.id.eq(own.id)).select((_, j) => ({
        x: j.small.small,
      }));
    },
    "SELECT `small`.`small` AS `x` FROM `users` LEFT JOIN (SELECT `id`, lower(`name`) AS `small` FROM `users` LIMIT 9007199254740991) AS `small` ON `small`.`id` = `users`.`id`",
  ],
  "a query with a name that computes, in front of a right join": [
    () => {
      const small = cte("small", User.query().select({ id: c.id, small: fn.lower(c.name) }));
      return User.query().from(small).rightJoin({ own: User }, (rows, { own }) => own.id.eq(rows.id)).select("small");
    },
    "WITH `small` (`id`, `small`) AS (SELECT `id`, lower(`name`) AS `small` FROM `users`) SELECT `small`.`small` FROM (SELECT * FROM `small` LIMIT 9007199254740991) AS `small` RIGHT JOIN `users` AS `own` ON `own`.`id` = `small`.`id`",
  ],
  "queries that compute nothing, are made apart anyway, or are joined from the inside": [
    () => {
      const plain = User.query().from(User.query().select({ id: c.id, label: c.name })).select("id", "label");
      const totals = User.query().select({ age: c.age, n: fn.count() }).groupBy("age");
      const small = User.query().select({ id: c.id, small: fn.lower(c.name) });
      return User.query().join({ small }, (own, j) => j.small.id.eq(own.id))
        .leftJoin({ plain }, (own, j) => j.plain.id.eq(own.id)).leftJoin(
          { totals },
          (own, j) => j.totals.age.eq(own.age),
        )
        .select((_, j) => ({ x: j.small.small, label: j.plain.label, n: j.totals.n }));
    },
    "SELECT `small`.`small` AS `x`, `plain`.`label`, `totals`.`n` FROM `users` JOIN (SELECT `id`, lower(`name`) AS `small` FROM `users`) AS `small` ON `small`.`id` = `users`.`id` LEFT JOIN (SELECT `id`, `label` FROM (SELECT `id`, `name` AS `label` FROM `users`) AS `rows`) AS `plain` ON `plain`.`id` = `users`.`id` LEFT JOIN (SELECT `age`, count(*) AS `n` FROM `users` GROUP BY `age`) AS `totals` ON `totals`.`age` = `users`.`age`",
  ],
  "a left join that looks in a query": [
    () => {
      const isThere = (id: typeof c.id) => id.in(User.where({ name: "x" }).select("id"));
      return User.query().leftJoin({ own: User }, (row, { own }) => own.id.eq(row.id).and(isThere(own.id)))
        .join({ other: User }, (_, { other }) => isThere(other.id)).select("id");
    },
    "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `own` ON `own`.`id` = `users`.`id` AND COALESCE(`own`.`id` IN (SELECT `id` FROM `users` WHERE `name` = ?)) JOIN `users` AS `other` ON `other`.`id` IN (SELECT `id` FROM `users` WHERE `name` = ?)",
    "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `own` ON `own`.`id` = `users`.`id` AND `own`.`id` IN (SELECT `id` FROM `users` WHERE `name` = ?) JOIN `users` AS `other` ON `other`.`id` IN (SELECT `id` FROM `users` WHERE `name` = ?)",
  ],
  "rows that several queries give, as often as all of them": [
    () => User.select("id").intersectAll(User.where({ age: 1 }).select("id"), User.select("id").limit(1)),
    "SELECT `id` FROM (SELECT `id` FROM `users` INTERSECT ALL SELECT `id` FROM `users` WHERE `age` = ? INTERSECT ALL (SELECT `id` FROM `users` LIMIT 1)) AS `rows`",
  ],
  "records less those of another query, one by one": [
    () => User.where({ age: 1 }).exceptAll(User.where({ id: 2 })).select("id"),
    "SELECT `id` FROM (SELECT `id`, `name`, `age`, `price`, `ratio`, `kind`, `created_at`, `data` FROM `users` WHERE `age` = ? EXCEPT ALL SELECT `id`, `name`, `age`, `price`, `ratio`, `kind`, `created_at`, `data` FROM `users` WHERE `id` = ?) AS `users`",
  ],
  "a query with a name": [
    () => User.query().from(cte("x", User.select("id"))),
    "WITH `x` (`id`) AS (SELECT `id` FROM `users`) SELECT `id` FROM `x`",
  ],
  "a recursive query": [
    () =>
      User.query().from(recursiveCte(
        "x",
        User.select("name"),
        (x) => User.query().from(x).select((c) => ({ name: fn.concat(c.name, "x") })),
      )),
    "WITH RECURSIVE `x` (`name`) AS (SELECT CAST(`name` AS CHAR(16000000)) FROM `users` UNION ALL SELECT CONCAT(`name`, ?) AS `name` FROM `x`) SELECT `name` FROM `x`",
  ],
  "rows of values": [
    () => User.query().from(values({ a: "decimal", b: "date" }, [{ a: "1.50", b: new Date(0) }])),
    "SELECT `a`, `b` FROM (SELECT CAST(? AS DECIMAL(65,2)) AS `a`, CAST(? AS DATETIME(6)) AS `b`) AS `rows`",
  ],
});

Deno.test("MariaDB orders subtotals by what is selected only", () => {
  const query = User.query().select({ n: fn.count() }).groupBy(rollup(c.kind)).orderBy("kind");
  assertThrows(() => mariadb.compile(query.toNode()), QueryBuildError, "rollup()");
});

Deno.test("MariaDB looks for no tuple with a subquery in a query", () => {
  const younger = User.query().select({ age: fn.min(c.age) }).scalar();
  const ids = User.select({ id: c.id, age: c.age });
  const looked = User.where(tuple(c.id, fn.coalesce(younger, 1)).in(ids)).select("id");
  assertEquals(
    sqlOf(mysql, looked),
    "SELECT `id` FROM `users` WHERE (`id`, COALESCE((SELECT min(`age`) AS `age` FROM `users`), CAST(? AS SIGNED))) IN (SELECT `id`, `age` FROM `users`)",
  );
  assertThrows(() => mariadb.compile(looked.toNode()), UnsupportedFeatureError, "subquery in a tuple");
  mariadb.compile(User.where(tuple(c.id, younger).in([[1, 2]])).toNode());
  mariadb.compile(User.where(younger.in(User.select("age"))).toNode());
});

Deno.test("MariaDB leaves groups where they are that depend on a query around, or that SQL text speaks of", () => {
  const own = alias(User, "own");
  const known = exists(User.where((row) => row.age.eq(own.c.age)));
  const groups = own.query().select({ age: own.c.age, known }).groupBy("age");
  const isThere = User.where(exists(groups.where(own.c.id.eq(c.id)))).select("id");
  const counted = own.query().select({ age: own.c.age, known, n: sql<number>`count(*)` }).groupBy("age");
  for (const query of [isThere, counted]) assertEquals(sqlOf(mariadb, query), sqlOf(mysql, query));
  const looked = counted.having(fn.count().in(User.select("id"))).select({
    found: fn.count().in(User.select("id")),
    n: sql`1 + 1`,
  });
  assertThrows(() => mariadb.compile(looked.toNode()), UnsupportedFeatureError, "an aggregate");
  const number = fn.rowNumber().over({ orderBy: own.c.id });
  const ids = User.select("id");
  mariadb.compile(own.query().select({ x: number.in(ids) }).toNode());
  const correlated = own.query().select({ x: number.gte(all(ids.where((row) => row.age.gt(own.c.age)))) });
  assertThrows(() => mariadb.compile(correlated.toNode()), UnsupportedFeatureError, "a window function");
  assertEquals(sqlOf(mariadb, groups).includes("AS `grouped`"), true);
});

Deno.test("a subquery of the changed table stands one level deeper on MySQL; with columns of the changed row it is refused", () => {
  const deleting = (where: { node: DeleteNode["where"] }): DeleteNode => ({
    kind: "delete",
    table: { kind: "table", name: "users" },
    where: where.node,
    returning: [],
  });
  const { c } = User;
  const other = alias(User, "other");
  const highest = deleting(c.age.eq(User.select({ age: fn.max(c.age) }).scalar()));
  assertEquals(
    mysql.compile(highest).sql,
    "DELETE FROM `users` WHERE `age` = (SELECT * FROM (SELECT max(`age`) AS `age` FROM `users` LIMIT 9007199254740991) AS `picked`)",
  );
  assertEquals(
    mariadb.compile(highest).sql,
    "DELETE FROM `users` WHERE `age` = (SELECT max(`age`) AS `age` FROM `users`)",
  );
  const twins = deleting(exists(other.query().where((o) => o.age.eq(c.age))));
  assertThrows(() => mysql.compile(twins), UnsupportedFeatureError, "columns of the changed row");
  assertEquals(
    mariadb.compile(twins).sql,
    "DELETE FROM `users` WHERE EXISTS (SELECT 1 FROM `users` AS `other` WHERE `age` = `users`.`age`)",
  );
});
