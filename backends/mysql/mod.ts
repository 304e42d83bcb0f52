/**
 * The MySQL backend, on the driver `npm:mysql2`. For MariaDB there is a backend of its own.
 *
 * @module
 */
export { MySQLBackend } from "./backend.ts";
export { MySQLConnectionConfig, type MySQLOptions } from "./config.ts";
export type { MySQLConnection } from "./connection.ts";
export { MySQLDialect } from "./dialect.ts";
export type { SQLFragment } from "./json_path.ts";
export { type MySQLColumnConstraints, MySQLColumnType } from "./types.ts";
