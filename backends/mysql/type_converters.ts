import { TypeConversionError } from "../../core/errors.ts";
import {
  converterOf,
  defaultConverters,
  fromDateText,
  fromInstantText,
  fromNumber,
  refuse,
  toInstantText,
  toISODate,
} from "../../core/types/default_converters.ts";
import { utcTime } from "../../core/types/iso_time.ts";
import type { TypeConverter } from "../../core/types/type_converter.ts";
import { TypeRegistry } from "../../core/types/type_registry.ts";

/** `2024-01-31T12:00:00.5Z` as the servers write it; they refuse the zone, and what is stored is UTC. */
function toSQLTime(text: string): string {
  return text.replace("T", " ").replace("Z", "");
}

/** Refuses what other programs may have stored with a lax sql_mode: `0000-00-00`, `2024-00-15`. */
function realDate(value: unknown): unknown {
  if (typeof value === "string" && /^\d{4}-(?:00|\d\d-00)/.test(value)) {
    throw new TypeConversionError(
      "Cannot read a date: the database holds one without month or day, such as 0000-00-00",
    );
  }
  return value;
}

function fromSQLTime(value: unknown): Date {
  const time = typeof value === "string" ? utcTime(value) : NaN;
  return Number.isNaN(time) ? fromDateText(realDate(value)) : new Date(time);
}

function fromBoolean(value: unknown): boolean {
  if (typeof value === "number" || typeof value === "bigint") return Number(value) !== 0;
  // BIT(1) of another program's table.
  if (value instanceof Uint8Array && value.length === 1) return value[0] !== 0;
  return typeof value === "boolean" ? value : refuse("0 or 1", value);
}

function toWideInteger(value: unknown): bigint {
  if (typeof value !== "bigint") return refuse("a bigint", value);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) {
    throw new TypeConversionError("Cannot convert a bigint beyond 64 bits");
  }
  return value;
}

/** The converters for times that are stored without their zone. */
function times(): TypeConverter[] {
  return [
    converterOf({
      kinds: ["date"],
      priority: 20,
      accepts: (value) => value instanceof Date,
      toDatabase: (value) => toSQLTime(toISODate(value)),
      fromDatabase: fromSQLTime,
    }),
    converterOf({
      kinds: ["instant"],
      priority: 20,
      accepts: (value) => value instanceof Temporal.Instant,
      toDatabase: (value) => toSQLTime(toInstantText(value)),
      fromDatabase: (value) => fromInstantText(realDate(value)),
    }),
  ];
}

/** The default converters, with what these servers store in their own way. */
export function mysqlTypes(): TypeRegistry {
  const defaults = defaultConverters();
  return new TypeRegistry([
    ...defaults,
    ...times(),
    converterOf({
      kinds: ["boolean"],
      priority: 20,
      accepts: (value) => typeof value === "boolean",
      toDatabase: (value) => value === true ? 1 : value === false ? 0 : refuse("a boolean", value),
      fromDatabase: fromBoolean,
    }),
    // A value without a column may be one of the unsigned integers that these servers have.
    converterOf({
      kinds: [],
      priority: 20,
      accepts: (value) => typeof value === "bigint",
      toDatabase: toWideInteger,
    }),
    // What is calculated of integers is DECIMAL here, which comes as text.
    converterOf({
      kinds: ["number"],
      priority: 20,
      toDatabase: defaults.find((converter) => converter.canHandle(undefined, { kind: "number" }))!.toDatabase, // there is one
      fromDatabase: fromNumber,
      passes: "number",
    }),
  ]);
}
