/** The ways in which PostgreSQL is tested: with each of its drivers. */

import { PostgreSQLBackend, type PostgreSQLDriverName } from "../../backends/postgres/mod.ts";
import { createTestDatabase, type TestDatabase } from "../support/servers/test_database.ts";
import type { TestProvider } from "../testsuite/mod.ts";

/** With a driver, on a server. */
export function postgresProvider(name: string, driver: PostgreSQLDriverName, serverUrl: string): TestProvider {
  let database: TestDatabase;
  const connect = () => {
    const [poolSize, prepare] = [Deno.env.get("TEST_POOL_SIZE"), Deno.env.get("TEST_PREPARE")];
    return new PostgreSQLBackend({
      url: database.url,
      driver,
      ...poolSize === undefined ? {} : { poolSize: Number(poolSize) },
      ...prepare === undefined ? {} : { prepare: prepare !== "0" },
    });
  };
  return {
    name,
    async open() {
      database = await createTestDatabase("postgres", serverUrl);
      return connect();
    },
    openSecond: () => Promise.resolve(connect()),
    async cleanUp(backend) {
      await backend.disconnect();
      await database.drop();
    },
  };
}
