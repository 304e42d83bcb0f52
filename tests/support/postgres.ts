import { PostgreSQLBackend, type PostgreSQLDriverName, type PostgreSQLOptions } from "../../backends/postgres/mod.ts";

/** The server of the tests: that of the environment, else one on the usual port. */
export function serverUrl(): string {
  return Deno.env.get("TEST_POSTGRES_URL") ?? "postgres://postgres@127.0.0.1:5432/postgres";
}

/** A database that nobody else uses, until it is disposed of. */
export interface TestDatabase extends AsyncDisposable {
  /** Its URL. */
  readonly url: string;
  /** Its name. */
  readonly name: string;
}

/** Creates a database on the server of the tests. */
export async function createDatabase(server: string = serverUrl()): Promise<TestDatabase> {
  const name = `activerecord_pg_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
  await administer(server, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(server: string, sql: string): Promise<void> {
  await using backend = new PostgreSQLBackend({ url: server, poolSize: 1 });
  await backend.execute(sql);
}

/** The drivers. */
export const DRIVERS: readonly PostgreSQLDriverName[] = ["postgres", "pg"];

/** Runs with a backend on a database of its own. */
export async function withBackend<T>(
  driver: PostgreSQLDriverName,
  fn: (backend: PostgreSQLBackend, url: string) => Promise<T>,
  options: Omit<PostgreSQLOptions, "url" | "driver"> = {},
): Promise<T> {
  await using database = await createDatabase();
  await using backend = new PostgreSQLBackend({ url: database.url, driver, ...options });
  return await fn(backend, database.url);
}

/** Registers a test for each driver, with a backend on a database of its own. */
export function eachDriver(
  name: string,
  fn: (backend: PostgreSQLBackend, url: string) => Promise<void>,
  options?: Omit<PostgreSQLOptions, "url" | "driver">,
): void {
  for (const driver of DRIVERS) Deno.test(`${driver}: ${name}`, () => withBackend(driver, fn, options));
}

/** Waits; for what has to take a little time. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
