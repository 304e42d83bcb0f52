import type { ExpressionNode } from "../../core/ast/expression.ts";
import { type QueryNode, type SelectNode, sourceName, sourcesOf } from "../../core/ast/statement.ts";
import { holdsKind } from "./queries.ts";

// The servers work a simple query in the place of a table into the one around it, and write what it computes where its columns
// stand.

/** Names of the queries of WITH that compute columns. */
export type Names = ReadonlySet<string>;

/** Whether the servers may work a query into the one around it. */
function isMerged(query: QueryNode): query is SelectNode {
  return query.kind === "select" && query.from !== null && query.limit === null && query.offset === null &&
    !query.distinct && query.groupBy.length === 0 && query.having === null &&
    !holdsKind("aggregate", query.columns) && !holdsKind("window", query.columns);
}

/** Whether an expression of a query, worked into the one around it, is something else than a column of a table. */
export function isComputed(expression: ExpressionNode, query: SelectNode, names: Names): boolean {
  if (expression.kind !== "column") return true;
  const { name, table } = expression;
  const read = sourcesOf(query);
  const found = table === undefined && read.length === 1 ? read[0] : read.find((one) => sourceName(one) === table);
  if (found === undefined) return true; // of a query around it
  if (found.kind === "table") return names.has(found.name);
  const { query: inner } = found;
  if (!isMerged(inner)) return false;
  const item = inner.columns.find(({ alias, expression: selected }) =>
    (alias ?? (selected.kind === "column" ? selected.name : undefined)) === name
  );
  return item === undefined || isComputed(item.expression, inner, namesIn(inner, names));
}

/** Whether the servers may work a query into the one around it, and it computes a column. */
export function computes(query: QueryNode, names: Names): query is SelectNode {
  if (!isMerged(query)) return false;
  const known = namesIn(query, names);
  return query.columns.some(({ expression }) => isComputed(expression, query, known));
}

/** The names that are known inside of a query. */
export function namesIn({ with: tables = [] }: SelectNode, names: Names): Names {
  if (tables.length === 0) return names;
  const known = new Set(names);
  for (const { name, query } of tables) if (computes(query, known)) known.add(name);
  return known;
}
