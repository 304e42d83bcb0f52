import { openAdmin } from "../../support/servers/admin.ts";
import type { DatabaseKind } from "../../support/servers/kinds.ts";

/** How the connections to a database are listed, and how one is ended; the names of test databases need no quotes. */
const statements: Readonly<Record<DatabaseKind, { list(database: string): string; end(id: number): string }>> = {
  postgres: {
    list: (database) =>
      `select pid as id from pg_stat_activity where datname = '${database}' and pid <> pg_backend_pid() and backend_type = 'client backend'`,
    end: (id) => `select pg_terminate_backend(${id})`,
  },
  mariadb: mysqlStatements(),
  mysql: mysqlStatements(),
};

function mysqlStatements() {
  return {
    list: (database: string) =>
      `select id as id from information_schema.processlist where db = '${database}' and id <> connection_id()`,
    end: (id: number) => `kill connection ${id}`,
  };
}

/** Ends one connection to a database, chosen at random; false when there is none, or no server. */
export async function killOne(kind: DatabaseKind, serverUrl: string, database: string): Promise<boolean> {
  const { list, end } = statements[kind];
  try {
    await using admin = await openAdmin(kind, serverUrl);
    const ids = (await admin.query(list(database))).map(({ id }) => Number(id));
    const chosen = ids[Math.floor(Math.random() * ids.length)];
    if (chosen === undefined) return false;
    await admin.query(end(chosen));
    return true;
  } catch {
    return false; // it has gone by itself meanwhile, or the server is being started again
  }
}
