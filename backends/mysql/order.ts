import type { OrderItem } from "../../core/ast/statement.ts";
import type { ExpressionNode } from "../../core/ast/expression.ts";
import { typeOf } from "../../core/ast/kind.ts";
import type { WindowDefinition } from "../../core/ast/window.ts";

/** The terms by which a value is ordered. */
export type OrderTerms = (expression: ExpressionNode) => readonly ExpressionNode[];

/** An ENUM is ordered by the positions of its values, where its texts are meant. */
export function termsOf(expression: ExpressionNode): readonly ExpressionNode[] {
  if (typeOf(expression)?.kind !== "enum") return [expression];
  return [{ kind: "raw", parts: ["CAST(", " AS CHAR)"], nodes: [expression], isFragment: true }];
}

/** NULLs come first, and last when the order is turned round; any other wish is an order of its own. */
function termsOfItem({ expression, descending, nulls }: OrderItem, terms: OrderTerms): readonly OrderItem[] {
  const own = terms(expression).map((term): OrderItem => ({ expression: term, descending }));
  if (nulls === undefined || (nulls === "first") === !descending) return own;
  return [
    { expression: { kind: "nullTest", operand: expression, negated: false }, descending: nulls === "first" },
    ...own,
  ];
}

/** An order as the servers write it; the same list where they write it as it is. */
export function orderOf(items: readonly OrderItem[], terms: OrderTerms): readonly OrderItem[] {
  const isPlain = items.every(({ expression, nulls }) => {
    const own = nulls === undefined ? terms(expression) : [];
    return own.length === 1 && own[0] === expression;
  });
  return isPlain ? items : items.flatMap((item) => termsOfItem(item, terms));
}

/** A window with its order as the servers write it. */
export function windowOf(
  definition: WindowDefinition<ExpressionNode, OrderItem>,
  terms: OrderTerms,
): WindowDefinition<ExpressionNode, OrderItem> {
  return { ...definition, orderBy: orderOf(definition.orderBy, terms) };
}
