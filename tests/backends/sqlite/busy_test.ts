import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { SQLiteBackend, type SQLiteOptions } from "../../../backends/sqlite/mod.ts";
import { ActiveRecord, LockTimeoutError, primaryKey, TimeoutError } from "../../../mod.ts";
import { sleep, withPath } from "../../support/sqlite.ts";

function entryModel(backend: SQLiteBackend) {
  class Entry extends ActiveRecord.define("entries", { id: primaryKey(), flow: z.int(), amount: z.int() }) {}
  Entry.configure(backend);
  return Entry;
}

async function entries(backend: SQLiteBackend) {
  const Entry = entryModel(backend);
  await Entry.createTable({ ifNotExists: true });
  return Entry;
}

/** Runs with a table `entries` in a file, seen through a backend. */
function withEntries(
  fn: (parts: { path: string; backend: SQLiteBackend; Entry: ReturnType<typeof entryModel> }) => Promise<void>,
  options: Partial<SQLiteOptions> = {},
): () => Promise<void> {
  return () =>
    withPath(async (path) => {
      await using backend = new SQLiteBackend({ database: path, ...options });
      await fn({ path, backend, Entry: await entries(backend) });
    });
}

/** Starts another process that has the write lock when this returns. */
async function startHolder(path: string, task: "commit" | "rollback" | "hold" | "spam") {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", new URL("./fixtures/lock_holder.ts", import.meta.url).href, path, task],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value).trim(), "locked");
  await reader.cancel();
  let isStdinOpen = true;
  const closeInput = async () => {
    if (isStdinOpen) await child.stdin.close().catch(() => {}); // it may be gone
    isStdinOpen = false;
  };
  return {
    /** Lets it end its transaction. */
    async finish() {
      await closeInput();
      assertEquals((await child.status).code, 0);
    },
    async [Symbol.asyncDispose]() {
      try {
        child.kill("SIGKILL");
      } catch {
        // it has ended already
      }
      await child.status;
      await closeInput();
    },
  };
}

/** How often a timer fires while a promise is pending. */
async function ticksDuring(work: Promise<unknown>): Promise<number> {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  await work.catch(() => {}); // the test itself looks at it
  clearInterval(timer);
  return ticks;
}

// ---- another backend on the same file

Deno.test(
  "a write waits for the lock of another backend, without blocking the process",
  withEntries(async ({ path, Entry }) => {
    await using other = new SQLiteBackend({ database: path });
    const tx = await other.begin();
    await tx.run(() => other.execute("INSERT INTO entries (flow, amount) VALUES (9, 9)"));
    const writing = Entry.create({ flow: 1, amount: 1 });
    const ticks = ticksDuring(writing);
    await sleep(150);
    assertEquals(await Entry.count(), 0);
    await tx.commit();
    await writing;
    assertGreaterOrEqual(await ticks, 5);
    assertEquals(await Entry.count(), 2);
  }),
);

Deno.test(
  "a transaction waits for the lock of another backend",
  withEntries(async ({ path, Entry }) => {
    await using other = new SQLiteBackend({ database: path });
    const tx = await other.begin();
    const waiting = Entry.transaction(() => Entry.create({ flow: 1, amount: 1 }));
    await sleep(60);
    await tx.rollback();
    await waiting;
    assertEquals(await Entry.count(), 1);
  }),
);

Deno.test(
  "a lock that is not released gives LockTimeoutError that names busyTimeout",
  withEntries(async ({ path, backend, Entry }) => {
    await using other = new SQLiteBackend({ database: path });
    const tx = await other.begin();
    for (
      const write of [
        () => Entry.create({ flow: 1, amount: 1 }),
        () => Entry.transaction(() => {}),
        () => backend.begin(),
        () => backend.execute("DELETE FROM entries"),
      ]
    ) {
      const start = performance.now();
      const error = await assertRejects<LockTimeoutError>(write, LockTimeoutError, "busyTimeout");
      const took = performance.now() - start;
      assertGreaterOrEqual(took, 70);
      assertLess(took, 5_000);
      assert(error.retryable);
      assert(error.message.includes("80 ms"), error.message);
    }
    assert(!backend.inTransaction);
    await tx.commit();
    await Entry.create({ flow: 1, amount: 1 });
  }, { busyTimeout: 80 }),
);

Deno.test(
  "a stream waits while another connection keeps readers out, and keeps its lock between groups",
  withEntries(async ({ path, Entry }) => {
    await Entry.insertMany([{ flow: 1, amount: 1 }, { flow: 2, amount: 2 }]);
    for (const query of [Entry.query(), Entry.orderBy("-id")]) {
      const other = new DatabaseSync(path);
      other.exec("BEGIN EXCLUSIVE");
      const rows = query.stream({ batchSize: 1 });
      const first = rows.next();
      await sleep(20);
      other.exec("COMMIT");
      assertEquals((await first).done, false);
      assertThrows(() => other.exec("BEGIN EXCLUSIVE"), Error, "locked");
      assertEquals([(await rows.next()).done, (await rows.next()).done], [false, true]);
      other.exec("BEGIN EXCLUSIVE");
      other.close();
    }
  }, { journalMode: "delete" }),
);

Deno.test(
  "busyTimeout 0 does not wait",
  withEntries(async ({ path, Entry }) => {
    await using other = new SQLiteBackend({ database: path });
    const tx = await other.begin();
    await assertRejects(() => Entry.create({ flow: 1, amount: 1 }), LockTimeoutError);
    await assertRejects(() => Entry.transaction(() => {}), LockTimeoutError);
    await tx.commit();
    await Entry.transaction(() => Entry.create({ flow: 1, amount: 1 }));
  }, { busyTimeout: 0 }),
);

Deno.test(
  "retries try the whole transaction again when the database is busy",
  withEntries(async ({ path, Entry }) => {
    await using other = new SQLiteBackend({ database: path });
    const tx = await other.begin();
    setTimeout(() => void tx.commit(), 60);
    let calls = 0;
    await Entry.transaction(async () => {
      calls++;
      await Entry.create({ flow: 1, amount: 1 });
    }, { retries: 50 });
    assertEquals([calls, await Entry.count()], [1, 1]);
  }, { busyTimeout: 5 }),
);

Deno.test(
  "40 flows on each of two backends of one file end with exact sums",
  withEntries(async ({ path, Entry }) => {
    await using other = new SQLiteBackend({ database: path });
    const Other = await entries(other);
    await Entry.create({ flow: 0, amount: 0 });
    const flow = async (Model: typeof Entry) => {
      await Model.transaction(async () => {
        const row = await Model.findOrFail(1);
        await sleep(Math.random());
        row.amount += 1;
        await row.save();
      });
    };
    await Promise.all(Array.from({ length: 80 }, (_, i) => flow(i % 2 === 0 ? Entry : Other as typeof Entry)));
    assertEquals((await Other.findOrFail(1)).amount, 80);
  }, { busyTimeout: 30_000 }),
);

// ---- another process

Deno.test(
  "a write waits for another process and sees what it has committed",
  withEntries(async ({ path, Entry }) => {
    await using holder = await startHolder(path, "commit");
    assertEquals(await Entry.count(), 0);
    const writing = Entry.create({ flow: 1, amount: 1 });
    const ticks = ticksDuring(writing);
    await sleep(150);
    await holder.finish();
    await writing;
    assertGreaterOrEqual(await ticks, 5);
    assertEquals((await Entry.query().orderBy("id")).map((entry) => entry.flow), [77, 1]);
  }),
);

Deno.test(
  "a lock of another process gives LockTimeoutError",
  withEntries(async ({ path, Entry }) => {
    await using _holder = await startHolder(path, "hold");
    await assertRejects(() => Entry.create({ flow: 1, amount: 1 }), LockTimeoutError, "busyTimeout");
    await assertRejects(() => Entry.transaction(() => {}), LockTimeoutError, "busyTimeout");
  }, { busyTimeout: 50 }),
);

Deno.test(
  "a process that is killed in a transaction leaves the database whole and its lock free",
  withEntries(async ({ path, backend, Entry }) => {
    {
      await using _holder = await startHolder(path, "hold");
    }
    assertEquals(await Entry.count(), 0);
    await Entry.transaction(() => Entry.create({ flow: 1, amount: 1 }));
    assertEquals((await backend.fetchOne("PRAGMA integrity_check"))?.integrity_check, "ok");
    assertEquals(await Entry.count(), 1);
  }),
);

Deno.test(
  "a process that is killed while it writes leaves no half transaction",
  withEntries(async ({ path, backend, Entry }) => {
    {
      await using _spam = await startHolder(path, "spam");
      while (await Entry.count() === 0) await sleep(5);
      await sleep(50);
    }
    const count = await Entry.count();
    assert(count > 0 && count % 2 === 0, `${count} rows`);
    assertEquals(await Entry.sum("amount"), 0);
    assertEquals((await backend.fetchOne("PRAGMA integrity_check"))?.integrity_check, "ok");
    await Entry.transaction(() => Entry.create({ flow: 2, amount: 0 }));
  }),
);

// ---- the one writer of a backend

for (const database of [":memory:", "file"]) {
  Deno.test(`a forgotten commit gives TimeoutError that names the holder (${database})`, async () => {
    await withPath(async (path) => {
      await using backend = new SQLiteBackend({
        database: database === "file" ? path : database,
        acquireTimeout: 60,
      });
      const Entry = await entries(backend);
      const forgotten = await backend.begin();
      const error = await assertRejects(
        () => Entry.create({ flow: 1, amount: 1 }),
        TimeoutError,
        "acquireTimeout (60 ms)",
      );
      assert(/a transaction has had it for \d+ ms/.test(error.message), error.message);
      assert(error.message.includes("is a commit or an await missing?"), error.message);
      await assertRejects(() => backend.transaction(() => {}), TimeoutError, "a transaction has had it");
      await forgotten.rollback();
      await Entry.create({ flow: 1, amount: 1 });
      assertEquals(await Entry.count(), 1);
    });
  });
}

Deno.test(
  "flows that give up waiting do not keep the place in the queue",
  withEntries(async ({ backend, Entry }) => {
    const tx = await backend.begin();
    const waiting = Array.from({ length: 20 }, (_, i) => Entry.create({ flow: i, amount: 1 }));
    const outcomes = await Promise.allSettled(waiting);
    assert(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason instanceof TimeoutError));
    await tx.commit();
    await Promise.all(Array.from({ length: 20 }, (_, i) => Entry.create({ flow: i, amount: 1 })));
    assertEquals(await Entry.count(), 20);
  }, { acquireTimeout: 30 }),
);
