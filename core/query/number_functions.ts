import type { FunctionName } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { shownNumber } from "../types/shown_number.ts";
import {
  argument,
  commonType,
  expectExpression,
  INT,
  type NullOf,
  NUMBER,
  type NumberArgument,
  type NumberIn,
} from "./arguments.ts";
import { Expression } from "./expression.ts";
import type { IfNumber } from "./value_types.ts";

function call<V>(name: FunctionName, args: readonly unknown[], type: LogicalType | undefined): Expression<V> {
  const nodes = args.map((arg) => argument(arg, name, { type: NUMBER, form: "number" }));
  return new Expression<V>({ kind: "function", name, args: nodes, type }, type);
}

/** A function that gives what it is given: integers of integers, decimals of decimals. */
function same<V>(name: FunctionName, operand: Expression<V>): Expression<V> {
  return call<V>(name, [expectExpression(operand, name)], commonType([operand]));
}

/** The functions of numbers. They are NULL when an argument is, and where the result is no number. */
export interface NumberFunctions {
  /** Without sign. */
  abs<V>(operand: Expression<V> & IfNumber<V, unknown>): Expression<V>;
  /** Rounded to a number of digits behind the point, half away from zero. @default digits 0 */
  round<V>(operand: Expression<V> & IfNumber<V, unknown>, digits?: number): Expression<V>;
  /** The next whole number that is not less. */
  ceil<V>(operand: Expression<V> & IfNumber<V, unknown>): Expression<V>;
  /** The next whole number that is not greater. */
  floor<V>(operand: Expression<V> & IfNumber<V, unknown>): Expression<V>;
  /** Without what is behind the point. */
  trunc<V>(operand: Expression<V> & IfNumber<V, unknown>): Expression<V>;
  /** -1, 0 or 1. */
  sign<A extends Expression<unknown>>(operand: A & NumberIn<A>): Expression<number | NullOf<A>>;
  /** Square root; NULL of a negative number. */
  sqrt<A extends NumberArgument>(operand: A & NumberIn<A>): Expression<number | null>;
  /** One number to the power of another. */
  power<A extends NumberArgument, B extends NumberArgument>(
    base: A & NumberIn<A>,
    exponent: B & NumberIn<B>,
  ): Expression<number | null>;
  /** e to the power of a number. */
  exp<A extends NumberArgument>(operand: A & NumberIn<A>): Expression<number | null>;
  /** Natural logarithm; NULL of 0 and below. */
  ln<A extends NumberArgument>(operand: A & NumberIn<A>): Expression<number | null>;
  /** Quotient of whole numbers without its fraction; NULL when the divisor is 0. */
  quotient<A extends NumberArgument, B extends NumberArgument>(
    dividend: A & NumberIn<A>,
    divisor: B & NumberIn<B>,
  ): Expression<number | null>;
}

/** The functions of numbers, as `fn` has them. */
export const numberFunctions: NumberFunctions = {
  abs: (operand) => same("abs", operand),
  round<V>(operand: Expression<V>, digits = 0): Expression<V> {
    if (!Number.isSafeInteger(digits) || digits < 0) {
      throw new QueryBuildError(`round() was given ${shownNumber(digits)} digits: expected a whole number, 0 or more`);
    }
    const type = commonType([expectExpression(operand, "round")]);
    const args = [argument(operand, "round", { type, form: "number" }), argument(digits, "round", { type: INT })];
    return new Expression<V>({ kind: "function", name: "round", args, type }, type);
  },
  ceil: (operand) => same("ceil", operand),
  floor: (operand) => same("floor", operand),
  trunc: (operand) => same("trunc", operand),
  sign: (operand) => call("sign", [expectExpression(operand, "sign")], INT),
  sqrt: (operand) => call("sqrt", [operand], NUMBER),
  power: (base, exponent) => call("power", [base, exponent], NUMBER),
  exp: (operand) => call("exp", [operand], NUMBER),
  ln: (operand) => call("ln", [operand], NUMBER),
  quotient(dividend, divisor) {
    const args = [dividend, divisor].map((arg) => argument(arg, "quotient", { type: INT, form: "number" }));
    return new Expression({ kind: "function", name: "quotient", args, type: INT }, INT);
  },
};
