import { CancelledError, ConnectionError, UnknownOutcomeError } from "../errors.ts";

/** How often a read whose answer was lost is sent again. */
export const RETRIES = 3;

/** Milliseconds before the first time; they double with each. */
const FIRST_PAUSE = 100;

/** What is said when nothing was sent. */
export function lost(sql: string): ConnectionError {
  return new ConnectionError(
    sql === "COMMIT"
      ? "The connection was lost before COMMIT was sent: the transaction is rolled back"
      : "The connection was lost before the statement was sent",
    { sql },
  );
}

/** What is said when a statement was sent and its answer is missing. */
export function unknownOutcome(what: string, error: ConnectionError): UnknownOutcomeError {
  return new UnknownOutcomeError(
    `The answer to ${what} was lost with the connection: it may or may not have been done`,
    { sql: error.sql, code: error.code, driverError: error.driverError ?? error },
  );
}

/** Waits before another try, counted from 0, unless the signal is aborted meanwhile. */
export async function pause(attempt: number, signal: AbortSignal | undefined, reason: Error): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, FIRST_PAUSE * 2 ** attempt * (0.5 + Math.random()));
  const abort = () => resolve();
  signal?.addEventListener("abort", abort, { once: true });
  await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", abort);
  if (signal?.aborted) throw new CancelledError(`Not tried again after "${reason.message}": its signal is aborted`);
}
