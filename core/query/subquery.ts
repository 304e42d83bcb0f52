import type { QueryNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import { Expression, isSubquery, type Subquery } from "./expression.ts";
import type { OutputColumn } from "./source.ts";

/** What is asked of a query whose rows are not needed: nothing but whether there are any. */
function bare(query: QueryNode): QueryNode {
  if (query.kind !== "select" || query.groupBy.length > 0 || query.having !== null || query.distinct) return query;
  const isLimited = query.limit !== null || query.offset !== null;
  return {
    ...query,
    columns: [{ expression: { kind: "raw", parts: ["1"], nodes: [] } }],
    orderBy: isLimited ? query.orderBy : [],
  };
}

function nodeOf(query: Subquery, name: string): QueryNode {
  if (isSubquery(query)) return query.toNode();
  throw new QueryBuildError(`${name}() needs a query`);
}

/**
 * Whether a query has any row. It may use columns of the query around it.
 *
 * @example
 * ```ts ignore
 * User.where((c) => exists(Post.where((p) => p.userId.eq(c.id))));
 * ```
 */
export function exists(query: Subquery): Expression<boolean> {
  return new Expression({ kind: "exists", query: bare(nodeOf(query, "exists")) }, { kind: "boolean" });
}

/** Whether a query has no row. */
export function notExists(query: Subquery): Expression<boolean> {
  return new Expression({ kind: "not", operand: exists(query).node }, { kind: "boolean" });
}

/** A query of one column. */
export interface ColumnQuery<R> extends Subquery {
  /** For types only: it does not exist at run time. */
  readonly _row: R;
  /** The columns of the result. */
  outputs(): readonly OutputColumn[];
}

function quantified<R>(quantifier: "any" | "all", query: ColumnQuery<R>): Expression<R[keyof R]> {
  const node = nodeOf(query, quantifier);
  const [column, second] = query.outputs();
  if (column === undefined || second !== undefined) {
    throw new QueryBuildError(`${quantifier}() needs a query of one column`);
  }
  const { type } = column;
  return new Expression({ kind: "quantified", quantifier, query: node, type }, type, column.field);
}

/** The values of a query, of which a comparison must hold for one at least: `c.age.gt(any(query))`. */
export function any<R>(query: ColumnQuery<R>): Expression<R[keyof R]> {
  return quantified("any", query);
}

/** The values of a query, of which a comparison must hold for all: `c.age.gte(all(query))`. */
export function all<R>(query: ColumnQuery<R>): Expression<R[keyof R]> {
  return quantified("all", query);
}
