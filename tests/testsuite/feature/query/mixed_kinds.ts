import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  alias,
  all,
  any,
  decimal,
  exists,
  type Expression,
  fn,
  plainDate,
  primaryKey,
  tuple,
  UnsupportedFeatureError,
  values,
} from "../../../../mod.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Entry extends ActiveRecord.define("entries", {
  id: primaryKey(z.int()),
  parentId: z.int().nullable(),
  tiny: z.int32().nullable(),
  price: decimal(10, 2, { nullable: true }),
  weight: z.number().nullable(),
  flag: z.boolean().nullable(),
  born: plainDate(),
  info: z.object({ count: z.number().optional() }),
}) {}

const { c } = Entry;
/** The types keep decimals and numbers apart, the databases compare them. */
const price = c.price as Expression<unknown> as Expression<number>;

async function entries(): Promise<void> {
  const born = Temporal.PlainDate.from("2024-02-29");
  await Entry.insertMany([
    { id: 1, parentId: null, tiny: 2_147_483_647, price: "10.00", weight: 0.5, flag: true, born, info: { count: 1 } },
    { id: 2, parentId: 1, tiny: -2_147_483_648, price: "1.50", weight: null, flag: false, born, info: {} },
    { id: 3, parentId: 1, tiny: 1, price: null, weight: 2, flag: null, born, info: { count: 2 } },
  ]);
}

/** Values of several kinds in one expression, each found by random queries to have gone wrong somewhere. */
export const mixedKinds: SuiteGroup = group("query/mixed kinds", [Entry], (test) => {
  test("integers and decimals are compared by value, on either side", async () => {
    await entries();
    assert.deepEqual(await Entry.where(c.id.gt(price)).ids(), [2]);
    assert.deepEqual(await Entry.where(price.gt(c.id)).ids(), [1]);
    assert.deepEqual(
      await Entry.where(c.id.between(price, c.price.plus("1") as Expression<unknown> as Expression<number>)).ids(),
      [2],
    );
    assert.deepEqual(await Entry.where(c.id.plus(9).isNotDistinctFrom(price)).ids(), [1]);
  });

  test("decimals are looked for in the rows of a query by value", async () => {
    await entries();
    const prices = Entry.where(c.price.isNotNull()).select({ price: c.price.times("1.000") });
    assert.deepEqual(await Entry.where(c.price.in(prices)).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Entry.where(c.price.in(prices.distinct())).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Entry.where(c.price.in(prices.union(prices))).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Entry.where(tuple(c.id, c.price).in(Entry.select({ id: c.id, price: c.price }))).count(), 2);
  });

  test("round() takes what does not fit into 32 bits", async () => {
    await entries();
    assert.deepEqual(await Entry.where({ id: 2 }).select({ size: fn.round(fn.abs(c.tiny)) }), [{
      size: 2_147_483_648,
    }]);
  });

  test("the rest of a negative decimal is no less than zero", async () => {
    await entries();
    const rest = c.price.times("-1").modulo("1.50") as Expression<unknown> as Expression<number>;
    assert.deepEqual(await Entry.where(c.id.minus(c.id).gt(rest)).ids(), [1]);
    assert.deepEqual(await Entry.where(c.id.minus(c.id).eq(rest)).ids(), [2]);
  });

  test("nullif() takes decimals of different scale for equal", async () => {
    await entries();
    const rows = await Entry.query().orderBy("id").select({ price: fn.nullif(c.price, fn.round(c.price, 0)) });
    assert.deepEqual(rows, [{ price: null }, { price: "1.50" }, { price: null }]);
  });

  test("a choice has the type of its columns, also where a plain value comes first", async () => {
    await entries();
    const chosen = fn.case().when(c.id.eq(1), "0.05").else(c.price);
    assert.deepEqual(await Entry.where(chosen.gt("0.01")).orderBy("id").ids(), [1, 2]);
  });

  test("integers of 32 bits are calculated with 64", async () => {
    await entries();
    const rows = await Entry.query().orderBy("id").select({
      sum: c.tiny.plus(c.tiny),
      product: c.tiny.times(3),
      positive: fn.abs(c.tiny),
    });
    assert.deepEqual(rows, [
      { sum: 4_294_967_294, product: 6_442_450_941, positive: 2_147_483_647 },
      { sum: -4_294_967_296, product: -6_442_450_944, positive: 2_147_483_648 },
      { sum: 2, product: 3, positive: 1 },
    ]);
  });

  test("rounding keeps whole numbers whole and makes small fractions 0", async () => {
    await entries();
    const rows = await Entry.where({ id: 1 }).select({
      text: fn.cast(fn.round(c.id), "string"),
      small: fn.round(c.id.dividedBy(fn.coalesce(c.tiny, 1)), 3),
    });
    assert.deepEqual(rows, [{ text: "1", small: 0 }]);
  });

  test("the parts of a time can become negative", async () => {
    await entries();
    assert.deepEqual(await Entry.where({ id: 1 }).select({ year: fn.datePart("year", c.born).times(-1) }), [
      { year: -2024 },
    ]);
  });

  test("conditions have a least and a greatest, and are numbers where they are cast", async () => {
    await entries();
    assert.deepEqual(
      await Entry.query().select({
        least: fn.min(c.flag),
        greatest: fn.max(c.flag),
        other: fn.max(c.info.at("count").ne(1)),
        count: fn.sum(fn.cast(c.id.gt(1), "int")),
      }),
      [{ least: false, greatest: true, other: true, count: 2 }],
    );
  });

  test("values() without rows has the types of its columns", async () => {
    await entries();
    const none = values({ id: "int", name: "string", flag: c.flag, born: "plainDate" }, []);
    const joined = Entry.query().leftJoin({ none }, (own, j) => j.none.id.plus(1).eq(own.id)).orderBy("id");
    assert.deepEqual(await joined.select((_, j) => ({ flag: j.none.flag, name: fn.upper(j.none.name) })), [
      { flag: null, name: null },
      { flag: null, name: null },
      { flag: null, name: null },
    ]);
    const rows = Entry.query().from(none).select("id", "flag").union(Entry.select("id", "flag"));
    assert.deepEqual(await rows.orderBy("id"), [
      { id: 1, flag: true },
      { id: 2, flag: false },
      { id: 3, flag: null },
    ]);
  });

  test("values() keeps the type of a column that holds nothing but NULL", async () => {
    await entries();
    const one = values({ flag: "boolean", name: "string" }, [{ flag: null as never, name: null as never }]);
    assert.deepEqual(await Entry.query().from(one).select((row) => ({ flag: fn.coalesce(row.flag, false) })), [
      { flag: false },
    ]);
  });

  test("tuples are compared up to the first that differs, also beside what a join has left empty", async () => {
    await entries();
    const joined = Entry.query().leftJoin({ parent: Entry }, (own, j) => j.parent.id.eq(own.parentId)).orderBy("id");
    assert.deepEqual(await joined.where((own, j) => tuple(own.id, j.parent.id).ne([2, 1])).ids(), [1, 3]);
    assert.deepEqual(await joined.where((own, j) => tuple(own.id, j.parent.id).gte([1, 1])).ids(), [2, 3]);
    assert.deepEqual(await joined.where((own, j) => tuple(own.id, j.parent.id).lt([3, 1])).ids(), [1, 2]);
    // What differs before the NULL decides in a list as well.
    assert.deepEqual(await joined.where((own, j) => tuple(own.id, j.parent.id).in([[2, 1], [1, 1]])).ids(), [2]);
    assert.deepEqual(await joined.where((own, j) => tuple(own.id, j.parent.id).in([[2, 1]]).not()).ids(), [1, 3]);
    assert.deepEqual(await joined.where((own, j) => tuple(own.id, j.parent.id).notIn([[2, 1], [3, 2]])).ids(), [1, 3]);
  });

  test("comparisons with any and all values of a query are negated, and negated again", async () => {
    await entries();
    const ids = Entry.where({ id__gt: 1 }).select("id");
    assert.deepEqual(await Entry.where(c.id.lte(all(ids)).not().not()).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Entry.where(c.id.lte(any(ids)).not().not()).orderBy("id").ids(), [1, 2, 3]);
    assert.deepEqual(await Entry.where(c.id.eq(all(ids.where({ id: 2 }))).not().not()).ids(), [2]);
    assert.deepEqual(await Entry.where(c.id.gt(all(ids)).not().or(c.id.eq(9)).not()).ids(), []);
  });

  test("an aggregate is looked for in a query, and compared with any of its values", async () => {
    await entries();
    const groups = Entry.query().select({ parentId: c.parentId, greatest: fn.max(c.id) }).groupBy("parentId");
    const ids = Entry.where(c.weight.isNotNull()).select("id");
    assert.deepEqual((await groups.having(fn.max(c.id).in(ids))).length, 2);
    assert.deepEqual(await groups.having(fn.max(c.id).gt(any(ids))), [{ parentId: 1, greatest: 3 }]);
    assert.deepEqual(await groups.having(fn.max(c.id).lt(any(ids))), [{ parentId: null, greatest: 1 }]);
    const near = alias(Entry, "near");
    const siblings = near.query().where(near.c.parentId.eq(c.parentId)).select("id");
    assert.deepEqual(await groups.having(fn.max(c.id).gte(any(siblings))), [{ parentId: 1, greatest: 3 }]);
    const rows = Entry.query().orderBy(c.parentId.asc({ nulls: "first" })).select({
      parentId: c.parentId,
      isThere: fn.max(c.id).in(ids),
      isNotThere: fn.max(c.id).notIn(ids.where({ id__ne: 3 })),
      isGreatest: fn.max(c.id).gte(all(ids)),
      isNear: fn.max(c.id).in(near.query().where(near.c.id.gt(c.parentId)).select("id")),
    }).groupBy("parentId");
    assert.deepEqual(await rows, [
      { parentId: null, isThere: true, isNotThere: false, isGreatest: false, isNear: false },
      { parentId: 1, isThere: true, isNotThere: true, isGreatest: true, isNear: true },
    ]);
    assert.deepEqual(
      await Entry.query().select({ isThere: tuple(fn.count(), fn.max(c.id)).in(Entry.select({ a: c.id, b: c.id })) }),
      [
        { isThere: true },
      ],
    );
  });

  test("what is aggregated is compared with any and all rows of a query that depends on the row", async () => {
    await entries();
    const near = alias(Entry, "near");
    const ids = near.query().where(c.tiny.in([1, 2_147_483_647])).select("id");
    const rows = Entry.query().orderBy(c.parentId.asc({ nulls: "first" })).select({
      parentId: c.parentId,
      above: fn.count(null, { filter: c.id.gt(any(ids)) }),
      below: fn.count(null, { filter: c.id.lt(any(ids)) }),
      greatest: fn.count(null, { filter: c.id.gte(all(ids)) }),
    }).groupBy("parentId");
    assert.deepEqual(await rows, [
      { parentId: null, above: 0, below: 1, greatest: 0 },
      { parentId: 1, above: 1, below: 0, greatest: 2 },
    ]);
  });

  test("groups of two keys with one name are chosen by both", async () => {
    await entries();
    const pairs = Entry.query().crossJoin({ other: Entry }).groupBy((own, j) => [own.flag, j.other.flag]);
    const rows = pairs.having((own, j) => own.flag.eq(true).and(j.other.flag.isNull()))
      .select((own, j) => ({ flag: own.flag, other: j.other.flag, n: fn.count() }));
    assert.deepEqual(await rows, [{ flag: true, other: null, n: 1 }]);
  });

  test("rows are grouped by what a query says of each, however they are counted", async () => {
    await entries();
    const child = alias(Entry, "child");
    const isParent = exists(child.query().where(child.c.parentId.eq(c.id)));
    const rows = Entry.query().select({
      isParent,
      n: fn.count(c.id, { distinct: true }),
      all: fn.count(),
      tiny: fn.max(c.tiny),
    }).groupBy(isParent).orderBy(isParent);
    assert.deepEqual(await rows, [
      { isParent: false, n: 2, all: 2, tiny: 1 },
      { isParent: true, n: 1, all: 1, tiny: 2_147_483_647 },
    ]);
  });

  test("a tuple with a subquery is looked for in a query, or refused before it is sent", async () => {
    await entries();
    const child = alias(Entry, "child");
    const children = child.query().where(child.c.parentId.eq(c.id)).select({ n: fn.count() }).scalar();
    const grouped = Entry.query().select({ parentId: c.parentId, n: fn.sum(children) }).groupBy("parentId")
      .having(tuple(fn.sum(children), fn.max(c.id)).in(Entry.select({ id: c.id, parentId: c.parentId })));
    assert.deepEqual(await grouped, [{ parentId: null, n: 2 }]);
    const pairs = Entry.select({ id: c.id, parentId: c.parentId });
    const whole = Entry.query().select({ isThere: tuple(fn.sum(children), fn.min(c.id)).in(pairs) });
    assert.deepEqual(await whole, [{ isThere: true }]);
    const found = Entry.where(tuple(children, c.id).in(Entry.select({ id: c.id, parentId: c.parentId })));
    const refusal = await found.ids().then(() => null, (error: unknown) => error);
    if (refusal === null) assert.deepEqual(await found.ids(), [1]);
    else assert.ok(refusal instanceof UnsupportedFeatureError);
  });
});
