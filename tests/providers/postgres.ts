/** The ways in which PostgreSQL is tested: with each of its drivers. */

import { PostgreSQLBackend, type PostgreSQLDriverName } from "../../backends/postgres/mod.ts";
import { createDatabase, type TestDatabase } from "../support/postgres.ts";
import type { TestProvider } from "../testsuite/mod.ts";

/** With `npm:postgres`. */
export const postgres: TestProvider = provider("postgres", "postgres");

/** With `npm:pg`. */
export const postgresPg: TestProvider = provider("postgres-pg", "pg");

function provider(name: string, driver: PostgreSQLDriverName): TestProvider {
  let database: TestDatabase;
  const connect = () => {
    const poolSize = Deno.env.get("TEST_POOL_SIZE");
    return new PostgreSQLBackend({
      url: database.url,
      driver,
      ...poolSize === undefined ? {} : { poolSize: Number(poolSize) },
    });
  };
  return {
    name,
    async open() {
      database = await createDatabase();
      return connect();
    },
    openSecond: () => Promise.resolve(connect()),
    async cleanUp(backend) {
      await backend.disconnect();
      await database[Symbol.asyncDispose]();
    },
  };
}
