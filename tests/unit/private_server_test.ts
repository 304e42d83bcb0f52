/** Starts real servers, those that are installed; the others are reported as ignored. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { openAdmin } from "../support/servers/admin.ts";
import { findBinaries } from "../support/servers/binaries.ts";
import { type DatabaseKind, databaseKinds, type ServerKind } from "../support/servers/kinds.ts";
import { startPrivateServer } from "../support/servers/private_server.ts";
import { createTestDatabase, nameOfDatabase } from "../support/servers/test_database.ts";

const installed = new Set<ServerKind>();
for (const kind of [...databaseKinds, "pgbouncer"] as const) {
  if (await findBinaries(kind) !== null) installed.add(kind);
}

for (const kind of databaseKinds) {
  testInstalled(kind, `startPrivateServer("${kind}") keeps what was committed over SIGKILL and a restart`, async () => {
    await using server = await startPrivateServer(kind);
    assertEquals(await query(kind, server.url, "create database kept"), []);
    const url = server.url.replace(/[^/]*$/, "kept");
    await query(kind, url, "create table notes (id int primary key)");
    await query(kind, url, "insert into notes values (1), (2)");
    const pid = server.pid;

    await server.kill9();
    assertEquals(server.pid, 0);
    await assertRejects(() => query(kind, url, "select 1"));
    await server.restart();

    assert(server.pid > 0 && server.pid !== pid);
    assertEquals(await query(kind, url, "select id from notes order by id"), [{ id: 1 }, { id: 2 }]);
    await server.restart();
    assertEquals((await query(kind, url, "select id from notes")).length, 2);

    await server.stop();
    assert(!existsSync(server.folder));
    await assertRejects(() => query(kind, url, "select 1"));
    await assertRejects(() => server.restart(), Error, "stopped for good");
  });

  testInstalled(
    kind,
    `createTestDatabase() makes databases of its own on ${kind} and drops old leftovers`,
    async () => {
      await using server = await startPrivateServer(kind);
      const hour = 3_600_000;
      const old = nameOfDatabase(new Date(Date.now() - 1.1 * hour));
      const recent = nameOfDatabase(new Date(Date.now() - 0.9 * hour));
      await query(kind, server.url, `create database ${old}`);
      await query(kind, server.url, `create database ${recent}`);

      const made = await Promise.all([1, 2, 3].map(() => createTestDatabase(kind, server.url)));
      assertEquals(await databasesOf(kind, server.url), [recent, ...made.map(({ name }) => name)].sort());

      // Somebody who is still connected does not keep a database.
      await using _connected = await openAdmin(kind, made[0]?.url ?? "");
      await Promise.all(made.map((database) => database.drop()));
      assertEquals(await databasesOf(kind, server.url), [recent]);
    },
  );
}

testInstalled(
  "postgres",
  "startPrivateServer() says why a server does not start",
  async () => {
    const settings = { shared_buffers: "nonsense" };
    const error = await assertRejects(() => startPrivateServer("postgres", { settings }), Error);
    assert(/^Cannot start postgres: [^]*shared_buffers/.test(error.message), error.message);
  },
);

Deno.test("startPrivateServer() names the version that is not installed", async () => {
  await assertRejects(() => startPrivateServer("postgres", { version: "6" }), Error, "postgres 6");
});

testInstalled("pgbouncer", 'startPrivateServer("pgbouncer") pools the connections to every database', async () => {
  await using behind = await startPrivateServer("postgres");
  await using pooler = await startPrivateServer("pgbouncer", { upstreamPort: behind.port });
  await using database = await createTestDatabase("postgres", pooler.url);
  const session = "select current_database() as name, pg_backend_pid() as pid";
  const rows = [await query("postgres", database.url, session), await query("postgres", database.url, session)].flat();
  assertEquals(rows.map(({ name }) => name), [database.name, database.name]);
  // Two clients, one after the other, were given one connection.
  assertEquals(rows[0]?.["pid"], rows[1]?.["pid"]);
});

testInstalled("postgres", "a private server that somebody else kills can be started again", async () => {
  await using server = await startPrivateServer("postgres");
  Deno.kill(server.pid, "SIGKILL");
  await server.restart();
  assertEquals((await query("postgres", server.url, "select 1 as one")).length, 1);
});

testInstalled("postgres", "a private server ends with the process that started it, even by SIGKILL", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", fileURLToPath(new URL("./fixtures/server_holder.ts", import.meta.url))],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const { pid, folder } = JSON.parse(new TextDecoder().decode(value));
  assert(existsSync(folder));
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();

  for (let waited = 0; existsSync(folder) && waited < 10_000; waited += 50) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert(!existsSync(folder));
  assert(!isRunning(pid));
});

async function query(kind: DatabaseKind, url: string, sql: string): Promise<Record<string, unknown>[]> {
  await using admin = await openAdmin(kind, url);
  return (await admin.query(sql)).map((row) => ({ ...row }));
}

async function databasesOf(kind: DatabaseKind, url: string): Promise<unknown[]> {
  const sql = kind === "postgres"
    ? "select datname as name from pg_database"
    : "select schema_name as name from information_schema.schemata";
  const names = (await query(kind, url, sql)).map(({ name }) => name);
  return names.filter((name) => `${name}`.startsWith("activerecord_test_")).sort();
}

function isRunning(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function testInstalled(kind: ServerKind, name: string, fn: () => Promise<void>): void {
  const isMissing = !installed.has(kind);
  Deno.test({ name: isMissing ? `${name} (${kind} is not installed)` : name, ignore: isMissing, fn });
}
