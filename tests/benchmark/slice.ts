import type { Contender } from "./contenders/contender.ts";
import type { Source } from "./users.ts";
import type { Workload } from "./workloads.ts";

/** Batches are that long, so that reading the clock costs nothing beside them. */
const BATCH_MS = 20;

/** Does work for about so many milliseconds; gives microseconds per operation, or per row of it. */
export async function timeSlice(
  workload: Workload,
  contender: Contender,
  source: Source,
  milliseconds: number,
): Promise<number> {
  let [spent, done, operations] = [0, 0, workload.atLeast];
  while (spent < milliseconds) {
    const run = workload.batch(source, operations);
    const start = performance.now();
    await run(contender);
    const taken = performance.now() - start;
    spent += taken;
    done += operations;
    // No more than there is time for, since what an operation adds is removed between slices.
    if (taken < Math.min(BATCH_MS, milliseconds / 4)) operations *= 2;
  }
  return spent * 1_000 / done / workload.per;
}
