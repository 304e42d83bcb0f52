import { assert, assertEquals, assertMatch } from "@std/assert";
import type { TestServer } from "../../../support/mysql.ts";

/** Runs the program with the given permissions only, without asking for more, for at most 20 seconds. */
async function run(permissions: readonly string[], args: readonly string[], path = "../fixtures/unclosed.ts") {
  const program = new URL(path, import.meta.url).href;
  const started = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-lock", "--quiet", ...permissions, program, ...args],
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(20_000),
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: decode(stdout), stderr: decode(stderr), ms: performance.now() - started };
}

/** What only a process of its own can show. */
export function processCases({ test, name }: TestServer): void {
  test("a script ends although its pool is open, with the permission for its server only", async ({ url }) => {
    const { host } = new URL(url);
    const { code, stdout, stderr, ms } = await run([`--allow-net=${host}`], [name, url]);
    assertEquals({ code, stdout, stderr }, { code: 0, stdout: "Ada 1", stderr: "" });
    assert(ms < 10_000, `${ms} ms`);
  });

  test("a script with encrypted connections ends too", async ({ url }) => {
    const { code, stdout, stderr } = await run([`--allow-net=${new URL(url).host}`], [name, url, "prefer"]);
    assertEquals({ code, stdout, stderr }, { code: 0, stdout: "Ada 1", stderr: "" });
  });

  test("a missing permission is a ConnectionError that says what is needed", async ({ url }) => {
    const { code, stderr } = await run([], [name, url]);
    assertEquals(code, 1);
    assertMatch(
      stderr,
      /ConnectionError: Cannot connect to .*: Deno's permissions do not allow it, run with --allow-net=/,
    );
  });

  test("examples/mysql_json_features.ts runs", async ({ url }) => {
    const address = new URL(url);
    address.protocol = `${name}:`;
    const permissions = [`--allow-net=${address.host}`];
    const { code, stdout, stderr } = await run(
      permissions,
      [address.href],
      "../../../../examples/mysql_json_features.ts",
    );
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    assertEquals(stdout.split("\n").slice(1), [
      "Dark theme: Ada, Cid",
      "Notifications on: Ada, Bob",
      "Speak English: Ada, Bob",
      "Changed: profile",
      "Notifications on now: Bob",
    ]);
  });
}
