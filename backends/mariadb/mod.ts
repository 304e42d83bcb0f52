/**
 * The MariaDB backend, on the driver `npm:mysql2`: the MySQL backend with what MariaDB does differently.
 *
 * @module
 */
export { MariaDBBackend } from "./backend.ts";
export { MariaDBConnectionConfig, type MariaDBOptions } from "./config.ts";
export { MariaDBDialect } from "./dialect.ts";
export { MySQLBackend } from "../mysql/backend.ts";
export { MySQLConnectionConfig, type MySQLOptions } from "../mysql/config.ts";
export type { MySQLConnection } from "../mysql/connection.ts";
export { MySQLDialect } from "../mysql/dialect.ts";
export type { SQLFragment } from "../mysql/json_path.ts";
