import type { MaybePromise } from "../../core/backend/result.ts";
import { LockTimeoutError } from "../../core/errors.ts";
import type { SQLiteConnectionConfig } from "./config.ts";
import { isBusy } from "./errors.ts";

/** Pauses between tries while another process holds the lock, in milliseconds; the last one repeats. */
const PAUSES = [1, 2, 5, 10, 20, 50];

/**
 * Runs something that may need the lock of the file. While another process holds it, it is tried again, for as long as
 * `busyTimeout` allows and without blocking other work, as SQLite's own waiting would.
 *
 * @throws {LockTimeoutError} that names `busyTimeout`
 */
export function whenNotBusy<T>(
  attempt: () => MaybePromise<T>,
  config: SQLiteConnectionConfig,
  sql = "",
): MaybePromise<T> {
  const failed = (error: unknown): Promise<T> => {
    if (!mayWait(error, config)) throw error;
    return waitAndTry(attempt, config, sql);
  };
  try {
    const result = attempt();
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (error) {
    return failed(error);
  }
}

/** Whether an error says that another process has the lock, and waiting for it is wanted. */
export function mayWait(error: unknown, { busyTimeout }: SQLiteConnectionConfig): boolean {
  return busyTimeout > 0 && isBusy(error);
}

/** Tries again until the lock is free, after a first try has failed. */
export async function waitAndTry<T>(
  attempt: () => MaybePromise<T>,
  { database, busyTimeout }: SQLiteConnectionConfig,
  sql: string,
): Promise<T> {
  const deadline = performance.now() + busyTimeout;
  for (let tries = 0;; tries++) {
    const pause = PAUSES[Math.min(tries, PAUSES.length - 1)]!;
    await new Promise((resolve) => setTimeout(resolve, pause));
    try {
      return await attempt();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() < deadline) continue;
      throw new LockTimeoutError(
        `Cannot lock "${database}": another connection held the lock for all of busyTimeout (${busyTimeout} ms)`,
        { sql, code: 5, driverError: error, retryable: true },
      );
    }
  }
}
