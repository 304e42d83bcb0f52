import { ConnectionError } from "../../core/errors.ts";
import type { SQLiteConnectionConfig } from "./config.ts";
import type { SQLiteConnection } from "./connection.ts";
import { registerFunctions } from "./functions.ts";

/**
 * Brings a connection that was just opened into the state that the configuration asks for, teaches it the functions that SQLite
 * lacks, and closes it when that fails.
 * SQLite itself never waits for a lock: that would stop the whole process, so the backend waits instead.
 */
export function setUpConnection(
  connection: SQLiteConnection,
  config: SQLiteConnectionConfig,
  { readOnly }: { readonly readOnly: boolean },
): SQLiteConnection {
  try {
    connection.run("PRAGMA busy_timeout = 0", [], "none");
    connection.run(`PRAGMA foreign_keys = ${config.foreignKeys ? "ON" : "OFF"}`, [], "none");
    if (!readOnly) {
      setJournalMode(connection, config);
      connection.run(`PRAGMA synchronous = ${config.synchronous}`, [], "none");
    }
    registerFunctions(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Changing the mode needs the database for itself, so it is only done when it is another one. */
function setJournalMode(connection: SQLiteConnection, { journalMode, database }: SQLiteConnectionConfig): void {
  if (pragma(connection, "journal_mode") === journalMode) return;
  const mode = pragma(connection, `journal_mode = ${journalMode}`);
  if (mode === journalMode) return;
  throw new ConnectionError(
    `Cannot open "${database}": its journal mode stays "${mode}", "${journalMode}" is not possible there`,
  );
}

function pragma(connection: SQLiteConnection, text: string): string {
  return String(connection.run(`PRAGMA ${text}`, [], "row").rows[0]?.[0]).toLowerCase();
}
