import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, type MatchOptions, primaryKey, UnsupportedFeatureError } from "../../../../mod.ts";
import type { TestServer } from "../../../support/mysql.ts";

class Note extends ActiveRecord.define(
  "notes",
  { id: primaryKey(), title: z.string().nullable().default(null), body: z.string().default("") },
  { fullText: [{ fields: ["title", "body"], name: "notes_fts" }] },
) {}

/** What FULLTEXT does in its own way. */
export function fullTextCases({ test }: TestServer): void {
  const ids = async (text: string, options: MatchOptions<"title" | "body"> = {}) =>
    (await Note.query().match(text, { ranked: false, ...options }).orderBy("id").pluck("id")).join();

  test("match() finds short words, common words, and words beside other signs", async ({ backend }) => {
    Note.configure(backend);
    await Note.createTable();
    await Note.insertMany([
      { title: "to be", body: "or not to be a snake_case, it's 5²" },
      { body: "C, D and हिन्दी भाषा" },
      { title: "q0be", body: "the END of q1" },
    ]);
    const found: [string, string][] = [
      ["to", "1"],
      ["BE", "1"],
      ["c", "2"],
      ["the", "3"],
      ["snake", "1"],
      ["it s", "1"],
      ["5²", "1"],
      ["5", ""],
      ["हिन्दी", "2"],
      ["q1", "3"],
      ["q", ""],
      ["x", ""],
      ["end of", "3"],
    ];
    for (const [text, expected] of found) assertEquals(await ids(text), expected, text);
    assertEquals(await ids("to be", { mode: "phrase", fields: ["title"] }), "1");
    assertEquals(await ids("not to", { mode: "phrase", fields: ["title"] }), "");
    assertEquals(await ids("not to b", { mode: "phrase", prefix: true }), "1");
    assertEquals(await ids("not b", { mode: "phrase", prefix: true }), "");
    assertEquals(await ids("d c", { mode: "any" }), "2");
  });

  test("match() finds a word that every row has, and none by a word that is too long", async ({ backend }) => {
    Note.configure(backend);
    await Note.createTable();
    await Note.insertMany([{ body: "same" }, { body: "same other" }]);
    assertEquals(await ids("same"), "1,2");
    assertEquals(await ids(`same ${"x".repeat(100)}`), "");
    assertEquals(await ids("same ²"), "");
  });

  test("match() searches the first 250,000 characters of a long text", async ({ backend }) => {
    Note.configure(backend);
    await Note.createTable();
    const filling = "!, ".repeat(3_332);
    await Note.create({ body: `${filling}one, two ${filling.repeat(23)}three ${filling.repeat(5)} four` });
    await Note.create({ body: `${" ".repeat(9_998)}divided ${"a ".repeat(200_000)}` });
    const found = { one: "1", three: "1", four: "", divided: "2", vided: "", a: "2" };
    for (const [text, expected] of Object.entries(found)) assertEquals(await ids(text), expected, text);
    assertEquals(await ids("one two", { mode: "phrase" }), "1");
  });

  test("the words of an index are part of it, not of the table", async ({ backend }) => {
    Note.configure(backend);
    await Note.createTable();
    await Note.create({ body: "text" });
    const { columns, indexes } = await backend.getTableSchema("notes");
    assertEquals(columns.map(({ name }) => name), ["id", "title", "body"]);
    assertEquals(indexes.find(({ name }) => name === "notes_fts")?.columns, [null]);
    assertEquals(await backend.fetchAll("SELECT * FROM notes"), [{ id: 1, title: null, body: "text" }]);
    const index = { name: "notes_fts", columns: ["title", "body"], key: null };
    const drop = { kind: "dropFullText", table: { kind: "table", name: "notes" }, index } as const;
    await backend.changeSchema([drop]);
    await backend.changeSchema([drop]);
    assertEquals((await backend.getTableSchema("notes")).indexes.map(({ name }) => name), ["PRIMARY"]);
  });

  test("match() finds what is committed and refuses the servers' own language", async ({ backend }) => {
    Note.configure(backend);
    await Note.createTable();
    await Note.transaction(async () => {
      await Note.create({ body: "fresh" });
      assertEquals(await ids("fresh"), "");
    });
    assertEquals(await ids("fresh"), "1");
    const error = await assertRejects(() => ids("+fresh", { mode: "native" }), UnsupportedFeatureError);
    assert(error.message.includes("fullText.native"), error.message);
  });
}
