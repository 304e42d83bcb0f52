import assert from "node:assert/strict";
import { SQLiteConnectionConfig, type SQLiteDriverName, type SQLiteOptions } from "../../../backends/sqlite/config.ts";
import { openConnection, type SQLiteConnection } from "../../../backends/sqlite/driver.ts";

const DRIVERS: SQLiteDriverName[] = ["node:sqlite", "better-sqlite3"];
// @db/sqlite comes from jsr.io and fetches a library: only on request.
if (Deno.env.get("TEST_DB_SQLITE") !== undefined) DRIVERS.push("@db/sqlite");

/** What a driver is known not to do: it binds whole numbers as integers only, streams from memory, has its own library. */
export const isLimited = (connection: SQLiteConnection): boolean => limited.has(connection);
const limited = new WeakSet<SQLiteConnection>();

/** Runs a test on every driver, with a database in memory that has a table `users`. */
export function eachDriver(
  name: string,
  fn: (connection: SQLiteConnection) => void | Promise<void>,
  options: Partial<SQLiteOptions> = {},
): void {
  for (const driver of DRIVERS) {
    Deno.test(`${driver}: ${name}`, async () => {
      const connection = await openConnection(new SQLiteConnectionConfig({ database: ":memory:", driver, ...options }));
      if (driver === "@db/sqlite") limited.add(connection);
      connection.run("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT UNIQUE, n)", [], "none");
      try {
        await fn(connection);
      } finally {
        connection.close();
      }
      assert.equal(connection.isOpen, false);
    });
  }
}

/** Runs a test on every driver with the path of a file that does not exist yet. */
export function eachDriverOnFile(name: string, fn: (path: string, driver: SQLiteDriverName) => Promise<void>): void {
  for (const driver of DRIVERS) {
    Deno.test(`${driver}: ${name}`, async () => {
      const folder = await Deno.makeTempDir();
      try {
        await fn(`${folder}/app.db`, driver);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}

/** The rows of a query. */
export function rows(connection: SQLiteConnection, sql: string, ...params: unknown[]): unknown[][] {
  return connection.run(sql, params, "rows").rows;
}

export async function readAll(groups: AsyncIterable<unknown[][]>): Promise<unknown[][]> {
  const all: unknown[][] = [];
  for await (const group of groups) all.push(...group);
  return all;
}

/** Three rows of `users`. */
export const THREE = "INSERT INTO users (name, n) VALUES ('a', 1), ('b', 2), ('c', 3)";
