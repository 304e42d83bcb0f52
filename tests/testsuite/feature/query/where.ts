import assert from "node:assert/strict";
import { fn, QueryBuildError, sql } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

async function people(): Promise<void> {
  await User.insertMany([
    userValues("Ada", { age: 36, isActive: true }),
    userValues("Bob", { age: 20, isActive: false }),
    userValues("Cid", { age: 20, isActive: true }),
    userValues("Dan", { age: null, isActive: false }),
  ]);
}

const names = (query: { orderBy(field: "id"): { pluck(field: "name"): Promise<string[]> } }) =>
  query.orderBy("id").pluck("name");

/** The forms of a condition and how conditions are joined. */
export const where: SuiteGroup = group("query/where", basicModels, (test) => {
  test("where() takes an object, a callback, an expression, SQL text and a template, with the same result", async () => {
    await people();
    const expected = ["Bob", "Cid"];
    assert.deepEqual(await names(User.where({ age: 20 })), expected);
    assert.deepEqual(await names(User.where((c) => c.age.eq(20))), expected);
    assert.deepEqual(await names(User.where(User.c.age.eq(20))), expected);
    assert.deepEqual(await names(User.where("age = ?", [20])), expected);
    assert.deepEqual(await names(User.where("age = :age", { age: 20 })), expected);
    assert.deepEqual(await names(User.where(sql`${User.c.age} = ${20}`)), expected);
  });

  test("SQL text leaves question marks and colons in quotes and comments alone", async () => {
    await people();
    assert.deepEqual(await names(User.where("name <> '?:age' /* ? :x */ AND age = ?", [36])), ["Ada"]);
    assert.deepEqual(await names(User.where("name <> ':age' AND age = :age", { age: 36 })), ["Ada"]);
  });

  test("a map given to question marks binds in its order", async () => {
    await people();
    assert.deepEqual(await names(User.where("age = ? AND name = ?", { age: 20, name: "Cid" })), ["Cid"]);
  });

  test("SQL text with missing, superfluous or undefined parameters is refused", async () => {
    await errorOf(QueryBuildError, () => User.where("age = ?"));
    await errorOf(QueryBuildError, () => User.where("age = ?", [1, 2]));
    await errorOf(QueryBuildError, () => User.where("age = :age", { nope: 1 }));
    await errorOf(QueryBuildError, () => User.where("age = ?", [undefined]));
  });

  test("the conditions of one object and of several calls are joined with AND", async () => {
    await people();
    assert.deepEqual(await names(User.where({ age: 20, isActive: true })), ["Cid"]);
    assert.deepEqual(await names(User.where({ age: 20 }).where({ isActive: true })), ["Cid"]);
    assert.deepEqual(await names(User.where({})), ["Ada", "Bob", "Cid", "Dan"]);
  });

  test("orWhere() widens what came before, and a later where() narrows all of it", async () => {
    await people();
    assert.deepEqual(await names(User.where({ name: "Ada" }).orWhere({ name: "Bob" })), ["Ada", "Bob"]);
    assert.deepEqual(
      await names(User.where({ name: "Ada" }).orWhere({ name: "Bob" }).where({ isActive: true })),
      ["Ada"],
    );
    assert.deepEqual(
      await names(User.where({ age: 20 }).where({ isActive: true }).orWhere("name = ?", ["Dan"])),
      ["Cid", "Dan"],
    );
    assert.deepEqual(await names(User.query().orWhere({ name: "Ada" })), ["Ada"]);
  });

  test("groups of OR nest inside AND and the other way round", async () => {
    await people();
    const c = User.c;
    assert.deepEqual(await names(User.where(c.age.eq(36).or(c.age.eq(20)).and(c.isActive.eq(true)))), ["Ada", "Cid"]);
    assert.deepEqual(await names(User.where(c.age.eq(36).or(c.age.eq(20).and(c.isActive.eq(false))))), ["Ada", "Bob"]);
    assert.deepEqual(
      await names(User.where(c.age.isNull().or(c.age.gt(30), c.name.eq("Bob")))),
      ["Ada", "Bob", "Dan"],
    );
  });

  test("SQL text with OR keeps to itself", async () => {
    await people();
    assert.deepEqual(await names(User.where("name = 'Ada' OR name = 'Bob'").where({ isActive: false })), ["Bob"]);
    assert.deepEqual(await names(User.where({ isActive: false }).where("name = 'Ada' OR name = 'Bob'")), ["Bob"]);
    assert.deepEqual(await names(User.query().not("name = 'Ada' OR name = 'Bob'")), ["Cid", "Dan"]);
    assert.deepEqual(
      await names(User.where(sql<boolean>`name = ${"Ada"} OR name = ${"Bob"}`).where({ isActive: false })),
      ["Bob"],
    );
  });

  test("not() negates a whole group, and a condition on NULL is neither met nor not met", async () => {
    await people();
    assert.deepEqual(await names(User.not({ age: 20, isActive: true })), ["Ada", "Bob", "Dan"]);
    assert.deepEqual(await names(User.not({ age: 20 })), ["Ada"]);
    assert.deepEqual(await names(User.where({ isActive: false }).not((c) => c.name.eq("Bob"))), ["Dan"]);
    assert.deepEqual(await names(User.where(User.c.age.eq(20).or(User.c.age.eq(36)).not())), []);
    await errorOf(QueryBuildError, () => User.query().not({}));
  });

  test("null is IS NULL, and undefined is refused by name", async () => {
    await people();
    assert.deepEqual(await names(User.where({ age: null })), ["Dan"]);
    assert.deepEqual(await names(User.where({ age__ne: null })), ["Ada", "Bob", "Cid"]);
    assert.deepEqual(await names(User.where(User.c.age.eq(null))), ["Dan"]);
    const error = await errorOf(QueryBuildError, () => User.where({ age: undefined as never }));
    assert.match(error.message, /age.*User.*undefined/);
    await errorOf(QueryBuildError, () => User.where((c) => c.age.eq(undefined as never)));
    await errorOf(QueryBuildError, () => User.where(sql`age = ${undefined}`));
  });

  test("an unknown field or lookup is refused with the names that there are", async ({ backend }) => {
    await assertQueries(backend, 0, async () => {
      // @ts-expect-error: the types know the fields
      const field = await errorOf(QueryBuildError, () => User.where({ nope: 1 }));
      assert.match(field.message, /"nope".*User.*name, email/);
      // @ts-expect-error: the types know the lookups
      const lookup = await errorOf(QueryBuildError, () => User.where({ age__near: 1 }));
      assert.match(lookup.message, /"near".*User.*gte/);
      await errorOf(QueryBuildError, () => User.where({ constructor: 1 } as never));
      await errorOf(QueryBuildError, () => User.where({ age__toString: 1 } as never));
    });
  });

  test("what is no condition at all is refused", async () => {
    for (const condition of [null, undefined, 1, true, ["age"], () => 1]) {
      const error = await errorOf(QueryBuildError, () => User.where(condition as never));
      assert.match(error.message, /User/);
    }
    await errorOf(QueryBuildError, () => User.where({ age: 1 } as never, [1]));
  });

  test("a value is compared by the type of its column", async () => {
    await people();
    const error = await errorOf(Error, () => User.where({ age: "20" as never }).all());
    assert.equal(error.name, "TypeConversionError");
    assert.match(error.message, /User\.age/);
  });

  test("a query can stand for its rows inside a condition", async () => {
    await people();
    const ada = (await User.findBy({ name: "Ada" }))!;
    await Post.create({ userId: ada.id, title: "Notes" });
    const authors = Post.where({ title: "Notes" }).select("userId");
    assert.deepEqual(await names(User.where({ id__in: authors })), ["Ada"]);
    assert.deepEqual(await names(User.where({ id__notin: authors })), ["Bob", "Cid", "Dan"]);
    assert.deepEqual(await names(User.where((c) => c.id.in(authors))), ["Ada"]);
    assert.deepEqual(await names(User.where(sql`id IN (${authors})`)), ["Ada"]);
  });

  test("columns can be compared with columns and with calculated values", async () => {
    await people();
    assert.deepEqual(await names(User.where((c) => c.age.gt(c.loginCount.plus(30)))), ["Ada"]);
    assert.deepEqual(await names(User.where((c) => c.age.times(2).eq(40))), ["Bob", "Cid"]);
    assert.deepEqual(await names(User.where((c) => fn.coalesce(c.age, 0).eq(0))), ["Dan"]);
    assert.deepEqual(await names(User.where((c) => fn.upper(c.name).eq("ADA"))), ["Ada"]);
    assert.deepEqual(await names(User.where((c) => fn.length(c.name).gt(3))), []);
  });

  test("a value that looks like SQL stays a value", async () => {
    await people();
    const text = "x'; DROP TABLE users; --";
    assert.deepEqual(await names(User.where({ name: text })), []);
    assert.deepEqual(await names(User.where("name = ?", [text])), []);
    assert.deepEqual(await names(User.where(sql`name = ${text}`)), []);
    assert.equal(await User.count(), 4);
  });

  test("names in a template are quoted, and lists are joined", async () => {
    await people();
    assert.deepEqual(await names(User.where(sql`${sql.identifier("users", "name")} = ${"Ada"}`)), ["Ada"]);
    assert.deepEqual(await names(User.where(sql`name IN (${sql.join(["Ada", "Dan"])})`)), ["Ada", "Dan"]);
    assert.deepEqual(await names(User.where(sql`CAST(age AS ${sql.raw("CHAR(2)")}) = ${"36"}`)), ["Ada"]);
    const either = sql<boolean>`name = ${"Ada"} OR name = ${"Bob"}`;
    assert.deepEqual(await names(User.where(sql`${either} AND age = ${20}`)), ["Bob"]);
    assert.deepEqual(await names(User.where(sql.raw<number>("age + 16").times(2).eq(72))), ["Bob", "Cid"]);
    await errorOf(QueryBuildError, () => sql.join([]));
    await errorOf(QueryBuildError, () => sql.identifier());
  });

  test("JSON is equal by value, whatever the order of its keys", async () => {
    await User.insertMany([
      userValues("Ada", { settings: { theme: "dark", tags: ["a", "b"] } }),
      userValues("Bob", { settings: { theme: "light" } }),
    ]);
    assert.deepEqual(await names(User.where({ settings: { tags: ["a", "b"], theme: "dark" } })), ["Ada"]);
    assert.deepEqual(await names(User.where({ settings: { tags: ["b", "a"], theme: "dark" } })), []);
    assert.deepEqual(await names(User.where({ settings__isnull: true })), []);
    await User.insertMany([userValues("Cid"), userValues("Dan", { settings: { theme: "Light" } })]);
    assert.deepEqual(await names(User.where({ settings: { theme: "light" } })), ["Bob"]);
    assert.deepEqual(await names(User.where({ settings__ne: { theme: "light" } })), ["Ada", "Dan"]);
    assert.deepEqual(await names(User.where({ settings__in: [{ theme: "light" }, { theme: "Light" }] })), [
      "Bob",
      "Dan",
    ]);
  });
});
