import type { ColumnNode, ExpressionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import {
  type CommonTableNode,
  type CompoundNode,
  type QueryNode,
  selectFrom,
  type SelectItem,
  type SelectNode,
  type TableNode,
} from "../../core/ast/statement.ts";
import { kindsOfQuery } from "./comparable.ts";
import { columnsOf } from "./derived_names.ts";

// DISTINCT and the set operations compare decimals as the texts that they are stored as; GROUP BY can be given their keys.

/** Name of the rows while equal ones are put together; no table that they are read from is called so by chance. */
const ROWS: TableNode = { kind: "table", name: "activerecord_rows" };

/** Name of the column that tells from which operand a row comes. */
const SIDE: ColumnNode = { kind: "column", name: "side" };

/** A column of rows that are read again; of all kinds only decimals have to be known. */
export function column(name: string, kind: string | undefined): ColumnNode {
  return kind === "decimal" ? { kind: "column", name, type: { kind } } : { kind: "column", name };
}

/** Whether a query has a column of decimals. */
export function holdsDecimal(query: QueryNode): boolean {
  return kindsOfQuery(query).includes("decimal");
}

/** A query whose equal rows are found by the values of its decimals. */
export function byValue(node: SelectNode): SelectNode {
  const query = node.with?.some(isDistinctRecursion) ? { ...node, with: node.with.map(normalRecursion) } : node;
  if (!query.distinct || !holdsDecimal(query)) return query;
  return isSimple(query)
    ? { ...query, distinct: false, groupBy: query.columns.map(({ expression }) => expression) }
    : distinctByValue(query);
}

/** Whether the rows of a query can be grouped by its columns in place. */
function isSimple({ columns, groupBy, having, orderBy }: SelectNode): boolean {
  return groupBy.length === 0 && having === null && !calculatesLater(columns) && !calculatesLater(orderBy);
}

/** Whether something in an expression may be known only once there are groups; what raw text does cannot be seen. */
function calculatesLater(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    if (node.kind === "aggregate" || node.kind === "window" || node.kind === "raw") return true;
    if (node.kind === "value" || node.kind === "select" || node.kind === "compound") return false;
  }
  return Object.values(node).some(calculatesLater);
}

/** SELECT DISTINCT over groups or windows: its rows are read again, with what orders them beside them. */
function distinctByValue(node: SelectNode): SelectNode {
  const { columns, orderBy, limit, offset } = node;
  const outputs = columnsOf(node);
  const own = kindsOfQuery(node).map((kind, i) => column(`c${i}`, kind));
  const terms = orderBy.map(({ expression }, i) => column(`o${i}`, kindOf(expression)));
  const query: SelectNode = {
    ...node,
    distinct: false,
    columns: [...columns, ...itemsOf(orderBy.map(({ expression }) => expression))],
    orderBy: [],
    limit: null,
    offset: null,
  };
  return {
    ...grouped([...own, ...terms], query, own, outputs),
    orderBy: orderBy.map((item, i) => ({ ...item, expression: terms[i]! })), // one for each
    limit,
    offset,
  };
}

/** Reads rows again, one of each group that is equal in some of their columns. */
function grouped(
  columns: readonly ColumnNode[],
  query: QueryNode,
  own: readonly ColumnNode[],
  outputs: readonly (string | undefined)[],
): SelectNode {
  const items = own.map((expression, i) => ({ expression, alias: outputs[i] || undefined }));
  return { ...selectFrom(ROWS, items), with: [named(columns, query)], groupBy: own };
}

function itemsOf(expressions: readonly ExpressionNode[]): SelectItem[] {
  return expressions.map((expression) => ({ expression }));
}

function named(columns: readonly ColumnNode[], query: QueryNode): CommonTableNode {
  return { name: ROWS.name, columns: columns.map(({ name }) => name), query, recursive: false };
}

function number(value: number): ExpressionNode {
  return { kind: "value", value, type: { kind: "int" } };
}

/** UNION, INTERSECT or EXCEPT without ALL, as groups of the rows of all operands that are or are not of each of them. */
export function compoundByValue(compound: CompoundNode): SelectNode {
  const { operator, operands } = compound;
  const outputs = columnsOf(compound);
  const own = kindsOfQuery(compound).map((kind, i) => column(`c${i}`, kind));
  if (operator === "union") return grouped(own, { ...compound, all: true }, own, outputs);
  const sided = operands.map((query, side): SelectNode => {
    const select = query.kind === "select" ? query : { ...selectFrom(ROWS, itemsOf(own)), with: [named(own, query)] };
    return { ...select, columns: [...select.columns, { expression: number(side) }] };
  });
  const sides = (name: "count" | "max"): ExpressionNode => ({
    kind: "aggregate",
    name,
    operand: SIDE,
    distinct: name === "count",
  });
  return {
    ...grouped([...own, SIDE], { ...compound, operator: "union", all: true, operands: sided }, own, outputs),
    having: operator === "intersect"
      ? { kind: "comparison", operator: "=", left: sides("count"), right: number(operands.length) }
      : { kind: "comparison", operator: "=", left: sides("max"), right: number(0) },
  };
}

function isDistinctRecursion({ recursive, query }: CommonTableNode): boolean {
  return recursive && query.kind === "compound" && !query.all && holdsDecimal(query);
}

/** A recursive query cannot be grouped, so its decimals get the same text where they are the same. */
function normalRecursion(table: CommonTableNode): CommonTableNode {
  if (!isDistinctRecursion(table)) return table;
  const kinds = kindsOfQuery(table.query);
  return { ...table, query: normal(table.query, kinds) };
}

function normal(query: QueryNode, kinds: readonly (string | undefined)[]): QueryNode {
  const normalValue = (node: ExpressionNode, i: number): ExpressionNode =>
    kinds[i] === "decimal" ? { kind: "raw", parts: ["decimal_normal(", ")"], nodes: [node], isFragment: true } : node;
  switch (query.kind) {
    case "select":
      return {
        ...query,
        columns: query.columns.map(({ expression, alias }, i) => ({
          expression: normalValue(expression, i),
          alias: alias ?? (expression.kind === "column" ? expression.name : undefined),
        })),
      };
    case "compound":
      return { ...query, operands: query.operands.map((operand) => normal(operand, kinds)) };
    case "values":
      return { ...query, types: undefined, rows: query.rows.map((row) => row.map(normalValue)) };
  }
}
