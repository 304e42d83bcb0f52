import { QueryError, TypeConversionError } from "../../core/errors.ts";
import { describeValueType } from "../../core/types/type_registry.ts";

/** What a driver of SQLite binds. */
export type SQLiteValue = string | number | bigint | Uint8Array | null;

/**
 * Turns encoded parameters into what a driver binds, and refuses a wrong number of them: a missing one would be NULL.
 *
 * @throws {QueryError} when there are more or fewer than the statement takes
 * @throws {TypeConversionError} for what SQLite would store differently
 */
export function bindParameters(params: readonly unknown[], expected: number, sql: string): SQLiteValue[] {
  if (params.length !== expected) {
    throw new QueryError(`Cannot run a statement of ${expected} parameters: ${params.length} were given`, { sql });
  }
  const values: SQLiteValue[] = new Array(expected);
  for (let i = 0; i < expected; i++) values[i] = bindParameter(params[i]);
  return values;
}

/** Turns one encoded parameter into what a driver binds. */
function bindParameter(value: unknown): SQLiteValue {
  switch (typeof value) {
    case "string":
      if (value.includes("\0")) {
        throw new TypeConversionError(
          "Cannot bind a string: it holds a NUL character, at which SQLite's readers cut it",
        );
      }
      return value;
    case "number":
      return bindNumber(value);
    case "boolean":
      return value ? 1n : 0n;
    case "bigint":
      if (BigInt.asIntN(64, value) !== value) {
        throw new TypeConversionError("Cannot bind a bigint: it is outside of -2^63 to 2^63-1");
      }
      return value;
  }
  if (value === null || value instanceof Uint8Array) return value;
  throw new TypeConversionError(
    `Cannot bind a value of type ${describeValueType(value)}: it is not encoded for SQLite`,
  );
}

/** A number is bound as REAL, even 5, so an integer goes as a bigint. The sign of -0 is only kept by REAL. */
function bindNumber(value: number): number | bigint {
  if (Number.isSafeInteger(value)) return value === 0 && Object.is(value, -0) ? value : BigInt(value);
  if (!Number.isFinite(value)) throw new TypeConversionError("Cannot bind a number: it is NaN or infinite");
  return value;
}
