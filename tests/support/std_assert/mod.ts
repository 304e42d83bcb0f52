/**
 * Stand-ins for the assertions of `jsr:@std/assert` that this project uses, with the same names,
 * types and meaning, so that the tests also run where only the npm registry can be reached.
 *
 * @module
 */

import { deepStrictEqual } from "node:assert/strict";
import { equal, isAtomic } from "./equal.ts";
import { AssertionError, type Class, kindOf, refuse, show } from "./failure.ts";

export { AssertionError, type Class } from "./failure.ts";
export { assertRejects, assertThrows } from "./throws.ts";

/** Fails unless the value is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Fails unless the value is falsy. */
export function assertFalse(
  expr: unknown,
  msg?: string,
): asserts expr is false | 0 | 0n | "" | null | undefined {
  if (expr) refuse(`Expected a falsy value, got ${show(expr)}`, msg);
}

/** Fails unless both values are deeply equal; the message shows the difference. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (!equal(actual, expected)) refuse(difference(actual, expected), msg);
}

/** Fails when both values are deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) {
    refuse(`Expected a value different from ${show(expected)}`, msg);
  }
}

/** Fails unless both values are the same one. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  refuse(
    equal(actual, expected)
      ? `Values are equal but not the same reference: ${show(actual)}`
      : difference(actual, expected),
    msg,
  );
}

/** Fails when the value is null or undefined. */
export function assertExists<T>(
  actual: T,
  msg?: string,
): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) {
    refuse(`Expected a value, got ${show(actual)}`, msg);
  }
}

/** Fails unless the value is an instance of the class. */
export function assertInstanceOf<T>(
  actual: unknown,
  expectedType: Class<T>,
  msg?: string,
): asserts actual is T {
  if (!(actual instanceof expectedType)) {
    refuse(
      `Expected an instance of "${expectedType.name}", got ${kindOf(actual)}`,
      msg,
    );
  }
}

/** Fails unless the text matches the pattern. */
export function assertMatch(
  actual: string,
  expected: RegExp,
  msg?: string,
): void {
  // A fresh copy, as the position of a global pattern would carry over to the next call.
  if (!new RegExp(expected).test(actual)) {
    refuse(`Expected ${show(actual)} to match ${expected}`, msg);
  }
}

/** Fails unless the text contains the other one. */
export function assertStringIncludes(
  actual: string,
  expected: string,
  msg?: string,
): void {
  if (!actual.includes(expected)) {
    refuse(`Expected ${show(actual)} to contain ${show(expected)}`, msg);
  }
}

/** Fails unless each expected item deeply equals some actual one. */
export function assertArrayIncludes<T>(
  actual: ArrayLike<T>,
  expected: ArrayLike<T>,
  msg?: string,
): void {
  const items = Array.from(actual);
  const missing = Array.from(expected).filter((item) => !items.some((other) => equal(other, item)));
  if (missing.length > 0) {
    refuse(`Expected ${show(items)} to include ${show(missing)}`, msg);
  }
}

/** Fails unless everything in the expected object is found, at any depth, in the actual one. */
export function assertObjectMatch(
  // A class instance has no index signature, so `object` takes what std's `Record<PropertyKey, any>` does.
  actual: object,
  expected: Record<PropertyKey, unknown>,
  msg?: string,
): void {
  if (!contains(actual, expected)) {
    refuse(`Expected ${show(actual)} to contain ${show(expected)}`, msg);
  }
}

/** Fails unless actual > expected. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) {
    refuse(`Expected ${show(actual)} > ${show(expected)}`, msg);
  }
}

/** Fails unless actual >= expected. */
export function assertGreaterOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (!(actual >= expected)) {
    refuse(`Expected ${show(actual)} >= ${show(expected)}`, msg);
  }
}

/** Fails unless actual < expected. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) {
    refuse(`Expected ${show(actual)} < ${show(expected)}`, msg);
  }
}

/** Fails unless actual <= expected. */
export function assertLessOrEqual<T>(
  actual: T,
  expected: T,
  msg?: string,
): void {
  if (!(actual <= expected)) {
    refuse(`Expected ${show(actual)} <= ${show(expected)}`, msg);
  }
}

/** Fails. */
export function fail(msg?: string): never {
  refuse("Failed assertion", msg);
}

/** Fails where the flow must not arrive. */
export function unreachable(msg?: string): never {
  refuse("Unreachable", msg);
}

function contains(actual: unknown, expected: unknown): boolean {
  if (typeof expected !== "object" || expected === null || isAtomic(expected)) {
    return equal(actual, expected);
  }
  if (typeof actual !== "object" || actual === null) return false;
  return Reflect.ownKeys(expected).every((key) =>
    Object.hasOwn(actual, key) &&
    contains(Reflect.get(actual, key), Reflect.get(expected, key))
  );
}

function difference(actual: unknown, expected: unknown): string {
  try {
    deepStrictEqual(actual, expected);
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return `Values are not equal: ${show(actual)} and ${show(expected)}`;
}
