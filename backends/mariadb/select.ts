import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SelectNode } from "../../core/ast/statement.ts";
import { groupedSelect, havingFromRows, orderedOutside, replaced } from "../mysql/grouping.ts";
import { termsOf } from "../mysql/order.ts";
import { groupsApart } from "../mysql/groups_apart.ts";
import { holdsKind } from "../mysql/queries.ts";
import { windowsApart } from "./window_expressions.ts";

/** JSON is text here: numbers are ordered by value, before texts. */
export function jsonTerms(expression: ExpressionNode): readonly ExpressionNode[] {
  if (expression.kind !== "jsonPath" || expression.form !== "json") return termsOf(expression);
  const number: ExpressionNode = { ...expression, form: "number", type: { kind: "number" } };
  const text: ExpressionNode = { ...expression, form: "string", type: { kind: "string" } };
  const isNot = (operand: ExpressionNode): ExpressionNode => ({ kind: "nullTest", operand, negated: false });
  return [
    { kind: "nullTest", operand: expression, negated: true },
    isNot(number),
    number,
    isNot(text),
    text,
    expression,
  ];
}

/** HAVING as MariaDB takes it: a key with the name of another key is no key to it there. */
function havingOfKeys(node: SelectNode): ExpressionNode | null {
  return havingFromRows(
    node,
    ({ name, table }) => node.groupBy.some((key) => key.kind === "column" && key.name === name && key.table !== table),
  );
}

/** MIN and MAX of a column that the server does not look up in an index. */
function readFromRows(node: ExpressionNode): ExpressionNode | null {
  if (node.kind !== "aggregate" || (node.name !== "min" && node.name !== "max")) return null;
  const { operand } = node;
  if (operand?.kind !== "column") return null;
  return { ...node, operand: { kind: "function", name: "coalesce", args: [operand], type: operand.type } };
}

/**
 * One group of all rows. Where none are joined, HAVING and what goes over windows would see the least and the greatest value of an
 * index, which the server has looked up before it found that out.
 */
function ofAllRows(node: SelectNode): SelectNode {
  const { groupBy, having, columns, orderBy, windows } = node;
  if (groupBy.length > 0 || having === null && !holdsKind("window", [columns, orderBy])) return node;
  return {
    ...node,
    columns: replaced(columns, readFromRows),
    having: replaced(having, readFromRows),
    orderBy: replaced(orderBy, readFromRows),
    ...windows === undefined ? {} : { windows: replaced(windows, readFromRows) },
  };
}

/** A query with groups as MariaDB takes it, which has no ORDER BY beside a ROLLUP. */
export function mariadbSelect(given: SelectNode): SelectNode {
  const node = ofAllRows(given);
  const apart = groupsApart(node, { dependent: false });
  if (apart !== node) return windowsApart(apart);
  const checked = groupedSelect(windowsApart(node));
  const grouped = { ...checked, having: havingOfKeys(checked) };
  const hasRollup = node.groupBy.some(({ kind }) => kind === "grouping");
  return hasRollup && node.orderBy.length > 0 ? orderedOutside(node, grouped) : grouped;
}
