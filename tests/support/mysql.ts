import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend, type MySQLOptions } from "../../backends/mysql/mod.ts";
import { reportSkip } from "../providers/report_skip.ts";
import { serverUrl } from "./servers/server_url.ts";
import { createTestDatabase } from "./servers/test_database.ts";

/** Options of a backend beside its address. */
export type Options = Omit<MySQLOptions, "url">;

/** What a test is given. */
export interface Place {
  /** A backend on a database of its own. */
  readonly backend: MySQLBackend;
  /** The URL of that database. */
  readonly url: string;
  /** Opens another backend on it, which is closed after the test. */
  another(options?: Options): MySQLBackend;
}

/** One of the two servers, on which tests are registered. */
export interface TestServer {
  readonly name: "mysql" | "mariadb";
  readonly isMariaDB: boolean;
  /** Registers a test; without a server it is ignored. */
  test(name: string, fn: (place: Place) => Promise<void>, options?: Options): void;
}

/** Finds the server for the test files of a folder. */
export async function testServer(name: "mysql" | "mariadb"): Promise<TestServer> {
  const found = await serverUrl(name);
  if (found.url === null) await reportSkip(name, found.reason);
  const make = (url: string, options: Options = {}) =>
    name === "mariadb" ? new MariaDBBackend({ url, ...options }) : new MySQLBackend({ url, ...options });
  return {
    name,
    isMariaDB: name === "mariadb",
    test(title, fn, options) {
      Deno.test({
        name: `${name}: ${title}`,
        ignore: found.url === null,
        async fn() {
          await using database = await createTestDatabase(name, found.url!); // not ignored, so that there is one
          await using stack = new AsyncDisposableStack();
          const { url } = database;
          const another = (more?: Options) => stack.use(make(url, more));
          await fn({ backend: another(options), url, another });
        },
      });
    },
  };
}

/** Waits; for what has to take a little time. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
