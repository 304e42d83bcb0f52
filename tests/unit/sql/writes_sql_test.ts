import { selectFrom } from "../../../core/ast/statement.ts";
import { snapshots } from "./dialects.ts";
import { User } from "./models.ts";

const { c } = User;
const table = { kind: "table", name: "users" } as const;
const value = (given: string | number | null) =>
  ({ kind: "value", value: given, type: { kind: typeof given === "string" ? "string" : "int" } }) as const;
const where = c.id.gt(5).node;
const keys = selectFrom(table, [{ expression: c.id.node }]);

snapshots("writes", {
  "rows that are inserted": [() => ({
    kind: "insert",
    table,
    columns: ["name", "age"],
    rows: [[value("a"), value(1)], [value("b"), value(null)]],
    returning: [],
  }), {
    sqlite: 'INSERT INTO "users" ("name", "age") VALUES (?, ?), (?, ?)',
    postgres: 'INSERT INTO "users" ("name", "age") VALUES ($1, $2), ($3, $4)',
    mysql: "INSERT INTO `users` (`name`, `age`) VALUES (?, ?), (?, ?)",
    mariadb: "INSERT INTO `users` (`name`, `age`) VALUES (?, ?), (?, ?)",
  }],
  "a row whose key is given back": [() => ({
    kind: "insert",
    table,
    columns: ["name"],
    rows: [[value("a")]],
    returning: ["id"],
  }), {
    sqlite: 'INSERT INTO "users" ("name") VALUES (?) RETURNING "id"',
    postgres: 'INSERT INTO "users" ("name") VALUES ($1) RETURNING "id"',
    mysql: "no: returning",
    mariadb: "INSERT INTO `users` (`name`) VALUES (?) RETURNING `id`",
  }],
  "a row that may be there": [() => ({
    kind: "insert",
    table,
    columns: ["name", "age"],
    rows: [[value("a"), value(1)]],
    onConflict: { columns: ["name"], update: [{ column: "age", value: { kind: "excluded", name: "age" } }] },
    returning: [],
  }), {
    sqlite:
      'INSERT INTO "users" ("name", "age") VALUES (?, ?) ON CONFLICT ("name") DO UPDATE SET "age" = excluded."age"',
    postgres:
      'INSERT INTO "users" ("name", "age") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "age" = excluded."age"',
    mysql:
      "INSERT INTO `users` (`name`, `age`) VALUES (?, ?) AS `activerecord_new` ON DUPLICATE KEY UPDATE `name` = IF((`users`.`name` = `activerecord_new`.`name`) OR 18446744073709551615 + (1 + (`users`.`name` IS NULL)), `users`.`name`, `users`.`name`), `age` = `activerecord_new`.`age`",
    mariadb:
      "INSERT INTO `users` (`name`, `age`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `name` = IF((`users`.`name` = VALUES(`name`)) OR 18446744073709551615 + (1 + (`users`.`name` IS NULL)), `users`.`name`, `users`.`name`), `age` = VALUES(`age`)",
  }],
  "rows of a query": [
    () => ({ kind: "insert", table, columns: ["name"], rows: [], query: User.select("name").toNode(), returning: [] }),
    {
      sqlite: 'INSERT INTO "users" ("name") SELECT "name" FROM "users"',
      postgres: 'INSERT INTO "users" ("name") SELECT "name" FROM "users"',
      mysql: "INSERT INTO `users` (`name`) SELECT `name` FROM `users`",
      mariadb: "INSERT INTO `users` (`name`) SELECT `name` FROM `users`",
    },
  ],
  "a change": [
    () => ({ kind: "update", table, set: [{ column: "age", value: c.age.plus(1).node }], where, returning: [] }),
    {
      sqlite: 'UPDATE "users" SET "age" = "age" + ? WHERE "id" > ?',
      postgres: 'UPDATE "users" SET "age" = "age" + $1 WHERE "id" > $2',
      mysql: "UPDATE `users` SET `age` = `age` + (CAST(? AS SIGNED)) WHERE `id` > ?",
      mariadb: "UPDATE `users` SET `age` = `age` + ? WHERE `id` > ?",
    },
  ],
  "a change that is given back": [
    () => ({ kind: "update", table, set: [{ column: "age", value: value(1) }], where, returning: ["id"] }),
    {
      sqlite: 'UPDATE "users" SET "age" = ? WHERE "id" > ? RETURNING "id"',
      postgres: 'UPDATE "users" SET "age" = $1 WHERE "id" > $2 RETURNING "id"',
      mysql: "no: returning.update",
      mariadb: "no: returning.update",
    },
  ],
  "a change of some rows of a query": [
    () => ({
      kind: "update",
      table,
      set: [{ column: "age", value: value(1) }],
      where: { kind: "in", operand: c.id.node, items: { ...keys, limit: 5 }, negated: false },
      returning: [],
    }),
    {
      sqlite: 'UPDATE "users" SET "age" = ? WHERE "id" IN (SELECT "id" FROM "users" LIMIT 5)',
      postgres: 'UPDATE "users" SET "age" = $1 WHERE "id" IN (SELECT "id" FROM "users" LIMIT 5)',
      mysql:
        "UPDATE `users` SET `age` = ? WHERE `id` IN (SELECT * FROM (SELECT * FROM (SELECT `id` FROM `users` LIMIT 5) AS `picked` LIMIT 9007199254740991) AS `picked`)",
      mariadb:
        "UPDATE `users` SET `age` = ? WHERE `id` IN (SELECT * FROM (SELECT `id` FROM `users` LIMIT 5) AS `picked`)",
    },
  ],
  "values for each row": [() => ({
    kind: "updateRows",
    table,
    key: ["id"],
    columns: ["age"],
    rows: [[value(1), value(5)], [value(2), value(6)]],
    set: [],
    where: null,
  }), {
    sqlite:
      'UPDATE "users" SET "age" = "_rows"."_value_0" FROM (SELECT column1 AS "_key_0", column2 AS "_value_0" FROM (VALUES (?, ?), (?, ?))) AS "_rows" WHERE "users"."id" = "_rows"."_key_0"',
    postgres:
      'UPDATE "users" SET "age" = CASE WHEN "id" = $1 THEN $2 WHEN "id" = $3 THEN $4 ELSE "age" END WHERE (("id" = $1) OR ("id" = $3))',
    mysql:
      "UPDATE `users` SET `age` = CASE WHEN `id` = ? THEN ? WHEN `id` = ? THEN ? ELSE `age` END WHERE ((`id` = ?) OR (`id` = ?))",
    mariadb:
      "UPDATE `users` SET `age` = CASE WHEN `id` = ? THEN ? WHEN `id` = ? THEN ? ELSE `age` END WHERE ((`id` = ?) OR (`id` = ?))",
  }],
  "a removal": [() => ({ kind: "delete", table, where, returning: [] }), {
    sqlite: 'DELETE FROM "users" WHERE "id" > ?',
    postgres: 'DELETE FROM "users" WHERE "id" > $1',
    mysql: "DELETE FROM `users` WHERE `id` > ?",
    mariadb: "DELETE FROM `users` WHERE `id` > ?",
  }],
  "a removal that is given back": [() => ({ kind: "delete", table, where, returning: ["id"] }), {
    sqlite: 'DELETE FROM "users" WHERE "id" > ? RETURNING "id"',
    postgres: 'DELETE FROM "users" WHERE "id" > $1 RETURNING "id"',
    mysql: "no: returning.delete",
    mariadb: "DELETE FROM `users` WHERE `id` > ? RETURNING `id`",
  }],
});
