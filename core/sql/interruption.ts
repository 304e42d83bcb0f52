import type { RunOptions } from "../backend/storage_backend.ts";
import type { RunResult } from "../backend/result.ts";
import { CancelledError, TimeoutError, UnknownOutcomeError } from "../errors.ts";
import type { ServerConnection } from "./driver.ts";

/** Milliseconds that a server has to end a statement it was asked to end, before the connection is given up. */
const GRACE = 2_000;

/** The limits of a statement, with the time on the clock from which they count. */
export interface LimitedOptions extends RunOptions {
  /** In milliseconds of `performance.now()`. @default now */
  readonly since?: number;
}

/** A statement under way that may have to be cancelled. */
interface Running {
  readonly connection: ServerConnection;
  readonly sql: string;
  /** Whether it only reads, so that a cancelled one has done nothing. */
  readonly reads: boolean;
}

/**
 * Waits for a statement until its time is over or its signal is aborted; then the server is asked to end it. The connection is
 * either proven to be quiet afterwards or destroyed, so that a cancellation that comes late never hits another statement.
 */
export async function interruptible(
  work: Promise<RunResult>,
  { signal, timeout, since = performance.now() }: LimitedOptions,
  running: Running,
): Promise<RunResult> {
  const { promise: struck, resolve: strike } = Promise.withResolvers<TimeoutError | CancelledError>();
  const { sql } = running;
  const timer = timeout === undefined ? undefined : setTimeout(
    () =>
      strike(new TimeoutError(`Statement was cancelled: it took longer than its timeout of ${timeout} ms`, { sql })),
    Math.max(1, timeout - (performance.now() - since)),
  );
  const abort = () => strike(new CancelledError("Statement was cancelled: its signal was aborted", { sql }));
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const first = await Promise.race([work, struck]);
    return first instanceof Error ? await cancelled(work, first, running) : first;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

async function cancelled(
  work: Promise<RunResult>,
  reason: TimeoutError | CancelledError,
  { connection, sql, reads }: Running,
): Promise<RunResult> {
  const result = await quiet(connection, work);
  if (result === "lost" && !reads) {
    throw new UnknownOutcomeError(
      `${reason.message}, and the server did not say whether it had been done: the connection was closed`,
      { sql },
    );
  }
  // A write that was done before the server heard of its end is done; a query may have been cut short.
  if (result !== "lost" && result !== "refused" && !reads) return result;
  throw reason;
}

/**
 * Has the statement that is running ended by the server and waits until the connection is quiet; gives what the statement gave,
 * or that it was refused or that the connection had to be destroyed.
 */
async function quiet(
  connection: ServerConnection,
  work: Promise<RunResult>,
): Promise<RunResult | "lost" | "refused"> {
  const settled = work.catch(() => "refused" as const);
  // When the server cannot be asked, the statement may still end by itself within the time.
  const asked = connection.cancel().catch(() => {});
  const result = await within(GRACE, Promise.all([settled, asked]).then(([ended]) => ended));
  if (result === "overdue") {
    connection.destroy();
    await settled;
    return "lost";
  }
  if (!connection.isAlive) return "lost";
  // A cancellation that was on its way hits this query instead of the next user's; that the server answers is enough.
  const fence = await within(GRACE, connection.run("SELECT 1", [], "none").catch(() => {}));
  if (fence === "overdue") connection.destroy();
  return result;
}

/** Has whatever runs on a connection ended, or destroys the connection. `settled` resolves when it has ended. */
export async function interrupt(connection: ServerConnection, settled: Promise<unknown>): Promise<void> {
  if (!connection.isAlive) return;
  const asked = connection.cancel().catch(() => {});
  if (await within(GRACE, Promise.all([settled, asked])) === "overdue") connection.destroy();
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | "overdue"> {
  const { promise, resolve } = Promise.withResolvers<"overdue">();
  const timer = setTimeout(() => resolve("overdue"), milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
