import type { LogicalType } from "./database_type.ts";

/**
 * Converts values between JavaScript and what a driver takes and gives.
 *
 * A converter is asked in two ways: with a `type`, once per column when a codec is compiled; and with a bare value, for
 * parameters that have no column. NULL never reaches a converter.
 */
export interface TypeConverter {
  /** The higher one is asked first. Built-in converters use 0 to 20. */
  readonly priority: number;
  /** Whether this converter is the one for the type, or for the value when there is no type. */
  canHandle(value: unknown, type?: LogicalType): boolean;
  /** To what the driver binds. Throws `TypeConversionError` for a value that would be stored differently. */
  toDatabase(value: unknown, type?: LogicalType): unknown;
  /** From what the driver read. */
  fromDatabase(value: unknown, type?: LogicalType): unknown;
  /**
   * Values of the driver that `fromDatabase` would give back as they are, so that it need not be called for them.
   *
   * @default none
   */
  readonly passes?: PlainKind;
}

/** Values that can be told by one look at them; an `integer` is a safe one. */
export type PlainKind = "string" | "integer" | "number" | "boolean";

/** Base for converters written as classes, as the seeds do. */
export abstract class BaseTypeConverter implements TypeConverter {
  /** The higher one is asked first. @default {0} */
  readonly priority: number = 0;
  /** Whether this converter is the one for the type, or for the value when there is no type. */
  abstract canHandle(value: unknown, type?: LogicalType): boolean;
  /** To what the driver binds; the value itself unless overridden. */
  toDatabase(value: unknown, _type?: LogicalType): unknown {
    return value;
  }
  /** From what the driver read; the value itself unless overridden. */
  fromDatabase(value: unknown, _type?: LogicalType): unknown {
    return value;
  }
}

/** The two directions of one column, resolved once. Both expect a value that is not NULL. */
export interface Codec {
  /** To what the driver binds. */
  readonly encode: (value: unknown) => unknown;
  /** From what the driver read; null when the driver's value is already right. */
  readonly decode: ((value: unknown) => unknown) | null;
  /** What `decode` gives back as it is; null where it has to be called for every value. */
  readonly passes: PlainKind | null;
}
