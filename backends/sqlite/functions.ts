import { QueryError } from "../../core/errors.ts";
import type { AggregateFunction } from "./aggregate_function.ts";
import {
  add,
  compare,
  type Decimal,
  DECIMAL_FUNCTIONS,
  decimalDistinct,
  decimalKey,
  divide,
  format,
  parse,
} from "./decimal.ts";
import { JSON_FUNCTIONS } from "./json_functions.ts";
import { NUMBER_FUNCTIONS } from "./number_functions.ts";
import type { ScalarFunction } from "./scalar_function.ts";
import { TEXT_FUNCTIONS } from "./text_functions.ts";
import { TIME_FUNCTIONS, TimeFunctionError } from "./time_functions.ts";

export type { AggregateFunction, ScalarFunction };

/** Functions that SQLite lacks. */
const SCALAR_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  ...TEXT_FUNCTIONS,
  ...NUMBER_FUNCTIONS,
  ...TIME_FUNCTIONS,
  ...JSON_FUNCTIONS,
  ...DECIMAL_FUNCTIONS,
  decimal_key: (value) => value === null ? null : decimalKey(String(value)),
  regexp: (pattern, value) =>
    value === null || pattern === null ? null : Number(expression(String(pattern)).test(String(value))),
};

/** A text that may call one of them that can throw. */
export const OWN_FUNCTIONS = /\bdecimal_|\bregexp\b|\btime_|\bjson_holds\b/i;

interface Decimals {
  readonly count: number;
  readonly sum: Decimal | null;
  readonly lowest: Decimal | null;
  readonly highest: Decimal | null;
}

const NONE: Decimals = { count: 0, sum: null, lowest: null, highest: null };

function aggregate(pick: (decimals: Decimals) => Decimal | null): AggregateFunction {
  return quiet<Decimals>({
    start: () => NONE,
    step(state, value) {
      if (value === null) return state;
      const decimal = parse(String(value));
      return {
        count: state.count + 1,
        sum: state.sum === null ? decimal : add(state.sum, decimal),
        lowest: state.lowest === null || compare(decimal, state.lowest) < 0 ? decimal : state.lowest,
        highest: state.highest === null || compare(decimal, state.highest) > 0 ? decimal : state.highest,
      };
    },
    result(state) {
      const decimal = state.count === 0 ? null : pick(state);
      return decimal === null ? null : format(decimal);
    },
  });
}

/** The expression used last: a query applies one to many rows. */
let last: { readonly pattern: string; readonly expression: RegExp } = { pattern: "", expression: /(?:)/u };

function expression(pattern: string): RegExp {
  if (last.pattern !== pattern) last = { pattern, expression: new RegExp(pattern, "u") };
  return last.expression;
}

/** Where functions can be defined. */
export interface FunctionTarget {
  /** Defines a deterministic function. */
  defineFunction(name: string, fn: ScalarFunction): void;
  /** Defines an aggregate. */
  defineAggregate(name: string, fn: AggregateFunction<unknown>): void;
}

/** What a function threw while the current statement ran. */
let failure: { readonly error: unknown } | null = null;

/** A function that throws makes Deno's driver hang, so what it throws waits for the end of the statement. */
function quietly<Args extends unknown[], R>(fn: (...args: Args) => R, instead: R): (...args: Args) => R {
  return (...args) => {
    try {
      return fn(...args);
    } catch (error) {
      failure ??= { error };
      return instead;
    }
  };
}

function quiet<State>({ start, step, result }: AggregateFunction<State>): AggregateFunction {
  const quiet: AggregateFunction<State> = {
    start,
    step(state, ...args) {
      try {
        return step(state, ...args);
      } catch (error) {
        failure ??= { error };
        return state;
      }
    },
    result: quietly(result, null),
  };
  return quiet as AggregateFunction; // the state is only passed back to its own functions
}

/** Throws what a function threw while the last statement ran. */
export function throwFailure(sql: string): void {
  if (failure === null) return;
  const { error } = failure;
  failure = null;
  throw new QueryError(
    `Cannot run the statement: ${
      error instanceof SyntaxError
        ? "a regular expression is malformed"
        : error instanceof TimeFunctionError
        ? "a stored time is malformed, or a calculation leaves the years 0 to 9999"
        : "a stored decimal is not a number"
    }`,
    {
      sql,
      driverError: error,
    },
  );
}

/**
 * The sum, average, lowest and highest of decimals, exact but for the average, which is rounded to 16 further digits, and those
 * that differ.
 */
const AGGREGATE_FUNCTIONS: Readonly<Record<string, AggregateFunction>> = {
  decimal_sum: aggregate(({ sum }) => sum),
  decimal_avg: aggregate(({ sum, count }) => divide(sum!, count)),
  decimal_min: aggregate(({ lowest }) => lowest),
  decimal_max: aggregate(({ highest }) => highest),
  decimal_distinct: quiet(decimalDistinct),
};

/** Teaches a connection what SQLite lacks. */
export function registerFunctions(target: FunctionTarget): void {
  for (const [name, fn] of Object.entries(SCALAR_FUNCTIONS)) target.defineFunction(name, quietly(fn, null));
  for (const [name, fn] of Object.entries(AGGREGATE_FUNCTIONS)) target.defineAggregate(name, fn);
}
