/** What is measured in a new process each time, since it is about the memory that a process takes. */

import { type ContenderName, contendersOf } from "../databases.ts";
import type { Unit } from "../measurement.ts";
import type { BenchmarkRun } from "../run.ts";
import type { Site } from "../site.ts";
import { openStore } from "../store.ts";
import { OWNERS, USERS } from "../users.ts";
import { WorkerProcess } from "../worker_process.ts";
import type { WorkerTask } from "../worker_tasks.ts";

/** A number that a task gives. */
interface Part {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
}

/** Memory that reading rows, streaming them and inserting a stream of them takes; time per row of the last two. */
export async function measureFreshProcesses(run: BenchmarkRun, site: Site): Promise<void> {
  const { rows } = run.options;
  const inserted = Math.ceil(rows / 10);
  const text = (count: number) => count.toLocaleString("en");
  const memory = (id: string, title: string): Part => ({ id: `${id}.memory`, title: `memory of ${title}`, unit: "MB" });
  if (run.wants("memory")) {
    const parts = [memory("read", "reading 10,000 rows, 20 times")];
    await measure(run, site, { task: "read", rows: USERS, times: 20 }, await site.newLocation(USERS, OWNERS), parts);
  }
  if (run.wants("stream")) {
    const parts: Part[] = [
      { id: "stream", title: `a row of a stream of ${text(rows)}`, unit: "µs" },
      memory("stream", `streaming ${text(rows)} rows`),
    ];
    await measure(run, site, { task: "stream", rows }, await site.newLocation(rows, 0), parts);
  }
  if (run.wants("load")) {
    const parts: Part[] = [
      { id: "load", title: `a row of ${text(inserted)} inserted from an async iterable`, unit: "µs" },
      memory("load", `inserting ${text(inserted)} rows`),
    ];
    await measure(run, site, { task: "load", rows: inserted }, await site.newLocation(USERS, OWNERS), parts);
  }
}

async function measure(
  run: BenchmarkRun,
  { database }: Site,
  task: WorkerTask,
  location: string,
  parts: readonly Part[],
): Promise<void> {
  run.announce(`${database} ${parts[0]?.title}`);
  await using store = await openStore(database, location);
  const samples = parts.map((): Partial<Record<ContenderName, number[]>> => ({}));
  for (let round = 0; round < Math.min(run.options.rounds, 3); round++) {
    for (const contender of contendersOf(database)) {
      if (run.isOver) return;
      const numbers = await run.attempt(`${database} ${parts[0]?.id}`, async () => {
        await using worker = await WorkerProcess.start({ database, contender, location, rows: 10 });
        return await worker.run(task);
      });
      numbers?.forEach((number, at) => {
        const isMemory = parts[at]?.unit === "MB";
        (samples[at]![contender] ??= []).push(isMemory ? number / 2 ** 20 : number);
      });
      if (task.task === "load") await store.removeAdded(USERS);
    }
  }
  parts.forEach(({ id, title, unit }, at) => {
    run.add({ id: `${database} ${id}`, title, unit, samples: samples[at]! });
  });
}
