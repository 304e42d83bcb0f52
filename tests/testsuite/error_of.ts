import assert from "node:assert/strict";

type ErrorClass<E> = new (...args: never[]) => E;

/** The error that a function throws or rejects with, which must be of a class; fails when there is none. */
export async function errorOf<E extends Error>(type: ErrorClass<E>, fn: () => unknown): Promise<E> {
  let error: unknown;
  try {
    await fn();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error !== undefined, `Expected ${type.name}, but nothing was thrown`);
  assert.ok(error instanceof type, `Expected ${type.name}, but got ${error instanceof Error ? error.stack : error}`);
  return error;
}
