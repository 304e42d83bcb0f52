import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, column, fn, primaryKey, QueryBuildError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Crate extends ActiveRecord.define("crates", {
  id: primaryKey(z.int()),
  wide: z.int(),
  deep: z.int().default(1),
  area: column(z.int(), { generated: "wide * deep" }),
}) {}

const requires = ["generatedColumns"] as const;

/** Columns whose values the database computes. */
export const generated: SuiteGroup = group("basic/generated columns", [Crate], (test) => {
  test("a generated column has its value after every way of writing", { requires }, async ({ backend }) => {
    const crate = await Crate.create({ id: 1, wide: 2, deep: 3 });
    assert.equal(crate.area, 6);
    crate.wide = 5;
    assert.equal(await crate.save(), 1);
    assert.equal((await crate.refresh()).area, 15);
    assert.equal(crate.isDirty, false);
    await Crate.insertMany([{ id: 2, wide: 4 }, { id: 3, wide: 1, deep: 7 }]);
    await Crate.createMany([{ id: 4, wide: 9 }]);
    if (backend.supports("upsert")) {
      assert.equal((await Crate.upsert({ id: 2, wide: 6 }, { conflict: ["id"] })).area, 6);
    } else await Crate.where({ id: 2 }).updateAll({ wide: 6 });
    assert.equal(await Crate.updateMany([{ id: 3, wide: 2 }]), 1);
    assert.deepEqual(await Crate.orderBy("id").pluck("area"), [15, 6, 14, 9]);
  });

  test("it is looked for, ordered by, counted and grouped like others", { requires }, async () => {
    await Crate.insertMany([{ id: 1, wide: 2, deep: 3 }, { id: 2, wide: 6 }, { id: 3, wide: 1 }]);
    assert.deepEqual(await Crate.where({ area__gt: 1 }).orderBy("-area", "id").ids(), [1, 2]);
    assert.equal(await Crate.sum("area"), 13);
    const rows = await Crate.select({ area: Crate.c.area, n: fn.count() }).groupBy("area").orderBy("area");
    assert.deepEqual(rows, [{ area: 1, n: 1 }, { area: 6, n: 2 }]);
    assert.equal(await Crate.where({ area: 6 }).updateAll({ deep: Crate.c.area }), 2);
    assert.deepEqual(await Crate.orderBy("id").pluck("area"), [12, 36, 1]);
  });

  test("it is not set, and nothing is sent", { requires }, async ({ backend }) => {
    await Crate.create({ id: 1, wide: 2 });
    const refused = [
      () => Crate.where({ id: 1 }).updateAll({ area: 5 }),
      () => Crate.updateMany([{ id: 1, area: 5 }]),
      () => Crate.insertFrom(Crate.select({ id: Crate.c.wide, wide: Crate.c.id, area: Crate.c.id })),
      () => Crate.upsert({ id: 1, wide: 2 }, { conflict: ["id"], update: () => ({ area: 5 }) }),
    ];
    await assertQueries(backend, 0, async () => {
      for (const run of refused) {
        const { message } = await errorOf(QueryBuildError, run);
        assert.match(message, /Crate\.area is computed by the database/);
      }
    });
    assert.equal((await Crate.findOrFail(1)).area, 2);
  });
});
