/**
 * The SQLite backend, on the driver that is built into Deno.
 *
 * @module
 */
export { SQLiteBackend } from "./backend.ts";
export { SQLiteConnectionConfig, type SQLiteDriverName, type SQLiteOptions } from "./config.ts";
export { SQLiteDialect } from "./dialect.ts";
export { type SQLiteColumnConstraints, SQLiteColumnType, SQLiteTypes } from "./types.ts";
