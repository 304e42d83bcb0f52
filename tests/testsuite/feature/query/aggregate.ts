import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, alias, decimal, fn, primaryKey, QueryBuildError, sql } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Sale extends ActiveRecord.define("sales", {
  id: primaryKey(),
  region: z.string(),
  amount: decimal(12, 2),
  units: z.bigint(),
  weight: z.number(),
}) {}

async function people(): Promise<void> {
  await User.insertMany([
    userValues("Ada", { age: 36, isActive: true }),
    userValues("Bob", { age: 20, isActive: false }),
    userValues("Cid", { age: 20, isActive: true }),
    userValues("Dan", { age: null, isActive: false }),
  ]);
}

async function sales(): Promise<void> {
  await Sale.insertMany([
    { region: "north", amount: "0.10", units: 1n, weight: 0.5 },
    { region: "north", amount: "0.20", units: 2n, weight: 1.5 },
    { region: "south", amount: "100.00", units: 2n ** 62n, weight: 4 },
    { region: "south", amount: "9.99", units: 2n ** 61n, weight: 2 },
  ]);
}

/** Numbers about rows, and plain rows. */
export const aggregate: SuiteGroup = group("query/aggregate", [...basicModels, Sale], (test) => {
  test("count(), sum(), avg(), min() and max() respect the conditions", async () => {
    await people();
    const young = User.where({ age: 20 });
    assert.equal(await User.count(), 4);
    assert.equal(await young.count(), 2);
    assert.equal(await User.count("age"), 3);
    assert.equal(await young.sum("age"), 40);
    assert.equal(await User.sum("age"), 76);
    assert.equal(await User.where({ age__gt: 19, isActive: true }).avg("age"), 28);
    assert.equal(await User.min("age"), 20);
    assert.equal(await User.max("age"), 36);
    assert.equal(await User.max("name"), "Dan");
  });

  test("what is calculated with sums of whole numbers is whole", async () => {
    await sales();
    const { c } = Sale;
    const units = fn.sum(c.units);
    const ids = fn.sum(c.id);
    const rest = ids.minus(ids);
    const rows = Sale.where({ region: "south" }).select({
      more: units.plus(1n),
      less: fn.least(units, 5n),
      most: fn.greatest(units, 5n),
      given: fn.coalesce(units, 0n),
      nested: fn.coalesce(rest, fn.coalesce(rest, 0)).plus(3).times(2),
      text: fn.concat(fn.cast(units.minus(2n ** 62n), "string"), "!"),
      words: fn.cast(fn.coalesce(rest, 0), "string"),
      chosen: fn.case().when(fn.max(c.region).eq("north"), 2n ** 53n).else(units.minus(units)),
    });
    const total = 2n ** 62n + 2n ** 61n;
    const expected = [total + 1n, 5, total, total, 6, `${2n ** 61n}!`, "0", 0];
    assert.deepEqual((await rows).map((row) => Object.values(row).map(String)), [expected.map(String)]);
    const outside = Sale.query().from(rows).select((row) => ({
      given: fn.cast(fn.coalesce(row.given, 0n), "string"),
      chosen: row.chosen,
    }));
    assert.deepEqual((await outside).map((row) => Object.values(row).map(String)), [[`${total}`, "0"]]);
  });

  test("aggregates of no rows are null, and the count of none is 0", async () => {
    assert.equal(await User.count(), 0);
    assert.equal(await User.count("age"), 0);
    assert.equal(await User.sum("age"), null);
    assert.equal(await User.avg("age"), null);
    assert.equal(await User.min("age"), null);
    assert.equal(await User.max("name"), null);
    assert.equal(await Sale.query().sum("amount"), null);
    assert.equal(await Sale.query().sum("units"), null);
  });

  test("the least and the greatest of no rows are null in conditions of groups as well", async () => {
    await sales();
    const pairs = Sale.query().crossJoin({ other: Sale });
    const [none, all] = [pairs.where({ region: "nowhere" }), pairs.where({ region: "north" })];
    const other = alias(Sale, "other");
    const rowsOf = (query: typeof none) =>
      query.select({ sum: fn.sum(Sale.c.units) }).having(fn.max(other.c.id).ne(-1));
    assert.deepEqual(await rowsOf(none), []);
    assert.deepEqual((await rowsOf(all)).map(({ sum }) => Number(sum)), [12]);
    assert.deepEqual(await none.select({ most: fn.max(other.c.id) }).having(fn.min(other.c.id).isNull()), [
      { most: null },
    ]);
  });

  test("nor is there one beside what goes over a window", { requires: ["windowFunctions"] }, async () => {
    await sales();
    const none = Sale.query().crossJoin({ other: Sale }).where({ region: "nowhere" });
    const rows = await none.select((_, { other }) => ({ most: fn.max(other.id), n: fn.rowNumber().over() }));
    assert.deepEqual(rows, [{ most: null, n: 1 }]);
  });

  test("count() counts within limit and offset", async () => {
    await people();
    assert.equal(await User.limit(3).count(), 3);
    assert.equal(await User.limit(10).count(), 4);
    assert.equal(await User.limit(0).count(), 0);
    assert.equal(await User.orderBy("id").offset(3).count(), 1);
    assert.equal(await User.orderBy("id").limit(3).offset(2).count(), 2);
    assert.equal(await User.orderBy("id").limit(2).sum("age"), 56);
    assert.equal(await User.orderBy("name").limit(1).max("age"), 36);
  });

  test("exists() respects conditions, OR, limit and offset", async () => {
    await people();
    assert.equal(await User.where({ age: 1 }).exists(), false);
    assert.equal(await User.where({ age: 1 }).orWhere({ name: "Ada" }).exists(), true);
    assert.equal(await User.limit(0).exists(), false);
    assert.equal(await User.orderBy("id").offset(3).exists(), true);
    assert.equal(await User.orderBy("id").offset(4).exists(), false);
  });

  test("sums of integers are numbers while they are safe and bigints beyond", async () => {
    await sales();
    assert.equal(await Sale.where({ region: "north" }).sum("units"), 3);
    assert.equal(await Sale.where({ region: "south" }).sum("units"), 2n ** 62n + 2n ** 61n);
    assert.equal(await Sale.query().max("units"), 2n ** 62n);
  });

  test("sums, averages and bounds of decimals are exact texts", async () => {
    await sales();
    assert.equal(Number(await Sale.where({ region: "north" }).sum("amount")), 0.3);
    assert.match(String(await Sale.where({ region: "north" }).sum("amount")), /^0?\.30?$/);
    assert.match(String(await Sale.query().sum("amount")), /^110\.290?$/);
    assert.equal(Number(await Sale.where({ region: "north" }).avg("amount")), 0.15);
    assert.equal(await Sale.query().max("amount"), "100.00");
    assert.equal(await Sale.query().min("amount"), "0.10");
  });

  test("averages of numbers are numbers", async () => {
    await sales();
    assert.equal(await Sale.query().avg("weight"), 2);
    assert.equal(await Sale.where({ region: "north" }).sum("weight"), 2);
    assert.equal(await Sale.where({ region: "north" }).avg("units"), 1.5);
  });

  test("select() by names gives plain rows with the types of the fields", async () => {
    await people();
    const rows = await User.orderBy("id").select("name", "isActive", "age").limit(2);
    assert.deepEqual(rows, [{ name: "Ada", isActive: true, age: 36 }, { name: "Bob", isActive: false, age: 20 }]);
    assert.equal(rows[0] instanceof User, false);
    const first: { name: string } | null = await User.select("name").orderBy("-name").first();
    assert.deepEqual(first, { name: "Dan" });
    await Post.create({ title: "a", publishedAt: new Date(5) });
    assert.deepEqual(await Post.select("publishedAt"), [{ publishedAt: new Date(5) }]);
  });

  test("select() by expressions names them", async () => {
    await people();
    const rows = await User.where({ name: "Ada" }).select({
      who: fn.upper(User.c.name),
      next: User.c.age.plus(1),
      constant: sql<number>`1 + ${1}`,
    });
    assert.deepEqual(rows.map(({ who, next, constant }) => [who, next, Number(constant)]), [["ADA", 37, 2]]);
  });

  test("what a record reads as undefined is null among selected expressions, and so are conditions on NULL", async () => {
    await people();
    const [ada] = await User.where({ name: "Ada" }).select({ settings: User.c.settings, old: User.c.age.gt(5) });
    assert.deepEqual(ada, { settings: null, old: true });
    const ageless = User.where({ age: null });
    assert.deepEqual(await ageless.select({ old: User.c.age.gt(5), none: User.c.age.isNull() }).first(), {
      old: null,
      none: true,
    });
    assert.equal((await ageless.select("settings").first())?.settings, undefined);
    const table = User.select("name", "settings").where({ name: "Ada" });
    assert.deepEqual(await User.query().from(table), [{ name: "Ada", settings: undefined }]);
    assert.deepEqual(await User.query().from(table).select((c) => ({ s: c.settings })), [{ s: null }]);
  });

  test("an empty or unknown selection is refused", async () => {
    await errorOf(QueryBuildError, () => User.select());
    await errorOf(QueryBuildError, () => User.select({}));
    // @ts-expect-error: the types know the fields
    const error = await errorOf(QueryBuildError, () => User.select("nope"));
    assert.match(error.message, /"nope".*User/);
    await errorOf(QueryBuildError, () => User.select({ a: "name" } as never));
    await errorOf(QueryBuildError, () => User.query().pluck("nope" as never));
    await errorOf(QueryBuildError, () => User.query().sum("nope" as never));
  });

  test("groupBy() gives a row for each group, having() chooses among them", async () => {
    await people();
    const byAge = User.where({ age__isnull: false })
      .select({ age: User.c.age, people: fn.count(), last: fn.max(User.c.name) })
      .groupBy("age");
    assert.deepEqual(await byAge.orderBy("age"), [
      { age: 20, people: 2, last: "Cid" },
      { age: 36, people: 1, last: "Ada" },
    ]);
    assert.deepEqual(await byAge.having(fn.count().gt(1)), [{ age: 20, people: 2, last: "Cid" }]);
    assert.deepEqual(await byAge.having(() => fn.count().gt(1)).having(fn.max(User.c.name).eq("Ada")), []);
    assert.equal(await byAge.count(), 2);
  });

  test("groupBy() may stand before select()", async () => {
    await people();
    const byAge = User.where({ age__isnull: false }).groupBy("age").having(fn.count().gt(1))
      .select((c) => ({ age: c.age, users: fn.count() }));
    assert.deepEqual(await byAge, [{ age: 20, users: 2 }]);
  });

  test("groupBy() takes expressions and orders by aggregates", async () => {
    await people();
    const initial = sql<string>`substr(${User.c.email}, 1, 1)`;
    const rows = await User.query().select({ active: User.c.isActive, total: fn.sum(User.c.age) })
      .groupBy(User.c.isActive).orderBy(fn.sum(User.c.age).desc());
    assert.deepEqual(rows, [{ active: true, total: 56 }, { active: false, total: 20 }]);
    assert.equal((await User.query().select({ initial }).groupBy(initial)).length, 4);
  });

  test("count() of distinct values and of values that are not NULL", async () => {
    await people();
    const [row] = await User.query().select({
      all: fn.count(),
      known: fn.count(User.c.age),
      distinct: fn.count(User.c.age, { distinct: true }),
    });
    assert.deepEqual(row, { all: 4, known: 3, distinct: 2 });
  });

  test("decimals are ordered and compared by value", async () => {
    await sales();
    assert.deepEqual(await Sale.query().orderBy("amount").pluck("amount"), ["0.10", "0.20", "9.99", "100.00"]);
    assert.deepEqual(await Sale.where({ amount__gt: "9.989" }).orderBy("-amount").pluck("amount"), ["100.00", "9.99"]);
    assert.equal(await Sale.where({ amount: "0.1" }).count(), 1);
    assert.equal(await Sale.where({ amount__in: ["0.1", "100"] }).count(), 2);
    assert.equal(await Sale.where({ amount__between: ["0.2", "10"] }).count(), 2);
  });
});
