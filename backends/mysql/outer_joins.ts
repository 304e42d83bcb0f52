import type { ExpressionNode, JoinNode } from "../../core/ast/expression.ts";
import { type FromNode, type SelectNode, sourceName } from "../../core/ast/statement.ts";
import type { MySQLBuilder } from "./builder.ts";
import { ALL_ROWS, deeper } from "./inner_query.ts";
import { computes, type Names, namesIn } from "./merged_queries.ts";
import { holdsQuery } from "./queries.ts";

// Behind an outer join what a query computes should be NULL in a row without a partner, when the query is worked into the one
// around it as well. But MySQL does not look whether it is such a row where times are compared, and MariaDB forgets to look when a
// prepared query runs again. A query with a limit is left as it is.

/** What an outer join may find no row of, as the servers take it. */
function whole(from: FromNode, names: Names): FromNode {
  if (from.kind === "table") {
    if (from.schema !== undefined || !names.has(from.name)) return from;
    return { kind: "derivedTable", alias: sourceName(from), query: { ...deeper(from), limit: ALL_ROWS } };
  }
  return computes(from.query, names) ? { ...from, query: { ...from.query, limit: ALL_ROWS } } : from;
}

function isOuter({ kind }: JoinNode): boolean {
  return kind === "left" || kind === "right";
}

function lastRightOf(joins: readonly JoinNode[]): number {
  return joins.findLastIndex(({ kind }) => kind === "right");
}

/** A query whose outer joins find NULL for each column of a row that is not there. */
export function outerJoined(node: SelectNode, builder: MySQLBuilder): SelectNode {
  const names = builder.computing = namesIn(node, builder.computing);
  const { from, joins } = node;
  if (joins === undefined || from === null || !joins.some(isOuter)) return node;
  const lastRight = lastRightOf(joins);
  return {
    ...node,
    from: lastRight < 0 ? from : whole(from, names),
    joins: joins.map((join, i) =>
      i < lastRight || join.kind === "left" ? { ...join, table: whole(join.table, names) } : join
    ),
  };
}

/** A condition whose queries are asked of each row. */
function asked(on: ExpressionNode): ExpressionNode {
  if (!holdsQuery(on)) return on;
  if (on.kind === "logic" && on.operator === "and") return { ...on, operands: on.operands.map(asked) };
  return { kind: "function", name: "coalesce", args: [on], type: { kind: "boolean" } };
}

/**
 * A query whose outer joins look for rows in queries. MySQL 9 works such a query into the join, and then finds partners where the
 * query has no rows; not where it stands inside of a function.
 */
export function askedInJoins(node: SelectNode): SelectNode {
  const { joins } = node;
  if (joins === undefined || !joins.some(isOuter) || !joins.some(({ on }) => on !== null && holdsQuery(on))) {
    return node;
  }
  const lastRight = lastRightOf(joins);
  return {
    ...node,
    joins: joins.map((join, i) =>
      join.on !== null && (isOuter(join) || i < lastRight) ? { ...join, on: asked(join.on) } : join
    ),
  };
}
