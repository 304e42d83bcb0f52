import type { LogicalType } from "../types/database_type.ts";

// The nodes are generic over expressions, whose file lists them: so the two files do not import each other.

/** An end of a frame. */
export interface FrameBound {
  /** Which end it is. */
  readonly bound: "unboundedPreceding" | "preceding" | "currentRow" | "following" | "unboundedFollowing";
  /** How far from the current row, for `preceding` and `following`. */
  readonly offset?: number | undefined;
}

/** The rows of a partition that a window function sees. */
export interface WindowFrame {
  /** What is counted: rows, values of the order, or groups of equal values. */
  readonly unit: "rows" | "range" | "groups";
  /** First row. */
  readonly start: FrameBound;
  /** Last row. */
  readonly end: FrameBound;
  /** Rows that are left out all the same. */
  readonly exclude?: "currentRow" | "group" | "ties" | undefined;
}

/** The rows that a window function looks at. */
export interface WindowDefinition<E, O> {
  /** What makes a partition; none for all rows. */
  readonly partitionBy: readonly E[];
  /** The order in a partition. */
  readonly orderBy: readonly O[];
  /** The frame; the database's own when null. */
  readonly frame: WindowFrame | null;
}

/** A window with a name that the functions of a query share. */
export interface NamedWindow<E, O> {
  /** The name. */
  readonly name: string;
  /** What it stands for. */
  readonly definition: WindowDefinition<E, O>;
}

/** Functions that only exist over a window. */
export type WindowFunctionName =
  | "rowNumber"
  | "rank"
  | "denseRank"
  | "percentRank"
  | "cumeDist"
  | "ntile"
  | "lag"
  | "lead"
  | "firstValue"
  | "lastValue"
  | "nthValue";

/** A function that only exists over a window. */
export interface WindowFunctionNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "windowFunction";
  /** Name of the function. */
  readonly name: WindowFunctionName;
  /** Its arguments. */
  readonly args: readonly E[];
  /** Type of its value. */
  readonly type?: LogicalType | undefined;
}

/** A function over a window. */
export interface WindowNode<E, O> {
  /** Tells what kind of node it is. */
  readonly kind: "window";
  /** An aggregate or a window function. */
  readonly function: E;
  /** The window, or the name of one. */
  readonly over: string | WindowDefinition<E, O>;
  /** Type of its value. */
  readonly type?: LogicalType | undefined;
}
