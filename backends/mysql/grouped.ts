import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SelectItem, SelectNode } from "../../core/ast/statement.ts";

const OPAQUE: ReadonlySet<unknown> = new Set(["aggregate", "window", "raw", "subquery", "exists", "quantified"]);

/** Whether an expression holds what has its own rules in a group, or what nobody can look into. */
function isOpaque(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if ("kind" in value && OPAQUE.has(value.kind)) return true;
  return Object.values(value).some(isOpaque);
}

/**
 * The columns of a query with groups by expressions. The servers see that what is made of such an expression is the same for
 * the whole group only where it is the expression itself, so that any row's value, such as the least, is asked for.
 */
export function groupedColumns({ columns, groupBy }: SelectNode): readonly SelectItem[] {
  const expressions = groupBy.filter(({ kind }) => kind !== "column" && kind !== "raw" && kind !== "grouping");
  if (expressions.length === 0) return columns;
  return columns.map((item) => {
    const { expression } = item;
    const isPlain = expression.kind === "column" || expression.kind === "value" || groupBy.includes(expression);
    if (isPlain || isOpaque(expression)) return item;
    const least: ExpressionNode = { kind: "aggregate", name: "min", operand: expression, distinct: false };
    return { ...item, expression: least };
  });
}
