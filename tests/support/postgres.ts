import { PostgreSQLBackend, type PostgreSQLDriverName, type PostgreSQLOptions } from "../../backends/postgres/mod.ts";
import { reportSkip } from "../providers/report_skip.ts";
import { serverUrl } from "./servers/server_url.ts";
import { createTestDatabase } from "./servers/test_database.ts";

/** The drivers. */
export const DRIVERS: readonly PostgreSQLDriverName[] = ["postgres", "pg"];

/** Options of a backend beside its address. */
export type Options = Omit<PostgreSQLOptions, "url" | "driver">;

const server = await serverUrl("postgres");
if (server.url === null) await reportSkip("postgres", server.reason);

/** Registers a test that is given the URL of a database of its own; without a server it is ignored. */
export function databaseTest(name: string, fn: (url: string) => Promise<void>): void {
  Deno.test({
    name,
    ignore: server.url === null,
    // Whatever a test opens it closes, so that nothing may be left, also after a connection was lost.
    sanitizeOps: true,
    sanitizeResources: true,
    async fn() {
      await using database = await createTestDatabase("postgres", server.url!); // not ignored, so that there is one
      await fn(database.url);
    },
  });
}

/** Registers a test for each driver, with a backend on a database of its own. */
export function eachDriver(
  name: string,
  fn: (backend: PostgreSQLBackend, url: string) => Promise<void>,
  options?: Options,
): void {
  for (const driver of DRIVERS) {
    databaseTest(`${driver}: ${name}`, async (url) => {
      await using backend = new PostgreSQLBackend({ url, driver, ...options });
      await fn(backend, url);
    });
  }
}

/** Waits; for what has to take a little time. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
