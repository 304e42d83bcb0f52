import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  alias,
  column,
  cte,
  exists,
  fn,
  primaryKey,
  QueryBuildError,
  type QueryOf,
  softDelete,
  sql,
  TransactionError,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** The tenant that the code is working for. */
let tenant = 1;

class Shelf extends ActiveRecord.define("mix_shelves", {
  id: primaryKey(),
  name: z.string().max(50),
  secret: column(z.string().max(50).default("s"), { hidden: true, default: "s" }),
}) {
  get books() {
    return this.hasMany(() => Book, { foreignKey: "shelfId" });
  }
}

class Book extends ActiveRecord.define("mix_books", {
  id: primaryKey(),
  shelfId: z.int(),
  tenantId: z.int(),
  parentId: z.int().nullable().default(null),
  title: column(z.string().max(50), { index: true }),
  pages: z.int().nullable().default(null),
}, softDelete()) {
  static defaultScope(query: QueryOf<typeof Book>) {
    return query.where({ tenantId: tenant });
  }
  get shelf() {
    return this.belongsTo(() => Shelf, { foreignKey: "shelfId" });
  }
  get parent() {
    return this.belongsTo(() => Book, { foreignKey: "parentId" });
  }
  get parts() {
    return this.hasMany(() => Book, { foreignKey: "parentId" });
  }
}

/** The same rows, whose default scope says the same in other words. */
class Volume extends ActiveRecord.define("mix_books", {
  id: primaryKey(),
  shelfId: z.int(),
  tenantId: z.int(),
  title: z.string(),
}) {
  static defaultScope(query: QueryOf<typeof Volume>) {
    return query.where(Volume.c.tenantId.eq(tenant))
      .where(sql<boolean>`${Volume.c.tenantId} > ${0}`)
      .whereHas("shelf")
      .where((v) => exists(Shelf.where(Shelf.c.id.eq(v.shelfId))));
  }
  get shelf() {
    return this.belongsTo(() => Shelf, { foreignKey: "shelfId" });
  }
}

interface Filled {
  readonly top: Shelf;
  readonly empty: Shelf;
}

/** Two shelves; on the first four books of tenant 1, one of them deleted, and two of tenant 2. The second is empty. */
async function fill(): Promise<Filled> {
  tenant = 1;
  const [top, empty] = [await Shelf.create({ name: "top" }), await Shelf.create({ name: "empty" })];
  const shelfId = top.id;
  const first = await Book.create({ shelfId, tenantId: 1, title: "a", pages: 10 });
  await Book.createMany([
    { shelfId, tenantId: 1, title: "b", parentId: first.id },
    { shelfId, tenantId: 1, title: "c", pages: 30, parentId: first.id },
    { shelfId, tenantId: 1, title: "gone", pages: 40, parentId: first.id },
    { shelfId, tenantId: 2, title: "x", pages: 10, parentId: first.id },
    { shelfId, tenantId: 2, title: "y", pages: 20 },
  ]);
  await Book.where({ title: "gone" }).deleteAll();
  return { top, empty };
}

const joined = () => Shelf.query().join("books");

/** All pages of a query by cursor, forward and back again. */
async function walk<T>(
  query: {
    cursor(
      cursor: string | null,
      options: { size: number },
    ): Promise<{ items: T[]; next: string | null; previous: string | null }>;
  },
  size: number,
): Promise<readonly [forward: T[][], back: T[][]]> {
  const [forward, back]: [T[][], T[][]] = [[], []];
  let page = await query.cursor(null, { size });
  for (forward.push(page.items); page.next !== null; forward.push(page.items)) {
    page = await query.cursor(page.next, { size });
  }
  for (back.unshift(page.items); page.previous !== null; back.unshift(page.items)) {
    page = await query.cursor(page.previous, { size });
  }
  return [forward, back];
}

/** Default scopes, joins, set operations, pages, locks and all that says how a query runs, together. */
export const combined: SuiteGroup = group("query/combined", [Shelf, Book], (test) => {
  test("the default scope of a joined model holds, for each tenant anew", async () => {
    await fill();
    const titles = joined().orderBy((_, j) => j.books.title).select((_, j) => ({ title: j.books.title }));
    const of = async () => (await titles).map(({ title }) => title);
    assert.deepEqual(await of(), ["a", "b", "c"]);
    assert.equal(await joined().count(), 3);
    const byName = Shelf.query().join({ b: Book }, (s, j) => j.b.shelfId.eq(s.id));
    assert.equal(await byName.count(), 3);
    assert.equal(await Book.query().join("parent").count(), 2);
    assert.equal(await Book.query().join("shelf.books").count(), 9);
    tenant = 2;
    assert.deepEqual(await joined().orderBy((_, j) => j.books.title).select((_, j) => ({ t: j.books.title })), [
      { t: "x" },
      { t: "y" },
    ]);
    assert.equal(await Book.query().join("parent").count(), 0); // the parent is another tenant's
  });

  test("a left join keeps the rows whose partners the default scope hides", async () => {
    const { empty } = await fill();
    tenant = 3;
    const rows = await Shelf.query().leftJoin("books").orderBy("id").select((s, j) => ({ id: s.id, t: j.books.title }));
    assert.deepEqual(rows.map(({ t }) => t), [null, null]);
    assert.equal(rows[1]!.id, empty.id);
  });

  test("right, full and cross joins hold the default scopes of both sides", { requires: ["join.right"] }, async ({
    backend,
  }) => {
    await fill();
    const right = Shelf.query().rightJoin({ b: Book }, (s, j) => j.b.shelfId.eq(s.id));
    assert.equal(await right.count(), 3);
    const scoped = Book.query().rightJoin({ s: Shelf }, (b, j) => j.s.id.eq(b.shelfId));
    assert.equal(await scoped.count(), 4);
    assert.equal(await Shelf.query().crossJoin({ b: Book }).count(), 6);
    if (!backend.supports("join.full")) return;
    assert.equal(await Shelf.query().fullJoin({ b: Book }, (s, j) => j.b.shelfId.eq(s.id)).count(), 4);
  });

  test("unscoped joins every row, withDeleted those of the default scope", async () => {
    await fill();
    assert.equal(await Shelf.query().join("books", { unscoped: true }).count(), 6);
    assert.equal(await Shelf.query().join("books", { withDeleted: true }).count(), 4);
    assert.equal(await Shelf.query().join({ b: Book.unscoped() }, (s, j) => j.b.shelfId.eq(s.id)).count(), 6);
  });

  test("whereHas(), withCount() and withAggregate() count what the default scope shows", async () => {
    const { top, empty } = await fill();
    const counted = () => Shelf.query().withCount("books").withAggregate("pages", "books", (b) => fn.sum(b.pages));
    const [first] = await counted().whereHas("books");
    assert.deepEqual([first!.id, first!.booksCount, first!.pages], [top.id, 3, 40]);
    const [every] = await Shelf.query().withCount({ books: (query) => query.unscoped() }).orderBy("id");
    assert.equal(every!.booksCount, 6);
    tenant = 3;
    assert.deepEqual(await Shelf.query().whereDoesntHave("books").orderBy("id").pluck("id"), [top.id, empty.id]);
    assert.equal(await Shelf.query().whereHas("books", (query) => query.unscoped()).count(), 1);
    tenant = 1;
    assert.equal((await Book.query().withCount("parts").where({ title: "a" }))[0]!.partsCount, 2);
  });

  test("named queries, tables of queries, aliases and set operations are scoped once", async () => {
    await fill();
    const own = cte("own", Book.select("id", "title", "shelfId"));
    assert.equal(await Shelf.query().join({ own }, (s, j) => j.own.shelfId.eq(s.id)).count(), 3);
    assert.equal(await Shelf.query().from(Book.query()).count(), 3);
    const other = alias(Book, "other");
    assert.deepEqual((await other.query().orderBy("title").all()).map(({ title }) => title), ["a", "b", "c"]);
    const both = Book.where({ title: "a" }).union(Book.where({ title__in: ["b", "x"] }));
    assert.deepEqual((await both.orderBy("title")).map(({ title }) => title), ["a", "b"]);
    const unscoped = Book.where({ title: "a" }).union(Book.unscoped().where({ title__in: ["b", "x"] }));
    assert.deepEqual((await unscoped.orderBy("title")).map(({ title }) => title), ["a", "b", "x"]);
  });

  test("a default scope of class columns, SQL and relations holds under another name", async ({ backend }) => {
    await fill();
    Volume.configure(backend);
    const other = alias(Volume, "other");
    assert.equal(await Volume.count(), 4); // it knows no deleted rows
    assert.equal(await other.query().count(), 4);
    const pairs = Volume.query().join({ other }, (v, j) => j.other.shelfId.eq(v.shelfId));
    assert.equal(await pairs.count(), 16);
    tenant = 2;
    assert.equal(await other.query().join({ v: Volume }, (o, j) => j.v.id.eq(o.id)).count(), 2);
  });

  test("merge() puts joins together, and refuses two of one name", async () => {
    await fill();
    const base = joined();
    const merged = base.where({ name: "top" }).merge(base.where((_, j) => j.books.title.eq("b")));
    assert.equal(await merged.count(), 1);
    const added = Shelf.where({ name: "top" }).merge(joined()).where((_, j) => j.books.title.ne("a"));
    assert.equal(await added.count(), 2);
    await errorOf(QueryBuildError, () => joined().merge(joined()));
    await errorOf(QueryBuildError, () => Book.query().merge(alias(Book, "other").query()));
  });

  test("paginate() of joined records goes by both keys and counts the pairs", async () => {
    await fill();
    const page = await joined().paginate(2, 2);
    assert.deepEqual([page.total, page.pages, page.items.length], [3, 2, 1]);
    const once = await joined().distinct().paginate(1, 2);
    assert.deepEqual([once.total, once.items.length], [1, 1]);
    const rows = Shelf.query().leftJoin("books").select((s, j) => ({ name: s.name, title: j.books.title }));
    const titles = [...(await rows.paginate(1, 2)).items, ...(await rows.paginate(2, 2)).items].map(({ title }) =>
      title
    );
    assert.deepEqual(titles.toSorted(), ["a", "b", "c", null]);
  });

  test("paginate() counts groups, set operations and the rows of named queries", async () => {
    await fill();
    const groups = joined().select((_, j) => ({ pages: j.books.pages, n: fn.count() }))
      .groupBy((_, j) => j.books.pages).orderBy((_, j) => j.books.pages.asc({ nulls: "last" }));
    const first = await groups.paginate(1, 2);
    assert.deepEqual([first.total, first.items], [3, [{ pages: 10, n: 1 }, { pages: 30, n: 1 }]]);
    const records = Book.where({ title: "a" }).union(Book.where({ title__in: ["b", "c"] }));
    assert.deepEqual([(await records.paginate(2, 2)).total, (await records.paginate(2, 2)).items.length], [3, 1]);
    const rows = Book.select("title").unionAll(Book.select("title")).orderBy("title");
    const page = await rows.paginate(2, 4);
    assert.deepEqual([page.total, page.items], [6, [{ title: "c" }, { title: "c" }]]);
    const own = cte("own", Book.select("id", "title"));
    assert.equal((await Book.query().from(own).orderBy("title").paginate(1, 2)).total, 3);
  });

  test("cursor() of joined rows gives every pair once, forward and back, with partners that are missing", async () => {
    await fill();
    const rows = Shelf.query().leftJoin("books").select((s, j) => ({ name: s.name, title: j.books.title }));
    for (
      const query of [
        rows,
        rows.orderBy((_, j) => j.books.pages.desc()),
        rows.orderBy("-name", (_, j) => j.books.pages.asc({ nulls: "first" })),
        Shelf.query().leftJoin("books").select((s, j) => ({ title: j.books.title, name: s.name })).orderBy("name"),
      ]
    ) {
      const all = await query;
      const [forward, back] = await walk(query, 2);
      assert.deepEqual(forward.flat().map(({ title }) => title).toSorted(), all.map(({ title }) => title).toSorted());
      assert.deepEqual(back, forward);
    }
    const [records] = await walk(joined().orderBy((_, j) => j.books.title.desc()), 2);
    assert.deepEqual(records.map((page) => page.length), [2, 1]);
    const [aliased] = await walk(alias(Book, "other").query().orderBy("-title"), 2);
    assert.deepEqual(aliased.flat().map(({ title }) => title), ["c", "b", "a"]);
    const [united] = await walk(Book.where({ title: "a" }).union(Book.query()).orderBy("pages"), 2);
    assert.deepEqual(united.flat().map(({ title }) => title).toSorted(), ["a", "b", "c"]);
  });

  test("cursor() refuses joined rows without a key, and hidden fields of any table", async () => {
    const own = cte("own", Book.select("id", "shelfId"));
    const keyless = Shelf.query().join({ own }, (s, j) => j.own.shelfId.eq(s.id));
    assert.match((await errorOf(QueryBuildError, () => keyless.cursor())).message, /primary key of own/);
    const showing = Book.query().join("shelf").orderBy((_, j) => j.shelf.secret);
    assert.match((await errorOf(QueryBuildError, () => showing.cursor())).message, /hidden/);
    await errorOf(QueryBuildError, () => joined().distinct().cursor());
    await errorOf(QueryBuildError, () => Book.select("id").union(Book.select("id")).orderBy("id").cursor());
  });

  test("writes of joined queries reach what the default scopes show", async () => {
    await fill();
    const thick = Book.query().join("shelf").where((_, j) => j.shelf.name.eq("top"));
    assert.equal(await thick.updateAll({ pages: 99 }), 3);
    assert.equal(await Book.unscoped().where({ pages: 99 }).count(), 3);
    assert.equal(await Book.query().join("parent").deleteAll(), 2);
    assert.deepEqual(await Book.query().pluck("title"), ["a"]);
    assert.equal(await Book.unscoped().count(), 6);
  });

  test("rows are inserted from a set operation and from a named query", async () => {
    await fill();
    const names = Book.select({ name: Book.c.title }).where({ title: "a" });
    assert.equal(await Shelf.insertFrom(names.union(Book.select({ name: Book.c.title }).where({ title: "b" }))), 2);
    const own = cte("own", Book.select({ name: Book.c.title }));
    assert.equal(await Shelf.insertFrom(Book.query().from(own)), 3);
    assert.equal(await Shelf.count(), 7);
  });

  test("a locked query with joins gives its rows in a transaction only", { requires: ["locks"] }, async ({
    backend,
  }) => {
    await fill();
    const locked = Book.query().join("shelf").orderBy("title").forUpdate();
    await Book.transaction(async () => {
      assert.deepEqual((await locked.all()).map(({ title }) => title), ["a", "b", "c"]);
      assert.deepEqual([await locked.count(), await locked.exists()], [3, true]);
      assert.equal((await locked.paginate(1, 2)).items.length, 2);
      assert.equal((await alias(Book, "other").query().forShare().all()).length, 3);
      if (!backend.supports("locks.of")) return;
      assert.equal((await Book.query().join("shelf").forUpdate({ of: ["mix_books"] }).all()).length, 3);
      assert.equal((await Book.query().join("shelf").forShare({ of: ["shelf"] }).all()).length, 3);
    });
    await assertQueries(backend, 0, async () => {
      await errorOf(TransactionError, () => locked.all());
      await errorOf(TransactionError, () => Shelf.query().from(Book.query().forUpdate()).all());
      await errorOf(TransactionError, async () => {
        for await (const _ of locked.stream()) break;
      });
    });
  });

  test("a write by the keys of a locked query needs no transaction", { requires: ["locks"] }, async () => {
    await fill();
    assert.equal(await Book.query().join("shelf").forUpdate().updateAll({ pages: 1 }), 3);
  });

  test("locks that would lock nothing are refused when they are built", async () => {
    const compound = Book.where({ id: 1 }).union(Book.where({ id: 2 }));
    const own = cte("own", Book.select("id"));
    for (
      const build of [
        () => compound.forUpdate(),
        () => Book.query().from(own).forShare(),
        () => Book.query().from(Book.query()).forUpdate(),
        () => Book.where({ id: 1 }).forUpdate().union(Book.where({ id: 2 })),
        () => Book.select("id").union(Book.select("id").forShare()),
      ]
    ) await errorOf(QueryBuildError, build);
  });

  test("explain() takes joins, set operations and named queries", { requires: ["explain"] }, async () => {
    await fill();
    const own = cte("own", Book.select("id", "title", "shelfId"));
    for (
      const query of [
        joined(),
        Book.where({ title: "a" }).union(Book.where({ title: "b" })),
        Book.select("title").unionAll(Book.select("title")),
        Shelf.query().join({ own }, (s, j) => j.own.shelfId.eq(s.id)),
        Book.select((b) => ({ n: fn.rank().over({ orderBy: b.id }) })),
      ]
    ) {
      const plan = await query.explain();
      assert.ok(plan.nodes.length > 0 && plan.toString() !== "", plan.sql);
    }
  });

  test("tags and limits of time hold for what is made of a query", async ({ backend }) => {
    await fill();
    const tagged = Book.query().withOptions({ tags: { job: "x" }, timeout: 10_000 });
    const own = cte("own", Book.select("id", "title"));
    for (
      const query of [
        tagged.join("shelf"),
        tagged.union(Book.where({ title: "b" })),
        tagged.select("title").union(Book.select("title")),
        tagged.from(own),
      ]
    ) {
      const sent: string[] = [];
      const off = backend.on("query", ({ sql }) => void sent.push(sql));
      try {
        assert.equal((await query.all()).length, 3);
        for await (const _ of query.stream()) break;
      } finally {
        off();
      }
      assert.ok(sent.length > 0 && sent.every((text) => text.includes("/*job='x'*/")), sent.join("\n"));
    }
  });

  test("tags of a relation's query are on the statement that loads it", async ({ backend }) => {
    await fill();
    const sent: string[] = [];
    const off = backend.on("query", ({ sql }) => void sent.push(sql));
    try {
      await Shelf.with({ books: (query) => query.withOptions({ tags: { job: "x" } }) });
    } finally {
      off();
    }
    assert.deepEqual(sent.map((text) => text.includes("/*job='x'*/")), [false, true]);
  });

  test("results of joins and set operations are kept until something is written", async ({ backend }) => {
    const { top } = await fill();
    const both = () => Book.where({ title: "a" }).union(Book.where({ title: "b" })).all();
    await backend.cache(async () => {
      await assertQueries(backend, 2, async () => {
        for (let i = 0; i < 3; i++) assert.deepEqual([(await both()).length, await joined().count()], [2, 3]);
      });
      await top.update({ name: "changed" });
      await assertQueries(backend, 1, async () => assert.equal((await both()).length, 2));
    });
  });

  test("what the database lacks is refused before anything is sent, however the query runs", async ({ backend }) => {
    await fill();
    const cases = [
      ["lateral", () => Shelf.query().joinLateral({ b: (s) => Book.where((b) => b.shelfId.eq(s.id)).select("title") })],
      ["join.full", () => Shelf.query().fullJoin({ b: Book }, (s, j) => j.b.shelfId.eq(s.id))],
    ] as const;
    for (const [capability, query] of cases) {
      if (backend.supports(capability)) continue;
      const refused = () => errorOf(UnsupportedFeatureError, () => query().all());
      await assertQueries(backend, 0, async () => {
        await refused();
        await backend.transaction(refused);
        await backend.cache(refused);
        await errorOf(UnsupportedFeatureError, async () => {
          for await (const _ of query().stream()) break;
        });
        await errorOf(UnsupportedFeatureError, () => query().count());
        await errorOf(UnsupportedFeatureError, () => query().withOptions({ timeout: 10_000 }).all());
      });
      assert.equal(await Shelf.count(), 2); // no connection is lost
    }
  });
});
