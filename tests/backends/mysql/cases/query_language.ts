import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  fn,
  OperationalError,
  primaryKey,
  recursiveCte,
  rollup,
  UnsupportedFeatureError,
  values,
} from "../../../../mod.ts";
import type { TestServer } from "../../../support/mysql.ts";

class Line extends ActiveRecord.define("lines", {
  id: primaryKey(z.int()),
  text: z.string(),
  note: z.string().max(50).nullable().default(null),
  at: z.date(),
  data: z.json().nullable().default(null),
}) {}

const { c } = Line;
const at = new Date("2024-03-30T23:30:15.250Z");

/** What the query language meets on these servers only. */
export function queryLanguageCases({ test }: TestServer): void {
  test("a long text or list of many rows is whole, and an error where it cannot be", async ({ backend }) => {
    Line.configure(backend);
    await Line.createTable();
    await Line.insertMany(Array.from({ length: 20 }, (_, id) => ({ id, text: "é".repeat(100_000), at })));
    const lists = { text: fn.groupConcat(c.text, { separator: "\\'" }), list: fn.arrayAgg(c.text) };
    const [row] = await Line.query().select(lists);
    assertEquals(row!.text, Array(20).fill("é".repeat(100_000)).join("\\'"));
    assertEquals(row!.list, Array(20).fill("é".repeat(100_000)));
    const most = Number((await backend.fetchOne("SELECT @@max_allowed_packet AS most"))!.most);
    await Line.insertMany(
      Array.from(
        { length: Math.ceil(most / 4_000_000) },
        (_, id) => ({ id: id + 100, text: "é".repeat(2_000_000), at }),
      ),
      { batchSize: 1 },
    );
    await assertRejects(() => Line.query().select({ list: fn.arrayAgg(c.text) }).all(), OperationalError);
    // MySQL has room for it; MariaDB would cut it.
    const long = await Line.query().select({ text: fn.length(fn.groupConcat(c.text, { separator: "" })) }).all()
      .catch((error) => error);
    if (!(long instanceof OperationalError)) {
      assertEquals(long, [{ text: 2_000_000 * (1 + Math.ceil(most / 4_000_000)) }]);
    }
  });

  test("a recursive query goes on as long as it finds rows, with texts that grow", async ({ backend }) => {
    Line.configure(backend);
    await Line.createTable();
    await Line.create({ id: 1, text: "x", at });
    const numbers = recursiveCte(
      "numbers",
      Line.query().select({ n: c.id, text: fn.left(c.text, 1) }),
      (numbers) =>
        Line.query().from(numbers).where({ n__lt: 3_000 })
          .select((c) => ({ n: c.n.plus(1), text: fn.concat(c.text, "y") })),
    );
    const [last] = await Line.query().from(numbers).orderBy("-n").limit(1);
    assertEquals(last, { n: 3_000, text: `x${"y".repeat(2_999)}` });
  });

  test("JSON and columns of other collations go together", async ({ backend }) => {
    Line.configure(backend);
    await Line.createTable();
    await backend.execute(
      "ALTER TABLE `lines` MODIFY note VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    );
    await Line.create({ id: 1, text: "t", note: "n", at, data: { s: "n", list: [1, [2]] } });
    const object = fn.jsonObject({ text: c.text, note: c.note, list: c.data.at("list" as never) });
    assertEquals((await Line.query().select({ object }))[0]!.object, { text: "t", note: "n", list: [1, [2]] } as never);
    await Line.where({ id: 1 }).updateAll({
      data: fn.jsonSet(c.data as never, ["s"] as never, c.note as never) as never,
    });
    assertEquals((await Line.find(1))!.data, { s: "n", list: [1, [2]] });
    assertEquals(await Line.where(c.data.at("s" as never).eq("n" as never)).ids(), [1]);
  });

  test("rows of long texts and bytes are given as they are", async ({ backend }) => {
    Line.configure(backend);
    const [text, file] = ["é".repeat(70_000), new Uint8Array(70_000).fill(255)];
    const rows = values({ word: "string", file: "bytes", list: "json" }, [
      { word: "a", file: new Uint8Array([0]), list: [] },
      { word: text, file, list: [text] },
    ]);
    const found = await Line.query().from(rows);
    assertEquals(found.toSorted((a, b) => a.word.length - b.word.length), [
      { word: "a", file: new Uint8Array([0]), list: [] },
      { word: text, file, list: [text] },
    ]);
  });

  test("lists over windows, and groupings that ROLLUP has not, are refused before they are sent", async ({ backend }) => {
    Line.configure(backend);
    await Line.createTable();
    const list = Line.query().select({ list: fn.arrayAgg(c.id).over({ orderBy: c.id }) });
    await assertRejects(() => list.all(), UnsupportedFeatureError, "arrayAgg over a window");
    const counts = Line.query().select({ id: c.id, text: c.text, n: fn.count() });
    for (const query of [counts.groupBy(c.text, rollup(c.id)), counts.groupBy(rollup([c.id, c.text]))]) {
      await assertRejects(() => query.all(), UnsupportedFeatureError, "groupingSets");
    }
  });

  test("a zone that the server lacks, and a time that it cannot move, are errors and not wrong times", async ({ backend }) => {
    Line.configure(backend);
    await Line.createTable();
    await Line.create({ id: 1, text: "", at: new Date("1960-01-01T00:00:00Z") });
    const local = () => Line.query().select({ day: fn.dateTrunc("day", c.at, { zone: "Europe/Oslo" }) }).all();
    if (backend.supports("timeZones")) await assertRejects(local, OperationalError);
    else await assertRejects(local, UnsupportedFeatureError, "mysql_tzinfo_to_sql");
  });
}
