import { QueryError } from "../../core/errors.ts";

/** A function that SQLite calls with the driver's values. */
export type ScalarFunction = (...args: unknown[]) => string | number | bigint | null;

/** An aggregate that SQLite feeds row by row. */
export interface AggregateFunction<State = unknown> {
  /** The state before the first row. */
  readonly start: () => State;
  /** The state after one more row. */
  readonly step: (state: State, ...args: unknown[]) => State;
  /** What the state amounts to. */
  readonly result: (state: State) => string | null;
}

/** Functions that SQLite lacks: small letters of all alphabets, exact decimals, which are stored as text, regular expressions. */
export const SCALAR_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  unicode_lower: (value) => value === null ? null : String(value).toLowerCase(),
  decimal_key: (value) => value === null ? null : decimalKey(String(value)),
  regexp: (pattern, value) =>
    value === null || pattern === null ? null : Number(expression(String(pattern)).test(String(value))),
};

/** The sum, average, lowest and highest of decimals, exact but for the average, which is rounded to 16 further digits. */
export const AGGREGATE_FUNCTIONS: Readonly<Record<string, AggregateFunction<Decimals>>> = {
  decimal_sum: aggregate(({ sum }) => sum),
  decimal_avg: aggregate(({ sum, count }) => divide(sum!, count)),
  decimal_min: aggregate(({ lowest }) => lowest),
  decimal_max: aggregate(({ highest }) => highest),
};

/** A text that may call one of them. */
export const OWN_FUNCTIONS = /\bdecimal_|\bregexp\b/i;

/** A decimal: `digits` divided by ten to the power of `scale`. */
interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

interface Decimals {
  readonly count: number;
  readonly sum: Decimal | null;
  readonly lowest: Decimal | null;
  readonly highest: Decimal | null;
}

const NONE: Decimals = { count: 0, sum: null, lowest: null, highest: null };

function aggregate(pick: (decimals: Decimals) => Decimal | null): AggregateFunction<Decimals> {
  return {
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
  };
}

function parse(text: string): Decimal {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/.exec(text);
  if (match === null) throw new TypeError("not a decimal number");
  const [, sign, whole = "", fraction = ""] = match;
  const digits = BigInt(`${whole}${fraction}` || "0");
  return { digits: sign === "-" ? -digits : digits, scale: fraction.length };
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  const raise = ({ digits, scale: own }: Decimal) => digits * 10n ** BigInt(scale - own);
  return [raise(left), raise(right), scale];
}

function add(left: Decimal, right: Decimal): Decimal {
  const [a, b, scale] = aligned(left, right);
  return { digits: a + b, scale };
}

function compare(left: Decimal, right: Decimal): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

const AVERAGE_DIGITS = 16;

function divide({ digits, scale }: Decimal, count: number): Decimal {
  const raised = digits * 10n ** BigInt(AVERAGE_DIGITS);
  const half = BigInt(count) / 2n;
  let quotient = (raised < 0n ? raised - half : raised + half) / BigInt(count);
  let places = scale + AVERAGE_DIGITS;
  while (places > scale && quotient % 10n === 0n) {
    quotient /= 10n;
    places--;
  }
  return { digits: quotient, scale: places };
}

function format({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const whole = text.slice(0, text.length - scale);
  return `${digits < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${text.slice(-scale)}`}`;
}

/** Text that sorts like the decimals: sign, number of digits, digits; for negative ones every digit is turned round. */
function decimalKey(value: string): string {
  const { digits, scale } = parse(value);
  const [whole = "", fraction = ""] = format({ digits: digits < 0n ? -digits : digits, scale }).split(".");
  const integer = whole.replace(/^0+/, "");
  const body = `${String(integer.length).padStart(5, "0")}${integer}.${fraction.replace(/0+$/, "")}`;
  if (digits >= 0n) return `1${body}`;
  return `0${body.replace(/\d/g, (digit) => String(9 - Number(digit)))}~`;
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

/** Throws what a function threw while the last statement ran. */
export function throwFailure(sql: string): void {
  if (failure === null) return;
  const { error } = failure;
  failure = null;
  throw new QueryError(
    `Cannot run the statement: ${
      error instanceof SyntaxError ? "a regular expression is malformed" : "a stored decimal is not a number"
    }`,
    {
      sql,
      driverError: error,
    },
  );
}

/** Teaches a connection what SQLite lacks. */
export function registerFunctions(target: FunctionTarget): void {
  for (const [name, fn] of Object.entries(SCALAR_FUNCTIONS)) target.defineFunction(name, quietly(fn, null));
  for (const [name, { start, step, result }] of Object.entries(AGGREGATE_FUNCTIONS)) {
    const quiet: AggregateFunction<Decimals> = { start, step: quietly(step, NONE), result: quietly(result, null) };
    target.defineAggregate(name, quiet as AggregateFunction<unknown>); // the state is only passed back to its own functions
  }
}
