import { assertEquals } from "@std/assert";
import { z } from "zod";
import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../backends/mysql/mod.ts";
import { ActiveRecord, decimal, primaryKey } from "../../mod.ts";

/** A table with columns of most kinds. */
export class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string(),
  age: z.int(),
  price: decimal(10, 2),
  ratio: z.number(),
  kind: z.enum(["b", "a"]),
  createdAt: z.date(),
  data: z.object({ a: z.array(z.number()), b: z.string() }),
}) {}

/** Never connected: SQL is made without a database. */
export const mysql = new MySQLBackend({ database: "unused" });
/** Nor is this one. */
export const mariadb = new MariaDBBackend({ database: "unused" });
User.configure(mysql);

/** Anything that gives rows. */
export interface Query {
  toNode(): ReturnType<ReturnType<typeof User.query>["toNode"]>;
}

/** The text alone, whatever the server could do with it. */
export function sqlOf({ dialect, types }: MySQLBackend, query: Query): string {
  return dialect.createBuilder(types).statement(query.toNode()).sql;
}

/** The text of each query, and on MariaDB where it is another. */
export type Snapshots = Readonly<Record<string, readonly [query: () => Query, sql: string, onMariaDB?: string]>>;

/** Adds a test for each query. */
export function snapshots(given: Snapshots): void {
  for (const [name, [query, text, onMariaDB = text]] of Object.entries(given)) {
    Deno.test(`MySQL's and MariaDB's SQL of ${name}`, () => {
      assertEquals(sqlOf(mysql, query()), text);
      assertEquals(sqlOf(mariadb, query()), onMariaDB);
    });
  }
}
