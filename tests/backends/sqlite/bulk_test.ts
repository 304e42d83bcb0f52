import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, column, primaryKey } from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
import { type BulkInsert, type BulkInsertPlan, QueryOptimizer } from "../../../core/sql/mod.ts";
import { assertUsesIndex } from "../../testsuite/mod.ts";

class Row extends ActiveRecord.define("rows", {
  id: primaryKey(),
  name: column(z.string(), { index: true }),
  text: z.string(),
}) {}

Deno.test("insertMany() of 100,000 rows that come one by one holds few of them", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await using backend = new SQLiteBackend({ database: `${folder}/rows.sqlite` });
    Row.configure(backend);
    await Row.createTable();
    let told = 0;
    let mostHeld = 0;
    const rows = async function* () {
      for (let i = 0; i < 100_000; i++) {
        mostHeld = Math.max(mostHeld, i - told);
        yield { name: `name ${i}`, text: "x".repeat(200) };
      }
    };
    const before = Deno.memoryUsage().rss;
    assertEquals(await Row.insertMany(rows(), { onProgress: ({ rows }) => void (told = rows) }), 100_000);
    const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
    assertEquals([told, await Row.count()], [100_000, 100_000]);
    assert(mostHeld <= 1_000, `${mostHeld} rows were held at once`);
    assert(grown < 150, `memory grew by ${grown.toFixed(0)} MiB`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the pages of a cursor are looked for in the index of their order", async () => {
  await using backend = new SQLiteBackend({ database: ":memory:" });
  Row.configure(backend);
  await Row.createTable();
  await Row.insertMany(Array.from({ length: 1_000 }, (_, i) => ({ name: `name ${i % 10}`, text: "" })));
  const sent: string[] = [];
  const query = Row.orderBy("name");
  const { next } = await query.cursor(null, { size: 10 });
  const off = backend.on("query", ({ sql }) => void sent.push(sql));
  await query.cursor(next, { size: 10 });
  off();
  const plan = await backend.fetchAll(`EXPLAIN QUERY PLAN ${sent[0]}`, ["a", "a", "a", 1]);
  assert(plan.some(({ detail }) => String(detail).startsWith("SEARCH rows USING INDEX rows_name_idx")), sent[0]);
  await assertUsesIndex(query.where({ name__gte: "a" }), "rows_name_idx");
});

Deno.test("updateMany() looks its rows up by their key", async () => {
  await using backend = new SQLiteBackend({ database: ":memory:" });
  Row.configure(backend);
  await Row.createTable();
  await Row.insertMany(Array.from({ length: 5_000 }, (_, i) => ({ name: `name ${i}`, text: "" })));
  const sent: string[] = [];
  const off = backend.on("query", ({ sql, kind }) => void (kind === "statement" && sent.push(sql)));
  const count = await Row.updateMany(Array.from({ length: 5_000 }, (_, i) => ({ id: i + 1, text: `text ${i}` })));
  off();
  assertEquals([count, await Row.where({ id: 4_000 }).pick("text")], [5_000, "text 3999"]);
  const plan = await backend.fetchAll(
    `EXPLAIN QUERY PLAN ${sent[0]}`,
    new Array(sent[0]!.split("?").length - 1).fill(1),
  );
  assert(plan.some(({ detail }) => String(detail).startsWith("SEARCH rows USING INTEGER PRIMARY KEY")));
});

/** Sends many rows its own way, as COPY would. */
class CopyingOptimizer extends QueryOptimizer {
  readonly sent: number[] = [];
  readonly #owner: SQLiteBackend;
  constructor(owner: SQLiteBackend) {
    super(owner);
    this.#owner = owner;
  }
  override optimizeBulkInsert(insert: BulkInsert): BulkInsertPlan {
    return {
      method: "copy",
      rowsPerStatement: 300,
      send: async (rows) => {
        this.sent.push(rows.length);
        const { columns, table } = insert;
        const json = JSON.stringify(rows);
        const picked = columns.map((_, i) => `value ->> ${i}`).join(", ");
        const names = columns.join(", ");
        await this.#owner.execute(`INSERT INTO ${table.name} (${names}) SELECT ${picked} FROM json_each(?)`, [json]);
      },
    };
  }
}

class CopyingBackend extends SQLiteBackend {
  override readonly optimizer: CopyingOptimizer = new CopyingOptimizer(this);
}

Deno.test("a backend may insert many rows its own way, in the same transaction", async () => {
  await using backend = new CopyingBackend({ database: ":memory:" });
  Row.configure(backend);
  await Row.createTable();
  const rows = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `name ${i}`, text: "x" }));
  assertEquals(await Row.insertMany(rows(700)), 700);
  assertEquals([backend.optimizer.sent, await Row.count()], [[300, 300, 100], 700]);
  const stopping = Row.insertMany(rows(700), {
    onProgress: ({ rows }) => {
      if (rows > 500) throw new RangeError("enough");
    },
  });
  await assertRejects(() => stopping, RangeError);
  assertEquals(await Row.count(), 700);
});

Deno.test("addIndexHints() and optimizeJoin() give queries with hints", () => {
  const optimizer = new QueryOptimizer({ rowsPerInsert: () => 1 });
  const query = Row.query().toNode();
  const hinted = optimizer.addIndexHints(query, { action: "use", indexes: ["rows_name_idx"] });
  assertEquals(hinted.from, {
    kind: "table",
    name: "rows",
    schema: undefined,
    indexHint: { action: "use", indexes: ["rows_name_idx"] },
  });
  assertEquals(optimizer.optimizeJoin(query).hints, { texts: [], keepsJoinOrder: true });
  assertEquals(optimizer.optimizeBulkInsert({ table: { kind: "table", name: "t" }, columns: ["a"], count: 5 }), {
    method: "values",
    rowsPerStatement: 1,
    send: null,
  });
});
