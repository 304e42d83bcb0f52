import type { PlanAccess, PlanNode } from "../../core/backend/query_plan.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import { treePlan } from "./plan_tree.ts";

/** Positions of the columns of EXPLAIN, which differ between the two servers. */
export interface PlanColumns {
  /** Kind of the query that the step belongs to. */
  readonly select: number;
  /** Name or alias of the table. */
  readonly table: number;
  /** How its rows are reached. */
  readonly type: number;
  /** Name of the index. */
  readonly key: number;
  /** Number of rows that the planner expects. */
  readonly rows: number;
  /** What else is done. */
  readonly extra: number;
}

function text(value: unknown): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

/** How a step reaches rows, by the words of the servers. */
export function accessOf(type: string | undefined, key: string | undefined): PlanAccess | undefined {
  if (type === undefined) return undefined;
  if (type === "ALL") return "full";
  if (key === undefined) return undefined;
  return type === "index" ? "fullIndex" : key === "PRIMARY" ? "key" : "index";
}

function planNode(row: readonly unknown[], columns: PlanColumns): PlanNode {
  const [select, table, type] = [text(row[columns.select]), text(row[columns.table]), text(row[columns.type])];
  const [key, extra, rows] = [text(row[columns.key]), text(row[columns.extra]), text(row[columns.rows])];
  // `<derived2>` and `<union1,2>` are results of other steps.
  const isDerived = table === undefined || table.startsWith("<");
  return {
    operation: isDerived ? "subquery" : "read",
    detail: [select, type, table, key === undefined ? undefined : `using ${key}`, extra]
      .filter((part) => part !== undefined && part !== "").join(" "),
    table,
    access: isDerived ? undefined : accessOf(type, key),
    index: key === undefined ? undefined : key === "PRIMARY" ? null : key,
    rows: rows === undefined ? undefined : Number(rows),
    children: [],
  };
}

/** EXPLAIN as a table, one step a row, whose form has not changed for many versions. */
export function tablePlan(rows: readonly (readonly unknown[])[], columns: PlanColumns): PlanNode[] {
  return rows.map((row) => planNode(row, columns));
}

/** What stands in front of a statement to get its plan as a table. */
export const TABLE_PREFIX = "EXPLAIN FORMAT=TRADITIONAL ";

/** MySQL's columns. */
const COLUMNS: PlanColumns = { select: 1, table: 2, type: 4, key: 6, rows: 9, extra: 11 };

/** How MySQL explains: by a table, and by a tree where it runs the statement. */
export const mysqlPlans: PlanReader = {
  // Since there is a variable with another form in it, the form is named; before, the server took no name.
  prefix: (analyze) => analyze ? "EXPLAIN ANALYZE /*!80032 FORMAT=TREE */ " : TABLE_PREFIX,
  read: ({ rows }, { analyze }) =>
    analyze ? treePlan(rows.map(([text]) => String(text)).join("\n")) : tablePlan(rows, COLUMNS),
  // Rows that are found by a whole key are read before the steps are measured, and their tables not named.
  readOmitted: ({ rows }) =>
    tablePlan(rows.filter((row) => CONSTANT.has(row[COLUMNS.type])), COLUMNS).filter(({ operation }) =>
      operation === "read"
    ),
};

/** Kinds of access to a table that has one row at most. */
const CONSTANT: ReadonlySet<unknown> = new Set(["const", "system"]);
