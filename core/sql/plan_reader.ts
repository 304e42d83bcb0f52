import type { PlanNode } from "../backend/query_plan.ts";
import type { RunResult } from "../backend/result.ts";

/** How a dialect explains statements and reads the answer. */
export interface PlanReader {
  /** What stands in front of the statement, with a space at its end. */
  prefix(analyze: boolean): string;
  /** The answer as a tree. */
  read(result: RunResult): readonly PlanNode[];
}
