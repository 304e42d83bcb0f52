import type { DatabaseKind } from "./kinds.ts";

/** A connection of the tests themselves, beside the backend under test. */
export interface Admin extends AsyncDisposable {
  /** Runs one statement and gives its rows. */
  query(sql: string): Promise<Record<string, unknown>[]>;
}

/**
 * Connects to a server with the driver alone.
 *
 * @throws {unknown} the driver's error when nobody answers within five seconds or the account is refused
 */
export function openAdmin(kind: DatabaseKind, url: string): Promise<Admin> {
  return kind === "postgres" ? openPostgres(url) : openMySQL(url);
}

/** The part of `npm:postgres` that is used here. */
interface PostgresModule {
  default(url: string, options: Readonly<Record<string, unknown>>): {
    unsafe(sql: string): Promise<Record<string, unknown>[]>;
    end(options: { timeout: number }): Promise<void>;
  };
}

async function openPostgres(url: string): Promise<Admin> {
  const { default: connect } = await load<PostgresModule>("postgres");
  const client = connect(url, {
    max: 1,
    // A pooler in front of the server keeps no statements.
    prepare: false,
    fetch_types: false,
    connect_timeout: 5,
    onnotice: () => {},
  });
  const admin: Admin = {
    query: async (sql) => [...await client.unsafe(sql)],
    [Symbol.asyncDispose]: () => client.end({ timeout: 5 }),
  };
  return await proven(admin);
}

/** The part of `npm:mysql2/promise` that is used here. */
interface MySQLModule {
  createConnection(options: Readonly<Record<string, unknown>>): Promise<{
    query(sql: string): Promise<[unknown, unknown]>;
    end(): Promise<void>;
  }>;
}

async function openMySQL(url: string): Promise<Admin> {
  const { createConnection } = await load<MySQLModule>("mysql2/promise");
  const client = await createConnection({ uri: url, connectTimeout: 5_000 });
  return await proven({
    async query(sql) {
      const [rows] = await client.query(sql);
      // The driver gives an array of objects for a query, and one object for any other statement.
      return Array.isArray(rows) ? rows as Record<string, unknown>[] : [];
    },
    [Symbol.asyncDispose]: () => client.end(),
  });
}

/** The driver for PostgreSQL connects no earlier than at the first statement. */
async function proven(admin: Admin): Promise<Admin> {
  try {
    await admin.query("select 1");
    return admin;
  } catch (error) {
    await admin[Symbol.asyncDispose]();
    throw error;
  }
}

/** Loads a package on demand; the specifier is computed, since a literal one is loaded with every test file. */
async function load<Module>(name: string): Promise<Module> {
  // Nothing is known of a module that is not loaded yet; `Module` is the part of it that is used.
  return await import(name) as Module;
}
