/**
 * The SQLite backend, on the driver that is built into Deno.
 *
 * @module
 */
export { SQLiteBackend } from "./backend.ts";
export type { SQLiteConnection } from "./driver.ts";
export {
  SQLiteConnectionConfig,
  type SQLiteDriverName,
  type SQLiteJournalMode,
  type SQLiteOptions,
  type SQLiteSynchronous,
} from "./config.ts";
export type { AggregateFunction, ScalarFunction } from "./functions.ts";
export { SQLiteDialect } from "./dialect.ts";
export { type SQLiteColumnConstraints, SQLiteColumnType, SQLiteTypes } from "./types.ts";
