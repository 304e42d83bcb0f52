import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  fn,
  primaryKey,
  QueryBuildError,
  QueryError,
  sql,
  timestamps,
  UniqueViolationError,
  UnsupportedFeatureError,
  ValidationError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, Post, User, userValues } from "../../fixtures/basic.ts";
import { Page } from "../../fixtures/pages.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Slot extends ActiveRecord.define("write_slots", {
  row: primaryKey(z.string().max(10)),
  place: primaryKey(z.int()),
  guest: z.string().max(50).nullable().default(null),
}) {}

class Archive extends ActiveRecord.define("write_archive", {
  id: primaryKey(z.int()),
  title: z.string().max(100),
  views: z.int(),
  note: z.string().max(100).nullable().default(null),
}, timestamps()) {}

const models = [...basicModels, Page, Slot, Archive] as const;

/** Writes of many rows, and writes made of queries. */
export const writes: SuiteGroup = group("query/writes", models, (test) => {
  test("insertFrom() inserts what a query gives, with one statement", async ({ backend }) => {
    await Post.insertMany(["a", "b", "c"].map((title, i) => ({ title, views: i * 10 })));
    const query = Post.where({ views__gte: 10 }).select("id", "title", "views");
    const count = await assertQueries(backend, 1, () => Archive.insertFrom(query));
    assert.equal(count, 2);
    const [first] = await Archive.orderBy("id").all();
    assert.deepEqual([first!.title, first!.views, first!.note], ["b", 10, null]);
    assert.ok(first!.createdAt instanceof Date);
    const totals = Post.select({
      id: fn.coalesce(fn.max(Post.c.id), 0),
      title: sql<string>`'all'`,
      views: fn.coalesce(fn.count(), 0),
    });
    await Archive.deleteAll({ all: true });
    await Archive.insertFrom(totals);
    assert.deepEqual(await Archive.query().pluck("title", "views"), [["all", 3]]);
  });

  test("insertFrom() refuses fields that are missing or unknown, and violated constraints", async ({ backend }) => {
    await Post.insertMany([{ title: "a" }]);
    await assertQueries(backend, 0, async () => {
      const missing = await errorOf(QueryBuildError, () => Archive.insertFrom(Post.select("title", "views")));
      assert.match(missing.message, /must also select id/);
      await errorOf(QueryBuildError, () => Archive.insertFrom(Post.select("id", "title", "views", "status") as never));
      await errorOf(QueryBuildError, () => Archive.insertFrom(Post.query() as never));
    });
    await Archive.insertFrom(Post.select("id", "title", "views"));
    await errorOf(UniqueViolationError, () => Archive.insertFrom(Post.select("id", "title", "views")));
  });

  test("updateMany() gives each row values of its own, with one statement", async ({ backend }) => {
    await Page.insertMany(Array.from({ length: 30 }, (_, i) => ({ url: `/${i}` })));
    const pages = await Page.orderBy("id").all();
    const before = pages[0]!.updatedAt;
    const rows = pages.slice(0, 20).map(({ id }, i) => ({ id, visits: i, price: `${i}.50`, tags: [`t${i}`] }));
    assert.equal(await assertQueries(backend, 1, () => Page.updateMany(rows)), 20);
    const after = await Page.orderBy("id").all();
    for (const [i, page] of after.entries()) {
      const expected = i < 20 ? [i, `${i}.50`, [`t${i}`], 2] : [1, null, undefined, 1];
      assert.deepEqual([page.visits, page.price, page.tags, page.version], expected);
    }
    assert.ok(after[0]!.updatedAt >= before);
  });

  test("updateMany() of rows with different fields touches only these, NULL included", async ({ backend }) => {
    await Page.insertMany([{ url: "/a", price: "1.00" }, { url: "/b", price: "2.00" }, { url: "/c", price: "3.00" }]);
    const rows = [{ url: "/a", visits: 7 }, { url: "/b", price: null }, { url: "/c", visits: 9, price: undefined }];
    assert.equal(await assertQueries(backend, 2, () => Page.updateMany(rows, { key: "url" })), 3);
    assert.deepEqual(await Page.orderBy("url").pluck("visits", "price"), [[7, "1.00"], [1, null], [9, "3.00"]]);
  });

  test("updateMany() goes by a composite key and counts only rows that are there", async () => {
    await Slot.insertMany(["a", "b"].flatMap((row) => [1, 2].map((place) => ({ row, place }))));
    const rows = [{ row: "a", place: 2, guest: "Ada" }, { row: "b", place: 1, guest: "Bob" }, {
      row: "z",
      place: 1,
      guest: "No",
    }];
    assert.equal(await Slot.updateMany(rows), 2);
    assert.deepEqual(await Slot.orderBy("row", "place").pluck("guest"), [null, "Ada", "Bob", null]);
  });

  test("updateMany() in several statements is all or none", async ({ backend }) => {
    await Page.insertMany(Array.from({ length: 5 }, (_, i) => ({ url: `/${i}` })));
    const ids = await Page.orderBy("id").pluck("id");
    const rows = ids.map((id, i) => ({ id, url: `/new${i}` }));
    assert.equal(await assertQueries(backend, 3, () => Page.updateMany(rows, { batchSize: 2 })), 5);
    const broken = ids.slice(1).map((id, i) => ({ id, url: i === 3 ? "/new0" : `/x${i}` }));
    const error = await errorOf(UniqueViolationError, () => Page.updateMany(broken, { batchSize: 2 }));
    assert.deepEqual(error.issues.map(({ path }) => path), [["url"]]);
    assert.equal(await Page.where({ url__startswith: "/new" }).count(), 5);
  });

  test("updateMany() lists what is wrong with any row, and refuses the same key twice", async ({ backend }) => {
    const page = await Page.create({ url: "/a" });
    await assertQueries(backend, 0, async () => {
      const rows = [{ id: page.id, visits: -1 }, { visits: 1 }, { id: page.id + 1, url: 5 as never }];
      const error = await errorOf(ValidationError, () => Page.updateMany(rows));
      assert.deepEqual(error.issues.map(({ path }) => path), [[0, "visits"], [1, "id"], [2, "url"]]);
      await errorOf(QueryBuildError, () => Page.updateMany([{ id: 1, visits: 1 }, { id: 1, visits: 2 }]));
      await errorOf(QueryBuildError, () => Page.updateMany([{ id: 1, nope: 1 } as never]));
      await errorOf(QueryBuildError, () => Page.updateMany([{ visits: 1 }], { key: [] }));
      await errorOf(QueryBuildError, () => Page.updateMany([{ id: 1, visits: 1 }], { batchSize: 0 }));
      assert.equal(await Page.updateMany([]), 0);
      assert.equal(await Page.updateMany([{ id: page.id }]), 0);
    });
  });

  test("updateAll() gives columns that are made of each other the values from before, or is refused", async ({ backend }) => {
    await Page.insertMany([{ url: "/a", visits: 5, price: "2.00" }]);
    const price = fn.cast(Page.c.visits, "decimal");
    await Page.where({ url: "/a" }).updateAll({ visits: 7, price });
    assert.deepEqual((await Page.query().pluck("visits", "price")).map((row) => row.map(Number)), [[7, 5]]);
    const visits = fn.coalesce(fn.cast(Page.c.price, "int"), 0);
    const sent: string[] = [];
    const off = backend.on("query", ({ sql }) => void sent.push(sql));
    const error = await Page.where({ url: "/a" }).updateAll({ visits, price }).then(() => null, (reason) => reason);
    off();
    const found = (await Page.query().pluck("visits", "price")).map((row) => row.map(Number));
    if (error === null) assert.deepEqual(found, [[5, 7]]);
    else {
      assert.ok(error instanceof UnsupportedFeatureError, String(error));
      assert.deepEqual([sent, found], [[], [[7, 5]]]);
    }
  });

  test("updateAll() takes queries as values and in its condition", async () => {
    const [ada, bob] = [await makeUser("Ada"), await makeUser("Bob")];
    await Post.insertMany([{ title: "a", userId: ada.id, views: 3 }, { title: "b", userId: ada.id, views: 4 }]);
    const authors = Post.select("userId");
    const most = Post.select({ most: fn.max(Post.c.views) });
    assert.equal(await User.where({ id__in: authors }).updateAll({ loginCount: most }), 1);
    assert.deepEqual(await User.orderBy("id").pluck("loginCount"), [4, 0]);
    assert.equal(
      await User.where({ id__notin: Post.where({ userId__isnull: false }).select("userId") }).deleteAll(),
      1,
    );
    assert.equal(await User.find(bob.id), null);
  });

  test(
    "updateAll() and deleteAll() give back fields of what they have written",
    async () => {
      await User.insertMany([userValues("Ada", { age: 1 }), userValues("Bob", { age: 2 }), userValues("Cid")]);
      const changed = await User.where({ age__isnull: false }).updateAll({ age: User.c.age.plus(10) }, {
        returning: ["name", "age", "isActive"],
      });
      assert.deepEqual(changed.toSorted((a, b) => a.age! - b.age!), [
        { name: "Ada", age: 11, isActive: true },
        { name: "Bob", age: 12, isActive: true },
      ]);
      const gone = await User.where({ age: 11 }).deleteAll({ returning: ["name", "settings"] });
      assert.deepEqual(gone, [{ name: "Ada", settings: undefined }]);
      assert.deepEqual(await User.where({ age: 99 }).deleteAll({ returning: ["id"] }), []);
      await errorOf(QueryBuildError, () => User.where({ age: 1 }).deleteAll({ returning: ["nope" as never] }));
      await errorOf(QueryBuildError, () => User.where({ age: 1 }).deleteAll({ returning: [] }));
      assert.equal(await User.count(), 2);
    },
  );

  test("fields are given back of what a join, a limit or the key itself chooses, or none of it is done", async ({ backend }) => {
    const [ada, bob] = [await makeUser("Ada"), await makeUser("Bob")];
    await Post.insertMany([{ title: "a", userId: ada.id, views: 3 }, { title: "b", userId: bob.id, views: 4 }]);
    const joined = User.query().join("posts").where((_, j) => j.posts.views.gt(3));
    assert.deepEqual(await joined.updateAll({ age: 50 }, { returning: ["id", "age"] }), [{ id: bob.id, age: 50 }]);
    const last = Post.orderBy("-id").limit(1);
    assert.deepEqual(await last.deleteAll({ returning: ["title"] }), [{ title: "b" }]);
    assert.equal(await Post.count(), 1);
    const all = { all: true, returning: ["age"] } as const;
    assert.deepEqual((await User.updateAll({ age: 50 }, all)).map(({ age }) => age), [50, 50]);
    assert.deepEqual(await Post.deleteAll({ all: true, returning: ["title"] }), [{ title: "a" }]);
    const moved = () => User.where({ id: ada.id }).updateAll({ id: 9_000 }, { returning: ["id", "name"] });
    if (backend.supports("returning.update")) assert.deepEqual(await moved(), [{ id: 9_000, name: "Ada" }]);
    else await assertQueries(backend, 0, () => errorOf(UnsupportedFeatureError, moved));
    await errorOf(
      QueryError,
      () => User.where({ id: bob.id }).updateAll({ age: sql<number>`no_such_function(1)` }, { returning: ["age"] }),
    );
    assert.equal((await User.findOrFail(bob.id)).age, 50);
  });

  test("insertMany() takes rows that come one by one, and tells how far it is", async () => {
    const progress: number[] = [];
    async function* rows(count: number) {
      for (let i = 0; i < count; i++) {
        if (i % 500 === 0) await Promise.resolve();
        yield userValues(`User ${i}`, { age: i });
      }
    }
    const count = await User.insertMany(rows(2_500), { onProgress: ({ rows }) => void progress.push(rows) });
    assert.deepEqual([count, progress.at(-1), await User.count()], [2_500, 2_500, 2_500]);
    assert.ok(progress.length > 2 && progress.every((rows, i) => i === 0 || rows > progress[i - 1]!));
    const set = new Set([userValues("Set 1"), userValues("Set 2")]);
    assert.equal(await User.insertMany(set), 2);
    assert.equal(await User.insertMany((function* () {})()), 0);
  });

  test("insertMany() of rows that come one by one is all or none", async () => {
    function* rows(bad: unknown) {
      for (let i = 0; i < 1_500; i++) yield userValues(`User ${i}`);
      yield bad as ReturnType<typeof userValues>;
    }
    const error = await errorOf(ValidationError, () => User.insertMany(rows({ name: "" })));
    assert.deepEqual(error.issues.map(({ path }) => path[0]), [1_500, 1_500]);
    await errorOf(UniqueViolationError, () => User.insertMany(rows(userValues("User 3"))));
    await errorOf(RangeError, () =>
      User.insertMany((function* () {
        yield* rows(userValues("Last"));
        throw new RangeError("the source is broken");
      })()));
    await errorOf(RangeError, () =>
      User.insertMany(rows(userValues("Last")), {
        onProgress: () => {
          throw new RangeError("enough");
        },
      }));
    await errorOf(QueryBuildError, () => User.insertMany(5 as never));
    assert.equal(await User.count(), 0);
  });
});
