import { assert, assertEquals } from "@std/assert";
import { readAccounts } from "../support/servers/account.ts";
import { versionIn } from "../support/servers/binaries.ts";
import { versionOfGreeting } from "../support/servers/mysql_greeting.ts";
import { neededKinds, needsServer } from "../support/servers/needed_kinds.ts";
import { givenServer } from "../support/servers/server_url.ts";
import { isLeftover, nameOfDatabase, urlOfDatabase } from "../support/servers/test_database.ts";

Deno.test("needsServer() reads from its path which servers a test file needs", () => {
  assert(needsServer("tests/suite/postgres_pg_test.ts", "postgres"));
  assert(needsServer("tests/backends/mysql/errors_test.ts", "mysql"));
  assert(!needsServer("tests/backends/mysql/errors_test.ts", "mariadb"));
  assert(!needsServer("tests/suite/sqlite_file_test.ts", "postgres"));
  assert(!needsServer("tests/providers/postgres.ts", "postgres"), "it is no test file");
  assert(!needsServer("tests/unit/postgres_sql_test.ts", "postgres"), "a unit test needs no server");
});

Deno.test("neededKinds() looks below folders and wants no server for a file that needs none", async () => {
  const root = await Deno.makeTempDir({ prefix: "activerecord_" });
  try {
    await Deno.mkdir(`${root}/tests/suite`, { recursive: true });
    for (const name of ["mariadb", "postgres_pg", "sqlite_file"]) {
      await Deno.writeTextFile(`${root}/tests/suite/${name}_test.ts`, "");
    }
    assertEquals(neededKinds(root, ["tests"]), ["postgres", "mariadb"]);
    assertEquals(neededKinds(root, ["./tests/suite/mariadb_test.ts"]), ["mariadb"]);
    assertEquals(neededKinds(root, [`${root}/tests/suite/mariadb_test.ts`]), ["mariadb"]);
    assertEquals(neededKinds(root, ["tests/suite/sqlite_file_test.ts", "tests/missing_test.ts"]), []);
    assertEquals(neededKinds(root, []), []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("givenServer() takes a reason to skip before a URL, and an empty variable for none", () => {
  const names = ["TEST_MYSQL_URL", "TEST_MYSQL_SKIP"] as const;
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  const given = (url: string, reason: string) => {
    Deno.env.set("TEST_MYSQL_URL", url);
    Deno.env.set("TEST_MYSQL_SKIP", reason);
    return givenServer("mysql");
  };
  try {
    assertEquals(given("mysql://a", ""), { url: "mysql://a", reason: null });
    assertEquals(given("mysql://a", "not now"), { url: null, reason: "not now" });
    assertEquals(given("", ""), null);
  } finally {
    for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
  }
});

Deno.test("isLeftover() finds databases of tests that are more than an hour old, and no others", () => {
  const made = new Date("2026-01-01T00:00:00Z");
  const name = nameOfDatabase(made);
  const after = (seconds: number) => new Date(made.getTime() + seconds * 1_000);
  assert(isLeftover(name, after(3_601)));
  assert(!isLeftover(name, after(3_599)));
  for (const other of ["postgres", "activerecord_test_", "activerecord_test_keep", `my_${name}`, `${name}_copy`]) {
    assert(!isLeftover(other, after(1e8)), other);
  }
});

Deno.test("nameOfDatabase() gives names that need no quotes and differ", () => {
  const names = Array.from({ length: 100 }, () => nameOfDatabase(new Date()));
  assertEquals(new Set(names).size, 100);
  // The shortest limit is that of PostgreSQL.
  assert(names.every((name) => /^[a-z][a-z0-9_]*$/.test(name) && name.length < 63));
});

Deno.test("urlOfDatabase() changes the database alone", () => {
  assertEquals(
    urlOfDatabase("postgres://a:b%40@127.0.0.1:5433/postgres?sslmode=disable", "x"),
    "postgres://a:b%40@127.0.0.1:5433/x?sslmode=disable",
  );
  assertEquals(urlOfDatabase("mariadb://root@127.0.0.1:3306", "x"), "mariadb://root@127.0.0.1:3306/x");
});

Deno.test("versionIn() finds the version in what servers answer", () => {
  const answers: [string, string | null][] = [
    ["postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)", "15.14"],
    ["mariadbd  Ver 10.11.14-MariaDB-0+deb12u2 for debian-linux-gnu on x86_64 (Debian 12)", "10.11.14"],
    ["mysqld  Ver 9.7.0-1 for Linux on x86_64 ((Debian))", "9.7.0"],
    ["PgBouncer 1.18.0\nlibevent 2.1.12-stable", "1.18.0"],
    ["usage: postgres", null],
  ];
  for (const [answer, version] of answers) assertEquals(versionIn(answer), version, answer);
});

Deno.test("versionOfGreeting() tells MariaDB from MySQL and a refusal from a greeting", () => {
  const packet = (protocol: number, text: string) =>
    new Uint8Array([0, 0, 0, 0, protocol, ...new TextEncoder().encode(text)]);
  assertEquals(versionOfGreeting(packet(10, "9.7.0\0rest")), "9.7.0");
  assertEquals(versionOfGreeting(packet(10, "5.5.5-10.11.14-MariaDB\0rest")), "10.11.14-MariaDB");
  assertEquals(versionOfGreeting(packet(255, "Too many connections")), null);
  assertEquals(versionOfGreeting(packet(10, "9.7")), undefined);
  assertEquals(versionOfGreeting(new Uint8Array(3)), undefined);
});

Deno.test("readAccounts() reads user and group and passes over lines that are none", () => {
  const accounts = readAccounts(
    "root:x:0:0:root:/root:/bin/sh\n\n# none\nmysql:x:101:102:,,,:/nonexistent:/bin/false\n",
  );
  assertEquals([...accounts], [["root", { uid: 0, gid: 0 }], ["mysql", { uid: 101, gid: 102 }]]);
});
