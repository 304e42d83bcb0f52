import assert from "node:assert/strict";
import { QueryBuildError, QueryError, sql } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Records made of the rows of SQL text. */
export const findBySql: SuiteGroup = group("query/findBySql", basicModels, (test) => {
  test("findBySql() makes records of text with parameters, in a list or by name", async ({ backend }) => {
    await makeUser("Ada", { age: 36, isActive: false, settings: { theme: "dark" } });
    await makeUser("Bob", { age: 20 });
    const users = await assertQueries(backend, 1, () => User.findBySql("SELECT * FROM users WHERE age > ?", [30]));
    const [ada] = users;
    assert.equal(users.length, 1);
    assert.ok(ada instanceof User && ada.isPersisted && !ada.isDirty);
    assert.deepEqual([ada.name, ada.isActive, ada.settings], ["Ada", false, { theme: "dark" }]);
    await ada.update({ age: 37 });
    assert.equal((await User.findBySql("SELECT * FROM users WHERE age = :age", { age: 37 })).length, 1);
    assert.deepEqual(await User.findBySql("SELECT * FROM users WHERE age = ?", [99]), []);
  });

  test("findBySql() takes a template, whose values become parameters", async () => {
    await makeUser("Ada");
    const name = "Ada' OR '1'='1";
    const found = await User.findBySql(sql`SELECT * FROM ${sql.identifier("users")} WHERE name = ${"Ada"}`);
    assert.equal(found.length, 1);
    assert.equal((await User.findBySql(sql`SELECT * FROM users WHERE name = ${name}`)).length, 0);
  });

  test("findBySql() finds columns by name, in any order, and leaves out others", async () => {
    await makeUser("Ada");
    const [user] = await User.findBySql(
      "SELECT 1 AS one, settings, login_count, is_active, age, email, name, id FROM users",
    );
    assert.deepEqual([user!.name, user!.loginCount, Object.hasOwn(user!, "one")], ["Ada", 0, false]);
  });

  test("records of findBySql() load relations together", async ({ backend }) => {
    for (const name of ["Ada", "Bob"]) await (await makeUser(name)).posts.create({ title: name });
    const users = await User.findBySql("SELECT * FROM users ORDER BY id");
    await assertQueries(backend, 1, async () => {
      for (const user of users) assert.equal((await user.posts).length, 1);
    });
  });

  test(
    "findBySql() belongs to the transaction around it, and can write",
    { requires: ["returning.update"] },
    async () => {
      await makeUser("Ada", { age: 1 });
      await User.transaction(async () => {
        const [user] = await User.findBySql("UPDATE users SET age = ? RETURNING *", [2]);
        assert.equal(user!.age, 2);
        throw new RangeError("back");
      }).catch((error) => assert.ok(error instanceof RangeError));
      assert.equal((await User.findBy({ name: "Ada" }))?.age, 1);
    },
  );

  test("findBySql() names the columns that are missing or there twice", async () => {
    await makeUser("Ada");
    const missing = await errorOf(QueryError, () => User.findBySql("SELECT id, name FROM users"));
    assert.match(missing.message, /lacks the columns email, age, is_active/);
    const twice = await errorOf(QueryError, () => User.findBySql("SELECT u.*, u.id FROM users u"));
    assert.match(twice.message, /column id twice/);
  });

  test("findBySql() refuses wrong parameters and what is no text", async ({ backend }) => {
    await assertQueries(backend, 0, async () => {
      await errorOf(QueryBuildError, () => User.findBySql("SELECT * FROM users WHERE id = ?", []));
      await errorOf(QueryBuildError, () => User.findBySql(5 as never));
      await errorOf(QueryBuildError, () => User.findBySql(User.c.id));
      await errorOf(QueryBuildError, () => User.findBySql(sql`SELECT * FROM users`, [1]));
    });
  });
});
