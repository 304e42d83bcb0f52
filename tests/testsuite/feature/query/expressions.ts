import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  decimal,
  type Expression,
  fn,
  primaryKey,
  QueryBuildError,
  type Truth,
  tuple,
} from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Item extends ActiveRecord.define("items", {
  id: primaryKey(z.int()),
  name: z.string().max(50).nullable(),
  count: z.int().nullable(),
  big: z.bigint(),
  price: decimal(10, 2),
  weight: z.number(),
  fresh: z.boolean(),
}) {}

async function items(): Promise<void> {
  await Item.insertMany([
    { id: 1, name: "Nut", count: 7, big: 2n ** 60n, price: "10.10", weight: 2.5, fresh: true },
    { id: 2, name: "Bolt", count: -7, big: 5n, price: "0.20", weight: -2.5, fresh: false },
    { id: 3, name: null, count: null, big: 0n, price: "9.00", weight: 0.1, fresh: false },
  ]);
}

const { c } = Item;
const ordered = () => Item.query().orderBy("id");

/** Calculations, choices, conversions and comparisons. */
export const expressions: SuiteGroup = group("query/expressions", [Item], (test) => {
  test("arithmetic keeps its precedence and gives the type of its operands", async () => {
    await items();
    const rows = await ordered().select({
      nested: c.count.plus(1).times(2),
      other: c.count.times(2).plus(1),
      minus: c.count.minus(c.count.minus(1)),
      big: c.big.plus(1n),
    });
    assert.deepEqual(rows, [
      { nested: 16, other: 15, minus: 1, big: 2n ** 60n + 1n },
      { nested: -12, other: -13, minus: 1, big: 6n },
      { nested: null, other: null, minus: null, big: 1n },
    ]);
    assert.deepEqual(await Item.where(c.count.plus(1).times(2).eq(16)).ids(), [1]);
  });

  test("decimals are calculated exactly", async () => {
    await items();
    const rows = await ordered().select({
      sum: c.price.plus("0.20"),
      difference: c.price.minus(c.price),
      product: fn.round(c.price.times(c.price), 4),
      third: fn.round(c.price.dividedBy("3"), 4),
      none: c.price.dividedBy(c.price.minus(c.price)),
    });
    assert.deepEqual(rows.map(({ sum, product, third, none }) => [sum, product, third, none]), [
      ["10.30", "102.0100", "3.3667", null],
      ["0.40", "0.0400", "0.0667", null],
      ["9.20", "81.0000", "3.0000", null],
    ]);
    assert.deepEqual(rows.map(({ difference }) => Number(difference)), [0, 0, 0]);
    assert.deepEqual(await Item.where(c.price.plus("0.90").gt("10")).ids(), [1]);
  });

  test("decimals are calculated with whole numbers: a price times a quantity", async () => {
    await items();
    const times = c.price.times(c.id);
    const rows = await ordered().select({ times, plus: c.price.plus(c.id), big: fn.round(c.price.plus(c.big), 2) });
    assert.deepEqual(rows, [
      { times: "10.10", plus: "11.10", big: "1152921504606846986.10" },
      { times: "0.40", plus: "2.20", big: "5.20" },
      { times: "27.00", plus: "12.00", big: "9.00" },
    ]);
    assert.deepEqual(await Item.select({ total: fn.sum(times) }), [{ total: "37.50" }]);
    assert.equal(await Item.where({ id: 2 }).updateAll({ price: c.price.times(c.id) }), 1);
    assert.equal((await Item.findOrFail(2)).price, "0.40");
    const { message } = await errorOf(QueryBuildError, () => c.price.times(c.weight));
    assert.match(message, /Item\.price\.times\(\) calculates with decimals/);
  });

  test("a division has its fraction, a remainder the sign of the dividend, and by 0 both are NULL", async () => {
    await items();
    const rows = await ordered().select({
      half: c.count.dividedBy(2),
      rest: c.count.modulo(4),
      whole: fn.quotient(c.count, 2),
      byZero: c.count.dividedBy(0),
      restByZero: c.count.modulo(0),
      wholeByZero: fn.quotient(c.count, 0),
      weight: c.weight.dividedBy(2),
    });
    assert.deepEqual(rows.map(Object.values), [
      [3.5, 3, 3, null, null, null, 1.25],
      [-3.5, -3, -3, null, null, null, -1.25],
      [null, null, null, null, null, null, 0.05],
    ]);
  });

  test("AND, OR and NOT bind as they are nested", async () => {
    await items();
    const [one, two, three] = [c.id.eq(1), c.id.eq(2), c.id.eq(3)];
    const ids = (condition: Expression<Truth>) => Item.where(condition).orderBy("id").ids();
    assert.deepEqual(await ids(one.or(two).and(c.fresh.eq(true))), [1]);
    assert.deepEqual(await ids(one.or(two.and(c.fresh.eq(true)))), [1]);
    assert.deepEqual(await ids(one.and(two).or(three)), [3]);
    assert.deepEqual(await ids(one.or(two).not()), [3]);
    assert.deepEqual(await ids(one.not().and(two.not())), [3]);
    assert.deepEqual(await ids(c.name.eq("Nut").not().or(three)), [2, 3]); // NULL is neither
  });

  test("conditions are selected as true, false and null", async () => {
    await items();
    const rows = await ordered().select({ nut: c.name.eq("Nut"), known: c.name.isNotNull(), fresh: c.fresh });
    assert.deepEqual(rows, [
      { nut: true, known: true, fresh: true },
      { nut: false, known: true, fresh: false },
      { nut: null, known: false, fresh: false },
    ]);
  });

  test("a case gives the value of its first true branch", async () => {
    await items();
    const sign = fn.case().when(c.count.gt(0), "plus").when(c.count.lt(0), "minus");
    assert.deepEqual(await ordered().select({ sign: sign.else("none"), other: sign.end() }), [
      { sign: "plus", other: "plus" },
      { sign: "minus", other: "minus" },
      { sign: "none", other: null },
    ]);
    const cheaper = fn.case().when(c.fresh.eq(true), c.price.times("0.50")).else(c.price);
    const prices = await ordered().select({ price: fn.round(cheaper, 2) });
    assert.deepEqual(prices.map(({ price }) => price), ["5.05", "0.20", "9.00"]);
    assert.deepEqual(await Item.query().orderBy(fn.case().when(c.id.eq(2), 0).else(1), "id").ids(), [2, 1, 3]);
    assert.deepEqual(await Item.where(sign.else("none").eq("minus")).ids(), [2]);
    const counts = await Item.query().select({ positive: fn.sum(fn.case().when(c.count.gt(0), 1).else(0)) });
    assert.deepEqual(counts, [{ positive: 1 }]);
    await errorOf(QueryBuildError, () => fn.case().end());
    await errorOf(QueryBuildError, () => fn.case().when(true as never, 1));
  });

  test("coalesce, nullif, greatest and least", async () => {
    await items();
    const rows = await ordered().select({
      name: fn.coalesce(c.name, "?"),
      count: fn.coalesce(c.count, c.id, 9),
      notNut: fn.nullif(c.name, "Nut"),
      most: fn.greatest(c.count, c.id),
      least: fn.least(c.price, "9.50"),
      bound: fn.greatest(c.weight, 0, 1),
    });
    assert.deepEqual(rows.map(Object.values), [
      ["Nut", 7, null, 7, "9.50", 2.5],
      ["Bolt", -7, "Bolt", 2, "0.20", 1],
      ["?", 3, null, null, "9.00", 1],
    ]);
    assert.deepEqual(await ordered().select({ same: fn.greatest(c.id) }), [{ same: 1 }, { same: 2 }, { same: 3 }]);
  });

  test("cast() converts, and cuts fractions off", async () => {
    await items();
    const rows = await ordered().select({
      text: fn.cast(c.count, "string"),
      weight: fn.cast(c.weight, "int"),
      price: fn.cast(c.price, "number"),
      big: fn.cast(c.count, "bigint"),
      yes: fn.cast(c.count, "boolean"),
      word: fn.cast(c.fresh, "string"),
      shown: fn.cast(c.weight, "string"),
    });
    assert.deepEqual(rows.map(Object.values), [
      ["7", 2, 10.1, 7n, true, "true", "2.5"],
      ["-7", -2, 0.2, -7n, true, "false", "-2.5"],
      [null, 0, 9, null, null, "false", "0.1"],
    ]);
    const sums = await ordered().select({ sum: fn.cast(c.id, "decimal").plus("0.10") });
    assert.deepEqual(sums.map(({ sum }) => Number(sum)), [1.1, 2.1, 3.1]);
    await errorOf(QueryBuildError, () => fn.cast(c.id, "varchar" as "string"));
  });

  test("isDistinctFrom() takes NULL for a value like others", async () => {
    await items();
    assert.deepEqual(await Item.where(c.count.isDistinctFrom(7)).orderBy("id").ids(), [2, 3]);
    assert.deepEqual(await Item.where(c.count.isNotDistinctFrom(null)).ids(), [3]);
    assert.deepEqual(await Item.where(c.count.isNotDistinctFrom(7)).ids(), [1]);
    assert.deepEqual(await Item.where(c.price.isNotDistinctFrom("10.1")).ids(), [1]);
    assert.deepEqual(await Item.where(c.count.isDistinctFrom(c.count)).ids(), []);
    assert.deepEqual(await Item.where(c.name.isNotDistinctFrom("Nut").not()).orderBy("id").ids(), [2, 3]);
  });

  test("tuples are compared by the first value that differs", async () => {
    await items();
    const pair = tuple(c.fresh, c.id);
    assert.deepEqual(await Item.where(pair.eq([false, 2])).ids(), [2]);
    assert.deepEqual(await Item.where(pair.ne([false, 2])).orderBy("id").ids(), [1, 3]);
    assert.deepEqual(await Item.where(tuple(c.id, c.weight).gt([1, 2.5])).orderBy("id").ids(), [2, 3]);
    assert.deepEqual(await Item.where(tuple(c.id, c.weight).gte([1, 2.5])).orderBy("id").ids(), [1, 2, 3]);
    assert.deepEqual(await Item.where(tuple(c.id, c.weight).lt([2, -2.5])).ids(), [1]);
    assert.deepEqual(await Item.where(tuple(c.id, c.weight).lte([2, -2.5])).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Item.where(tuple(c.name, c.price).in([["Nut", "10.1"], ["Bolt", "7"]])).ids(), [1]);
    assert.deepEqual(await Item.where(tuple(c.id, c.name).notIn([[1, "Nut"]])).orderBy("id").ids(), [2, 3]);
    // Whether a NULL is the name is not known.
    assert.deepEqual(await Item.where(tuple(c.fresh, c.name).notIn([[false, "Nut"]])).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Item.where(tuple(c.id, c.name).in([])).ids(), []);
    assert.deepEqual(await Item.where(pair.in(Item.where({ id: 3 }).select("fresh", "id"))).ids(), [3]);
    await errorOf(QueryBuildError, () => tuple(c.id));
    await errorOf(QueryBuildError, () => pair.eq([true] as never));
    await errorOf(QueryBuildError, () => tuple(c.id, c.name).in([[1, null as never]]));
  });

  test("functions of numbers", async () => {
    await items();
    const rows = await ordered().select({
      abs: fn.abs(c.count),
      ceil: fn.ceil(c.weight),
      floor: fn.floor(c.weight),
      trunc: fn.trunc(c.weight),
      round: fn.round(c.weight),
      sign: fn.sign(c.count),
      power: fn.power(c.count, 2),
      root: fn.sqrt(c.weight.times(10)),
      price: fn.round(c.price, 1),
    });
    assert.deepEqual(rows.map(Object.values), [
      [7, 3, 2, 2, 3, 1, 49, 5, "10.1"],
      [7, -2, -3, -2, -3, -1, 49, null, "0.2"],
      [null, 1, 0, 0, 0, null, null, 1, "9.0"],
    ]);
    const [row] = await Item.where({ id: 1 }).select({ e: fn.exp(1), ln: fn.ln(fn.exp(2)), none: fn.ln(0) });
    assert.ok(Math.abs(row!.e! - Math.E) < 1e-12 && Math.abs(row!.ln! - 2) < 1e-12);
    assert.equal(row!.none, null);
    const decimals = await ordered().select({
      ceil: fn.ceil(c.price),
      floor: fn.floor(c.price),
      abs: fn.abs(c.price.minus("10.00")),
    });
    assert.deepEqual(decimals.map(({ ceil, floor, abs }) => [ceil, floor, abs].map(Number)), [
      [11, 10, 0.1],
      [1, 0, 9.8],
      [9, 9, 1],
    ]);
    await errorOf(QueryBuildError, () => fn.round(c.weight, -1));
  });

  test("a decimal that is rounded down or up has room for as many digits as other decimals", async () => {
    const big = 2n ** 60n;
    await Item.insertMany([{ id: 1, name: null, count: null, big, price: "999.50", weight: 1, fresh: true }]);
    const { price } = c;
    const [row] = await Item.query().select({
      down: fn.floor(price).times(c.big),
      up: fn.ceil(price).times(c.big),
      sum: fn.coalesce(fn.floor(price), fn.ceil(price)).times(c.big).plus(price),
    });
    assert.deepEqual(Object.values(row!).map((text) => text!.replace(/\.0+$/, "")), [
      String(999n * big),
      String(1000n * big),
      `${999n * big + 999n}.50`,
    ]);
    assert.equal(await Item.where(fn.floor(price).times(c.big).gt(price)).count(), 1);
  });

  test("rounding goes half away from zero, by the digits that are shown", async () => {
    await items();
    const [row] = await Item.where({ id: 1 }).select({
      half: fn.round(fn.cast(c.id, "number").times(2.675), 2),
      down: fn.round(c.weight.times(-1)),
      decimal: fn.round(c.price.times("0.05"), 2),
    });
    assert.deepEqual(row, { half: 2.68, down: -3, decimal: "0.51" });
  });
});
