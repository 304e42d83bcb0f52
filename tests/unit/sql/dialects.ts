import { assertEquals } from "@std/assert";
import { MariaDBBackend } from "../../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../../backends/mysql/mod.ts";
import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import type { SQLBackend } from "../../../core/sql/sql_backend.ts";
import type { StatementNode } from "../../../core/ast/statement.ts";
import { UnsupportedFeatureError } from "../../../mod.ts";

/** The four kinds of SQL, by backends that are never connected: they know what the newest server can do. */
export const dialects = {
  sqlite: new SQLiteBackend({ database: "/nowhere/at/all.db", create: false }),
  postgres: new PostgreSQLBackend({ database: "unused" }),
  mysql: new MySQLBackend({ database: "unused" }),
  mariadb: new MariaDBBackend({ database: "unused" }),
} satisfies Readonly<Record<string, SQLBackend>>;

/** The name of a kind of SQL. */
export type Dialect = keyof typeof dialects;

/** The text that each kind of SQL has for something; where it has none, `no: ` and what the database lacks. */
export type Texts = Readonly<Record<Dialect, string>>;

/** The texts of a statement, made for each backend anew. */
export function textsOf(make: (backend: SQLBackend) => StatementNode): Texts {
  const texts = Object.entries(dialects).map(([name, backend]) => {
    try {
      return [name, backend.compile(make(backend)).sql];
    } catch (error) {
      if (error instanceof UnsupportedFeatureError) return [name, `no: ${error.feature}`];
      throw error;
    }
  });
  return Object.fromEntries(texts) as Texts; // one for each dialect
}

/** Adds a test for each snapshot. */
export function snapshots(
  what: string,
  given: Readonly<Record<string, readonly [make: (backend: SQLBackend) => StatementNode, texts: Texts]>>,
): void {
  for (const [name, [make, texts]] of Object.entries(given)) {
    Deno.test(`the SQL of ${what}: ${name}`, () => assertEquals(textsOf(make), texts));
  }
}
