import { assert } from "@std/assert";
import type { StorageBackend } from "../../../mod.ts";
import { reportSkip } from "../../providers/report_skip.ts";
import { findBinaries } from "../../support/servers/binaries.ts";
import type { DatabaseKind } from "../../support/servers/kinds.ts";
import { startPrivateServer, whyNoBinaries } from "../../support/servers/private_server.ts";
import { createTestDatabase } from "../../support/servers/test_database.ts";
import { runFaults, tableOf } from "./fault_run.ts";
import { killOne } from "./killer.ts";

/**
 * Registers the fault test of one driver: on a server of its own, which is killed too. Short unless `TEST_FAULTS=full`, which kills
 * 100 connections and the server twice.
 */
export async function faultTest(
  name: string,
  kind: DatabaseKind,
  open: (url: string) => StorageBackend,
): Promise<void> {
  if (await findBinaries(kind) === null) return await reportSkip(`${name}-faults`, whyNoBinaries(kind));
  const isFull = Deno.env.get("TEST_FAULTS") === "full";
  Deno.test(`${name}: what was reported is what is there, whatever connections and servers are killed`, async () => {
    await using server = await startPrivateServer(kind);
    await using database = await createTestDatabase(kind, server.url);
    const report = await runFaults({
      name,
      server,
      open: () => open(database.url),
      killOne: () => killOne(kind, server.url, database.name),
      kills: isFull ? 100 : 20,
      restarts: isFull ? 2 : 1,
    });
    console.log(tableOf([report]));
    assert(report.committed > 0 && report.reads > 0 && report.streams > 0);
    assert(report.recoveryMs < 5_000, `It took ${report.recoveryMs} ms until transfers went through again`);
  });
}
