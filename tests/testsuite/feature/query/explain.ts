import assert from "node:assert/strict";
import { AssertionError } from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, column, primaryKey, QueryBuildError, UnsupportedFeatureError } from "../../../../mod.ts";
import { assertNoFullScan, assertUsesIndex } from "../../assert_plan.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Measure extends ActiveRecord.define("measures", {
  id: primaryKey(),
  place: column(z.string().max(50), { index: true }),
  note: z.string(),
}) {}

class Gauge extends ActiveRecord.define("gauges", {
  id: primaryKey(),
  serial: column(z.string().max(50), { unique: true }),
  maker: z.string().max(50),
  model: column(z.string().max(50), { name: "model name" }),
}, { unique: [["maker", "model"]] }) {}

async function fill(): Promise<void> {
  await Measure.insertMany(Array.from({ length: 2_000 }, (_, i) => ({ place: `place ${i}`, note: `note ${i}` })));
}

const table = { kind: "table", name: "measures" } as const;
const place = { kind: "value", value: "changed" } as const;
const set = [{ column: "place", value: place }] as const;
const note = { kind: "value", value: "another" } as const;
const id = { kind: "value", value: 1 } as const;

/** Statements that change rows of the table. */
const writes = {
  insert: { kind: "insert", table, columns: ["place", "note"], rows: [[place, note]], returning: [] },
  update: { kind: "update", table, set, where: null, returning: [] },
  updateRows: { kind: "updateRows", table, key: ["id"], columns: ["place"], rows: [[id, place]], set: [], where: null },
  delete: { kind: "delete", table, where: null, returning: [] },
} as const;

/** SQL texts that change rows, or may. */
const texts = [
  "DELETE FROM measures",
  "/* SELECT */ UPDATE measures SET place = 'changed'",
  "-- SELECT\nINSERT INTO measures (place, note) VALUES ('changed', 'changed')",
  "WITH gone AS (DELETE FROM measures RETURNING id) SELECT * FROM gone",
  "SELECT * INTO copied FROM measures",
  "SELECT 1; DROP TABLE measures",
  "TRUNCATE TABLE measures",
];

/** What the database says of how it runs a query. */
export const explain: SuiteGroup = group("query/explain", [Measure, Gauge], (test) => {
  test("explain() calls the index of a unique key by the name of the key", { requires: ["explain"] }, async () => {
    await Gauge.insertMany(
      Array.from({ length: 2_000 }, (_, i) => ({ serial: `s${i}`, maker: `maker ${i}`, model: `m${i}` })),
    );
    await assertUsesIndex(Gauge.where({ serial: "s7" }), "gauges_serial_key");
    const plan = await Gauge.where({ maker: "maker 7", model: "m7" }).explain();
    assert.ok(plan.nodes.some(({ index }) => /^gauges_maker_model.name_key$/.test(index ?? "")), String(plan));
  });

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

  test("explain() of a write runs nothing", { requires: ["explain"] }, async ({ backend }) => {
    await Measure.insertMany([{ place: "here", note: "kept" }]);
    for (const write of Object.values(writes)) {
      const plan = await backend.explain(write);
      assert.ok(plan.sql.length > 0);
      assert.deepEqual(await Measure.query().pluck("place"), ["here"], write.kind);
    }
  });

  test("explain({ analyze: true }) of a write is refused before anything is sent", async ({ backend }) => {
    await Measure.insertMany([{ place: "here", note: "kept" }]);
    const analyze = { analyze: true };
    await assertQueries(backend, 0, async () => {
      for (const [kind, write] of Object.entries(writes)) {
        const error = await errorOf(QueryBuildError, () => backend.explain(write, analyze));
        const name = kind === "updateRows" ? "UPDATE" : kind.toUpperCase();
        assert.match(error.message, new RegExp(`Cannot explain an? ${name} with "analyze"`));
        await errorOf(
          QueryBuildError,
          async () => await backend.run({ kind: "explain", statement: write, ...analyze }),
        );
      }
      for (const text of texts) {
        const raw = { kind: "raw", parts: [text], nodes: [] } as const;
        await errorOf(QueryBuildError, () => backend.explain({ kind: "rawStatement", raw }, analyze));
      }
      const raw = { kind: "raw", parts: [texts[0]!], nodes: [] } as const;
      await errorOf(QueryBuildError, () => backend.explain({ kind: "rawStatement", raw, reads: true }, analyze));
    });
    assert.deepEqual(await Measure.query().pluck("place"), ["here"]);
  });

  test(
    "explain({ analyze: true }) takes SQL text that only reads",
    { requires: ["explain.analyze"] },
    async ({ backend }) => {
      await fill();
      const text = "SELECT note FROM measures WHERE place IN ('place 1', 'place 2')";
      for (const [start, reads] of [["", undefined], ["/* INSERT */ ", true]] as const) {
        const raw = { kind: "raw", parts: [start + text], nodes: [] } as const;
        const plan = await backend.explain({ kind: "rawStatement", raw, reads }, { analyze: true });
        assert.ok(plan.usesIndex("measures_place_idx"), String(plan));
      }
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
