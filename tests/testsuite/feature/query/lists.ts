import assert from "node:assert/strict";
import { cube, fn, groupingSets, QueryBuildError, rollup, UnsupportedFeatureError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const { c } = Book;

/** Aggregates with filters and orders, lists, and groups of groups. */
export const lists: SuiteGroup = group("query/lists and groups", libraryModels, (test) => {
  test("aggregates take a filter and distinct", async () => {
    await fillLibrary();
    const [row] = await Book.query().select({
      long: fn.count(null, { filter: c.pages.gte(100) }),
      pages: fn.sum(c.pages, { filter: c.writerId.isNotNull() }),
      price: fn.max(c.price, { filter: c.pages.lt(200) }),
      nothing: fn.sum(c.pages, { filter: c.pages.gt(1000) }),
      writers: fn.count(c.writerId, { distinct: true }),
      known: fn.avg(c.pages, { filter: c.writerId.eq(1) }),
    });
    assert.deepEqual(row, { long: 3, pages: 420, price: "10.00", nothing: null, writers: 2, known: 175 });
  });

  test("groupConcat() joins texts", async () => {
    await fillLibrary();
    const [row] = await Book.where({ writerId: 2 }).select({
      titles: fn.groupConcat(c.title),
      ids: fn.groupConcat(c.id),
    });
    assert.deepEqual(row, { titles: "Looms", ids: "3" });
    assert.deepEqual(await Book.where({ id: 99 }).select({ titles: fn.groupConcat(c.title) }), [{ titles: null }]);
    const [all] = await Book.query().select({
      writers: fn.groupConcat(c.writerId, { separator: " + ", distinct: true }),
    });
    assert.deepEqual(all!.writers!.split(" + ").sort(), ["1", "2"]);
  });

  test("arrayAgg() and jsonAgg() give lists", async () => {
    await fillLibrary();
    const [row] = await Book.where({ writerId: 1 }).select({
      prices: fn.arrayAgg(c.price),
      deleted: fn.arrayAgg(c.deletedAt),
      books: fn.jsonAgg(fn.jsonObject({ title: c.title, long: c.pages.gt(100), price: c.price, none: c.deletedAt })),
    });
    assert.deepEqual(row!.prices!.toSorted(), ["10.00", "9.50"]);
    assert.deepEqual(row!.deleted, [null, null]);
    const books = row!.books!.toSorted((a, b) => a.title.localeCompare(b.title));
    assert.deepEqual(books.map(({ title, long, none }) => [title, long, none]), [
      ["Engines", false, null],
      ["Notes", true, null],
    ]);
    assert.deepEqual(books.map(({ price }) => Number(price)), [10, 9.5]);
    assert.deepEqual(await Book.where({ id: 99 }).select({ ids: fn.arrayAgg(c.id), all: fn.jsonAgg(c.id) }), [
      { ids: null, all: null },
    ]);
  });

  test("lists have an order", { requires: ["aggregate.orderBy"] }, async () => {
    await fillLibrary();
    const [row] = await Book.query().select({
      titles: fn.groupConcat(c.title, { separator: "|", orderBy: c.title.desc() }),
      ids: fn.arrayAgg(c.id, { orderBy: [c.pages.desc(), c.id] }),
      prices: fn.jsonAgg(c.id, { orderBy: c.price, filter: c.id.lt(4) }),
    });
    assert.deepEqual(row, { titles: "Notes|Looms|Engines|Beowulf", ids: [4, 2, 1, 3], prices: [3, 2, 1] });
  });

  test("subtotals by rollup(), cube() and groupingSets(), or a refusal", async ({ backend }) => {
    await fillLibrary();
    const base = Book.where({ writerId__isnull: false }).select({
      writer: c.writerId,
      title: c.title,
      pages: fn.sum(c.pages),
    });
    const cases = [
      ["rollup", rollup(c.writerId, c.title), 6],
      ["cube", cube(c.writerId, c.title), 9],
      ["groupingSets", groupingSets([c.writerId], []), 3],
    ] as const;
    for (const [capability, grouping, rows] of cases) {
      const query = (capability === "groupingSets" ? base.select({ writer: c.writerId, pages: fn.sum(c.pages) }) : base)
        .groupBy(grouping);
      if (!backend.supports(capability)) {
        const error = await assertQueries(backend, 0, () => errorOf(UnsupportedFeatureError, () => query.all()));
        assert.equal(error.feature, capability);
        continue;
      }
      const found = await query;
      assert.equal(found.length, rows);
      assert.equal(found.filter(({ pages }) => pages === 420).length, 1);
    }
    await errorOf(QueryBuildError, () => rollup());
    await errorOf(QueryBuildError, () => cube("id" as never));
  });

  test("a group is found again by an equal expression, in the order and among the selected too", async () => {
    const length = () => fn.coalesce(fn.length(Writer.c.name), 0);
    const rows = await Writer.query().select({ length: length(), writers: fn.count() }).groupBy(length()).orderBy(
      length(),
    );
    const lengths = rows.map((row) => Number(row.length));
    assert.deepEqual(lengths, [...new Set(lengths)].sort((a, b) => a - b));
    const distinct = await Writer.query().distinct().select({ length: length() }).orderBy(length());
    assert.deepEqual(distinct.map((row) => Number(row.length)), lengths);
    const error = await errorOf(
      QueryBuildError,
      () => Writer.query().select({ length: length(), writers: fn.count() }).groupBy(length()).orderBy("name"),
    );
    assert.match(error.message, /orderBy\(\) of Writer names a column that is neither grouped nor aggregated/);
  });

  test("a selection that is neither grouped nor aggregated is refused", async () => {
    const mixed = await errorOf(
      QueryBuildError,
      () => Writer.query().select({ name: Writer.c.name, n: fn.count() }).all(),
    );
    assert.match(mixed.message, /"name" in select of Writer is neither grouped nor aggregated/);
    await errorOf(QueryBuildError, () => Writer.select("name").groupBy("age").all());
    await errorOf(
      QueryBuildError,
      () => Writer.query().select({ next: Writer.c.age.plus(1), n: fn.count() }).groupBy("id2" as "id").all(),
    );
    await errorOf(QueryBuildError, () => Writer.select("name").having(Writer.c.age.gt(1)).all());
    await errorOf(QueryBuildError, () => Writer.where(fn.count().gt(1)).all());
    await errorOf(QueryBuildError, () => Writer.where((w) => w.id.in([1]).and(fn.sum(w.age).gt(1))).count());
    await errorOf(QueryBuildError, () => Writer.query().select({ n: fn.sum(fn.count() as never) }).all());
    await errorOf(QueryBuildError, () => Writer.query().select({ n: fn.count() }).groupBy(fn.count()).all());
    await errorOf(QueryBuildError, () => fn.count(null, { order: 1 } as never));
    await errorOf(QueryBuildError, () => fn.groupConcat(c.title, { separator: 1 as never }));
  });

  test("a group may be an expression of what is selected, and a key settles its row", async () => {
    await fillLibrary();
    const initial = fn.left(c.title, 1);
    const rows = await Book.query().select({ initial, lower: fn.lower(initial), n: fn.count() }).groupBy(initial)
      .orderBy(initial);
    assert.deepEqual(rows.map(({ initial, lower, n }) => [initial, lower, n]), [
      ["B", "b", 1],
      ["E", "e", 1],
      ["L", "l", 1],
      ["N", "n", 1],
    ]);
    const byKey = Writer.query().leftJoin("books").select((w, j) => ({ name: w.name, books: fn.count(j.books.id) }))
      .groupBy("id").orderBy("id");
    assert.deepEqual(await byKey, [
      { name: "Ada", books: 2 },
      { name: "Bob", books: 1 },
      { name: "Cid", books: 0 },
      { name: "Dan", books: 0 },
    ]);
  });
});
