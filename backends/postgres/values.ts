import { TypeConversionError } from "../../core/errors.ts";

/** Reads one value from the text that the server sends. */
export type ValueParser = (text: string) => unknown;

/** An integer of 64 bits: a number when that is exact, else a bigint. */
function parseInt8(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

function parseBytes(text: string): Uint8Array {
  if (!text.startsWith("\\x")) {
    throw new TypeConversionError('Cannot read bytes: the server must have bytea_output set to "hex"');
  }
  return Uint8Array.fromHex(text.slice(2));
}

const toNumber: ValueParser = (text) => Number(text);

/** What is not read as text, by the number of the type: booleans, integers, floats and bytes. */
export const VALUE_PARSERS: ReadonlyMap<number, ValueParser> = new Map<number, ValueParser>([
  [16, (text) => text === "t"],
  [17, parseBytes],
  [20, parseInt8],
  [21, toNumber],
  [23, toNumber],
  [26, toNumber],
  [700, toNumber],
  [701, toNumber],
]);

/** Writes an encoded value as the text that the server reads. */
export function valueText(value: unknown): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "t" : "f";
    default:
      if (value === null) return null;
      if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
      throw new TypeConversionError("Cannot bind a value: only texts, numbers, booleans and bytes can be sent");
  }
}
