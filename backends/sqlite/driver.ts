import type { MaybePromise } from "../../core/backend/result.ts";
import { ConnectionError } from "../../core/errors.ts";
import type { SQLiteConnectionConfig, SQLiteDriverName } from "./config.ts";
import type { SQLiteConnection } from "./connection.ts";
import { openConnection as openBetterSqlite3 } from "./drivers/better_sqlite3.ts";
import { openConnection as openDbSqlite } from "./drivers/db_sqlite.ts";
import { openConnection as openNodeSqlite } from "./drivers/node_sqlite.ts";

export type { SQLiteConnection } from "./connection.ts";

/** Opens a database with one driver. */
export type OpenConnection = (
  config: SQLiteConnectionConfig,
  options: { readonly readOnly: boolean },
) => MaybePromise<SQLiteConnection>;

const DRIVERS: Readonly<Record<SQLiteDriverName, OpenConnection>> = {
  "node:sqlite": openNodeSqlite,
  "better-sqlite3": openBetterSqlite3,
  "@db/sqlite": openDbSqlite,
};

/**
 * Opens one connection with the driver of the configuration. The built-in driver answers at once, the others have to be
 * loaded.
 *
 * @throws {ConnectionError} when the file has to exist and does not
 */
export function openConnection(
  config: SQLiteConnectionConfig,
  { readOnly = config.readOnly }: { readonly readOnly?: boolean } = {},
): MaybePromise<SQLiteConnection> {
  if (!config.isMemory && (readOnly || !config.create)) requireFile(config);
  return DRIVERS[config.driver](config, { readOnly });
}

/** Drivers say of a file that is missing only that they could not open it, and not all can be told not to make it. */
function requireFile({ path, database }: SQLiteConnectionConfig): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new ConnectionError(`Cannot open "${database}": the file does not exist`, { driverError: error });
  }
}
