import assert from "node:assert/strict";
import { fn, QueryBuildError, RelationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Conditions on relations, and values about them. */
export const relationConditions: SuiteGroup = group("query/relation conditions", libraryModels, (test) => {
  test("whereHas() keeps records that have rows, whereDoesntHave() the others", async () => {
    await fillLibrary();
    assert.deepEqual(await Writer.query().whereHas("books").orderBy("id").pluck("name"), ["Ada", "Bob"]);
    assert.deepEqual(await Writer.query().whereDoesntHave("books").orderBy("id").pluck("name"), ["Cid", "Dan"]);
    const long = Writer.query().whereHas("books", (q) => q.where({ pages__gt: 90 }));
    assert.deepEqual(await long.pluck("name"), ["Ada"]);
    assert.deepEqual(
      await Writer.query().whereDoesntHave("books", (q) => q.where({ pages__gt: 90 })).orderBy("id").ids(),
      [2, 3, 4],
    );
    assert.deepEqual(await Book.query().whereHas("writer", (q) => q.where({ name: "Bob" })).pluck("title"), ["Looms"]);
    assert.deepEqual(await Writer.where({ name: "Dan" }).orWhereHas("books").orderBy("id").ids(), [1, 2, 4]);
  });

  test("deleted rows do not count, unless the modifier asks for them", async () => {
    await fillLibrary();
    const withdrawn = { title: "Withdrawn" };
    assert.equal(await Writer.query().whereHas("books", (q) => q.where(withdrawn)).count(), 0);
    assert.equal(await Writer.query().whereHas("books", (q) => q.withDeleted().where(withdrawn)).count(), 1);
    const reviewed = Writer.query().whereHas("books.reviews", (q) => q.where({ text: "gone" }));
    assert.equal(await reviewed.count(), 0);
  });

  test("paths and nested conditions reach further, also to the same table", async () => {
    await fillLibrary();
    const praised = Writer.query().whereHas("books.reviews", (q) => q.where({ stars__gte: 5 }));
    assert.deepEqual(await praised.pluck("name"), ["Ada"]);
    const nested = Writer.query().whereHas("books", (q) => q.whereHas("reviews").whereDoesntHave("writer.editor"));
    assert.deepEqual(await nested.pluck("name"), ["Ada"]);
    assert.deepEqual(await Writer.query().whereHas("protegees").orderBy("id").pluck("name"), ["Ada", "Bob"]);
    assert.deepEqual(await Writer.query().whereHas("protegees.protegees").pluck("name"), ["Ada"]);
    assert.deepEqual(
      await Writer.query().whereHas("editor", (q) => q.where({ name: "Ada" }).orWhere({ name: "Bob" })).orderBy("id")
        .ids(),
      [2, 3],
    );
    const joined = Writer.query().whereHas("books", (q) => q.join("reviews").where((_, j) => j.reviews.stars.eq(4)));
    assert.deepEqual(await joined.pluck("name"), ["Bob"]);
  });

  test("withCount() puts the number of rows on the record, with the same statement", async ({ backend }) => {
    await fillLibrary();
    await assertQueries(backend, 1, async () => {
      const writers = await Writer.query().withCount("books").withCount({ protegees: (q) => q.where({ name: "Bob" }) })
        .orderBy(
          "id",
        );
      assert.deepEqual(
        writers.map((writer) => [writer.name, writer.booksCount, writer.protegeesCount]),
        [["Ada", 2, 1], ["Bob", 1, 0], ["Cid", 0, 0], ["Dan", 0, 0]],
      );
    });
  });

  test("records are ordered by what is read with them, also where only a part of them is read", async () => {
    await fillLibrary();
    const counted = Writer.query().withCount("books");
    const most = counted.orderBy("-booksCount", "-name");
    assert.deepEqual((await most).map(({ name }) => name), ["Ada", "Bob", "Dan", "Cid"]);
    assert.deepEqual(await most.pluck("name"), ["Ada", "Bob", "Dan", "Cid"]);
    assert.deepEqual([(await most.first())?.name, (await most.last())?.name, await most.count()], ["Ada", "Cid", 4]);
    assert.deepEqual((await most.limit(2).offset(1)).map(({ name }) => name), ["Bob", "Dan"]);
    const read = counted.with("books").withAggregate("longest", "books", (b) => fn.max(b.id)).where({ id__lte: 2 });
    assert.deepEqual((await read.orderBy("longest")).map(({ booksCount }) => booksCount), [2, 1]);
    assert.deepEqual((await most.distinct()).map(({ name }) => name), ["Ada", "Bob", "Dan", "Cid"]);
    const page = await most.paginate(2, 3);
    assert.deepEqual(page.items.map(({ name }) => name), ["Cid"]);
    const { items, next } = await most.cursor(null, { size: 1 });
    const following = await most.cursor(next, { size: 2 });
    assert.deepEqual([...items, ...following.items].map(({ name }) => name), ["Ada", "Bob", "Dan"]);
    const streamed: string[] = [];
    for await (const { name } of most.stream()) streamed.push(name);
    assert.deepEqual(streamed, ["Ada", "Bob", "Dan", "Cid"]);
  });

  test("records are ordered by any of several values that are read with them, whatever else is said in between", async () => {
    await fillLibrary();
    const counted = Writer.query().withCount("books").withCount("protegees")
      .withAggregate("pages", "books", (b) => fn.sum(b.pages)).where({ id__lte: 3 }).with("books").limit(2);
    const names = async (query: PromiseLike<readonly Writer[]>) => (await query).map(({ name }) => name);
    assert.deepEqual(await names(counted.orderBy("-booksCount", "protegeesCount")), ["Ada", "Bob"]);
    assert.deepEqual(await names(counted.orderBy("booksCount").limit(3)), ["Cid", "Bob", "Ada"]);
    assert.deepEqual(await names(counted.where({ id__lte: 2 }).orderBy("pages", "booksCount")), ["Bob", "Ada"]);
    const joined = counted.leftJoin("books").orderBy("booksCount", (_, j) => j.books.id).limit(2);
    assert.deepEqual((await joined).map((writer) => [writer.name, writer.booksCount]), [["Cid", 0], ["Bob", 1]]);
  });

  test("what is read with records is ordered by its value, and not by the text that a database may keep it as", async () => {
    await fillLibrary();
    const weighed = Writer.query().where({ id__lte: 2 }).withAggregate(
      "weight",
      "books",
      (b) => fn.sum(fn.cast(fn.case().when(b.writerId.eq(1), 5).else(9), "decimal")),
    );
    assert.deepEqual((await weighed.orderBy("-weight")).map(({ name, weight }) => [name, Number(weight)]), [
      ["Ada", 10],
      ["Bob", 9],
    ]);
  });

  test("a record with a count is a record like others", async () => {
    await fillLibrary();
    const [ada] = await Writer.query().withCount("books").with("books").where({ id: 1 });
    assert.equal(ada!.booksCount, 2);
    assert.equal(ada!.books.length, 2);
    assert.equal(ada!.isDirty, false);
    assert.throws(() => Object.assign(ada!, { booksCount: 3 }), TypeError);
    ada!.age = 37;
    assert.equal(await ada!.save(), 1);
    assert.equal((await Writer.find(1))?.age, 37);
  });

  test("withAggregate() puts any aggregate of a relation on the record", async () => {
    await fillLibrary();
    const writers = await Writer.query()
      .withAggregate("pages", "books", (b) => fn.sum(b.pages))
      .withAggregate("cheapest", "books", (b) => fn.min(b.price))
      .withAggregate("long", "books", () => fn.count(), (q) => q.where({ pages__gt: 90 }))
      .orderBy("id");
    assert.deepEqual(writers.map(({ pages, cheapest, long }) => [pages, cheapest, long]), [
      [350, "9.50", 2],
      [70, "0.10", 0],
      [null, null, 0],
      [null, null, 0],
    ]);
    for await (const writer of Writer.query().withAggregate("pages", "books", (b) => fn.sum(b.pages)).stream()) {
      assert.equal("pages" in writer, true);
    }
  });

  test("unknown relations and names that are taken are refused", async () => {
    // @ts-expect-error: no relation
    const error = await errorOf(RelationError, () => Writer.query().whereHas("nothing"));
    assert.match(error.message, /whereHas of Writer/);
    await errorOf(RelationError, () => Writer.query().whereHas("books.nothing" as "books"));
    await errorOf(RelationError, () => Writer.query().withCount("nothing" as "books"));
    await errorOf(RelationError, () => Writer.query().whereHas("books", (() => Writer.query()) as never));
    await errorOf(RelationError, () => Writer.query().whereHas("books", "x" as never));
    const taken = await errorOf(
      QueryBuildError,
      () => Writer.query().withAggregate("name", "books", (b) => fn.sum(b.pages)),
    );
    assert.match(taken.message, /"name"/);
    await errorOf(QueryBuildError, () => Writer.query().withAggregate("save", "books", (b) => fn.sum(b.pages)));
    await errorOf(QueryBuildError, () => Writer.query().withCount("books").withCount("books"));
    // @ts-expect-error: it is not counted
    const ordered = await errorOf(QueryBuildError, () => Writer.query().withCount("books").orderBy("-protegeesCount"));
    assert.match(ordered.message, /"protegeesCount"/);
    await errorOf(QueryBuildError, () => Writer.query().withCount({ books: (q) => q.limit(1) }));
  });
});
