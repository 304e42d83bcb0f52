import type { ExpressionNode } from "../ast/expression.ts";
import type { OrderItem } from "../ast/statement.ts";
import type { FrameBound, WindowDefinition, WindowFrame } from "../ast/window.ts";
import { QueryBuildError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";
import { Expression, OrderTerm } from "./expression.ts";
import { checkedOptions } from "./options.ts";

/** An end of a frame: all rows before or after, the current row, or so many rows or values away from it. */
export type FrameEnd =
  | "unboundedPreceding"
  | "currentRow"
  | "unboundedFollowing"
  | { readonly preceding: number }
  | { readonly following: number };

/** The rows of a partition that a window function sees. */
export interface FrameSpec {
  /** What is counted. @default {"rows"} */
  readonly unit?: WindowFrame["unit"];
  /** First row. @default {"unboundedPreceding"} */
  readonly start?: FrameEnd;
  /** Last row. @default {"currentRow"} */
  readonly end?: FrameEnd;
  /** Rows that are left out all the same. Needs the capability `window.exclude`. */
  readonly exclude?: WindowFrame["exclude"];
}

/** One, or a list of them. */
export type OneOrMore<T> = T | readonly T[];

/** The rows that a window function looks at. */
export interface WindowSpec {
  /** What makes a partition. @default all rows are one */
  readonly partitionBy?: OneOrMore<Expression<unknown>>;
  /** The order in a partition. */
  readonly orderBy?: OneOrMore<Expression<unknown> | OrderTerm>;
  /** The frame. @default with an order from the first row to the last one equal to the current, else all rows */
  readonly frame?: FrameSpec;
}

function listOf<T>(given: OneOrMore<T> | undefined): readonly T[] {
  return given === undefined ? [] : Array.isArray(given) ? given : [given as T]; // what is no list is one
}

const FRAME_ENDS =
  'expected "unboundedPreceding", "currentRow", "unboundedFollowing", { preceding: 2 } or { following: 2 }';

function boundOf(end: FrameEnd, unit: unknown): FrameBound {
  if (typeof end === "string") return { bound: end };
  if (typeof end !== "object" || end === null) throw new QueryBuildError(`Invalid bound of a frame: ${FRAME_ENDS}`);
  const [bound, offset] = "preceding" in end
    ? ["preceding", end.preceding] as const
    : ["following", end.following] as const;
  if (typeof offset !== "number" || !(offset >= 0)) {
    throw new QueryBuildError(`Invalid offset of a frame: ${shownNumber(offset)} (a number, 0 or more)`);
  }
  if (unit !== "range" && !Number.isSafeInteger(offset)) {
    throw new QueryBuildError(`Invalid offset of a frame of rows: ${offset} (a whole number, 0 or more)`);
  }
  return { bound, offset };
}

/** A term of an order as data. */
export function orderItem(term: Expression<unknown> | OrderTerm, clause: string): OrderItem {
  if (term instanceof OrderTerm) return term.item;
  if (term instanceof Expression) return { expression: term.node, descending: false };
  throw new QueryBuildError(`Invalid term of an order in ${clause}: expected an expression`);
}

const OPTIONS = ["partitionBy", "orderBy", "frame"] as const;
const FRAME_OPTIONS = ["unit", "start", "end", "exclude"] as const;

/** A window as data. */
export function windowDefinition(spec: WindowSpec): WindowDefinition<ExpressionNode, OrderItem> {
  const { partitionBy, orderBy, frame } = checkedOptions("a window", spec, OPTIONS);
  if (frame !== undefined) checkedOptions("a frame", frame, FRAME_OPTIONS);
  return {
    partitionBy: listOf(partitionBy).map((expression) => {
      if (expression instanceof Expression) return expression.node;
      throw new QueryBuildError("Invalid partitionBy of a window: expected expressions");
    }),
    orderBy: listOf(orderBy).map((term) => orderItem(term, "a window")),
    frame: frame === undefined ? null : {
      unit: frame.unit ?? "rows",
      start: boundOf(frame.start ?? "unboundedPreceding", frame.unit),
      end: boundOf(frame.end ?? "currentRow", frame.unit),
      exclude: frame.exclude,
    },
  };
}
