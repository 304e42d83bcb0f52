import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  alias,
  fn,
  primaryKey,
  QueryBuildError,
  RelationError,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Review, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Joins by relation and by model, of every kind. */
export const joins: SuiteGroup = group("query/joins", libraryModels, (test) => {
  test("join() by a relation gives a record for each pair, leftJoin() keeps those without", async () => {
    await fillLibrary();
    const joined = await Writer.query().join("books").orderBy("id");
    assert.deepEqual(joined.map((writer) => writer.name), ["Ada", "Ada", "Bob"]);
    assert.ok(joined[0] instanceof Writer);
    assert.equal(await Writer.query().join("books").count(), 3);
    assert.equal(await Writer.query().leftJoin("books").count(), 5);
    assert.deepEqual(await Writer.query().join("books").distinct().orderBy("name").pluck("name"), ["Ada", "Bob"]);
  });

  test("columns of what is joined are in conditions, orders and selections, NULL where there is no partner", async () => {
    await fillLibrary();
    const rows = await Writer.query().leftJoin("books").orderBy("id", (_, j) => j.books.id)
      .select((c, j) => ({ name: c.name, title: j.books.title, pages: j.books.pages }));
    assert.deepEqual(rows, [
      { name: "Ada", title: "Engines", pages: 100 },
      { name: "Ada", title: "Notes", pages: 250 },
      { name: "Bob", title: "Looms", pages: 70 },
      { name: "Cid", title: null, pages: null },
      { name: "Dan", title: null, pages: null },
    ]);
    const long = Writer.query().join("books").where((c, j) => j.books.pages.gt(90).and(c.age.gt(30)));
    assert.deepEqual(await long.orderBy((_, j) => j.books.pages.desc()).select((_, j) => ({ title: j.books.title })), [
      { title: "Notes" },
      { title: "Engines" },
    ]);
    assert.deepEqual(await Writer.query().leftJoin("books").where((_, j) => j.books.id.isNull()).orderBy("id").ids(), [
      3,
      4,
    ]);
  });

  test("a join by a relation leaves deleted rows out, on the outer side as well, unless told otherwise", async () => {
    await fillLibrary();
    const titles = async (query: { all(): Promise<{ title: string | null }[]> }) =>
      (await query.all()).map((row) => row.title);
    const ada = Writer.where({ id: 1 });
    const select = { title: Book.c.title };
    assert.deepEqual(await titles(ada.join("books").orderBy(Book.c.id).select(select)), ["Engines", "Notes"]);
    assert.deepEqual(
      await titles(ada.join("books", { withDeleted: true }).orderBy(Book.c.id).select(select)),
      ["Engines", "Notes", "Withdrawn"],
    );
    assert.equal(await Writer.query().where({ id: 1 }).orWhere({ id: 2 }).join("books").count(), 3);
    const reviews = Review.query().leftJoin("book").orderBy("id").select((c, j) => ({ id: c.id, title: j.book.title }));
    assert.deepEqual(await titles(reviews), ["Engines", "Engines", "Looms", null]);
  });

  test("paths join what is between, and the same relation is joined once", async () => {
    await fillLibrary();
    const rows = await Writer.query().join("books.reviews").orderBy((_, j) => j["books.reviews"].id)
      .select((c, j) => ({ name: c.name, stars: j["books.reviews"].stars }));
    assert.deepEqual(rows, [
      { name: "Ada", stars: 5 },
      { name: "Ada", stars: 2 },
      { name: "Bob", stars: 4 },
    ]);
    const named = Writer.query().join("books").join("books.reviews", { as: "said" }).orderBy((_, j) => j.said.id);
    assert.deepEqual(await named.select((_, j) => ({ title: j.books.title, stars: j.said.stars })), [
      { title: "Engines", stars: 5 },
      { title: "Engines", stars: 2 },
      { title: "Looms", stars: 4 },
    ]);
  });

  test("a table joins itself: by a relation, under a name, through an alias", async () => {
    await fillLibrary();
    const expected = [
      { name: "Ada", editor: null },
      { name: "Bob", editor: "Ada" },
      { name: "Cid", editor: "Bob" },
      { name: "Dan", editor: null },
    ];
    const byRelation = Writer.query().leftJoin("editor").orderBy("id")
      .select((c, j) => ({ name: c.name, editor: j.editor.name }));
    assert.deepEqual(await byRelation, expected);
    const byName = Writer.query().leftJoin({ boss: Writer }, (c, j) => j.boss.id.eq(c.editorId)).orderBy("id")
      .select((c, j) => ({ name: c.name, editor: j.boss.name }));
    assert.deepEqual(await byName, expected);
    const boss = alias(Writer, "boss");
    const byAlias = Writer.query().leftJoin({ boss }, (c) => boss.c.id.eq(c.editorId)).orderBy("id")
      .select({ name: Writer.c.name, editor: boss.c.name });
    assert.deepEqual(await byAlias, expected);
    assert.deepEqual(await Writer.query().join("editor.editor").pluck("name"), ["Cid"]);
    assert.deepEqual(await Writer.query().join("protegees").orderBy("id").pluck("name"), ["Ada", "Bob"]);
  });

  test("join() takes a model with a condition and a query as a table", async () => {
    await fillLibrary();
    const byModel = await Writer.query().join(Book, (c, book) => book.writerId.eq(c.id).and(book.pages.gt(80)))
      .orderBy(Book.c.id).select({ name: Writer.c.name, title: Book.c.title });
    assert.deepEqual(byModel, [{ name: "Ada", title: "Engines" }, { name: "Ada", title: "Notes" }]);
    const totals = Book.query().select({ writer: Book.c.writerId, pages: fn.sum(Book.c.pages) }).groupBy("writerId");
    const byQuery = await Writer.query().join({ totals }, (c, j) => j.totals.writer.eq(c.id)).orderBy("id")
      .select((c, j) => ({ name: c.name, pages: j.totals.pages }));
    assert.deepEqual(byQuery, [{ name: "Ada", pages: 350 }, { name: "Bob", pages: 70 }]);
  });

  test("crossJoin() pairs everything", async () => {
    await fillLibrary();
    assert.equal(await Writer.query().crossJoin({ other: Writer }).count(), 16);
    const younger = Writer.query().crossJoin({ other: Writer }).where((c, j) => c.age.lt(j.other.age)).orderBy("id");
    assert.deepEqual(await younger.select((c, j) => ({ a: c.name, b: j.other.name })), [
      { a: "Bob", b: "Ada" },
      { a: "Dan", b: "Ada" },
    ]);
    assert.equal(await Writer.query().crossJoin({ book: Book }).count(), 16); // the withdrawn one is out
  });

  test("rightJoin() keeps what has no partner, as rows", { requires: ["join.right"] }, async () => {
    await fillLibrary();
    const rows = await Writer.query().rightJoin("books").select((c, j) => ({ name: c.name, title: j.books.title }))
      .orderBy((_, j) => j.books.id);
    assert.deepEqual(rows, [
      { name: "Ada", title: "Engines" },
      { name: "Ada", title: "Notes" },
      { name: "Bob", title: "Looms" },
      { name: null, title: "Beowulf" },
    ]);
    assert.equal(await Writer.query().rightJoin("books").count(), 4);
    assert.equal(await Writer.query().rightJoin({ book: Book }, (c, j) => j.book.writerId.eq(c.id)).count(), 4);
  });

  test("rows of a right join hold null wherever there is no value, also in optional fields", {
    requires: ["join.right"],
  }, async ({ create }) => {
    class Note extends ActiveRecord.define("suite_notes", { id: primaryKey(z.int()), text: z.string().optional() }) {}
    await create(Note);
    await Note.insertMany([{ id: 1 }]);
    const other = alias(Note, "other");
    const joined = Note.query().rightJoin({ other }, (c, j) => j.other.id.eq(c.id.plus(1)));
    assert.deepEqual(await joined, [{ id: null, text: null }]);
    assert.deepEqual(await joined.select("text"), [{ text: null }]);
    assert.deepEqual(await Note.select("text").rightJoin({ other }, (c, j) => j.other.id.eq(c.id)), [{ text: null }]);
  });

  test("fullJoin() keeps both sides, without deleted rows", { requires: ["join.full"] }, async () => {
    await fillLibrary();
    const rows = await Writer.query().fullJoin("books").select((c, j) => ({ name: c.name, title: j.books.title }));
    const shown = rows.map(({ name, title }) => `${name} ${title}`).sort();
    assert.deepEqual(shown, [
      "Ada Engines",
      "Ada Notes",
      "Bob Looms",
      "Cid null",
      "Dan null",
      "null Beowulf",
    ]);
  });

  test("a kind of join that the database lacks is refused before it is sent", async ({ backend }) => {
    await Writer.count(); // connects
    for (
      const [capability, query] of [
        ["join.right", Writer.query().rightJoin("books")],
        ["join.full", Writer.query().fullJoin("books")],
      ] as const
    ) {
      if (backend.supports(capability)) assert.deepEqual(await query, []);
      else await assertQueries(backend, 0, () => errorOf(UnsupportedFeatureError, () => query.all()));
    }
  });

  test("a lateral join gives the rows of a query for each record, or is refused", async ({ backend }) => {
    await fillLibrary();
    const longest = Writer.query().leftJoinLateral({
      longest: (c) => Book.where((b) => b.writerId.eq(c.id)).orderBy("-pages").limit(1).select("title"),
    }).orderBy("id").select((c, j) => ({ name: c.name, title: j.longest.title }));
    if (!backend.supports("lateral")) {
      await assertQueries(backend, 0, () => errorOf(UnsupportedFeatureError, () => longest.all()));
      return;
    }
    assert.deepEqual(await longest, [
      { name: "Ada", title: "Notes" },
      { name: "Bob", title: "Looms" },
      { name: "Cid", title: null },
      { name: "Dan", title: null },
    ]);
  });

  test("a lateral join of the query's own table needs another name, where it uses columns that would be hidden", async ({ backend }) => {
    await fillLibrary();
    const hidden = [
      () => Writer.query().joinLateral({ same: (w) => Writer.where((c) => c.id.eq(w.id)).select("name") }),
      () =>
        Writer.query().join("books").joinLateral({
          same: (_, j) => Writer.query().join("books").where((c) => c.id.eq(j.books.writerId)).select("name"),
        }),
    ];
    for (const make of hidden) {
      await assertQueries(backend, 0, async () => {
        assert.match((await errorOf(QueryBuildError, make)).message, /"same" of Writer .* alias\(\)/);
      });
    }
    if (!backend.supports("lateral")) return;
    const other = alias(Writer, "other");
    const older = Writer.query().joinLateral({
      older: (w) => other.query().where((o) => o.age.gt(w.age)).orderBy("age").limit(1).select("name"),
    }).orderBy("id").select((c, j) => ({ name: c.name, older: j.older.name }));
    assert.deepEqual(await older, [{ name: "Bob", older: "Ada" }, { name: "Dan", older: "Ada" }]);
    const first = Writer.query().joinLateral({ first: () => Writer.orderBy("id").limit(1).select("name") });
    assert.equal(await first.count(), 4); // it uses nothing of the row
  });

  test("exists(), first(), find(), limits and groups work on joins", async () => {
    await fillLibrary();
    const query = Writer.query().join("books").where((_, j) => j.books.title.eq("Looms"));
    assert.equal(await query.exists(), true);
    assert.equal((await query.first())?.name, "Bob");
    assert.equal((await query.find(2))?.name, "Bob");
    assert.equal(await query.find(1), null);
    assert.deepEqual(await Writer.query().join("books").orderBy("id").offset(2).limit(5).pluck("name"), ["Bob"]);
    const perWriter = await Writer.query().leftJoin("books")
      .select((c, j) => ({ name: c.name, books: fn.count(j.books.id), pages: fn.sum(j.books.pages) }))
      .groupBy("id", "name").orderBy("id").having((_, j) => fn.count(j.books.id).lt(2));
    assert.deepEqual(perWriter, [
      { name: "Bob", books: 1, pages: 70 },
      { name: "Cid", books: 0, pages: null },
      { name: "Dan", books: 0, pages: null },
    ]);
  });

  test("updateAll() and deleteAll() of a query with joins reach its records and no others", async () => {
    await fillLibrary();
    assert.equal(await Writer.query().join("books").where((_, j) => j.books.pages.gt(90)).updateAll({ age: 99 }), 1);
    assert.deepEqual(await Writer.query().orderBy("id").pluck("age"), [99, 20, null, 20]);
    assert.equal(await Review.query().join("book").where((_, j) => j.book.title.eq("Engines")).deleteAll(), 2);
    assert.deepEqual(await Review.query().orderBy("id").ids(), [3, 4]);
  });

  test("a wrong join is refused with what is wrong", async () => {
    // @ts-expect-error: no relation
    const error = await errorOf(RelationError, () => Writer.query().join("nothing"));
    assert.match(error.message, /"nothing" in join of Writer: its relations are books, editor, protegees/);
    const twice = await errorOf(QueryBuildError, () => Writer.query().join("books").join("books"));
    assert.match(twice.message, /"books"/);
    await errorOf(QueryBuildError, () => Writer.query().join({ writers: Book }, (c, j) => j.writers.writerId.eq(c.id)));
    await errorOf(QueryBuildError, () => Writer.query().join({ b: Book }, (() => 1) as never));
    await errorOf(QueryBuildError, () => Writer.query().join({ b: {} as typeof Book }, (c) => c.id.eq(1)));
    await errorOf(QueryBuildError, () => Writer.query().crossJoin({ a: Book, b: Book } as never));
    await errorOf(QueryBuildError, () => Writer.query().crossJoin({ "": Book }));
    await errorOf(QueryBuildError, () => Writer.query().join("books", { on: 1 } as never));
  });
});
