import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SelectNode } from "../../core/ast/statement.ts";
import { groupedSelect, looseColumns, orderedOutside } from "../mysql/grouping.ts";
import { termsOf } from "../mysql/order.ts";

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

/**
 * A query with groups as MariaDB takes it. It does not know that a key settles the other columns of its row: they become groups
 * themselves, which changes no group. And it has no ORDER BY beside a ROLLUP.
 */
export function mariadbSelect(node: SelectNode): SelectNode {
  const grouped = groupedSelect(node);
  const hasRollup = node.groupBy.some(({ kind }) => kind === "grouping");
  if (hasRollup) return node.orderBy.length === 0 ? grouped : orderedOutside(node, grouped);
  const loose = looseColumns(grouped, node.groupBy);
  return loose.length === 0 ? grouped : { ...grouped, groupBy: [...grouped.groupBy, ...loose] };
}
