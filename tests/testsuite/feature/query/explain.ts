import assert from "node:assert/strict";
import { AssertionError } from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, column, primaryKey, UnsupportedFeatureError } from "../../../../mod.ts";
import { assertNoFullScan, assertUsesIndex } from "../../assert_plan.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Measure extends ActiveRecord.define("measures", {
  id: primaryKey(),
  place: column(z.string().max(50), { index: true }),
  note: z.string(),
}) {}

async function fill(): Promise<void> {
  await Measure.insertMany(Array.from({ length: 2_000 }, (_, i) => ({ place: `place ${i}`, note: `note ${i}` })));
}

/** What the database says of how it runs a query. */
export const explain: SuiteGroup = group("query/explain", [Measure], (test) => {
  test("explain() says which index is used", { requires: ["explain"] }, async () => {
    await fill();
    const query = Measure.where({ place: "place 7" });
    const plan = await query.explain();
    assert.ok(plan.usesIndex("measures_place_idx") && plan.usesIndex());
    assert.equal(plan.usesIndex("another"), false);
    assert.deepEqual([plan.fullScan, plan.fullScans], [false, []]);
    assert.ok(plan.sql.startsWith("SELECT") && plan.nodes.length > 0 && plan.toString() !== "");
    assert.equal((await query.all()).length, 1);
  });

  test("explain() says which tables are read whole", { requires: ["explain"] }, async () => {
    await fill();
    const plan = await Measure.where({ note: "note 7" }).explain();
    assert.deepEqual(plan.fullScans, ["measures"]);
    assert.equal(plan.fullScan, true);
    assert.equal(plan.usesIndex("measures_place_idx"), false);
  });

  test("explain() knows a look-up by primary key, of plain rows as well", { requires: ["explain"] }, async () => {
    await fill();
    const id = (await Measure.query().orderBy("-id").pick("id"))!;
    const plan = await Measure.select("note").where({ id }).explain();
    assert.ok(plan.usesIndex() && !plan.fullScan);
  });

  test("explain({ analyze: true }) says what really happened", { requires: ["explain.analyze"] }, async () => {
    await fill();
    const plan = await Measure.where({ place__in: ["place 1", "place 2"] }).explain({ analyze: true });
    assert.equal(plan.actualRows, 2);
    assert.ok(plan.actualMs !== undefined && plan.actualMs >= 0);
    assert.ok(plan.usesIndex("measures_place_idx") && !plan.fullScan, String(plan));
    const whole = await Measure.where({ note: "note 7" }).explain({ analyze: true });
    assert.deepEqual([whole.fullScans, whole.usesIndex(), whole.actualRows], [["measures"], false, 1], String(whole));
    assert.ok(whole.rows !== undefined && whole.rows > 0);
    const ordered = await Measure.orderBy("-note").limit(3).explain({ analyze: true });
    assert.equal(ordered.actualRows, 3, String(ordered));
    assert.ok(ordered.nodes.some(({ operation }) => operation === "sort"), String(ordered));
    const id = (await Measure.query().orderBy("-id").pick("id"))!;
    const single = await Measure.where({ id }).explain({ analyze: true });
    assert.ok(single.usesIndex() && !single.fullScan && single.actualRows === 1, String(single));
    const missing = await Measure.where({ id: id + 1 }).explain({ analyze: true });
    assert.equal(missing.actualRows, 0, String(missing));
  });

  test(
    "explain({ analyze: true }) of a join tells how each table is reached",
    { requires: ["explain.analyze"] },
    async () => {
      await fill();
      const query = Measure.where({ place__in: ["place 1", "place 2"] })
        .join({ other: Measure }, (measure, { other }) => other.id.eq(measure.id));
      const plan = await query.explain({ analyze: true });
      assert.equal(plan.actualRows, 2, String(plan));
      const read = plan.nodes.filter(({ operation }) => operation === "read").flatMap(({ table = [] }) => table);
      assert.deepEqual(read.toSorted(), ["measures", "other"], String(plan));
      assert.ok(plan.usesIndex("measures_place_idx"));
    },
  );

  test("explain() that the database cannot do is refused before anything is sent", async ({ backend }) => {
    const sent: string[] = [];
    const off = backend.on("query", ({ sql }) => void sent.push(sql));
    try {
      for (const [capability, analyze] of [["explain", false], ["explain.analyze", true]] as const) {
        if (backend.supports(capability)) continue;
        await errorOf(UnsupportedFeatureError, () => Measure.query().explain({ analyze }));
        assert.deepEqual(sent, []);
      }
    } finally {
      off();
    }
  });

  test("assertUsesIndex() and assertNoFullScan() fail with the plan", { requires: ["explain"] }, async () => {
    await fill();
    const fast = Measure.where({ place: "place 7" });
    await assertUsesIndex(fast, "measures_place_idx");
    await assertUsesIndex(await fast.explain());
    await assertNoFullScan(fast);
    const slow = Measure.where({ note: "note 7" });
    const whole = await errorOf(AssertionError, () => assertNoFullScan(slow));
    assert.match(whole.message, /reads whole tables \(measures\):\n {2}SELECT/);
    const unused = await errorOf(AssertionError, () => assertUsesIndex(slow, "measures_place_idx"));
    assert.match(unused.message, /does not use the index "measures_place_idx"/);
    await errorOf(AssertionError, () => assertUsesIndex(slow));
  });
});
