import { fileURLToPath } from "node:url";
import type { BenchmarkRun } from "../run.ts";
import { generateModels } from "./generated_models.ts";

const root = new URL("../../../", import.meta.url);
const QUERIES_EACH = 10;

/** Seconds of a whole `deno check` of many models and queries, the library included. */
export async function measureTypeCheck(run: BenchmarkRun): Promise<void> {
  run.announce("types");
  const { models, rounds } = run.options;
  const folder = await Deno.makeTempDir({ prefix: "activerecord_bench_" });
  try {
    const seconds: number[] = [];
    const text = generateModels(new URL("mod.ts", root).href, models, QUERIES_EACH);
    for (let round = 0; round < Math.min(rounds, 3) && !run.isOver; round++) {
      // Deno remembers what it has checked, so no text may be checked twice, in this run or in another.
      const path = `${folder}/models_${round}.ts`;
      await Deno.writeTextFile(path, `// ${crypto.randomUUID()}\n${text}`);
      seconds.push(await timeCheck(path));
    }
    const queries = (models * QUERIES_EACH).toLocaleString("en");
    const title = `type check of ${models.toLocaleString("en")} models, ${queries} queries`;
    run.add({ id: "types", title, unit: "s", samples: { activerecord: seconds } });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function timeCheck(path: string): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--frozen", `--config=${fileURLToPath(new URL("deno.json", root))}`, path],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (!success) {
    throw new Error(`The generated models have errors: ${new TextDecoder().decode(stderr).slice(0, 2_000)}`);
  }
  return (performance.now() - start) / 1_000;
}
