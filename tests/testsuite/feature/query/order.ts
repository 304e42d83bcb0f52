import assert from "node:assert/strict";
import { fn, QueryBuildError, sql } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

async function people(): Promise<void> {
  await User.insertMany([
    userValues("Bob", { age: 20 }),
    userValues("Ada", { age: 36 }),
    userValues("Dan", { age: null }),
    userValues("Cid", { age: 20 }),
  ]);
}

/** Order, size and distinctness of a result. */
export const order: SuiteGroup = group("query/order", basicModels, (test) => {
  test("orderBy() takes fields, a minus for the other direction, several terms and further calls", async () => {
    await people();
    assert.deepEqual(await User.orderBy("name").pluck("name"), ["Ada", "Bob", "Cid", "Dan"]);
    assert.deepEqual(await User.orderBy("-name").pluck("name"), ["Dan", "Cid", "Bob", "Ada"]);
    const aged = User.where({ age__isnull: false });
    assert.deepEqual(await aged.orderBy("-age", "-name").pluck("name"), ["Ada", "Cid", "Bob"]);
    assert.deepEqual(await aged.orderBy("age").orderBy("name").pluck("name"), ["Bob", "Cid", "Ada"]);
  });

  test("orderBy() takes expressions and says where NULL goes", async () => {
    await people();
    const { age, name } = User.c;
    assert.deepEqual(
      await User.orderBy(age.asc({ nulls: "first" }), name.asc()).pluck("name"),
      ["Dan", "Bob", "Cid", "Ada"],
    );
    assert.deepEqual(
      await User.orderBy(age.asc({ nulls: "last" }), name.desc()).pluck("name"),
      ["Cid", "Bob", "Ada", "Dan"],
    );
    assert.deepEqual(
      await User.orderBy(age.desc({ nulls: "first" }), name.asc()).pluck("name"),
      ["Dan", "Ada", "Bob", "Cid"],
    );
    assert.deepEqual(
      await User.orderBy(age.desc({ nulls: "last" }), name).pluck("name"),
      ["Ada", "Bob", "Cid", "Dan"],
    );
    assert.deepEqual(await User.orderBy(fn.lower(name).desc()).limit(1).pluck("name"), ["Dan"]);
    assert.deepEqual(await User.orderBy(sql`${age} IS NULL`, "name").pluck("name"), ["Ada", "Bob", "Cid", "Dan"]);
  });

  test("last() of an order with NULLs is the end of that order", async () => {
    await people();
    assert.equal((await User.orderBy(User.c.age.asc({ nulls: "last" })).last())?.name, "Dan");
    assert.equal((await User.orderBy(User.c.age.desc({ nulls: "first" }), User.c.name.asc()).last())?.name, "Cid");
  });

  test("orderBy() refuses what is no field", async ({ backend }) => {
    await assertQueries(backend, 0, async () => {
      // @ts-expect-error: the types know the fields
      const error = await errorOf(QueryBuildError, () => User.orderBy("x; drop"));
      assert.match(error.message, /"x; drop".*User/);
      // @ts-expect-error: as above
      await errorOf(QueryBuildError, () => User.orderBy("--name"));
      await errorOf(QueryBuildError, () => User.orderBy("" as never));
    });
  });

  test("orderBy() refuses what is neither a text nor an expression", async () => {
    for (const term of [null, undefined, 1, {}, ["name"]]) {
      await errorOf(QueryBuildError, () => User.orderBy(term as never));
    }
  });

  test("limit() and offset() cut the result, 0 included, and offset() works alone", async () => {
    await people();
    const byName = User.orderBy("name");
    assert.deepEqual(await byName.limit(2).pluck("name"), ["Ada", "Bob"]);
    assert.deepEqual(await byName.limit(2).offset(1).pluck("name"), ["Bob", "Cid"]);
    assert.deepEqual(await byName.offset(3).pluck("name"), ["Dan"]);
    assert.deepEqual(await byName.offset(0).pluck("name"), ["Ada", "Bob", "Cid", "Dan"]);
    assert.deepEqual(await byName.limit(0).pluck("name"), []);
    assert.deepEqual(await byName.limit(0), []);
    assert.deepEqual(await byName.limit(10).offset(10).pluck("name"), []);
    assert.deepEqual(await byName.limit(1).limit(3).pluck("name"), ["Ada", "Bob", "Cid"]);
  });

  test("limit() and offset() refuse anything but whole numbers from 0 on", async ({ backend }) => {
    await assertQueries(backend, 0, async () => {
      for (const size of [-1, 1.5, NaN, Infinity, 2 ** 53, "1", null, undefined]) {
        const error = await errorOf(QueryBuildError, () => User.limit(size as never));
        assert.match(error.message, /limit of User/);
        await errorOf(QueryBuildError, () => User.query().offset(size as never));
      }
    });
  });

  test("distinct rows are ordered by what they have, and refused any other order", async ({ backend }) => {
    await people();
    const ages = User.where({ age__isnull: false }).distinct();
    assert.deepEqual(await ages.orderBy("-age").pluck("age"), [36, 20]);
    assert.deepEqual(await ages.orderBy("-age").select({ years: User.c.age }), [{ years: 36 }, { years: 20 }]);
    assert.deepEqual(await ages.orderBy("name").all().then((users) => users.map(({ name }) => name)), [
      "Ada",
      "Bob",
      "Cid",
    ]);
    await assertQueries(backend, 0, async () => {
      const other = /orderBy of User is none of the distinct rows/;
      assert.match((await errorOf(QueryBuildError, () => ages.orderBy("name").pluck("age"))).message, other);
      assert.match((await errorOf(QueryBuildError, () => ages.select("age").orderBy("name").all())).message, other);
      const joined = User.query().join("posts").distinct();
      assert.match(
        (await errorOf(QueryBuildError, () => joined.orderBy((_, j) => j.posts.title).all())).message,
        other,
      );
    });
  });

  test("distinct() leaves out equal rows, also when they are counted", async () => {
    await people();
    const ages = User.where({ age__isnull: false }).select("age").distinct();
    assert.deepEqual(await ages.orderBy("age"), [{ age: 20 }, { age: 36 }]);
    assert.equal(await ages.count(), 2);
    assert.equal(await User.query().distinct().count(), 4);
    assert.equal(await User.query().count("age", { distinct: true }), 2);
  });

  test("a query is immutable: a variant leaves its base as it was", async () => {
    await people();
    const base = User.where({ age: 20 });
    const before = base.toSQL();
    base.where({ name: "Bob" });
    base.orWhere({ name: "Ada" });
    base.not({ name: "Cid" });
    base.orderBy("-name");
    base.limit(1).offset(1);
    base.distinct();
    base.with("posts");
    base.select("name");
    assert.deepEqual(base.toSQL(), before);
    assert.deepEqual((await base.orderBy("name")).map((user) => user.name), ["Bob", "Cid"]);
    assert.equal(await base.count(), 2);
    assert.equal((await base.first())?.posts.isLoaded, false);
  });

  test("a query can be awaited again and sees what has changed", async () => {
    await people();
    const query = User.where({ age: 20 });
    assert.equal((await query).length, 2);
    await User.insertMany([userValues("Eve", { age: 20 })]);
    assert.equal((await query).length, 3);
  });

  test("nothing is sent before a query is awaited", async ({ backend }) => {
    await assertQueries(backend, 0, () => {
      const query = User.where({ age: 20 }).orderBy("name").limit(1);
      return query.toSQL();
    });
  });

  test("toSQL() gives text with placeholders and the parameters", () => {
    const { sql: text, params } = User.where({ name: "Ada", age__gte: 18 }).orderBy("-name").limit(3).toSQL();
    assert.match(text, /^SELECT .* FROM .users. WHERE .* ORDER BY .name. DESC LIMIT /s);
    assert.doesNotMatch(text, /Ada/);
    assert.ok(params.includes("Ada"));
    assert.ok(params.includes(18));
  });

  test("a query with relations gives its own order to its records", async () => {
    await people();
    const users = await User.with("posts").orderBy("-name");
    assert.deepEqual(users.map((user) => user.name), ["Dan", "Cid", "Bob", "Ada"]);
    assert.equal(await Post.count(), 0);
  });
});
