import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, fn, primaryKey, QueryBuildError, QueryError } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Word extends ActiveRecord.define("words", {
  id: primaryKey(z.int()),
  text: z.string().max(50),
  note: z.string().max(50).nullable().default(null),
}) {}

const { c } = Word;

async function words(): Promise<void> {
  await Word.insertMany([
    { id: 1, text: "  Straße ", note: "a" },
    { id: 2, text: "ÉCOLE", note: null },
    { id: 3, text: "banana", note: "b" },
  ]);
}

/** Functions of texts. */
export const texts: SuiteGroup = group("query/texts", [Word], (test) => {
  test("capital and small letters of all alphabets, spaces, lengths", async () => {
    await words();
    const rows = await Word.query().orderBy("id").select({
      lower: fn.lower(fn.trim(c.text)),
      length: fn.length(c.text),
      start: fn.trimStart(c.text),
      end: fn.trimEnd(c.text),
    });
    assert.deepEqual(rows.map(Object.values), [
      ["straße", 9, "Straße ", "  Straße"],
      ["école", 5, "ÉCOLE", "ÉCOLE"],
      ["banana", 6, "banana", "banana"],
    ]);
    assert.deepEqual(await Word.where(fn.lower(c.text).eq("école")).ids(), [2]);
    assert.deepEqual(await Word.where({ id: 2 }).select({ upper: fn.upper("čaj") }), [{ upper: "ČAJ" }]);
  });

  test("a collation of the database's own orders texts and compares them", async () => {
    await Word.insertMany(["b", "C", "a", "B"].map((text, i) => ({ id: i + 1, text })));
    let known: string | null = null;
    for (const name of ["BINARY", "C", "utf8mb4_bin"]) {
      try {
        assert.deepEqual(await Word.orderBy(c.text.collate(name)).pluck("text"), ["B", "C", "a", "b"]);
        assert.deepEqual(await Word.where(c.text.collate(name).gt("a")).pluck("text"), ["b"]);
        known = name;
      } catch (error) {
        if (!(error instanceof QueryError)) throw error; // a collation of another database
      }
    }
    assert.notEqual(known, null);
  });

  test("parts of a text, counted from 1", async () => {
    await words();
    const [row] = await Word.where({ id: 3 }).select({
      from: fn.substring(c.text, 3),
      part: fn.substring(c.text, 2, 3),
      left: fn.left(c.text, 2),
      right: fn.right(c.text, 2),
      all: fn.right(c.text, 99),
      none: fn.right(c.text, 0),
      empty: fn.left(c.text, 0),
      at: fn.position(c.text, "nan"),
      nowhere: fn.position(c.text, "x"),
    });
    assert.deepEqual(row, {
      from: "nana",
      part: "ana",
      left: "ba",
      right: "na",
      all: "banana",
      none: "",
      empty: "",
      at: 3,
      nowhere: 0,
    });
  });

  test("texts are put together, replaced, repeated, turned round and filled up", async () => {
    await words();
    const [row] = await Word.where({ id: 3 }).select({
      concat: fn.concat(c.text, "-", c.note),
      replace: fn.replace(c.text, "an", "o"),
      same: fn.replace(c.text, "AN", "o"),
      repeat: fn.repeat(c.note, 3),
      never: fn.repeat(c.note, 0),
      reverse: fn.reverse("añb"),
      padStart: fn.padStart(c.note, 4, "xy"),
      padEnd: fn.padEnd(c.note, 3),
      cut: fn.padEnd(c.text, 3, "x"),
    });
    assert.deepEqual(row, {
      concat: "banana-b",
      replace: "booa",
      same: "banana",
      repeat: "bbb",
      never: "",
      reverse: "bña",
      padStart: "xyxb",
      padEnd: "b  ",
      cut: "ban",
    });
  });

  test("NULL makes NULL", async () => {
    await words();
    const [row] = await Word.where({ id: 2 }).select({
      concat: fn.concat(c.text, c.note),
      lower: fn.lower(c.note),
      replace: fn.replace(c.note, "a", "b"),
      length: fn.length(c.note),
      pad: fn.padStart(c.note, 3),
      repeat: fn.repeat(c.note, 2),
    });
    assert.deepEqual(row, { concat: null, lower: null, replace: null, length: null, pad: null, repeat: null });
    assert.deepEqual(await Word.where(fn.concat(c.text, "-", c.note).eq("banana-b")).ids(), [3]);
  });

  test("hostile texts are values like others", async () => {
    await words();
    const text = `'; DROP TABLE words; -- "\\ % _ é`;
    const [row] = await Word.where({ id: 3 }).select({
      concat: fn.concat(text, c.text),
      replace: fn.replace(c.text, "banana", text),
      at: fn.position(fn.concat(text, c.text), "banana"),
    });
    assert.deepEqual(row, { concat: `${text}banana`, replace: text, at: [...text].length + 1 });
    assert.equal(await Word.count(), 3);
  });

  test("wrong arguments are refused", async () => {
    await errorOf(QueryBuildError, () => fn.substring(c.text, 0));
    await errorOf(QueryBuildError, () => fn.left(c.text, -1));
    await errorOf(QueryBuildError, () => fn.right(c.text, 1.5));
    await errorOf(QueryBuildError, () => fn.repeat(c.text, NaN));
    await errorOf(QueryBuildError, () => fn.padEnd(c.text, 3, ""));
    await errorOf(QueryBuildError, () => fn.replace(c.text, "", "x"));
    await errorOf(QueryBuildError, () => fn.concat());
    await errorOf(QueryBuildError, () => fn.lower(undefined as never));
  });

  test("a text that is repeated stays as it is, however often it is asked for", async () => {
    await words();
    const note = Word.where({ id: 3 }).select("note").scalar();
    const twice = (text: Parameters<typeof fn.repeat>[0]) => fn.nullif(fn.repeat(text, 2), "");
    assert.deepEqual(await Word.query().select({ x: twice(fn.max(c.note)), y: fn.max(c.note) }), [{ x: "bb", y: "b" }]);
    const rows = await Word.query().orderBy("id").select({ x: twice(note), y: note });
    assert.deepEqual(rows, [1, 2, 3].map(() => ({ x: "bb", y: "b" })));
    const read = Word.query().from(Word.query().select({ id: c.id, note }));
    assert.deepEqual(await read.select((own) => ({ x: twice(own.note) })), [1, 2, 3].map(() => ({ x: "bb" })));
  });

  test("a text that another query computes stays as it is beside what is made of it", async () => {
    await Word.insertMany([{ id: 1, text: "aBab ", note: "ba" }]);
    const read = Word.query().from(
      Word.query().select({ id: c.id, once: fn.concat(c.text, ""), twice: fn.repeat(c.text, 2) }),
    );
    type Text = Parameters<typeof fn.lower>[0];
    const changes:
      readonly (readonly [change: (text: Text) => ReturnType<typeof fn.lower>, of: string, of2: string])[] = [
        [(text) => fn.upper(text), "ABAB ", "ABAB ABAB "],
        [(text) => fn.lower(text), "abab ", "abab abab "],
        [(text) => fn.replace(text, "a", ""), "Bb ", "Bb Bb "],
        [(text) => fn.replace(fn.trimEnd(text), "a", "aa"), "aaBaab", "aaBaab aaBaab"],
        [(text) => fn.trimStart(fn.replace(text, "a", "")), "Bb ", "Bb Bb "],
        [(text) => fn.padEnd(text, 2), "aB", "aB"],
        [(text) => fn.padStart(text, 3), "aBa", "aBa"],
        [(text) => fn.padEnd(text, 12, "xy"), "aBab xyxyxyx", "aBab aBab xy"],
        [(text) => fn.padStart(text, 12, "xy"), "xyxyxyxaBab ", "xyaBab aBab "],
        [(text) => fn.repeat(text, 2), "aBab aBab ", "aBab aBab aBab aBab "],
        [(text) => fn.trimEnd(text), "aBab", "aBab aBab"],
      ];
    for (const [change, ofOnce, ofTwice] of changes) {
      for (const [name, text, expected] of [["once", "aBab ", ofOnce], ["twice", "aBab aBab ", ofTwice]] as const) {
        const rows = await read.select((row) => ({
          kept: fn.nullif(change(row[name]), row[name]),
          other: fn.nullif(row[name], change(row[name])),
          both: fn.concat(fn.coalesce(fn.nullif(row[name], change(row[name])), ""), change(row[name])),
        }));
        assert.deepEqual(rows, [{ kept: expected, other: text, both: `${text}${expected}` }]);
        assert.equal(await read.where((row) => change(row[name]).ne(row[name])).count(), 1, expected);
        assert.equal(await read.where((row) => row[name].eq(change(row[name]))).count(), 0, expected);
      }
    }
    const folded = await read.select(({ once }) => ({
      text: fn.nullif(once, fn.case().when(once.ilike("ABAB%"), "abab ").else("")),
    }));
    assert.deepEqual(folded, [{ text: "aBab " }]);
  });
});
