import type { MaybePromise } from "./result.ts";

/** Operations that a transaction waits for at its end, whether their callers do or not. */
export class PendingOperations {
  readonly #running = new Set<Promise<unknown>>();

  /** Whether there is nothing to wait for. */
  get areNone(): boolean {
    return this.#running.size === 0;
  }

  /** Starts an operation and counts it until it ends. Whoever called it still gets its error. */
  track<T>(operation: () => MaybePromise<T>): MaybePromise<T> {
    const running = started(operation);
    if (!(running instanceof Promise)) return running;
    const promise: Promise<T> = running.then((value) => {
      this.#running.delete(promise);
      return value;
    }, (error) => {
      // An end that was begun before the caller could have handled the failure still sees it.
      queueMicrotask(() => this.#running.delete(promise));
      throw error;
    });
    this.#running.add(promise);
    return promise;
  }

  /** Waits until none is running, and gives what those that ran meanwhile rejected with. */
  async drain(): Promise<unknown[]> {
    const errors: unknown[] = [];
    while (this.#running.size > 0) {
      for (const result of await Promise.allSettled(this.#running)) {
        if (result.status === "rejected") errors.push(result.reason);
      }
    }
    return errors;
  }
}

/** A failure at once is tracked like a later one. */
function started<T>(operation: () => MaybePromise<T>): MaybePromise<T> {
  try {
    return operation();
  } catch (error) {
    return Promise.reject(error);
  }
}
