import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { withPath } from "../../support/sqlite.ts";

const root = new URL("../../../", import.meta.url);

/** Runs a program with the given permissions only, without asking for more. */
async function run(program: string, permissions: readonly string[], args: readonly string[] = []) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-lock",
      "--quiet",
      ...permissions,
      new URL(`fixtures/${program}.ts`, import.meta.url).href,
      ...args,
    ],
    env: { NO_COLOR: "1" },
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

Deno.test("a database in memory needs no permission", async () => {
  assertEquals(await run("least_permissions", [], [":memory:"]), { code: 0, stdout: "Ada 1", stderr: "" });
});

Deno.test("a file needs to read and write its own files and nothing else", async () => {
  await withPath(async (path) => {
    // SQLite's log and index stand beside the file; the driver asks for the file only.
    const exact = [`--allow-read=${path}`, `--allow-write=${path}`];
    assertEquals(await run("least_permissions", exact, [path]), { code: 0, stdout: "Ada 1", stderr: "" });
    assertEquals((await run("least_permissions", exact, [path])).stdout, "Ada 2");
  });
});

Deno.test("a file that is only read needs no permission to write", async () => {
  await withPath(async (path) => {
    const exact = [`--allow-read=${path}`];
    await run("least_permissions", [...exact, `--allow-write=${path}`], [path]);
    assertEquals(await run("least_permissions", exact, [path, "readOnly"]), { code: 0, stdout: "count 1", stderr: "" });
  });
});

Deno.test("a missing permission gives ConnectionError that says what is needed", async () => {
  await withPath(async (path) => {
    for (const permissions of [[], [`--allow-read=${path}`], [`--allow-write=${path}`]]) {
      const { code, stderr } = await run("least_permissions", permissions, [path]);
      assertEquals(code, 1);
      assertMatch(stderr, /ConnectionError: Cannot open ".*app\.db": Deno's permissions do not allow it/);
      assert(stderr.includes("--allow-read and --allow-write"), stderr);
    }
    assertEquals([...Deno.readDirSync(path.replace(/app\.db$/, ""))].length, 0);
  });
});

interface Graph {
  readonly modules: readonly { readonly specifier: string; readonly size?: number }[];
}

async function graphOf(entry: string): Promise<Graph> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "--no-lock", fileURLToPath(new URL(entry, root))],
  }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("mod.ts alone reaches no driver, no backend, no zod and no package at all", async () => {
  const { modules } = await graphOf("mod.ts");
  const specifiers = modules.map(({ specifier }) => specifier);
  assert(specifiers.length > 50, `${specifiers.length} modules`);
  const own = new URL("core/", root).href;
  // Transactions load what is built into every runtime when the first of them begins.
  assertEquals(
    specifiers.filter((specifier) => !specifier.startsWith(own) && specifier !== new URL("mod.ts", root).href),
    ["node:async_hooks"],
  );
});

Deno.test("the SQLite backend reaches the built-in driver only", async () => {
  const { modules } = await graphOf("backends/sqlite/mod.ts");
  const specifiers = modules.map(({ specifier }) => specifier);
  assertEquals(
    specifiers.filter((specifier) => !specifier.startsWith("file:")).toSorted(),
    ["node:async_hooks", "node:sqlite"],
  );
  assert(specifiers.every((specifier) => !specifier.includes("/tests/")));
});

Deno.test("importing the library costs a few milliseconds over an empty program (shown only)", async () => {
  const time = async (code: string) => {
    const times: number[] = [];
    for (let i = 0; i < 3; i++) {
      const start = performance.now();
      await new Deno.Command(Deno.execPath(), { args: ["eval", "--no-lock", code], cwd: fileURLToPath(root) }).output();
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  };
  const empty = await time("");
  const withModule = await time(`import ${JSON.stringify(new URL("mod.ts", root).href)};`);
  const withBackend = await time(`import ${JSON.stringify(new URL("backends/sqlite/mod.ts", root).href)};`);
  console.log(
    `import over an empty program: mod.ts ${(withModule - empty).toFixed(1)} ms, ` +
      `backends/sqlite ${(withBackend - empty).toFixed(1)} ms`,
  );
});
