import { TransactionError } from "../errors.ts";

/** Something to do after a transaction. */
export type OutcomeCallback = () => void | Promise<void>;

/** Runs a function outside every transaction. */
export type Outside = <T>(fn: () => T) => T;

/** How much belonged to a transaction at some moment. */
export interface OutcomePosition {
  readonly undo: number;
  readonly afterCommit: number;
  readonly afterRollback: number;
}

/** What has to happen in memory when a transaction ends: undoing the state of objects, calling back. */
export class TransactionOutcome {
  #undo: (() => void)[] = [];
  #afterCommit: OutcomeCallback[] = [];
  #afterRollback: OutcomeCallback[] = [];

  /** Remembers how to bring an object back. */
  onUndo(fn: () => void): void {
    this.#undo.push(fn);
  }

  /** Remembers what to do after COMMIT. */
  afterCommit(fn: OutcomeCallback): void {
    this.#afterCommit.push(fn);
  }

  /** Remembers what to do after ROLLBACK. */
  afterRollback(fn: OutcomeCallback): void {
    this.#afterRollback.push(fn);
  }

  /** What belongs to the transaction now. */
  position(): OutcomePosition {
    return {
      undo: this.#undo.length,
      afterCommit: this.#afterCommit.length,
      afterRollback: this.#afterRollback.length,
    };
  }

  /** Undoes what came after a position, the last first, and calls back what came after it. */
  async undoTo(position: OutcomePosition, outside: Outside): Promise<void> {
    while (this.#undo.length > position.undo) this.#undo.pop()!();
    this.#afterCommit.length = position.afterCommit;
    const callbacks = this.#afterRollback.splice(position.afterRollback);
    if (callbacks.length > 0) await outside(() => runAll(callbacks));
  }

  /** Undoes everything. */
  undo(outside: Outside): Promise<void> {
    return this.undoTo({ undo: 0, afterCommit: 0, afterRollback: 0 }, outside);
  }

  /** Leaves everything to the transaction around this one. */
  handTo(parent: TransactionOutcome): void {
    append(parent.#undo, this.#undo);
    append(parent.#afterCommit, this.#afterCommit);
    append(parent.#afterRollback, this.#afterRollback);
    this.#forget();
  }

  /** The asynchronous context of a transaction may live on for long: it must not keep the records that were written in it. */
  #forget(): void {
    this.#undo = [];
    this.#afterCommit = [];
    this.#afterRollback = [];
  }

  /** Calls back after COMMIT; gives nothing to wait for where there is nobody to call. */
  committed(outside: Outside): Promise<void> | undefined {
    const callbacks = this.#afterCommit;
    this.#forget();
    return callbacks.length === 0 ? undefined : calledBack(callbacks, outside);
  }
}

/** A failure cannot undo the transaction any more, so the error says what has happened. */
async function calledBack(callbacks: readonly OutcomeCallback[], outside: Outside): Promise<void> {
  try {
    await outside(() => runAll(callbacks));
  } catch (cause) {
    const error = new TransactionError("The transaction is committed, but a function given to afterCommit failed");
    error.cause = cause;
    throw error;
  }
}

/** Runs every callback, even after one has failed, then throws the first failure. */
async function runAll(callbacks: readonly OutcomeCallback[]): Promise<void> {
  const errors: unknown[] = [];
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

/** Adds items one by one: there may be more of them than a call takes arguments. */
function append<T>(list: T[], items: readonly T[]): void {
  for (const item of items) list.push(item);
}
