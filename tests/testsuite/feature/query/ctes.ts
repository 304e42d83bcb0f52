import assert from "node:assert/strict";
import { cte, fn, QueryBuildError, recursiveCte, sql } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** The writers below those without an editor. */
const below = (options: { maxDepth?: number } = {}) =>
  recursiveCte(
    "tree",
    Writer.where({ editorId: null }).select("id", "name"),
    (tree) => Writer.query().join({ tree }, (c, j) => c.editorId.eq(j.tree.id)).select("id", "name"),
    { maxDepth: 10, cycle: "id", ...options },
  );

/** Queries with a name. */
export const ctes: SuiteGroup = group("query/ctes", libraryModels, (test) => {
  test("a query with a name is read from and joined", { requires: ["cte"] }, async () => {
    await fillLibrary();
    const long = cte("long", Book.where({ pages__gt: 80 }).select("writerId", "pages"));
    assert.deepEqual(await Writer.query().from(long).orderBy("pages"), [
      { writerId: 1, pages: 100 },
      { writerId: 1, pages: 250 },
      { writerId: null, pages: 500 },
    ]);
    const joined = Writer.query().join({ long }, (c, j) => j.long.writerId.eq(c.id)).orderBy((_, j) => j.long.pages);
    assert.deepEqual(await joined.select((c, j) => ({ name: c.name, pages: j.long.pages })), [
      { name: "Ada", pages: 100 },
      { name: "Ada", pages: 250 },
    ]);
    assert.deepEqual((await joined).map((writer) => writer instanceof Writer), [true, true]);
    assert.equal(await joined.count(), 2);
    assert.equal(await Writer.query().from(long).where({ writerId: 1 }).count(), 2);
    assert.deepEqual(
      await Writer.where({ id__in: Book.query().from(long).where({ writerId__isnull: false }).select("writerId") })
        .ids(),
      [1],
    );
  });

  test("several queries with a name, with parameters, one built on another", { requires: ["cte"] }, async () => {
    await fillLibrary();
    const long = cte("long", Book.where({ pages__gt: 80 }).select("id", "writerId", "pages"));
    const totals = cte(
      "totals",
      Book.query().from(long).select((c) => ({ writer: c.writerId, pages: fn.sum(c.pages) })).groupBy("writerId"),
    );
    const adults = cte("adults", Writer.where({ age__gte: 18 }).select("id", "name"));
    const rows = await Writer.query().from(adults).join({ totals }, (c, j) => j.totals.writer.eq(c.id))
      .join({ long }, (c, j) => j.long.writerId.eq(c.id)).orderBy((_, j) => j.long.id)
      .select((c, j) => ({ name: c.name, total: j.totals.pages, pages: j.long.pages }));
    assert.deepEqual(rows, [{ name: "Ada", total: 350, pages: 100 }, { name: "Ada", total: 350, pages: 250 }]);
    const records = cte("records", Writer.where({ age: 20 }));
    assert.deepEqual(await Writer.query().from(records).orderBy("id").select("id", "editorId"), [
      { id: 2, editorId: 1 },
      { id: 4, editorId: null },
    ]);
  });

  test("withCte() names a query for SQL text", { requires: ["cte"] }, async () => {
    await fillLibrary();
    const long = cte(
      "long_books",
      Book.where({ pages__gt: 80, writerId__isnull: false }).select({ writer: Book.c.writerId }),
    );
    const named = Writer.query().withCte(long)
      .where(sql`${Writer.c.id} IN (SELECT writer FROM ${sql.identifier("long_books")})`);
    assert.deepEqual(await named.ids(), [1]);
    assert.deepEqual(await named.select("name"), [{ name: "Ada" }]);
  });

  test("materialized is a hint, or refused", { requires: ["cte.materialized"] }, async () => {
    await fillLibrary();
    for (const materialized of [true, false]) {
      const adults = cte("adults", Writer.where({ age__gte: 18 }).select("id"), { materialized });
      assert.equal(await Writer.query().from(adults).count(), 3);
    }
  });

  test("a recursive query walks a tree with depth and path", { requires: ["cte.recursive"] }, async () => {
    await fillLibrary();
    assert.deepEqual(await Writer.query().from(below()).orderBy("path"), [
      { id: 1, name: "Ada", depth: 1, path: "/1/" },
      { id: 2, name: "Bob", depth: 2, path: "/1/2/" },
      { id: 3, name: "Cid", depth: 3, path: "/1/2/3/" },
      { id: 4, name: "Dan", depth: 1, path: "/4/" },
    ]);
    assert.deepEqual(await Writer.query().from(below({ maxDepth: 2 })).orderBy("id").select("id"), [
      { id: 1 },
      { id: 2 },
      { id: 4 },
    ]);
    const tree = below();
    const joined = Writer.query().join({ tree }, (c, j) => j.tree.id.eq(c.id)).where((_, j) => j.tree.depth.gt(1));
    assert.deepEqual(await joined.orderBy("id").pluck("name"), ["Bob", "Cid"]);
  });

  test("a circle ends", { requires: ["cte.recursive"] }, async () => {
    await fillLibrary();
    await Writer.where({ id: 1 }).updateAll({ editorId: 3 });
    const circle = recursiveCte(
      "circle",
      Writer.where({ id: 1 }).select("id", "name"),
      (circle) => Writer.query().join({ circle }, (c, j) => c.editorId.eq(j.circle.id)).select("name", "id"),
      { cycle: "id" },
    );
    assert.deepEqual(await Writer.query().from(circle).orderBy("path").select("name", "path"), [
      { name: "Ada", path: "/1/" },
      { name: "Bob", path: "/1/2/" },
      { name: "Cid", path: "/1/2/3/" },
    ]);
    const named = recursiveCte(
      "named",
      Writer.where({ id: 1 }).select("id", "name"),
      (named) => Writer.query().join({ named }, (c, j) => c.editorId.eq(j.named.id)).select("id", "name"),
      { cycle: "name", maxDepth: 5 },
    );
    await Writer.where({ id: 2 }).updateAll({ name: "A/d~a" });
    assert.deepEqual(await Writer.query().from(named).orderBy("depth").select("path"), [
      { path: "/Ada/" },
      { path: "/Ada/A~1d~0a/" },
      { path: "/Ada/A~1d~0a/Cid/" },
    ]);
  });

  test("distinct ends a circle of whole rows by itself", { requires: ["cte.recursive"] }, async () => {
    await fillLibrary();
    await Writer.where({ id: 1 }).updateAll({ editorId: 3 });
    const circle = recursiveCte(
      "circle",
      Writer.where({ id: 1 }).select("id"),
      (circle) => Writer.query().join({ circle }, (c, j) => c.editorId.eq(j.circle.id)).select("id"),
      { distinct: true },
    );
    assert.deepEqual(await Writer.query().from(circle).orderBy("id"), [{ id: 1 }, { id: 2 }, { id: 3 }]);
  });

  test("what refers to itself, to nothing, or has a name twice is refused before it is sent", async () => {
    const one = cte("one", Writer.select("id"));
    const circular = await errorOf(QueryBuildError, () => cte("one", Writer.query().from(one)));
    assert.match(circular.message, /"one" refers to itself/);
    const other = cte("one", Writer.select("name"));
    await errorOf(QueryBuildError, () => Writer.query().from(one).join({ other }, (c) => c.id.eq(1)));
    await errorOf(QueryBuildError, () => cte("", Writer.select("id")));
    await errorOf(QueryBuildError, () => Writer.query().withCte("one" as never));
    const start = Writer.select("id");
    await errorOf(QueryBuildError, () => recursiveCte("tree", start, () => Writer.select("id")));
    await errorOf(
      QueryBuildError,
      () =>
        recursiveCte(
          "tree",
          start,
          (tree) => Writer.query().join({ tree }, (c, j) => c.id.eq(j.tree.id)).select("name") as never,
        ),
    );
    await errorOf(
      QueryBuildError,
      () => recursiveCte("tree", start, (tree) => Writer.query().from(tree).select("id"), { maxDepth: -1 }),
    );
    await errorOf(
      QueryBuildError,
      () => recursiveCte("tree", start, (tree) => Writer.query().from(tree).select("id"), { cycle: "nope" as "id" }),
    );
  });
});
