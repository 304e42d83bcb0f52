import { assert, assertEquals } from "@std/assert";
import { reportSkip } from "../../providers/report_skip.ts";
import { databaseKinds } from "../../support/servers/kinds.ts";
import { serverUrl } from "../../support/servers/server_url.ts";
import { createTestDatabase } from "../../support/servers/test_database.ts";

const TITLE = "100,000 rows that come one by one are inserted, and read as a stream, in as much memory as few";

/** Most MiB by which the process may grow while it writes. */
const MOST = 60;

/** Most MiB that may be held while it reads: a batch, and not what was read before. */
const MOST_HELD = 10;

async function runInChild(kind: string, location: string): Promise<void> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--v8-flags=--expose-gc",
      new URL("./fixtures/many_rows.ts", import.meta.url).href,
      kind,
      location,
    ],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const { inserted, count, grown, read, held } = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals([inserted, count, read], [100_000, 102_000, 102_000]);
  assert(grown < MOST * 2 ** 20, `memory grew by ${(grown / 2 ** 20).toFixed(0)} MiB`);
  assert(held < MOST_HELD * 2 ** 20, `a stream held ${(held / 2 ** 20).toFixed(0)} MiB`);
}

Deno.test(`sqlite: ${TITLE}`, async () => {
  const folder = await Deno.makeTempDir();
  try {
    await runInChild("sqlite", `${folder}/rows.sqlite`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

for (const kind of databaseKinds) {
  const server = await serverUrl(kind);
  if (server.url === null) await reportSkip(kind, server.reason);
  Deno.test({
    name: `${kind}: ${TITLE}`,
    ignore: server.url === null,
    async fn() {
      await using database = await createTestDatabase(kind, server.url!); // not ignored, so that there is one
      await runInChild(kind, database.url);
    },
  });
}
