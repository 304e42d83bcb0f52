/** The ways in which PostgreSQL is tested: with each of its drivers. */

import { PostgreSQLBackend } from "../../backends/postgres/mod.ts";
import type { ServerProvider } from "./server.ts";

/** With the driver `npm:postgres`. */
export const postgres: ServerProvider = {
  name: "postgres",
  kind: "postgres",
  connect: (options) => new PostgreSQLBackend({ ...options, ...prepare() }),
};

/** With the driver `npm:pg`. */
export const postgresPg: ServerProvider = {
  name: "postgres-pg",
  kind: "postgres",
  connect: (options) => new PostgreSQLBackend({ ...options, ...prepare(), driver: "pg" }),
};

/** `TEST_PREPARE=0` is for a pooler in transaction mode. */
function prepare(): { readonly prepare?: false } {
  return Deno.env.get("TEST_PREPARE") === "0" ? { prepare: false } : {};
}
