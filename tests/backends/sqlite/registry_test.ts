import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  ConfigurationError,
  configure,
  createBackend,
  discoverBackends,
  primaryKey,
  registerBackend,
} from "../../../mod.ts";

Deno.test("createBackend() makes an unconnected backend by name", async () => {
  const backend = await createBackend("sqlite", { database: ":memory:" });
  assertInstanceOf(backend, SQLiteBackend);
  assertEquals(backend.isConnected(), false);
  await backend.connect();
  await backend.disconnect();
});

Deno.test("createBackend() refuses an unknown name and names the known ones", async () => {
  const error = await assertRejects(() => createBackend("oracle", {}), ConfigurationError, 'Unknown backend "oracle"');
  assert(error.message.includes("sqlite"), error.message);
  await assertRejects(() => createBackend("", {}), ConfigurationError, 'Unknown backend ""');
  await assertRejects(() => createBackend("__proto__", {}), ConfigurationError, "Unknown backend");
});

Deno.test("createBackend() refuses a wrong configuration", async () => {
  await assertRejects(() => createBackend("sqlite", {}), ConfigurationError, 'Missing option "database"');
  await assertRejects(
    () => createBackend("sqlite", { database: ":memory:", port: 1 }),
    ConfigurationError,
    'Unknown option "port"',
  );
});

Deno.test("registerBackend() adds a backend that is loaded once, when it is first asked for", async () => {
  let loads = 0;
  registerBackend("loaded-once", () => {
    loads++;
    return Promise.resolve(SQLiteBackend);
  }, { aliases: ["once"] });
  const found = () => discoverBackends().find(({ name }) => name === "loaded-once");
  assertEquals(found(), { name: "loaded-once", aliases: ["once"], loaded: false });
  assertEquals(loads, 0);
  await createBackend("once", { database: ":memory:" });
  await createBackend("loaded-once", { database: ":memory:" });
  assertEquals([loads, found()?.loaded], [1, true]);
});

Deno.test("registerBackend() refuses a name that is taken or empty, and an alias too", () => {
  for (const name of ["sqlite", ""]) {
    assertThrows(() => registerBackend(name, () => SQLiteBackend), ConfigurationError, "taken or empty");
  }
  assertThrows(
    () => registerBackend("new-name", () => SQLiteBackend, { aliases: ["sqlite"] }),
    ConfigurationError,
    '"sqlite"',
  );
  assertEquals(discoverBackends().some(({ name }) => name === "new-name"), false);
});

Deno.test("a loader that fails is asked again at the next use", async () => {
  let broken = true;
  registerBackend("broken", () => {
    if (broken) throw new Error("cannot be loaded");
    return SQLiteBackend;
  });
  await assertRejects(() => createBackend("broken", { database: ":memory:" }), Error, "cannot be loaded");
  broken = false;
  assertInstanceOf(await createBackend("broken", { database: ":memory:" }), SQLiteBackend);
});

Deno.test("createBackend() says so when a loader gives no backend class", async () => {
  registerBackend("empty", () => undefined as never);
  await assertRejects(() => createBackend("empty", {}), ConfigurationError, '"empty"');
});

class Thing extends ActiveRecord.define("things", { id: primaryKey(), name: z.string() }) {}

Deno.test("a model without a backend says how to give it one", async () => {
  class Orphan extends ActiveRecord.define("orphans", { id: primaryKey() }) {}
  await assertRejects(() => Orphan.first(), ConfigurationError, "Orphan has no backend: call ActiveRecord.configure");
  await assertRejects(() => Orphan.create({}), ConfigurationError, "Orphan has no backend");
  await assertRejects(() => Orphan.transaction(() => {}), ConfigurationError, "Orphan has no backend");
});

Deno.test("configure() by name connects at the first use", async () => {
  class Named extends ActiveRecord.define("things", { id: primaryKey(), name: z.string() }) {}
  const loading = Named.configure({ backend: "sqlite", database: ":memory:" });
  await Named.createTable();
  assertEquals((await Named.create({ name: "a" })).id, 1);
  const backend = await loading;
  assertInstanceOf(backend, SQLiteBackend);
  assertEquals(backend, Named.backend as SQLiteBackend);
  await backend.disconnect();
});

Deno.test("configure() with an unknown name fails for its caller and at the first use", async () => {
  class Unknown extends ActiveRecord.define("things", { id: primaryKey(), name: z.string() }) {}
  void Unknown.configure({ backend: "nowhere" }).catch(() => {});
  await assertRejects(() => Unknown.first(), ConfigurationError, 'Unknown backend "nowhere"');
  await assertRejects(() => Unknown.create({ name: "a" }), ConfigurationError, 'Unknown backend "nowhere"');
  await assertRejects(() => Unknown.configure({ backend: "nowhere" }), ConfigurationError, 'Unknown backend "nowhere"');
});

Deno.test("configure() takes a configuration and a class, or a backend, and models inherit it", async () => {
  class Base extends ActiveRecord.define("things", { id: primaryKey(), name: z.string() }) {}
  class Special extends Base {}
  Base.configure({ database: ":memory:" }, SQLiteBackend);
  assert(Base.backend === Special.backend);
  await Special.createTable();
  assertEquals((await Special.create({ name: "a" })).name, "a");
  await using own = new SQLiteBackend({ database: ":memory:" });
  Special.configure(own);
  assert(Special.backend === own && Base.backend !== own);
  await (Base.backend as SQLiteBackend).disconnect();
});

Deno.test("configure() refuses what is neither a backend nor a configuration", () => {
  for (const wrong of [undefined, null, 5, {}, { database: "a" }, { backend: 5 }]) {
    assertThrows(() => Thing.configure(wrong as never), ConfigurationError, "configure() takes");
  }
  assertThrows(() => Thing.configure({ database: "" }, SQLiteBackend), ConfigurationError, 'Missing option "database"');
  assertThrows(
    () => Thing.configure({ database: "a", nope: 1 } as { database: string }, SQLiteBackend),
    ConfigurationError,
    'Unknown option "nope"',
  );
});

Deno.test("configure() for all models gives each of them the backend", async () => {
  const backend = await configure({ backend: "sqlite", database: ":memory:" });
  class Any extends ActiveRecord.define("things", { id: primaryKey(), name: z.string() }) {}
  assert(Any.backend === backend);
  await Any.createTable();
  assertEquals(await Any.count(), 0);
  await backend.disconnect();
});
