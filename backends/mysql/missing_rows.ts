import type { ComparisonNode, ExpressionNode, InNode } from "../../core/ast/expression.ts";
import { type SelectNode, sourceName } from "../../core/ast/statement.ts";

// Where MySQL 9 knows before it reads that an outer join finds no row, as behind a look-up by key, it takes `a = ? OR b = ?` for
// `b = ?` as soon as the first is false, and that for the value of `b`: the column of the missing row is then found equal, and is
// even given as the value. It does not look into a function.

/** Names of the tables that may have no row in a row of a query. */
function missingIn({ from, joins = [] }: SelectNode): readonly string[] {
  const missing: string[] = [];
  const before = from === null ? [] : [sourceName(from)];
  for (const { kind, table } of joins) {
    if (kind === "left") missing.push(sourceName(table));
    if (kind === "right") missing.push(...before);
    before.push(sourceName(table));
  }
  return missing;
}

function tableOf(node: ExpressionNode): string | undefined {
  return node.kind === "column" ? node.table : undefined;
}

/** The tables of the columns that a condition looks at. */
function tablesIn(node: ComparisonNode | InNode): readonly string[] {
  const sides = node.kind === "in" ? [node.operand] : [node.left, node.right];
  return sides.flatMap((side) => side.kind === "tuple" ? side.items : [side]).map(tableOf)
    .filter((table) => table !== undefined);
}

/** Whether a condition is never true where a table has no row, as the server can see: then it looks for rows that are there only. */
function isNeverTrueWithout(table: string, node: ExpressionNode): boolean {
  switch (node.kind) {
    case "comparison":
      return node.right.kind !== "quantified" && [node.left, node.right].some((side) => tableOf(side) === table);
    case "in":
      return tableOf(node.operand) === table && Array.isArray(node.items);
    case "between":
      return tableOf(node.operand) === table;
    case "logic":
      return node.operator === "and"
        ? node.operands.some((operand) => isNeverTrueWithout(table, operand))
        : node.operands.every((operand) => isNeverTrueWithout(table, operand));
    default:
      return false;
  }
}

/** Whether a condition is an equality, or made of some: a tuple is compared item by item. */
function isEquality(node: ExpressionNode): node is ComparisonNode | InNode {
  if (node.kind === "in") {
    return Array.isArray(node.items) && (node.items.length === 1 || node.operand.kind === "tuple");
  }
  if (node.kind !== "comparison" || node.right.kind === "quantified") return false;
  return node.operator === "=" || node.operator === "<>" || node.left.kind === "tuple";
}

/** A condition in which no value is taken for that of a column of some tables; outside of a choice there is no such danger. */
function chosen(node: ExpressionNode, missing: ReadonlySet<string>, isChoice = false): ExpressionNode {
  if (node.kind === "logic") {
    const isOr = node.operator === "or";
    return { ...node, operands: node.operands.map((operand) => chosen(operand, missing, isChoice || isOr)) };
  }
  if (node.kind === "not") return { ...node, operand: chosen(node.operand, missing, true) };
  const isTaken = isChoice && isEquality(node) && tablesIn(node).some((table) => missing.has(table));
  return isTaken ? { kind: "function", name: "coalesce", args: [node], type: { kind: "boolean" } } : node;
}

/** A query in whose conditions no value is taken for that of a column of a row that an outer join does not find. */
export function withMissingRows(node: SelectNode): SelectNode {
  const { joins, where } = node;
  if (joins === undefined || !joins.some(({ kind }) => kind === "left" || kind === "right")) return node;
  const isWhole = !joins.some(({ kind }) => kind === "right"); // behind which an inner join does not hold for all rows
  const conditions = [where, ...joins.map(({ kind, on }) => kind === "inner" && isWhole ? on : null)];
  const missing = missingIn(node).filter((table) =>
    !conditions.some((one) => one !== null && isNeverTrueWithout(table, one))
  );
  if (missing.length === 0) return node;
  const tables = new Set(missing);
  return {
    ...node,
    where: where === null ? null : chosen(where, tables),
    joins: joins.map((join) =>
      join.kind === "inner" && join.on !== null ? { ...join, on: chosen(join.on, tables) } : join
    ),
  };
}
