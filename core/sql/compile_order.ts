import type { ExpressionNode } from "../ast/expression.ts";
import type { OrderItem } from "../ast/statement.ts";
import type { SQLBuilder } from "./builder.ts";

/** Writes ORDER BY with its terms. */
export function writeOrder(items: readonly OrderItem[], builder: SQLBuilder): void {
  for (let i = 0; i < items.length; i++) {
    const { expression, descending, nulls } = items[i]!;
    builder.sql += i === 0 ? "ORDER BY " : ", ";
    builder.dialect.orderTerm(expression, builder);
    if (descending) builder.sql += " DESC";
    if (nulls === "first") builder.sql += " NULLS FIRST";
    else if (nulls === "last") builder.sql += " NULLS LAST";
  }
}

/** Writes the terms of GROUP BY or PARTITION BY. */
export function writeGroupTerms(terms: readonly ExpressionNode[], builder: SQLBuilder): void {
  for (let i = 0; i < terms.length; i++) {
    if (i > 0) builder.sql += ", ";
    builder.dialect.groupTerm(terms[i]!, builder);
  }
}
