import type { LogicalType } from "../types/database_type.ts";

// The nodes are generic over queries and expressions, whose file lists them: so the two files do not import each other.

/** A query in the place of a table. */
export interface DerivedTable<Q> {
  /** Tells what kind of node it is. */
  readonly kind: "derivedTable";
  /** The query. */
  readonly query: Q;
  /** Name by which the outer query calls it. */
  readonly alias: string;
  /** Whether the query may use columns of the tables before it. @default {false} */
  readonly lateral?: boolean | undefined;
}

/** The kinds of joins. */
export type JoinKind = "inner" | "left" | "right" | "full" | "cross";

/** A table that is joined to those before it. */
export interface Join<T, E> {
  /** The kind of join. */
  readonly kind: JoinKind;
  /** What is joined. */
  readonly table: T;
  /** Condition of the pairs; null for a cross join. */
  readonly on: E | null;
}

/** Rows of literal values. */
export interface ValuesQuery<E> {
  /** Tells what kind of node it is. */
  readonly kind: "values";
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Types of the columns, which are told where there is no row. */
  readonly types?: readonly (LogicalType | undefined)[] | undefined;
  /** The rows; none is allowed. */
  readonly rows: readonly (readonly E[])[];
}

/** How the rows of two queries are put together. */
export type SetOperator = "union" | "intersect" | "except";

/** The rows of several queries of the same width, put together from left to right. */
export interface Compound<Q> {
  /** Tells what kind of node it is. */
  readonly kind: "compound";
  /** The operator. */
  readonly operator: SetOperator;
  /** Whether equal rows stay. */
  readonly all: boolean;
  /** The queries, two or more. */
  readonly operands: readonly Q[];
}

/** A query with a name, in front of another. */
export interface NamedQuery<Q> {
  /** Its name. */
  readonly name: string;
  /** Names of its columns. */
  readonly columns: readonly string[];
  /** The query. */
  readonly query: Q;
  /** Whether the query refers to itself. */
  readonly recursive: boolean;
  /** Whether its rows are computed once, or worked into the outer query; the database's choice when left out. */
  readonly materialized?: boolean | undefined;
}
