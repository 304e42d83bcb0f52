import type { LogicalType } from "../../../core/types/database_type.ts";
import { Decimal } from "./decimal.ts";

/** A value of JSON, which is compared by what it holds. */
export class JSONValue {
  readonly json: unknown;
  constructor(json: unknown) {
    this.json = json;
  }
}

/** A value of SQL: whole numbers are bigints, times are texts that sort like them, several values are a list. */
export type Value = null | bigint | number | string | boolean | Decimal | JSONValue;

/** A value of the application as one of SQL. */
export function valueOf(value: unknown, type: LogicalType | undefined): Value {
  if (value === null || value === undefined) return null;
  if (type?.kind === "json") return new JSONValue(value);
  if (type?.kind === "decimal") return Decimal.from(String(value));
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Temporal.PlainDate) return value.toString();
  switch (typeof value) {
    case "number":
      return type?.kind === "number" || !Number.isSafeInteger(value) ? value : BigInt(value);
    case "bigint":
      return type?.kind === "number" ? Number(value) : value;
    case "string":
    case "boolean":
      return value;
    default:
      throw new TypeError(`No value of SQL: ${typeof value}`);
  }
}

/** A number as a double. */
export function toNumber(value: Value): number {
  return value instanceof Decimal ? value.toNumber() : Number(value);
}

function toDecimal(value: Value): Decimal {
  return value instanceof Decimal ? value : Decimal.from(value as bigint);
}

function compareTexts(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = a[i]!.codePointAt(0)! - b[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Compares two values that are not NULL, like a sort function: numbers by value, texts by code points. */
export function compare(left: Value, right: Value): number {
  if (left instanceof JSONValue || right instanceof JSONValue) {
    return compareTexts(keyOf(left), keyOf(right));
  }
  if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  if (typeof left === "number" || typeof right === "number") {
    const [a, b] = [toNumber(left), toNumber(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return toDecimal(left).compare(toDecimal(right));
}

function jsonKey(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(jsonKey).join()}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  return `{${
    Object.entries(json).filter(([, value]) => value !== undefined).sort(([a], [b]) => a < b ? -1 : 1)
      .map(([key, value]) => `${JSON.stringify(key)}:${jsonKey(value)}`).join()
  }}`;
}

/** A text that is the same for values that are equal. */
export function keyOf(value: Value): string {
  if (value === null) return "null";
  if (value instanceof JSONValue) return `json ${jsonKey(value.json)}`;
  if (value instanceof Decimal) return `number ${withoutZeros(value)}`;
  if (typeof value === "number" || typeof value === "bigint") return `number ${value}`;
  return `${typeof value} ${value}`;
}

function withoutZeros(value: Decimal): string {
  const text = value.toString();
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
