import type { SQLiteConnection } from "./connection.ts";

/** From now on the connection sees the database as it is now, whatever is written meanwhile. */
export function beginSnapshot(connection: SQLiteConnection): void {
  connection.exec("BEGIN");
  try {
    // Only what reads takes the lock that such a snapshot needs.
    connection.run("SELECT 1 FROM sqlite_schema LIMIT 1", [], "row");
  } catch (error) {
    endSnapshot(connection);
    throw error;
  }
}

/** The connection sees what is written again. */
export function endSnapshot(connection: SQLiteConnection): void {
  if (connection.isTransaction) connection.exec("ROLLBACK");
}
