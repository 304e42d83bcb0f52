import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { databaseTest, DRIVERS } from "../../support/postgres.ts";

const root = new URL("../../../", import.meta.url);

/** Runs the program with the given permissions only, without asking for more; a hang is a failure. */
async function run(permissions: readonly string[], args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      `--config=${fileURLToPath(new URL("deno.json", root))}`,
      ...permissions,
      new URL("fixtures/least_permissions.ts", import.meta.url).href,
      ...args,
    ],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

/** What each driver asks the environment for although every option is given. */
const ENVIRONMENT = {
  postgres: "PGAPPNAME,PGTARGETSESSIONATTRS",
  pg: "PGBINARY,PGREPLICATION",
} as const;

for (const driver of DRIVERS) {
  databaseTest(
    `${driver} needs the network and no environment, and a pool left open lets the process end`,
    async (url) => {
      const net = `--allow-net=${new URL(url).host}`;
      assertEquals(await run([net, "--ignore-env"], [url, driver]), { code: 0, stdout: "Ada 1", stderr: "" });
      const exact = await run([net, `--allow-env=${ENVIRONMENT[driver]}`], [url, driver]);
      assertEquals(exact, { code: 0, stdout: "Ada 2", stderr: "" });
    },
  );

  databaseTest(`${driver}: a missing permission gives ConnectionError that says what is needed`, async (url) => {
    const { host, password } = new URL(url);
    const withoutNet = await run(["--ignore-env"], [url, driver]);
    assertEquals(withoutNet.code, 1);
    assertMatch(withoutNet.stderr, /ConnectionError: Cannot connect to .*: Deno's permissions do not allow it/);
    assert(withoutNet.stderr.includes(`--allow-net=${host}`), withoutNet.stderr);
    const withoutEnv = await run([`--allow-net=${host}`], [url, driver]);
    assertEquals(withoutEnv.code, 1);
    assertMatch(withoutEnv.stderr, /ConnectionError: .*--ignore-env/);
    assert(password === "" || !withoutEnv.stderr.includes(password));
  });
}
