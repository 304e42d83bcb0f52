import type { AggregateFunction } from "./aggregate_function.ts";
import { type ScalarFunction, strict } from "./scalar_function.ts";

/** A decimal: `digits` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Reads a decimal, or a number as it is shown. */
export function parse(text: string): Decimal {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i.exec(text);
  if (match === null) throw new TypeError("not a decimal number");
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(`${sign}${`${whole}${fraction}` || "0"}`);
  const scale = fraction.length - Number(exponent);
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale };
}

function aligned(left: Decimal, right: Decimal): readonly [bigint, bigint, number] {
  const scale = Math.max(left.scale, right.scale);
  const raise = ({ digits, scale: own }: Decimal) => digits * 10n ** BigInt(scale - own);
  return [raise(left), raise(right), scale];
}

/** The exact sum. */
export function add(left: Decimal, right: Decimal): Decimal {
  const [a, b, scale] = aligned(left, right);
  return { digits: a + b, scale };
}

/** Negative, zero or positive like a sort function. */
export function compare(left: Decimal, right: Decimal): number {
  const [a, b] = aligned(left, right);
  return a < b ? -1 : a > b ? 1 : 0;
}

const FURTHER_DIGITS = 16;

/** The quotient, rounded to 16 digits more than the dividend has. */
export function divide(dividend: Decimal, divisor: number): Decimal {
  return quotient(dividend, { digits: BigInt(divisor), scale: 0 });
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}

/** Divides and rounds half away from zero. */
function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const rounded = (2n * magnitude(dividend) + magnitude(divisor)) / (2n * magnitude(divisor));
  return (dividend < 0n) === (divisor < 0n) ? rounded : -rounded;
}

function quotient(left: Decimal, right: Decimal): Decimal {
  const places = left.scale + FURTHER_DIGITS;
  const digits = roundedQuotient(left.digits * 10n ** BigInt(FURTHER_DIGITS + right.scale), right.digits);
  return shortened({ digits, scale: places }, left.scale);
}

/** Without the zeros at its end, down to a number of places. */
function shortened({ digits, scale }: Decimal, least: number): Decimal {
  while (scale > least && digits % 10n === 0n) {
    digits /= 10n;
    scale--;
  }
  return { digits, scale };
}

/** Rounded to a number of places, half away from zero; places below 0 round before the point. */
export function round({ digits, scale }: Decimal, places: number): Decimal {
  if (places >= scale) return { digits: digits * 10n ** BigInt(places - scale), scale: places };
  const rounded = roundedQuotient(digits, 10n ** BigInt(scale - places));
  return places >= 0 ? { digits: rounded, scale: places } : { digits: rounded * 10n ** BigInt(-places), scale: 0 };
}

function whole({ digits, scale }: Decimal, away: "up" | "down" | "none"): Decimal {
  const unit = 10n ** BigInt(scale);
  const cut = digits / unit;
  const isExact = cut * unit === digits;
  const step = isExact || away === "none"
    ? 0n
    : away === "up" && digits > 0n
    ? 1n
    : away === "down" && digits < 0n
    ? -1n
    : 0n;
  return { digits: cut + step, scale: 0 };
}

/** The text of a decimal. */
export function format({ digits, scale }: Decimal): string {
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, "0");
  const whole = text.slice(0, text.length - scale);
  return `${digits < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${text.slice(-scale)}`}`;
}

/** A decimal without exponent: its sign, and its digits without the zeros at both ends. */
const PLAIN = /^(-?)0*(\d*)(?:\.(\d*?)0*)?$/;

/** Text that sorts like the decimals: sign, number of digits, digits; for negative ones every digit is turned round. */
export function decimalKey(value: string): string {
  // Every row that is compared comes by, and few of its decimals have to be calculated with.
  const match = PLAIN.exec(value) ?? PLAIN.exec(format(parse(value)))!; // which is how decimals are written
  const [, sign, integer = "", fraction = ""] = match;
  const body = `${String(integer.length).padStart(5, "0")}${integer}.${fraction}`;
  if (sign === "" || (integer === "" && fraction === "")) return `1${body}`;
  return `0${body.replace(/\d/g, (digit) => String(9 - Number(digit)))}~`;
}

/** Calculates with texts; NULL among them makes NULL. */
function exactly(calculate: (...values: Decimal[]) => Decimal | null): ScalarFunction {
  return (...args) => {
    if (args.includes(null)) return null;
    const result = calculate(...args.map((arg) => parse(String(arg))));
    return result === null ? null : format(result);
  };
}

const negated = ({ digits, scale }: Decimal): Decimal => ({ digits: -digits, scale });

const FOLDS: Readonly<Record<string, (values: readonly string[]) => string>> = {
  sum: (values) => format(values.map(parse).reduce(add)),
  avg: (values) => format(divide(values.map(parse).reduce(add), values.length)),
  min: (values) => format(values.map(parse).reduce((best, value) => compare(value, best) < 0 ? value : best)),
  max: (values) => format(values.map(parse).reduce((best, value) => compare(value, best) > 0 ? value : best)),
};

/** Exact arithmetic with decimals, which are stored as text. */
export const DECIMAL_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  decimal_add: exactly(add),
  decimal_subtract: exactly((left, right) => add(left, negated(right))),
  decimal_multiply: exactly((left, right) => ({ digits: left.digits * right.digits, scale: left.scale + right.scale })),
  decimal_divide: exactly((left, right) => right.digits === 0n ? null : quotient(left, right)),
  decimal_modulo: exactly((left, right) => {
    const [a, b, scale] = aligned(left, right);
    return b === 0n ? null : { digits: a % b, scale };
  }),
  decimal_abs: exactly((value) => value.digits < 0n ? negated(value) : value),
  decimal_sign: exactly(({ digits }) => ({ digits: digits > 0n ? 1n : digits < 0n ? -1n : 0n, scale: 0 })),
  decimal_ceil: exactly((value) => whole(value, "up")),
  decimal_floor: exactly((value) => whole(value, "down")),
  decimal_trunc: exactly((value) => whole(value, "none")),
  decimal_round: (value, places) =>
    value === null || places === null ? null : format(round(parse(String(value)), Number(places))),
  decimal_normal: exactly((value) => shortened(value, 0)),
  decimal_nullif: (value, other) =>
    value === null || other !== null && compare(parse(String(value)), parse(String(other))) === 0
      ? null
      : String(value),
  decimal_greatest: exactly((...values) => values.reduce((best, value) => compare(value, best) > 0 ? value : best)),
  decimal_least: exactly((...values) => values.reduce((best, value) => compare(value, best) < 0 ? value : best)),
  // Functions of an application cannot be window functions in every driver, so decimals in a window come as a list.
  decimal_fold: strict((name, list) => {
    const values = (JSON.parse(String(list)) as (string | null)[]).filter((value) => value !== null); // a list of decimals
    return values.length === 0 ? null : FOLDS[String(name)]!(values); // written by the dialect
  }),
};

/** The texts of the decimals that differ by value, each as it came first, as a list in JSON; NULL is one of them. */
export const decimalDistinct: AggregateFunction<Map<string | null, string | null>> = {
  start: () => new Map(),
  step(texts, value) {
    const text = value === null ? null : String(value);
    const key = text === null ? null : decimalKey(text);
    return texts.has(key) ? texts : texts.set(key, text);
  },
  result: (texts) => JSON.stringify([...texts.values()]),
};
