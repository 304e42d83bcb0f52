import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, cte, decimal, fn, primaryKey } from "../../../../mod.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Sale extends ActiveRecord.define("sales", {
  id: primaryKey(z.int()),
  shop: z.string().max(20),
  place: z.int(),
  price: decimal(10, 2),
}) {}

const { c } = Sale;

async function sales(): Promise<void> {
  await Sale.insertMany([
    { id: 1, shop: "a", place: 3, price: "1.00" },
    { id: 2, shop: "b", place: 2, price: "2.00" },
    { id: 3, shop: "b", place: 1, price: "1.00" },
  ]);
}

/** Groups by expressions, names of the result that are names of columns too, queries that are asked again. */
export const hiddenColumns: SuiteGroup = group("query/hidden columns", [Sale], (test) => {
  test("orderBy() and groupBy() mean the column where a result has its name", async () => {
    await sales();
    assert.deepEqual(await Sale.query().select({ place: c.id }).orderBy("place"), [{ place: 3 }, { place: 2 }, {
      place: 1,
    }]);
    const groups = Sale.query().select({ shop: c.place, place: fn.count() }).groupBy("place").having(c.place.gt(1));
    assert.deepEqual(await groups.orderBy((own) => own.place.desc()), [{ shop: 3, place: 1 }, { shop: 2, place: 1 }]);
  });

  test("a window means the column where a result has its name", async () => {
    await sales();
    const place = fn.rowNumber().over({ orderBy: c.place });
    assert.deepEqual(await Sale.query().select({ id: c.id, place }).orderBy("id"), [
      { id: 1, place: 3 },
      { id: 2, place: 2 },
      { id: 3, place: 1 },
    ]);
  });

  test("what groups is also in the conditions of groups, with its values", async () => {
    await sales();
    const key = fn.quotient(c.place, 2);
    const dearer = c.price.plus("0.50");
    const isIn = c.shop.in(["a", "c"]);
    assert.deepEqual(
      await Sale.query().select({ key, rows: fn.count() }).groupBy(key).having(key.plus(1).gt(1)),
      [{ key: 1, rows: 2 }],
    );
    assert.deepEqual(await Sale.query().select({ dearer, rows: fn.count() }).groupBy(dearer).having(dearer.gt("2")), [
      { dearer: "2.50", rows: 1 },
    ]);
    assert.deepEqual(await Sale.query().select({ isIn, rows: fn.count() }).groupBy(isIn).having(isIn), [
      { isIn: true, rows: 1 },
    ]);
  });

  test("an aggregate of a query gives the same when it is asked again", async () => {
    await sales();
    const inner = Sale.where(c.place.gt(1)).select({ id: c.id, price: c.price });
    const total = Sale.query().from(inner).select((row) => ({ rows: fn.count(row.id), least: fn.min(row.price) }));
    for (let time = 0; time < 3; time++) assert.deepEqual(await total, [{ rows: 2, least: "1.00" }]);
    for (let time = 0; time < 3; time++) {
      const rows: unknown[] = [];
      for await (const row of total.stream()) rows.push(row);
      assert.deepEqual(rows, [{ rows: 2, least: "1.00" }]);
    }
  });

  test("a query that reads from a CTE can be an operand of union()", async () => {
    await sales();
    const cheap = cte("cheap", Sale.where(c.price.lt("2")).select("id"));
    const rows = Sale.query().from(cheap).union(Sale.select("id")).orderBy("id");
    assert.deepEqual(await rows, [{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test("functions that number rows take any window, and can become negative", async () => {
    await sales();
    const frame = { start: { preceding: 1 }, end: "currentRow" } as const;
    assert.deepEqual(
      await Sale.query().orderBy("id").select({
        number: fn.rowNumber().over({ orderBy: c.id, frame }).minus(2),
        part: fn.cumeDist().over({ orderBy: c.id }),
        rank: fn.rank().over(),
      }),
      [
        { number: -1, part: 1 / 3, rank: 1 },
        { number: 0, part: 2 / 3, rank: 1 },
        { number: 1, part: 1, rank: 1 },
      ],
    );
    const parts = Sale.query().select({ part: fn.cumeDist().over({ orderBy: c.id }) });
    assert.deepEqual(await Sale.query().from(parts).orderBy("part").limit(1), [{ part: 1 / 3 }]);
  });
});
