import assert from "node:assert/strict";
import {
  type ActiveRecordError,
  alias,
  any,
  cte,
  cube,
  exists,
  Expression,
  fn,
  QueryBuildError,
  QueryError,
  recursiveCte,
  RelationError,
  rollup,
  sql,
  tuple,
  UnsupportedFeatureError,
  values,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

type ErrorClass = new (...args: never[]) => ActiveRecordError;

/** What the types forbid, as it comes from JSON or from code without types. */
function untyped(value: unknown): never {
  return value as never; // that it is wrong is what is tested
}

/** What is behind a name that the types do not know. */
function untypedPart(holder: object, name: string): Expression<number> {
  return (holder as Record<string, Expression<number>>)[name]!; // that it is not there is what is tested
}

/** Expects that nothing is sent, and an error whose message names the clause. */
async function refused(type: ErrorClass, clause: string, fn: () => unknown): Promise<void> {
  await assertQueries(Writer.backend, 0, async () => {
    const { message } = await errorOf(type, fn);
    assert.ok(message.includes(clause), `Expected "${clause}" in: ${message}`);
  });
}

const { c } = Writer;

/** Queries that cannot be: they are refused before anything is sent, naming the clause. */
export const badInput: SuiteGroup = group("query/bad input", libraryModels, (test) => {
  test("pluck() and pick() take nothing but names of fields", async () => {
    await refused(QueryBuildError, "pluck of Writer: its rows have a", () => Writer.pluck(untyped({ a: c.id })));
    await refused(QueryBuildError, "pick of Writer: its rows have a", () => Writer.pick(untyped(() => ({ a: c.id }))));
    await refused(QueryBuildError, "pluck of Writer: its rows have id", () => Writer.select("id").pluck(untyped(1n)));
  });

  test("an unknown field is refused by every clause", async () => {
    const no = untyped("nope");
    await refused(QueryBuildError, "where", () => Writer.where({ [no]: 1 }));
    await refused(QueryBuildError, "where", () => Writer.where(untyped({ name__nope: 1 })));
    await refused(QueryBuildError, "orderBy", () => Writer.orderBy(no));
    await refused(QueryBuildError, "select", () => Writer.select(no));
    await refused(QueryBuildError, "select", () => Writer.pluck(no));
    await refused(QueryBuildError, "groupBy", () => Writer.select("id").groupBy(no));
    await refused(QueryBuildError, "sum", () => Writer.sum(no));
    await refused(QueryBuildError, "updateAll", () => Writer.where({ id: 1 }).updateAll(untyped({ nope: 1 })));
    await refused(QueryBuildError, "conflict", () => Writer.upsert({ id: 1, name: "a" }, { conflict: [no] }));
    await refused(QueryBuildError, "where", () => Writer.query().not({ [no]: 1 }));
    await refused(QueryBuildError, "where", () => Writer.query().orWhere({ [no]: 1 }));
    await refused(QueryBuildError, "select", () => Writer.pick("id", no));
    await refused(QueryBuildError, "count", () => Writer.count(no));
    await refused(QueryBuildError, "max", () => Writer.query().max(no));
    await refused(QueryBuildError, "updateMany", () => Writer.updateMany([untyped({ id: 1, nope: 1 })]));
    await refused(QueryBuildError, "key", () => Writer.updateMany([{ id: 1 }], { key: no }));
    await refused(QueryBuildError, "returning", () => Writer.where({ id: 1 }).deleteAll({ returning: [no] }));
    await refused(QueryBuildError, "returning", () => Writer.updateAll({ age: 1 }, { all: true, returning: [no] }));
    await refused(QueryBuildError, "insertFrom", () => Writer.insertFrom(untyped(Book.select({ nope: Book.c.id }))));
    await refused(
      QueryBuildError,
      "an expression",
      () => Writer.select("id").having((w) => untypedPart(w, "nope").gt(1)),
    );
    const table = Book.select({ n: fn.count(), writerId: Book.c.writerId }).groupBy("writerId");
    await refused(QueryBuildError, "where of rows", () => Writer.query().from(table).where(untyped({ title: "a" })));
    await refused(QueryBuildError, "orderBy of rows", () => Writer.query().from(table).orderBy(untyped("title")));
  });

  test("an unknown name is refused in callbacks, where it would give undefined", async () => {
    const field = 'Unknown field "nope" in an expression of Writer: it has id, name';
    await refused(QueryBuildError, field, () => Writer.where((w) => untypedPart(w, "nope").eq(1)));
    await refused(QueryBuildError, field, () => Writer.orderBy((w) => untypedPart(w, "nope")));
    await refused(QueryBuildError, field, () => Writer.select((w) => ({ v: untypedPart(w, "nope") })));
    await refused(QueryBuildError, field, () => Writer.where(untypedPart(c, "nope").eq(1)));
    const joined = Writer.query().join("books");
    await refused(QueryBuildError, "it has no joins", () => Writer.where((_, j) => untypedPart(j, "nope").eq(1)));
    await refused(QueryBuildError, '"nope"', () => joined.where((_, j) => untypedPart(j, "nope").eq(1)));
    await refused(QueryBuildError, "Book: it has id", () => joined.where((_, j) => untypedPart(j.books, "nope").eq(1)));
    await refused(
      QueryBuildError,
      'as "nope" in a query of Writer: book',
      () => Writer.query().join({ book: Book }, (w, j) => w.id.eq(untypedPart(j, "nope"))),
    );
    assert.equal(JSON.stringify(Object.keys(c)), JSON.stringify(Object.keys({ ...c })));
    assert.equal(await Promise.resolve(c), c); // what is asked of every object is answered
  });

  test("a subquery of the wrong width is refused where one column is needed", async () => {
    const two = untyped(Book.select("id", "title"));
    const none = "needs a query of one column, this one has 2";
    await refused(QueryBuildError, `Writer.id.in() ${none}`, () => Writer.where({ id__in: two }));
    await refused(QueryBuildError, none, () => Writer.where(c.id.notIn(two)));
    await refused(QueryBuildError, "one column", () => Writer.where(c.id.in(Book.query())));
    await refused(QueryBuildError, "one column", () => Writer.where(c.id.eq(any(two))));
    await refused(
      QueryBuildError,
      `"age" in updateAll of Writer ${none}`,
      () => Writer.where({ id: 1 }).updateAll({ age: two }),
    );
    await refused(
      QueryBuildError,
      "2 columns, this one has 1",
      () => Writer.where(tuple(c.id, c.age).in(Book.select("id"))),
    );
  });

  test("a sum of what are no numbers is refused", async () => {
    await refused(
      QueryBuildError,
      "sum() needs numbers: the values of Writer.name are string",
      () => Writer.sum("name"),
    );
    await refused(QueryBuildError, "avg()", () => Writer.select({ v: fn.avg(untyped(Book.c.deletedAt)) }));
  });

  test("an unknown relation is refused by every clause", async () => {
    const no = untyped("nope");
    await refused(RelationError, '"nope"', () => Writer.with(no));
    await refused(RelationError, "whereHas", () => Writer.query().whereHas(no));
    await refused(RelationError, "whereHas", () => Writer.query().whereDoesntHave(no));
    await refused(RelationError, "whereHas", () => Writer.query().orWhereHas(untyped("books.nope")));
    await refused(RelationError, "join", () => Writer.query().join(no));
    await refused(RelationError, "join", () => Writer.query().leftJoin(untyped("books.nope")));
    await refused(RelationError, '"name"', () => Writer.with(untyped("name")));
    await refused(RelationError, "withCount", () => Writer.query().withCount(no));
    await refused(RelationError, "withAggregate", () => Writer.query().withAggregate("n", no, () => fn.count()));
  });

  test("an unknown function is refused", async () => {
    const made = new Expression(untyped({ kind: "function", name: "load_file", args: [c.name.node] }));
    await refused(QueryBuildError, "load_file", () => Writer.select({ v: made }).all());
    await refused(QueryBuildError, "load_file", () => Writer.where(made).all());
    await refused(
      QueryBuildError,
      '"load_file" of fn',
      () => Writer.select({ v: untyped(untypedPart(fn, "load_file")) }),
    );
    const aggregated = new Expression(
      untyped({ kind: "aggregate", name: "constructor", operand: c.name.node, distinct: false }),
    );
    await refused(QueryBuildError, "constructor", () => Writer.select({ v: aggregated }).all());
  });

  test("an aggregate beside records or rows of their own is refused", async () => {
    await refused(QueryBuildError, "where", () => Writer.where(fn.count().gt(1)).all());
    await refused(QueryBuildError, "select", () => Writer.select({ name: c.name, n: fn.count() }).all());
    await refused(QueryBuildError, "orderBy", () => Writer.orderBy(fn.count()).all());
    await refused(QueryBuildError, "orderBy", () => Writer.query().orderBy(fn.max(c.age).desc()).first());
    await refused(QueryBuildError, "select", () => Writer.select("name").orderBy(fn.sum(c.age)).all());
    await refused(
      QueryBuildError,
      "on",
      () => Writer.query().join({ book: Book }, (_, j) => fn.count(j.book.id).gt(1)).all(),
    );
    await refused(QueryBuildError, "group by", () => Writer.select({ n: fn.count() }).groupBy(fn.max(c.age)).all());
    await refused(QueryBuildError, "aggregate", () => Writer.select({ n: fn.sum(fn.count(c.id)) }).all());
  });

  test("a group whose other columns are no aggregates is refused", async () => {
    await refused(QueryBuildError, "groupBy", () => Writer.select("name").groupBy("age").all());
    await refused(QueryBuildError, "groupBy", () => Writer.query().groupBy("age").all());
    await refused(QueryBuildError, "groupBy", () => Writer.select({ v: c.name.eq("a") }).groupBy("age").all());
    await refused(QueryBuildError, "having", () => Writer.select("name").having(c.age.gt(1)).all());
    await refused(QueryBuildError, "orderBy", () => Writer.select("age").groupBy("age").orderBy("name").all());
    await refused(QueryBuildError, "having", () => Writer.select("age").groupBy("age").having(c.name.eq("a")).all());
    await refused(QueryBuildError, "rollup", () => rollup(untyped("age")));
  });

  test("an order, a group and a condition of groups may use what is grouped and what the key settles", async () => {
    await fillLibrary();
    const byAge = Writer.where({ age__isnull: false }).select({ age: c.age, n: fn.count() }).groupBy("age");
    assert.deepEqual(await byAge.orderBy("age").orderBy(fn.count()).having(c.age.gt(20)), [{ age: 36, n: 1 }]);
    const byId = Writer.select({ id: c.id, n: fn.count() }).groupBy("id").orderBy("name");
    assert.deepEqual((await byId).map(({ id }) => id), [1, 2, 3, 4]);
    assert.deepEqual(await Writer.select({ n: fn.count() }).orderBy(fn.count()), [{ n: 4 }]);
  });

  test("a cursor of another query is refused", async () => {
    await fillLibrary();
    const { next } = await Writer.orderBy("name").cursor(null, { size: 1 });
    await refused(QueryBuildError, "orderBy", () => Writer.orderBy("age").cursor(next));
    await refused(QueryBuildError, "where", () => Writer.where({ age: 20 }).orderBy("name").cursor(next));
    await refused(QueryBuildError, "from", () => Book.orderBy("title").cursor(next));
    await refused(QueryBuildError, "cursor", () => Writer.orderBy("name").cursor(`${next}A`));
    await refused(QueryBuildError, "cursor", () => Writer.orderBy("name").cursor(untyped({})));
  });

  test("a CTE that refers to itself without being recursive is refused", {
    requires: ["cte", "cte.recursive"],
  }, async () => {
    const first = cte("t", Writer.select("id"));
    await refused(QueryBuildError, "recursiveCte", () => cte("t", Writer.query().from(first).select("id")));
    await refused(QueryBuildError, "CTE", () => recursiveCte("t", Writer.select("id"), () => Writer.select("id")));
    await refused(QueryBuildError, "CTE", () => Writer.query().withCte(first, cte("t", Writer.select("id"))));
  });

  test("a set operation on queries of different width is refused", async () => {
    const narrow = Writer.select("id");
    const wide = Writer.select("id", "name");
    await refused(QueryBuildError, "union", () => narrow.union(untyped(wide)));
    await refused(QueryBuildError, "union", () => wide.unionAll(untyped(narrow)));
    await refused(QueryBuildError, "union", () => Writer.query().union(untyped(Book.query())));
    await refused(QueryBuildError, "union", () => narrow.union());
    await refused(QueryBuildError, "union records of Writer", () => Writer.query().union(untyped(narrow)));
    await refused(QueryBuildError, "except rows of Writer", () => narrow.except(untyped(Writer.query())));
    await refused(QueryBuildError, "union records", () => Writer.query().union(untyped({})));
    await refused(QueryBuildError, "list", () => Writer.where(c.id.in(untyped({ id: 1 }))));
  });

  test("a comparison of values of different types is refused, whatever gives the other", async () => {
    const titles = Book.select({ title: Book.c.title });
    const title = untyped(titles.limit(1).scalar());
    const differ = (place: string, own: string, other: string) =>
      `${place} compares values of different types, ${own} with ${other}`;
    await refused(QueryBuildError, differ("Writer.id.in()", "int", "string"), () => Writer.where({ id__in: titles }));
    await refused(
      QueryBuildError,
      differ("Writer.id.notIn()", "int", "string"),
      () => Writer.where(c.id.notIn(titles)),
    );
    await refused(QueryBuildError, differ("Writer.id.gt()", "int", "string"), () => Writer.where(c.id.gt(title)));
    await refused(
      QueryBuildError,
      differ("Writer.name.eq()", "string", "int"),
      () => Writer.where({ name: untyped(c.id) }),
    );
    await refused(
      QueryBuildError,
      differ("Writer.age.between()", "int", "string"),
      () => Writer.where(c.age.between(1, title)),
    );
    await refused(QueryBuildError, "with string", () => Writer.where(c.id.eq(untyped(any(titles)))));
    await refused(QueryBuildError, "with string", () => Writer.where(c.id.isDistinctFrom(untyped(Book.c.title))));
    const pairs = Book.select({ id: Book.c.id, title: Book.c.title });
    await refused(QueryBuildError, "of a tuple", () => Writer.where(tuple(c.id, c.age).in(pairs)));
    await refused(QueryBuildError, "of a tuple", () => Writer.where(tuple(c.id, c.age).eq([1, untyped(c.name)])));
    await refused(
      QueryBuildError,
      differ("Writer.name.eq()", "string", "int"),
      () => Writer.query().join({ book: Book }, (own, j) => own.name.eq(untyped(j.book.id))),
    );
  });

  test("numbers of all kinds are compared, and so is what nobody knows the type of", async () => {
    await fillLibrary();
    const prices = Book.select({ price: Book.c.price });
    assert.equal(typeof (await Writer.where({ id__in: prices }).count()), "number");
    assert.equal(await Writer.where(c.id.eq(untyped(fn.cast(c.id, "bigint")))).count(), 4);
    assert.equal(await Writer.where(c.id.in(Book.select({ id: sql<number>`writer_id` }))).count(), 2);
    assert.equal(await Writer.where(c.name.eq(sql<string>`${c.name}`)).count(), 4);
    assert.equal(
      await Writer.where(fn.cast(c.id, "string").in(Book.select({ w: fn.cast(Book.c.writerId, "string") }))).count(),
      2,
    );
  });

  test("a set operation on columns of different types is refused, also where the application has texts of both", async () => {
    const titles = Book.select({ v: Book.c.title });
    const refusal = (first: string, second: string) => `"v" is ${first} in one query and ${second} in another`;
    await refused(QueryBuildError, refusal("string", "decimal"), () => titles.union(Book.select({ v: Book.c.price })));
    await refused(
      QueryBuildError,
      refusal("string", "int"),
      () => titles.except(untyped(Book.select({ v: Book.c.id }))),
    );
    await refused(
      QueryBuildError,
      refusal("int", "date"),
      () => Writer.select({ v: c.age }).unionAll(untyped(Book.select({ v: Book.c.deletedAt }))),
    );
    await fillLibrary();
    const prices = Book.select({ v: fn.cast(Book.c.price, "string") });
    assert.equal((await titles.unionAll(prices)).length, 2 * await Book.count());
    const numbers = Writer.select({ v: fn.cast(c.id, "decimal") }).union(Book.select({ v: Book.c.price }));
    assert.equal(typeof (await numbers)[0]?.v, "string");
  });

  test(
    "an upsert by fields that are not unique is refused, and inserts nothing",
    { requires: ["upsert"] },
    async () => {
      const options = { conflict: ["name"] as const };
      await Writer.create({ id: 1, name: "Ada" });
      const ada = { id: 2, name: "Ada" };
      const both = { conflict: ["id", "name"] as const };
      const refused = [
        [() => Writer.upsert(ada, options), /^upsert\(\) of Writer needs a unique key in "conflict": .* none of name$/],
        [() => Writer.upsertMany([ada], options), /^upsertMany\(\) of Writer .* none of name$/],
        [() => Writer.transaction(() => Writer.upsert(ada, both)), /^upsert\(\) of Writer .* none of id, name$/],
      ] as const;
      for (const [upsert, message] of refused) {
        const error = await errorOf(QueryError, upsert);
        assert.match(error.message, message);
        assert.equal(error.table, "writers");
      }
      assert.deepEqual(await Writer.query().ids(), [1]);
    },
  );

  test(
    "an upsert goes by a unique key that the model does not know of",
    { requires: ["upsert"] },
    async ({ backend }) => {
      await backend.execute("CREATE UNIQUE INDEX writers_by_editor ON writers (editor_id, age)");
      try {
        await Writer.create({ id: 1, name: "Ada", age: 36, editorId: 7 });
        const options = { conflict: ["age", "editorId"], update: ["name"] } as const;
        assert.equal((await Writer.upsert({ id: 2, name: "Countess", age: 36, editorId: 7 }, options)).id, 1);
        await Writer.transaction(() => Writer.upsertMany([{ id: 3, name: "Augusta", age: 36, editorId: 7 }], options));
        assert.deepEqual(await Writer.query().pluck("id", "name"), [[1, "Augusta"]]);
      } finally {
        // Its name belongs to the table on some databases, and to the schema on others.
        await Writer.dropTable();
        await Writer.createTable();
      }
    },
  );

  test("a collation that the database does not have is refused by its server", async () => {
    const query = Writer.where(c.name.collate("no_such_collation").eq("a"));
    assert.match((await errorOf(QueryError, () => query.all())).message, /collation/);
    assert.match(
      (await errorOf(QueryError, () => Writer.orderBy(c.name.collate("no_such_collation")).all())).message,
      /collation/,
    );
  });

  test("a regular expression that is none is refused by its server", { requires: ["regex"] }, async () => {
    await Writer.create({ id: 1, name: "Ada" });
    const { message } = await errorOf(QueryError, () => Writer.where({ name__regex: "([" }).all());
    assert.match(message, /regular expression/);
  });

  test("a lock of what an outer join leaves without a row gives the rows, or is refused before it is sent", {
    requires: ["locks"],
  }, async ({ backend }) => {
    await fillLibrary();
    const outer = Writer.query().leftJoin("books").orderBy("id");
    for (const query of [outer.forUpdate(), Writer.query().rightJoin("books").forShare()]) {
      let error: unknown = null;
      await Writer.transaction(async () => {
        try {
          await query.all();
        } catch (thrown) {
          error = thrown;
          await assertQueries(backend, 0, () => query.all().catch(() => {}));
        }
      });
      if (error !== null) {
        assert.match((await errorOf(UnsupportedFeatureError, () => Promise.reject(error))).feature, /outer join/);
      }
    }
    if (!backend.supports("locks.of")) return;
    await Writer.transaction(async () => {
      assert.ok((await outer.forUpdate({ of: ["writers"] })).length > 0);
    });
  });

  test("an option that does not exist is refused by name, instead of doing nothing", async ({ backend }) => {
    const typo = untyped({ tpyo: true });
    const known = (name: string) => `Unknown option "tpyo" of ${name}`;
    const query = Writer.query();
    await refused(QueryBuildError, known("cursor() of Writer"), () => query.cursor(null, typo));
    await refused(QueryBuildError, known("cursor() of Writer"), () => query.select("id").cursor(null, typo));
    await refused(QueryBuildError, known("inBatches() of Writer"), () => query.inBatches(typo).next());
    await refused(QueryBuildError, known("eachRecord() of Writer"), () => query.eachRecord(typo).next());
    await refused(QueryBuildError, known("stream() of Writer"), () => query.stream(typo).next());
    await refused(QueryBuildError, known("forUpdate of Writer"), () => query.forUpdate(typo));
    await refused(QueryBuildError, known("useIndex of Writer"), () => query.useIndex([], typo));
    await refused(QueryBuildError, known("withOptions of Writer"), () => query.withOptions(typo));
    await refused(QueryBuildError, known("explain of Writer"), () => query.explain(typo));
    await refused(QueryBuildError, known("toSQL of Writer"), () => query.toSQL(typo));
    await refused(QueryBuildError, known("count()"), () => query.count("age", typo));
    await refused(QueryBuildError, known("asc()"), () => c.age.asc(typo));
    await refused(QueryBuildError, known("join of Writer"), () => query.join("books", typo));
    await refused(QueryBuildError, known('CTE "t"'), () => cte("t", query.select("id"), typo));
    await refused(QueryBuildError, known('CTE "t"'), () => recursiveCte("t", query.select("id"), untyped(null), typo));
    await refused(QueryBuildError, known("dateTrunc()"), () => fn.dateTrunc("day", Book.c.deletedAt, typo));
    await refused(QueryBuildError, known("a frame"), () => fn.sum(c.id).over({ frame: typo }));
    await refused(QueryBuildError, known("insertMany() of Writer"), () => Writer.insertMany([], typo));
    await refused(QueryBuildError, known("updateMany() of Writer"), () => Writer.updateMany([], typo));
    await refused(QueryBuildError, known("updateAll() of Writer"), () => query.updateAll({ age: 1 }, typo));
    await refused(QueryBuildError, known("deleteAll() of Writer"), () => query.deleteAll(typo));
    if (backend.supports("upsert")) {
      const options = untyped({ conflict: ["id"], tpyo: true });
      await refused(QueryBuildError, known("upsert() of Writer"), () => Writer.upsert({ id: 1, name: "a" }, options));
      await refused(QueryBuildError, known("upsertMany() of Writer"), () => Writer.upsertMany([], options));
    }
    await refused(QueryBuildError, "Invalid options of cursor() of Writer", () => query.cursor(null, untyped(null)));
    await refused(QueryBuildError, "Invalid options of a window", () => fn.rowNumber().over(untyped(null)));
    await refused(QueryBuildError, "Invalid options of max()", () => fn.max(c.age, untyped(null)));
  });

  test("what is of another kind than a clause takes is refused by the clause, with what it takes", async () => {
    const not = (value: unknown) => untyped(value);
    const query = Writer.query();
    await refused(QueryBuildError, ".and() takes conditions", () => c.id.eq(1).and(not(true)));
    await refused(QueryBuildError, ".or() takes conditions", () => c.id.eq(1).or(not(null)));
    await refused(QueryBuildError, "needs a condition", () => query.join({ book: Book }, not(null)));
    await refused(QueryBuildError, "needs a condition", () => query.leftJoin({ book: Book }, not(undefined)));
    await refused(QueryBuildError, "needs a condition", () => query.join(Book, not(undefined)));
    await refused(QueryBuildError, "Invalid join of Writer", () => query.join(not(undefined), not(undefined)));
    await refused(QueryBuildError, "Invalid join of Writer", () => query.crossJoin(not(null)));
    await refused(RelationError, "withCount of Writer", () => query.withCount(not(1)));
    await refused(RelationError, "withCount of Writer", () => query.withCount(not(null)));
    await refused(RelationError, "whereHas of Writer", () => query.whereHas(not(undefined)));
    await refused(QueryBuildError, "withAggregate of Writer needs", () => query.withAggregate("n", "books", not(1)));
    await refused(
      QueryBuildError,
      "withAggregate of Writer",
      () => query.withAggregate(not(undefined), "books", not(1)),
    );
    await refused(QueryBuildError, 'The CTE "t" needs a query', () => cte("t", not(Writer)));
    await refused(QueryBuildError, "must be a query with select()", () => recursiveCte("t", not(query), not(null)));
    await refused(QueryBuildError, "needs a function", () => recursiveCte("t", query.select("id"), not(null)));
    await refused(
      QueryBuildError,
      'The second query of the CTE "t" must',
      () => recursiveCte("t", query.select("id"), not(() => null)),
    );
    await refused(QueryBuildError, "scalar() makes", () => Writer.select({ v: not(Book.select("id").limit(1)) }));
    const source = not((async function* () {})());
    await refused(
      QueryBuildError,
      "not a generator, whose rows must be put into lists",
      () => Writer.updateMany(source),
    );
    await refused(QueryBuildError, "values() takes", () => values(not(null), []));
    await refused(QueryBuildError, "values() takes", () => values({ id: "int" }, not({ id: 1 })));
    await refused(QueryBuildError, "Row 1 of values()", () => values({ id: "int" }, [not(null)]));
    await refused(QueryBuildError, "sum() needs", () => fn.sum(not(null)));
    await refused(QueryBuildError, "Unknown field undefined in max", () => query.max(not(undefined)));
    await refused(QueryBuildError, "Unknown field an object in sum", () => query.sum(not(query)));
    await refused(QueryBuildError, "jsonObject()", () => fn.jsonObject(not(null)));
    await refused(QueryBuildError, "SQL text is empty", () => Writer.where(" "));
    await refused(QueryBuildError, "Invalid parameters", () => Writer.where("id = ?", not(null)));
    await refused(QueryBuildError, "Invalid signal", () => query.withOptions({ signal: not(5) }).all());
    await refused(QueryBuildError, "bound of a frame", () => fn.sum(c.id).over({ frame: { start: not(5) } }));
    await refused(
      QueryBuildError,
      "Invalid offset of a frame of rows: 1.5",
      () => fn.sum(c.id).over({ frame: { start: { preceding: 1.5 } } }),
    );
    await refused(QueryBuildError, "Invalid onProgress", () => Writer.insertMany([], { onProgress: not(5) }));
    await refused(QueryBuildError, "leave orderBy()", () => query.orderBy("name").inBatches().next());
  });

  test("a column of what the query does not read is refused, with what it reads", async () => {
    const refusal = (column: string, table: string, read: string) =>
      `The column "${column}" of "${table}" is not there for a query that reads ${read}`;
    const foreign = refusal("title", "books", '"writers"');
    const title = untyped(Book.c.title);
    await refused(QueryBuildError, foreign, () => Writer.where(Book.c.title.eq("a")).all());
    await refused(QueryBuildError, foreign, () => Writer.select({ v: Book.c.title }).all());
    await refused(QueryBuildError, foreign, () => Writer.orderBy(title).all());
    await refused(QueryBuildError, foreign, () => Writer.where({ id: 1 }).updateAll({ name: Book.c.title }));
    await refused(QueryBuildError, foreign, () => Writer.where(Book.c.title.eq("a")).deleteAll());
    await refused(
      QueryBuildError,
      refusal("id", "o", '"writers"'),
      () => Writer.where(alias(Writer, "o").c.id.eq(1)).all(),
    );
    const inner = Book.where(alias(Writer, "o").c.id.eq(1));
    await refused(QueryBuildError, refusal("id", "o", '"books", "writers"'), () => Writer.where(exists(inner)).all());
    const early = Writer.query()
      .join({ a: Book }, () => alias(Book, "b").c.writerId.eq(1))
      .join({ b: Book }, (w, j) => j.b.writerId.eq(w.id));
    await refused(QueryBuildError, refusal("writer_id", "b", '"writers", "a"'), () => early.all());
  });

  test("more values than the database takes are refused, and long chains of conditions are not", async () => {
    const pairs = Array.from({ length: 40_000 }, (_, i) => [i, i] as const);
    await refused(
      QueryBuildError,
      "The statement has 80000 values",
      () => Writer.where(tuple(c.id, c.age).in(pairs)).all(),
    );
    await fillLibrary();
    const ids = Array.from({ length: 2_500 }, (_, i) => c.id.eq(i + 1));
    assert.equal(await Writer.where(c.id.eq(1).or(...ids)).count(), await Writer.count());
    assert.equal(await Writer.where(ids.reduce((all, one) => all.or(one))).count(), await Writer.count());
    assert.equal(await ids.reduce((query) => query.where({ id: 1 }), Writer.query()).count(), 1);
  });

  test("a query is refused where its JSON is asked for", () => {
    const message = /A query of Writer cannot be turned into JSON: await it first/;
    assert.throws(() => JSON.stringify({ writers: Writer.query() }), message);
    assert.throws(() => JSON.stringify(Writer.select("id")), message);
  });

  test("a name that an object has of its own is read like any other, or refused before it is sent", async () => {
    await fillLibrary();
    for (const name of ["__proto__", "constructor", "toString"]) {
      const query = Writer.where({ id: 1 }).select({ [name]: c.id });
      try {
        query.toSQL();
      } catch (error) {
        assert.ok(error instanceof QueryBuildError, String(error));
        continue;
      }
      assert.deepEqual((await query).map((row) => Object.entries(row)), [[[name, 1]]]);
    }
  });

  test("an upsert says what is wrong with its options", { requires: ["upsert", "upsert.where"] }, async () => {
    const values = { id: 1, name: "Ada" };
    const wrong = (options: object) => () => Writer.upsert(values, untyped({ conflict: ["id"], ...options }));
    await refused(QueryBuildError, "Invalid where in upsert() of Writer", wrong({ where: 5 }));
    await refused(QueryBuildError, "must return values by field", wrong({ update: () => null }));
    await Writer.create(values);
    const twice = await Writer.upsert({ id: 1, name: "Countess" }, { conflict: ["id", "id"] });
    assert.equal(twice.name, "Countess");
  });

  test("a size that cannot be is refused by name", async () => {
    for (const count of [-1, 1.5, NaN, Infinity, 2 ** 53, untyped("1"), untyped(null), untyped(1n)]) {
      await refused(QueryBuildError, "limit", () => Writer.limit(count));
      await refused(QueryBuildError, "offset", () => Writer.query().offset(count));
      await refused(QueryBuildError, "size", () => Writer.query().cursor(null, { size: count }));
      await refused(QueryBuildError, "paginate", () => Writer.query().paginate(count));
    }
  });

  test("what a database lacks is refused by its name", async ({ backend }) => {
    const asked = [
      ["join.full", () => Writer.query().fullJoin({ book: Book }, (w, j) => j.book.writerId.eq(w.id)).all()],
      ["cube", () => Writer.select({ n: fn.count() }).groupBy(() => cube(c.age, c.name)).all()],
      [
        "lateral",
        () => Writer.query().joinLateral({ book: (w) => Book.where((b) => b.writerId.eq(w.id)).select("id") }).all(),
      ],
      ["hints.optimizer", () => Writer.query().optimizerHint("SeqScan(writers)").all()],
      ["timeZones", () => Book.select({ v: fn.dateTrunc("day", Book.c.deletedAt, { zone: "Europe/Oslo" }) }).all()],
    ] as const;
    for (const [capability, ask] of asked) {
      if (backend.supports(capability)) continue;
      await assertQueries(backend, 0, async () => {
        assert.equal((await errorOf(UnsupportedFeatureError, ask)).feature, capability);
      });
    }
  });
});
