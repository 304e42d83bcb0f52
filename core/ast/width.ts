import type { QueryNode } from "./statement.ts";

/** Number of the columns of a query. */
export function widthOf(query: QueryNode): number {
  // The operands of a set operation are of the same width.
  return query.kind === "compound"
    ? query.operands.length === 0 ? 0 : widthOf(query.operands[0]!)
    : query.columns.length;
}
