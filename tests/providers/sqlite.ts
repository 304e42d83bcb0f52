/** The ways in which SQLite is tested: in memory, in a file, and with the other drivers. */

import { join } from "node:path";
import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import type { TestProvider } from "../testsuite/mod.ts";

/** A database in memory, which has one connection. */
export const sqliteMemory: TestProvider = {
  name: "sqlite-memory",
  open: () => Promise.resolve(new SQLiteBackend({ database: ":memory:" })),
  cleanUp: (backend) => backend.disconnect(),
};

/** A database in a file of a folder of its own, which has readers beside the writer. */
export const sqliteFile: TestProvider = fileProvider("sqlite-file");

/** The same with the driver `npm:better-sqlite3`. */
export const sqliteBetter: TestProvider = fileProvider("sqlite-better", "better-sqlite3");

/** The same with the driver `jsr:@db/sqlite`; tested on request only, since it needs JSR. */
export const sqliteDb: TestProvider = fileProvider("sqlite-db", "@db/sqlite");

/** Why the driver from JSR is not tested now, or null. */
export function whyNotSqliteDb(): string | null {
  return Deno.env.get("TEST_DB_SQLITE") === "1"
    ? null
    : "its driver comes from JSR and loads a native library: set TEST_DB_SQLITE=1";
}

function fileProvider(name: string, driver?: "better-sqlite3" | "@db/sqlite"): TestProvider {
  let folder = "";
  const connect = () =>
    new SQLiteBackend({ database: join(folder, "suite.sqlite"), ...driver === undefined ? {} : { driver } });
  return {
    name,
    async open() {
      folder = await Deno.makeTempDir({ prefix: `${name}_` });
      return connect();
    },
    openSecond: () => Promise.resolve(connect()),
    async cleanUp(backend) {
      await backend.disconnect();
      await Deno.remove(folder, { recursive: true });
    },
  };
}
