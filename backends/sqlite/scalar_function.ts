/** A function that SQLite calls with the driver's values. */
export type ScalarFunction = (...args: unknown[]) => string | number | bigint | null;

/** A function that gives NULL when one of its arguments is NULL. */
export function strict(fn: ScalarFunction): ScalarFunction {
  return (...args) => args.includes(null) ? null : fn(...args);
}
