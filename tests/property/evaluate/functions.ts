import type { FunctionNode, PatternNode } from "../../../core/ast/expression.ts";
import type { LogicalType } from "../../../core/types/database_type.ts";
import { Decimal } from "./decimal.ts";
import { compare, toNumber, type Value } from "./value.ts";

type Args = readonly Exclude<Value, null>[];

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function pad(text: string, length: number, fill: string, isStart: boolean): string {
  const characters = [...text];
  if (characters.length >= length) return characters.slice(0, length).join("");
  const filling = [...fill];
  const missing = Array.from({ length: length - characters.length }, (_, i) => filling[i % filling.length]);
  return (isStart ? [...missing, ...characters] : [...characters, ...missing]).join("");
}

/** A function of numbers of any kind. */
function ofNumber(
  of: { readonly number: (value: number) => number; readonly decimal: (value: Decimal) => Value },
): (args: Args) => Value {
  return ([value]) =>
    typeof value === "number" ? of.number(value) : value instanceof Decimal ? of.decimal(value) : value!;
}

const whole = (value: bigint) => new Decimal(value, 0);

const STRICT: { readonly [K in FunctionNode["name"]]?: (args: Args) => Value } = {
  lower: ([text]) => String(text).toLowerCase(),
  upper: ([text]) => String(text).toUpperCase(),
  length: ([text]) => BigInt([...String(text)].length),
  trim: ([text]) => String(text).replace(/^ +| +$/g, ""),
  trimStart: ([text]) => String(text).replace(/^ +/, ""),
  trimEnd: ([text]) => String(text).replace(/ +$/, ""),
  substring: ([text, start, length]) =>
    [...String(text)].slice(Number(start) - 1, length === undefined ? undefined : Number(start) - 1 + Number(length))
      .join(""),
  left: ([text, count]) => [...String(text)].slice(0, Number(count)).join(""),
  right: ([text, count]) => Number(count) === 0 ? "" : [...String(text)].slice(-Number(count)).join(""),
  replace: ([text, part, by]) => String(text).replaceAll(String(part), () => String(by)),
  concat: (texts) => texts.join(""),
  position: ([text, part]) => {
    const at = String(text).indexOf(String(part));
    return BigInt(at < 0 ? 0 : [...String(text).slice(0, at)].length + 1);
  },
  repeat: ([text, count]) => String(text).repeat(Number(count)),
  reverse: ([text]) => [...String(text)].reverse().join(""),
  padStart: ([text, length, fill]) => pad(String(text), Number(length), String(fill), true),
  padEnd: ([text, length, fill]) => pad(String(text), Number(length), String(fill), false),
  abs: ([value]) =>
    typeof value === "bigint"
      ? value < 0n ? -value : value
      : value instanceof Decimal
      ? value.digits < 0n ? value.negated() : value
      : Math.abs(toNumber(value!)),
  round: ([value, places = 0n]) =>
    typeof value === "number"
      ? Decimal.from(value).round(Number(places)).toNumber()
      : value instanceof Decimal
      ? value.round(Number(places))
      : value!,
  ceil: ofNumber({ number: Math.ceil, decimal: (value) => whole(value.ceil()) }),
  floor: ofNumber({ number: Math.floor, decimal: (value) => whole(value.floor()) }),
  trunc: ofNumber({ number: Math.trunc, decimal: (value) => whole(value.trunc()) }),
  sign: ([value]) => value instanceof Decimal ? value.sign() : BigInt(Math.sign(toNumber(value!))),
  sqrt: ([value]) => finite(Math.sqrt(toNumber(value!))),
  power: ([base, exponent]) => finite(toNumber(base!) ** toNumber(exponent!)),
  exp: ([value]) => finite(Math.exp(toNumber(value!))),
  ln: ([value]) => finite(Math.log(toNumber(value!))),
  quotient: ([dividend, divisor]) => divisor === 0n ? null : (dividend as bigint) / (divisor as bigint), // typed so
  greatest: (values) => values.reduce((best, value) => compare(value, best) > 0 ? value : best),
  least: (values) => values.reduce((best, value) => compare(value, best) < 0 ? value : best),
};

/** The value of a function. */
export function callFunction(name: FunctionNode["name"], args: readonly Value[]): Value {
  if (name === "coalesce") return args.find((arg) => arg !== null) ?? null;
  if (name === "nullif") {
    const [value = null, other = null] = args;
    return value !== null && other !== null && compare(value, other) === 0 ? null : value;
  }
  const call = STRICT[name];
  if (call === undefined) throw new TypeError(`No evaluation of ${name}()`);
  return args.includes(null) ? null : call(args as Args); // NULL has just been looked for
}

/** Two numbers combined, as the type of the result says. */
export function calculate(operator: string, left: Value, right: Value, type: LogicalType | undefined): Value {
  if (left === null || right === null) return null;
  if (type?.kind === "number") {
    const [a, b] = [toNumber(left), toNumber(right)];
    const divides = operator === "/" || operator === "%";
    if (divides && b === 0) return null;
    return { "+": a + b, "-": a - b, "*": a * b, "/": a / b, "%": a % b }[operator]!;
  }
  if (left instanceof Decimal || right instanceof Decimal) {
    const [a, b] = [left, right].map((side) => side instanceof Decimal ? side : Decimal.from(side as bigint)) as [
      Decimal,
      Decimal,
    ]; // two sides make two
    if ((operator === "/" || operator === "%") && b.digits === 0n) return null;
    switch (operator) {
      case "+":
        return a.plus(b);
      case "-":
        return a.plus(b.negated());
      case "*":
        return a.times(b);
      case "/":
        return a.over(b);
      default:
        return a.modulo(b);
    }
  }
  const [a, b] = [left as bigint, right as bigint]; // no other numbers are left
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    default:
      return b === 0n ? null : a % b;
  }
}

/** A value as another type. */
export function castTo(value: Value, { kind }: LogicalType): Value {
  if (value === null) return null;
  switch (kind) {
    case "int":
    case "bigint":
      if (typeof value === "number") return BigInt(Math.trunc(value));
      if (value instanceof Decimal) return value.trunc();
      return typeof value === "boolean" ? BigInt(value) : value;
    case "number":
      return toNumber(value);
    case "decimal":
      return value instanceof Decimal ? value : Decimal.from(Number(value) === value ? value : BigInt(value as bigint));
    case "boolean":
      return value instanceof Decimal ? value.digits !== 0n : Boolean(value);
    default:
      return String(value);
  }
}

function likeExpression(pattern: string): RegExp {
  const source = pattern.replace(
    /\\([\s\S])|[\s\S]/gu,
    (part, escaped?: string) =>
      escaped !== undefined ? quoted(escaped) : part === "%" ? "[^]*" : part === "_" ? "[^]" : quoted(part),
  );
  return new RegExp(`^${source}$`, "u");
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Whether a text matches. */
export function matches({ match, pattern, caseSensitive }: PatternNode, value: string): boolean {
  const [text, part] = caseSensitive ? [value, pattern] : [value.toLowerCase(), pattern.toLowerCase()];
  switch (match) {
    case "contains":
      return text.includes(part);
    case "startsWith":
      return text.startsWith(part);
    case "endsWith":
      return text.endsWith(part);
    case "like":
      return likeExpression(part).test(text);
    default:
      throw new TypeError(`No evaluation of ${match}`);
  }
}
