import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  ConfigurationError,
  ConnectionError,
  primaryKey,
  QueryBuildError,
  QueryError,
  sql,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { MariaDBBackend } from "../../../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../../../backends/mysql/mod.ts";
import { sleep, type TestServer } from "../../../support/mysql.ts";

class Row extends ActiveRecord.define("stream_rows", { id: primaryKey(), text: z.string() }) {}

/** Connections, streams and tables of these servers. */
export function backendCases({ test, isMariaDB, name }: TestServer): void {
  test("every connection has the session that the library relies on", async ({ backend }) => {
    let open = 0;
    const all = Promise.withResolvers<void>();
    const ids = await Promise.all(Array.from({ length: 3 }, () =>
      backend.transaction(async () => {
        const session = (await backend.fetchOne<Record<string, string>>(
          "SELECT CONNECTION_ID() AS id, @@sql_mode AS mode, @@time_zone AS zone, @@collation_connection AS collation," +
            " @@character_set_client AS client, @@autocommit AS autocommit",
        ))!;
        const modes = session.mode!.split(",");
        assert(modes.includes("STRICT_TRANS_TABLES") && modes.includes("ONLY_FULL_GROUP_BY"), session.mode);
        assert(!modes.includes("ANSI_QUOTES") && !modes.includes("NO_BACKSLASH_ESCAPES"), session.mode);
        assertEquals([session.zone, session.client, Number(session.autocommit)], ["+00:00", "utf8mb4", 1]);
        assertEquals(session.collation, isMariaDB ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin");
        // No connection is given back before each of the three has one.
        if (++open === 3) all.resolve();
        await all.promise;
        return Number(session.id);
      })));
    assertEquals(new Set(ids).size, 3);
    assertEquals(backend.serverVersion?.startsWith("5.5.5"), false);
    assertEquals(backend.features.supportsReturning, isMariaDB);
  }, { poolSize: 3 });

  test("with resetSession nothing of a session reaches who comes next", async ({ backend }) => {
    await backend.transaction(async () => {
      await backend.execute("SET @left = 5, SESSION sql_mode = '', SESSION time_zone = '+05:00'");
      await backend.execute("CREATE TEMPORARY TABLE passing (a INT)");
    });
    const next = await backend.fetchOne(
      "SELECT @left AS `left`, @@time_zone AS zone, @@sql_mode LIKE '%STRICT%' AS strict",
    );
    assertEquals(next, { left: null, zone: "+00:00", strict: 1 } as never);
    await assertRejects(() => backend.fetchAll("SELECT * FROM passing"), QueryError);
    assertEquals(backend.pool.stats().opened, 1);
  }, { poolSize: 1, resetSession: true });

  test("UPDATE counts the rows that it finds, changed or not", async ({ backend }) => {
    await backend.execute("CREATE TABLE counted (id INT PRIMARY KEY, n INT)");
    await backend.execute("INSERT INTO counted VALUES (1, 1), (2, 1)");
    assertEquals((await backend.execute("UPDATE counted SET n = 1")).affectedRows, 2);
    assertEquals((await backend.execute("UPDATE counted SET n = 2 WHERE id = 1")).affectedRows, 1);
    assertEquals((await backend.execute("DELETE FROM counted WHERE id > 1")).affectedRows, 1);
  });

  test("the unique keys of a table are read once, and a missing one each time", async ({ backend }) => {
    const table = { kind: "table", name: "keyed" } as const;
    await backend.execute("CREATE TABLE keyed (id INT PRIMARY KEY, a INT, B INT, c INT, KEY (c), UNIQUE (a, B))");
    assertEquals(await backend.hasUniqueKey(table, ["b", "A"]), true);
    assertEquals(backend.hasUniqueKey(table, ["b", "A"]), true); // without asking
    assertEquals(await backend.hasUniqueKey(table, ["id"]), true);
    for (const columns of [["a"], ["c"], ["id", "a"], ["a", "B", "c"]]) {
      assertEquals(await backend.hasUniqueKey(table, columns), false);
    }
    await backend.execute("ALTER TABLE keyed ADD UNIQUE (c)");
    assertEquals(await backend.hasUniqueKey(table, ["c"]), true);
    await backend.transaction(async () => {
      await backend.execute("CREATE TEMPORARY TABLE passing (a INT UNIQUE)");
      assertEquals(await backend.hasUniqueKey({ ...table, name: "passing" }, ["a"]), true);
    });
    assertEquals(await backend.hasUniqueKey({ ...table, name: "nowhere" }, ["a"]), true); // the server says it better
  });

  test("several statements in one text, and files of the client, are refused", async ({ backend }) => {
    await assertRejects(() => backend.execute("SELECT 1; SELECT 2"), QueryError);
    await backend.execute("CREATE TABLE files (a TEXT)");
    await assertRejects(() => backend.execute("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE files"));
    assertEquals(await backend.ping(), true);
  });

  test("a plain object or an array is no parameter that becomes SQL", async ({ backend }) => {
    await backend.execute("CREATE TABLE users (name VARCHAR(20), password VARCHAR(20))");
    await backend.execute("INSERT INTO users VALUES ('ada', 'x')");
    for (const value of [{ password: 1 }, [1, 2], [[1]], { password: { password: 1 } }]) {
      assertEquals(await backend.fetchAll("SELECT name FROM users WHERE password = ?", [value]), []);
    }
  });

  test("a procedure gives its first result", async ({ backend }) => {
    await backend.execute("CREATE PROCEDURE pair() BEGIN SELECT 1 AS one, 2 AS two; SELECT 3 AS three; END");
    assertEquals(await backend.fetchAll("CALL pair()"), [{ one: 1, two: 2 }] as never);
    assertEquals(await backend.fetchAll("CALL pair()"), [{ one: 1, two: 2 }] as never);
  });

  test("a stream of many rows needs little memory, and leaving it early costs little", async ({ backend }) => {
    Row.configure(backend);
    await Row.createTable();
    await Row.insertMany(Array.from({ length: 1_000 }, () => ({ text: "x".repeat(200) })));
    for (let i = 0; i < 7; i++) await backend.execute("INSERT INTO stream_rows (text) SELECT text FROM stream_rows");
    const total = 128_000;
    const before = Deno.memoryUsage().rss;
    let count = 0;
    let last = 0;
    for await (const row of Row.orderBy("id").stream()) {
      assert(row.id > last);
      last = row.id;
      if (++count % 50_000 === 0) await sleep(20);
    }
    assertEquals(count, total);
    assert(Deno.memoryUsage().rss - before < 150 * 2 ** 20, `${(Deno.memoryUsage().rss - before) / 2 ** 20} MiB`);

    const started = performance.now();
    for await (const row of Row.orderBy("id").stream()) if (row.id > 0) break;
    for await (const _ of Row.where({ id__lt: last }).limit(5).stream()) break;
    assertEquals(await Row.count(), total);
    assert(performance.now() - started < 2_000, `${performance.now() - started} ms`);
    const { busy, size, idle } = backend.pool.stats();
    assertEquals([busy, size], [0, idle]);
  }, { poolSize: 3 });

  test(
    "a stream whose query or connection is killed ends with an error, never silently",
    async ({ backend, another }) => {
      Row.configure(backend);
      await Row.createTable();
      await Row.insertMany(Array.from({ length: 1_000 }, () => ({ text: "x".repeat(2_000) })));
      for (let i = 0; i < 4; i++) await backend.execute("INSERT INTO stream_rows (text) SELECT text FROM stream_rows");
      const killer = another();
      for (const what of ["QUERY", "CONNECTION"]) {
        let count = 0;
        const error = await (async () => {
          for await (const _ of Row.query().stream()) {
            if (++count !== 10) continue;
            const found = await killer.fetchOne<{ id: number }>(
              "SELECT id AS id FROM information_schema.processlist WHERE db = DATABASE() AND info LIKE 'SELECT `id`, `text`%'",
            );
            await killer.execute(`KILL ${what} ${found!.id}`);
          }
        })().then(() => null, (error) => error);
        assert(error instanceof Error, `${what}: the stream ended after ${count} rows without an error`);
        assert(count < 16_000);
      }
      assertEquals(await Row.count(), 16_000);
      assertEquals(backend.pool.stats().busy, 0);
    },
    { poolSize: 3 },
  );

  test("tables are described, listed and created whole or not at all", async ({ backend }) => {
    class Parent
      extends ActiveRecord.define("parents", { id: primaryKey(), name: column(z.string(), { unique: true }) }) {}
    class Child extends ActiveRecord.define("children", {
      id: primaryKey(),
      parentId: column(z.int(), { references: { table: "parents", column: "id", onDelete: "cascade" } }),
      first: z.string().max(20),
      note: column(z.string(), { default: 'it\'s \\ a "note"' }),
      data: column(z.object({ a: z.int() }), { default: { a: 1 } }),
      at: column(z.date(), { default: sql`CURRENT_TIMESTAMP` }),
      upper: column(z.string(), { generated: "UPPER(first)" }),
    }, { indexes: [{ fields: ["first", "at"] }] }) {}
    for (const model of [Parent, Child]) model.configure(backend);
    await Parent.createTable();
    await Child.createTable();
    await Child.createTable({ ifNotExists: true });
    assertEquals(await backend.listTables(), ["children", "parents"]);
    assertEquals([await backend.tableExists("parents"), await backend.tableExists("nope")], [true, false]);
    const schema = await backend.getTableSchema("children");
    assertEquals(schema.primaryKey, ["id"]);
    assertEquals(
      schema.columns.map(({ name, nullable, autoIncrement, generated }) => [name, nullable, autoIncrement, generated]),
      [
        ["id", false, true, null],
        ["parent_id", false, false, null],
        ["first", false, false, null],
        ["note", false, false, null],
        ["data", false, false, null],
        ["at", false, false, null],
        ["upper", true, false, "stored"],
      ],
    );
    assertEquals(schema.foreignKeys, [{
      name: "children_parent_id_fkey",
      columns: ["parent_id"],
      table: "parents",
      references: ["id"],
      onDelete: "cascade",
      onUpdate: schema.foreignKeys[0]!.onUpdate,
    }]);
    assertEquals(schema.indexes.find(({ origin }) => origin === "index")?.columns.length! > 0, true);
    assertEquals((await backend.getTableSchema("parents")).indexes.map(({ name, origin }) => [name, origin]), [
      ["PRIMARY", "primaryKey"],
      ["parents_name_key", "unique"],
    ]);
    await assertRejects(() => backend.getTableSchema("nope"), QueryError);
    const parent = await Parent.create({ name: "p" });
    const child = await Child.create({ parentId: parent.id, first: "ada" });
    assertEquals([child.note, child.data, child.upper], ['it\'s \\ a "note"', { a: 1 }, "ADA"]);
    assert(Math.abs(child.at.getTime() - Date.now()) < 5_000);
    await child.update({ first: "bob" });
    assertEquals(child.upper, "BOB");

    class Wrong extends ActiveRecord.define("wrongs", { id: primaryKey(), a: z.int(), b: z.int() }, {
      indexes: [{ fields: ["a"], name: "same" }, { fields: ["b"], name: "same" }],
    }) {}
    Wrong.configure(backend);
    await assertRejects(() => Wrong.createTable());
    assertEquals(await backend.tableExists("wrongs"), false);
    class Partial extends ActiveRecord.define("partials", { id: primaryKey(), n: z.int() }, {
      indexes: [{ fields: ["n"], where: sql`n > 1` }],
    }) {}
    Partial.configure(backend);
    await assertRejects(() => Partial.createTable(), ConfigurationError, "no partial indexes");
    assertEquals(await backend.tableExists("partials"), false);
    await assertRejects(
      () => backend.tableExists("x").then(() => backend.dropTable("y".repeat(65))),
      QueryBuildError,
      "64",
    );
  });

  test("the backend of the other server is named when the wrong one is used", async ({ url }) => {
    await using wrong = isMariaDB
      ? new MySQLBackend({ url: url.replace(/^mariadb:/, "mysql:") })
      : new MariaDBBackend({ url });
    const error = await assertRejects(() => wrong.connect(), ConfigurationError);
    assert(error.message.includes(isMariaDB ? "use MariaDBBackend" : "use MySQLBackend"), error.message);
  });

  test("what cannot be connected to is told with the place, what to check and no password", async ({ url }) => {
    const make = (change: (url: URL) => void, options = {}) => {
      const changed = new URL(url);
      changed.password = "s3cret";
      change(changed);
      return isMariaDB
        ? new MariaDBBackend({ url: changed, connectTimeout: 1_000, ...options })
        : new MySQLBackend({ url: changed, connectTimeout: 1_000, ...options });
    };
    const refused = async (backend: MySQLBackend, ...texts: string[]) => {
      await using _ = backend;
      const started = performance.now();
      const error = await assertRejects(() => backend.connect(), ConnectionError);
      assert(performance.now() - started < 3_000);
      for (const text of texts) assert(error.message.includes(text), error.message);
      assert(!Deno.inspect(error).includes("s3cret") && !Deno.inspect(backend.config).includes("s3cret"));
      assertEquals(backend.pool.stats().size, 0);
    };
    await refused(make((url) => url.port = "1"), ":1", "nothing listens there");
    await refused(make((url) => url.hostname = "no.such.host.invalid"), "no.such.host.invalid", "not known");
    await refused(make((url) => url.username = "nobody"), "refuses the user or its password");
    const right = new URL(url);
    const database = make((changed) => {
      changed.password = right.password;
      changed.pathname = "/no_such_database";
    });
    await refused(database, "database");
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const silent = make((changed) => changed.port = String((listener.addr as Deno.NetAddr).port));
    await refused(silent, "connectTimeout (1000 ms)");
    listener.close();
    // What speaks another protocol.
    const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const answering = (async () => {
      for await (const conn of other) {
        await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")).catch(() => {});
        conn.close();
      }
    })();
    await refused(make((changed) => changed.port = String((other.addr as Deno.NetAddr).port)));
    other.close();
    await answering.catch(() => {});
  });

  test("what the server cannot do is refused before SQL is sent, with a way out", async ({ backend }) => {
    await backend.connect();
    const error = assertThrows(() => backend.requiresCapability("returning.update"), UnsupportedFeatureError);
    assertEquals([error.feature, error.present], ["returning.update", backend.serverVersion]);
    assert(error.message.includes("read the row again"), error.message);
    class Made extends ActiveRecord.define("made_keys", {
      id: column(z.uuid(), { default: sql`UUID()` }),
      n: column(z.int(), { default: 5 }),
    }, { primaryKey: "id" }) {}
    Made.configure(backend);
    await Made.createTable();
    if (isMariaDB) assertEquals((await Made.create({})).id.length, 36);
    else await assertRejects(() => Made.create({}), UnsupportedFeatureError, "let the model make the key");
    assertEquals(await Made.count(), isMariaDB ? 1 : 0);
    const made = await Made.create({ id: crypto.randomUUID() });
    assertEquals([made.n, made.isDirty], [5, false]);
    assertEquals(backend.name, name);
  });

  test("optimizedBatchInsert() inserts many rows by few statements, all or none", async ({ backend }) => {
    await backend.execute(
      "CREATE TABLE batch (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(20) UNIQUE, n INT NOT NULL)",
    );
    let statements = 0;
    const off = backend.on("query", ({ kind }) => void (statements += kind === "statement" ? 1 : 0));
    assertEquals(await backend.optimizedBatchInsert("batch", ["name", "n"], []), 0);
    const rows = Array.from({ length: 1_000 }, (_, i) => [`name ${i}`, i]);
    assertEquals(await backend.optimizedBatchInsert("batch", ["name", "n"], rows), 1_000);
    off();
    assert(statements <= 10, String(statements));
    await backend.optimizedBatchInsert("batch", ["name", "n"], [["name 1", 7]]);
    assertEquals((await backend.fetchOne<{ n: number }>("SELECT n FROM batch WHERE name = 'name 1'"))?.n, 7);
    await assertRejects(() =>
      backend.optimizedBatchInsert("batch", ["name", "n"], [...rows.map(([, n]) => [`x${n}`, n]), ["z", null]])
    );
    assertEquals(Number((await backend.fetchOne("SELECT COUNT(*) AS n FROM batch"))!.n), 1_000);
    await assertRejects(() => backend.optimizedBatchInsert("batch", ["name", "n"], [["a"]]), QueryBuildError);
  });

  test("executeWithRetry() runs again what was certainly not done", async ({ backend, another }) => {
    const killer = another();
    const { id } = (await backend.fetchOne<{ id: number }>("SELECT CONNECTION_ID() AS id"))!;
    await killer.execute(`KILL CONNECTION ${id}`);
    const { rows } = await backend.executeWithRetry("SELECT 1 AS one");
    assertEquals(rows, [{ one: 1 }] as never);
    await assertRejects(() => backend.executeWithRetry("SELEKT"), QueryError);
    await assertRejects(() => backend.executeWithRetry("SELECT 1", [], -1), QueryBuildError);
  }, { poolSize: 1 });
}
