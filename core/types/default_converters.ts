import { TypeConversionError } from "../errors.ts";
import { isoText, utcTime } from "./iso_time.ts";
import type { LogicalKind, LogicalType } from "./database_type.ts";
import { isDecimalText } from "./decimal_text.ts";
import { jsonNull, parseJSONText, toJSONText } from "./json.ts";
import type { PlainKind, TypeConverter } from "./type_converter.ts";
import { describeValueType } from "./type_registry.ts";

/** Parts of a converter for some logical kinds, from which {@linkcode converterOf} makes the whole. */
export interface ConverterParts {
  /** The logical kinds it converts. */
  readonly kinds: readonly LogicalKind[];
  /** Whether a value without a column is one of its own. */
  readonly accepts?: (value: unknown) => boolean;
  /** The higher one is asked first. @default {0} */
  readonly priority?: number;
  /** To what the driver binds. */
  readonly toDatabase: (value: unknown, type: LogicalType | undefined) => unknown;
  /** From what the driver read; the value itself when left out. */
  readonly fromDatabase?: (value: unknown, type: LogicalType | undefined) => unknown;
  /** Values of the driver that `fromDatabase` gives back as they are. @default none */
  readonly passes?: PlainKind;
}

/** Makes a converter from its parts. */
export function converterOf(parts: ConverterParts): TypeConverter {
  const { kinds, accepts, priority = 0, toDatabase, fromDatabase, passes } = parts;
  return {
    priority,
    canHandle: (value, type) => type === undefined ? accepts?.(value) ?? false : kinds.includes(type.kind),
    toDatabase,
    fromDatabase: fromDatabase ?? ((value) => value),
    ...(passes === undefined ? {} : { passes }),
  };
}

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** Refuses a value that is not of the expected kind. */
export function refuse(expected: string, value: unknown): never {
  throw new TypeConversionError(
    `Cannot convert ${describeValueType(value)}: expected ${expected}`,
  );
}

/** A whole number from 1 − 2^53 to 2^53 − 1, or for `int32` of 32 bits. */
function toInteger(value: unknown, type?: LogicalType): number {
  const number = typeof value === "bigint" ? Number(value) : value;
  if (typeof number !== "number") return refuse("an integer", value);
  if (!Number.isSafeInteger(number)) {
    throw new TypeConversionError(
      Number.isInteger(number)
        ? "Cannot convert an integer beyond ±(2^53-1) to a number: use z.bigint() for this field"
        : "Cannot convert a number that is not whole: expected an integer",
    );
  }
  if (type?.kind === "int32" && number !== (number | 0)) {
    throw new TypeConversionError("Cannot convert an integer beyond 32 bits");
  }
  return number;
}

/** An integer of 64 bits. */
export function toBigInt(value: unknown): bigint {
  const big = typeof value === "bigint"
    ? value
    : typeof value === "number" && Number.isSafeInteger(value)
    ? BigInt(value)
    : typeof value === "string" && /^-?\d+$/.test(value)
    ? BigInt(value)
    : refuse("a bigint", value);
  if (big < INT64_MIN || big > INT64_MAX) throw new TypeConversionError("Cannot convert a bigint beyond 64 bits");
  return big;
}

/** A finite number. */
function toFiniteNumber(value: unknown): number {
  if (typeof value !== "number") return refuse("a number", value);
  if (!Number.isFinite(value)) throw new TypeConversionError("Cannot store NaN or Infinity");
  return value;
}

/** Text without lone surrogates, which every database would change. */
export function toText(value: unknown): string {
  if (typeof value !== "string") return refuse("a string", value);
  if (!value.isWellFormed()) throw new TypeConversionError("Cannot store a string that holds a lone surrogate");
  return value;
}

/** Text, also where a table of another program holds a number in its place. */
export function fromText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "bigint" ? String(value) : refuse("text", value);
}

/** A number, also where it was stored as text. */
export function fromNumber(value: unknown): number {
  if (typeof value === "number") return value;
  const number = typeof value === "bigint" || (typeof value === "string" && value.trim() !== "") ? Number(value) : NaN;
  return Number.isNaN(number) ? refuse("a number", value) : number;
}

/** Exact decimal text such as `-12.30`, kept as it is. */
export function toDecimalText(value: unknown): string {
  const text = typeof value === "string"
    ? value
    : typeof value === "bigint"
    ? String(value)
    : refuse("a decimal as a string", value);
  if (!isDecimalText(text)) {
    throw new TypeConversionError("Cannot convert text that is not a decimal number");
  }
  return text.startsWith("+") ? text.slice(1) : text;
}

/** ISO 8601 in UTC with milliseconds, always 24 characters, so that text order is time order. */
export function toISODate(value: unknown): string {
  if (!(value instanceof Date)) return refuse("a Date", value);
  if (Number.isNaN(value.getTime())) throw new TypeConversionError("Cannot store an Invalid Date");
  const text = isoText(value.getTime());
  if (text.length !== 24) throw new TypeConversionError("Cannot store a Date outside the years 0 to 9999");
  return text;
}

/** A Date from ISO text, SQL text (`2024-01-31 12:00:00`, taken as UTC) or milliseconds since 1970. */
export function fromDateText(value: unknown): Date {
  let date: Date;
  if (typeof value === "string") {
    const time = utcTime(value);
    if (!Number.isNaN(time)) return new Date(time);
    date = new Date(utcText(value));
  } else if (typeof value === "number") date = new Date(value);
  else if (typeof value === "bigint") date = new Date(Number(value));
  else return refuse("a date as text or milliseconds", value);
  if (Number.isNaN(date.getTime())) {
    throw new TypeConversionError("Cannot read a date: it is neither ISO 8601 nor a number of milliseconds");
  }
  return date;
}

/** Adds the `T` and the `Z` that SQL's `CURRENT_TIMESTAMP` lacks. */
function utcText(text: string): string {
  const iso = text.trim().replace(" ", "T");
  if (!iso.includes("T")) return iso;
  return /(?:Z|[+-]\d\d(?::?\d\d)?)$/i.test(iso) ? iso.replace(/([+-]\d\d)$/, "$1:00") : `${iso}Z`;
}

function temporal<T>(
  name: string,
  is: (value: unknown) => value is T,
  from: (text: string) => T,
): (value: unknown) => T {
  return (value) => {
    if (is(value)) return value;
    try {
      return from(typeof value === "string" ? value : String(value));
    } catch {
      throw new TypeConversionError(
        `Cannot read a ${name} from what the database holds`,
      );
    }
  };
}

function expectTemporal<T>(name: string, is: (value: unknown) => value is T): (value: unknown) => T {
  return (value) => is(value) ? value : refuse(`a Temporal.${name}`, value);
}

const isInstant = (value: unknown): value is Temporal.Instant => value instanceof Temporal.Instant;
const isPlainDate = (value: unknown): value is Temporal.PlainDate => value instanceof Temporal.PlainDate;
const isPlainTime = (value: unknown): value is Temporal.PlainTime => value instanceof Temporal.PlainTime;
const isPlainDateTime = (value: unknown): value is Temporal.PlainDateTime => value instanceof Temporal.PlainDateTime;
const isDuration = (value: unknown): value is Temporal.Duration => value instanceof Temporal.Duration;

/** Refuses what is finer than a microsecond, which no database keeps. */
function microseconds<T extends { nanosecond: number }>(value: T, text: string): string {
  if (value.nanosecond !== 0) {
    throw new TypeConversionError(
      'Cannot store a time finer than a microsecond: round it first, as with round("microsecond")',
    );
  }
  return text;
}

/** Refuses years outside 0 to 9999, whose text form has another width and order. */
function fourDigitYear<T extends { year: number }>(value: T): T {
  if (value.year < 0 || value.year > 9999) {
    throw new TypeConversionError("Cannot store a date outside the years 0 to 9999");
  }
  return value;
}

const MICRO = { smallestUnit: "microsecond" } as const;

/** ISO 8601 in UTC with microseconds, always 27 characters. */
export function toInstantText(value: unknown): string {
  const instant = expectTemporal("Instant", isInstant)(value);
  if (instant.epochNanoseconds % 1000n !== 0n) {
    throw new TypeConversionError(
      'Cannot store a time finer than a microsecond: round it first, as with round("microsecond")',
    );
  }
  const text = instant.toString(MICRO);
  if (text.length !== 27) throw new TypeConversionError("Cannot store an instant outside the years 0 to 9999");
  return text;
}

/** An instant from ISO text, SQL text (taken as UTC) or milliseconds since 1970. */
export function fromInstantText(value: unknown): Temporal.Instant {
  if (typeof value === "number" || typeof value === "bigint") {
    return Temporal.Instant.fromEpochMilliseconds(Number(value));
  }
  return temporal("Temporal.Instant", isInstant, (text) => Temporal.Instant.from(utcText(text)))(value);
}

/** The elements of an array, each written by its own type, as JSON text. */
function arrayElements(
  type: LogicalType | undefined,
  convert: (value: unknown, element: LogicalType | undefined) => unknown,
  value: unknown,
): unknown[] {
  if (!Array.isArray(value)) return refuse("an array", value);
  return value.map((item) => item === null ? null : convert(item, type?.element));
}

/** An element as JSON can hold it: a bigint as text, which reads back exactly. */
function toJSONElement(element: unknown): unknown {
  if (element instanceof Uint8Array) return refuse("an element that JSON can hold", element);
  return typeof element === "bigint" ? String(element) : element;
}

/**
 * The converters that suit a database with text for everything it has no type for. A dialect registers its own with a
 * higher priority where it differs.
 */
export function defaultConverters(): TypeConverter[] {
  const converters: TypeConverter[] = [
    converterOf({
      kinds: ["int32", "int"],
      accepts: (value) => typeof value === "number",
      toDatabase: (value, type) => type === undefined ? toFiniteNumber(value) : toInteger(value, type),
      fromDatabase: (value) =>
        Number.isSafeInteger(value) ? value : toInteger(typeof value === "string" ? toBigInt(value) : value),
      passes: "integer",
    }),
    converterOf({
      kinds: ["bigint"],
      accepts: (value) => typeof value === "bigint",
      toDatabase: toBigInt,
      fromDatabase: toBigInt,
    }),
    converterOf({
      kinds: ["number"],
      toDatabase: toFiniteNumber,
      fromDatabase: fromNumber,
      passes: "number",
    }),
    converterOf({
      kinds: ["decimal"],
      toDatabase: toDecimalText,
      fromDatabase: (value) => typeof value === "string" ? value : String(value),
      passes: "string",
    }),
    converterOf({
      kinds: ["string", "enum", "uuid"],
      accepts: (value) => typeof value === "string",
      toDatabase: toText,
      fromDatabase: fromText,
      passes: "string",
    }),
    converterOf({ kinds: ["custom"], toDatabase: toText }),
    converterOf({
      kinds: ["boolean"],
      accepts: (value) => typeof value === "boolean",
      toDatabase: (value) => typeof value === "boolean" ? value : refuse("a boolean", value),
      fromDatabase: (value) => value === true || value === 1 || value === 1n,
    }),
    converterOf({
      kinds: ["date"],
      priority: 10,
      accepts: (value) => value instanceof Date,
      toDatabase: toISODate,
      fromDatabase: fromDateText,
    }),
    converterOf({
      kinds: ["instant"],
      priority: 10,
      accepts: isInstant,
      toDatabase: toInstantText,
      fromDatabase: fromInstantText,
    }),
    converterOf({
      kinds: ["plainDate"],
      priority: 10,
      accepts: isPlainDate,
      toDatabase: (value) =>
        fourDigitYear(expectTemporal("PlainDate", isPlainDate)(value))
          .toString(),
      fromDatabase: temporal("Temporal.PlainDate", isPlainDate, (text) => Temporal.PlainDate.from(text)),
    }),
    converterOf({
      kinds: ["plainTime"],
      priority: 10,
      accepts: isPlainTime,
      toDatabase: (value) => {
        const time = expectTemporal("PlainTime", isPlainTime)(value);
        return microseconds(time, time.toString(MICRO));
      },
      fromDatabase: temporal("Temporal.PlainTime", isPlainTime, (text) => Temporal.PlainTime.from(text)),
    }),
    converterOf({
      kinds: ["plainDateTime"],
      priority: 10,
      accepts: isPlainDateTime,
      toDatabase: (value) => {
        const time = fourDigitYear(expectTemporal("PlainDateTime", isPlainDateTime)(value));
        return microseconds(time, time.toString(MICRO));
      },
      fromDatabase: temporal(
        "Temporal.PlainDateTime",
        isPlainDateTime,
        (text) => Temporal.PlainDateTime.from(text.replace(" ", "T")),
      ),
    }),
    converterOf({
      kinds: ["duration"],
      priority: 10,
      accepts: isDuration,
      toDatabase: (value) => expectTemporal("Duration", isDuration)(value).toString(),
      fromDatabase: temporal("Temporal.Duration", isDuration, (text) => Temporal.Duration.from(text)),
    }),
    converterOf({
      kinds: ["bytes"],
      priority: 10,
      accepts: (value) => value instanceof Uint8Array,
      // Copies both ways, so that a change inside the bytes of a record does not change the row it is compared with.
      toDatabase: (value) => value instanceof Uint8Array ? new Uint8Array(value) : refuse("a Uint8Array", value),
      fromDatabase: (value) => value instanceof Uint8Array ? new Uint8Array(value) : refuse("bytes", value),
    }),
    converterOf({
      kinds: ["json"],
      priority: 5,
      accepts: (value) =>
        value === jsonNull ||
        (typeof value === "object" && value !== null && isPlain(value)),
      toDatabase: toJSONText,
      fromDatabase: (value) => typeof value === "string" ? parseJSONText(value) : value,
    }),
    converterOf({
      kinds: ["array"],
      toDatabase: (value, type) =>
        toJSONText(
          arrayElements(type, (item, element) =>
            toJSONElement(elementOf(converters, element).toDatabase(item, element)), value),
        ),
      fromDatabase: (value, type) =>
        arrayElements(
          type,
          (item, element) => elementOf(converters, element).fromDatabase(item, element),
          typeof value === "string" ? parseJSONText(value) : value,
        ),
    }),
  ];
  return converters;
}

function elementOf(converters: readonly TypeConverter[], element: LogicalType | undefined): TypeConverter {
  const type = element ?? { kind: "json" };
  return converters.find((converter) => converter.canHandle(undefined, type))!; // every kind has a default converter
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
