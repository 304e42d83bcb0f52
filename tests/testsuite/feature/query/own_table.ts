import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, alias, all, exists, fn, primaryKey, tuple, UnsupportedFeatureError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Part extends ActiveRecord.define("own_parts", { id: primaryKey(z.int()), kind: z.int(), price: z.int() }) {}

const { c } = Part;
const other = alias(Part, "other");

async function fill(): Promise<void> {
  await Part.deleteAll({ all: true });
  await Part.insertMany([
    { id: 1, kind: 1, price: 5 },
    { id: 2, kind: 1, price: 7 },
    { id: 3, kind: 2, price: 7 },
    { id: 4, kind: 3, price: 1 },
  ]);
}

const highest = Part.select({ price: fn.max(c.price) });
/** The other parts of the same kind as the part that is changed. */
const siblings = other.query().where((o) => o.kind.eq(c.kind).and(o.id.ne(c.id)));

/** Writes whose subqueries read the table that is written: they see it as it was before, or are refused. */
export const ownTable: SuiteGroup = group("query/own table", [Part], (test) => {
  test("a subquery of the changed table gives what was there before, in values and conditions", async () => {
    await fill();
    assert.equal(
      await Part.where(c.price.eq(highest.scalar())).updateAll({ price: highest.scalar().plus(1) as never }),
      2,
    );
    assert.deepEqual(await Part.orderBy("id").pluck("price"), [5, 8, 8, 1]);
    assert.equal(await Part.where({ id__lt: 3 }).updateAll({ price: highest }), 2);
    assert.deepEqual(await Part.orderBy("id").pluck("price"), [8, 8, 8, 1]);
    assert.equal(await Part.where(exists(Part.where({ price: 8 }))).updateAll({ price: c.price.plus(1) }), 4);
    assert.equal(await Part.where({ id__in: Part.where("price > ?", [8]).select("id") }).updateAll({ price: 0 }), 3);
    assert.equal(await Part.where({ id__notin: Part.where({ price: 0 }).select("id") }).deleteAll(), 1);
    const pairs = Part.where({ kind: 1 }).select({ id: c.id, kind: c.kind });
    assert.equal(await Part.where(tuple(c.id, c.kind).in(pairs)).deleteAll(), 2);
    await fill();
    assert.equal(await Part.where(c.price.gte(all(Part.select("price")))).deleteAll(), 2);
    assert.equal(await Part.where({ id__in: Part.orderBy("-id").limit(1).select("id") }).deleteAll(), 1);
    assert.deepEqual(await Part.query().ids(), [1]);
  });

  test("a condition on other rows of the changed table is right for each row, or refused", async ({ backend }) => {
    for (
      const query of [
        Part.where(exists(siblings)),
        Part.where(siblings.select({ n: fn.count() }).scalar().gt(0)),
        Part.where(c.kind.in(siblings.select("kind"))),
      ]
    ) {
      await fill();
      const outcome = await outcomeOf(() => query.deleteAll());
      if (outcome === null) {
        await assertQueries(backend, 0, () => errorOf(UnsupportedFeatureError, () => query.deleteAll()));
        assert.equal(await Part.count(), 4);
      } else {
        assert.equal(outcome, 2);
        assert.deepEqual(await Part.orderBy("id").ids(), [3, 4]);
      }
    }
  });

  test("a value from other rows of the changed table is that of before, or refused", async () => {
    await fill();
    const ofKind = other.query().where((o) => o.kind.eq(c.kind)).select({ price: fn.max(other.c.price).plus(1) });
    const outcome = await outcomeOf(() => Part.updateAll({ price: ofKind }, { all: true }));
    assert.deepEqual(await Part.orderBy("id").pluck("price"), outcome === null ? [5, 7, 7, 1] : [8, 8, 8, 2]);
  });
});

/** What a write gives; null when the database refuses it. */
async function outcomeOf(write: () => Promise<number>): Promise<number | null> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof UnsupportedFeatureError) return null;
    throw error;
  }
}
