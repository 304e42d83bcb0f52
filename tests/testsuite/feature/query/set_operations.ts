import assert from "node:assert/strict";
import { cte, fn, QueryBuildError, UnsupportedFeatureError, values } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const id = (n: number) => Writer.where({ id: n });

/** Rows of several queries put together. */
export const setOperations: SuiteGroup = group("query/set operations", libraryModels, (test) => {
  test("union() gives records once, unionAll() as often as they come", async () => {
    await fillLibrary();
    const both = Writer.where({ age: 20 }).union(Writer.where({ id__gte: 3 }));
    const records = await both.orderBy("id");
    assert.deepEqual(records.map((writer) => [writer.id, writer instanceof Writer, writer.isPersisted]), [
      [2, true, true],
      [3, true, true],
      [4, true, true],
    ]);
    assert.deepEqual(await id(1).unionAll(id(1), id(2)).orderBy("id").ids(), [1, 1, 2]);
    assert.equal(await both.count(), 3);
    assert.equal(await both.exists(), true);
    assert.equal((await both.first())?.id, 2);
    assert.equal((await both.last())?.id, 4);
    assert.equal((await both.with("books").find(2))?.books.length, 1);
  });

  test("conditions, orders and limits that follow are those of the whole", async () => {
    await fillLibrary();
    const both = Writer.where({ age: 20 }).union(Writer.where({ id__gte: 3 }));
    assert.deepEqual(await both.where({ age: 20 }).orderBy("-id").ids(), [4, 2]);
    assert.deepEqual(await both.orderBy("-id").limit(1).offset(1).ids(), [3]);
    const limited = Writer.query().orderBy("-id").limit(1).union(Writer.query().orderBy("id").limit(1));
    assert.deepEqual(await limited.orderBy("id").ids(), [1, 4]);
    assert.deepEqual(await both.join("books").pluck("name"), ["Bob"]);
    assert.deepEqual(await both.whereHas("books").pluck("name"), ["Bob"]);
  });

  test(
    "intersect() and except() compare whole rows; operations nest",
    { requires: ["intersect", "except"] },
    async () => {
      await fillLibrary();
      const young = Writer.where({ age: 20 });
      assert.deepEqual(await young.intersect(Writer.where({ editorId: null })).ids(), [4]);
      assert.deepEqual(await young.except(Writer.where({ editorId: null })).ids(), [2]);
      // Without nesting the last two would come first, or the first two, by the rules of the database.
      assert.deepEqual(await id(1).union(young.intersect(id(4))).orderBy("id").ids(), [1, 4]);
      assert.deepEqual(await id(4).union(id(1)).intersect(id(1)).ids(), [1]);
      assert.deepEqual(await Writer.query().except(id(1).union(id(2)), id(3)).ids(), [4]);
      const ids = Writer.query().select("id").intersect(Book.query().select("id").where({ pages__gt: 80 }));
      assert.deepEqual(await ids.orderBy("-id"), [{ id: 4 }, { id: 2 }, { id: 1 }]);
    },
  );

  test("intersectAll() and exceptAll() count equal rows", {
    requires: ["intersectAll", "exceptAll"],
  }, async () => {
    await fillLibrary();
    const rows = (...numbers: readonly (number | null)[]) =>
      Writer.query().from(values({ n: Writer.c.age }, numbers.map((n) => ({ n }))));
    const found = async (query: PromiseLike<{ n: number | null }[]>) =>
      (await query).map(({ n }) => n).toSorted((a, b) => (a ?? 0) - (b ?? 0));
    const left = rows(1, 1, 1, 2, 3, 3, null, null);
    const right = rows(1, 1, 3, 4, null);
    assert.deepEqual(await found(left.intersectAll(right)), [null, 1, 1, 3]);
    assert.deepEqual(await found(right.intersectAll(left)), [null, 1, 1, 3]);
    assert.deepEqual(await found(left.exceptAll(right)), [null, 1, 2, 3]);
    assert.deepEqual(await found(right.exceptAll(left)), [4]);
    assert.deepEqual(await found(left.exceptAll(rows(1), rows(1, 3), right)), [null, 2]);
    assert.deepEqual(await found(left.intersectAll(right, rows(1, 1, 1, 2))), [1, 1]);
    assert.deepEqual(await found(left.exceptAll(right).unionAll(right.exceptAll(left)).exceptAll(rows(2))), [
      null,
      1,
      3,
      4,
    ]);
    assert.equal(await left.exceptAll(right).count(), 4);
    assert.deepEqual(await left.exceptAll(right).where({ n__gte: 2 }).orderBy("-n").limit(1), [{ n: 3 }]);
  });

  test("intersectAll() and exceptAll() of records, of several columns, and in a list", {
    requires: ["intersectAll", "exceptAll"],
  }, async () => {
    await fillLibrary();
    const twice = Writer.query().unionAll(Writer.query());
    const records = await twice.exceptAll(id(1), id(1), id(2)).orderBy("id");
    assert.deepEqual(records.map((writer) => [writer.id, writer instanceof Writer]), [
      [2, true],
      [3, true],
      [3, true],
      [4, true],
      [4, true],
    ]);
    assert.deepEqual(await twice.intersectAll(Writer.where({ age: 20 }).unionAll(id(2))).orderBy("id").ids(), [
      2,
      2,
      4,
    ]);
    const young = Writer.where({ age: 20 }).select("id", "age");
    const pairs = young.unionAll(young).exceptAll(Writer.where({ id: 2 }).select("id", "age"));
    assert.deepEqual(await pairs.orderBy("id"), [{ id: 2, age: 20 }, { id: 4, age: 20 }, { id: 4, age: 20 }]);
    const ids = Writer.select("id").exceptAll(Writer.where({ age: 20 }).select("id"));
    assert.deepEqual(await Writer.where({ id__in: ids }).orderBy("id").ids(), [1, 3]);
    const limited = Writer.query().orderBy("-id").limit(2).intersectAll(Writer.query().orderBy("id").limit(3));
    assert.deepEqual(await limited.ids(), [3]);
  });

  test("set operations that the database cannot do are refused before anything is sent", async ({ backend }) => {
    for (const operation of ["intersect", "intersectAll", "except", "exceptAll"] as const) {
      if (backend.supports(operation)) continue;
      await assertQueries(backend, 0, async () => {
        await errorOf(UnsupportedFeatureError, async () => await id(1)[operation](id(2)));
        await errorOf(UnsupportedFeatureError, async () => await Writer.select("id")[operation](Writer.select("id")));
      });
    }
  });

  test("default scopes hold in each part", async () => {
    await fillLibrary();
    assert.equal(await Book.where({ id: 5 }).union(Book.where({ id: 1 })).count(), 1);
    assert.equal(await Book.withDeleted().where({ id: 5 }).union(Book.where({ id: 1 })).count(), 2);
  });

  test("rows of different models with the same columns", async () => {
    await fillLibrary();
    const names = Writer.query().select({ name: Writer.c.name, kind: fn.lower("WRITER") })
      .union(Book.query().select({ kind: fn.lower("BOOK"), name: Book.c.title })); // in another order
    assert.deepEqual(await names.where({ name__startswith: "B" }).orderBy("name"), [
      { name: "Beowulf", kind: "book" },
      { name: "Bob", kind: "writer" },
    ]);
    assert.equal(await names.count(), 8);
    const ages = Writer.select("age").unionAll(Writer.select("age"));
    assert.equal(await ages.count(), 8);
    assert.equal(await ages.sum("age"), 152);
    const prices = Book.query().select("price").union(Book.where({ id: 1 }).select("price"));
    assert.deepEqual(await prices.orderBy("price"), [{ price: "0.10" }, { price: "9.50" }, { price: "10.00" }, {
      price: "12.25",
    }]);
  });

  test("a set operation in a list, in a subquery and under a name", { requires: ["cte"] }, async () => {
    await fillLibrary();
    const ids = Writer.where({ name: "Ada" }).select("id").union(Writer.where({ name: "Cid" }).select("id"));
    assert.deepEqual(await Writer.where({ id__in: ids }).orderBy("id").pluck("name"), ["Ada", "Cid"]);
    assert.deepEqual(await Writer.query().from(cte("chosen", ids)).orderBy("id"), [{ id: 1 }, { id: 3 }]);
    assert.deepEqual(await Writer.query().join({ ids }, (c, j) => j.ids.id.eq(c.id)).orderBy("id").ids(), [1, 3]);
  });

  test("queries of different width or of different models are refused", async () => {
    // @ts-expect-error: other columns
    const error = await errorOf(QueryBuildError, () => Writer.select("id", "name").union(Writer.select("id")));
    assert.match(error.message, /union queries of different width: id, name and id/);
    await errorOf(QueryBuildError, () => Writer.select("id").union(Writer.select("name") as never));
    await errorOf(QueryBuildError, () => Writer.query().union(Book.query() as never));
    await errorOf(QueryBuildError, () => Writer.query().union());
    const wide = await errorOf(
      QueryBuildError,
      () => Writer.select("id", "name").exceptAll(Writer.select("id") as never),
    );
    assert.match(wide.message, /exceptAll queries of different width: id, name and id/);
    await errorOf(QueryBuildError, () => Writer.query().intersectAll(Book.query() as never));
    await errorOf(QueryBuildError, () => Writer.query().union(Writer.query()).limit(-1));
  });
});
