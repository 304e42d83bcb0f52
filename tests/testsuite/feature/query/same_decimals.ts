import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, decimal, type Expression, fn, primaryKey, recursiveCte, values } from "../../../../mod.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Offer extends ActiveRecord.define("offers", {
  id: primaryKey(z.int()),
  shop: z.string(),
  price: decimal(10, 2, { nullable: true }),
  weight: z.number(),
}) {}

const { c } = Offer;

/** Of equal decimals any may be shown, and each database has its own number of zeros for what it computes. */
function plain(value: unknown): unknown {
  return typeof value === "string" && value.includes(".") ? value.replace(/\.?0+$/, "") : value;
}

/** The rows of a query as lists, in the order of their texts. */
async function rowsOf(query: PromiseLike<readonly object[]>): Promise<unknown[][]> {
  const rows = (await query).map((row) => Object.values(row).map(plain));
  return rows.toSorted((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

/** Prices of which the first three and the last two are the same, each where the database keeps them so written another way. */
async function offers(): Promise<void> {
  await Offer.insertMany([
    { id: 1, shop: "a", price: "1.50", weight: 2.5 },
    { id: 2, shop: "a", price: "1.50", weight: 1.5 },
    { id: 3, shop: "b", price: "1.50", weight: 1.5 },
    { id: 4, shop: "a", price: null, weight: 1 },
    { id: 5, shop: "b", price: "-5.00", weight: 3 },
    { id: 6, shop: "b", price: "-5.00", weight: 3 },
  ]);
  await Offer.where({ id__in: [2, 6] }).updateAll({ price: c.price.times("1.000") });
  await Offer.where({ id: 3 }).updateAll({ price: fn.cast(c.weight, "decimal") });
}

/** A decimal whose scale depends on the row. */
const mixed = fn.case().when(c.id.eq(1), c.price).else(fn.cast(c.weight, "decimal")) as Expression<string>;

/** The same decimal is one wherever rows or values are put together, however it is written. */
export const sameDecimals: SuiteGroup = group("query/same decimals", [Offer], (test) => {
  test("groupBy() takes decimals of different scale for one", async () => {
    await offers();
    assert.deepEqual(
      await rowsOf(Offer.select({ price: c.price, n: fn.count() }).groupBy(c.price).having(fn.count().gt(1))),
      [["-5", 2], ["1.5", 3]],
    );
    const computed = Offer.where({ id__lte: 3 }).select({ price: mixed, n: fn.count(), least: fn.min(c.id) });
    assert.deepEqual(await rowsOf(computed.groupBy(mixed)), [["1.5", 3, 1]]);
    assert.deepEqual(await rowsOf(computed.groupBy(c.shop, mixed)), [["1.5", 1, 3], ["1.5", 2, 1]]);
    const sums = Offer.select({ price: mixed, n: fn.count() }).groupBy(mixed).orderBy(mixed.desc()).limit(2);
    assert.deepEqual((await sums).map((row) => [plain(row.price), row.n]), [["3", 2], ["1.5", 3]]);
    assert.equal(await Offer.query().groupBy(c.price).select({ price: c.price }).count(), 3);
  });

  test("partitionBy takes decimals of different scale for one", async () => {
    await offers();
    const query = Offer.select({
      id: c.id,
      n: fn.count().over({ partitionBy: c.price }),
      nth: fn.rowNumber().over("same"),
    }).window("same", { partitionBy: c.price, orderBy: c.id });
    assert.deepEqual(await rowsOf(query), [[1, 3, 1], [2, 3, 2], [3, 3, 3], [4, 1, 1], [5, 2, 1], [6, 2, 2]]);
  });

  test("distinct() takes decimals of different scale for one", async () => {
    await offers();
    const prices = Offer.query().distinct().select({ price: c.price });
    assert.deepEqual(await rowsOf(prices), [["-5"], ["1.5"], [null]]);
    assert.equal(await prices.count(), 3);
    assert.deepEqual(
      (await Offer.where(c.price.isNotNull()).distinct().select({ shop: c.shop, price: c.price })
        .orderBy("-price", "-shop").limit(2).offset(1)).map((row) => [row.shop, plain(row.price)]),
      [["a", "1.5"], ["b", "-5"]],
    );
    assert.deepEqual((await Offer.where(c.price.isNotNull()).distinct().orderBy("price").pluck("price")).map(plain), [
      "-5",
      "1.5",
    ]);
    assert.equal((await Offer.query().distinct().orderBy("id")).length, 6);
    assert.deepEqual(
      (await Offer.query().distinct().orderBy("id").limit(1).offset(1)).map((offer) => [offer.id, plain(offer.price)]),
      [[2, "1.5"]],
    );
  });

  test("distinct() of groups and windows takes decimals of different scale for one", async () => {
    await offers();
    const lowest = fn.min(c.price);
    assert.deepEqual(
      (await Offer.where({ id__lte: 3 }).select({ lowest, n: fn.max(c.price) }).groupBy(c.id).distinct()
        .orderBy(lowest.desc())).map((row) => Object.values(row).map(plain)),
      [["1.5", "1.5"]],
    );
    const total = fn.sum(c.price).over({ partitionBy: c.price });
    assert.deepEqual(
      (await Offer.where({ id__ne: 4 }).select({ total }).distinct().orderBy(total.desc())).map((row) =>
        plain(row.total)
      ),
      ["4.5", "-10"],
    );
  });

  test("unions, intersections and differences take decimals of different scale for one", async () => {
    await offers();
    const ofShop = (shop: string) => Offer.where({ shop }).select({ price: c.price });
    const weights = Offer.select({ price: fn.cast(c.weight, "decimal") as Expression<string | null> });
    const [a, b] = [ofShop("a"), ofShop("b")];
    assert.deepEqual(await rowsOf(a.union(b)), [["-5"], ["1.5"], [null]]);
    assert.deepEqual(await rowsOf(a.union(weights, b)), [["-5"], ["1"], ["1.5"], ["2.5"], ["3"], [null]]);
    assert.deepEqual(await rowsOf(a.unionAll(b)), [["-5"], ["-5"], ["1.5"], ["1.5"], ["1.5"], [null]]);
    assert.deepEqual(await rowsOf(a.intersect(b)), [["1.5"]]);
    assert.deepEqual(await rowsOf(a.intersect(a)), [["1.5"], [null]]);
    assert.deepEqual(await rowsOf(a.intersect(b, weights)), [["1.5"]]);
    assert.deepEqual(await rowsOf(a.except(b)), [[null]]);
    assert.deepEqual(await rowsOf(b.except(weights)), [["-5"]]);
    assert.deepEqual(await rowsOf(b.except(weights, b)), []);
    assert.deepEqual(await rowsOf(weights.intersectAll(b)), [["1.5"]]);
    assert.deepEqual(await rowsOf(a.intersectAll(a)), [["1.5"], ["1.5"], [null]]);
    assert.deepEqual(await rowsOf(a.exceptAll(b)), [["1.5"], [null]]);
    assert.equal(await a.union(b).count(), 3);
    assert.deepEqual(await Offer.where(c.price.in(a.intersect(b))).orderBy("id").ids(), [1, 2, 3]);
    assert.deepEqual(
      (await a.union(b).orderBy((u) => u.price.desc({ nulls: "last" })).limit(1)).map((row) => plain(row.price)),
      ["1.5"],
    );
  });

  test("aggregates of distinct decimals take those of different scale for one", async () => {
    await offers();
    const [row] = await Offer.select({
      count: fn.count(c.price, { distinct: true }),
      sum: fn.sum(c.price, { distinct: true }),
      avg: fn.avg(c.price, { distinct: true }),
      min: fn.min(c.price, { distinct: true }),
      max: fn.max(c.price, { distinct: true }),
      some: fn.sum(c.price, { distinct: true, filter: c.id.lte(3) }),
      none: fn.sum(c.price, { distinct: true, filter: c.id.gt(9) }),
      computed: fn.sum(mixed, { distinct: true }),
    });
    assert.deepEqual(Object.values(row!).map(plain), [2, "-3.5", "-1.75", "-5", "1.5", "1.5", null, "5.5"]);
    const [texts] = await Offer.where(c.price.eq("1.5")).select({
      list: fn.groupConcat(c.price, { distinct: true }),
      none: fn.groupConcat(c.price, { distinct: true, filter: c.id.gt(9) }),
    });
    assert.deepEqual(Object.values(texts!).map(plain), ["1.5", null]);
    assert.equal(await Offer.query().count("price", { distinct: true }), 2);
  });

  test("a recursive query without equal rows stops at a decimal that it has given", {
    requires: ["cte.recursive"],
  }, async () => {
    await offers();
    const circle = recursiveCte(
      "circle",
      Offer.where({ id: 1 }).select({ price: fn.cast(c.price, "decimal") }),
      (circle) => Offer.query().from(circle).select((t) => ({ price: t.price.times("1.0") })),
      { distinct: true },
    );
    assert.deepEqual(await rowsOf(Offer.query().from(circle).select("price")), [["1.5"]]);
  });

  test("a decimal has as many digits behind the point as its column, however it was given", async () => {
    const given = ["1.5", "+007", ".5", "2.", "-0", "3.1000"];
    const shown = ["1.50", "7.00", "0.50", "2.00", "0.00", "3.10"];
    const made = await Offer.create({ id: 1, shop: "a", price: "1.5", weight: 1 });
    assert.equal(made.price, "1.50");
    await made.update({ price: "2" });
    assert.equal(made.price, "2.00");
    made.price = "2.0";
    assert.equal(await made.save(), 0);
    await Offer.query().unscoped().deleteAll();
    await Offer.insertMany(given.map((price, i) => ({ id: i + 1, shop: "a", price, weight: 1 })));
    assert.deepEqual(await Offer.orderBy("id").pluck("price"), shown);
    for (const [i, price] of given.entries()) await Offer.where({ id: i + 1 }).updateAll({ price });
    assert.deepEqual(await Offer.orderBy("id").pluck("price"), shown);
    await Offer.updateMany(given.map((price, i) => ({ id: i + 1, price })));
    assert.deepEqual(await Offer.orderBy("id").pluck("price"), shown);
    assert.equal((await Offer.upsert({ id: 1, shop: "a", price: "4", weight: 1 }, { conflict: ["id"] })).price, "4.00");
  });

  test("a value beside decimals has as many digits behind the point as they have", async () => {
    const total = fn.coalesce(fn.sum(c.price), "0");
    assert.deepEqual(await Offer.select({ total }), [{ total: "0.00" }]);
    const more = fn.coalesce(fn.sum(c.price), "0.125");
    assert.deepEqual(await Offer.select({ more }), [{ more: "0.125" }]);
    await Offer.insertMany([
      { id: 1, shop: "a", price: "1.5", weight: 1 },
      { id: 2, shop: "a", price: null, weight: 1 },
    ]);
    const rows = await Offer.orderBy("id").select({
      price: fn.coalesce(c.price, "0"),
      choice: fn.case().when(c.id.eq(1), c.price).else("0"),
      other: fn.case().when(c.id.eq(1), "3").else(c.price),
      most: fn.greatest(c.price, "1"),
      least: fn.least(c.price, "1"),
      before: fn.lag(c.price, 1, "7").over({ orderBy: c.id }),
      double: c.price.times("2"),
    });
    assert.deepEqual(rows, [
      { price: "1.50", choice: "1.50", other: "3.00", most: "1.50", least: "1.00", before: "7.00", double: "3.00" },
      { price: "0.00", choice: "0.00", other: null, most: null, least: null, before: "1.50", double: null },
    ]);
    assert.deepEqual(await Offer.select({ total }), [{ total: "1.50" }]);
    const list = values({ price: c.price }, [{ price: "5" }]);
    assert.deepEqual(await Offer.query().from(list), [{ price: "5.00" }]);
    // A value of more digits is neither refused nor rounded.
    assert.deepEqual(
      (await Offer.orderBy("id").select({ v: fn.coalesce(c.price, "0.125") })).map(({ v }) => plain(v)),
      [
        "1.5",
        "0.125",
      ],
    );
  });

  test("decimals are joined and looked for by value", async () => {
    await offers();
    assert.deepEqual(await Offer.where({ price: "1.5" }).orderBy("id").ids(), [1, 2, 3]);
    assert.deepEqual(await Offer.where({ price__in: ["1.500", "-5"] }).orderBy("id").ids(), [1, 2, 3, 5, 6]);
    assert.deepEqual(
      await Offer.where(c.price.in(Offer.where({ id: 3 }).select("price"))).orderBy("id").ids(),
      [1, 2, 3],
    );
    const list = values({ price: c.price }, [{ price: "1.5" }, { price: "-5.000" }]);
    assert.deepEqual(await Offer.query().join({ list }, (o, j) => o.price.eq(j.list.price)).orderBy("id").ids(), [
      1,
      2,
      3,
      5,
      6,
    ]);
  });

  test("numbers are one only when every bit is the same", async () => {
    const weights = [0.125, 3.625, 0.125];
    await Offer.insertMany(weights.map((weight, i) => ({ id: i + 1, shop: "a", price: "1.00", weight })));
    const rest = fn.round(c.weight, 1).minus(c.weight);
    const expected = [[0.1 - 0.125, 2], [3.6 - 3.625, 1]].toSorted(([a], [b]) => a! - b!); // -0.025 both, nearly
    const query = Offer.query().select({ rest, n: fn.count() }).groupBy(rest).orderBy(rest);
    assert.deepEqual((await query).map(Object.values), expected);
    assert.equal((await Offer.query().distinct().select({ rest })).length, 2);
  });
});
