import type { ExpressionNode } from "./expression.ts";
import { type SelectNode, sourceNames } from "./statement.ts";

/** An expression in which the columns of a table have another name in front. Subqueries that read a table of that name keep it. */
export function renamed(node: ExpressionNode, from: string, to: string): ExpressionNode {
  return from === to ? node : copy(node, from, to) as ExpressionNode; // a copy has the kind of its original
}

function copy(part: unknown, from: string, to: string): unknown {
  if (Array.isArray(part)) return part.map((item) => copy(item, from, to));
  if (typeof part !== "object" || part === null) return part;
  const kind = "kind" in part ? part.kind : undefined;
  // Values are not ours to look into.
  if (kind === "value" || kind === "slot") return part;
  if (kind === "column") return "table" in part && part.table === from ? { ...part, table: to } : part;
  if (kind === "defaultScope") return "alias" in part && part.alias === from ? { ...part, alias: to } : part;
  if (kind === "match" || kind === "matchRank" || kind === "matchExcerpt") return copySearch(part, from, to);
  if (kind === "select" && sourceNames(part as SelectNode).includes(from)) return part; // the kind says so
  return Object.fromEntries(
    // A type has no columns, and may hold objects that a copy would not be.
    Object.entries(part).map(([key, value]) => [key, key === "type" ? value : copy(value, from, to)]),
  );
}

function copySearch(part: object, from: string, to: string): unknown {
  const { search } = part as Extract<ExpressionNode, { kind: "match" | "matchRank" | "matchExcerpt" }>; // as the caller saw
  if ((search.table.alias ?? search.table.name) !== from) return part;
  return { ...part, search: { ...search, table: { ...search.table, alias: to } } };
}
