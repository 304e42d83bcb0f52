import { TypeConversionError } from "../errors.ts";

/** Stands for the JSON value `null` where a plain `null` would mean SQL NULL. */
export const jsonNull: unique symbol = Symbol.for("@rhosocial/activerecord.jsonNull");

/** Writes a value as JSON. Refuses what JSON would change silently: NaN, Infinity, functions, bigints, cycles. */
export function toJSONText(value: unknown): string {
  if (value === jsonNull) return "null";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new TypeConversionError(
      `Cannot store as JSON: ${
        typeof value === "bigint" || /BigInt/.test(String(cause)) ? "it holds a bigint" : "it cannot be serialised"
      }`,
    );
  }
  if (text === undefined) {
    throw new TypeConversionError(`Cannot store a ${typeof value} as JSON`);
  }
  // JSON writes NaN and Infinity as null, so only a text that holds a null has to be looked at again.
  if (text.includes("null") && holdsNonFinite(value)) {
    throw new TypeConversionError("Cannot store as JSON: it holds NaN or Infinity");
  }
  return text;
}

/** Reads JSON text. Refuses integers whose digits a JavaScript number would change, instead of rounding them. */
export function parseJSONText(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (/\d{16}/.test(text)) refuseUnsafeIntegers(text);
  return value;
}

function refuseUnsafeIntegers(text: string): void {
  const outsideStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  for (const [number] of outsideStrings.matchAll(/(?<![\d.])-?\d{16,}(?![\d.eE])/g)) {
    // What JavaScript writes for a number it reads again: 2^60 is no loss, 2^53+1 would be.
    if (String(Number(number)) !== number) {
      throw new TypeConversionError(
        "Cannot read JSON: it holds an integer beyond 2^53-1, store such numbers as strings",
      );
    }
  }
}

function holdsNonFinite(value: unknown): boolean {
  if (typeof value === "number") return !Number.isFinite(value);
  if (value === null || typeof value !== "object") return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(holdsNonFinite);
}

/** Whether two parsed JSON values are the same, whatever the order of their keys. */
export function jsonEquals(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (
    typeof left !== "object" || typeof right !== "object" || left === null ||
    right === null
  ) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const [a, b] = [
    left as Record<string, unknown>,
    right as Record<string, unknown>,
  ];
  return keys.every((key) => Object.hasOwn(b, key) && jsonEquals(a[key], b[key]));
}
