import { CancelledError } from "../errors.ts";

/** Somebody who waits. */
export interface Waiter<T, Use> {
  /** What it is for. */
  readonly use: Use;
  /** Gives what was waited for. */
  readonly grant: (value: T) => void;
  /** Ends the wait. */
  readonly refuse: (error: unknown) => void;
}

/** What a line has to be told. */
export interface WaitingLineOptions {
  /** Longest wait, in milliseconds. */
  readonly timeout: number;
  /** Makes the error of a wait that took longer. */
  readonly late: () => Error;
  /** Called when somebody was refused. */
  readonly onRefused: () => void;
}

/**
 * Those who wait for something, in the order in which they came. One timer serves all of them, since who came first has waited longest:
 * under load a timer for each would cost more than what is waited for.
 */
export class WaitingLine<T, Use> {
  readonly #options: WaitingLineOptions;
  readonly #waiters = new Map<Waiter<T, Use>, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Nobody waits yet. */
  constructor(options: WaitingLineOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }

  /** Who has waited longest. */
  first(): Waiter<T, Use> | undefined {
    for (const waiter of this.#waiters.keys()) return waiter;
    return undefined;
  }

  /** Waits behind the others; the signal ends the wait with `CancelledError`. */
  join(use: Use, signal?: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const leave = () => {
      signal?.removeEventListener("abort", abort);
      this.#waiters.delete(waiter);
      if (this.#waiters.size === 0) this.#stop();
    };
    const waiter: Waiter<T, Use> = {
      use,
      grant: (value) => {
        leave();
        resolve(value);
      },
      refuse: (error) => {
        leave();
        reject(error);
        this.#options.onRefused();
      },
    };
    const abort = () => waiter.refuse(cancelledWait());
    signal?.addEventListener("abort", abort, { once: true });
    const { timeout } = this.#options;
    this.#waiters.set(waiter, performance.now() + timeout);
    this.#timer ??= setTimeout(() => this.#refuseLate(), timeout);
    return promise;
  }

  /** Ends all waits. */
  refuseAll(error: () => Error): void {
    for (const waiter of [...this.#waiters.keys()]) waiter.refuse(error());
  }

  #refuseLate(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (const [waiter, deadline] of this.#waiters) {
      // A timer may be a moment early.
      if (deadline > now + 1) {
        this.#timer = setTimeout(() => this.#refuseLate(), deadline - now);
        return;
      }
      // It does not count among those who still wait.
      this.#waiters.delete(waiter);
      waiter.refuse(this.#options.late());
    }
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The error of a wait whose signal is aborted. */
export function cancelledWait(): CancelledError {
  return new CancelledError("The wait for a connection was ended: its signal was aborted");
}
