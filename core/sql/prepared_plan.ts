import type { MaybePromise, RunResult } from "../backend/result.ts";
import type { PreparedStatement, RunOptions } from "../backend/storage_backend.ts";
import type { StatementPlan } from "./statement_plan.ts";

/** Runs a plan with parameters. */
export type PlanRunner = (
  plan: StatementPlan,
  params: readonly unknown[],
  options: RunOptions | undefined,
) => MaybePromise<RunResult>;

/** A plan whose values come later. */
export function preparedPlan(plan: StatementPlan, runPlan: PlanRunner): PreparedStatement {
  const { slots, params } = plan;
  // A statement whose only parameters are its slots takes the encoded values as they are.
  const isPlain = slots.length === params.length && slots.every((slot, i) => slot.position === i && slot.index === i);
  return {
    run: (values, options) => {
      const bound = params.slice();
      for (let i = 0; i < slots.length; i++) {
        const slot = slots[i]!;
        bound[slot.position] = slot.encode(values[slot.index]);
      }
      return runPlan(plan, bound, options);
    },
    runEncoded: (values, options) => {
      if (isPlain) return runPlan(plan, values, options);
      const bound = params.slice();
      for (const slot of slots) bound[slot.position] = values[slot.index];
      return runPlan(plan, bound, options);
    },
  };
}

/** A statement that is made anew for each run, since parts of it are others each time. */
export function preparedEachTime(make: () => PreparedStatement): PreparedStatement {
  return {
    run: (values, options) => make().run(values, options),
    runEncoded: (values, options) => make().runEncoded(values, options),
  };
}
