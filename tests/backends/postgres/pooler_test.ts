import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, CancelledError, duration, primaryKey } from "../../../mod.ts";
import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { reportSkip } from "../../providers/report_skip.ts";
import { databaseTest, DRIVERS } from "../../support/postgres.ts";
import { findBinaries } from "../../support/servers/binaries.ts";
import { startPrivateServer, whyNoBinaries } from "../../support/servers/private_server.ts";

class Job extends ActiveRecord.define("jobs", { id: primaryKey(), title: z.string(), length: duration() }) {}

databaseTest("no pooler is seen where there is none", async (url) => {
  for (const driver of DRIVERS) {
    await using backend = new PostgreSQLBackend({ url, driver });
    await backend.connect();
    assertEquals(backend.features.isPooled, false);
  }
});

const missing = await findBinaries("pgbouncer") === null
  ? whyNoBinaries("pgbouncer")
  : await findBinaries("postgres") === null
  ? whyNoBinaries("postgres")
  : null;

if (missing !== null) await reportSkip("postgres-pooler", missing);
else {
  Deno.test("a pooler in transaction mode is seen, and all goes well through it", async () => {
    await using server = await startPrivateServer("postgres");
    await using pooler = await startPrivateServer("pgbouncer", { upstreamPort: server.port });
    for (const driver of DRIVERS) {
      await using backend = new PostgreSQLBackend({ url: pooler.url, driver, prepare: false, poolSize: 20 });
      Job.configure(backend);
      await Job.createTable();
      assertEquals(backend.features.isPooled, true);
      const length = Temporal.Duration.from("P1Y2M3DT4H5M6.789S");
      await Promise.all(Array.from({ length: 50 }, (_, i) =>
        backend.transaction(async () => {
          const job = await Job.create({ title: `${i}`, length });
          await job.update({ title: `job ${i}` });
        })));
      for (const job of await Job.all()) assertEquals(job.length.toString(), length.toString());
      assertEquals(await Job.where({ title__startswith: "job" }).count(), 50);
      const signal = AbortSignal.timeout(50);
      await assertRejects(() => backend.execute("SELECT pg_sleep(20)", [], { signal }), CancelledError);
      let streamed = 0;
      for await (const _ of Job.query().stream({ batchSize: 7 })) streamed++;
      assertEquals(streamed, 50);
      await Job.dropTable();
    }
  });
}
