import { isDeepStrictEqual } from "node:util";

const temporalTypes = new Set<unknown>([
  Temporal.Duration,
  Temporal.Instant,
  Temporal.PlainDate,
  Temporal.PlainDateTime,
  Temporal.PlainMonthDay,
  Temporal.PlainTime,
  Temporal.PlainYearMonth,
  Temporal.ZonedDateTime,
]);

/**
 * Deep equality as `@std/assert` defines it. It differs from Node's in two points that rows of a
 * database meet: an object without a prototype equals a plain one, and 0 equals -0.
 */
export function equal(actual: unknown, expected: unknown): boolean {
  return compare(actual, expected, new Map());
}

/** Whether a value is compared as a whole, because its content is not in its own keys. */
export function isAtomic(value: object): boolean {
  return value instanceof Date || value instanceof RegExp ||
    value instanceof URL ||
    value instanceof Map || value instanceof Set || value instanceof Error ||
    ArrayBuffer.isView(value) || value instanceof ArrayBuffer ||
    temporalTypes.has(typeOf(value));
}

function compare(a: unknown, b: unknown, seen: Map<object, object>): boolean {
  if (a === b || Object.is(a, b)) return true;
  if (
    typeof a !== "object" || typeof b !== "object" || a === null || b === null
  ) return false;
  if (typeOf(a) !== typeOf(b)) return false;
  if (seen.get(a) === b) return true;
  seen.set(a, b);
  if (a instanceof Map && b instanceof Map) {
    return compareEntries([...a], [...b], seen);
  }
  if (a instanceof Set && b instanceof Set) {
    return compareEntries([...a], [...b], seen);
  }
  if (a instanceof URL || a instanceof RegExp || temporalTypes.has(typeOf(a))) {
    return String(a) === String(b);
  }
  if (isAtomic(a)) return isDeepStrictEqual(a, b);
  return compareKeys(a, b, seen);
}

function typeOf(value: object): unknown {
  return value.constructor ?? Object;
}

function compareEntries(
  a: readonly unknown[],
  b: readonly unknown[],
  seen: Map<object, object>,
): boolean {
  if (a.length !== b.length) return false;
  const rest = [...b];
  return a.every((entry) => {
    const at = rest.findIndex((other) => compare(entry, other, new Map(seen)));
    if (at >= 0) rest.splice(at, 1);
    return at >= 0;
  });
}

function compareKeys(a: object, b: object, seen: Map<object, object>): boolean {
  const keys = enumerableKeys(a);
  if (keys.length !== enumerableKeys(b).length) return false;
  return keys.every((key) =>
    Object.hasOwn(b, key) &&
    compare(Reflect.get(a, key), Reflect.get(b, key), seen)
  );
}

function enumerableKeys(value: object): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) => Object.prototype.propertyIsEnumerable.call(value, key));
}
