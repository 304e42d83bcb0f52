import { ConfigurationError } from "../errors.ts";
import type { LogicalKind, LogicalType } from "../types/database_type.ts";
import {
  checkColumnOptions,
  type Checked,
  Column,
  type ColumnOptions,
  type ColumnSettings,
  type HasDefault,
} from "./column.ts";
import { isDecimalText, withScale } from "../types/decimal_text.ts";
import type { Field } from "./shape.ts";
import { checkValue } from "./validate.ts";
import { readZod } from "./zod_fields.ts";

/** Options of the helpers: those of a column, and whether it may be NULL. */
export interface HelperOptions<Value = unknown> extends Omit<ColumnOptions<Value | null>, "type" | "converter"> {
  /** Allows NULL. @default {false} */
  readonly nullable?: boolean;
}

/** The type of a column's values, with null where its options allow it. */
export type Nullable<T, O> = O extends { readonly nullable: true } ? T | null : T;

function issue(code: string, message: string): Checked {
  return { issues: [{ path: [], code, message }] };
}

/** A column whose values are checked by a function of the library's own instead of a schema. */
function helper<T, const O extends HelperOptions>(
  type: LogicalKind | LogicalType,
  expected: string,
  accepts: (value: unknown) => boolean,
  options: O | undefined,
  normal: (value: unknown) => unknown = (value) => value,
): Column<Nullable<T, O>, Nullable<T, O>, HasDefault<O>> {
  const { nullable = false, ...rest }: HelperOptions = options ?? {};
  checkColumnOptions(rest);
  const check = (value: unknown): Checked => {
    if (nullable && value === null) return { value };
    return accepts(value) ? { value: normal(value) } : issue("invalid_type", `Invalid input: expected ${expected}`);
  };
  const optional = rest.default !== undefined ||
    (rest.generated !== undefined && rest.generated !== false);
  const settings: ColumnSettings = { ...rest, type, nullable };
  // The flag is the run-time form of the conditional type.
  return new Column(null, check, optional as HasDefault<O>, settings);
}

/** Options of {@linkcode primaryKey}. */
export interface PrimaryKeyOptions {
  /** Name of the column in the database. */
  readonly name?: string;
}

/**
 * The primary key: an integer that the database makes; or, given a schema, a key of that type that the application sets.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { primaryKey } from "@rhosocial/activerecord";
 *
 * const made = { id: primaryKey() };
 * const set = { code: primaryKey(z.string().length(2)) };
 * ```
 */
export function primaryKey(options?: PrimaryKeyOptions): Column<number, number, true>;
/** A key of the type of a schema, which the application sets. */
export function primaryKey<F extends Field>(
  schema: F,
  options?: PrimaryKeyOptions,
): Column<F["_zod"]["output"], F["_zod"]["input"], F extends { readonly optionalInput: true } ? true : false>;
export function primaryKey(
  first: Field | PrimaryKeyOptions = {},
  second: PrimaryKeyOptions = {},
): Column<unknown, unknown, boolean> {
  if (first instanceof Column) {
    return new Column(first.schema, first.check, first.optionalInput, {
      ...first.settings,
      ...second,
      primaryKey: true,
    });
  }
  if ("_zod" in first) {
    return new Column(first, null, false, { ...second, primaryKey: true });
  }
  const check = (value: unknown): Checked =>
    Number.isSafeInteger(value)
      ? { value }
      : issue("invalid_type", "Invalid input: expected a whole number below 2^53");
  return new Column(null, check, true, {
    ...first,
    type: "int",
    primaryKey: true,
    autoIncrement: true,
  });
}

/**
 * An exact decimal number as a string, which has as many digits after the point as the column: `"1.5"` is kept as `"1.50"`.
 *
 * @param precision highest number of significant digits
 * @param scale digits after the point; a value with more of them is refused, never rounded
 */
export function decimal<const O extends HelperOptions<string>>(
  precision: number,
  scale: number,
  options?: O,
): Column<Nullable<string, O>, Nullable<string, O>, HasDefault<O>> {
  const fits = (value: unknown) => {
    if (!isDecimalText(value)) return false;
    const [whole = "", fraction = ""] = value.replace(/^[+-]/, "").split(".");
    return whole.replace(/^0+/, "").length <= precision - scale &&
      fraction.replace(/0+$/, "").length <= scale;
  };
  return helper(
    { kind: "decimal", precision, scale },
    `a decimal of at most ${precision - scale} digits before and ${scale} after the point, as a string`,
    fits,
    options,
    (value) => withScale(value as string, scale), // it fits
  );
}

/** Bytes as a `Uint8Array`. */
export function bytes<const O extends HelperOptions<Uint8Array>>(
  options?: O,
): Column<Nullable<Uint8Array, O>, Nullable<Uint8Array, O>, HasDefault<O>> {
  return helper("bytes", "a Uint8Array", (value) => value instanceof Uint8Array, options);
}

/** A moment as a `Temporal.Instant`, to the microsecond. */
export function instant<const O extends HelperOptions<Temporal.Instant>>(
  options?: O,
): Column<Nullable<Temporal.Instant, O>, Nullable<Temporal.Instant, O>, HasDefault<O>> {
  return helper("instant", "a Temporal.Instant", (value) => value instanceof Temporal.Instant, options);
}

/** A day of the calendar as a `Temporal.PlainDate`. */
export function plainDate<const O extends HelperOptions<Temporal.PlainDate>>(
  options?: O,
): Column<Nullable<Temporal.PlainDate, O>, Nullable<Temporal.PlainDate, O>, HasDefault<O>> {
  return helper("plainDate", "a Temporal.PlainDate", (value) => value instanceof Temporal.PlainDate, options);
}

/** A time of day as a `Temporal.PlainTime`, to the microsecond. */
export function plainTime<const O extends HelperOptions<Temporal.PlainTime>>(
  options?: O,
): Column<Nullable<Temporal.PlainTime, O>, Nullable<Temporal.PlainTime, O>, HasDefault<O>> {
  return helper("plainTime", "a Temporal.PlainTime", (value) => value instanceof Temporal.PlainTime, options);
}

/** A day and time without zone as a `Temporal.PlainDateTime`, to the microsecond. */
export function plainDateTime<const O extends HelperOptions<Temporal.PlainDateTime>>(
  options?: O,
): Column<Nullable<Temporal.PlainDateTime, O>, Nullable<Temporal.PlainDateTime, O>, HasDefault<O>> {
  return helper(
    "plainDateTime",
    "a Temporal.PlainDateTime",
    (value) => value instanceof Temporal.PlainDateTime,
    options,
  );
}

/** A length of time as a `Temporal.Duration`. */
export function duration<const O extends HelperOptions<Temporal.Duration>>(
  options?: O,
): Column<Nullable<Temporal.Duration, O>, Nullable<Temporal.Duration, O>, HasDefault<O>> {
  return helper("duration", "a Temporal.Duration", (value) => value instanceof Temporal.Duration, options);
}

/** A list whose elements have a type of their own; a native array where the database has them. */
export function array<T, const O extends HelperOptions<readonly T[]> = Record<never, never>>(
  element: Column<T, T, boolean>,
  options?: O,
): Column<Nullable<T[], O>, Nullable<T[], O>, HasDefault<O>> {
  const { nullable = false, ...rest }: HelperOptions = options ?? {};
  checkColumnOptions(rest);
  const check = (value: unknown): Checked => {
    if (nullable && value === null) return { value };
    if (!Array.isArray(value)) return issue("invalid_type", "Invalid input: expected an array");
    const items: unknown[] = [];
    for (const [field, item] of value.entries()) {
      const checked = checkValue({ field, schema: element.schema, check: element.check }, item);
      if (checked instanceof Promise) {
        throw new ConfigurationError(
          "array() takes no elements with asynchronous checks: check the record as a whole in rules()",
        );
      }
      if ("issues" in checked) return checked;
      items.push(checked.value);
    }
    return { value: items };
  };
  const optional = rest.default !== undefined || (rest.generated !== undefined && rest.generated !== false);
  const settings: ColumnSettings = { ...rest, nullable, type: { kind: "array", element: elementType(element) } };
  return new Column(null, check, optional as HasDefault<O>, settings); // as in helper()
}

/** How the elements of an array are stored: as their column says, or as their schema does. */
function elementType({ settings, schema }: Column<unknown, unknown, boolean>): LogicalType {
  if (settings.converter !== undefined) {
    throw new ConfigurationError("array() takes no elements with a converter: write column(array(…), { converter })");
  }
  const said = typeof settings.type === "string" ? { kind: settings.type } : settings.type;
  return said ?? (schema === null ? null : readZod(schema).type) ?? { kind: "json" };
}
