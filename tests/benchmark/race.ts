import { type ContenderName, contendersOf } from "./databases.ts";
import type { Measurement } from "./measurement.ts";
import type { BenchmarkRun } from "./run.ts";
import type { Site } from "./site.ts";
import { openStore, type Store } from "./store.ts";
import { OWNERS, USERS } from "./users.ts";
import { WorkerProcess } from "./worker_process.ts";
import { listWorkloads, type Workload } from "./workloads.ts";

/** A contender in its process, on its database. */
interface Runner {
  readonly name: ContenderName;
  readonly worker: WorkerProcess;
  readonly store: Store;
}

/** Has the contenders do the workloads in turns, A B C A B C. */
export async function race(run: BenchmarkRun, site: Site): Promise<void> {
  const { rowsOfQuery } = run.options;
  const wanted = listWorkloads(rowsOfQuery).filter(({ group, onlyServers }) =>
    run.wants(group) && !(onlyServers && site.database === "sqlite")
  );
  await raceOn(run, site, wanted.filter(({ group }) => group !== "rows"), () => site.newLocation(USERS, OWNERS));
  const many = wanted.filter(({ group }) => group === "rows");
  if (many.length === 0) return;
  run.announce(`${site.database}: making ${rowsOfQuery.toLocaleString("en")} rows`);
  const shared = await site.newLocation(rowsOfQuery, 0); // they only read it
  await raceOn(run, site, many, () => Promise.resolve(shared));
}

async function raceOn(
  run: BenchmarkRun,
  { database }: Site,
  workloads: readonly Workload[],
  location: () => Promise<string>,
): Promise<void> {
  if (workloads.length === 0) return;
  await using stack = new AsyncDisposableStack();
  const runners: Runner[] = [];
  for (const name of contendersOf(database)) {
    const place = await location();
    const store = stack.use(await openStore(database, place));
    const setup = { database, contender: name, location: place, rows: run.options.rowsOfQuery };
    const worker = await run.attempt(`${database}, ${name}`, () => WorkerProcess.start(setup));
    if (worker !== null) runners.push({ name, worker: stack.use(worker), store });
  }
  // Everything is checked before anything is timed, since timing changes what the tables hold.
  const able = new Map<Workload, Runner[]>();
  for (const workload of workloads) able.set(workload, await thoseWhoCan(run, database, workload, runners));
  for (const [workload, those] of able) {
    if (run.isOver) return;
    run.announce(`${database} ${workload.id} ${workload.title}`);
    run.add(await timeInTurns(run, database, workload, those));
  }
}

async function thoseWhoCan(
  run: BenchmarkRun,
  database: string,
  workload: Workload,
  runners: readonly Runner[],
): Promise<Runner[]> {
  const able: Runner[] = [];
  for (const runner of runners) {
    const answer = await run.attempt(
      `${database} ${workload.id}`,
      () => runner.worker.run({ task: "check", workload: workload.id }),
    );
    if (answer?.[0] === 1) able.push(runner);
    if (workload.inserts) await runner.store.removeAdded(USERS);
  }
  return able;
}

async function timeInTurns(
  run: BenchmarkRun,
  database: string,
  workload: Workload,
  runners: readonly Runner[],
): Promise<Measurement> {
  const { rounds, milliseconds } = run.options;
  const samples: Partial<Record<ContenderName, number[]>> = {};
  const failed = new Set<Runner>();
  for (let round = 0; round <= rounds && !run.isOver; round++) {
    for (const runner of runners) {
      if (failed.has(runner)) continue;
      const isWarmUp = round === 0;
      const answer = await run.attempt(`${database} ${workload.id}`, () =>
        runner.worker.run({
          task: "time",
          workload: workload.id,
          milliseconds: isWarmUp ? milliseconds * 2 : milliseconds,
        }));
      if (answer === null) {
        failed.add(runner);
        delete samples[runner.name];
      } else if (!isWarmUp) {
        (samples[runner.name] ??= []).push(...answer);
      }
      if (workload.inserts) await runner.store.removeAdded(USERS);
    }
  }
  return { id: `${database} ${workload.id}`, title: workload.title, unit: "µs", samples };
}
