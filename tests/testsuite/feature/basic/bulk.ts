import assert from "node:assert/strict";
import { fn, QueryBuildError, RecordNotFound, UniqueViolationError, ValidationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const many = (count: number) => Array.from({ length: count }, (_, i) => userValues(`User ${i}`, { age: i }));

/** Writes of many rows, and short ways to write one. */
export const bulk: SuiteGroup = group("basic/bulk", basicModels, (test) => {
  test("createMany() gives saved records with keys in the order of the rows", async ({ backend }) => {
    const statements = backend.supports("returning") ? 1 : 50;
    const users = await assertQueries(backend, statements, () => User.createMany(many(50)));
    assert.deepEqual(users.map((user) => user.age), Array.from({ length: 50 }, (_, i) => i));
    assert.ok(users.every((user, i) => user.isPersisted && !user.isDirty && (i === 0 || user.id > users[i - 1]!.id)));
    for (const user of [users[0]!, users[49]!]) assert.equal((await User.findOrFail(user.id)).age, user.age);
    await users[7]!.update({ name: "Seven" });
    assert.equal((await User.findBy({ age: 7 }))?.name, "Seven");
  });

  test("createMany() of rows with different fields keeps their order", async () => {
    const users = await User.createMany([
      userValues("Ada", { settings: { theme: "dark" } }),
      userValues("Bob"),
      { id: 900, ...userValues("Cid") },
      userValues("Dan", { settings: { theme: "light" } }),
    ]);
    assert.deepEqual(users.map((user) => user.name), ["Ada", "Bob", "Cid", "Dan"]);
    for (const user of users) assert.equal((await User.findOrFail(user.id)).name, user.name);
    assert.equal(users[2]!.id, 900);
    assert.deepEqual(users[3]!.settings, { theme: "light" });
  });

  test("createMany() takes new records, and batchSize", async ({ backend }) => {
    const records = many(10).map((values) => new User(values));
    const statements = backend.supports("returning") ? 4 : 10;
    const made = await assertQueries(backend, statements, () => User.createMany(records, { batchSize: 3 }));
    assert.ok(made.every((user, i) => user === records[i] && user.isPersisted));
    assert.equal(await User.count(), 10);
  });

  test("createMany() lists what is wrong with any of the rows, by index, and writes nothing", async () => {
    const saved = await makeUser("Saved");
    const rows = [userValues("Ada"), { name: "", email: "no" }, userValues("Bob"), { name: "Cid" }, saved];
    const error = await errorOf(ValidationError, () => User.createMany(rows as never));
    assert.deepEqual(error.issues.map(({ path, code }) => [path, code === "persisted" || code === "required"]), [
      [[1, "name"], false],
      [[1, "email"], false],
      [[3, "email"], true],
      [[4], true],
    ]);
    assert.equal(await User.count(), 1);
  });

  test("createMany() and insertMany() that violate a constraint write nothing", async () => {
    const rows = [userValues("Ada"), userValues("Bob"), userValues("Ada")];
    const records = rows.map((values) => new User(values));
    const error = await errorOf(UniqueViolationError, () => User.createMany(records));
    assert.deepEqual(error.issues.map((issue) => issue.path), [["email"]]);
    assert.ok(records.every((user) => user.isNew));
    await errorOf(UniqueViolationError, () => User.insertMany(rows));
    await errorOf(UniqueViolationError, () => User.insertMany(rows, { batchSize: 1 }));
    assert.equal(await User.count(), 0);
  });

  test("createMany() and insertMany() of nothing do nothing", async ({ backend }) => {
    await assertQueries(backend, 0, async () => {
      assert.deepEqual(await User.createMany([]), []);
      assert.equal(await User.insertMany([]), 0);
    });
  });

  test("insertMany() gives the number of rows, fills in defaults and checks every row", async () => {
    assert.equal(await User.insertMany(many(1_234)), 1_234);
    assert.equal(await User.count(), 1_234);
    const first = (await User.findBy({ age: 0 }))!;
    assert.deepEqual([first.isActive, first.loginCount], [true, 0]);
    const error = await errorOf(
      ValidationError,
      () => User.insertMany([userValues("Ada"), { name: "Bob", email: "no" }, { email: "b@example.org" } as never]),
    );
    assert.deepEqual(error.issues.map((issue) => issue.path), [[1, "email"], [2, "name"]]);
    assert.equal(await User.count(), 1_234);
    for (const batchSize of [0, -1, NaN]) {
      await errorOf(QueryBuildError, () => User.insertMany(many(1), { batchSize }));
    }
  });

  test("createMany() refuses a wrong batchSize", async () => {
    for (const batchSize of [0, -1, NaN]) {
      await errorOf(QueryBuildError, () => User.createMany(many(2), { batchSize }));
    }
    assert.equal(await User.count(), 0);
  });

  test("upsert() inserts a row or changes the one with the same key", { requires: ["upsert"] }, async () => {
    const made = await User.upsert(userValues("Ada", { age: 1 }), { conflict: ["email"] });
    assert.deepEqual([made.isPersisted, made.age], [true, 1]);
    const changed = await User.upsert({ ...userValues("Ada", { age: 2 }), name: "Countess" }, { conflict: ["email"] });
    assert.deepEqual([changed.id, changed.name, changed.age], [made.id, "Countess", 2]);
    const partly = await User.upsert(
      { ...userValues("Ada", { age: 3 }), name: "Nobody" },
      { conflict: ["email"], update: ["age"] },
    );
    assert.deepEqual([partly.name, partly.age], ["Countess", 3]);
    assert.equal(await User.count(), 1);
    assert.equal(partly.isDirty, false);
  });

  test("upsert() checks its values and the names that it is given", { requires: ["upsert"] }, async () => {
    await errorOf(ValidationError, () => User.upsert({ name: "", email: "no" }, { conflict: ["email"] }));
    await errorOf(QueryBuildError, () => User.upsert(userValues("Ada"), { conflict: ["nope" as never] }));
    await errorOf(QueryBuildError, () => User.upsert(userValues("Ada"), { conflict: [] }));
    await errorOf(
      QueryBuildError,
      () => User.upsert(userValues("Ada"), { conflict: ["email"], update: ["nope" as never] }),
    );
    assert.equal(await User.count(), 0);
  });

  test("updateAll() changes the rows of its query and gives their number", async ({ backend }) => {
    await User.insertMany(many(10));
    const count = await assertQueries(backend, 1, () => User.where({ age__lt: 4 }).updateAll({ isActive: false }));
    assert.equal(count, 4);
    assert.equal(await User.where({ isActive: false }).count(), 4);
    assert.equal(await User.where({ age: 99 }).updateAll({ isActive: false }), 0);
    assert.equal(await User.where({ age: 0 }).updateAll({}), 0);
    assert.equal(await User.where({ age: 0 }).updateAll({ name: undefined }), 0);
  });

  test("updateAll() takes expressions", async () => {
    await User.insertMany(many(3));
    await User.where({ age__gt: 0 }).updateAll({ loginCount: User.c.loginCount.plus(10) });
    await User.where({ age__gt: 0 }).updateAll({
      loginCount: User.c.loginCount.plus(fn.coalesce(User.c.age, 0)),
    });
    assert.deepEqual(await User.orderBy("age").pluck("loginCount"), [0, 11, 12]);
  });

  test("updateAll() and deleteAll() without condition are refused unless all rows are meant", async ({ backend }) => {
    await User.insertMany(many(3));
    await assertQueries(backend, 0, async () => {
      await errorOf(QueryBuildError, () => User.updateAll({ age: 1 }));
      await errorOf(QueryBuildError, () => User.deleteAll());
      for (const query of [User.query(), User.orderBy("age"), User.where({})]) {
        const update = await errorOf(QueryBuildError, () => query.updateAll({ age: 1 }));
        assert.match(update.message, /User.*all: true/);
        await errorOf(QueryBuildError, () => query.deleteAll());
      }
      await errorOf(QueryBuildError, () => User.updateAll({ nope: 1 } as never, { all: true }));
    });
    assert.equal(await User.updateAll({ age: 5 }, { all: true }), 3);
    assert.equal(await User.unscoped().updateAll({ age: 6 }), 3);
    assert.deepEqual(await User.pluck("age"), [6, 6, 6]);
    assert.equal(await User.deleteAll({ all: true }), 3);
    await User.insertMany(many(2));
    assert.equal(await User.unscoped().deleteAll(), 2);
  });

  test("updateAll() and deleteAll() keep to order, limit and offset", async () => {
    await User.insertMany(many(5));
    assert.equal(await User.orderBy("-age").limit(2).updateAll({ name: "Old" }), 2);
    assert.deepEqual(await User.where({ name: "Old" }).orderBy("age").pluck("age"), [3, 4]);
    assert.equal(await User.orderBy("age").limit(1).deleteAll(), 1);
    assert.equal(await User.orderBy("age").limit(10).offset(2).deleteAll(), 2);
    assert.deepEqual(await User.orderBy("age").pluck("age"), [1, 2]);
    assert.equal(await User.limit(0).deleteAll(), 0);
  });

  test("increment() and decrement() count in the database and read what came of it", async ({ backend }) => {
    const mine = await makeUser("Ada");
    const other = await User.findOrFail(mine.id);
    const statements = backend.supports("returning.update") ? 1 : 2;
    assert.equal(await assertQueries(backend, statements, () => mine.increment("loginCount")), 1);
    await other.increment("loginCount", 10);
    assert.equal(other.loginCount, 11);
    await mine.decrement("loginCount", 2);
    assert.deepEqual([mine.loginCount, mine.isDirty], [9, false]);
    assert.equal((await User.findOrFail(mine.id)).loginCount, 9);
    await mine.increment("age", 3);
    assert.equal(mine.age, 3);
  });

  test("increment() at the same time counts every call", async () => {
    const user = await makeUser("Ada");
    const same = await Promise.all(Array.from({ length: 10 }, () => User.findOrFail(user.id)));
    await Promise.all(same.map((each) => each.increment("loginCount")));
    assert.equal((await User.findOrFail(user.id)).loginCount, 10);
  });

  test("increment() keeps other unsaved changes and refuses what cannot be counted", async () => {
    const user = await makeUser("Ada");
    user.name = "Bob";
    await user.increment("loginCount");
    assert.deepEqual(user.dirtyFields, ["name"]);
    await errorOf(QueryBuildError, () => user.increment("name"));
    await errorOf(QueryBuildError, () => user.increment("nope" as never));
    await errorOf(QueryBuildError, () => new User(userValues("New")).increment("loginCount"));
    await User.where({ id: user.id }).deleteAll();
    await errorOf(RecordNotFound, () => user.increment("loginCount"));
  });

  test("increment() by what is no number is refused and writes nothing", async () => {
    const user = await makeUser("Ada");
    for (const by of [NaN, Infinity, 0.5, "1", null]) {
      await errorOf(Error, () => user.increment("loginCount", by as never));
    }
    assert.equal((await User.findOrFail(user.id)).loginCount, 0);
  });

  test("toggle() turns a boolean round and saves", async () => {
    const user = await makeUser("Ada");
    assert.equal(await user.toggle("isActive"), 1);
    assert.deepEqual([user.isActive, (await User.findOrFail(user.id)).isActive], [false, false]);
    await user.toggle("isActive");
    assert.equal((await User.findOrFail(user.id)).isActive, true);
  });

  test("toggle() of what is no boolean is refused", async () => {
    const user = await makeUser("Ada");
    await errorOf(QueryBuildError, () => user.toggle("loginCount"));
    await errorOf(QueryBuildError, () => user.toggle("nope" as never));
    assert.deepEqual([user.loginCount, user.isDirty], [0, false]);
  });

  test("touch() sets the given times", async () => {
    const post = await Post.create({ title: "a" });
    const before = Date.now();
    assert.equal(await post.touch("publishedAt"), 1);
    const { publishedAt } = await Post.findOrFail(post.id);
    assert.ok(publishedAt!.getTime() >= before && publishedAt!.getTime() <= Date.now());
    await errorOf(QueryBuildError, () => post.touch("nope" as never));
  });
});
