import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { serverUrl } from "../support/servers/server_url.ts";
import { backendModule, contendersOf, type DatabaseName } from "./databases.ts";
import { readResults, type Results } from "./measurement.ts";

/** Registers a test that runs the benchmarks of a database for a moment each, with all their checks and no judgement of time. */
export async function smokeTestOf(database: DatabaseName, groups: readonly string[]): Promise<void> {
  const isReachable = existsSync(backendModule(database)) &&
    (database === "sqlite" || (await serverUrl(database)).reason === null);
  Deno.test({
    name: `deno task bench measures ${groups.join(", ")} on ${database}`,
    ignore: !isReachable,
    async fn() {
      const folder = await Deno.makeTempDir({ prefix: "activerecord_" });
      try {
        const results = await runBenchmarks(`${folder}/results.json`, database, groups);
        for (const { id, samples } of results.measurements) {
          assert(Object.values(samples).flat().every(Number.isFinite), id);
        }
        const ids = results.measurements.map(({ id }) => id);
        for (const group of groups) assert(ids.some((id) => id.split(/[ .]/).includes(group)), group);
        const find = results.measurements.find(({ id }) => id === `${database} w3`);
        assertEquals(new Set(Object.keys(find?.samples ?? {})), new Set(contendersOf(database)));
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

async function runBenchmarks(file: string, database: DatabaseName, groups: readonly string[]): Promise<Results> {
  const short = ["--rounds=1", "--ms=1", "--rows=1000", "--models=1"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      fileURLToPath(new URL("main.ts", import.meta.url)),
      ...short,
      `--backend=${database}`,
      `--only=${groups.join(",")}`,
      `--json=${file}`,
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
  return readResults(await Deno.readTextFile(file), file);
}
