import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  ConfigurationError,
  primaryKey,
  QueryBuildError,
  type QueryOf,
  softDelete,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** The tenant that the code is working for. */
let tenant = 1;

class Shelf extends ActiveRecord.define("scope_shelves", { id: primaryKey(), name: z.string().max(50) }) {
  get books() {
    return this.hasMany(() => Book, { foreignKey: "shelfId" });
  }
}

class Book extends ActiveRecord.define(
  "scope_books",
  {
    id: primaryKey(),
    shelfId: z.int(),
    tenantId: z.int(),
    title: z.string().max(50),
    pages: z.int().default(100),
  },
  softDelete(),
) {
  static defaultScope(query: QueryOf<typeof Book>) {
    return query.where({ tenantId: tenant });
  }
  static thick() {
    return this.where({ pages__gte: 500 });
  }
  static newest(count: number) {
    return this.orderBy("-id").limit(count);
  }
  get shelf() {
    return this.belongsTo(() => Shelf, { foreignKey: "shelfId" });
  }
  get notes() {
    return this.hasMany(() => Note, { foreignKey: "bookId" });
  }
}

class Note extends ActiveRecord.define("scope_notes", { id: primaryKey(), bookId: z.int() }) {
  get book() {
    return this.belongsTo(() => Book, { foreignKey: "bookId" });
  }
}

/** Two books of each of two tenants, one of them thick, on one shelf. */
async function fill(): Promise<{ shelf: Shelf; books: Book[] }> {
  tenant = 1;
  const shelf = await Shelf.create({ name: "top" });
  const books = await Book.createMany([
    { shelfId: shelf.id, tenantId: 1, title: "one thin" },
    { shelfId: shelf.id, tenantId: 1, title: "one thick", pages: 900 },
    { shelfId: shelf.id, tenantId: 2, title: "two thin" },
    { shelfId: shelf.id, tenantId: 2, title: "two thick", pages: 900 },
  ]);
  return { shelf, books };
}

/** Conditions with a name, and conditions that hold everywhere. */
export const scopes: SuiteGroup = group("query/scopes", [Shelf, Book, Note], (test) => {
  test("scopes are static methods, put together by merge()", async () => {
    await fill();
    assert.deepEqual(await Book.thick().pluck("title"), ["one thick"]);
    assert.deepEqual(await Book.orderBy("title").merge(Book.thick()).pluck("title"), ["one thick"]);
    assert.deepEqual(await Book.where({ shelfId__gt: 0 }).merge(Book.newest(1)).pluck("title"), ["one thick"]);
    const merged = Book.where({ title: "x" }).orWhere({ title: "one thin" }).merge(Book.query().not({ title: "x" }));
    assert.deepEqual(await merged.pluck("title"), ["one thin"]);
    const [withShelf] = await Book.thick().merge(Book.with("shelf"));
    assert.equal(withShelf!.shelf.value?.name, "top");
    assert.equal(await Book.query().merge(Book.unscoped()).count(), 4);
    await errorOf(QueryBuildError, () => Book.query().merge(Shelf.query() as never));
  });

  test("the default scope is in every query, count and look-up", async ({ backend }) => {
    const { books } = await fill();
    assert.deepEqual((await Book.orderBy("id").all()).map(({ title }) => title), ["one thin", "one thick"]);
    assert.equal(await Book.count(), 2);
    assert.equal(await Book.query().distinct().limit(9).count(), 2);
    assert.equal(await Book.query().sum("pages"), 1_000);
    assert.equal(await Book.exists({ title: "two thin" }), false);
    assert.equal((await Book.find(books[0]!.id))?.title, "one thin");
    assert.equal(await Book.find(books[2]!.id), null);
    assert.equal(await Book.findBy({ title: "two thin" }), null);
    assert.equal((await Book.select("title").orderBy("id")).length, 2);
    assert.equal((await Book.query().paginate(1, 1)).total, 2);
    await assertQueries(backend, 1, async () => assert.equal((await Book.first())?.title, "one thin"));
  });

  test("the default scope is found out for each query anew", async () => {
    const { books } = await fill();
    const query = Book.query().orderBy("id");
    tenant = 2;
    assert.deepEqual(await query.pluck("title"), ["two thin", "two thick"]);
    assert.equal((await Book.find(books[2]!.id))?.title, "two thin");
    assert.equal(await Book.find(books[0]!.id), null);
    tenant = 1;
    assert.equal((await Book.find(books[0]!.id))?.title, "one thin");
  });

  test("the default scope is in relations, loaded early, late or queried", async () => {
    const { shelf, books } = await fill();
    for (const book of books) await Note.create({ bookId: book.id });
    assert.equal((await shelf.books).length, 2);
    assert.equal(await shelf.books.count(), 2);
    assert.deepEqual(await shelf.books.where({ pages: 900 }).pluck("title"), ["one thick"]);
    const [loaded] = await Shelf.with({ books: (query) => query.orderBy("-id").limit(5) });
    assert.deepEqual([...loaded!.books].map(({ title }) => title), ["one thick", "one thin"]);
    const [all] = await Shelf.with({ books: (query) => query.unscoped() });
    assert.equal(all!.books.length, 4);
    const notes = await Note.orderBy("id").with("book");
    assert.deepEqual(notes.map((note) => note.book.value?.title ?? null), ["one thin", "one thick", null, null]);
    const later = await Note.orderBy("id").all();
    assert.deepEqual([(await later[0]!.book)?.title, await later[2]!.book], ["one thin", null]);
  });

  test("the default scope is in writes of many rows, which still need a condition", async () => {
    const { books } = await fill();
    assert.equal(await Book.where({ pages: 900 }).updateAll({ pages: 901 }), 1);
    assert.equal(await Book.updateMany(books.map(({ id }) => ({ id, title: "changed" }))), 2);
    await errorOf(QueryBuildError, () => Book.query().deleteAll());
    assert.equal(await Book.deleteAll({ all: true }), 2);
    assert.equal(await Book.unscoped().where({ deletedAt: null }).count(), 2);
  });

  test("unscoped() leaves it out, withDeleted() does not", async () => {
    const { books } = await fill();
    await books[1]!.delete();
    assert.equal(await Book.unscoped().count(), 4);
    assert.equal(await Book.count(), 1);
    assert.equal(await Book.withDeleted().count(), 2);
    assert.equal(await Book.onlyDeleted().count(), 1);
    assert.equal((await Book.unscoped().find(books[2]!.id))?.title, "two thin");
  });

  test("records are saved, refreshed and deleted whatever the default scope says", async () => {
    const { books } = await fill();
    const other = books[2]!;
    await other.update({ title: "changed" });
    await other.refresh();
    assert.equal(other.title, "changed");
    await other.forceDelete();
    assert.equal(await Book.unscoped().count(), 3);
  });

  test("a stream keeps the default scope that holds when its first row is asked for", async () => {
    await fill();
    for (const query of [Book.query(), Book.orderBy("-title")]) {
      tenant = 1;
      const rows = query.stream({ batchSize: 1 });
      const titles = [rows.next(), rows.next()];
      tenant = 2;
      for (const title of titles) assert.match((await title).value?.title ?? "", /^one/);
      assert.equal((await rows.next()).done, true);
    }
  });

  test("a default scope that does more than add conditions is refused", async ({ backend }) => {
    const wrong = [
      (query: QueryOf<typeof Shelf>) => query.limit(5),
      (query: QueryOf<typeof Shelf>) => query.orderBy("id"),
      () => Book.query(),
      () => undefined,
      (query: QueryOf<typeof Shelf>) => query.where({ id__in: Looped.select("id") }),
    ];
    class Looped extends Shelf {
      static defaultScope: unknown = wrong[4];
    }
    for (const scope of wrong) {
      class Wrong extends Shelf {
        static defaultScope: unknown = scope;
      }
      const Model = scope === wrong[4] ? Looped : Wrong;
      Model.configure(backend);
      await assertQueries(backend, 0, () => errorOf(ConfigurationError, () => Model.all()));
    }
    class NoFunction extends Shelf {
      static defaultScope = { tenantId: 1 };
    }
    await errorOf(ConfigurationError, () => NoFunction.all());
  });
});
