import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  DatabaseError,
  OperationalError,
  optimisticLock,
  primaryKey,
  softDelete,
  timestamps,
  TransactionError,
} from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Versioned extends ActiveRecord.define(
  "versioned",
  { id: primaryKey(), name: z.string() },
  optimisticLock(),
  softDelete(),
  timestamps(),
) {}

const busy = () => new OperationalError("Busy", { retryable: true });

async function rolledBack(fn: () => Promise<unknown>): Promise<void> {
  await errorOf(RangeError, () =>
    User.transaction(async () => {
      await fn();
      throw new RangeError("roll back");
    }));
}

/** What follows a commit or a rollback, and what is tried again. */
export const outcome: SuiteGroup = group("backend/outcome", [...basicModels, Versioned], (test) => {
  test("afterCommit() runs once, after the outermost commit and outside of it", async ({ backend }) => {
    const heard: string[] = [];
    await User.transaction(async (tx) => {
      tx.afterCommit(async () => {
        heard.push(`outer ${await User.count()} ${backend.inTransaction}`);
        await makeUser("Later");
      });
      await User.transaction(async (inner) => {
        inner.afterCommit(() => void heard.push("inner"));
        await makeUser("Ada");
      });
      assert.deepEqual(heard, []);
    });
    assert.deepEqual(heard, ["outer 1 false", "inner"]);
    assert.equal(await User.count(), 2);
  });

  test("afterCommit() of what was rolled back never runs", async () => {
    const heard: string[] = [];
    await User.transaction(async () => {
      await User.transaction((inner) => {
        inner.afterCommit(() => void heard.push("committed"));
        inner.afterRollback(() => void heard.push("rolled back"));
        throw new RangeError("inner");
      }).catch(() => {});
      assert.deepEqual(heard, ["rolled back"]);
    });
    assert.deepEqual(heard, ["rolled back"]);
  });

  test("afterRollback() runs once, when the transaction or one around it is rolled back", async ({ backend }) => {
    const heard: string[] = [];
    await errorOf(RangeError, () =>
      User.transaction(async (tx) => {
        tx.afterRollback(async () => {
          heard.push(`outer ${await User.count()} ${backend.inTransaction}`);
        });
        await User.transaction(async (inner) => {
          inner.afterRollback(() => void heard.push("inner"));
          await makeUser("Ada");
        });
        assert.deepEqual(heard, []);
        throw new RangeError("outer");
      }));
    assert.deepEqual(heard.toSorted(), ["inner", "outer 0 false"]);
  });

  test("rollbackTo() counts as a rollback of what came after the savepoint", async () => {
    const heard: string[] = [];
    await User.transaction(async (tx) => {
      tx.afterCommit(() => void heard.push("commit before"));
      await tx.savepoint("here");
      tx.afterCommit(() => void heard.push("commit after"));
      tx.afterRollback(() => void heard.push("rollback after"));
      const user = await makeUser("Ada");
      await tx.rollbackTo("here");
      assert.equal(user.isNew, true);
    });
    assert.deepEqual(heard, ["rollback after", "commit before"]);
  });

  test("an error in afterCommit() says that the transaction is committed", async () => {
    const heard: string[] = [];
    const error = await errorOf(TransactionError, () =>
      User.transaction(async (tx) => {
        tx.afterCommit(() => Promise.reject(new RangeError("late")));
        tx.afterCommit(() => void heard.push("still runs"));
        await makeUser("Ada");
      }));
    assert.match(error.message, /committed/);
    assert.ok(error.cause instanceof RangeError);
    assert.deepEqual(heard, ["still runs"]);
    assert.equal(await User.count(), 1);
  });

  test("a record that was inserted in a transaction that is rolled back is new again and can be saved", async () => {
    const user = new User(userValues("Ada"));
    await rolledBack(() => user.save());
    assert.deepEqual([user.isNew, user.id, user.name], [true, undefined, "Ada"]);
    assert.equal(await user.save(), 1);
    assert.equal((await User.findOrFail(user.id)).name, "Ada");
  });

  test("a record that was changed in a transaction that is rolled back is dirty again", async () => {
    const user = await makeUser("Ada", { settings: { theme: "dark" } });
    await rolledBack(() => user.update({ name: "Bob", settings: { theme: "light" } }));
    assert.deepEqual([user.name, user.isDirty], ["Bob", true]);
    assert.deepEqual(user.changes(), {
      name: ["Ada", "Bob"],
      settings: [{ theme: "dark" }, { theme: "light" }],
    });
    assert.equal(await user.save(), 1);
    assert.equal((await User.findOrFail(user.id)).name, "Bob");
  });

  test("a record that was changed several times goes back to the state before the first", async () => {
    const user = await makeUser("Ada");
    await rolledBack(async () => {
      await user.update({ name: "Bob" });
      await user.update({ age: 1 });
      await User.transaction(() => user.update({ loginCount: 5 }));
    });
    assert.deepEqual(user.dirtyFields.toSorted(), ["age", "loginCount", "name"]);
    await user.save();
    const stored = await User.findOrFail(user.id);
    assert.deepEqual([stored.name, stored.age, stored.loginCount], ["Bob", 1, 5]);
  });

  test("a record that was deleted in a transaction that is rolled back has its row and key", async () => {
    const user = await makeUser("Ada");
    const { id } = user;
    await rolledBack(() => user.delete());
    assert.deepEqual([user.isPersisted, user.id, user.isDirty], [true, id, false]);
    await user.update({ age: 1 });
    assert.equal((await User.findOrFail(id)).age, 1);
  });

  test("a savepoint that is rolled back restores only what was saved inside", async () => {
    const [ada, bob] = await User.createMany([userValues("Ada"), userValues("Bob")]);
    await User.transaction(async () => {
      await ada!.update({ age: 1 });
      await User.transaction(async () => {
        await bob!.update({ age: 2 });
        throw new RangeError("inner");
      }).catch(() => {});
      assert.deepEqual([ada!.isDirty, bob!.isDirty], [false, true]);
    });
    assert.deepEqual(await User.orderBy("name").pluck("age"), [1, null]);
  });

  test("version, mark and times go back with the transaction", async () => {
    const record = await Versioned.create({ name: "a" });
    await rolledBack(async () => {
      await record.update({ name: "b" });
      assert.equal(record.version, 2);
    });
    assert.equal(record.version, 1);
    assert.equal(await record.save(), 1);
    assert.equal(record.version, 2);
    await rolledBack(() => record.delete());
    assert.deepEqual([record.deletedAt, record.version], [null, 2]);
    assert.equal(await record.update({ name: "c" }), 1);
    assert.equal((await Versioned.findOrFail(record.id)).version, 3);
  });

  test("records of createMany(), increment() and refresh() go back with the transaction", async () => {
    const kept = await makeUser("Kept");
    let made: User[] = [];
    await rolledBack(async () => {
      made = await User.createMany([userValues("Ada"), userValues("Bob")]);
      await kept.increment("loginCount", 5);
      assert.equal(kept.loginCount, 5);
    });
    assert.deepEqual(made.map((user) => [user.isNew, user.id]), [[true, undefined], [true, undefined]]);
    assert.deepEqual([kept.loginCount, kept.isDirty], [0, false]);
    await made[0]!.save();
    assert.deepEqual(await User.orderBy("name").pluck("name"), ["Ada", "Kept"]);
  });

  test("a relation that was changed in a transaction that is rolled back is read anew", async () => {
    const ada = await makeUser("Ada");
    await ada.posts;
    await rolledBack(() => ada.posts.create({ title: "a" }));
    assert.equal((await ada.posts.reload()).length, 0);
  });

  test("retries: the whole function is tried again after an error that may pass", async () => {
    let tries = 0;
    const result = await User.transaction(async () => {
      await makeUser("Ada");
      if (++tries < 3) throw busy();
      return tries;
    }, { retries: 5 });
    assert.equal(result, 3);
    assert.equal(await User.count(), 1);
  });

  test("retries: the last error is thrown when none of the tries succeeds", async () => {
    let tries = 0;
    await errorOf(OperationalError, () =>
      User.transaction(() => {
        tries++;
        throw busy();
      }, { retries: 2 }));
    assert.equal(tries, 3);
  });

  test("retries: other errors, and no retries at all, mean one try", async () => {
    let tries = 0;
    await errorOf(RangeError, () =>
      User.transaction(() => {
        tries++;
        throw new RangeError("no");
      }, { retries: 5 }));
    await errorOf(OperationalError, () =>
      User.transaction(() => {
        tries++;
        throw busy();
      }));
    assert.equal(tries, 2);
  });

  test("retries: only the outermost transaction may ask for them", async () => {
    await User.transaction(async () => {
      const error = await errorOf(TransactionError, () => User.transaction(() => 1, { retries: 1 }));
      assert.match(error.message, /outermost/);
    });
  });

  test("retries: a try that saved a record from outside is not repeated, and the error says so", async () => {
    const outside = await makeUser("Ada");
    let tries = 0;
    const error = await errorOf(DatabaseError, () =>
      User.transaction(async () => {
        tries++;
        await outside.update({ loginCount: outside.loginCount + 1 });
        throw busy();
      }, { retries: 5 }));
    assert.equal(tries, 1);
    assert.match(error.message, /not retried/);
    assert.equal((await User.findOrFail(outside.id)).loginCount, 0);
  });

  test("retries: records that the function loads itself may be saved in each try", async () => {
    const { id } = await makeUser("Ada");
    let tries = 0;
    await User.transaction(async () => {
      const user = await User.findOrFail(id);
      await user.update({ loginCount: user.loginCount + 1 });
      if (++tries < 3) throw busy();
    }, { retries: 5 });
    assert.equal((await User.findOrFail(id)).loginCount, 1);
  });

  test("retries: callbacks of a try that was rolled back are not carried over", async () => {
    const heard: string[] = [];
    let tries = 0;
    await User.transaction((tx) => {
      const number = ++tries;
      tx.afterCommit(() => void heard.push(`commit ${number}`));
      tx.afterRollback(() => void heard.push(`rollback ${number}`));
      if (number < 3) throw busy();
    }, { retries: 5 });
    assert.deepEqual(heard, ["rollback 1", "rollback 2", "commit 3"]);
  });
});
