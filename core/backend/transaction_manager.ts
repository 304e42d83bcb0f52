import { AsyncContext, loadAsyncContext } from "./async_context.ts";
import { CancelledError, DatabaseError, TransactionError } from "../errors.ts";
import { after, type MaybePromise } from "./result.ts";
import { watchLimit } from "./time_limit.ts";
import { Transaction, type TransactionHost } from "./transaction.ts";
import {
  type CheckedTransactionOptions,
  checkTransactionOptions,
  type TransactionOptions,
} from "./transaction_options.ts";
import type { TransactionPort } from "./transaction_port.ts";

/** Longest pause before the first retry, in milliseconds; it doubles with each. */
const RETRY_PAUSE = 10;

/** Longest pause before any retry, in milliseconds. */
const LONGEST_PAUSE = 1_000;

/** The transactions of one backend: which one is ambient, how they nest, when they are tried again. */
export class TransactionManager implements TransactionHost {
  /** The backend's side. */
  readonly port: TransactionPort;
  readonly #ambient = new AsyncContext<Transaction | undefined>();
  #savepoints = 0;

  /** One manager per backend. */
  constructor(port: TransactionPort) {
    this.port = port;
  }

  /** The transaction of the calling code, closed or not. */
  ambient(): Transaction | undefined {
    return this.#ambient.getStore();
  }

  /** The open transaction that a statement of the calling code belongs to; refuses late and interleaved calls. */
  current(): Transaction | undefined {
    const transaction = this.#ambient.getStore();
    if (transaction !== undefined) transaction.assertUsable();
    return transaction;
  }

  /** Whether the calling code is inside an open transaction. */
  get inTransaction(): boolean {
    return this.#ambient.getStore()?.isOpen ?? false;
  }

  /** Counts an operation as part of the ambient transaction, if there is one. */
  track<T>(operation: () => Promise<T>): Promise<T>;
  /** The same for one that may be done at once. */
  track<T>(operation: () => MaybePromise<T>): MaybePromise<T>;
  track<T>(operation: () => MaybePromise<T>): MaybePromise<T> {
    const transaction = this.#ambient.getStore();
    return transaction === undefined || !transaction.isOpen ? operation() : transaction.track(operation);
  }

  /** Runs a function with the given transaction as the ambient one. */
  enter<T>(transaction: Transaction, fn: () => T): T {
    return this.#ambient.run(transaction, fn);
  }

  /** Makes a transaction ambient for the rest of the calling scope. */
  enterScope(transaction: Transaction | undefined): void {
    this.#ambient.enterWith(transaction);
  }

  /** Runs a function outside every transaction. */
  outside<T>(fn: () => T): T {
    return this.#ambient.run(undefined, fn);
  }

  /** A savepoint name that was not used before: `sp_1`, `sp_2`, … */
  nextSavepoint(): string {
    return `sp_${++this.#savepoints}`;
  }

  /** Starts a transaction, or a savepoint inside the ambient one. Use it with `await using`. */
  async begin(options?: TransactionOptions): Promise<Transaction> {
    const checked = checkTransactionOptions(options);
    if (checked.retries > 0) {
      throw new TransactionError("begin() cannot retry: use transaction(fn, { retries })");
    }
    const transaction = await this.#open(checked, false);
    transaction.limit(checked);
    return transaction;
  }

  /**
   * Starts a transaction that is ambient for the code that follows, until `commit()` or `rollback()`. For scripts: the caller
   * of the calling function sees it too, so concurrent code must use `transaction(fn)` or `await using`.
   */
  beginAmbient(options?: TransactionOptions): Promise<Transaction> {
    const checked = checkTransactionOptions(options);
    const parent = this.#ambient.getStore();
    parent?.assertUsable();
    const savepoint = parent === undefined ? null : this.nextSavepoint();
    const transaction = new Transaction(this, parent ?? null, parent?.connection, {
      savepoint,
      internal: false,
      keepLoaded: false,
    });
    const opening = parent === undefined ? (async () => await this.port.begin(checked))() : (async () => {
      await parent.enqueue(() => this.port.savepoint(parent.connection, savepoint!));
      return parent.connection;
    })();
    this.#ambient.enterWith(transaction);
    return transaction.opening(opening).then(() => {
      transaction.limit(checked);
      return transaction;
    }, (error) => {
      transaction.discard();
      throw error;
    });
  }

  /** Ends the ambient transaction. */
  end(commit: boolean): Promise<void> {
    const transaction = this.#ambient.getStore();
    if (transaction === undefined || !transaction.isOpen) {
      return Promise.reject(
        new TransactionError(
          `Cannot ${commit ? "commit" : "roll back"}: no transaction is open`,
        ),
      );
    }
    this.#ambient.enterWith(transaction.parent ?? undefined);
    return transaction.close(commit);
  }

  /** Runs a function in a transaction: commits when it returns, rolls back and rethrows when it throws. */
  transaction<T>(fn: (tx: Transaction) => T | Promise<T>, options?: TransactionOptions): Promise<T> {
    let checked: CheckedTransactionOptions;
    try {
      checked = checkTransactionOptions(options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.track(() => checked.retries === 0 ? this.#attempt(fn, checked, false) : this.#retry(fn, checked));
  }

  /** A transaction that the library needs for one operation: joins the ambient one by a savepoint that waits its turn. */
  internal<T>(fn: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.track(() => this.#attempt(fn, checkTransactionOptions(undefined), true));
  }

  async #retry<T>(fn: (tx: Transaction) => T | Promise<T>, options: CheckedTransactionOptions): Promise<T> {
    const nested = this.inTransaction;
    if (nested && options.retries > 0) {
      throw new TransactionError("Only the outermost transaction can be retried: give `retries` to the one around it");
    }
    for (let attempt = 0;; attempt++) {
      const state = { savedForeign: false };
      try {
        return await this.#attempt(fn, options, false, state);
      } catch (error) {
        if (
          attempt >= options.retries || !(error instanceof DatabaseError) ||
          !error.retryable
        ) throw error;
        if (state.savedForeign) {
          error.message += "; not retried: the transaction saved a record that was loaded before it began";
          throw error;
        }
        await pause(Math.random() * Math.min(RETRY_PAUSE * 2 ** attempt, LONGEST_PAUSE), options.signal);
      }
    }
  }

  async #attempt<T>(
    fn: (tx: Transaction) => T | Promise<T>,
    options: CheckedTransactionOptions,
    internal: boolean,
    state?: { savedForeign: boolean },
  ): Promise<T> {
    const opened = this.#open(options, internal);
    const transaction = opened instanceof Promise ? await opened : opened;
    let result: T;
    try {
      const limit = transaction.limit(options);
      const work = this.#ambient.run(transaction, fn, transaction);
      result = await (limit === null ? work : Promise.race([work, limit]));
      transaction.assertNotOverrun();
    } catch (error) {
      if (state !== undefined) state.savedForeign = transaction.savedForeign;
      if (transaction.isOpen) await this.#rollback(transaction, error);
      else await transaction.whenEnded();
      // The statement that was cut short has an error of its own, which is not the reason.
      transaction.assertNotOverrun();
      throw error;
    }
    // A callback that ended the transaction itself is done.
    if (!transaction.isOpen) return result;
    try {
      await transaction.close(true);
    } catch (error) {
      if (state !== undefined) state.savedForeign = transaction.savedForeign;
      if (transaction.isOpen) await this.#rollback(transaction, error);
      throw error;
    }
    return result;
  }

  /** Rolls back after a failure. A failure of the rollback itself must not hide the first one, so it joins it. */
  async #rollback(transaction: Transaction, reason: unknown): Promise<void> {
    try {
      await transaction.close(false);
    } catch (error) {
      throw new AggregateError([reason, error], "A transaction failed, and so did what had to follow its rollback");
    }
  }

  /** Takes a connection and begins. */
  #begin(options: CheckedTransactionOptions): MaybePromise<unknown> {
    const opening = this.port.begin(options);
    return opening instanceof Promise ? this.#limited(opening, options) : opening;
  }

  /** The time limit and the signal also end the wait for a connection. */
  async #limited(opening: Promise<unknown>, options: CheckedTransactionOptions): Promise<unknown> {
    let isLate = false;
    const limit = watchLimit(options, () => {
      isLate = true;
      return Promise.resolve();
    });
    if (limit === null) return await opening;
    // A connection that comes after the limit is given back; when even that fails the port has destroyed it.
    opening.then((connection) => isLate ? this.port.rollback(connection) : undefined).catch(() => {});
    try {
      return await Promise.race([opening, limit.struck]);
    } finally {
      limit.stop();
    }
  }

  #open(options: CheckedTransactionOptions, internal: boolean): MaybePromise<Transaction> {
    if (options.signal?.aborted) throw new CancelledError("Transaction was not started: its signal is aborted");
    const parent = this.#ambient.getStore();
    return parent === undefined ? this.#openOutermost(options) : this.#openNested(parent, options, internal);
  }

  #openOutermost(options: CheckedTransactionOptions): MaybePromise<Transaction> {
    const loading = loadAsyncContext();
    if (loading !== undefined) return loading.then(() => this.#openOutermost(options));
    return after(this.#begin(options), (connection) =>
      new Transaction(this, null, connection, {
        savepoint: null,
        internal: false,
        keepLoaded: options.retries > 0,
      }));
  }

  async #openNested(
    parent: Transaction,
    options: CheckedTransactionOptions,
    internal: boolean,
  ): Promise<Transaction> {
    // What the library nests for itself takes turns; what the user nests in parallel is refused.
    for (parent.assertUsable(); parent.hasInternalChild; parent.assertUsable()) await parent.whenChildEnds();
    if (options.isolation !== undefined) {
      throw new TransactionError(
        "A nested transaction has the isolation of the one around it: give `isolation` to the outermost",
      );
    }
    const savepoint = this.nextSavepoint();
    // The child registers itself with its parent before the first await, so that a second one is refused or waits.
    const child = new Transaction(this, parent, parent.connection, {
      savepoint,
      internal,
      keepLoaded: false,
    });
    try {
      await parent.enqueue(() => this.port.savepoint(parent.connection, savepoint));
    } catch (error) {
      child.discard();
      throw error;
    }
    return child;
  }
}

/** Waits, unless the signal is aborted first. */
async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener("abort", () => resolve(), { once: true });
  await promise;
  clearTimeout(timer);
  if (signal?.aborted) throw new CancelledError("Transaction was not tried again: its signal is aborted");
}
