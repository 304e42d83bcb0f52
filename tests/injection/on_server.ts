import { reportSkip } from "../providers/report_skip.ts";
import type { DatabaseKind } from "../support/servers/kinds.ts";
import { serverUrl } from "../support/servers/server_url.ts";
import { createTestDatabase } from "../support/servers/test_database.ts";
import type { InjectionProvider } from "./injection_tests_of.ts";
import type { ProbedBackend } from "./world.ts";

/** A provider on a database of its own of a server. */
export async function onServer(
  kind: DatabaseKind,
  connect: (url: string) => ProbedBackend & AsyncDisposable,
): Promise<InjectionProvider> {
  const { url, reason } = await serverUrl(kind);
  if (reason !== null) await reportSkip(kind, reason);
  return {
    name: kind,
    ignore: url === null,
    async open(stack) {
      const database = stack.use(await createTestDatabase(kind, url!)); // ignored without a server
      return stack.use(connect(database.url));
    },
  };
}
