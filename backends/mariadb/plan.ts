import type { SelectNode, StatementNode } from "../../core/ast/statement.ts";
import type { PlanNode } from "../../core/backend/query_plan.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import { accessOf, type PlanColumns, TABLE_PREFIX, tablePlan } from "../mysql/plan.ts";

/** The columns of EXPLAIN, which are fewer than MySQL's. */
const COLUMNS: PlanColumns = { select: 1, table: 2, type: 3, key: 5, rows: 8, extra: 9 };

/** A part of what ANALYZE FORMAT=JSON answers. Only numbers, texts and names that are looked at are written down. */
interface Part {
  readonly [name: string]: unknown;
  readonly select_id?: number;
  readonly table_name?: string;
  readonly access_type?: string;
  readonly message?: string;
  readonly key?: string;
  readonly sort_key?: string;
  readonly cost?: number;
  readonly rows?: number;
  readonly filtered?: number;
  readonly r_loops?: number;
  readonly r_rows?: number | null;
  readonly r_filtered?: number | null;
  readonly r_effective_rows?: number | null;
  readonly r_output_rows?: number | null;
  readonly r_limit?: number | string;
  readonly r_total_time_ms?: number;
  readonly r_table_time_ms?: number;
  readonly r_other_time_ms?: number;
}

/** What the server says where it knows before that there are no rows. */
const NOTHING = /^(?:impossible where|no matching)/i;

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A product of what is known; undefined when a factor is not. */
function product(...factors: readonly (number | null | undefined)[]): number | undefined {
  return factors.reduce<number | undefined>(
    (whole, factor) => whole === undefined || factor === null || factor === undefined ? undefined : whole * factor,
    1,
  );
}

function sumOf(terms: readonly (number | undefined)[]): number | undefined {
  return terms.reduce((sum, term) => sum === undefined || term === undefined ? undefined : sum + term, 0);
}

/** A number of rows: the server gives means of all times that a step was run, and parts in percent. */
function rowsOf(...factors: readonly (number | null | undefined)[]): number | undefined {
  const rows = product(...factors);
  return rows === undefined ? undefined : Math.round(rows);
}

function readNode(part: Part): PlanNode {
  const { table_name: table, access_type: type, key = keysIn(part), message, rows, filtered = 100 } = part;
  const children = stepsIn(part);
  const isDerived = table === undefined || table.startsWith("<");
  const detail = [type, table, key === undefined ? undefined : `using ${key}`, message];
  // A row that is found by a whole key is read before the steps are measured.
  const isConstant = part.r_loops === 0 && (type === "const" || type === "system");
  const found = part.r_loops === 0 ? 0 : rowsOf(part.r_rows, part.r_loops, (part.r_filtered ?? 100) / 100);
  const own = part.r_table_time_ms === undefined ? undefined : part.r_table_time_ms + (part.r_other_time_ms ?? 0);
  return {
    operation: isDerived ? "subquery" : "read",
    detail: detail.filter((text) => text !== undefined).join(" "),
    table,
    access: isDerived ? undefined : accessOf(type, key),
    index: key === undefined ? undefined : key === "PRIMARY" ? null : key,
    cost: part.cost,
    rows: product(rows, filtered / 100),
    actualRows: isConstant ? 1 : NOTHING.test(message ?? "") ? 0 : found,
    actualMs: sumOf([own, ...children.map(({ actualMs }) => actualMs)]),
    children,
  };
}

/** Names of the indexes that are read side by side. */
function keysIn({ index_merge: merged }: Part): string | undefined {
  const names: string[] = [];
  const visit = (value: unknown) => {
    if (isPart(value) && value.key !== undefined) names.push(value.key);
    else if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
  };
  visit(merged);
  return names.length === 0 ? undefined : names.join(",");
}

/** A table whose rows are compared with a number of rows before it at once. */
function blockNode(part: Part): PlanNode {
  const steps = stepsIn(part);
  return {
    operation: "join",
    detail: `block-nl-join${typeof part.join_type === "string" ? ` ${part.join_type}` : ""}`,
    rows: steps[0]?.rows,
    actualRows: rowsOf(part.r_effective_rows, part.r_loops, (part.r_filtered ?? NaN) / 100),
    children: steps,
  };
}

/** How many rows it gives is not said: an outer join gives more than its last step finds, a semi-join fewer. */
function joinNode(children: readonly PlanNode[]): PlanNode {
  return { operation: "join", detail: "nested loop", children };
}

function sortNode(part: Part): PlanNode {
  const rows = rowsOf(part.r_output_rows, part.r_loops);
  const limit = typeof part.r_limit === "number" ? part.r_limit : Infinity;
  return {
    operation: "sort",
    detail: `filesort ${part.sort_key ?? ""}`.trimEnd(),
    actualRows: rows === undefined ? undefined : Math.min(rows, limit * (part.r_loops ?? 1)),
    children: stepsIn(part),
  };
}

function queryNode(part: Part): PlanNode {
  return {
    operation: "subquery",
    detail: `query ${part.select_id ?? ""}`.trimEnd(),
    cost: part.cost,
    actualMs: part.r_total_time_ms,
    children: stepsIn(part),
  };
}

function plainNode(operation: PlanNode["operation"], detail: string): (part: Part) => PlanNode {
  return (part) => ({ operation, detail, actualRows: rowsOf(part.r_rows, part.r_loops ?? 1), children: stepsIn(part) });
}

/** The parts that are steps; what else there is may have steps in it. */
const STEPS: Readonly<Record<string, (part: Part) => PlanNode>> = {
  query_block: queryNode,
  table: readNode,
  "block-nl-join": blockNode,
  filesort: sortNode,
  read_sorted_file: plainNode("other", "read sorted file"),
  temporary_table: plainNode("other", "temporary table"),
  window_functions_computation: plainNode("aggregate", "window functions"),
  duplicates_removal: plainNode("aggregate", "duplicates removal"),
  union_result: plainNode("union", "union result"),
  recursive_union: plainNode("union", "recursive union"),
};

/** The steps right below a part. */
function stepsIn(value: unknown): PlanNode[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (!isPart(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const step = Object.hasOwn(STEPS, name) && isPart(inner) ? STEPS[name]! : null;
    if (step !== null) return [step(inner as Part)]; // as just looked at
    const steps = stepsIn(inner);
    return name === "nested_loop" && steps.length > 1 ? [joinNode(steps)] : steps;
  });
}

/** Kinds of nodes in a query after which it may give another number of rows than its last step finds. */
const REGROUPING: ReadonlySet<unknown> = new Set(["aggregate", "raw", "select", "compound", "values"]);

function regroups(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("kind" in value && value.kind === "value") return false;
  return "kind" in value && REGROUPING.has(value.kind) || Object.values(value).some(regroups);
}

/** Whether a query gives each row that its last step finds, and none else. */
function givesEach(statement: StatementNode): statement is SelectNode {
  if (statement.kind !== "select") return false;
  const { distinct, groupBy, having, offset, joins = [], columns, from, where } = statement;
  return !distinct && groupBy.length === 0 && having === null && (offset ?? 0) === 0 &&
    joins.every(({ kind }) => kind === "inner" || kind === "cross") && !regroups([columns, from, joins, where]);
}

/** What is only sorted is not fewer rows. */
function estimateOf({ rows, operation, children: [first] }: PlanNode): number | undefined {
  const passes = first !== undefined && (operation === "sort" || operation === "other");
  return rows ?? (passes ? estimateOf(first) : undefined);
}

/** The server does not say how many rows a query gives, only what each step finds. */
function withRows(root: PlanNode, statement: StatementNode): PlanNode {
  const [first] = root.children;
  if (root.actualRows !== undefined || first === undefined || !givesEach(statement)) return root;
  const steps = first.operation === "join" && first.actualRows === undefined ? first.children : [first];
  const estimate = product(...steps.map(estimateOf));
  return {
    ...root,
    rows: estimate === undefined ? undefined : Math.min(estimate, statement.limit ?? Infinity),
    actualRows: steps.at(-1)?.actualRows,
  };
}

/** How MariaDB explains: by a table, and by a document where it runs the statement. */
export const mariadbPlans: PlanReader = {
  prefix: (analyze) => analyze ? "ANALYZE FORMAT=JSON " : TABLE_PREFIX,
  read({ rows }, { analyze, statement }) {
    if (!analyze) return tablePlan(rows, COLUMNS);
    return stepsIn(JSON.parse(String(rows[0]![0]))).map((root) => withRows(root, statement)); // the server answers with one document
  },
};
