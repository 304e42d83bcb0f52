import {
  converterOf,
  defaultConverters,
  fromText,
  refuse,
  toBigInt,
  toText,
} from "../../core/types/default_converters.ts";
import { TypeConversionError } from "../../core/errors.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";

/** The one unsafe integer that node:sqlite reads as a number instead of refusing to; as a number it is exact. */
const LOWEST = -(2 ** 63);

/** Text without NUL, at which SQLite's readers cut it. */
function toWholeText(value: unknown): string {
  const text = toText(value);
  if (text.includes("\0")) throw new TypeConversionError("Cannot store a string that holds a NUL character");
  return text;
}

/** SQLite takes every number but 0 for true. */
function fromBoolean(value: unknown): boolean {
  if (value === 1) return true;
  return typeof value === "number" || typeof value === "bigint" ? Number(value) !== 0 : refuse("0 or 1", value);
}

/** The default converters, with what SQLite stores in its own way. */
export function sqliteTypes(): TypeRegistry {
  return new TypeRegistry([
    ...defaultConverters(),
    converterOf({
      kinds: ["string", "enum", "uuid"],
      priority: 20,
      accepts: (value) => typeof value === "string",
      toDatabase: toWholeText,
      fromDatabase: fromText,
      passes: "string",
    }),
    converterOf({
      kinds: ["bigint"],
      priority: 20,
      accepts: (value) => typeof value === "bigint",
      toDatabase: toBigInt,
      fromDatabase: (value) => value === LOWEST ? BigInt(LOWEST) : toBigInt(value),
    }),
    converterOf({
      kinds: ["boolean"],
      priority: 20,
      accepts: (value) => typeof value === "boolean",
      toDatabase: (value) => value === true ? 1 : value === false ? 0 : refuse("a boolean", value),
      fromDatabase: fromBoolean,
    }),
  ]);
}
