/** Locks, hints, tags, searches and pages. */

import { assertEquals } from "@std/assert";
import { names, type Position, takes, untyped } from "../position.ts";
import { Item, Page } from "../world.ts";

const ada = () => Item.where({ id: 1 });

/** Clauses. */
export const CLAUSE_POSITIONS: readonly Position[] = [
  names("table of a lock", (name) => Item.transaction(() => ada().forUpdate({ of: [name] }).all()), {
    requires: "locks.of",
    mayBeMissing: true,
  }),
  names("tables of a lock as text", (name) => ada().forUpdate({ of: untyped(name) }).toSQL()),
  names("index hint", (name) => ada().useIndex(name).all(), { requires: "hints.index", mayBeMissing: true }),
  names("action of an index hint", (name) => ada().useIndex("x", { action: untyped(name) }).toSQL()),
  names("optimizer hint", async (text) => assertEquals((await ada().optimizerHint(text)).length, 1)),
  names("name of a tag", async (name) => {
    assertEquals((await ada().withOptions({ tags: { [name]: "v" } })).length, 1);
  }),
  takes("value of a tag", async (text) => {
    assertEquals((await ada().withOptions({ tags: { page: text } })).length, 1);
  }),
  takes("tag of a scope", async (text, { backend }) => {
    await backend.withTags({ page: text }, async () => assertEquals((await ada()).length, 1));
  }),
  takes("search", async (text) => assertEquals(await Page.query().match(text), []), { requires: "fullText" }),
  takes("search of any word", async (text) => assertEquals(await Page.query().match(text, { mode: "any" }), []), {
    requires: "fullText",
  }),
  takes("search of a phrase", async (text) => {
    assertEquals(await Page.query().match(text, { mode: "phrase", prefix: true }), []);
  }, { requires: "fullText" }),
  takes("search in the server's language", (text) => Page.query().match(text, { mode: "native" }).all(), {
    requires: "fullText",
    mayBeMalformed: true,
  }),
  names("mode of a search", (mode) => Page.query().match("a", { mode: untyped(mode) }).all(), { requires: "fullText" }),
  names("field of a search", (field) => Page.query().match("a", { fields: [untyped(field)] }).all(), {
    requires: "fullText",
  }),
  names("index of a search", (index) => Page.query().match("a", { index }).all(), { requires: "fullText" }),
  takes("marks of an excerpt", async (text) => {
    const search = Page.fullText("word");
    const page = await Page.create({ title: "a word here" });
    try {
      const [row] = await Page.where(search.matches).select({
        v: search.highlight("title", { open: text, close: text }),
      });
      assertEquals(row!.v, `a ${text}word${text} here`);
    } finally {
      await page.delete();
    }
  }, { requires: "fullText.excerpt" }),
  takes("cursor over a text", async (text) => {
    const first = await Item.where({ name__ne: text }).orderBy("name").cursor(null, { size: 1 });
    const second = await Item.where({ name__ne: text }).orderBy("name").cursor(first.next, { size: 1 });
    assertEquals(second.items.map(({ name }) => name), ["Bob"]);
  }),
  takes("explain", (text) => ada().where({ name: text }).explain(), { requires: "explain" }),
];
