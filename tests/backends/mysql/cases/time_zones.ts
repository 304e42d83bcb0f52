import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, fn, OperationalError, primaryKey } from "../../../../mod.ts";
import { reportSkip } from "../../../providers/report_skip.ts";
import { findBinaries } from "../../../support/servers/binaries.ts";
import { type PrivateServer, startPrivateServer, whyNoBinaries } from "../../../support/servers/private_server.ts";
import { createTestDatabase, type TestDatabase } from "../../../support/servers/test_database.ts";
import { fillTimeZones } from "../../../support/servers/time_zones.ts";
import { runTestsuite, type SuiteBackend, type TestProvider } from "../../../testsuite/mod.ts";

class Visit extends ActiveRecord.define("visits", { id: primaryKey(z.int()), at: z.date() }) {}

const { c } = Visit;

/**
 * Runs what has to do with time zones on a server of its own, whose tables of zones are filled: those of a server that was
 * there before are left as they are, which mostly is empty.
 */
export async function timeZoneCases(kind: "mysql" | "mariadb", open: (url: string) => SuiteBackend): Promise<void> {
  if (await findBinaries(kind) === null) return await reportSkip(`${kind}-time-zones`, whyNoBinaries(kind));
  await runTestsuite(providerWithZones(kind, open), { only: "query/dates" });
  await runTestsuite(providerWithZones(kind, open), { only: "query/zones" });
  Deno.test(`${kind}: a time that cannot be moved to a zone, and a zone that is not known, are errors that name it`, async () => {
    await using server = await startPrivateServer(kind);
    await fillTimeZones(server);
    await using database = await createTestDatabase(kind, server.url);
    await using backend = open(database.url);
    Visit.configure(backend);
    await Visit.createTable();
    await Visit.insertMany([
      { id: 1, at: new Date("1960-07-01T00:00:00Z") },
      { id: 2, at: new Date("2050-07-01T00:00:00Z") },
      { id: 3, at: new Date("2024-07-01T00:00:00Z") },
    ]);
    const calculations = (zone: string) => [
      fn.dateTrunc("month", c.at, { zone }),
      fn.dateTrunc("hour", c.at, { zone }),
      fn.datePart("hour", c.at, { zone }),
      fn.dateAdd(c.at, 1, "day", { zone }),
      fn.dateDiff("day", c.at, c.at, { zone }),
    ];
    for (const value of calculations("Europe/Berlin")) {
      for (const id of [1, 2]) {
        const query = Visit.where({ id }).select({ value });
        await assertRejects(() => query.all(), OperationalError, 'cannot calculate in the zone "Europe/Berlin"');
      }
    }
    // From there the sum leads where the server would change nothing.
    const far = fn.dateAdd(c.at, 20, "year", { zone: "Europe/Berlin" });
    await assertRejects(() => Visit.where({ id: 3 }).select({ far }).all(), OperationalError, "after 2038-01-18");
    for (const value of calculations("Asia/Tokyo")) {
      const query = Visit.where({ id: 3 }).select({ value });
      await assertRejects(() => query.all(), OperationalError, 'tables of time zones lack "Asia/Tokyo"');
    }
    const unknown = fn.datePart("hour", c.at, { zone: "Asia/Tokyo" });
    const third = Visit.where({ id: 3 });
    const elsewhere = [
      () => third.where(unknown.gt(5)).all(),
      () => third.where(unknown.isNull()).deleteAll(),
      () => third.orderBy(unknown, "id").select({ id: c.id, hour: fn.coalesce(unknown, 0) }).all(),
      () => third.select({ unknown, n: fn.count() }).groupBy(unknown).all(),
      () => third.updateAll({ at: fn.dateTrunc("day", c.at, { zone: "Asia/Tokyo" }) }),
    ];
    for (const ask of elsewhere) await assertRejects(ask, OperationalError, 'tables of time zones lack "Asia/Tokyo"');
    assertEquals(await Visit.count(), 3);
    const hour = fn.datePart("hour", c.at, { zone: "Europe/Berlin" });
    assertEquals(await Visit.where({ id: 3 }).select({ hour }), [{ hour: 2 }]);
  });
}

function providerWithZones(kind: "mysql" | "mariadb", open: (url: string) => SuiteBackend): TestProvider {
  let server: PrivateServer;
  let database: TestDatabase;
  return {
    name: `${kind}-time-zones`,
    async open() {
      server = await startPrivateServer(kind);
      await fillTimeZones(server);
      database = await createTestDatabase(kind, server.url);
      return open(database.url);
    },
    async cleanUp(backend) {
      await backend.disconnect();
      await server.stop();
    },
  };
}
