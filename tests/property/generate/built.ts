import type fc from "fast-check";
import type { Columns } from "../../../core/query/columns.ts";
import type { RowQuery } from "../../../mod.ts";
import type { BuildScope, Kind } from "./scope.ts";

type AnyRow = Record<string, unknown>;

/** A query whose columns are found while it is made. */
export type Rows = RowQuery<AnyRow, AnyRow, Readonly<Record<string, Columns<AnyRow>>>>;

/** A query with what it gives. */
export interface Built {
  readonly query: Rows;
  /** Kinds of its columns by name. */
  readonly outputs: Readonly<Record<string, Kind>>;
  /** Whether it says the order of all of its rows. */
  readonly isOrdered: boolean;
}

/** Makes a query in one database. */
export type QueryRecipe = (scope: BuildScope) => Built;

/** Recipes of queries. */
export type Queries = fc.Arbitrary<QueryRecipe>;

/** A query whose columns are looked for at run time. */
export function anyRows(query: unknown): Rows {
  return query as Rows; // nothing is known of it before
}
