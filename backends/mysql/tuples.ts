import type { ComparisonOperator, ExpressionNode, TupleNode } from "../../core/ast/expression.ts";

function joined(operator: "and" | "or", operands: readonly ExpressionNode[]): ExpressionNode {
  return { kind: "logic", operator, operands };
}

/**
 * A comparison of tuples as comparisons of their values. Both servers take a tuple with a NULL for one that never fits, and turn
 * outer joins into inner ones, though what differs before the NULL decides.
 */
export function comparedItems(operator: ComparisonOperator, left: TupleNode, right: TupleNode): ExpressionNode {
  const last = left.items.length - 1;
  const compare = (at: number, by: ComparisonOperator): ExpressionNode => ({
    kind: "comparison",
    operator: by,
    left: left.items[at]!, // both are as long
    right: right.items[at]!,
  });
  if (operator === "=" || operator === "<>") {
    return joined(operator === "=" ? "and" : "or", left.items.map((_, at) => compare(at, operator)));
  }
  const strict = operator.startsWith(">") ? ">" : "<";
  return left.items.map((_, at) => compare(at, at === last ? operator : strict))
    .reduceRight((rest, decided, at) => joined("or", [decided, joined("and", [compare(at, "="), rest])]));
}

/** That a tuple is one of a list, by comparisons of its values: beside an outer join IN itself would be as wrong. */
export function foundAmong(tuple: TupleNode, list: readonly TupleNode[]): ExpressionNode {
  return joined("or", list.map((other) => comparedItems("=", tuple, other)));
}
