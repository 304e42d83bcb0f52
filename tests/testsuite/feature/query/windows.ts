import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  decimal,
  type Expression,
  fn,
  primaryKey,
  QueryBuildError,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Score extends ActiveRecord.define("scores", {
  id: primaryKey(z.int()),
  team: z.string().max(20),
  points: z.int(),
  fee: decimal(10, 2),
}) {}

async function scores(): Promise<void> {
  await Score.insertMany([
    { id: 1, team: "a", points: 10, fee: "0.10" },
    { id: 2, team: "a", points: 30, fee: "0.20" },
    { id: 3, team: "a", points: 30, fee: "10.00" },
    { id: 4, team: "b", points: 20, fee: "9.00" },
    { id: 5, team: "b", points: 5, fee: "1.00" },
  ]);
}

const requires = ["windowFunctions"] as const;
const { c } = Score;

/** Functions that look at the rows around. */
export const windows: SuiteGroup = group("query/windows", [Score], (test) => {
  test("rows are numbered and ranked in their partitions", { requires }, async () => {
    await scores();
    const window = { partitionBy: c.team, orderBy: c.points.desc() };
    const rows = await Score.query().orderBy("id").select({
      number: fn.rowNumber().over({ partitionBy: c.team, orderBy: [c.points.desc(), c.id.asc()] }),
      rank: fn.rank().over(window),
      dense: fn.denseRank().over(window),
      half: fn.ntile(2).over({ orderBy: c.id }),
    });
    assert.deepEqual(rows, [
      { number: 3, rank: 3, dense: 2, half: 1 },
      { number: 1, rank: 1, dense: 1, half: 1 },
      { number: 2, rank: 1, dense: 1, half: 1 },
      { number: 1, rank: 1, dense: 1, half: 2 },
      { number: 2, rank: 2, dense: 2, half: 2 },
    ]);
    const parts = await Score.query().orderBy("id").select({
      percent: fn.percentRank().over({ orderBy: c.id }),
      part: fn.cumeDist().over({ orderBy: c.id }),
    });
    assert.deepEqual(parts.map(({ percent, part }) => [percent, part]), [
      [0, 0.2],
      [0.25, 0.4],
      [0.5, 0.6],
      [0.75, 0.8],
      [
        1,
        1,
      ],
    ]);
  });

  test(
    "percentRank() and cumeDist() are as exact beside other windows, and in a query around",
    { requires },
    async () => {
      await scores();
      const parts = Score.where({ id__lte: 4 }).select({
        id: c.id,
        number: fn.rowNumber().over({ orderBy: c.id.desc() }),
        percent: fn.percentRank().over({ orderBy: c.id }),
        part: fn.cumeDist().over({ partitionBy: c.id.gt(3), orderBy: c.id }),
        alone: fn.percentRank().over({ partitionBy: c.id, orderBy: c.id }),
      });
      const rows = await Score.query().from(parts, "parts").orderBy("id");
      assert.deepEqual(rows.map(({ percent, part, alone }) => [percent, part, alone]), [
        [0, 1 / 3, 0],
        [1 / 3, 2 / 3, 0],
        [2 / 3, 1, 0],
        [1, 1, 0],
      ]);
    },
  );

  test("windows of several orders are each in its own, beside one of all rows", { requires }, async () => {
    await scores();
    const pairs = Score.query().crossJoin({ other: Score }).select((own, j) => ({
      id: own.id,
      rank: fn.rank().over({ orderBy: own.id }),
      inTeam: fn.rank().over({ partitionBy: own.team, orderBy: j.other.id }),
      all: fn.count().over({}),
      equal: fn.rank().over({}),
    }));
    const rows = await Score.query().from(pairs, "pairs").orderBy("id", "inTeam");
    const ids = await Score.query().orderBy("id").ids();
    for (const { id, rank, all, equal } of rows) {
      assert.deepEqual([rank, all, equal], [ids.indexOf(id) * ids.length + 1, ids.length ** 2, 1]);
    }
  });

  test("aggregates go over windows: running totals, whole partitions, frames", { requires }, async () => {
    await scores();
    const rows = await Score.query().orderBy("id").select({
      running: fn.sum(c.points).over({ partitionBy: c.team, orderBy: c.id }),
      team: fn.count().over({ partitionBy: c.team }),
      all: fn.max(c.points).over(),
      near: fn.sum(c.points).over({ orderBy: c.id, frame: { start: { preceding: 1 }, end: { following: 1 } } }),
      ahead: fn.min(c.points).over({ orderBy: c.id, frame: { start: "currentRow", end: "unboundedFollowing" } }),
    });
    assert.deepEqual(rows.map(Object.values), [
      [10, 3, 30, 40, 5],
      [40, 3, 30, 70, 5],
      [70, 3, 30, 80, 5],
      [20, 2, 30, 55, 5],
      [25, 2, 30, 25, 5],
    ]);
  });

  test("decimals in windows are exact", { requires }, async () => {
    await scores();
    const rows = await Score.query().orderBy("id").select({
      sum: fn.sum(c.fee).over({ orderBy: c.id }),
      most: fn.max(c.fee).over({ orderBy: c.id }),
    });
    assert.deepEqual(rows, [
      { sum: "0.10", most: "0.10" },
      { sum: "0.30", most: "0.20" },
      { sum: "10.30", most: "10.00" },
      { sum: "19.30", most: "10.00" },
      { sum: "20.30", most: "10.00" },
    ]);
    const ranked = await Score.query().orderBy("id").select({ rank: fn.rank().over({ orderBy: c.fee.desc() }) });
    assert.deepEqual(ranked.map(({ rank }) => rank), [5, 4, 1, 2, 3]);
  });

  test(
    "a frame goes so far off by value; in the order of decimals SQLite refuses it",
    { requires },
    async ({ backend }) => {
      await scores();
      const counted = (orderBy: Expression<unknown>, preceding: number) =>
        Score.query().orderBy("id").select({
          n: fn.count().over({ orderBy, frame: { unit: "range", start: { preceding } } }),
        });
      const numbers = async (query: ReturnType<typeof counted>) => (await query).map(({ n }) => n);
      assert.deepEqual(await numbers(counted(c.points, 10)), [2, 3, 3, 2, 1]);
      assert.deepEqual(await numbers(counted(fn.cast(c.fee, "number"), 1)), [1, 2, 2, 1, 3]);
      const ofDecimals = counted(c.fee, 1);
      if (backend.name !== "sqlite") return assert.deepEqual(await numbers(ofDecimals), [1, 2, 2, 1, 3]);
      await assertQueries(backend, 0, async () => {
        const error = await errorOf(UnsupportedFeatureError, () => ofDecimals.all());
        assert.match(error.message, /RANGE frame .* decimal.*fn\.cast/);
      });
    },
  );

  test("lag(), lead() and the values of the frame", { requires }, async () => {
    await scores();
    const whole = { orderBy: c.id, frame: { start: "unboundedPreceding", end: "unboundedFollowing" } } as const;
    const rows = await Score.query().orderBy("id").select({
      before: fn.lag(c.points).over({ orderBy: c.id }),
      two: fn.lag(c.points, 2, 0).over({ orderBy: c.id }),
      next: fn.lead(c.team).over({ orderBy: c.id }),
      first: fn.firstValue(c.fee).over(whole),
      last: fn.lastValue(c.points).over(whole),
      third: fn.nthValue(c.points, 3).over({ orderBy: c.id }),
    });
    assert.deepEqual(rows.map(Object.values), [
      [null, 0, "a", "0.10", 5, null],
      [10, 0, "a", "0.10", 5, null],
      [30, 10, "b", "0.10", 5, 30],
      [30, 30, "b", "0.10", 5, 30],
      [20, 30, null, "0.10", 5, 30],
    ]);
  });

  test("lag() and lead() of a sum give a whole number where there is no row", { requires }, async () => {
    await scores();
    const total = fn.sum(c.points);
    const rows = await Score.query().groupBy(c.team).orderBy(c.team).select({
      before: fn.lag(total, 1, 0).over({ orderBy: c.team }),
      next: fn.lead(total.minus(total), 1, 7).over({ orderBy: c.team }),
    });
    assert.deepEqual(rows, [{ before: 0, next: 0n }, { before: 70, next: 7n }]);
  });

  test("functions share a window with a name", { requires }, async () => {
    await scores();
    const rows = Score.query().where({ team: "b" }).orderBy("id")
      .select({ n: fn.rowNumber().over("w"), sum: fn.sum(c.points).over("w") })
      .window("w", (c) => ({ partitionBy: c.team, orderBy: c.points }));
    assert.deepEqual(await rows, [{ n: 2, sum: 25 }, { n: 1, sum: 5 }]);
  });

  test("the best of each group: a window in a table of its own", { requires }, async () => {
    await scores();
    const ranked = Score.query().select({
      id: c.id,
      team: c.team,
      place: fn.rowNumber().over({ partitionBy: c.team, orderBy: [c.points.desc(), c.id] }),
    });
    assert.deepEqual(await Score.query().from(ranked).where({ place: 1 }).orderBy("team").select("id", "team"), [
      { id: 2, team: "a" },
      { id: 4, team: "b" },
    ]);
  });

  test("filters, and windows over groups", { requires }, async () => {
    await scores();
    const rows = await Score.query().orderBy("id").select({
      big: fn.count(null, { filter: c.points.gt(15) }).over({ orderBy: c.id }),
    });
    assert.deepEqual(rows.map(({ big }) => big), [0, 1, 2, 3, 3]);
    const groups = await Score.query()
      .select({ team: c.team, rank: fn.rank().over({ orderBy: fn.sum(c.points).desc() }) }).groupBy("team").orderBy(
        "team",
      );
    assert.deepEqual(groups, [{ team: "a", rank: 1 }, { team: "b", rank: 2 }]);
  });

  test("groups and exclusions of a frame", { requires: ["window.groups", "window.exclude"] }, async () => {
    await scores();
    const rows = await Score.query().orderBy("id").select({
      others: fn.sum(c.points).over({
        partitionBy: c.team,
        orderBy: c.id,
        frame: { start: "unboundedPreceding", end: "unboundedFollowing", exclude: "currentRow" },
      }),
      group: fn.count().over({ orderBy: c.points, frame: { unit: "groups", start: "currentRow", end: "currentRow" } }),
    });
    assert.deepEqual(rows.map(Object.values), [[60, 1], [40, 2], [40, 2], [5, 1], [20, 1]]);
  });

  test("wrong windows are refused", async () => {
    const error = await errorOf(QueryBuildError, () => Score.where(fn.rowNumber().over({ orderBy: c.id }).eq(1)).all());
    assert.match(error.message, /window function cannot stand in where/);
    await errorOf(QueryBuildError, () => Score.query().select({ n: fn.rowNumber().over("nope") }).all());
    await errorOf(QueryBuildError, () => Score.query().select("id").window("w", {}).window("w", {}));
    await errorOf(QueryBuildError, () => Score.query().select("id").window("", {}));
    await errorOf(QueryBuildError, () => fn.rank().over({ order: c.id } as never));
    await errorOf(QueryBuildError, () => fn.rank().over({ orderBy: "id" as never }));
    await errorOf(QueryBuildError, () => fn.rank().over({ frame: { start: { preceding: -1 } } }));
    await errorOf(QueryBuildError, () => fn.rank().over({ frame: { rows: [] } as never }));
    await errorOf(QueryBuildError, () => fn.ntile(0));
    await errorOf(QueryBuildError, () => fn.lag(c.id, -1));
  });
});
