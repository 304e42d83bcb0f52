import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  CancelledError,
  ConnectionError,
  primaryKey,
  type StorageBackend,
  TimeoutError,
  TransactionError,
} from "../../../mod.ts";
import type { PoolStats, ServerOptions, SQLBackend } from "../../../core/sql/mod.ts";
import { reportSkip } from "../../providers/report_skip.ts";
import type { DatabaseKind } from "../../support/servers/kinds.ts";
import { serverUrl } from "../../support/servers/server_url.ts";
import { createTestDatabase } from "../../support/servers/test_database.ts";

/** A backend with a pool, whatever its connections are. */
export type PooledBackend =
  & StorageBackend
  & Pick<SQLBackend, "execute" | "fetchAll">
  & { readonly pool: { stats(): PoolStats } };

/** Opens a backend of one driver on a database. */
export type Open = (url: string, options?: Omit<ServerOptions, "url">) => PooledBackend;

class Item extends ActiveRecord.define("pool_items", { id: primaryKey(), name: z.string(), count: z.int() }) {}

/** A query that takes some time on the server. */
const sleeping: Readonly<Record<DatabaseKind, (seconds: number) => string>> = {
  postgres: (seconds) => `SELECT pg_sleep(${seconds})`,
  mariadb: (seconds) => `SELECT SLEEP(${seconds})`,
  mysql: (seconds) => `SELECT SLEEP(${seconds})`,
};

/** Registers what every backend with a pool has to do, for one driver. */
export async function poolTests(name: string, kind: DatabaseKind, open: Open): Promise<void> {
  const server = await serverUrl(kind);
  if (server.url === null) return await reportSkip(name, server.reason);
  const sleep = sleeping[kind];
  const url = server.url;

  /** Opens and closes everything inside the test, so that Deno's sanitizers see all of it. */
  const poolTest = (
    title: string,
    options: Omit<ServerOptions, "url">,
    fn: (backend: PooledBackend, open: () => PooledBackend) => Promise<void>,
  ) =>
    Deno.test({
      name: `${name} pool: ${title}`,
      sanitizeOps: true,
      sanitizeResources: true,
      async fn() {
        await using database = await createTestDatabase(kind, url);
        await using backend = open(database.url, options);
        Item.configure(backend);
        await Item.createTable();
        await fn(backend, () => open(database.url, options));
      },
    });

  poolTest(
    "1,000 flows on 10 connections end, with every sum right and no connection lost",
    { poolSize: 10 },
    async (backend) => {
      await Item.insertMany(Array.from({ length: 20 }, (_, i) => ({ name: `item ${i}`, count: 0 })));
      const ids = await Item.query().orderBy("id").pluck("id");
      const flows = Array.from({ length: 1_000 }, async (_, i) => {
        const id = ids[i % ids.length]!;
        if (i % 4 === 0) return void await Item.findOrFail(id);
        if (i % 4 === 1) return void await Item.where({ count__gte: 0 }).count();
        await Item.transaction(async () => {
          const item = await Item.where({ id }).first();
          assert(item !== null);
          await item.increment("count", 1);
        });
      });
      await Promise.all(flows);
      assertEquals(Number(await Item.query().sum("count")), 500);
      const { size, idle, busy, waiting, opening, acquired, released, timedOut, failed, opened, closed } = backend.pool
        .stats();
      assertEquals({ busy, waiting, opening, timedOut, failed, closed }, {
        busy: 0,
        waiting: 0,
        opening: 0,
        timedOut: 0,
        failed: 0,
        closed: 0,
      });
      assert(size <= 10 && size === idle && opened === size, JSON.stringify(backend.pool.stats()));
      assert(acquired >= 1_000 && acquired === released, JSON.stringify({ acquired, released }));
    },
  );

  poolTest("a slow query holds up none of the fast ones", { poolSize: 10 }, async (backend) => {
    const { id } = await Item.create({ name: "fast", count: 0 });
    await Promise.all(Array.from({ length: 64 }, () => Item.find(id)));
    let isSlowDone = false;
    const slow = backend.execute(sleep(0.5)).then(() => isSlowDone = true);
    const finds = Array.from({ length: 63 }, async () => {
      await Item.find(id);
      return isSlowDone;
    });
    assertEquals((await Promise.all(finds)).filter((waited) => waited).length, 0);
    await slow;
  });

  poolTest("a pool of one serves transactions, streams and statements in turn", { poolSize: 1 }, async (backend) => {
    await Item.insertMany(Array.from({ length: 5 }, (_, i) => ({ name: `${i}`, count: i })));
    for await (const item of Item.query().stream()) {
      item.count += 10;
      await item.save();
    }
    await Promise.all(
      [1, 2, 3].map(() => Item.transaction(() => Item.where({ count__gte: 10 }).updateAll({ name: "x" }))),
    );
    assertEquals(Number(await Item.query().sum("count")), 60);
    assertEquals(backend.pool.stats().opened, 1);
  });

  poolTest(
    "a full pool says who has it when the wait is over",
    { poolSize: 1, acquireTimeout: 100 },
    async (backend) => {
      await backend.transaction(async () => {
        const error = await assertRejects(
          () => backend.transactions.outside(() => Item.query().count()),
          TimeoutError,
          "1 of 1 are busy, the longest by a transaction for",
        );
        assert(error.message.includes("acquireTimeout (100 ms)"), error.message);
      });
      assertEquals(await Item.query().count(), 0);
    },
  );

  poolTest(
    "an aborted signal ends a query on the server, and the connection stays good",
    { poolSize: 1 },
    async (backend) => {
      const controller = new AbortController();
      const before = performance.now();
      const query = backend.execute(sleep(20), [], { signal: controller.signal });
      setTimeout(() => controller.abort(), 50);
      await assertRejects(() => query, CancelledError);
      assertEquals(await Item.query().count(), 0);
      assert(performance.now() - before < 10_000, "the query was waited for");
      assertEquals([backend.pool.stats().opened, backend.pool.stats().closed], [1, 0]);
    },
  );

  poolTest(
    "a timeout ends a query on the server, and the wait for a connection too",
    { poolSize: 1 },
    async (backend) => {
      await assertRejects(() => backend.execute(sleep(20), [], { timeout: 50 }), TimeoutError, "50 ms");
      assertEquals(await Item.query().count(), 0);
      await backend.transaction(async () => {
        await assertRejects(
          () => backend.transactions.outside(() => backend.execute("SELECT 1", [], { timeout: 50 })),
          TimeoutError,
          "no connection was free within its timeout of 50 ms",
        );
      });
      assertEquals([backend.pool.stats().opened, backend.pool.stats().waiting], [1, 0]);
    },
  );

  poolTest("a write that is cancelled has not happened", { poolSize: 2 }, async (backend) => {
    const { id } = await Item.create({ name: "locked", count: 1 });
    await backend.transaction(async () => {
      await Item.where({ id }).updateAll({ count: 2 });
      await assertRejects(
        () =>
          backend.transactions.outside(() =>
            backend.execute("UPDATE pool_items SET count = 3 WHERE id = ?", [id], { timeout: 100 })
          ),
        TimeoutError,
      );
    });
    assertEquals((await Item.findOrFail(id)).count, 2);
  });

  poolTest("the time limit of a transaction ends the query that runs in it", { poolSize: 1 }, async (backend) => {
    const before = performance.now();
    const error = await assertRejects(
      () =>
        backend.transaction(async () => {
          await Item.create({ name: "gone", count: 0 });
          await backend.execute(sleep(20));
        }, { timeout: 100 }),
      TimeoutError,
    );
    assert(error.message.includes("100 ms"), error.message);
    assertEquals(await Item.query().count(), 0);
    assert(performance.now() - before < 10_000, "the query was waited for");
  });

  poolTest(
    "the signal of a transaction ends it, while it waits for a connection too",
    { poolSize: 1 },
    async (backend) => {
      const controller = new AbortController();
      const held = await backend.begin();
      const waiting = backend.transaction(() => Item.query().count(), { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      await assertRejects(() => waiting, CancelledError);
      await held.rollback();
      assertEquals(await Item.query().count(), 0);
    },
  );

  poolTest(
    "disconnect() waits for what is under way and refuses what comes later",
    { poolSize: 2 },
    async (backend) => {
      let isDone = false;
      const work = backend.transaction(async () => {
        await Item.create({ name: "kept", count: 1 });
        await backend.execute(sleep(0.1));
      }).then(() => isDone = true);
      while (backend.pool.stats().busy === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      await backend.disconnect();
      assertEquals([isDone, backend.isConnected()], [true, false]);
      await work;
      await assertRejects(() => Item.query().count(), ConnectionError, "disconnect()");
      await backend.connect();
      assertEquals(await Item.query().count(), 1);
      await backend.transaction(async () => {
        assertInstanceOf(await backend.disconnect().catch((error) => error), TransactionError);
      });
    },
  );

  poolTest("many backends can be opened and closed at the same time", { poolSize: 3 }, async (_, another) => {
    await Promise.all(Array.from({ length: 4 }, async () => {
      await using other = another();
      await Promise.all(Array.from({ length: 6 }, () => other.fetchAll("SELECT 1 AS one")));
      assertEquals(await other.ping(), true);
    }));
  });

  poolTest("the events of a statement tell its text and never its values", { poolSize: 1 }, async (backend) => {
    const seen: string[] = [];
    const off = backend.on("query", (event) => void seen.push(JSON.stringify(event)));
    await Item.create({ name: "s3cret", count: 1 });
    await assertRejects(() => backend.execute("SELECT * FROM nowhere WHERE name = ?", ["s3cret"]));
    off();
    assert(seen.length >= 2 && seen.every((event) => !event.includes("s3cret")), seen.join("\n"));
  });
}
