import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import type { SQLiteOptions } from "../../backends/sqlite/mod.ts";

/** Where a test runs: in memory, or on a file of its own. */
export type Place = "memory" | "file";

/** Runs with the path of a database file that does not exist yet, in a folder that is removed afterwards. */
export async function withPath<T>(fn: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "activerecord_" });
  try {
    return await fn(`${folder}/app.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs with a backend that is disconnected afterwards. */
export async function withBackend<T>(
  place: Place,
  fn: (backend: SQLiteBackend) => Promise<T>,
  options: Omit<SQLiteOptions, "database" | "url"> = {},
): Promise<T> {
  const run = async (database: string) => {
    await using backend = new SQLiteBackend({ database, ...options });
    return await fn(backend);
  };
  return place === "memory" ? await run(":memory:") : await withPath(run);
}

/** Registers a test for a database in memory and one for a file. */
export function eachPlace(
  name: string,
  fn: (backend: SQLiteBackend) => Promise<void>,
  options?: Omit<SQLiteOptions, "database" | "url">,
): void {
  for (const place of ["memory", "file"] as const) {
    Deno.test(`${name} (${place})`, () => withBackend(place, fn, options));
  }
}

/** Waits; for what has to take a little time. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
