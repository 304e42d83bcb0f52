import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../backends/mysql/mod.ts";
import { ActiveRecord, column, decimal, primaryKey, QueryBuildError, UnsupportedFeatureError } from "../../mod.ts";
import { createTableStatements } from "../../core/schema/table.ts";
import { metaOf } from "../../core/model/registry.ts";

class Item extends ActiveRecord.define("items", {
  id: primaryKey(),
  name: column(z.string(), { unique: true }),
  note: z.string().optional(),
  price: decimal(10, 2),
  kind: z.enum(["b", "a"]).default("a"),
  data: z.object({ a: z.int() }).optional(),
}) {}

const mysql = new MySQLBackend({ database: "unused" });
const mariadb = new MariaDBBackend({ database: "unused" });

/** The text of a query on both servers, which is the same unless a second one is given. */
function writes(
  query: { toNode(): ReturnType<ReturnType<typeof Item.query>["toNode"]> },
  text: string,
  onMariaDB = text,
) {
  assertEquals(mysql.compile(query.toNode()).sql.replace(/^SELECT .* FROM/, "FROM"), text);
  assertEquals(mariadb.compile(query.toNode()).sql.replace(/^SELECT .* FROM/, "FROM"), onMariaDB);
}

Deno.test("names stand in backticks, and one of more than 64 characters is refused", () => {
  assertEquals(mysql.dialect.quoteIdentifier("a`b"), "`a``b`");
  assertThrows(() => mysql.dialect.quoteIdentifier("x".repeat(65)), QueryBuildError, "64");
});

Deno.test("conditions are written exactly", () => {
  Item.configure(mysql);
  writes(
    Item.where({ name__contains: "5%" }),
    "FROM `items` WHERE `name` LIKE ? COLLATE utf8mb4_0900_bin ESCAPE '!'",
    "FROM `items` WHERE `name` LIKE ? COLLATE utf8mb4_nopad_bin ESCAPE '!'",
  );
  writes(
    Item.where({ name__ilike: "A%" }),
    "FROM `items` WHERE LOWER(`name`) LIKE LOWER(?) COLLATE utf8mb4_0900_bin ESCAPE '!'",
    "FROM `items` WHERE LOWER(`name`) LIKE LOWER(?) COLLATE utf8mb4_nopad_bin ESCAPE '!'",
  );
  writes(
    Item.where({ name__regex: "^a" }),
    "FROM `items` WHERE REGEXP_LIKE(`name`, ?, 'c')",
    "FROM `items` WHERE `name` REGEXP ? COLLATE utf8mb4_nopad_bin",
  );
  writes(Item.where({ price: "1.50" }), "FROM `items` WHERE `price` = ?");
  writes(
    Item.where({ price__in: ["1", "2", "3"] }),
    "FROM `items` WHERE `price` IN (CAST(? AS DECIMAL(65,30)), CAST(? AS DECIMAL(65,30)), CAST(? AS DECIMAL(65,30)), CAST(? AS DECIMAL(65,30)))",
  );
  writes(
    Item.where({ data: { a: 1 } }),
    "FROM `items` WHERE (`data` = CAST(? AS JSON))",
    "FROM `items` WHERE (JSON_NORMALIZE(`data`) COLLATE utf8mb4_nopad_bin = JSON_NORMALIZE(?))",
  );
});

Deno.test("orders and limits are written as the servers want them", () => {
  writes(Item.query().offset(3), "FROM `items` LIMIT 18446744073709551615 OFFSET 3");
  writes(Item.orderBy("kind"), "FROM `items` ORDER BY CAST(`kind` AS CHAR)");
  writes(
    Item.orderBy(Item.c.note.asc({ nulls: "last" })),
    "FROM `items` ORDER BY `note` IS NULL, `note`",
  );
});

Deno.test("RETURNING is refused where the server has none", () => {
  const insert = {
    kind: "insert",
    table: { kind: "table", name: "items" },
    columns: [],
    rows: [[]],
    returning: ["id"],
  } as const;
  assertThrows(() => mysql.compile(insert), UnsupportedFeatureError);
  assertEquals(mariadb.compile(insert).sql, "INSERT INTO `items` () VALUES () RETURNING `id`");
  const update = { kind: "update", table: insert.table, set: [], where: null, returning: ["id"] } as const;
  assertThrows(() => mariadb.compile(update), UnsupportedFeatureError);
});

Deno.test("a table is created with exact texts, bounded keys and native types", () => {
  const [table] = createTableStatements(metaOf(Item));
  assertEquals(
    mysql.compile(table!).sql,
    "CREATE TABLE `items` (`id` BIGINT NOT NULL AUTO_INCREMENT, `name` VARCHAR(255) NOT NULL, `note` LONGTEXT, " +
      "`price` DECIMAL(10,2) NOT NULL, `kind` ENUM('b', 'a') NOT NULL, `data` JSON, " +
      "CONSTRAINT `items_pkey` PRIMARY KEY (`id`), CONSTRAINT `items_name_key` UNIQUE (`name`)) " +
      "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_bin",
  );
});
