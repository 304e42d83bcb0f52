/** Operations that a transaction waits for at its end, whether their callers do or not. */
export class PendingOperations {
  readonly #running = new Set<Promise<unknown>>();

  /** Starts an operation and counts it until it ends. Whoever called it still gets its error. */
  track<T>(operation: () => Promise<T>): Promise<T> {
    const promise: Promise<T> = operation().then((value) => {
      this.#running.delete(promise);
      return value;
    }, (error) => {
      this.#running.delete(promise);
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
