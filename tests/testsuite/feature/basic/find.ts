import assert from "node:assert/strict";
import { QueryBuildError, RecordNotFound, sql } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** How records are found. */
export const find: SuiteGroup = group("basic/find", basicModels, (test) => {
  test("find() gives the record with a key, and null for a key that is not there", async () => {
    const ada = await makeUser("Ada");
    assert.equal((await User.find(ada.id))?.name, "Ada");
    assert.equal(await User.find(ada.id + 1), null);
  });

  test("findOrFail() throws RecordNotFound that names the model", async () => {
    const error = await errorOf(RecordNotFound, () => User.findOrFail(1));
    assert.match(error.message, /User/);
    assert.equal(error.table, "users");
  });

  test("find() accepts a key by field", async () => {
    const ada = await makeUser("Ada");
    assert.equal((await User.find({ id: ada.id }))?.name, "Ada");
  });

  test("find() refuses a key that is null or undefined", async () => {
    for (const key of [null, undefined, {}, [], [1, 2]]) {
      const error = await errorOf(QueryBuildError, () => User.find(key as never));
      assert.match(error.message, /User.*id/);
    }
  });

  test("find() reads one row with one statement", async ({ backend }) => {
    const ada = await makeUser("Ada");
    await assertQueries(backend, 1, () => User.find(ada.id));
  });

  test("find() of a query respects its conditions", async () => {
    const ada = await makeUser("Ada", { age: 36 });
    assert.equal((await User.where({ age: 36 }).find(ada.id))?.name, "Ada");
    assert.equal(await User.where({ age: 1 }).find(ada.id), null);
  });

  test("findBy() accepts fields, a callback, an expression and a template", async () => {
    await User.insertMany([userValues("Ada", { age: 36 }), userValues("Bob", { age: 20 })]);
    assert.equal((await User.findBy({ name: "Bob", age__lt: 30 }))?.name, "Bob");
    assert.equal((await User.findBy((c) => c.age.gt(30)))?.name, "Ada");
    assert.equal((await User.findBy(User.c.name.eq("Bob")))?.age, 20);
    assert.equal((await User.findBy(sql`lower(${User.c.name}) = ${"ada"}`))?.name, "Ada");
    assert.equal(await User.findBy({ name: "Eve" }), null);
  });

  test("a query with an empty list of keys finds nothing", async () => {
    await makeUser("Ada");
    assert.deepEqual(await User.where({ id__in: [] }).all(), []);
  });

  test("first() and last() go by key where there is no order, and by the order where there is one", async () => {
    await User.insertMany(["Bob", "Ada", "Eve"].map((name) => userValues(name)));
    assert.equal((await User.first())?.name, "Bob");
    assert.equal((await User.last())?.name, "Eve");
    assert.equal((await User.orderBy("name").first())?.name, "Ada");
    assert.equal((await User.orderBy("-name").last())?.name, "Ada");
    assert.equal((await User.orderBy("id").limit(2).last())?.name, "Ada");
    assert.equal((await User.orderBy("id").offset(1).first())?.name, "Ada");
  });

  test("first(), last(), one() and pick() of no rows give null", async () => {
    assert.equal(await User.first(), null);
    assert.equal(await User.last(), null);
    assert.equal(await User.query().one(), null);
    assert.equal(await User.pick("name"), null);
  });

  test("first() within a limit of 0 gives null", async () => {
    await makeUser("Ada");
    assert.equal(await User.limit(0).first(), null);
  });

  test("one() gives the only record and refuses several; oneOrFail() refuses none", async () => {
    await User.insertMany([userValues("Ada"), userValues("Bob")]);
    assert.equal((await User.where({ name: "Ada" }).one())?.name, "Ada");
    assert.match((await errorOf(Error, () => User.query().one())).message, /User/);
    await errorOf(RecordNotFound, () => User.where({ name: "Eve" }).oneOrFail());
    assert.equal((await User.where({ name: "Bob" }).oneOrFail()).name, "Bob");
  });

  test("all() gives every record, and awaiting a query is the same", async () => {
    await User.insertMany([userValues("Ada"), userValues("Bob")]);
    assert.equal((await User.all()).length, 2);
    assert.equal((await User.query()).length, 2);
    assert.equal((await User.query().all()).length, 2);
    assert.ok((await User.all()).every((user) => user instanceof User && user.isPersisted));
  });

  test("exists() answers with and without a condition", async () => {
    assert.equal(await User.exists(), false);
    await makeUser("Ada", { age: 36 });
    assert.equal(await User.exists(), true);
    assert.equal(await User.exists({ age__gt: 40 }), false);
    assert.equal(await User.exists((c) => c.age.eq(36)), true);
  });

  test("pluck(), pick() and ids() give plain values", async () => {
    await User.insertMany([userValues("Ada", { age: 36 }), userValues("Bob", { age: 20 })]);
    assert.deepEqual(await User.pluck("name"), ["Ada", "Bob"]);
    assert.deepEqual(await User.orderBy("-name").pluck("name", "age"), [["Bob", 20], ["Ada", 36]]);
    assert.equal(await User.orderBy("-age").pick("name"), "Ada");
    assert.deepEqual(await User.orderBy("age").pick("name", "age"), ["Bob", 20]);
    const ids = await User.ids();
    assert.deepEqual(ids, (await User.all()).map((user) => user.id));
  });

  test("a scope is a static method that can be refined", async () => {
    await User.insertMany([userValues("Ada", { age: 36 }), userValues("Bob", { age: 10 })]);
    assert.deepEqual(await User.adults().pluck("name"), ["Ada"]);
    assert.deepEqual(await User.adults().where({ name: "Bob" }).pluck("name"), []);
  });

  test("findOrCreate() finds what fits, else makes it with the further values", async () => {
    const made = await User.findOrCreate({ email: "ada@example.org" }, { name: "Ada", age: 36 });
    assert.deepEqual([made.name, made.age, made.isPersisted], ["Ada", 36, true]);
    const found = await User.findOrCreate({ email: "ada@example.org" }, { name: "Somebody else" });
    assert.equal(found.id, made.id);
    assert.equal(found.name, "Ada");
    assert.equal(await User.count(), 1);
  });

  test("findOrCreate() by several callers at once gives all of them the same row", async () => {
    const found = await Promise.all(
      Array.from({ length: 5 }, () => User.findOrCreate({ email: "ada@example.org" }, { name: "Ada" })),
    );
    assert.equal(new Set(found.map((user) => user.id)).size, 1);
    assert.equal(await User.count(), 1);
  });

  test("findOrCreate() inside a transaction leaves it usable", async () => {
    await User.transaction(async () => {
      await User.findOrCreate({ email: "ada@example.org" }, { name: "Ada" });
      await User.findOrCreate({ email: "ada@example.org" }, { name: "Ada" });
      await makeUser("Bob");
    });
    assert.equal(await User.count(), 2);
  });
});
