import assert from "node:assert/strict";
import { QueryError, Transaction, TransactionError, UniqueViolationError } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const names = () => User.orderBy("name").pluck("name");
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Runs a function in a transaction that fails, and gives what `fn` gave. */
async function rolledBack<T>(fn: (tx: Transaction) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  await errorOf(RangeError, () =>
    User.transaction(async (tx) => {
      result = { value: await fn(tx) };
      throw new RangeError("roll back");
    }));
  assert.ok(result);
  return result.value;
}

/** All or nothing. */
export const transaction: SuiteGroup = group("backend/transaction", basicModels, (test) => {
  test("transaction() commits what its function did and gives its result", async () => {
    const result = await User.transaction(async (tx) => {
      assert.ok(tx instanceof Transaction);
      assert.deepEqual([tx.isOpen, tx.level, tx.parent], [true, 1, null]);
      await makeUser("Ada");
      await makeUser("Bob");
      return 42;
    });
    assert.equal(result, 42);
    assert.deepEqual(await names(), ["Ada", "Bob"]);
  });

  test("an exception in transaction() undoes every write and reaches the caller", async () => {
    const kept = await makeUser("Kept");
    await rolledBack(async () => {
      await makeUser("Ada");
      await kept.update({ name: "Changed" });
      await User.insertMany([userValues("Bob")]);
      await User.where({ name: "Bob" }).updateAll({ age: 1 });
      assert.equal(await User.count(), 3);
    });
    assert.deepEqual(await names(), ["Kept"]);
    await makeUser("After");
    assert.deepEqual(await names(), ["After", "Kept"]);
  });

  test("every call in the function belongs to the transaction, of every model of the backend", async ({ backend }) => {
    assert.equal(backend.inTransaction, false);
    await rolledBack(async () => {
      assert.equal(backend.inTransaction, true);
      const helper = async () => {
        await pause(1);
        const ada = await makeUser("Ada");
        await Promise.all([Post.create({ title: "a", userId: ada.id }), ada.posts.create({ title: "b" })]);
        await backend.execute("UPDATE posts SET views = 1");
      };
      await helper();
      assert.equal(await Post.where({ views: 1 }).count(), 2);
    });
    assert.deepEqual([await User.count(), await Post.count(), backend.inTransaction], [0, 0, false]);
  });

  test("a nested transaction that fails undoes only its own work when it is caught outside of it", async () => {
    await User.transaction(async (outer) => {
      await makeUser("Ada");
      await errorOf(RangeError, () =>
        User.transaction(async (inner) => {
          assert.deepEqual([inner.level, inner.parent === outer, inner.root === outer], [2, true, true]);
          await makeUser("Bob");
          throw new RangeError("inner");
        }));
      assert.deepEqual(await names(), ["Ada"]);
      await User.transaction(() => makeUser("Cid"));
    });
    assert.deepEqual(await names(), ["Ada", "Cid"]);
  });

  test("a transaction that fails takes its nested ones with it", async () => {
    await rolledBack(async () => {
      await User.transaction(async () => {
        await makeUser("Ada");
        await User.transaction(() => makeUser("Bob"));
      });
      assert.equal(await User.count(), 2);
    });
    assert.equal(await User.count(), 0);
  });

  test("a statement that fails leaves the transaction usable", async () => {
    await makeUser("Ada");
    await User.transaction(async () => {
      await makeUser("Bob");
      await errorOf(UniqueViolationError, () => User.transaction(() => makeUser("Ada")));
      await makeUser("Cid");
    });
    assert.deepEqual(await names(), ["Ada", "Bob", "Cid"]);
  });

  test("await using rolls back at the end of its scope", async ({ backend }) => {
    {
      await using tx = await User.begin();
      assert.equal(tx.isOpen, true);
      assert.equal(backend.inTransaction, true);
      await makeUser("Ada");
      assert.equal(await User.count(), 1);
    }
    assert.equal(backend.inTransaction, false);
    assert.equal(await User.count(), 0);
  });

  test("await using keeps what was committed, and code after commit() is outside", async ({ backend }) => {
    {
      await using tx = await User.begin();
      await makeUser("Ada");
      await tx.commit();
      assert.equal(tx.isOpen, false);
      assert.equal(backend.inTransaction, false);
      await makeUser("Bob");
    }
    assert.deepEqual(await names(), ["Ada", "Bob"]);
  });

  test("await using rolls back when its scope throws or returns early", async () => {
    const leave = async () => {
      await using _tx = await User.begin();
      await makeUser("Ada");
      return await User.count();
    };
    assert.equal(await leave(), 1);
    await errorOf(RangeError, async () => {
      await using _tx = await User.begin();
      await makeUser("Bob");
      throw new RangeError("stop");
    });
    assert.equal(await User.count(), 0);
  });

  test("await using nests, and each scope ends on its own", async () => {
    {
      await using outer = await User.begin();
      await makeUser("Ada");
      {
        await using _inner = await User.begin();
        await makeUser("Bob");
      }
      {
        await using inner = await User.begin();
        await makeUser("Cid");
        await inner.commit();
      }
      await outer.commit();
    }
    assert.deepEqual(await names(), ["Ada", "Cid"]);
  });

  test("a handle of begin() without using reaches the code that it runs", async ({ backend }) => {
    const tx = await User.begin();
    assert.equal(backend.inTransaction, false);
    await tx.run(() => makeUser("Ada"));
    await tx.rollback();
    assert.equal(await User.count(), 0);
    const other = await User.begin();
    await other.run(() => makeUser("Bob"));
    await other.commit();
    assert.deepEqual(await names(), ["Bob"]);
  });

  test("ending a transaction twice is refused", async () => {
    const tx = await User.begin();
    await tx.commit();
    await errorOf(TransactionError, () => tx.commit());
    await errorOf(TransactionError, () => tx.rollback());
    await errorOf(TransactionError, () => tx.savepoint("a"));
  });

  test("savepoints: rollbackTo() undoes later writes, keeps its savepoint and drops newer ones", async () => {
    await User.transaction(async (tx) => {
      await makeUser("Ada");
      assert.equal(await tx.savepoint("one"), "one");
      await makeUser("Bob");
      await tx.savepoint("two");
      await makeUser("Cid");
      await tx.rollbackTo("one");
      assert.deepEqual(await names(), ["Ada"]);
      await errorOf(TransactionError, () => tx.rollbackTo("two"));
      await makeUser("Dan");
      await tx.rollbackTo("one");
      assert.deepEqual(await names(), ["Ada"]);
      await makeUser("Eve");
    });
    assert.deepEqual(await names(), ["Ada", "Eve"]);
  });

  test("savepoints: releaseSavepoint() forgets one and the newer ones, and their work stays", async () => {
    await User.transaction(async (tx) => {
      await tx.savepoint("one");
      await makeUser("Ada");
      await tx.savepoint("two");
      await makeUser("Bob");
      await tx.releaseSavepoint("one");
      for (const name of ["one", "two"]) await errorOf(TransactionError, () => tx.rollbackTo(name));
    });
    assert.deepEqual(await names(), ["Ada", "Bob"]);
  });

  test("savepoints: unknown, doubled and invalid names are refused, unreleased ones are committed", async () => {
    const tx = await User.transaction(async (tx) => {
      const error = await errorOf(TransactionError, () => tx.rollbackTo("nope"));
      assert.match(error.message, /"nope"/);
      await errorOf(TransactionError, () => tx.releaseSavepoint("nope"));
      await tx.savepoint('odd "name"; --');
      await errorOf(TransactionError, () => tx.savepoint('odd "name"; --'));
      await errorOf(TransactionError, () => tx.savepoint(""));
      await makeUser("Ada");
      return tx;
    });
    assert.deepEqual(await names(), ["Ada"]);
    await errorOf(TransactionError, () => tx.rollbackTo("one"));
  });

  test("savepoints without a name have names of their own, which never collide", async () => {
    await User.transaction(async (tx) => {
      const first = await tx.savepoint();
      const seen = new Set<string>([first]);
      for (let i = 0; i < 5; i++) {
        await User.transaction(() => makeUser(`User ${i}`));
        seen.add(await tx.savepoint());
      }
      assert.equal(seen.size, 6);
      await tx.rollbackTo(first);
    });
    assert.equal(await User.count(), 0);
  });

  test("savepoints with a function undo its work when it throws", async () => {
    await User.transaction(async (tx) => {
      assert.equal(await tx.savepoint(async () => (await makeUser("Ada")).name), "Ada");
      await errorOf(RangeError, () =>
        tx.savepoint(async () => {
          await makeUser("Bob");
          throw new RangeError("inner");
        }));
    });
    assert.deepEqual(await names(), ["Ada"]);
  });

  test("a call that outlives its transaction is refused and writes nothing", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const late: Promise<unknown>[] = [];
    await User.transaction(() => {
      late.push(promise.then(() => makeUser("Late")).catch((error) => error));
      late.push(promise.then(() => User.count()).catch((error) => error));
      late.push(promise.then(() => User.transaction(() => makeUser("Later"))).catch((error) => error));
    });
    resolve();
    for (const error of await Promise.all(late)) {
      assert.ok(error instanceof TransactionError, String(error));
      assert.match(error.message, /already closed/);
    }
    assert.equal(await User.count(), 0);
  });

  test("calls that nobody waits for are finished before the commit, and their failure rolls back", async () => {
    await User.transaction(() => {
      void makeUser("Ada");
    });
    assert.deepEqual(await names(), ["Ada"]);
    await errorOf(UniqueViolationError, () =>
      User.transaction(async () => {
        await makeUser("Bob");
        makeUser("Ada").catch(() => {});
      }));
    assert.deepEqual(await names(), ["Ada"]);
  });

  test("nested transactions at the same time are refused", async () => {
    await User.transaction(async () => {
      const results = await Promise.allSettled([
        User.transaction(async () => {
          await pause(10);
          await makeUser("Ada");
        }),
        User.transaction(() => makeUser("Bob")),
      ]);
      assert.equal(results[0].status, "fulfilled");
      assert.ok(results[1].status === "rejected" && results[1].reason instanceof TransactionError);
    });
    assert.deepEqual(await names(), ["Ada"]);
  });

  test("a statement of the outer transaction while a nested one is open is refused", async () => {
    await User.transaction(async (tx) => {
      const nested = User.transaction(() => pause(20));
      await pause(5);
      await errorOf(TransactionError, () => tx.run(() => makeUser("Ada")));
      await nested;
      await makeUser("Bob");
    });
    assert.deepEqual(await names(), ["Bob"]);
  });

  test("after a statement that failed a transaction goes on, or is never reported as committed", async ({ backend }) => {
    const outcome: unknown = await User.transaction(async () => {
      await makeUser("Ada");
      await errorOf(QueryError, () => backend.execute("SELECT * FROM no_such_table"));
    }).catch((error) => error);
    if (backend.supports("transactions.survivesErrors")) {
      assert.equal(outcome, undefined);
      assert.deepEqual(await names(), ["Ada"]);
    } else {
      assert.ok(outcome instanceof TransactionError, String(outcome));
      assert.deepEqual(await names(), []);
    }
  });

  test("a failure inside a nested transaction leaves the outer one usable", async ({ backend }) => {
    await User.transaction(async () => {
      await makeUser("Ada");
      await errorOf(QueryError, () => User.transaction(() => backend.execute("SELECT * FROM no_such_table")));
      await makeUser("Bob");
    });
    assert.deepEqual(await names(), ["Ada", "Bob"]);
  });

  test("saves at the same time in one transaction work", async () => {
    await User.transaction(async () => {
      const users = await Promise.all(Array.from({ length: 10 }, (_, i) => makeUser(`User ${i}`)));
      await Promise.all(users.map((user) => user.update({ age: 1 })));
      await Promise.all(users.slice(0, 5).map((user) => user.delete()));
    });
    assert.equal(await User.where({ age: 1 }).count(), 5);
  });

  test("other flows never get into an open transaction", async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    const failing = User.transaction(async () => {
      await makeUser("Inside");
      open();
      await pause(20);
      throw new RangeError("roll back");
    }).catch((error) => error);
    await opened;
    const outside = makeUser("Outside");
    assert.ok(await failing instanceof RangeError);
    await outside;
    assert.deepEqual(await names(), ["Outside"]);
  });

  test("transactions of many flows at once end with exact sums", async () => {
    const user = await makeUser("Ada");
    await Promise.all(Array.from({ length: 50 }, (_, i) =>
      User.transaction(async () => {
        const found = await User.findOrFail(user.id);
        await pause(i % 3);
        await found.update({ loginCount: found.loginCount + 1 });
        if (i % 10 === 9) throw new RangeError("this one does not count");
      }, { isolation: "SERIALIZABLE", retries: 100 }).catch((error) =>
        assert.ok(error instanceof RangeError, String(error))
      )));
    assert.equal((await User.findOrFail(user.id)).loginCount, 45);
  });

  test("the seeds' begin, commit and rollback by hand work", async ({ backend }) => {
    await pause(0); // what is begun by hand reaches the calling code up to its last await
    await backend.beginTransaction();
    await makeUser("Ada");
    assert.equal(backend.inTransaction, true);
    await backend.commitTransaction();
    assert.equal(backend.inTransaction, false);
    await backend.beginTransaction();
    await makeUser("Bob");
    await backend.rollbackTransaction();
    assert.deepEqual(await names(), ["Ada"]);
    await errorOf(TransactionError, () => backend.commitTransaction());
    await errorOf(TransactionError, () => backend.rollbackTransaction());
  });
});
