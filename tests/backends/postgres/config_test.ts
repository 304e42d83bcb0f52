import { assert, assertEquals, assertThrows } from "@std/assert";
import { ConfigurationError } from "../../../mod.ts";
import { PostgreSQLConnectionConfig, type PostgreSQLOptions } from "../../../backends/postgres/mod.ts";

Deno.test("a URL gives address, user and options", () => {
  const config = new PostgreSQLConnectionConfig(
    "postgresql://ada:s3cret@db.example/shop?driver=pg&prepare=false&poolSize=3",
  );
  const { host, port, user, password, database, driver, prepare, poolSize, ssl } = config;
  assertEquals({ host, port, user, password, database, driver, prepare, poolSize, ssl }, {
    host: "db.example",
    port: 5432,
    user: "ada",
    password: "s3cret",
    database: "shop",
    driver: "pg",
    prepare: false,
    poolSize: 3,
    ssl: "prefer",
  });
  assertEquals(config.toConnectionString(), "postgres://ada@db.example:5432/shop");
  assert(!`${Deno.inspect(config)}${JSON.stringify(config)}${config}`.includes("s3cret"));
});

Deno.test("what is left out has a default", () => {
  const { driver, prepare, schema, user, port, ssl } = new PostgreSQLConnectionConfig({ database: "shop" });
  assertEquals({ driver, prepare, schema, user, port, ssl }, {
    driver: "postgres",
    prepare: true,
    schema: undefined,
    user: "postgres",
    port: 5432,
    ssl: "disable",
  });
});

Deno.test("the environment gives what is not given otherwise", () => {
  const names = { PGTEST_HOST: "db", PGTEST_DATABASE: "shop", PGTEST_DRIVER: "pg", PGTEST_SCHEMA: "tenant" };
  for (const [name, value] of Object.entries(names)) Deno.env.set(name, value);
  try {
    const { host, database, driver, schema, user } = PostgreSQLConnectionConfig.fromEnv("PGTEST_", { user: "ada" });
    assertEquals({ host, database, driver, schema, user }, {
      host: "db",
      database: "shop",
      driver: "pg",
      schema: "tenant",
      user: "ada",
    });
  } finally {
    for (const name of Object.keys(names)) Deno.env.delete(name);
  }
});

const WRONG: readonly (readonly [unknown, string])[] = [
  [{}, '"database"'],
  [{ database: "a", driver: "other" }, "Invalid driver"],
  [{ database: "a", prepare: 1 }, "Invalid prepare"],
  [{ database: "a", schema: 1 }, "Invalid schema"],
  [{ database: "a", port: 70_000 }, "Invalid port: 70000 (1–65535)"],
  [{ database: "a", pools: 1 }, 'Unknown option "pools"'],
  ["mysql://localhost/a", 'unsupported scheme "mysql"'],
  [{ database: "a", prepare: false, statementTimeout: 5 }, '"statementTimeout" with prepare: false'],
  [{ database: "a", prepare: false, schema: "b" }, '"schema" with prepare: false'],
  [{ database: "a", prepare: false, resetSession: true }, '"resetSession" with prepare: false'],
];

Deno.test("a wrong option is named", () => {
  for (const [options, text] of WRONG) {
    // Whoever writes JavaScript can give anything.
    assertThrows(() => new PostgreSQLConnectionConfig(options as PostgreSQLOptions), ConfigurationError, text);
  }
});
