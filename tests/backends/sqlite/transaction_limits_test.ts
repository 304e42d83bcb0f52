import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  CancelledError,
  LockTimeoutError,
  primaryKey,
  SerializationError,
  TimeoutError,
  TransactionError,
} from "../../../mod.ts";
import { eachPlace, sleep } from "../../support/sqlite.ts";

async function entries(backend: SQLiteBackend) {
  class Entry
    extends ActiveRecord.define("entries", { id: primaryKey(), name: z.string(), count: z.int().default(0) }) {
  }
  Entry.configure(backend);
  await Entry.createTable();
  return Entry;
}

const busy = () => new SerializationError("try again", { retryable: true });

// ---- time limits and signals

eachPlace("a transaction is rolled back when its timeout is over", async (backend) => {
  const Entry = await entries(backend);
  const over = Promise.withResolvers<void>();
  const end = Promise.withResolvers<unknown>();
  await assertRejects(
    () =>
      Entry.transaction(async () => {
        await Entry.create({ name: "a" });
        await over.promise;
        await Entry.create({ name: "late" }).then(end.reject, end.resolve);
      }, { timeout: 30 }),
    TimeoutError,
    "longer than its timeout of 30 ms",
  );
  assertEquals(await Entry.count(), 0);
  await Entry.create({ name: "free again" });
  over.resolve();
  assert(await end.promise instanceof TimeoutError);
  assertEquals((await Entry.query()).map((entry) => entry.name), ["free again"]);
});

eachPlace(
  "the time limit and the signal also end the wait for the writer, which then goes to the next",
  async (backend) => {
    const Entry = await entries(backend);
    const gate = Promise.withResolvers<void>();
    const first = backend.transaction(() => gate.promise);
    await assertRejects(() => backend.transaction(() => 1, { timeout: 20 }), TimeoutError);
    const controller = new AbortController();
    const waiting = backend.transaction(() => 1, { signal: controller.signal });
    controller.abort();
    await assertRejects(() => waiting, CancelledError);
    gate.resolve();
    await first;
    await Entry.create({ name: "a" });
    assertEquals(await Entry.count(), 1);
  },
);

eachPlace("a transaction that is in time leaves no timer behind", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(() => Entry.create({ name: "a" }), { timeout: 60_000, signal: new AbortController().signal });
  await using tx = await Entry.begin({ timeout: 60_000 });
  await Entry.create({ name: "b" });
  await tx.commit();
  assertEquals(await Entry.count(), 2);
});

eachPlace("a transaction is rolled back when its signal is aborted", async (backend) => {
  const Entry = await entries(backend);
  const controller = new AbortController();
  const work = Entry.transaction(async () => {
    await Entry.create({ name: "a" });
    await Entry.transaction(async () => {
      await Entry.create({ name: "b" });
      controller.abort();
      await Promise.resolve();
    });
  }, { signal: controller.signal });
  await assertRejects(() => work, CancelledError, "signal was aborted");
  assertEquals(await Entry.count(), 0);
  await Entry.create({ name: "c" });
});

eachPlace("an abort counts whenever it comes before the end, and never half", async (backend) => {
  const Entry = await entries(backend);
  for (let steps = 0; steps < 40; steps++) {
    const controller = new AbortController();
    const told: string[] = [];
    const work = Entry.transaction(async (tx) => {
      tx.afterCommit(() => void told.push("commit"));
      tx.afterRollback(() => void told.push("rollback"));
      await Entry.create({ name: "a" });
      await Entry.transaction(() => Entry.create({ name: "b" }));
    }, { signal: controller.signal });
    void (async () => {
      for (let i = 0; i < steps; i++) await Promise.resolve();
      controller.abort();
    })();
    const outcome = await work.then(() => "commit", (error) => error instanceof CancelledError ? "rollback" : error);
    const count = await Entry.count();
    assertEquals(
      [told, count],
      told.length === 0 ? [[], 0] : [[outcome], outcome === "commit" ? 2 : 0],
      `${steps} steps`,
    );
    assertEquals(backend.inTransaction, false);
    await Entry.deleteAll({ all: true });
  }
});

eachPlace("begin() with a timeout or signal is rolled back too", async (backend) => {
  const Entry = await entries(backend);
  for (const limit of [() => ({ timeout: 10 }), () => ({ signal: AbortSignal.timeout(10) })]) {
    await assertRejects(
      async () => {
        await using tx = await Entry.begin(limit());
        await Entry.create({ name: "a" });
        await sleep(50);
        await tx.commit();
      },
      Error,
      "rolled back",
    );
    assertEquals(await Entry.count(), 0);
  }
});

// ---- retries

eachPlace("retries start the callback again after an error that may pass", async (backend) => {
  const Entry = await entries(backend);
  let calls = 0;
  const result = await Entry.transaction(async () => {
    await Entry.create({ name: `call ${++calls}` });
    const record = await Entry.findBy({ name: `call ${calls}` });
    record!.count++;
    await record!.save();
    if (calls < 3) throw busy();
    return calls;
  }, { retries: 3 });
  assertEquals([result, calls], [3, 3]);
  assertEquals((await Entry.query()).map(({ name, count }) => [name, count]), [["call 3", 1]]);
});

eachPlace("retries end with the last error", async (backend) => {
  const Entry = await entries(backend);
  let calls = 0;
  await assertRejects(
    () =>
      Entry.transaction(async () => {
        calls++;
        await Entry.create({ name: "a" });
        throw busy();
      }, { retries: 2 }),
    SerializationError,
    "try again",
  );
  assertEquals([calls, await Entry.count()], [3, 0]);
});

eachPlace("an error that would come again is not retried", async (backend) => {
  const Entry = await entries(backend);
  let calls = 0;
  for (const error of [new Error("own"), new SerializationError("no"), new TransactionError("no")]) {
    await assertRejects(
      () =>
        Entry.transaction(() => {
          calls++;
          throw error;
        }, { retries: 5 }),
      Error,
      error.message,
    );
  }
  assertEquals(calls, 3);
});

eachPlace("only the outermost transaction is retried", async (backend) => {
  const Entry = await entries(backend);
  await Entry.transaction(async () => {
    await assertRejects(
      () => Entry.transaction(() => {}, { retries: 1 }),
      TransactionError,
      "Only the outermost transaction can be retried",
    );
  });
  let outer = 0;
  let inner = 0;
  await Entry.transaction(async () => {
    outer++;
    await Entry.transaction(async () => {
      await Entry.create({ name: "a" });
      if (++inner === 1) throw busy();
    });
  }, { retries: 1 });
  assertEquals([outer, inner, await Entry.count()], [2, 2, 1]);
});

eachPlace("a transaction that saved a record from outside is never retried, and the error says so", async (backend) => {
  const Entry = await entries(backend);
  const record = await Entry.create({ name: "outside" });
  for (
    const change of [
      async () => {
        record.count += 1;
        await record.save();
      },
      () => backend.transaction(() => record.update({ name: `${record.name}!` })),
      () =>
        backend.transaction(async () => {
          await record.update({ name: `${record.name}!` });
          throw busy();
        }),
      () => record.delete(),
    ]
  ) {
    let calls = 0;
    const error = await assertRejects(
      () =>
        Entry.transaction(async () => {
          calls++;
          await change();
          throw busy();
        }, { retries: 5 }),
      SerializationError,
    );
    assert(error.message.includes("not retried: the transaction saved a record that was loaded before it began"));
    assertEquals(calls, 1, String(change));
  }
  assertEquals((await Entry.findOrFail(record.id)).count, 0);
});

eachPlace("increment() of a record from outside counts once, however often it is tried", async (backend) => {
  const Entry = await entries(backend);
  const record = await Entry.create({ name: "outside" });
  let calls = 0;
  await Entry.transaction(async () => {
    await record.increment("count", 5);
    assertEquals(record.count, 5);
    if (++calls < 3) throw busy();
  }, { retries: 5 });
  assertEquals([calls, record.count, (await Entry.findOrFail(record.id)).count], [3, 5, 5]);
});

eachPlace("a record from outside that is only read, or loaded again inside, does not stop a retry", async (backend) => {
  const Entry = await entries(backend);
  const record = await Entry.create({ name: "outside" });
  let calls = 0;
  await Entry.transaction(async () => {
    const inside = await Entry.findOrFail(record.id);
    inside.count += record.name.length;
    await inside.save();
    if (++calls < 3) throw busy();
  }, { retries: 5 });
  assertEquals([calls, (await Entry.findOrFail(record.id)).count], [3, 7]);
});

eachPlace("the signal ends the pause between retries", async (backend) => {
  const Entry = await entries(backend);
  const controller = new AbortController();
  let calls = 0;
  await assertRejects(
    () =>
      Entry.transaction(() => {
        if (++calls === 3) controller.abort();
        throw busy();
      }, { retries: 100, signal: controller.signal }),
    Error,
  );
  assertEquals(calls, 3);
});

// ---- afterCommit and afterRollback

eachPlace("afterCommit and afterRollback run once, in order, outside the transaction", async (backend) => {
  const Entry = await entries(backend);
  const told: string[] = [];
  await Entry.transaction(async (tx) => {
    tx.afterRollback(() => void told.push("never"));
    tx.afterCommit(async () => {
      await sleep(2);
      assert(!backend.inTransaction);
      told.push(`first ${await Entry.count()}`);
      await Entry.create({ name: "from afterCommit" });
    });
    await Entry.transaction(async (inner) => {
      inner.afterCommit(() => void told.push("inner"));
      await Entry.create({ name: "a" });
    });
    await Entry.transaction((inner) => {
      inner.afterCommit(() => void told.push("never"));
      inner.afterRollback(() => void told.push("inner rollback"));
      throw new Error("inner");
    }).catch(() => {});
    tx.afterCommit(() => void told.push("last"));
    assertEquals(told, ["inner rollback"]);
  });
  assertEquals(told, ["inner rollback", "first 1", "inner", "last"]);
  assertEquals(await Entry.count(), 2);
});

eachPlace("a nested transaction that was released is told of the rollback of the outer one", async (backend) => {
  const Entry = await entries(backend);
  const told: string[] = [];
  await assertRejects(
    () =>
      Entry.transaction(async (tx) => {
        tx.afterRollback(() => void told.push("outer"));
        await Entry.transaction((inner) => {
          inner.afterCommit(() => void told.push("never"));
          inner.afterRollback(() => void told.push("inner"));
        });
        throw new Error("back");
      }),
    Error,
    "back",
  );
  assertEquals(told, ["outer", "inner"]);
});

eachPlace("afterCommit that fails is reported, the others run, the work stays", async (backend) => {
  const Entry = await entries(backend);
  const told: string[] = [];
  const error = await assertRejects(
    () =>
      Entry.transaction(async (tx) => {
        tx.afterCommit(() => {
          throw new Error("mail server");
        });
        tx.afterCommit(() => void told.push("second"));
        await Entry.create({ name: "a" });
      }),
    TransactionError,
    "committed, but a function given to afterCommit failed",
  );
  assertEquals((error.cause as Error).message, "mail server");
  assertEquals([told, await Entry.count()], [["second"], 1]);
});

eachPlace("afterCommit that fails does not make a transaction run again", async (backend) => {
  const Entry = await entries(backend);
  let calls = 0;
  await assertRejects(
    () =>
      Entry.transaction(async (tx) => {
        calls++;
        tx.afterCommit(() => {
          throw busy();
        });
        await Entry.create({ name: "a" });
      }, { retries: 5 }),
    TransactionError,
  );
  assertEquals([calls, await Entry.count()], [1, 1]);
});

eachPlace("afterRollback that fails does not hide why the transaction failed", async (backend) => {
  const Entry = await entries(backend);
  const told: string[] = [];
  const error = await assertRejects(() =>
    Entry.transaction(async (tx) => {
      tx.afterRollback(() => {
        throw new Error("second");
      });
      tx.afterRollback(() => void told.push("third"));
      await Entry.create({ name: "a" });
      throw new Error("first");
    })
  );
  assert(Deno.inspect(error).includes("first") && Deno.inspect(error).includes("second"), Deno.inspect(error));
  assertEquals([told, await Entry.count()], [["third"], 0]);
  await Entry.transaction(() => Entry.create({ name: "b" }));
});

Deno.test("LockTimeoutError is one of the errors that retries are for", () => {
  assert(new LockTimeoutError("x", { retryable: true }).retryable);
});
