import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  CancelledError,
  ForeignKeyViolationError,
  IntegrityError,
  OperationalError,
  primaryKey,
  TransactionError,
} from "../../../mod.ts";
import { eachPlace, sleep } from "../../support/sqlite.ts";

async function entries(backend: SQLiteBackend) {
  class Entry extends ActiveRecord.define("entries", { id: primaryKey(), flow: z.int(), amount: z.int() }) {}
  Entry.configure(backend);
  await Entry.createTable();
  return Entry;
}

const FLOWS = 200;

eachPlace(`${FLOWS} concurrent flows keep apart and end with exact sums`, async (backend) => {
  const Entry = await entries(backend);
  class Account extends ActiveRecord.define("accounts", { id: primaryKey(), balance: z.int() }) {}
  Account.configure(backend);
  await Account.createTable();
  await Account.createMany(Array.from({ length: 10 }, () => ({ balance: 1_000 })));
  let inside = 0;
  const flow = async (number: number): Promise<"committed" | "failed"> => {
    try {
      await Account.transaction(async () => {
        assertEquals(++inside, 1, "two flows are inside a transaction at once");
        try {
          // What other flows have not finished is never visible, half-done pairs least of all.
          assertEquals(await Account.sum("balance"), 10_000);
          assertEquals(await Entry.count() % 2, 0);
          const from = await Account.findOrFail(number % 10 + 1);
          from.balance -= number;
          await from.save();
          await sleep(Math.random() * 2);
          await Entry.create({ flow: number, amount: -number });
          await assertRejects(
            () =>
              Account.transaction(async () => {
                await Entry.create({ flow: number, amount: 999_999 });
                await sleep(Math.random());
                assertEquals(await Entry.where({ flow: number }).count(), 2);
                throw new Error("undone");
              }),
            Error,
            "undone",
          );
          await Account.transaction(async () => {
            const to = await Account.findOrFail((number + 3) % 10 + 1);
            await to.increment("balance", number);
            await Entry.create({ flow: number, amount: number });
          });
          assertEquals(await Entry.where({ flow: number }).sum("amount"), 0);
          assertEquals(await Entry.where({ flow: number }).count(), 2);
          if (number % 5 === 0) throw new Error("failed on purpose");
        } finally {
          inside--;
        }
      });
      return "committed";
    } catch (error) {
      assertEquals((error as Error).message, "failed on purpose");
      return "failed";
    }
  };
  const outcomes = await Promise.all(Array.from({ length: FLOWS }, (_, i) => flow(i + 1)));
  assertEquals(outcomes.filter((outcome) => outcome === "failed").length, FLOWS / 5);
  assertEquals(await Account.sum("balance"), 10_000);
  assertEquals(await Entry.count(), FLOWS * 2 - FLOWS / 5 * 2);
  for (let account = 1; account <= 10; account++) {
    let expected = 1_000;
    for (let number = 1; number <= FLOWS; number++) {
      if (number % 5 === 0) continue;
      if (number % 10 + 1 === account) expected -= number;
      if ((number + 3) % 10 + 1 === account) expected += number;
    }
    assertEquals((await Account.findOrFail(account)).balance, expected);
  }
});

eachPlace("statements outside wait for the transaction of another flow or do not see it", async (backend) => {
  const Entry = await entries(backend);
  const begun = Promise.withResolvers<void>();
  const flow = Entry.transaction(async () => {
    await Entry.create({ flow: 1, amount: 1 });
    begun.resolve();
    await sleep(20);
    await Entry.create({ flow: 1, amount: 1 });
  });
  await begun.promise;
  const count = await Entry.count();
  assert(count === 0 || count === 2, `saw ${count} rows`);
  const outside = await Entry.create({ flow: 2, amount: 5 });
  await flow;
  assertEquals([outside.id, await Entry.count()], [3, 3]);
});

eachPlace("await using rolls back at the end of its scope unless it was committed", async (backend) => {
  const Entry = await entries(backend);
  for (let i = 0; i < 10; i++) {
    await using tx = await Entry.begin();
    assert(backend.inTransaction);
    await Entry.create({ flow: i, amount: 1 });
    if (i % 2 === 0) continue;
    await tx.commit();
    assert(!backend.inTransaction);
  }
  assert(!backend.inTransaction);
  assertEquals((await Entry.query()).map((entry) => entry.flow), [1, 3, 5, 7, 9]);
  await assertRejects(
    async () => {
      await using _tx = await Entry.begin();
      await Entry.create({ flow: 99, amount: 1 });
      throw new Error("thrown");
    },
    Error,
    "thrown",
  );
  assertEquals(await Entry.count(), 5);
});

eachPlace("await using nests", async (backend) => {
  const Entry = await entries(backend);
  {
    await using outer = await Entry.begin();
    await Entry.create({ flow: 1, amount: 1 });
    {
      await using _inner = await Entry.begin();
      await Entry.create({ flow: 2, amount: 1 });
    }
    {
      await using inner = await Entry.begin();
      assertEquals(inner.level, 2);
      await Entry.create({ flow: 3, amount: 1 });
      await inner.commit();
    }
    await Entry.create({ flow: 4, amount: 1 });
    await outer.commit();
  }
  assertEquals((await Entry.query()).map((entry) => entry.flow), [1, 3, 4]);
});

eachPlace("100 concurrent flows with await using keep apart", async (backend) => {
  const Entry = await entries(backend);
  const flow = async (number: number) => {
    await sleep(Math.random() * 3);
    assert(!backend.inTransaction);
    await using tx = await Entry.begin();
    await Entry.create({ flow: number, amount: 1 });
    await sleep(Math.random());
    {
      await using _inner = await Entry.begin();
      await Entry.create({ flow: number, amount: 50 });
    }
    assertEquals(await Entry.where({ flow: number }).count(), 1);
    if (number % 4 === 0) return;
    await tx.commit();
  };
  await Promise.all(Array.from({ length: 100 }, (_, i) => flow(i)));
  assert(!backend.inTransaction);
  assertEquals([await Entry.count(), await Entry.sum("amount")], [75, 75]);
});

eachPlace("parallel statements in one transaction are queued", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(async () => {
    const made = await Promise.all(Array.from({ length: 50 }, (_, i) => Entry.create({ flow: i, amount: i })));
    await Promise.all(made.map((entry) => entry.update({ amount: 1 })));
  });
  assertEquals(await Entry.sum("amount"), 50);
});

eachPlace("what is not awaited inside a transaction is waited for at its end", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(() => {
    for (let i = 0; i < 5; i++) void Entry.create({ flow: i, amount: 1 });
  });
  assertEquals(await Entry.count(), 5);
});

eachPlace("what is not awaited and fails rolls the transaction back with its error", async (backend) => {
  const Entry = await entries(backend);
  await assertRejects(() =>
    Entry.transaction(async () => {
      await Entry.create({ flow: 1, amount: 1 });
      Entry.create({ id: 1, flow: 2, amount: 1 }).catch(() => {});
    }), IntegrityError);
  assertEquals(await Entry.count(), 0);
});

eachPlace("parallel nested transactions are refused, and so is the parent's statement meanwhile", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(async () => {
    const nested = Entry.transaction(async () => {
      await sleep(10);
      await Entry.create({ flow: 1, amount: 1 });
    });
    const message = "nested transaction open";
    await sleep(1);
    await assertRejects(() => Entry.transaction(() => {}), TransactionError, message);
    await assertRejects(() => Entry.create({ flow: 2, amount: 1 }), TransactionError, message);
    await assertRejects(() => Entry.count(), TransactionError, message);
    await nested;
    await Entry.create({ flow: 3, amount: 1 });
  });
  assertEquals((await Entry.query()).map((entry) => entry.flow), [1, 3]);
});

eachPlace("calls that come after the end are refused and write nothing", async (backend) => {
  const Entry = await entries(backend);
  const message = "already closed";
  let late!: () => Promise<unknown>;
  let read!: () => Promise<unknown>;
  let nested!: () => Promise<unknown>;
  const tx = await Entry.transaction((tx) => {
    const inside = <T>(fn: () => T) => async () => {
      await gate.promise;
      return await fn();
    };
    const gate = Promise.withResolvers<void>();
    late = inside(() => Entry.create({ flow: 1, amount: 1 }));
    read = inside(() => Entry.count());
    nested = inside(() => Entry.transaction(() => {}));
    const started = [late(), read(), nested()];
    [late, read, nested] = started.map((promise) => () => promise) as (() => Promise<unknown>)[] as [
      typeof late,
      typeof read,
      typeof nested,
    ];
    setTimeout(() => gate.resolve(), 5);
    return tx;
  });
  for (const call of [late, read, nested]) await assertRejects(call, TransactionError, message);
  assertEquals(tx.isOpen, false);
  await assertRejects(() => tx.commit(), TransactionError, message);
  await assertRejects(() => tx.rollback(), TransactionError, message);
  await assertRejects(async () => await tx.savepoint(), TransactionError, message);
  await assertRejects(async () => await tx.run(() => Entry.count()), TransactionError, message);
  assertEquals(await Entry.count(), 0);
});

eachPlace("a callback may end its transaction itself", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(async (tx) => {
    await Entry.create({ flow: 1, amount: 1 });
    await tx.rollback();
  });
  await Entry.transaction(async (tx) => {
    await Entry.create({ flow: 2, amount: 1 });
    await tx.commit();
  });
  assertEquals((await Entry.query()).map((entry) => entry.flow), [2]);
});

eachPlace("savepoints by name are undone and released in any order that makes sense", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(async (tx) => {
    await Entry.create({ flow: 1, amount: 1 });
    const first = await tx.savepoint("first");
    await Entry.create({ flow: 2, amount: 1 });
    await tx.savepoint('odd "name"');
    await Entry.create({ flow: 3, amount: 1 });
    await tx.rollbackTo('odd "name"');
    assertEquals(await Entry.count(), 2);
    await tx.rollbackTo(first);
    await assertRejects(() => tx.rollbackTo('odd "name"'), TransactionError, "has first");
    await assertRejects(() => tx.savepoint("first"), TransactionError, "exists already");
    await assertRejects(() => tx.savepoint(""), TransactionError, "Invalid savepoint name");
    await tx.releaseSavepoint("first");
    await assertRejects(() => tx.releaseSavepoint("first"), TransactionError, "has none");
    await Entry.create({ flow: 4, amount: 1 });
  });
  assertEquals((await Entry.query()).map((entry) => entry.flow), [1, 4]);
});

// ---- options

eachPlace("a read-only transaction reads and refuses writes, and the next one writes again", async (backend) => {
  const Entry = await entries(backend);
  await Entry.create({ flow: 1, amount: 1 });
  await assertRejects(
    () =>
      Entry.transaction(async () => {
        assertEquals(await Entry.count(), 1);
        await Entry.create({ flow: 2, amount: 1 });
      }, { readOnly: true }),
    OperationalError,
    "read-only",
  );
  assertEquals(await Entry.transaction(() => Entry.count(), { readOnly: true }), 1);
  await Entry.create({ flow: 3, amount: 1 });
  assertEquals(await Entry.count(), 2);
});

eachPlace("isolation takes the four names in any spelling and refuses others", async (backend) => {
  const Entry = await entries(backend);
  for (const isolation of ["READ COMMITTED", "read-committed", "Repeatable_Read", "serializable", "readUncommitted"]) {
    assertEquals(await Entry.transaction(() => Entry.count(), { isolation }), 0);
  }
  await assertRejects(() => Entry.transaction(() => {}, { isolation: "chaos" }), TransactionError, '"chaos"');
  await Entry.transaction(async () => {
    await assertRejects(
      () => Entry.transaction(() => {}, { isolation: "serializable" }),
      TransactionError,
      "give `isolation` to the outermost",
    );
    assertEquals(await Entry.count(), 0);
  });
});

eachPlace("wrong options are refused by name before anything begins", async (backend) => {
  const Entry = await entries(backend);
  for (
    const [options, message] of [
      [{ retry: 1 }, 'Unknown transaction option "retry"'],
      [{ retries: -1 }, "Invalid retries: -1"],
      [{ retries: 1.5 }, "Invalid retries: 1.5"],
      [{ timeout: 0 }, "Invalid timeout: 0"],
      [{ timeout: NaN }, "Invalid timeout: NaN"],
    ] as const
  ) {
    await assertRejects(() => Entry.transaction(() => {}, options as object), TransactionError, message);
    await assertRejects(async () => void await Entry.begin(options as object), TransactionError, message);
  }
  await assertRejects(() => Entry.begin({ retries: 1 }), TransactionError, "begin() cannot retry");
  await assertRejects(
    () => Entry.transaction(() => {}, { signal: AbortSignal.abort() }),
    CancelledError,
    "not started",
  );
});

// ---- ends that SQLite decides

eachPlace("COMMIT that fails on a deferred foreign key rolls back, reports and frees the writer", async (backend) => {
  await backend.execute("CREATE TABLE parents (id INTEGER PRIMARY KEY)");
  await backend.execute(
    "CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)",
  );
  const outcomes: string[] = [];
  await assertRejects(() =>
    backend.transaction(async (tx) => {
      tx.afterCommit(() => void outcomes.push("commit"));
      tx.afterRollback(() => void outcomes.push("rollback"));
      await backend.execute("INSERT INTO children (parent) VALUES (7)");
    }), ForeignKeyViolationError);
  assertEquals(outcomes, ["rollback"]);
  assertEquals((await backend.fetchAll("SELECT * FROM children")).length, 0);
  await backend.transaction(async () => {
    await backend.execute("INSERT INTO children (parent) VALUES (7)");
    await backend.execute("INSERT INTO parents (id) VALUES (7)");
  });
  assertEquals((await backend.fetchAll("SELECT * FROM children")).length, 1);
});

eachPlace("a statement that makes SQLite roll everything back is reported at the end", async (backend) => {
  const Entry = await entries(backend);
  await backend.execute(
    "CREATE TRIGGER no_13 BEFORE INSERT ON entries WHEN NEW.amount = 13 BEGIN SELECT RAISE(ROLLBACK, 'thirteen'); END",
  );
  const error = await assertRejects(
    () =>
      Entry.transaction(async () => {
        await Entry.create({ flow: 1, amount: 1 });
        await assertRejects(() => Entry.create({ flow: 2, amount: 13 }), IntegrityError);
      }),
    TransactionError,
    "rolled the transaction back by itself",
  );
  assertInstanceOf(error, TransactionError);
  assertEquals(await Entry.count(), 0);
  await Entry.create({ flow: 4, amount: 1 });
  assertEquals(await Entry.count(), 1);
});

eachPlace("after SQLite has rolled back, later statements of the transaction do not take effect", async (backend) => {
  const Entry = await entries(backend);
  await backend.execute(
    "CREATE TRIGGER no_13 BEFORE INSERT ON entries WHEN NEW.amount = 13 BEGIN SELECT RAISE(ROLLBACK, 'thirteen'); END",
  );
  await assertRejects(() =>
    Entry.transaction(async () => {
      await Entry.create({ flow: 2, amount: 13 }).catch(() => {});
      await Entry.create({ flow: 3, amount: 1 });
    }), TransactionError);
  assertEquals(await Entry.count(), 0);
  await assertRejects(() =>
    Entry.transaction(async () => {
      await Entry.transaction(() => Entry.create({ flow: 2, amount: 13 })).catch(() => {});
      await Entry.create({ flow: 3, amount: 1 });
    }), TransactionError);
  assertEquals(await Entry.count(), 0);
});
