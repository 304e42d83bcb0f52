import { TypeConversionError } from "../../core/errors.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import {
  converterOf,
  defaultConverters,
  fromDateText,
  fromInstantText,
  fromText,
  refuse,
  toDecimalText,
  toInstantText,
  toISODate,
  toText,
} from "../../core/types/default_converters.ts";
import { utcTime } from "../../core/types/iso_time.ts";
import { parseJSONText, toJSONText } from "../../core/types/json.ts";
import type { TypeConverter } from "../../core/types/type_converter.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";
import { type ArrayElements, arrayText, type ArrayTexts, parseArrayText } from "./array_text.ts";
import { intervalText, parseInterval } from "./interval_text.ts";

/** Text without NUL, which PostgreSQL cannot hold. */
function toWholeText(value: unknown): string {
  const text = toText(value);
  if (text.includes("\0")) throw new TypeConversionError("Cannot store a string that holds a NUL character");
  return text;
}

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

function toUUID(value: unknown): string {
  const text = toText(value);
  if (!UUID.test(text)) throw new TypeConversionError("Cannot convert text that is not a UUID");
  return text;
}

/** PostgreSQL would round what has more digits than the column. */
function toDecimal(value: unknown, type: LogicalType | undefined): string {
  const text = toDecimalText(value);
  const digits = /\.(\d*?)0*$/.exec(text)?.[1] ?? "";
  if (type?.scale !== undefined && digits.length > type.scale) {
    throw new TypeConversionError(`Cannot store a decimal with more than ${type.scale} digits after the point`);
  }
  return text;
}

function fromDecimal(value: unknown): string {
  const text = fromText(value);
  if (!/\d/.test(text)) throw new TypeConversionError("Cannot read a decimal: the database holds NaN or infinity");
  return text;
}

function fromBoolean(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === "t" || value === "true") return true;
  if (value === "f" || value === "false") return false;
  return refuse("a boolean", value);
}

/** Year 0 of ISO 8601 is 1 BC, which has another form in PostgreSQL. */
function withoutYearZero<T>(write: (value: unknown) => T & string): (value: unknown) => string {
  return (value) => {
    const text = write(value);
    if (text.startsWith("0000-")) throw new TypeConversionError("Cannot store a date outside the years 1 to 9999");
    return text;
  };
}

/** A Date from `2024-01-31 12:00:00.123456+00`, which the session's time zone makes the usual form. */
function fromTimestamp(value: unknown): Date {
  const time = typeof value === "string" ? utcTime(value) : NaN;
  return Number.isNaN(time) ? fromDateText(checkedTime(value)) : new Date(time);
}

/** Refuses what has no place between the years 1 and 9999: `infinity`, years BC and those of more digits. */
function checkedTime(value: unknown): unknown {
  if (typeof value === "string" && !/^\d{4}-.*[^C]$/.test(value)) {
    throw new TypeConversionError("Cannot read a date: it is infinite or outside the years 1 to 9999");
  }
  return value;
}

function toBytes(value: unknown): Uint8Array {
  // A copy, so that a later change inside the bytes of a record does not change the row it is compared with.
  return value instanceof Uint8Array ? new Uint8Array(value) : refuse("a Uint8Array", value);
}

function fromBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return typeof value === "string" && value.startsWith("\\x")
    ? Uint8Array.fromHex(value.slice(2))
    : refuse("bytes", value);
}

/** JSON text without the NUL character, which jsonb cannot hold. */
function toJSONB(value: unknown): string {
  const text = toJSONText(value);
  if (/(?<!\\)(?:\\\\)*\\u0000/.test(text)) {
    throw new TypeConversionError("Cannot store as JSON: it holds a NUL character");
  }
  return text;
}

/** Writes the elements of an array by their type. */
function encodeArray(
  converters: readonly TypeConverter[],
  value: unknown,
  element: LogicalType | undefined,
): ArrayElements {
  if (!Array.isArray(value)) return refuse("an array", value);
  if (element?.kind === "array") {
    return value.map((item) => item === null ? null : encodeArray(converters, item, element.element));
  }
  const { toDatabase } = elementConverter(converters, element);
  return value.map((item) => {
    if (item === undefined) return refuse("an element that is not undefined", item);
    return item === null ? null : toDatabase(item, element);
  });
}

function decodeArray(
  converters: readonly TypeConverter[],
  texts: ArrayTexts,
  element: LogicalType | undefined,
): unknown[] {
  const { fromDatabase } = elementConverter(converters, element);
  return texts.map((item) => {
    if (item === null) return null;
    if (typeof item !== "string") return decodeArray(converters, item, element?.element);
    return fromDatabase(item, element);
  });
}

function elementConverter(converters: readonly TypeConverter[], element: LogicalType | undefined): TypeConverter {
  const type = element ?? { kind: "json" };
  return new TypeRegistry(converters).findConverter(undefined, type)!; // every kind has a default converter
}

/** The default converters, with what PostgreSQL stores in its own way. */
export function postgresqlTypes(): TypeRegistry {
  const defaults = defaultConverters();
  const write = (kind: "plainDate" | "plainDateTime") => {
    const { toDatabase } = defaults.find((converter) => converter.canHandle(undefined, { kind }))!; // as above
    return withoutYearZero((value) => toDatabase(value, { kind }) as string); // what they write is text
  };
  const converters: TypeConverter[] = [
    ...defaults,
    converterOf({
      kinds: ["string", "enum", "custom"],
      priority: 20,
      accepts: (value) => typeof value === "string",
      toDatabase: toWholeText,
      fromDatabase: fromText,
      passes: "string",
    }),
    converterOf({ kinds: ["uuid"], priority: 20, toDatabase: toUUID, fromDatabase: fromText, passes: "string" }),
    converterOf({ kinds: ["decimal"], priority: 20, toDatabase: toDecimal, fromDatabase: fromDecimal }),
    converterOf({
      kinds: ["boolean"],
      priority: 20,
      accepts: (value) => typeof value === "boolean",
      toDatabase: (value) => typeof value === "boolean" ? value : refuse("a boolean", value),
      fromDatabase: fromBoolean,
      passes: "boolean",
    }),
    converterOf({
      kinds: ["date"],
      priority: 20,
      accepts: (value) => value instanceof Date,
      toDatabase: withoutYearZero(toISODate),
      fromDatabase: fromTimestamp,
    }),
    converterOf({
      kinds: ["instant"],
      priority: 20,
      accepts: (value) => value instanceof Temporal.Instant,
      toDatabase: withoutYearZero(toInstantText),
      fromDatabase: (value) => fromInstantText(checkedTime(value)),
    }),
    converterOf({
      kinds: ["plainDate"],
      priority: 20,
      accepts: (value) => value instanceof Temporal.PlainDate,
      toDatabase: write("plainDate"),
      fromDatabase: readBy(defaults, "plainDate"),
    }),
    converterOf({
      kinds: ["plainDateTime"],
      priority: 20,
      accepts: (value) => value instanceof Temporal.PlainDateTime,
      toDatabase: write("plainDateTime"),
      fromDatabase: readBy(defaults, "plainDateTime"),
    }),
    converterOf({
      kinds: ["duration"],
      priority: 20,
      accepts: (value) => value instanceof Temporal.Duration,
      toDatabase: (value) =>
        value instanceof Temporal.Duration ? intervalText(value) : refuse("a Temporal.Duration", value),
      fromDatabase: (value) => parseInterval(fromText(value)),
    }),
    converterOf({
      kinds: ["bytes"],
      priority: 20,
      accepts: (value) => value instanceof Uint8Array,
      toDatabase: toBytes,
      fromDatabase: fromBytes,
    }),
    converterOf({
      kinds: ["json"],
      priority: 10,
      accepts: (value) => defaults.some((converter) => converter.priority === 5 && converter.canHandle(value)),
      toDatabase: toJSONB,
      fromDatabase: (value) => typeof value === "string" ? parseJSONText(value) : value,
    }),
  ];
  const array = converterOf({
    kinds: ["array"],
    priority: 20,
    toDatabase: (value, type) => arrayText(encodeArray(converters, value, type?.element)),
    fromDatabase: (value, type) => decodeArray(converters, parseArrayText(fromText(value)), type?.element),
  });
  return new TypeRegistry([...converters, array]);
}

/** How the default converter of a kind reads, for years of four digits. */
function readBy(defaults: readonly TypeConverter[], kind: LogicalType["kind"]): (value: unknown) => unknown {
  const { fromDatabase } = defaults.find((converter) => converter.canHandle(undefined, { kind }))!; // as above
  return (value) => fromDatabase(checkedTime(value), { kind });
}
