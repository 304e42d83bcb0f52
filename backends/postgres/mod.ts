/**
 * The PostgreSQL backend, on `npm:postgres` or `npm:pg`.
 *
 * @module
 */
export { PostgreSQLBackend } from "./backend.ts";
export { PostgreSQLConnectionConfig, type PostgreSQLDriverName, type PostgreSQLOptions } from "./config.ts";
export type { PostgreSQLConnection, ServerFacts } from "./connection.ts";
export { PostgreSQLDialect } from "./dialect.ts";
export { PostgreSQLFeatures } from "./features.ts";
export type { ListenOptions, PostgreSQLNotification } from "./listen.ts";
