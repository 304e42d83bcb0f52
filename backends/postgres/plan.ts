import type { PlanNode, PlanOperation } from "../../core/backend/query_plan.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";

/** A step as EXPLAIN (FORMAT JSON) describes it, as far as it is looked at. */
interface ServerStep {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Alias?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly "Total Cost"?: number;
  readonly "Plan Rows"?: number;
  readonly "Actual Rows"?: number;
  readonly "Actual Total Time"?: number;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly ServerStep[];
}

const OPERATIONS: readonly (readonly [RegExp, PlanOperation])[] = [
  [/^(?:Subquery|CTE|WorkTable|Function|Values|Table Function) Scan$|^Result$/, "subquery"],
  [/Scan$/, "read"],
  [/^Nested Loop$|Join$/, "join"],
  [/Sort$/, "sort"],
  [/Aggregate$|^Group$|^WindowAgg$|^Unique$/, "aggregate"],
  [/^Limit$/, "limit"],
  [/Append$|^SetOp$|^Recursive Union$/, "union"],
  [/^ModifyTable$/, "write"],
];

function planNode(step: ServerStep): PlanNode {
  const { "Node Type": type, "Index Name": index, "Relation Name": relation } = step;
  const loops = step["Actual Loops"] ?? 1;
  const perLoop = (value: number | undefined) => value === undefined ? undefined : value * loops;
  return {
    operation: OPERATIONS.find(([pattern]) => pattern.test(type))?.[1] ?? "other",
    detail: `${type}${index === undefined ? "" : ` using ${index}`}${relation === undefined ? "" : ` on ${relation}`}`,
    table: step.Alias ?? relation,
    access: type === "Seq Scan" || type === "Sample Scan"
      ? "full"
      : index === undefined
      ? undefined
      : step["Index Cond"] === undefined
      ? "fullIndex"
      : "index",
    index,
    cost: step["Total Cost"],
    rows: step["Plan Rows"],
    actualRows: perLoop(step["Actual Rows"]),
    actualMs: perLoop(step["Actual Total Time"]),
    children: (step.Plans ?? []).map(planNode),
  };
}

/** EXPLAIN in its form for programs. */
export const postgresPlans: PlanReader = {
  prefix: (analyze) => analyze ? "EXPLAIN (ANALYZE, FORMAT JSON) " : "EXPLAIN (FORMAT JSON) ",
  read({ rows }) {
    const answer = rows[0]![0]; // the server answers with one document
    const document: unknown = typeof answer === "string" ? JSON.parse(answer) : answer;
    return (document as readonly { readonly Plan: ServerStep }[]).map(({ Plan }) => planNode(Plan)); // its form is documented
  },
};
