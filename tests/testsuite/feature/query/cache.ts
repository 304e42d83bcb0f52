import assert from "node:assert/strict";
import { assertQueries } from "../../assert_queries.ts";
import { basicModels, makeUser, User } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Results that are kept for a piece of work. */
export const cache: SuiteGroup = group("query/cache", basicModels, (test) => {
  test("cache() answers the same query again without the database", async ({ backend }) => {
    const { id } = await makeUser("Ada", { settings: { theme: "dark" } });
    await assertQueries(backend, 3, () =>
      User.cache(async () => {
        for (let i = 0; i < 3; i++) {
          assert.equal((await User.find(id))?.name, "Ada");
          assert.equal((await User.where({ name: "Ada" })).length, 1);
          assert.equal(await User.where({ name: "Ada" }).count(), 1);
        }
      }));
    await assertQueries(backend, 2, async () => [await User.find(id), await User.find(id)]);
  });

  test("records of a kept result are apart from each other", async () => {
    const { id } = await makeUser("Ada", { settings: { theme: "dark" } });
    await User.cache(async () => {
      const first = (await User.find(id))!;
      first.name = "Changed";
      first.settings!.theme = "light";
      const second = (await User.find(id))!;
      assert.deepEqual([second.name, second.settings, second.isDirty], ["Ada", { theme: "dark" }, false]);
    });
  });

  test("other parameters are another query", async () => {
    await makeUser("Ada", { age: 1 });
    await User.cache(async () => {
      assert.equal(await User.where({ age: 1 }).count(), 1);
      assert.equal(await User.where({ age: 2 }).count(), 0);
    });
  });

  test("every write empties what is kept: of records, rows and text, in the scope and outside of it", async ({ backend }) => {
    const ada = await makeUser("Ada", { age: 1 });
    const age = () => User.where({ id: ada.id }).pick("age");
    await User.cache(async () => {
      assert.equal(await age(), 1);
      await ada.update({ age: 2 });
      assert.equal(await age(), 2);
      await User.where({ id: ada.id }).updateAll({ age: 3 });
      assert.equal(await age(), 3);
      await backend.execute("UPDATE users SET age = 4");
      assert.equal(await age(), 4);
      await backend.uncached(() => User.where({ id: ada.id }).updateAll({ age: 5 }));
      assert.equal(await age(), 5);
    });
  });

  test("what a transaction has read is not kept for others, nor beyond its rollback", async () => {
    await makeUser("Ada");
    await User.cache(async () => {
      assert.equal(await User.count(), 1);
      await User.transaction(async () => {
        await makeUser("Bob");
        assert.equal(await User.count(), 2);
        throw new RangeError("back");
      }).catch((error) => assert.ok(error instanceof RangeError));
      assert.equal(await User.count(), 1);
    });
  });

  test("cache() ends with its function, nests, and is left by uncached()", async ({ backend }) => {
    await makeUser("Ada");
    await assertQueries(backend, 4, async () => {
      await User.cache(async () => {
        await User.count();
        await User.cache(() => User.count());
        await backend.uncached(() => User.count());
        await User.count();
      });
      await User.count();
      await User.cache(() => User.count());
    });
  });

  test("cache() of two flows at once keeps them apart", async ({ backend }) => {
    await makeUser("Ada");
    await assertQueries(backend, 2, () =>
      Promise.all([1, 2].map(() =>
        User.cache(async () => {
          await User.count();
          await User.count();
        })
      )));
  });

  test("cache() gives what its function gives, and passes on what it throws", async () => {
    assert.equal(await User.cache(() => 5), 5);
    await assert.rejects(() => User.cache(() => Promise.reject(new RangeError("no"))), RangeError);
  });
});
