import type { PlanNode, PlanOperation } from "../../core/backend/query_plan.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";

/** A step while its children are being found. */
interface Step extends PlanNode {
  readonly children: Step[];
}

/** `SEARCH t USING COVERING INDEX i (a=?)`, `SCAN t`, `SCAN t VIRTUAL TABLE INDEX 0:M1`, `SEARCH t USING INTEGER PRIMARY KEY (rowid=?)`. */
const READ =
  /^(SCAN|SEARCH) (.+?)(?: (VIRTUAL TABLE) INDEX .*| USING (AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX(?: (.+?))?(?: \(.*\))?| USING (INTEGER )?PRIMARY KEY.*)?(?: LEFT-JOIN)?$/;

const OPERATIONS: readonly (readonly [RegExp, PlanOperation])[] = [
  [/^USE TEMP B-TREE FOR (?:LAST TERM|RIGHT PART|.*ORDER BY)/, "sort"],
  [/^USE TEMP B-TREE/, "aggregate"],
  [/^(?:COMPOUND QUERY|UNION|INTERSECT|EXCEPT|MERGE|LEFT-MOST SUBQUERY)/, "union"],
  [/SUBQUERY|^CO-ROUTINE|^MATERIALIZE/, "subquery"],
];

function stepOf(detail: string, derived: ReadonlySet<string>): Step {
  const found = READ.exec(detail);
  if (found === null || derived.has(found[2]!) || found[2]!.startsWith("(") || found[2] === "CONSTANT ROW") {
    const operation = OPERATIONS.find(([pattern]) => pattern.test(detail))?.[1] ?? (found === null ? "other" : "read");
    return { operation, detail, children: [] };
  }
  const [, verb, table, virtual, automatic, index, integer] = found;
  // What a virtual table does is its own affair: a full-text index is one, a function that gives rows is another.
  if (virtual !== undefined) return { operation: "read", detail, table, access: "index", index: table, children: [] };
  const key = integer !== undefined || / USING (?:INTEGER )?PRIMARY KEY/.test(detail);
  const whole = verb === "SCAN";
  if (key) return { operation: "read", detail, table, access: whole ? "fullIndex" : "key", index: null, children: [] };
  // An automatic index is made for this one query by reading the whole table.
  if (index === undefined || automatic !== undefined) {
    return {
      operation: "read",
      detail,
      table,
      access: whole || automatic !== undefined ? "full" : "index",
      children: [],
    };
  }
  return { operation: "read", detail, table, access: whole ? "fullIndex" : "index", index, children: [] };
}

/** EXPLAIN QUERY PLAN, which knows neither costs nor numbers of rows. */
export const sqlitePlans: PlanReader = {
  prefix: () => "EXPLAIN QUERY PLAN ",
  read({ rows }) {
    const roots: Step[] = [];
    const steps = new Map<number, Step>();
    const derived = new Set<string>();
    for (const [, , , detail] of rows) {
      const name = /^(?:CO-ROUTINE|MATERIALIZE) (.+)$/.exec(String(detail))?.[1];
      if (name !== undefined) derived.add(name);
    }
    for (const [id, parent, , detail] of rows) {
      const step = stepOf(String(detail), derived);
      steps.set(Number(id), step);
      (steps.get(Number(parent))?.children ?? roots).push(step);
    }
    return roots;
  },
};
