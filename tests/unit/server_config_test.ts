import { assert, assertEquals, assertThrows } from "@std/assert";
import { ServerConnectionConfig, type ServerKind, type ServerOptions } from "../../core/backend/server_config.ts";
import { ConfigurationError } from "../../core/errors.ts";

const KIND: ServerKind = {
  owner: "ExampleConnectionConfig",
  schemes: ["example", "ex"],
  port: 4242,
  user: "root",
  options: { extra: "EXTRA" },
};

class ExampleConfig extends ServerConnectionConfig {
  constructor(options: ServerOptions | string) {
    super(options, KIND);
  }
  static fromEnv(prefix: string, options: ServerOptions = {}): ExampleConfig {
    return new ExampleConfig(this.environmentOptions(prefix, options, KIND));
  }
}

Deno.test("ServerConnectionConfig has a default for everything but the database", () => {
  const config = new ExampleConfig({ database: "shop" });
  assertEquals([config.host, config.port, config.user, config.password], ["127.0.0.1", 4242, "root", ""]);
  assertEquals(config.pool, {
    min: 1,
    max: 10,
    acquireTimeout: 30_000,
    idleTimeout: 60_000,
    maxLifetime: 1_800_000,
    validateAfter: 5_000,
  });
  assertEquals([config.ssl, new ExampleConfig({ database: "a", host: "db.example" }).ssl], ["disable", "prefer"]);
});

Deno.test("ServerConnectionConfig reads an address with options in its query", () => {
  const config = new ExampleConfig(
    "ex://an%40a:p%2Fw@[::1]:99/my%20shop?poolSize=3&connectTimeout=5&resetSession=true",
  );
  const { host, port, user, password, database, poolSize, connectTimeout, resetSession } = config;
  assertEquals({ host, port, user, password, database, poolSize, connectTimeout, resetSession }, {
    host: "::1",
    port: 99,
    user: "an@a",
    password: "p/w",
    database: "my shop",
    poolSize: 3,
    connectTimeout: 5,
    resetSession: true,
  });
  assertEquals(config.toConnectionString(), "example://an%40a@[::1]:99/my%20shop");
});

Deno.test("ServerConnectionConfig takes username for user, and options beside a URL", () => {
  assertEquals(new ExampleConfig({ database: "a", username: "ann" }).user, "ann");
  assertEquals(new ExampleConfig({ url: "example://host/a", poolSize: 2 }).poolSize, 2);
});

const WRONG: readonly (readonly [unknown, string])[] = [
  [{}, 'Missing option "database"'],
  [{ database: "" }, 'Missing option "database"'],
  [{ database: "a", port: 70_000 }, "Invalid port: 70000 (1–65535)"],
  [{ database: "a", port: 0 }, "Invalid port: 0 (1–65535)"],
  [{ database: "a", port: "12x" }, "Invalid port: 12x (1–65535)"],
  [{ database: "a", poolSize: 0 }, "Invalid poolSize: 0 (1–1000)"],
  [{ database: "a", poolSize: 2, minPoolSize: 3 }, "Invalid minPoolSize: 3 (0–2)"],
  [{ database: "a", hots: "x" }, 'Unknown option "hots" for ExampleConnectionConfig: known are url, host'],
  [{ database: "a", user: "x", username: "x" }, '"user" and "username"'],
  [{ database: "a", url: "example://host/b" }, 'Cannot take "database"'],
  [{ database: "a", ssl: "yes" }, 'Invalid ssl: "yes" (one of disable, prefer'],
  [{ database: "a", resetSession: 1 }, "Invalid resetSession: number (true or false)"],
  [{ database: 5 }, "Invalid database: number (a string)"],
  [{ database: "a\0b" }, "Invalid database: it holds a NUL character"],
  ["host/a", "Invalid url: it cannot be read (example://user:password@host:4242/database"],
  ["mysql://root:secret@host/a", 'Invalid url: unsupported scheme "mysql"'],
  ["example://root:secret@host", 'Missing option "database"'],
  ["example://root:secret@host/a?colour=red", 'Unknown option "colour" in the url'],
  ["example://root:secret@host/a?poolSize=2&poolSize=3", '"poolSize" is given twice'],
  ["example://root:sec%zzret@host/a", "Invalid password in url: its special characters must be written as %XX"],
  [null, "Cannot configure ExampleConnectionConfig with null"],
];

for (const [options, message] of WRONG) {
  Deno.test(`ServerConnectionConfig refuses ${JSON.stringify(options).replaceAll("secret", "…")}`, () => {
    const error = assertThrows(() => new ExampleConfig(options as ServerOptions), ConfigurationError, message);
    assert(!error.message.includes("secret") && !error.message.includes("zzret"), error.message);
  });
}

Deno.test("ServerConnectionConfig never shows the password or the key", () => {
  const config = new ExampleConfig({ database: "a", host: "h", password: "s3cret", sslKey: "k3y" });
  for (const shown of [Deno.inspect(config), JSON.stringify(config), String(config), config.toConnectionString()]) {
    assert(!shown.includes("s3cret") && !shown.includes("k3y"), shown);
  }
  assert(Deno.inspect(config).includes("***"));
});

Deno.test("ServerConnectionConfig reads the environment, over which options given here come first", () => {
  const names = { EXAMPLE_HOST: "db", EXAMPLE_DATABASE: "shop", EXAMPLE_POOL_SIZE: "4", EXAMPLE_PASSWORD: "pw" };
  for (const [name, value] of Object.entries(names)) Deno.env.set(name, value);
  try {
    const config = ExampleConfig.fromEnv("EXAMPLE_", { poolSize: 6 });
    assertEquals([config.host, config.database, config.poolSize, config.password], ["db", "shop", 6, "pw"]);
    const whole = ExampleConfig.fromEnv("EXAMPLE_", { url: "example://other/b" });
    assertEquals([whole.host, whole.database, whole.password, whole.poolSize], ["other", "b", "", 4]);
  } finally {
    for (const name of Object.keys(names)) Deno.env.delete(name);
  }
});
