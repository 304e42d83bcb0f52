/** The library beside the bare driver, on files. Run with `deno task bench`. */

import { prepareWorkloads } from "./workloads.ts";

const folder = await Deno.makeTempDir();
const { workloads, close } = await prepareWorkloads(folder);

for (const { name, ours, driver } of workloads) {
  Deno.bench({ name: "driver", group: name, baseline: true, fn: async () => void await driver() });
  Deno.bench({ name: "activerecord", group: name, fn: async () => void await ours() });
}

globalThis.addEventListener("unload", () => {
  void close();
  Deno.removeSync(folder, { recursive: true });
});
