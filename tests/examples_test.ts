import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeMusicShop } from "./support/music_shop.ts";

/** Runs an example in a process of its own, with no more than the given permissions. */
async function run(example: string, permissions: readonly string[], args: readonly string[] = []) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-lock", ...permissions, example, ...args],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).output();
  return { code, output: new TextDecoder().decode(stdout), errors: new TextDecoder().decode(stderr) };
}

Deno.test("examples/quickstart.ts runs without any permission", async () => {
  const { code, output, errors } = await run("examples/quickstart.ts", []);
  assertEquals({ code, errors }, { code: 0, errors: "" });
  assertStringIncludes(output, "INSERT INTO");
  assertStringIncludes(output, "Rolled back");
});

Deno.test("examples/existing_database.ts gives the answers of plain SQL", async () => {
  const folder = await Deno.makeTempDir();
  try {
    makeMusicShop(`${folder}/shop.db`);
    const { code, output, errors } = await run("examples/existing_database.ts", ["--allow-read"], [
      `${folder}/shop.db`,
    ]);
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertStringIncludes(output, "10 of 10 answers are the same as in plain SQL");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("examples/existing_database.ts says what is wrong with its argument", async () => {
  const missing = await run("examples/existing_database.ts", ["--allow-read"]);
  assert(missing.code !== 0);
  assertStringIncludes(missing.errors + missing.output, "existing_database.ts");
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/text`, "no database".repeat(200));
    const text = await run("examples/existing_database.ts", ["--allow-read"], [`${folder}/text`]);
    assert(text.code !== 0);
    assertStringIncludes(text.errors + text.output, "not a database");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
