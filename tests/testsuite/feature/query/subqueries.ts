import assert from "node:assert/strict";
import { alias, all, any, cte, exists, fn, notExists, QueryBuildError, sql, values } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Queries inside of queries. */
export const subqueries: SuiteGroup = group("query/subqueries", libraryModels, (test) => {
  test("a query is a list for in() and notIn()", async () => {
    await fillLibrary();
    const known = Book.where({ writerId__isnull: false }).select("writerId");
    assert.deepEqual(await Writer.where({ id__in: known }).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Writer.where((c) => c.id.notIn(known)).orderBy("id").ids(), [3, 4]);
    assert.deepEqual(await Writer.where({ id__in: known.where({ pages__lt: 80 }) }).ids(), [2]);
  });

  test("a query in SQL text may use columns of the query around, though it has columns of the same names", async () => {
    await fillLibrary();
    const { c } = Writer;
    const writing = sql`exists (select 1 from books where ${Book.c.writerId} = ${c.id})`;
    assert.deepEqual(await Writer.where(writing).orderBy("id").ids(), [1, 2]);
    const count = sql<number>`(select count(*) from books where books.writer_id = ${c.id})`;
    assert.deepEqual(
      (await Writer.select({ id: c.id, count }).orderBy("id")).map(({ id, count }) => [id, Number(count)]),
      await Promise.all(
        [1, 2, 3, 4].map(async (id) => [id, await Book.query().withDeleted().where({ writerId: id }).count()]),
      ),
    );
    assert.equal(await Writer.where(writing).updateAll({ age: 50 }), 2);
    assert.equal(await Writer.where(sql`not ${writing}`).deleteAll(), 2);
  });

  test("exists() and notExists() may use columns of the query around", async () => {
    await fillLibrary();
    const books = (c: typeof Writer.c) => Book.where((b) => b.writerId.eq(c.id));
    assert.deepEqual(await Writer.where((c) => exists(books(c))).orderBy("id").ids(), [1, 2]);
    assert.deepEqual(await Writer.where((c) => notExists(books(c))).orderBy("id").ids(), [3, 4]);
    assert.deepEqual(
      await Writer.where((c) => exists(books(c).where({ pages: 70 })).or(c.name.eq("Dan"))).orderBy("id").ids(),
      [
        2,
        4,
      ],
    );
    const other = alias(Writer, "other");
    const oldest = Writer.where((c) => notExists(other.query().where((o) => o.age.gt(c.age))).and(c.age.isNotNull()));
    assert.deepEqual(await oldest.pluck("name"), ["Ada"]);
  });

  test("a query in the selection of groups may use what they are grouped by, whatever they are read from", async () => {
    await fillLibrary();
    const ages = Writer.where({ age__isnull: false }).select("age");
    for (const table of [ages, cte("ages", ages)]) {
      const rows = await Writer.query().from(table, "ages").groupBy("age").orderBy("age").select((row) => ({
        age: row.age,
        writers: Writer.where((own) => own.age.eq(row.age)).select({ n: fn.count() }).scalar(),
        isRare: fn.count().notIn(Book.where((book) => book.pages.gt(row.age)).select("id")),
      }));
      assert.deepEqual(rows, [
        { age: 20, writers: 2, isRare: false },
        { age: 36, writers: 1, isRare: false },
      ]);
    }
  });

  test("a condition of groups may use what a query computes and they are grouped by, under any name", async () => {
    await fillLibrary();
    const decades = Writer.where({ age__isnull: false }).select((c) => ({
      decade: fn.quotient(c.age, 10),
      initial: fn.lower(fn.left(c.name, 1)),
    }));
    for (const table of [decades, cte("decades", decades)]) {
      const grouped = Writer.query().from(table, "decades").groupBy("decade", "initial").orderBy("initial")
        .having((row) => row.decade.plus(1).lt(4).and(row.initial.ne("a")));
      assert.deepEqual(await grouped.select((row) => ({ letter: row.initial, n: fn.count() })), [
        { letter: "b", n: 1 },
        { letter: "d", n: 1 },
      ]);
      assert.deepEqual(await grouped.select((row) => ({ n: fn.max(row.decade) })), [{ n: 2 }, { n: 2 }]);
    }
  });

  test("an aggregate aggregates what a query aggregates, in which another depends on it", async () => {
    await fillLibrary();
    const own = alias(Book, "own");
    const isFirst = notExists(Book.where((book) => book.pages.lt(own.c.pages)));
    const least = fn.coalesce(own.query().where(isFirst).select({ n: fn.max(own.c.pages) }).scalar(), 0);
    assert.deepEqual(await Writer.query().select({ sum: fn.sum(Writer.c.id.plus(least)), n: fn.count() }), [
      { sum: 290, n: 4 },
    ]);
    const perAge = Writer.where({ age__isnull: false }).groupBy("age").orderBy("age").select((c) => ({
      age: c.age,
      most: fn.max(c.id.plus(least)),
    }));
    assert.deepEqual(await perAge, [{ age: 20, most: 74 }, { age: 36, most: 71 }]);
  });

  test("several aggregates aggregate what is found in queries inside of queries", async () => {
    await fillLibrary();
    const [own, other] = [alias(Writer, "own"), alias(Book, "other")];
    const written = (c: typeof Writer.c, none: boolean) =>
      own.query().where(own.c.id.in(
        other.query().where(other.c.writerId.eq(c.id).and(other.c.id.in(none ? [] : [1, 2, 3, 4]))).select("writerId"),
      )).select("id");
    const rows = await Writer.query().groupBy("age").orderBy((c) => c.age.asc({ nulls: "last" })).select((c) => ({
      age: c.age,
      none: fn.count(fn.case().when(c.id.in(written(c, true)), 1).end()),
      some: fn.count(fn.case().when(c.id.in(written(c, false)), 1).end()),
    }));
    assert.deepEqual(rows, [
      { age: 20, none: 0, some: 1 },
      { age: 36, none: 0, some: 1 },
      { age: null, none: 0, some: 0 },
    ]);
  });

  test("an aggregate of what is found in queries inside of queries may stand in several places", async () => {
    await fillLibrary();
    const [own, other] = [alias(Writer, "own"), alias(Book, "other")];
    const written = (c: typeof Writer.c) =>
      own.query().where(
        own.c.id.in([]).and(
          notExists(other.query().where(exists(Book.where((book) => book.writerId.eq(c.id))))),
        ),
      ).select("id");
    const none = (c: typeof Writer.c) => fn.max(fn.case().when(c.id.notIn(written(c)), c.name).end());
    const rows = await Writer.query().groupBy("age").orderBy((c) => c.age.asc({ nulls: "last" })).select((c) => ({
      name: none(c),
      other: fn.nullif(none(c), "Dan"),
    }));
    assert.deepEqual(rows, [{ name: "Dan", other: null }, { name: "Ada", other: "Ada" }, {
      name: "Cid",
      other: "Cid",
    }]);
    assert.deepEqual(
      await Writer.query().groupBy("age").having((c) => none(c).lt("B")).select((c) => ({ x: none(c) })),
      [
        { x: "Ada" },
      ],
    );
  });

  test("an alias is queried like its model", async () => {
    await fillLibrary();
    const other = alias(Writer, "other");
    assert.deepEqual(await other.query().where({ age__gt: 20 }).orderBy("-id").pluck("name"), ["Ada"]);
    assert.equal((await other.query().find(2))?.name, "Bob");
    assert.equal((await other.query().last())?.name, "Dan");
    const batches: number[] = [];
    for await (const batch of other.query().inBatches({ size: 3 })) batches.push(batch.length);
    assert.deepEqual(batches, [3, 1]);
    assert.deepEqual(await other.query().whereHas("books").orderBy("id").ids(), [1, 2]);
    const withdrawn = alias(Book, "withdrawn");
    assert.equal(await withdrawn.query().count(), 4);
    assert.equal(await withdrawn.query().onlyDeleted().count(), 1);
  });

  test("scalar() is one value, in a selection, a condition and an order", async () => {
    await fillLibrary();
    const pages = (c: typeof Writer.c) =>
      Book.where((b) => b.writerId.eq(c.id)).select({ pages: fn.sum(Book.c.pages) }).scalar();
    assert.deepEqual(await Writer.query().orderBy("id").select((c) => ({ name: c.name, pages: pages(c) })), [
      { name: "Ada", pages: 350 },
      { name: "Bob", pages: 70 },
      { name: "Cid", pages: null },
      { name: "Dan", pages: null },
    ]);
    assert.deepEqual(await Writer.where((c) => pages(c).gt(100)).ids(), [1]);
    const average = Writer.query().select({ age: fn.avg(Writer.c.age) }).scalar();
    assert.deepEqual(await Writer.where((c) => c.age.gt(average)).ids(), [1]);
    assert.deepEqual(await Writer.where({ id__lt: 3 }).orderBy((c) => pages(c).asc()).ids(), [2, 1]);
    await errorOf(QueryBuildError, () => Writer.select("id", "name").scalar());
  });

  test("any() and all() compare with every row, and are unknown where a comparison is", async () => {
    await fillLibrary();
    const ages = (ids: number[]) => Writer.where({ id__in: ids }).select("age");
    const ids = (query: { ids(): Promise<unknown[]> }) => query.ids();
    assert.deepEqual(await ids(Writer.where((c) => c.age.gt(any(ages([2, 4])))).orderBy("id")), [1]);
    assert.deepEqual(await ids(Writer.where((c) => c.age.eq(any(ages([2, 3])))).orderBy("id")), [2, 4]);
    assert.deepEqual(await ids(Writer.where((c) => c.age.gte(all(ages([1, 2])))).orderBy("id")), [1]);
    // Cid's age is not known, so it is not known whether anybody is at least as old as all.
    assert.deepEqual(await ids(Writer.where((c) => c.age.gte(all(ages([1, 2, 3]))))), []);
    assert.deepEqual(
      await ids(
        Writer.where((c) => c.age.gte(all(ages([1, 2, 3]))).not())
          .orderBy("id"),
      ),
      [2, 4],
    );
    assert.deepEqual(await ids(Writer.where((c) => c.age.gt(all(ages([])))).orderBy("id")), [1, 2, 3, 4]);
    assert.deepEqual(await ids(Writer.where((c) => c.age.gt(any(ages([]))))), []);
    await errorOf(QueryBuildError, () => any(Writer.select("id", "name")));
  });

  test("from() reads from a query like from a table", async () => {
    await fillLibrary();
    const totals = Book.query().select({ writer: Book.c.writerId, books: fn.count(), price: fn.max(Book.c.price) })
      .groupBy("writerId");
    const rows = Writer.query().from(totals).where({ books__gte: 1, writer__isnull: false });
    assert.deepEqual(await rows.orderBy("-books"), [
      { writer: 1, books: 2, price: "10.00" },
      { writer: 2, books: 1, price: "0.10" },
    ]);
    assert.equal(await rows.count(), 2);
    assert.equal(await rows.sum("books"), 3);
    assert.deepEqual(await rows.select((c) => ({ most: fn.max(c.books) })), [{ most: 2 }]);
    assert.deepEqual(
      await rows.join({ w: Writer }, (c, j) => j.w.id.eq(c.writer)).orderBy("-books").select((c, j) => ({
        name: j.w.name,
        books: c.books,
      })),
      [{ name: "Ada", books: 2 }, { name: "Bob", books: 1 }],
    );
    const adults = await Writer.query().from(Writer.where({ age__gt: 30 }), "adults").select("name");
    assert.deepEqual(adults, [{ name: "Ada" }]);
    // @ts-expect-error: the table has no such column
    await errorOf(QueryBuildError, () => rows.where({ pages: 1 }));
  });

  test("values() keeps long texts and bytes whole, beside short ones", async () => {
    const [text, blob] = ["é".repeat(100_000), new Uint8Array(100_000).fill(65)];
    const rows = await Writer.query().from(
      values({ n: "int", text: "string", blob: "bytes" }, [
        { n: 1, text, blob },
        { n: 2, text: "x", blob: new Uint8Array([1]) },
      ]),
    ).orderBy("n");
    assert.deepEqual(rows.map((row) => [row.text.length, row.blob.length]), [[100_000, 100_000], [1, 1]]);
    assert.equal(rows[0]!.text, text);
  });

  test("values() is a table of what is given", async () => {
    await fillLibrary();
    const at = new Date(5);
    const given = values({ id: Writer.c.id, nick: "string", since: "date", good: "boolean", price: "decimal" }, [
      { id: 1, nick: "it's", since: at, good: true, price: "1.50" },
      { id: 3, nick: "c", since: new Date(6), good: false, price: "10.00" },
    ]);
    const rows = await Writer.query().join({ given }, (c, j) => j.given.id.eq(c.id)).orderBy("id")
      .select((c, j) => ({ name: c.name, nick: j.given.nick, since: j.given.since, good: j.given.good }));
    assert.deepEqual(rows, [
      { name: "Ada", nick: "it's", since: at, good: true },
      { name: "Cid", nick: "c", since: new Date(6), good: false },
    ]);
    assert.deepEqual(await Writer.query().from(given).where({ price__gt: "2" }).select("price"), [{ price: "10.00" }]);
    assert.deepEqual(await Writer.query().from(values({ id: "int" }, [])), []);
    const many = values({ n: "int" }, Array.from({ length: 700 }, (_, n) => ({ n })));
    assert.equal(await Writer.query().from(many).sum("n"), 700 * 699 / 2);
    await errorOf(QueryBuildError, () => values({}, []));
    await errorOf(QueryBuildError, () => values({ id: "nope" as "int" }, []));
    await errorOf(QueryBuildError, () => values({ id: "int", name: "string" }, [{ id: 1 } as never]));
  });

  test("long values of an inner query come out whole", async () => {
    const word = "😀é".repeat(35_000);
    const file = new Uint8Array(100_000).fill(7);
    const list = { words: ["x".repeat(70_000), "y"] };
    const given = values({ word: "string", file: "bytes", list: "json" }, [
      { word, file, list },
      { word: "short", file: new Uint8Array(1), list: null },
    ]);
    const row = (await Writer.query().from(given)).find((one) => one.word !== "short");
    assert.ok(row?.word === word);
    assert.deepEqual([row.file.length, row.file.at(-1)], [100_000, 7]);
    assert.deepEqual(row.list, list);
  });
});
