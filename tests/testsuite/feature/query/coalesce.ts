import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, primaryKey, QueryBuildError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User } from "../../fixtures/basic.ts";
import { group, type SuiteBackend, type SuiteGroup } from "../../suite.ts";

class Seat extends ActiveRecord.define("coalesce_seats", {
  row: primaryKey(z.string().max(10)),
  place: primaryKey(z.int()),
}, { coalesceFinds: true }) {}

class Word extends ActiveRecord.define("coalesce_words", { text: primaryKey(z.string().max(20)) }, {
  coalesceFinds: true,
}) {}

async function coalescing(backend: SuiteBackend, fn: () => Promise<void>): Promise<void> {
  backend.coalescesFinds = true;
  try {
    await fn();
  } finally {
    backend.coalescesFinds = false;
  }
}

/** Look-ups by key that travel together. */
export const coalesce: SuiteGroup = group("query/coalesce", [...basicModels, Seat, Word], (test) => {
  test("look-ups of one tick are one statement, when it is enabled", async ({ backend }) => {
    const ids: number[] = [];
    for (const name of ["Ada", "Bob", "Cid"]) ids.push((await makeUser(name)).id);
    const ask = () => Promise.all([...ids, ids[0]!, 999_999].map((id) => User.find(id)));
    await assertQueries(backend, 5, ask);
    await coalescing(backend, async () => {
      const found = await assertQueries(backend, 1, ask);
      assert.deepEqual(found.map((user) => user?.name ?? null), ["Ada", "Bob", "Cid", "Ada", null]);
      assert.notEqual(found[0], found[3]);
      assert.ok(found[0] instanceof User && found[0].isPersisted && !found[0].isDirty);
    });
  });

  test("each caller has a record of its own", async ({ backend }) => {
    const { id } = await makeUser("Ada", { settings: { theme: "dark" } });
    await coalescing(backend, async () => {
      const [first, second] = await Promise.all([User.find(id), User.find(id)]);
      first!.settings!.theme = "light";
      await first!.update({ name: "Changed" });
      assert.deepEqual([second!.name, second!.settings, second!.isDirty], ["Ada", { theme: "dark" }, false]);
    });
  });

  test("a single look-up, and look-ups one after the other, are what they always are", async ({ backend }) => {
    const { id } = await makeUser("Ada");
    await coalescing(backend, async () => {
      await assertQueries(backend, 2, async () => {
        assert.equal((await User.find(id))?.name, "Ada");
        assert.equal((await User.findOrFail(id)).name, "Ada");
      });
      assert.equal(await User.find(999_999), null);
    });
  });

  test("look-ups of flows that wait together are answered together", async ({ backend }) => {
    const ids: number[] = [];
    for (let i = 0; i < 20; i++) ids.push((await makeUser(`User ${i}`)).id);
    await coalescing(backend, async () => {
      const flow = async (id: number) => {
        await Promise.resolve();
        return (await User.find(id))!.name;
      };
      const names = await assertQueries(backend, 1, () => Promise.all(ids.map(flow)));
      assert.deepEqual(names, ids.map((_, i) => `User ${i}`));
    });
  });

  test("composite keys, and more keys than one statement takes", async ({ backend }) => {
    await Seat.insertMany(["a", "b"].flatMap((row) => [1, 2].map((place) => ({ row, place }))));
    const keys = [["a", 2], ["b", 1], ["c", 1]] as const;
    const found = await assertQueries(backend, 1, () => Promise.all(keys.map((key) => Seat.find(key))));
    assert.deepEqual(found.map((seat) => seat && `${seat.row}${seat.place}`), ["a2", "b1", null]);
    await Word.insertMany(Array.from({ length: 2_500 }, (_, i) => ({ text: `w${i}` })));
    const words = await assertQueries(
      backend,
      3,
      () => Promise.all(Array.from({ length: 2_500 }, (_, i) => Word.find(`w${2_499 - i}`))),
    );
    assert.ok(words.every((word, i) => word?.text === `w${2_499 - i}`));
  });

  test("a key that is spelled otherwise gives what a look-up by itself gives", async ({ backend }) => {
    await Word.insertMany([{ text: "Ada" }, { text: "bob" }]);
    const keys = ["ADA", "bob", "Ada", "nobody"];
    const together = await Promise.all(keys.map((key) => Word.find(key)));
    for (const [i, key] of keys.entries()) {
      const alone = await Word.where({ text: key }).first();
      assert.equal(together[i]?.text, alone?.text, `${key} on ${backend.name}`);
    }
  });

  test(
    "look-ups inside and outside of a transaction do not mix",
    { requires: ["sharedDatabase"] },
    async ({ backend }) => {
      const { id } = await makeUser("Ada");
      await coalescing(backend, async () => {
        await User.transaction(async () => {
          await User.where({ id }).updateAll({ name: "Changed" });
          const names = (await Promise.all([User.find(id), User.find(id)])).map((user) => user?.name);
          assert.deepEqual(names, ["Changed", "Changed"]);
        });
      });
    },
  );

  test("what is wrong with one key is told to its caller only; what fails is told to all", async ({ backend }) => {
    const { id } = await makeUser("Ada");
    await coalescing(backend, async () => {
      const results = await Promise.allSettled([User.find(id), User.find(null as never), User.find(id)]);
      assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
      await errorOf(QueryBuildError, () => User.find([1, 2]));
      const failing = await Promise.allSettled([User.find("x" as never), User.find(id)]);
      assert.equal(failing[0]!.status, "rejected");
    });
  });

  test("afterLoad is sent for each record", async ({ backend }) => {
    const ids = [(await makeUser("Ada")).id, (await makeUser("Bob")).id];
    const off = User.on("afterLoad", (user) => void (user.name += "!"));
    try {
      await coalescing(backend, async () => {
        const users = await Promise.all(ids.map((id) => User.find(id)));
        assert.deepEqual(users.map((user) => user?.name), ["Ada!", "Bob!"]);
      });
    } finally {
      off();
    }
  });
});
