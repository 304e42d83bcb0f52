import type { MaybePromise } from "../../core/backend/result.ts";
import { ConnectionError } from "../../core/errors.ts";
import type { SQLiteConnectionConfig, SQLiteDriverName } from "./config.ts";
import type { SQLiteConnection } from "./connection.ts";

export type { SQLiteConnection } from "./connection.ts";

/** Opens a database with one driver. */
export type OpenConnection = (
  config: SQLiteConnectionConfig,
  options: { readonly readOnly: boolean },
) => MaybePromise<SQLiteConnection>;

/** What a module of a driver has. */
interface Driver {
  readonly openConnection: OpenConnection;
}

/** A program uses one of them and pays for it when it opens a database, not when it starts. */
const DRIVERS: Readonly<Record<SQLiteDriverName, () => Promise<Driver>>> = {
  "node:sqlite": () => import("./drivers/node_sqlite.ts"),
  "better-sqlite3": () => import("./drivers/better_sqlite3.ts"),
  "@db/sqlite": () => import("./drivers/db_sqlite.ts"),
};

const loaded = new Map<SQLiteDriverName, Driver>();

/**
 * Opens one connection with the driver of the configuration, which is loaded when it is first needed. From then on the built-in
 * driver answers at once.
 *
 * @throws {ConnectionError} when the file has to exist and does not
 */
export function openConnection(
  config: SQLiteConnectionConfig,
  { readOnly = config.readOnly }: { readonly readOnly?: boolean } = {},
): MaybePromise<SQLiteConnection> {
  if (!config.isMemory && (readOnly || !config.create)) requireFile(config);
  const driver = loaded.get(config.driver);
  return driver === undefined
    ? load(config.driver).then(({ openConnection }) => openConnection(config, { readOnly }))
    : driver.openConnection(config, { readOnly });
}

async function load(name: SQLiteDriverName): Promise<Driver> {
  const driver = await DRIVERS[name]();
  loaded.set(name, driver);
  return driver;
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
