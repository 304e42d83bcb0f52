import type { MaybePromise } from "../../core/backend/result.ts";
import { TimeoutError } from "../../core/errors.ts";

interface Waiter {
  readonly grant: () => void;
  readonly refuse: (error: Error) => void;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Gives the one writer connection to one user after the other, in the order in which they asked. */
export class WriterQueue {
  readonly #timeout: number;
  readonly #waiting: Waiter[] = [];
  #heldSince: number | null = null;
  #holder: "a statement" | "a transaction" = "a statement";

  /** `timeout` is the longest wait in milliseconds. */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** Whether nobody has the writer. */
  get isFree(): boolean {
    return this.#heldSince === null;
  }

  /** Takes the writer, at once when it is free. */
  acquire(holder: "a statement" | "a transaction"): MaybePromise<void> {
    if (this.#heldSince === null) return this.#hold(holder);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = {
      grant: () => {
        clearTimeout(waiter.timer);
        this.#hold(holder);
        resolve();
      },
      refuse: reject,
      timer: undefined,
    };
    waiter.timer = setTimeout(() => this.#expire(waiter), this.#timeout);
    this.#waiting.push(waiter);
    return promise;
  }

  #hold(holder: "a statement" | "a transaction"): void {
    this.#holder = holder;
    // A statement ends before anybody can ask how long it took, so only a transaction pays for the clock.
    this.#heldSince = holder === "a transaction" ? performance.now() : 0;
  }

  #expire(waiter: Waiter): void {
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
    const held = Math.round(performance.now() - (this.#heldSince ?? 0));
    const since = this.#holder === "a transaction" ? ` for ${held} ms` : "";
    waiter.refuse(
      new TimeoutError(
        `Cannot write: the writer connection was not free within acquireTimeout (${this.#timeout} ms); ${this.#holder} has had it${since}, ` +
          `${this.#waiting.length} more are waiting (is a commit or an await missing?)`,
      ),
    );
  }

  /** Gives the writer to the next in line. */
  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#heldSince = null;
    else next.grant();
  }
}
