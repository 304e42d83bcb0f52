import { assert, assertEquals, assertThrows } from "@std/assert";
import { MariaDBBackend, MariaDBConnectionConfig } from "../../../backends/mariadb/mod.ts";
import { MySQLBackend, MySQLConnectionConfig } from "../../../backends/mysql/mod.ts";
import { ConfigurationError, createBackend } from "../../../mod.ts";

Deno.test("a configuration takes a URL, options or the environment", () => {
  const config = new MySQLConnectionConfig("mysql://app:s3cret@db.example:3307/shop?poolSize=5&ssl=verify-full");
  assertEquals(
    [config.host, config.port, config.user, config.password, config.database, config.poolSize, config.ssl],
    ["db.example", 3307, "app", "s3cret", "shop", 5, "verify-full"],
  );
  assertEquals(config.toConnectionString(), "mysql://app@db.example:3307/shop");
  assert(!Deno.inspect(config).includes("s3cret") && !JSON.stringify(config).includes("s3cret"));
  const local = new MySQLConnectionConfig({ database: "shop" });
  assertEquals([local.host, local.port, local.user, local.ssl], ["127.0.0.1", 3306, "root", "disable"]);
  Deno.env.set("CONFIG_TEST_DATABASE", "other");
  Deno.env.set("CONFIG_TEST_POOL_SIZE", "7");
  const found = MySQLConnectionConfig.fromEnv("CONFIG_TEST_", { username: "ada" });
  assertEquals([found.database, found.poolSize, found.user], ["other", 7, "ada"]);
  assert(MariaDBConnectionConfig.fromEnv("CONFIG_TEST_") instanceof MariaDBConnectionConfig);
});

Deno.test("MariaDB takes both schemes, MySQL its own", () => {
  for (const scheme of ["mysql", "mariadb"]) {
    assertEquals(new MariaDBConnectionConfig(`${scheme}://root@localhost/shop`).database, "shop");
    assertEquals(
      new MariaDBBackend(`${scheme}://root@localhost/shop`).config.toConnectionString().slice(0, 8),
      "mariadb:",
    );
  }
  const error = assertThrows(
    () => new MySQLConnectionConfig("mariadb://root:s3cret@localhost/shop"),
    ConfigurationError,
  );
  assert(error.message.includes('unsupported scheme "mariadb"') && !error.message.includes("s3cret"), error.message);
});

Deno.test("what is wrong with a configuration is told by its name before anything is opened", () => {
  const refused = (options: object, text: string) => {
    const error = assertThrows(() => new MySQLBackend(options as never), ConfigurationError);
    assert(error.message.includes(text), error.message);
  };
  refused({}, '"database"');
  refused({ database: "a", port: 70_000 }, "port");
  refused({ database: "a", poolSize: 0 }, "poolSize");
  refused({ database: "a", nope: 1 }, '"nope"');
  refused({ database: "a", ssl: "yes" }, "ssl");
  refused({ database: "a", ssl: "verify-full" }, "verify-full");
  refused({ database: "a", ssl: "verify-full", host: "::1" }, "verify-full");
  refused({ database: "a", ssl: "verify-full", host: "db", socket: "/run/my.sock" }, "verify-full");
});

Deno.test("the registry makes both backends, unconnected", async () => {
  const mysql = await createBackend("mysql", { database: "shop" });
  const mariadb = await createBackend("mariadb", { url: "mysql://localhost/shop" });
  assert(mysql instanceof MySQLBackend && !(mysql instanceof MariaDBBackend) && mariadb instanceof MariaDBBackend);
  assertEquals([mysql.isConnected(), mariadb.isConnected(), mysql.name, mariadb.name], [
    false,
    false,
    "mysql",
    "mariadb",
  ]);
  assertEquals([mysql.supports("returning"), mariadb.supports("returning")], [false, true]);
});
