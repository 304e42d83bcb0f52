import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SelectNode } from "../../core/ast/statement.ts";
import { groupedSelect, havingFromRows, orderedOutside } from "../mysql/grouping.ts";
import { termsOf } from "../mysql/order.ts";
import { groupsApart } from "../mysql/groups_apart.ts";
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

/** A query with groups as MariaDB takes it, which has no ORDER BY beside a ROLLUP. */
export function mariadbSelect(node: SelectNode): SelectNode {
  const apart = groupsApart(node, { dependent: false });
  if (apart !== node) return windowsApart(apart);
  const checked = groupedSelect(windowsApart(node));
  const grouped = { ...checked, having: havingOfKeys(checked) };
  const hasRollup = node.groupBy.some(({ kind }) => kind === "grouping");
  return hasRollup && node.orderBy.length > 0 ? orderedOutside(node, grouped) : grouped;
}
