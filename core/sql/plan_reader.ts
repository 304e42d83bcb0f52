import type { ExplainNode } from "../ast/statement.ts";
import type { PlanNode } from "../backend/query_plan.ts";
import type { RunResult } from "../backend/result.ts";

/** How a dialect explains statements and reads the answer. */
export interface PlanReader {
  /** What stands in front of the statement, with a space at its end. */
  prefix(analyze: boolean): string;
  /** The answer as a tree. */
  read(result: RunResult, node: ExplainNode): readonly PlanNode[];
  /**
   * Steps that the answer leaves out when the statement was run, from the answer to the same question without running it, which is
   * asked only where this is there.
   */
  readOmitted?(result: RunResult): readonly PlanNode[];
}
