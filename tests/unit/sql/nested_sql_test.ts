import { cte, fn, recursiveCte, sql } from "../../../mod.ts";
import { snapshots } from "./dialects.ts";
import { Post, User } from "./models.ts";

const { c } = User;
const byUser = Post.select({ userId: Post.c.userId, n: fn.count() }).groupBy("userId");

snapshots("queries in queries", {
  "a table of a query": [() => User.query().from(byUser).where({ n__gt: 1 }).toNode(), {
    sqlite:
      'SELECT "userId", "n" FROM (SELECT "user_id" AS "userId", count(*) AS "n" FROM "posts" WHERE "deleted_at" IS NULL GROUP BY "user_id") AS "rows" WHERE "n" > ?',
    postgres:
      'SELECT "userId", "n" FROM (SELECT "user_id" AS "userId", count(*) AS "n" FROM "posts" WHERE "deleted_at" IS NULL GROUP BY "user_id") AS "rows" WHERE "n" > $1',
    mysql:
      "SELECT `userId`, `n` FROM (SELECT `user_id` AS `userId`, count(*) AS `n` FROM `posts` WHERE `deleted_at` IS NULL GROUP BY `user_id`) AS `rows` WHERE `n` > ?",
    mariadb:
      "SELECT `userId`, `n` FROM (SELECT `user_id` AS `userId`, count(*) AS `n` FROM `posts` WHERE `deleted_at` IS NULL GROUP BY `user_id`) AS `rows` WHERE `n` > ?",
  }],
  "one with a name": [() => User.query().from(cte("t", byUser)).toNode(), {
    sqlite:
      'WITH "t" ("userId", "n") AS (SELECT "user_id" AS "userId", count(*) AS "n" FROM "posts" WHERE "deleted_at" IS NULL GROUP BY "user_id") SELECT "userId", "n" FROM "t"',
    postgres:
      'WITH "t" ("userId", "n") AS (SELECT "user_id" AS "userId", count(*) AS "n" FROM "posts" WHERE "deleted_at" IS NULL GROUP BY "user_id") SELECT "userId", "n" FROM "t"',
    mysql:
      "WITH `t` (`userId`, `n`) AS (SELECT `user_id` AS `userId`, count(*) AS `n` FROM `posts` WHERE `deleted_at` IS NULL GROUP BY `user_id`) SELECT `userId`, `n` FROM `t`",
    mariadb:
      "WITH `t` (`userId`, `n`) AS (SELECT `user_id` AS `userId`, count(*) AS `n` FROM `posts` WHERE `deleted_at` IS NULL GROUP BY `user_id`) SELECT `userId`, `n` FROM `t`",
  }],
  "one that is computed once": [() => User.query().from(cte("t", User.select("id"), { materialized: true })).toNode(), {
    sqlite: 'WITH "t" ("id") AS MATERIALIZED (SELECT "id" FROM "users") SELECT "id" FROM "t"',
    postgres: 'WITH "t" ("id") AS MATERIALIZED (SELECT "id" FROM "users") SELECT "id" FROM "t"',
    mysql: "no: cte.materialized",
    mariadb: "no: cte.materialized",
  }],
  "one that refers to itself": [
    () =>
      User.query().from(
        recursiveCte(
          "tree",
          User.where({ id: 1 }).select("id"),
          (tree) => User.query().join({ tree }, (u, j) => u.age.eq(j.tree.id)).select("id"),
          { maxDepth: 5 },
        ),
      ).toNode(),
    {
      sqlite:
        'WITH RECURSIVE "tree" ("id", "depth") AS (SELECT "id", ? AS "depth" FROM "users" WHERE "id" = ? UNION ALL SELECT "users"."id", "tree"."depth" + ? AS "depth" FROM "users" JOIN "tree" ON "users"."age" = "tree"."id" WHERE "tree"."depth" < ?) SELECT "id", "depth" FROM "tree"',
      postgres:
        'WITH RECURSIVE "tree" ("id", "depth") AS (SELECT "id", CAST($1 AS BIGINT) AS "depth" FROM "users" WHERE "id" = $2 UNION ALL SELECT "users"."id", "tree"."depth" + $3 AS "depth" FROM "users" JOIN "tree" ON "users"."age" = "tree"."id" WHERE "tree"."depth" < $4) SELECT "id", "depth" FROM "tree"',
      mysql:
        "WITH RECURSIVE `tree` (`id`, `depth`) AS (SELECT `id`, ? AS `depth` FROM `users` WHERE `id` = ? UNION ALL SELECT `users`.`id`, `tree`.`depth` + (CAST(? AS SIGNED)) AS `depth` FROM `users` JOIN `tree` ON `users`.`age` = `tree`.`id` WHERE `tree`.`depth` < ?) SELECT `id`, `depth` FROM `tree`",
      mariadb:
        "WITH RECURSIVE `tree` (`id`, `depth`) AS (SELECT `id`, ? AS `depth` FROM `users` WHERE `id` = ? UNION ALL SELECT `users`.`id`, `tree`.`depth` + ? AS `depth` FROM `users` JOIN `tree` ON `users`.`age` = `tree`.`id` WHERE `tree`.`depth` < ?) SELECT `id`, `depth` FROM `tree`",
    },
  ],
  "rows of both": [() => User.select("id").union(Post.select("id")).orderBy("id").toNode(), {
    sqlite:
      'SELECT "id" FROM (SELECT "id" FROM "users" UNION SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL) AS "rows" ORDER BY "id"',
    postgres:
      'SELECT "id" FROM (SELECT "id" FROM "users" UNION SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL) AS "rows" ORDER BY "id"',
    mysql:
      "SELECT `id` FROM (SELECT `id` FROM `users` UNION SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL) AS `rows` ORDER BY `id`",
    mariadb:
      "SELECT `id` FROM (SELECT `id` FROM `users` UNION SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL) AS `rows` ORDER BY `id`",
  }],
  "rows of both, twice those of both": [() => User.select("id").unionAll(Post.select("id").limit(1)).toNode(), {
    sqlite:
      'SELECT "id" FROM (SELECT "id" FROM "users" UNION ALL SELECT * FROM (SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL LIMIT 1)) AS "rows"',
    postgres:
      'SELECT "id" FROM (SELECT "id" FROM "users" UNION ALL (SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL LIMIT 1)) AS "rows"',
    mysql:
      "SELECT `id` FROM (SELECT `id` FROM `users` UNION ALL (SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL LIMIT 1)) AS `rows`",
    mariadb:
      "SELECT `id` FROM (SELECT `id` FROM `users` UNION ALL (SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL LIMIT 1)) AS `rows`",
  }],
  "common rows": [() => User.select("id").intersect(Post.select("id")).toNode(), {
    sqlite:
      'SELECT "id" FROM (SELECT "id" FROM "users" INTERSECT SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL) AS "rows"',
    postgres:
      'SELECT "id" FROM (SELECT "id" FROM "users" INTERSECT SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL) AS "rows"',
    mysql:
      "SELECT `id` FROM (SELECT `id` FROM `users` INTERSECT SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL) AS `rows`",
    mariadb:
      "SELECT `id` FROM (SELECT `id` FROM `users` INTERSECT SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL) AS `rows`",
  }],
  "rows of one alone": [() => User.select("id").except(Post.select("id")).toNode(), {
    sqlite:
      'SELECT "id" FROM (SELECT "id" FROM "users" EXCEPT SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL) AS "rows"',
    postgres:
      'SELECT "id" FROM (SELECT "id" FROM "users" EXCEPT SELECT "id" FROM "posts" WHERE "deleted_at" IS NULL) AS "rows"',
    mysql:
      "SELECT `id` FROM (SELECT `id` FROM `users` EXCEPT SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL) AS `rows`",
    mariadb:
      "SELECT `id` FROM (SELECT `id` FROM `users` EXCEPT SELECT `id` FROM `posts` WHERE `deleted_at` IS NULL) AS `rows`",
  }],
});

snapshots("what is said beside the rows", {
  "a lock for writing": [
    () =>
      User.select("id").join({ p: User }, (u, j) => j.p.id.eq(u.age)).forUpdate({ skipLocked: true, of: ["p"] })
        .toNode(),
    {
      sqlite: "no: locks",
      postgres:
        'SELECT "users"."id" FROM "users" JOIN "users" AS "p" ON "p"."id" = "users"."age" FOR UPDATE OF "p" SKIP LOCKED',
      mysql:
        "SELECT `users`.`id` FROM `users` JOIN `users` AS `p` ON `p`.`id` = `users`.`age` FOR UPDATE OF `p` SKIP LOCKED",
      mariadb: "no: locks.of",
    },
  ],
  "a lock of what may have no row": [
    () => User.select("id").leftJoin({ p: User }, (u, j) => j.p.id.eq(u.age)).forUpdate().toNode(),
    {
      sqlite: "no: locks",
      postgres: "no: a lock of p, which an outer join may leave without a row",
      mysql: "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `p` ON `p`.`id` = `users`.`age` FOR UPDATE",
      mariadb: "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `p` ON `p`.`id` = `users`.`age` FOR UPDATE",
    },
  ],
  "a lock of what has a row beside what may have none": [
    () => User.select("id").leftJoin({ p: User }, (u, j) => j.p.id.eq(u.age)).forUpdate({ of: ["users"] }).toNode(),
    {
      sqlite: "no: locks",
      postgres:
        'SELECT "users"."id" FROM "users" LEFT JOIN "users" AS "p" ON "p"."id" = "users"."age" FOR UPDATE OF "users"',
      mysql:
        "SELECT `users`.`id` FROM `users` LEFT JOIN `users` AS `p` ON `p`.`id` = `users`.`age` FOR UPDATE OF `users`",
      mariadb: "no: locks.of",
    },
  ],
  "a lock for reading": [() => User.select("id").forShare({ nowait: true }).toNode(), {
    sqlite: "no: locks",
    postgres: 'SELECT "id" FROM "users" FOR SHARE NOWAIT',
    mysql: "SELECT `id` FROM `users` FOR SHARE NOWAIT",
    mariadb: "SELECT `id` FROM `users` LOCK IN SHARE MODE NOWAIT",
  }],
  "an index": [() => User.select("id").useIndex("users_age_idx").toNode(), {
    sqlite: 'SELECT "id" FROM "users" INDEXED BY "users_age_idx"',
    postgres: "no: hints.index",
    mysql: "SELECT `id` FROM `users` USE INDEX (`users_age_idx`)",
    mariadb: "SELECT `id` FROM `users` USE INDEX (`users_age_idx`)",
  }],
  "an index that must be used": [() => User.select("id").useIndex("users_age_idx", { action: "force" }).toNode(), {
    sqlite: 'SELECT "id" FROM "users" INDEXED BY "users_age_idx"',
    postgres: "no: hints.index",
    mysql: "SELECT `id` FROM `users` FORCE INDEX (`users_age_idx`)",
    mariadb: "SELECT `id` FROM `users` FORCE INDEX (`users_age_idx`)",
  }],
  "no index": [() => User.select("id").useIndex().toNode(), {
    sqlite: 'SELECT "id" FROM "users" NOT INDEXED',
    postgres: "no: hints.index",
    mysql: "SELECT `id` FROM `users` USE INDEX ()",
    mariadb: "SELECT `id` FROM `users` USE INDEX ()",
  }],
  "a hint": [() => User.select("id").optimizerHint("MAX_EXECUTION_TIME(100)").toNode(), {
    sqlite: "no: hints.optimizer",
    postgres: "no: hints.optimizer",
    mysql: "SELECT /*+ MAX_EXECUTION_TIME(100) */ `id` FROM `users`",
    mariadb: "no: hints.optimizer",
  }],
  "an order of joins": [() => User.select("id").crossJoin({ p: User }).keepJoinOrder().toNode(), {
    sqlite: "no: hints.joinOrder",
    postgres: "no: hints.joinOrder",
    mysql: "SELECT STRAIGHT_JOIN `users`.`id` FROM `users` CROSS JOIN `users` AS `p`",
    mariadb: "SELECT STRAIGHT_JOIN `users`.`id` FROM `users` CROSS JOIN `users` AS `p`",
  }],
  "a search": [() => Post.query().match("red fox").select("id").toNode(), {
    sqlite:
      'SELECT "id" FROM "posts" WHERE "posts"."id" IN (SELECT rowid FROM "posts_title_fts" WHERE "posts_title_fts" MATCH ?) AND "deleted_at" IS NULL ORDER BY (SELECT -bm25("posts_title_fts") FROM "posts_title_fts" WHERE "posts_title_fts" MATCH ? AND rowid = "posts"."id") DESC',
    postgres:
      `SELECT "id" FROM "posts" WHERE to_tsvector('simple'::regconfig, coalesce("posts"."title", '')) @@ to_tsquery('simple'::regconfig, $1) AND "deleted_at" IS NULL ORDER BY ts_rank(to_tsvector('simple'::regconfig, coalesce("posts"."title", '')), to_tsquery('simple'::regconfig, $2)) DESC`,
    mysql:
      "SELECT `id` FROM `posts` WHERE MATCH (`posts`.`posts_title_fts`) AGAINST (? IN BOOLEAN MODE) AND `deleted_at` IS NULL ORDER BY MATCH (`posts`.`posts_title_fts`) AGAINST (? IN BOOLEAN MODE) DESC",
    mariadb:
      "SELECT `id` FROM `posts` WHERE MATCH (`posts`.`posts_title_fts`) AGAINST (? IN BOOLEAN MODE) AND `deleted_at` IS NULL ORDER BY MATCH (`posts`.`posts_title_fts`) AGAINST (? IN BOOLEAN MODE) DESC",
  }],
  "a search for one of the words": [
    () => Post.query().match("red fox", { mode: "any", ranked: false }).select("id").toNode(),
    {
      sqlite:
        'SELECT "id" FROM "posts" WHERE "posts"."id" IN (SELECT rowid FROM "posts_title_fts" WHERE "posts_title_fts" MATCH ?) AND "deleted_at" IS NULL',
      postgres:
        `SELECT "id" FROM "posts" WHERE to_tsvector('simple'::regconfig, coalesce("posts"."title", '')) @@ to_tsquery('simple'::regconfig, $1) AND "deleted_at" IS NULL`,
      mysql:
        "SELECT `id` FROM `posts` WHERE MATCH (`posts`.`posts_title_fts`) AGAINST (? IN BOOLEAN MODE) AND `deleted_at` IS NULL",
      mariadb:
        "SELECT `id` FROM `posts` WHERE MATCH (`posts`.`posts_title_fts`) AGAINST (? IN BOOLEAN MODE) AND `deleted_at` IS NULL",
    },
  ],
  "an excerpt of what was found": [() => {
    const s = Post.fullText("fox");
    return Post.where(s.matches).select({ x: s.excerpt("title") }).toNode();
  }, {
    sqlite:
      `SELECT (SELECT snippet("posts_title_fts", 0, ?, ?, '…', ?) FROM "posts_title_fts" WHERE "posts_title_fts" MATCH ? AND rowid = "posts"."id") AS "x" FROM "posts" WHERE "posts"."id" IN (SELECT rowid FROM "posts_title_fts" WHERE "posts_title_fts" MATCH ?) AND "deleted_at" IS NULL`,
    postgres:
      `SELECT ts_headline('simple'::regconfig, "posts"."title", to_tsquery('simple'::regconfig, $1), $2) AS "x" FROM "posts" WHERE to_tsvector('simple'::regconfig, coalesce("posts"."title", '')) @@ to_tsquery('simple'::regconfig, $3) AND "deleted_at" IS NULL`,
    mysql: "no: fullText.excerpt",
    mariadb: "no: fullText.excerpt",
  }],
  "SQL of the user": [() => User.select({ x: sql<number>`abs(${c.age}) + ${5}` }).where(sql`${c.id} > ${1}`).toNode(), {
    sqlite: 'SELECT abs("age") + ? AS "x" FROM "users" WHERE "id" > ?',
    postgres: 'SELECT abs("age") + $1 AS "x" FROM "users" WHERE "id" > $2',
    mysql: "SELECT abs(`age`) + ? AS `x` FROM `users` WHERE `id` > ?",
    mariadb: "SELECT abs(`age`) + ? AS `x` FROM `users` WHERE `id` > ?",
  }],
});
