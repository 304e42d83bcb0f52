import type { OrderItem, SelectNode } from "../../../core/ast/statement.ts";
import { afterCondition } from "../../../core/query/keyset.ts";
import type { SQLBackend } from "../../../core/sql/sql_backend.ts";
import { snapshots } from "./dialects.ts";
import { User } from "./models.ts";

const { c } = User;

/** The rows behind a place in an order of ages, which may be NULL, names and keys. */
function after(age: OrderItem, values: readonly unknown[]): (backend: SQLBackend) => SelectNode {
  const items = [age, { expression: c.name.node, descending: false }, { expression: c.id.node, descending: true }];
  return (backend) => {
    const nulls = age.nulls ?? ((backend.sortsNulls === "low") === age.descending ? "last" : "first");
    const terms = items.map((item, position) => ({ item, nullable: position === 0, nulls, position }));
    return {
      ...User.select("id").toNode(),
      where: afterCondition(terms, values, backend),
      orderBy: items,
    };
  };
}

const age = c.age.node;

snapshots("cursors", {
  "a place in mixed directions": [after({ expression: age, descending: true }, [5, "a", 1]), {
    sqlite:
      'SELECT "id" FROM "users" WHERE "age" < ? OR "age" IS NULL OR ("age" = ? AND "name" > ?) OR ("age" = ? AND "name" = ? AND "id" < ?) ORDER BY "age" DESC, "name", "id" DESC',
    postgres:
      'SELECT "id" FROM "users" WHERE "age" <= $1 AND ("age" < $2 OR ("age" = $3 AND "name" > $4) OR ("age" = $5 AND "name" = $6 AND "id" < $7)) ORDER BY "age" DESC, "name", "id" DESC',
    mysql:
      "SELECT `id` FROM `users` WHERE `age` < ? OR `age` IS NULL OR (`age` = ? AND `name` > ?) OR (`age` = ? AND `name` = ? AND `id` < ?) ORDER BY `age` DESC, `name`, `id` DESC",
    mariadb:
      "SELECT `id` FROM `users` WHERE `age` < ? OR `age` IS NULL OR (`age` = ? AND `name` > ?) OR (`age` = ? AND `name` = ? AND `id` < ?) ORDER BY `age` DESC, `name`, `id` DESC",
  }],
  "a place among NULLs": [after({ expression: age, descending: true }, [null, "a", 1]), {
    sqlite:
      'SELECT "id" FROM "users" WHERE ("age" IS NULL AND "name" > ?) OR ("age" IS NULL AND "name" = ? AND "id" < ?) ORDER BY "age" DESC, "name", "id" DESC',
    postgres:
      'SELECT "id" FROM "users" WHERE "age" IS NOT NULL OR ("age" IS NULL AND "name" > $1) OR ("age" IS NULL AND "name" = $2 AND "id" < $3) ORDER BY "age" DESC, "name", "id" DESC',
    mysql:
      "SELECT `id` FROM `users` WHERE (`age` IS NULL AND `name` > ?) OR (`age` IS NULL AND `name` = ? AND `id` < ?) ORDER BY `age` DESC, `name`, `id` DESC",
    mariadb:
      "SELECT `id` FROM `users` WHERE (`age` IS NULL AND `name` > ?) OR (`age` IS NULL AND `name` = ? AND `id` < ?) ORDER BY `age` DESC, `name`, `id` DESC",
  }],
  "a place with NULLs put last": [after({ expression: age, descending: false, nulls: "last" }, [5, "a", 1]), {
    sqlite:
      'SELECT "id" FROM "users" WHERE "age" > ? OR "age" IS NULL OR ("age" = ? AND "name" > ?) OR ("age" = ? AND "name" = ? AND "id" < ?) ORDER BY "age" NULLS LAST, "name", "id" DESC',
    postgres:
      'SELECT "id" FROM "users" WHERE "age" > $1 OR "age" IS NULL OR ("age" = $2 AND "name" > $3) OR ("age" = $4 AND "name" = $5 AND "id" < $6) ORDER BY "age" NULLS LAST, "name", "id" DESC',
    mysql:
      "SELECT `id` FROM `users` WHERE `age` > ? OR `age` IS NULL OR (`age` = ? AND `name` > ?) OR (`age` = ? AND `name` = ? AND `id` < ?) ORDER BY `age` IS NULL, `age`, `name`, `id` DESC",
    mariadb:
      "SELECT `id` FROM `users` WHERE `age` > ? OR `age` IS NULL OR (`age` = ? AND `name` > ?) OR (`age` = ? AND `name` = ? AND `id` < ?) ORDER BY `age` IS NULL, `age`, `name`, `id` DESC",
  }],
  "a place among NULLs put first": [after({ expression: age, descending: true, nulls: "first" }, [null, "a", 1]), {
    sqlite:
      'SELECT "id" FROM "users" WHERE "age" IS NOT NULL OR ("age" IS NULL AND "name" > ?) OR ("age" IS NULL AND "name" = ? AND "id" < ?) ORDER BY "age" DESC NULLS FIRST, "name", "id" DESC',
    postgres:
      'SELECT "id" FROM "users" WHERE "age" IS NOT NULL OR ("age" IS NULL AND "name" > $1) OR ("age" IS NULL AND "name" = $2 AND "id" < $3) ORDER BY "age" DESC NULLS FIRST, "name", "id" DESC',
    mysql:
      "SELECT `id` FROM `users` WHERE `age` IS NOT NULL OR (`age` IS NULL AND `name` > ?) OR (`age` IS NULL AND `name` = ? AND `id` < ?) ORDER BY `age` IS NULL DESC, `age` DESC, `name`, `id` DESC",
    mariadb:
      "SELECT `id` FROM `users` WHERE `age` IS NOT NULL OR (`age` IS NULL AND `name` > ?) OR (`age` IS NULL AND `name` = ? AND `id` < ?) ORDER BY `age` IS NULL DESC, `age` DESC, `name`, `id` DESC",
  }],
});
