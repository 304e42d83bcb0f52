import { fileURLToPath } from "node:url";
import type { BenchmarkRun } from "../run.ts";

const root = new URL("../../../", import.meta.url);

/** What scripts import; the first is what the others are compared with. */
const SCRIPTS = {
  empty: [],
  mod: ["mod.ts"],
  sqlite: ["mod.ts", "backends/sqlite/mod.ts"],
} as const;

/** Milliseconds that importing the library adds to an empty script, from the start of a process to its end. */
export async function measureImportTime(run: BenchmarkRun): Promise<void> {
  run.announce("import");
  const folder = await Deno.makeTempDir({ prefix: "activerecord_bench_" });
  try {
    for (const [name, modules] of Object.entries(SCRIPTS)) {
      await Deno.writeTextFile(
        scriptOf(folder, name),
        modules.map((path) => `import "${new URL(path, root)}";\n`).join(""),
      );
    }
    const [mod, sqlite]: [number[], number[]] = [[], []];
    // A process is short and varies much, so there are more rounds; the first fills Deno's caches.
    for (let round = 0; round <= run.options.rounds * 3 && !run.isOver; round++) {
      const empty = await timeProcess(scriptOf(folder, "empty"));
      const times = [
        await timeProcess(scriptOf(folder, "mod")),
        await timeProcess(scriptOf(folder, "sqlite")),
      ] as const;
      if (round === 0) continue;
      mod.push(times[0] - empty);
      sqlite.push(times[1] - empty);
    }
    const over = "over an empty script";
    run.add({ id: "import.mod", title: `import of mod.ts ${over}`, unit: "ms", samples: { activerecord: mod } });
    run.add({ id: "import.sqlite", title: `with SQLite ${over}`, unit: "ms", samples: { activerecord: sqlite } });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function scriptOf(folder: string, name: string): string {
  return `${folder}/${name}.ts`;
}

async function timeProcess(script: string): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--frozen", `--config=${fileURLToPath(new URL("deno.json", root))}`, script],
    stdin: "null",
  }).output();
  const taken = performance.now() - start;
  if (!success) throw new Error(`An import failed: ${new TextDecoder().decode(stderr)}`);
  return taken;
}
