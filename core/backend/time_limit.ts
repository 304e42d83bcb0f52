import { CancelledError, TimeoutError } from "../errors.ts";
import type { CheckedTransactionOptions } from "./transaction_options.ts";

/** What ends a transaction from outside. */
export type Interruption = TimeoutError | CancelledError;

/** A time limit or a signal that is being watched. */
export interface TimeLimit {
  /** Rejects when the limit has struck and the work is undone. */
  readonly struck: Promise<never>;
  /** Stops watching. */
  readonly stop: () => void;
}

/** Watches the time limit and the signal of a transaction; null when it has neither. */
export function watchLimit(
  { timeout, signal }: CheckedTransactionOptions,
  abort: (error: Interruption) => Promise<void>,
): TimeLimit | null {
  if (timeout === undefined && signal === undefined) return null;
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {}); // raced by the caller; a transaction of begin() has nobody to race it
  const strike = (error: Interruption) => void abort(error).then(() => reject(error), reject);
  const expire = () =>
    strike(new TimeoutError(`Transaction was rolled back: it took longer than its timeout of ${timeout} ms`));
  const cancel = () => strike(new CancelledError("Transaction was rolled back: its signal was aborted"));
  const timer = timeout === undefined ? undefined : setTimeout(expire, timeout);
  signal?.addEventListener("abort", cancel, { once: true });
  if (signal?.aborted) cancel();
  const stop = () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", cancel);
  };
  return { struck: promise, stop };
}
