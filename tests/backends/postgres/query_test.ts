import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, primaryKey } from "../../../mod.ts";
import { eachDriver } from "../../support/postgres.ts";

class Text extends ActiveRecord.define("query_texts", {
  id: primaryKey(),
  title: z.string(),
  body: z.string().nullable(),
}, { fullText: [{ fields: ["title", "body"], name: "query_texts_words", language: "english" }] }) {}

eachDriver("a search uses the full-text index, and knows the endings of its language", async (backend) => {
  Text.configure(backend);
  await Text.createTable();
  await Text.insertMany(
    Array.from({ length: 2_000 }, (_, i) => ({ title: `number${i}`, body: i === 7 ? "They walked" : null })),
  );
  await backend.execute("ANALYZE query_texts");
  const query = Text.where(Text.fullText("walking").matches);
  assertEquals(await query.pluck("title"), ["number7"]);
  const plan = await query.explain({ analyze: true });
  assert(plan.usesIndex("query_texts_words") && !plan.fullScan, String(plan));
  assertEquals(plan.actualRows, 1);
  assert(plan.cost! > 0 && plan.rows! > 0 && plan.actualMs! >= 0);
});

eachDriver("a cursor takes NULLs where the server puts them, and moments to the microsecond", async (backend) => {
  class Moment extends ActiveRecord.define("query_moments", { id: primaryKey(), at: z.date().nullable() }) {}
  Moment.configure(backend);
  await Moment.createTable();
  const texts = [
    "'2030-01-01 00:00:00.000001Z'",
    "'2030-01-01 00:00:00.000002Z'",
    "'2030-01-01 00:00:00.000003Z'",
    "NULL",
  ];
  await backend.execute(`INSERT INTO query_moments (at) VALUES ${texts.map((text) => `(${text})`).join(", ")}`);
  for (const order of ["at", "-at"] as const) {
    const seen: number[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<ReturnType<typeof Moment.query>["cursor"]>> = await Moment.orderBy(order)
        .cursor(cursor, { size: 1 });
      seen.push(...page.items.map((item) => (item as Moment).id));
      cursor = page.next;
    } while (cursor !== null);
    assertEquals(seen, order === "at" ? [1, 2, 3, 4] : [4, 3, 2, 1]);
  }
});
