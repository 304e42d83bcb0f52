/** MySQL and MariaDB, each with the backend that is made for it. */

import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../backends/mysql/mod.ts";
import { createTestDatabase, type TestDatabase } from "../support/servers/test_database.ts";
import type { TestProvider } from "../testsuite/mod.ts";

/** MariaDB on a server. */
export function mariadbProvider(serverUrl: string): TestProvider {
  return provider("mariadb", serverUrl, (options) => new MariaDBBackend(options));
}

/** MySQL on a server. */
export function mysqlProvider(serverUrl: string): TestProvider {
  return provider("mysql", serverUrl, (options) => new MySQLBackend(options));
}

function provider(
  name: "mariadb" | "mysql",
  serverUrl: string,
  make: (options: { url: string; poolSize?: number }) => MySQLBackend,
): TestProvider {
  let database: TestDatabase;
  const connect = () => {
    const poolSize = Deno.env.get("TEST_POOL_SIZE");
    return make({ url: database.url, ...poolSize === undefined ? {} : { poolSize: Number(poolSize) } });
  };
  return {
    name,
    async open() {
      database = await createTestDatabase(name, serverUrl);
      return connect();
    },
    openSecond: () => Promise.resolve(connect()),
    async cleanUp(backend) {
      await backend.disconnect();
      await database.drop();
    },
  };
}
