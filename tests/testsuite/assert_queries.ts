import { AssertionError } from "node:assert/strict";
import type { StorageBackend } from "../../mod.ts";

/**
 * Runs a function and fails unless it sends exactly so many statements. BEGIN, COMMIT and savepoints do not count.
 *
 * @example
 * ```ts ignore
 * const users = await assertQueries(backend, 2, () => User.with("posts").all());
 * ```
 *
 * @throws {AssertionError} with the SQL text of every statement that was sent
 */
export async function assertQueries<T>(
  backend: Pick<StorageBackend, "on">,
  count: number,
  fn: () => T | PromiseLike<T>,
): Promise<T> {
  const sent: string[] = [];
  const off = backend.on("query", ({ kind, sql }) => {
    if (kind === "statement") sent.push(sql);
  });
  let result: T;
  try {
    result = await fn();
  } finally {
    off();
  }
  if (sent.length !== count) {
    const list = sent.map((sql, i) => `\n  ${i + 1}. ${sql}`).join("");
    throw new AssertionError({
      message: `Expected ${count} statements, but ${sent.length} were sent:${list}`,
      actual: sent.length,
      expected: count,
      operator: "assertQueries",
      stackStartFn: assertQueries,
    });
  }
  return result;
}
