import type { WindowFunctionName } from "../ast/window.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { shownNumber } from "../types/shown_number.ts";
import { over } from "./aggregate.ts";
import { argument, expectExpression, INT, NUMBER } from "./arguments.ts";
import type { Expression } from "./expression.ts";
import type { WindowSpec } from "./window.ts";

/** A function that only exists over a window. */
export interface WindowFunction<V> {
  /** The function over a window, or over one that `window()` has given a name. */
  over(window?: string | WindowSpec): Expression<V>;
}

function call<V>(name: WindowFunctionName, args: readonly unknown[], type: LogicalType | undefined): WindowFunction<V> {
  const nodes = args.map((arg) => argument(arg, name, { type }));
  return { over: (window = {}) => over<V>({ kind: "windowFunction", name, args: nodes, type }, type, window) };
}

function count(value: number, name: string): Parameters<typeof argument>[0] {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new QueryBuildError(`${name}() was given ${shownNumber(value)}: expected a whole number, 1 or more`);
}

function shifted<V>(
  name: "lag" | "lead",
  operand: Expression<V>,
  offset: number,
  fallback: unknown,
): WindowFunction<V> {
  const { node, type } = expectExpression(operand, name);
  if (!Number.isSafeInteger(offset) || offset < 0) {
    throw new QueryBuildError(`${name}() was given ${shownNumber(offset)}: expected a whole number, 0 or more`);
  }
  const args = [
    node,
    argument(offset, name, { type: INT }),
    ...(fallback === undefined ? [] : [argument(fallback, name, { type })]),
  ];
  return { over: (window = {}) => over<V>({ kind: "windowFunction", name, args, type }, type, window) };
}

/** The functions that only exist over a window. */
export interface WindowFunctions {
  /** Number of the row in its partition, from 1. */
  rowNumber(): WindowFunction<number>;
  /** Place in the order, from 1: equal rows have the same, and those behind them the number of rows before. */
  rank(): WindowFunction<number>;
  /** Place in the order, from 1, without gaps. */
  denseRank(): WindowFunction<number>;
  /** The rank from 0 to 1. */
  percentRank(): WindowFunction<number>;
  /** The part of the rows that are not behind this one. */
  cumeDist(): WindowFunction<number>;
  /** Number of the group, when the partition is cut into so many of the same size. */
  ntile(groups: number): WindowFunction<number>;
  /** The value so many rows before, or else the fallback. */
  lag<V>(operand: Expression<V>, offset?: number): WindowFunction<V | null>;
  /** The value so many rows before, or else the fallback. */
  lag<V>(operand: Expression<V>, offset: number, fallback: V | Expression<V>): WindowFunction<V>;
  /** The value so many rows behind, or else the fallback. */
  lead<V>(operand: Expression<V>, offset?: number): WindowFunction<V | null>;
  /** The value so many rows behind, or else the fallback. */
  lead<V>(operand: Expression<V>, offset: number, fallback: V | Expression<V>): WindowFunction<V>;
  /** The value of the frame's first row. */
  firstValue<V>(operand: Expression<V>): WindowFunction<V | null>;
  /** The value of the frame's last row. */
  lastValue<V>(operand: Expression<V>): WindowFunction<V | null>;
  /** The value of the frame's row with this number, from 1. */
  nthValue<V>(operand: Expression<V>, n: number): WindowFunction<V | null>;
}

/** The functions that only exist over a window, as `fn` has them. */
export const windowFunctions: WindowFunctions = {
  rowNumber: () => call("rowNumber", [], INT),
  rank: () => call("rank", [], INT),
  denseRank: () => call("denseRank", [], INT),
  percentRank: () => call("percentRank", [], NUMBER),
  cumeDist: () => call("cumeDist", [], NUMBER),
  ntile: (groups) => call("ntile", [count(groups, "ntile")], INT),
  lag: <V>(operand: Expression<V>, offset = 1, fallback?: unknown) => shifted<V>("lag", operand, offset, fallback),
  lead: <V>(operand: Expression<V>, offset = 1, fallback?: unknown) => shifted<V>("lead", operand, offset, fallback),
  firstValue: (operand) => call("firstValue", [operand], expectExpression(operand, "firstValue").type),
  lastValue: (operand) => call("lastValue", [operand], expectExpression(operand, "lastValue").type),
  nthValue(operand, n) {
    const { node, type } = expectExpression(operand, "nthValue");
    const args = [node, argument(count(n, "nthValue"), "nthValue", { type: INT })];
    return { over: (window = {}) => over({ kind: "windowFunction", name: "nthValue", args, type }, type, window) };
  },
};
