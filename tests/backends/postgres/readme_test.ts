import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { databaseTest } from "../../support/postgres.ts";

const root = new URL("../../../", import.meta.url);

databaseTest("the first example of the README runs, and all of them are sound", async (url) => {
  const readme = await Deno.readTextFile(new URL("backends/postgres/README.md", root));
  const blocks = [...readme.matchAll(/```ts ignore\n([\s\S]*?)```/g)].map(([, code]) => code!);
  assertEquals(blocks.length, 3);
  const [first, second, third] = blocks.map((code) => code.replace(/"postgres:[^"]*"/, JSON.stringify(url)));
  // The third uses what the reader has by then.
  const names = 'import { PostgreSQLBackend } from "@rhosocial/activerecord/backends/postgres";\n' +
    "const backend = new PostgreSQLBackend({ database: 'x' });\nconst signal = AbortSignal.abort();\n";
  const folder = await Deno.makeTempDir();
  try {
    const deno = async (...args: string[]) => {
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [...args, `--config=${fileURLToPath(new URL("deno.json", root))}`],
        cwd: folder,
      }).output();
      assert(success, new TextDecoder().decode(stderr));
    };
    for (const [i, code] of [first!, second!, names + third!].entries()) {
      const path = `${folder}/example_${i}.ts`;
      await Deno.writeTextFile(path, code);
      await deno("check", path);
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", `--config=${fileURLToPath(new URL("deno.json", root))}`, `${folder}/example_0.ts`],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
