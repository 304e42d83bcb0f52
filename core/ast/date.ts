import type { LogicalType } from "../types/database_type.ts";

// The nodes are generic over expressions, whose file lists them: so the two files do not import each other.

/** Units of time. A week begins on Monday. */
export type DateUnit = "year" | "quarter" | "month" | "week" | "day" | "hour" | "minute" | "second";

/**
 * Parts of a time: `week` is ISO's, `dayOfWeek` counts from 1 for Monday, `epoch` is the number of seconds since 1970 in UTC.
 */
export type DatePart = DateUnit | "dayOfWeek" | "dayOfYear" | "epoch";

/** A time without what is smaller than a unit. */
export interface DateTruncNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "dateTrunc";
  /** The unit that is kept. */
  readonly unit: DateUnit;
  /** The time. */
  readonly operand: E;
  /** Name of the time zone in which days begin; null for UTC and for times without zone. */
  readonly zone: string | null;
  /** Type of the time. */
  readonly type: LogicalType;
}

/** One part of a time, as a whole number. */
export interface DatePartNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "datePart";
  /** The part. */
  readonly part: DatePart;
  /** The time. */
  readonly operand: E;
  /** Name of the time zone in which the part is read; null for UTC and for times without zone. */
  readonly zone: string | null;
  /** Type of the time. */
  readonly source: LogicalType;
  /** Type of the part. */
  readonly type: LogicalType;
}

/** A time moved by a number of units. A day that a month lacks becomes its last one. */
export interface DateAddNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "dateAdd";
  /** The time. */
  readonly operand: E;
  /** How many units, negative to go back. */
  readonly amount: E;
  /** The unit. */
  readonly unit: DateUnit;
  /** Name of the time zone whose calendar is meant; null for UTC and for times without zone. */
  readonly zone: string | null;
  /** Type of the time. */
  readonly type: LogicalType;
}

/** Number of whole units from one time to another, negative when the second is earlier. */
export interface DateDiffNode<E> {
  /** Tells what kind of node it is. */
  readonly kind: "dateDiff";
  /** The unit. */
  readonly unit: DateUnit;
  /** The first time. */
  readonly from: E;
  /** The second time. */
  readonly to: E;
  /** Name of the time zone whose calendar is meant; null for UTC and for times without zone. */
  readonly zone: string | null;
  /** Type of the times. */
  readonly source: LogicalType;
  /** Type of the number. */
  readonly type: LogicalType;
}
