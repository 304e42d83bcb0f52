import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import {
  CancelledError,
  ConfigurationError,
  ConnectionError,
  QueryBuildError,
  UnsupportedFeatureError,
} from "../../../mod.ts";
import type { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { eachDriver, sleep } from "../../support/postgres.ts";

/** Waits until somebody listens. */
async function whenListening(backend: PostgreSQLBackend): Promise<void> {
  for (;;) {
    const row = await backend.fetchOne(
      "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND state = 'idle' AND datname = current_database()",
    );
    if (row !== null) return;
    await sleep(5);
  }
}

eachDriver("what is sent to a channel is heard in its order, until the loop is left", async (backend) => {
  const heard: string[] = [];
  const listening = (async () => {
    for await (const { channel, payload } of backend.listen('odd "channel"')) {
      heard.push(`${channel}: ${payload}`);
      if (heard.length === 4) break;
    }
  })();
  await whenListening(backend);
  await backend.notify('odd "channel"', "one 😀");
  await backend.notify("another", "not heard");
  await backend.transaction(async () => {
    await backend.notify('odd "channel"', "two");
    assertEquals(heard.length <= 1, true);
    await backend.notify('odd "channel"');
  });
  await assertRejects(() =>
    backend.transaction(async () => {
      await backend.notify('odd "channel"', "undone");
      throw new RangeError("no");
    })
  );
  await backend.notify('odd "channel"', "three");
  await listening;
  assertEquals(heard, ['odd "channel": one 😀', 'odd "channel": two', 'odd "channel": ', 'odd "channel": three']);
  const left = await backend.fetchAll(
    "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
  );
  assertEquals(left, []);
});

eachDriver("a signal ends listening", async (backend) => {
  const controller = new AbortController();
  const next = backend.listen("a", { signal: controller.signal }).next().catch((error) => error);
  await whenListening(backend);
  controller.abort();
  assertInstanceOf(await next, CancelledError);
  const again = backend.listen("a", { signal: controller.signal }).next();
  await assertRejects(() => again, CancelledError);
});

eachDriver("a connection that is lost ends listening with an error", async (backend) => {
  const next = backend.listen("a").next().catch((error) => error);
  await whenListening(backend);
  await backend.execute(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()",
  );
  assertInstanceOf(await next, ConnectionError);
});

eachDriver("a server that is silent is noticed by the heartbeat", async (backend, url) => {
  const { hostname, port } = new URL(url);
  const proxy = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let isSilent = false;
  const open: Deno.Conn[] = [];
  const pipe = async (from: Deno.Conn, to: Deno.Conn) => {
    const buffer = new Uint8Array(65_536);
    for (;;) {
      const size = await from.read(buffer).catch(() => null);
      if (size === null) return;
      if (!isSilent) await to.write(buffer.subarray(0, size)).catch(() => {});
    }
  };
  const serving = (async () => {
    for await (const client of proxy) {
      const server = await Deno.connect({ hostname, port: Number(port) });
      open.push(client, server);
      void pipe(client, server);
      void pipe(server, client);
    }
  })();
  const { PostgreSQLBackend } = await import("../../../backends/postgres/mod.ts");
  const behind = new URL(url);
  behind.port = String((proxy.addr as Deno.NetAddr).port);
  await using listener = new PostgreSQLBackend({ url: behind.href, driver: backend.config.driver });
  const next = listener.listen("a", { heartbeat: 100 }).next().catch((error) => error);
  await whenListening(backend);
  isSilent = true;
  assertInstanceOf(await next, ConnectionError);
  proxy.close();
  await serving;
  for (const conn of open) {
    try {
      conn.close();
    } catch (error) {
      assert(error instanceof Deno.errors.BadResource);
    }
  }
});

eachDriver("listen() refuses a wrong channel or heartbeat, and a pooler", async (backend) => {
  assertThrows(() => backend.listen(""), QueryBuildError);
  assertThrows(() => backend.listen("x".repeat(64)), QueryBuildError, "63 bytes");
  assertThrows(() => backend.listen("a", { heartbeat: 0 }), ConfigurationError, "heartbeat");
  const { PostgreSQLBackend } = await import("../../../backends/postgres/mod.ts");
  const pooled = new PostgreSQLBackend({ database: "x", prepare: false });
  assertThrows(() => pooled.listen("a"), UnsupportedFeatureError, "listen");
});
