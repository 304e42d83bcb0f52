import type { ExpressionNode, JoinNode } from "../../core/ast/expression.ts";
import type { FromNode, QueryNode, SelectNode } from "../../core/ast/statement.ts";
import type { MySQLBuilder } from "./builder.ts";
import { ALL_ROWS, deeper } from "./inner_query.ts";
import { holdsKind, holdsQuery, nameOf } from "./queries.ts";

// The servers work a simple query in the place of a table into the one around it, and write what it computes where its columns
// stand. Behind an outer join such a column should be NULL in a row without a partner. But MySQL does not look whether it is one
// where times are compared, and MariaDB forgets to look when a prepared query runs again. A query with a limit is left as it is.

/** Names of the queries of WITH that compute columns. */
type Names = ReadonlySet<string>;

/** Whether the servers may work a query into the one around it. */
function isMerged(query: QueryNode): query is SelectNode {
  return query.kind === "select" && query.from !== null && query.limit === null && query.offset === null &&
    !query.distinct && query.groupBy.length === 0 && query.having === null &&
    !holdsKind("aggregate", query.columns) && !holdsKind("window", query.columns);
}

/** Whether an expression of a query, worked into the one around it, is something else than a column of a table. */
function isComputed(expression: ExpressionNode, { from, joins = [] }: SelectNode, names: Names): boolean {
  if (expression.kind !== "column") return true;
  const { name, table } = expression;
  const read = [...from === null ? [] : [from], ...joins.map((join) => join.table)];
  const found = table === undefined && read.length === 1 ? read[0] : read.find((one) => nameOf(one) === table);
  if (found === undefined) return true; // of a query around it
  if (found.kind === "table") return names.has(found.name);
  const { query } = found;
  if (!isMerged(query)) return false;
  const item = query.columns.find(({ alias, expression: inner }) =>
    (alias ?? (inner.kind === "column" ? inner.name : undefined)) === name
  );
  return item === undefined || isComputed(item.expression, query, namesIn(query, names));
}

function computes(query: QueryNode, names: Names): query is SelectNode {
  if (!isMerged(query)) return false;
  const known = namesIn(query, names);
  return query.columns.some(({ expression }) => isComputed(expression, query, known));
}

/** The names that are known inside of a query. */
function namesIn({ with: tables = [] }: SelectNode, names: Names): Names {
  if (tables.length === 0) return names;
  const known = new Set(names);
  for (const { name, query } of tables) if (computes(query, known)) known.add(name);
  return known;
}

/** What an outer join may find no row of, as the servers take it. */
function whole(from: FromNode, names: Names): FromNode {
  if (from.kind === "table") {
    if (from.schema !== undefined || !names.has(from.name)) return from;
    return { kind: "derivedTable", alias: nameOf(from), query: { ...deeper(from), limit: ALL_ROWS } };
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
