import assert from "node:assert/strict";
import { SQLiteConnectionConfig, type SQLiteOptions } from "../../../backends/sqlite/config.ts";
import { ConfigurationError } from "../../../core/errors.ts";

/** Makes a configuration from what the types would refuse. */
function configure(options: unknown): SQLiteConnectionConfig {
  return new SQLiteConnectionConfig(options as SQLiteOptions);
}

function refuses(options: unknown, message: RegExp): void {
  assert.throws(
    () => configure(options),
    (error) => error instanceof ConfigurationError && message.test(error.message),
  );
}

Deno.test("SQLiteConnectionConfig takes a path and fills in the usual values", () => {
  assert.deepEqual(configure({ database: "app.db" }).toJSON(), {
    database: "app.db",
    readOnly: false,
    create: true,
    driver: "node:sqlite",
    journalMode: "wal",
    synchronous: "normal",
    foreignKeys: true,
    busyTimeout: 5000,
    acquireTimeout: 30_000,
    statementCacheSize: 256,
    readers: 1,
  });
});

Deno.test("SQLiteConnectionConfig gives a database in memory no readers and a journal in memory", () => {
  const config = configure({ database: ":memory:" });
  assert.deepEqual([config.isMemory, config.readers, config.journalMode], [true, 0, "memory"]);
});

Deno.test("SQLiteConnectionConfig refuses options that a database in memory cannot have", () => {
  refuses({ database: ":memory:", journalMode: "wal" }, /Invalid journalMode: "wal" \(one of memory, off\)/);
  refuses({ database: ":memory:", readers: 2 }, /Invalid readers: 2 \(0–0\)/);
});

for (
  const [given, database, readOnly, create] of [
    ["app.db", "app.db", false, true],
    ["./data/app.db", "./data/app.db", false, true],
    ["C:\\data\\app.db", "C:\\data\\app.db", false, true],
    [":memory:", ":memory:", false, true],
    ["sqlite:app.db", "app.db", false, true],
    ["sqlite:./data/app.db", "./data/app.db", false, true],
    ["SQLite:///var/app.db?readOnly=true", "/var/app.db", true, true],
    ["sqlite://localhost/var/app.db?create=false", "/var/app.db", false, false],
    ["sqlite:///var/my%20app%3F.db", "/var/my app?.db", false, true],
    ["sqlite:///C:/data/app.db", "C:/data/app.db", false, true],
    ["sqlite::memory:", ":memory:", false, true],
    ["sqlite://:memory:", ":memory:", false, true],
    ["sqlite:///:memory:", ":memory:", false, true],
    ["file:///var/app.db?mode=ro", "/var/app.db", true, true],
    ["file:app.db?mode=rw", "app.db", false, false],
    ["file:any?mode=memory", ":memory:", false, true],
  ] as const
) {
  Deno.test(`SQLiteConnectionConfig reads ${given}`, () => {
    const config = new SQLiteConnectionConfig(given);
    assert.deepEqual([config.path, config.readOnly, config.create], [database, readOnly, create]);
  });
}

Deno.test("SQLiteConnectionConfig takes URL objects", () => {
  assert.equal(configure({ database: new URL("file:///var/app%20one.db") }).path, "/var/app one.db");
  assert.equal(configure({ url: new URL("sqlite:///var/app.db?readers=3") }).readers, 3);
});

Deno.test("SQLiteConnectionConfig lets options come before those in the URL", () => {
  assert.equal(configure({ url: "sqlite:app.db?busyTimeout=1", busyTimeout: 2 }).busyTimeout, 2);
});

for (
  const [name, options, message] of [
    ["nothing", undefined, /Cannot configure SQLite with undefined/],
    ["no database", {}, /Missing option "database"/],
    ["an empty database", { database: "" }, /Missing option "database"/],
    ["an empty URL", "sqlite:", /names no database/],
    ["a database that is no text", { database: 5 }, /Invalid database: number \(a string or URL\)/],
    ["a NUL in the path", { database: "a\0b" }, /NUL/],
    ["database and URL", { database: "a", url: "sqlite:b" }, /both "url" and "database"/],
    ["an option of servers", { database: "a", host: "h" }, /Unknown option "host".*known are database, url/],
    ["a password", { database: "a", password: "secret" }, /Unknown option "password"/],
    ["an unknown option in the URL", "sqlite:a.db?readonly=1", /Unknown option "readonly".*readOnly/],
    ["the database in the query", "sqlite:a.db?database=b", /Unknown option "database"/],
    ["an option twice", "sqlite:a.db?readers=1&readers=2", /"readers" is given twice/],
    ["a host", "sqlite://server/app.db", /names a host.*sqlite:\/\/\/absolute\.db/],
    ["another scheme", "postgres://u:secret@h/db", /unsupported scheme "postgres"/],
    ["another scheme as url", { url: "mysql://h/db" }, /unsupported scheme "mysql"/],
    ["a URL without a scheme", { url: "app.db" }, /it has no scheme/],
    ["a URL as database", { database: "sqlite:app.db" }, /URLs go into option "url"/],
    ["a broken escape", "sqlite:a%zz.db", /starts no escape/],
    ["a parameter of SQLite's URIs", "file:a.db?cache=shared", /Unsupported parameter "cache"/],
    ["an unknown mode", "file:a.db?mode=x", /Invalid mode: "x" \(one of ro, rw, rwc, memory\)/],
    ["modes that disagree", { database: "file:a.db?mode=ro", readOnly: false }, /Invalid readOnly: false/],
    ["an unknown driver", { database: "a", driver: "sqlite3" }, /Invalid driver: "sqlite3" \(one of node:sqlite/],
    ["a journal mode in capitals", { database: "a", journalMode: "WAL" }, /Invalid journalMode/],
    ["a number as mode", { database: "a", synchronous: 1 }, /Invalid synchronous: number/],
    ["a text that is no boolean", { database: "a", foreignKeys: "yes" }, /Invalid foreignKeys: "yes"/],
    ["a number as boolean", { database: "a", readOnly: 1 }, /Invalid readOnly: number \(true or false\)/],
    ["a negative timeout", { database: "a", busyTimeout: -1 }, /Invalid busyTimeout: -1 \(0–2147483647\)/],
    ["a timeout that is too long", { database: "a", acquireTimeout: 2 ** 31 }, /Invalid acquireTimeout/],
    ["a fraction", { database: "a", statementCacheSize: 1.5 }, /Invalid statementCacheSize: 1.5 \(0–10000\)/],
    ["too many readers", { database: "a", readers: 17 }, /Invalid readers: 17 \(0–16\)/],
    ["a list as number", { database: "a", readers: [1] }, /Invalid readers: array/],
  ] as const
) {
  Deno.test(`SQLiteConnectionConfig refuses ${name}`, () => refuses(options, message));
}

Deno.test("SQLiteConnectionConfig.message never repeats the password of a URL", () => {
  assert.throws(() => configure("sqlite://user:secret@server/app.db"), (error) => !String(error).includes("secret"));
});

Deno.test("SQLiteConnectionConfig.toConnectionString() gives a URL that makes the same configuration", () => {
  for (
    const url of ["sqlite:app.db", "sqlite::memory:", "sqlite:///var/my%20app%3F%25.db?readOnly=true&readers=4"]
  ) {
    const config = configure(url);
    assert.equal(config.toConnectionString(), url);
    assert.deepEqual(configure(config.toConnectionString()).toJSON(), config.toJSON());
  }
});

Deno.test("SQLiteConnectionConfig.fromEnv() reads its variables when it is called", () => {
  const variables = { T1_DATABASE: "env.db", T1_READ_ONLY: "true", T1_BUSY_TIMEOUT: "7", T1_DRIVER: "better-sqlite3" };
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    const config = SQLiteConnectionConfig.fromEnv("T1_", { busyTimeout: 9, readOnly: undefined });
    assert.deepEqual([config.path, config.readOnly, config.busyTimeout, config.driver], [
      "env.db",
      true,
      9,
      "better-sqlite3",
    ]);
    assert.equal(SQLiteConnectionConfig.fromEnv("T1_", { url: "sqlite:other.db" }).path, "other.db");
  } finally {
    for (const name of Object.keys(variables)) Deno.env.delete(name);
  }
});

Deno.test("SQLiteConnectionConfig.fromEnv() refuses a value that is wrong", () => {
  Deno.env.set("T2_URL", "sqlite:app.db");
  Deno.env.set("T2_READERS", "many");
  try {
    assert.throws(() => SQLiteConnectionConfig.fromEnv("T2_"), /Invalid readers: many/);
  } finally {
    Deno.env.delete("T2_URL");
    Deno.env.delete("T2_READERS");
  }
});
