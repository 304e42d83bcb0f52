/** How the suite is run on a database server: on a database of its own, with the options that the environment sets. */

import type { DatabaseKind } from "../support/servers/kinds.ts";
import { serverUrl } from "../support/servers/server_url.ts";
import { createTestDatabase, type TestDatabase } from "../support/servers/test_database.ts";
import { runTestsuite, type SuiteBackend, type TestProvider } from "../testsuite/mod.ts";
import { reportSkip } from "./report_skip.ts";

/** Options of a backend that the environment sets for all of its tests. */
export interface ServerTestOptions {
  /** The database of this test file. */
  readonly url: string;
  /** `TEST_POOL_SIZE`. @default the backend's own */
  readonly poolSize?: number;
}

/** A way to test a database server. */
export interface ServerProvider {
  /** Name in the report. */
  readonly name: string;
  readonly kind: DatabaseKind;
  /** Makes a backend, which is not connected yet. */
  connect(options: ServerTestOptions): SuiteBackend;
}

/** Registers the suite for a provider, or reports why its server cannot be tested. */
export async function runOnServer(provider: ServerProvider): Promise<void> {
  const { url, reason } = await serverUrl(provider.kind);
  if (reason === null) await runTestsuite(testProvider(provider, url));
  else await reportSkip(provider.name, reason);
}

function testProvider({ name, kind, connect }: ServerProvider, url: string): TestProvider {
  let database: TestDatabase;
  return {
    name,
    async open() {
      database = await createTestDatabase(kind, url);
      return connect(optionsOf(database));
    },
    openSecond: () => Promise.resolve(connect(optionsOf(database))),
    async cleanUp(backend) {
      await backend.disconnect();
      await database.drop();
    },
  };
}

function optionsOf({ url }: TestDatabase): ServerTestOptions {
  const poolSize = Deno.env.get("TEST_POOL_SIZE");
  return { url, ...poolSize ? { poolSize: Number(poolSize) } : {} };
}
