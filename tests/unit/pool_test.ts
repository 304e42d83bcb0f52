import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { ConnectionPool, type PoolSettings } from "../../core/backend/pool.ts";
import { CancelledError, ConnectionError, TimeoutError } from "../../core/errors.ts";

/** A thing to be pooled, which remembers what the pool does with it. */
class Resource {
  isAlive = true;
  isKept = false;
  isClosed = false;
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
  keepAlive(keep: boolean): void {
    this.isKept = keep;
  }
}

const SETTINGS: PoolSettings = {
  min: 0,
  max: 2,
  acquireTimeout: 5_000,
  idleTimeout: 0,
  maxLifetime: 0,
  validateAfter: 60_000,
};

function poolOf(
  settings: Partial<PoolSettings> = {},
  port: { open?: () => Promise<void>; validate?: () => boolean } = {},
) {
  const made: Resource[] = [];
  const pool = new ConnectionPool<Resource>({ ...SETTINGS, ...settings }, {
    async open() {
      await (port.open ?? (() => Promise.resolve()))();
      const resource = new Resource(made.length);
      made.push(resource);
      return resource;
    },
    close(resource) {
      resource.isAlive = false;
      resource.isClosed = true;
    },
    validate: () => Promise.resolve((port.validate ?? (() => true))()),
  });
  return { pool, made };
}

const rest = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

Deno.test("ConnectionPool opens connections only when they are needed, up to the maximum", async () => {
  const { pool, made } = poolOf();
  const first = await pool.acquire("a statement");
  assertEquals(made.length, 1);
  pool.release(first);
  assertStrictEquals(pool.acquire("a statement"), first, "an idle one is given without a promise");
  const second = await pool.acquire("a statement");
  const third = pool.acquire("a statement") as Promise<Resource>;
  assertEquals([made.length, pool.stats().waiting, pool.stats().busy], [2, 1, 2]);
  pool.release(second);
  assertStrictEquals(await third, second);
  pool.release(first);
  pool.release(second);
  await pool.close();
});

Deno.test("ConnectionPool serves those who wait in the order of asking", async () => {
  const { pool } = poolOf({ max: 1 });
  const order: number[] = [];
  await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    const resource = await pool.acquire("a statement");
    order.push(i);
    await rest(0);
    pool.release(resource);
  }));
  assertEquals(order, Array.from({ length: 20 }, (_, i) => i));
  const { acquired, released, opened, busy, idle } = pool.stats();
  assertEquals({ acquired, released, opened, busy, idle }, { acquired: 20, released: 20, opened: 1, busy: 0, idle: 1 });
  await pool.close();
});

Deno.test("ConnectionPool says how many are busy and for how long when the wait is over", async () => {
  const { pool } = poolOf({ max: 1, acquireTimeout: 30 });
  const held = await pool.acquire("a transaction");
  const error = await assertRejects(async () => await pool.acquire("a statement"), TimeoutError);
  assert(
    /acquireTimeout \(30 ms\): 1 of 1 are busy, the longest by a transaction for \d+ ms/.test(error.message),
    error.message,
  );
  assertEquals([pool.stats().timedOut, pool.stats().waiting], [1, 0]);
  pool.release(held);
  await pool.close();
});

Deno.test("ConnectionPool gives the error of opening to who waits, and tries again for the next", async () => {
  let tries = 0;
  const { pool } = poolOf({ max: 2 }, {
    open: () => ++tries <= 3 ? Promise.reject(new ConnectionError("refused")) : Promise.resolve(),
  });
  const results = await Promise.allSettled(
    Array.from({ length: 5 }, async () => {
      const resource = await pool.acquire("a statement");
      await rest(1);
      pool.release(resource);
    }),
  );
  assertEquals(results.filter((result) => result.status === "rejected").length, 3);
  assertEquals([pool.stats().failed, pool.stats().waiting, pool.stats().opening], [3, 0, 0]);
  await pool.close();
});

Deno.test("ConnectionPool drops a connection that is lost, idle or not", async () => {
  const { pool, made } = poolOf();
  const first = await pool.acquire("a statement");
  first.isAlive = false;
  pool.release(first);
  assert(first.isClosed);
  const second = await pool.acquire("a statement");
  pool.release(second);
  second.isAlive = false;
  const third = await pool.acquire("a statement");
  assertEquals([third.id, made.length, pool.stats().size, pool.stats().closed], [2, 3, 1, 2]);
  pool.release(third);
  await pool.close();
});

Deno.test("ConnectionPool checks a connection that was idle for long and replaces one that does not answer", async () => {
  let answers = true;
  const { pool } = poolOf({ validateAfter: 0 }, { validate: () => answers });
  const first = await pool.acquire("a statement");
  pool.release(first);
  await rest(2);
  assertStrictEquals(await pool.acquire("a statement"), first);
  pool.release(first);
  answers = false;
  await rest(2);
  const second = await pool.acquire("a statement");
  assert(second !== first && first.isClosed);
  pool.release(second);
  await pool.close();
});

Deno.test("ConnectionPool closes what is idle for long, down to the minimum", async () => {
  const { pool } = poolOf({ min: 1, max: 3, idleTimeout: 20 });
  const taken = await Promise.all([1, 2, 3].map(() => pool.acquire("a statement")));
  for (const resource of taken) pool.release(resource);
  assertEquals(pool.stats().size, 3);
  await rest(80);
  assertEquals([pool.stats().size, pool.stats().idle], [1, 1]);
  await pool.close();
});

Deno.test("ConnectionPool replaces a connection that has reached its lifetime", async () => {
  const { pool } = poolOf({ maxLifetime: 20 });
  const first = await pool.acquire("a statement");
  await rest(40);
  pool.release(first);
  assert(first.isClosed);
  const second = await pool.acquire("a statement");
  assert(second !== first);
  pool.release(second);
  await pool.close();
});

Deno.test("ConnectionPool lets the process end while a connection is idle", async () => {
  const { pool } = poolOf();
  const resource = await pool.acquire("a statement");
  assertEquals(resource.isKept, true);
  pool.release(resource);
  assertEquals(resource.isKept, false);
  await pool.close();
});

Deno.test("ConnectionPool.close() waits for users and waiters, then refuses", async () => {
  const { pool, made } = poolOf({ max: 1 });
  const first = await pool.acquire("a statement");
  const waiting = pool.acquire("a statement");
  const closing = pool.close();
  assertThrows(() => pool.acquire("a statement"), ConnectionError, "disconnect()");
  pool.release(first);
  const second = await waiting;
  assertEquals(made.some((resource) => resource.isClosed), false);
  pool.release(second);
  await closing;
  assertEquals([pool.stats().size, made.every((resource) => resource.isClosed)], [0, true]);
});

Deno.test("ConnectionPool.close() gives up on a user that never ends", async () => {
  const { pool, made } = poolOf({ acquireTimeout: 20 });
  await pool.acquire("a transaction");
  await pool.close();
  assert(made[0]!.isClosed);
});

Deno.test("ConnectionPool ends a wait whose signal is aborted", async () => {
  const { pool } = poolOf({ max: 1 });
  const held = await pool.acquire("a statement");
  const controller = new AbortController();
  const waiting = pool.acquire("a statement", controller.signal) as Promise<Resource>;
  controller.abort();
  assertInstanceOf(await waiting.catch((error) => error), CancelledError);
  assertThrows(() => pool.acquire("a statement", controller.signal), CancelledError);
  assertEquals(pool.stats().waiting, 0);
  pool.release(held);
  await pool.close();
});

Deno.test("ConnectionPool.release() of a connection twice counts once", async () => {
  const { pool } = poolOf();
  const resource = await pool.acquire("a statement");
  pool.release(resource);
  pool.release(resource);
  assertEquals([pool.stats().idle, pool.stats().released], [1, 1]);
  await pool.close();
});

Deno.test("ConnectionPool.acquireShared() shares only what is shared already, and only while no other connection can be had", async () => {
  const { pool, made } = poolOf({ max: 2 });
  const own = await pool.acquire("a transaction");
  const first = await pool.acquireShared();
  assertEquals([made.length, pool.isAlone(first)], [2, true]);
  const second = pool.acquireShared();
  assertStrictEquals(second, first, "the connection of the transaction is its own");
  assertEquals(pool.isAlone(first), false);
  pool.release(first);
  assertEquals([pool.stats().busy, pool.stats().idle], [2, 0]);
  pool.release(first);
  assertEquals([pool.stats().busy, pool.stats().idle], [1, 1]);
  pool.release(own);
  const { acquired, released } = pool.stats();
  assertEquals([acquired, released], [3, 3]);
  await pool.close();
});

Deno.test("ConnectionPool.acquireShared() passes nobody by who waits for a connection of his own", async () => {
  const { pool } = poolOf({ max: 1 });
  const first = await pool.acquireShared();
  const transaction = pool.acquire("a transaction") as Promise<Resource>;
  const late = pool.acquireShared() as Promise<Resource>;
  assertEquals(pool.stats().waiting, 2);
  pool.release(first);
  const own = await transaction;
  assertEquals(pool.stats().waiting, 1);
  pool.release(own);
  pool.release(await late);
  assertEquals(pool.stats().idle, 1);
  await pool.close();
});

Deno.test("ConnectionPool.release() of a shared connection that is lost closes it after its last user", async () => {
  const { pool } = poolOf({ max: 1 });
  const first = await pool.acquireShared();
  await pool.acquireShared();
  first.isAlive = false;
  pool.release(first);
  assertEquals([first.isClosed, pool.stats().size], [false, 1]);
  pool.release(first);
  assertEquals([first.isClosed, pool.stats().size], [true, 0]);
  await pool.close();
});
