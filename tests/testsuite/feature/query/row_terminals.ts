import assert from "node:assert/strict";
import { fn, OperationalError, QueryBuildError, RecordNotFound } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Pages of the books of each writer. */
function totals() {
  return Book.where({ writerId__isnull: false }).select({ writerId: Book.c.writerId, pages: fn.sum(Book.c.pages) })
    .groupBy("writerId");
}

/** What a query for plain rows can be asked for. */
export const rowTerminals: SuiteGroup = group("query/row terminals", libraryModels, (test) => {
  test("one() and oneOrFail() of rows give the only one", async () => {
    await fillLibrary();
    const named = (name: string) => Writer.where({ name }).select("id", "name");
    assert.deepEqual(await named("Ada").one(), { id: 1, name: "Ada" });
    assert.deepEqual(await named("Ada").oneOrFail(), { id: 1, name: "Ada" });
    assert.equal(await named("Nobody").one(), null);
    await errorOf(RecordNotFound, () => named("Nobody").oneOrFail());
    const several = Writer.where({ age: 20 }).select("name");
    assert.match((await errorOf(OperationalError, () => several.one())).message, /Expected one Writer/);
    await errorOf(OperationalError, () => several.oneOrFail());
    assert.deepEqual(await several.orderBy("name").limit(1).one(), { name: "Bob" });
    assert.equal(await several.limit(0).one(), null);
    assert.deepEqual(await Writer.select({ n: fn.count() }).oneOrFail(), { n: 4 });
  });

  test("last() of rows is the end of their order, which they must have", async ({ backend }) => {
    await fillLibrary();
    assert.deepEqual(await Writer.select("name").orderBy("name").last(), { name: "Dan" });
    assert.deepEqual(await Writer.select("name").orderBy("name").limit(2).last(), { name: "Bob" });
    assert.deepEqual(await Writer.select("name").orderBy("-name").offset(1).limit(9).last(), { name: "Ada" });
    assert.deepEqual(await totals().orderBy("pages").last(), { writerId: 1, pages: 350 });
    assert.equal(await Writer.where({ id: 99 }).select("name").orderBy("name").last(), null);
    await assertQueries(backend, 0, async () => {
      assert.match((await errorOf(QueryBuildError, () => Writer.select("name").last())).message, /needs orderBy/);
    });
  });

  test("pluck() and pick() of rows give values of their columns", async ({ backend }) => {
    await fillLibrary();
    assert.deepEqual(await totals().orderBy("writerId").pluck("pages"), [350, 70]);
    assert.deepEqual(await totals().orderBy("writerId").pluck("pages", "writerId"), [[350, 1], [70, 2]]);
    assert.equal(await totals().orderBy("pages").pick("pages"), 70);
    assert.deepEqual(await totals().orderBy("pages").pick("writerId", "pages"), [2, 70]);
    assert.equal(await Writer.where({ id: 99 }).select("name").pick("name"), null);
    assert.deepEqual(await Writer.select("age").distinct().where({ age__isnull: false }).orderBy("age").pluck("age"), [
      20,
      36,
    ]);
    await assertQueries(backend, 0, async () => {
      const query = Writer.select("id");
      // @ts-expect-error: a column that was not selected
      const error = await errorOf(QueryBuildError, () => query.pluck("name"));
      assert.match(error.message, /"name" in pluck of Writer.*id/);
      // @ts-expect-error: a column that was not selected
      await errorOf(QueryBuildError, () => query.pick("id", "name"));
      await errorOf(QueryBuildError, () => query.pluck());
    });
  });

  test("orderBy() of rows takes the names of what was selected", async ({ backend }) => {
    await fillLibrary();
    assert.deepEqual(await totals().orderBy("-pages").pluck("writerId"), [1, 2]);
    assert.deepEqual(await totals().orderBy("pages", "writerId").limit(1), [{ writerId: 2, pages: 70 }]);
    const kinds = Writer.select((c) => ({ kind: fn.case().when(c.age.gt(30), "old").else("young") }));
    assert.deepEqual(await kinds.distinct().orderBy("-kind").pluck("kind"), ["young", "old"]);
    const pages = Book.where({ writerId__isnull: false }).select((b) => ({
      writerId: b.writerId,
      pages: fn.sum(b.pages),
    }));
    assert.deepEqual(await pages.groupBy("writerId").orderBy("-pages").pluck("pages"), [350, 70]);
    // A field goes before what is selected under its name, unless that is an aggregate.
    const turned = Writer.select((c) => ({ id: c.id.times(-1), name: c.name })).orderBy("id");
    assert.deepEqual(await turned.pluck("name"), ["Ada", "Bob", "Cid", "Dan"]);
    assert.deepEqual(await Writer.select((c) => ({ years: c.age })).orderBy("-name").pluck("years"), [
      20,
      null,
      20,
      36,
    ]);
    const words = Writer.select((c) => ({ word: fn.concat(c.name, "!") }));
    assert.deepEqual(await words.orderBy("-word").limit(2), [{ word: "Dan!" }, { word: "Cid!" }]);
    const first = await words.orderBy("-word").cursor(null, { size: 3 });
    assert.deepEqual(first.items.map(({ word }) => word), ["Dan!", "Cid!", "Bob!"]);
    assert.deepEqual((await words.orderBy("-word").cursor(first.next, { size: 3 })).items, [{ word: "Ada!" }]);
    assert.deepEqual((await totals().orderBy("-pages").paginate(2, 1)).items, [{ writerId: 2, pages: 70 }]);
    const running = Book.where({ writerId: 1 }).select((c) => ({ sum: fn.sum(c.pages).over({ orderBy: c.id }) }));
    assert.deepEqual(await running.orderBy("-sum").pluck("sum"), [350, 100]);
    const counted = Writer.select((c) => ({
      name: c.name,
      books: Book.where((b) => b.writerId.eq(c.id)).select({ n: fn.count() }).scalar(),
    }));
    assert.deepEqual(await counted.orderBy("-books", "name").pluck("name"), ["Ada", "Bob", "Cid", "Dan"]);
    await assertQueries(backend, 0, async () => {
      // @ts-expect-error: neither selected nor a field
      await errorOf(QueryBuildError, () => totals().orderBy("nope"));
    });
  });

  test("groupBy() of rows takes the names of what was selected", async ({ backend }) => {
    await fillLibrary();
    const kinds = Writer.select((c) => ({ kind: fn.case().when(c.age.gt(30), "old").else("young"), n: fn.count() }));
    assert.deepEqual(await kinds.groupBy("kind").orderBy("kind"), [{ kind: "old", n: 1 }, { kind: "young", n: 3 }]);
    assert.equal(await kinds.groupBy("kind").count(), 2);
    const words = Writer.select((c) => ({ word: fn.concat(fn.left(c.name, 1), "!"), age: c.age, n: fn.count() }));
    assert.deepEqual((await words.where({ age: 20 }).groupBy("word", "age").orderBy("-word")).map(({ word }) => word), [
      "D!",
      "B!",
    ]);
    await assertQueries(backend, 0, async () => {
      const { message } = await errorOf(QueryBuildError, () => kinds.groupBy("n"));
      assert.match(message, /Writer by "n": it is an aggregate/);
      // @ts-expect-error: neither selected nor a field
      await errorOf(QueryBuildError, () => kinds.groupBy("nope"));
    });
  });
});
