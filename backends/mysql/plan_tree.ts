import type { PlanAccess, PlanNode, PlanOperation } from "../../core/backend/query_plan.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";

/** A step while its children are being found. */
interface Step extends PlanNode {
  readonly children: Step[];
}

/**
 * `    -> Filter: (t.a > 1)  (cost=0.34..1.2 rows=0.9) (actual time=0.0255..99e-6 rows=2.5 loops=2)`. The numbers stand at the end,
 * so that texts in a condition are never taken for them; a step that was never needed has none that are actual.
 */
const LINE =
  /^( *)-> (.*?) *(?: {2}\(cost=(?:\S+?\.\.)?([^\s.]\S*) rows=(\S+)\))?(?: {1,2}\((?:actual time=\S+?\.\.(\S+) rows=(\S+) loops=(\S+)|never executed)\))?$/;

/** `Covering index lookup on t using i (a = 1)`, `Table scan on t`, `Count rows in t`. */
const READ =
  /^(Table scan|Count rows|Constant row|(?:.*\b)?index (?:lookup|scan|range scan|skip scan|search))[^(]*? (?:on|in|from) (.+?)(?: using (.+?))?(?: over .*| \(.*|, .*)?$/i;

const OPERATIONS: readonly (readonly [RegExp, PlanOperation])[] = [
  [/^(?:Hash$|[\w ]*join\b)/, "join"],
  [/^Sort/, "sort"],
  [/^Limit/, "limit"],
  [/^(?:Append|(?:Union|Intersect|Except) materialize)/, "union"],
  [/^(?:[\w ]*aggregate|Group|Remove duplicate|Temporary table with deduplication)/i, "aggregate"],
  [/^(?:Insert|Update|Delete|Replace)\b/, "write"],
  [
    /^(?:Materialize|Re-materialize|Temporary table|Select #|Table scan|Scan new|Rows fetched|Zero)|\bindex /i,
    "subquery",
  ],
];

function accessOf(verb: string, index: string | undefined): PlanAccess {
  if (/^(?:table scan|count rows)$/i.test(verb)) return "full";
  if (/\bindex scan$/i.test(verb)) return "fullIndex";
  return index === "PRIMARY" || /^constant row$/i.test(verb) ? "key" : "index";
}

/** What a step reads, unless it is the result of other steps, which stand below it. */
function readOf(step: Step): Partial<PlanNode> | null {
  const [, verb, table, index] = READ.exec(step.detail) ?? [];
  const isDerived = table === undefined || table.startsWith("<") || index?.startsWith("<") || step.children.length > 0;
  if (verb === undefined || isDerived) return null;
  return {
    operation: "read",
    table,
    access: accessOf(verb, index),
    index: index === "PRIMARY" ? null : index,
  };
}

function withReads(step: Step): PlanNode {
  return { ...step, ...readOf(step), children: step.children.map(withReads) };
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function stepOf([, , detail, cost, rows, time, actual, loops]: RegExpExecArray): Step {
  // What is said of rows and times holds for each of the times that the step was run.
  const [times, each, last] = [number(loops) ?? 1, number(actual), number(time)];
  return {
    operation: OPERATIONS.find(([pattern]) => pattern.test(detail!))?.[1] ?? "other", // the pattern has it always
    detail: detail!,
    cost: number(cost),
    rows: number(rows),
    actualRows: each === undefined ? undefined : Math.round(each * times),
    actualMs: last === undefined ? undefined : last * times,
    children: [],
  };
}

/**
 * Reads what EXPLAIN ANALYZE gives: lines that are indented below what they belong to. It is the form that all versions have; the
 * form for programs depends on a variable of the session.
 *
 * @throws {UnsupportedFeatureError} for a statement that the server has not run, since it has no steps to be measured for it
 */
export function treePlan(text: string): PlanNode[] {
  const roots: Step[] = [];
  const open: { readonly depth: number; readonly step: Step }[] = [];
  for (const line of text.split("\n")) {
    const found = LINE.exec(line);
    if (found === null) continue;
    const step = stepOf(found);
    if (step.detail === "<not executable by iterator executor>") {
      throw new UnsupportedFeatureError("mysql", {
        feature: "explain.analyze",
        instead: "the server cannot measure this statement: leave analyze out",
      });
    }
    const depth = found[1]!.length;
    while (open.length > 0 && open.at(-1)!.depth >= depth) open.pop();
    (open.at(-1)?.step.children ?? roots).push(step);
    open.push({ depth, step });
  }
  return roots.map(withReads);
}
