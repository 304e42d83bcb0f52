import { CancelledError, TimeoutError, TransactionError } from "../errors.ts";
import type { MaybePromise } from "./result.ts";
import type { CheckedTransactionOptions } from "./transaction_options.ts";
import type { TransactionPort } from "./transaction_port.ts";

/** What a transaction needs of the manager that made it. */
export interface TransactionHost {
  /** The backend's side. */
  readonly port: TransactionPort;
  /** The transaction of the calling code. */
  ambient(): Transaction | undefined;
  /** Runs a function with a transaction as the ambient one. */
  enter<T>(transaction: Transaction, fn: () => T): T;
  /** Makes a transaction ambient for the rest of the calling scope. */
  enterScope(transaction: Transaction | undefined): void;
  /** Runs a function outside every transaction. */
  outside<T>(fn: () => T): T;
  /** A savepoint name that was not used before. */
  nextSavepoint(): string;
  /** Runs a function in a transaction nested in the ambient one. */
  transaction<T>(fn: (tx: Transaction) => T | Promise<T>): Promise<T>;
}

type Callback = () => void | Promise<void>;
type State = "open" | "draining" | "closed";

/** A named mark inside a transaction, with what belonged to the transaction when it was set. */
interface Mark {
  readonly name: string;
  readonly undo: number;
  readonly afterCommit: number;
  readonly afterRollback: number;
}

/**
 * A transaction, or a savepoint when it is nested in another.
 *
 * It is *ambient*: inside `transaction(fn)`, and in the scope of an `await using` of `begin()`, every call of every model on
 * the same backend belongs to it.
 */
export class Transaction {
  /** How deep it is nested; 1 for the outermost. */
  readonly level: number;
  /** The transaction around this one. */
  readonly parent: Transaction | null;
  /** The driver's connection, known to the backend. */
  connection: unknown;
  /** Time at which it began, in milliseconds of `performance.now()`. */
  readonly startedAt: number = performance.now();
  /** Records loaded inside, kept only when the transaction may be retried. */
  readonly loaded: WeakSet<object> | null;
  /** Whether the outermost one saved a record that was loaded outside, so that a retry would apply its changes twice. */
  savedForeign = false;

  readonly #manager: TransactionHost;
  readonly #savepoint: string | null;
  readonly #internal: boolean;
  #state: State = "open";
  #ended: TransactionError | TimeoutError | CancelledError | null = null;
  #child: Transaction | null = null;
  #childEnd: PromiseWithResolvers<void> | null = null;
  #queue: Promise<unknown> | null = null;
  #marks: Mark[] = [];
  #undo: (() => void)[] = [];
  #afterCommit: Callback[] = [];
  #afterRollback: Callback[] = [];
  readonly #pending = new Set<Promise<unknown>>();
  #entered = false;
  #previous: Transaction | undefined;
  #end: (() => void) | null = null;
  #finishing: Promise<void> | null = null;

  /** Made by the transaction manager only. */
  constructor(
    manager: TransactionHost,
    parent: Transaction | null,
    connection: unknown,
    { savepoint, internal, keepLoaded }: {
      savepoint: string | null;
      internal: boolean;
      keepLoaded: boolean;
    },
  ) {
    this.#manager = manager;
    this.parent = parent;
    this.connection = connection;
    this.level = parent === null ? 1 : parent.level + 1;
    this.#savepoint = savepoint;
    this.#internal = internal;
    this.loaded = parent === null ? (keepLoaded ? new WeakSet() : null) : parent.loaded;
    if (parent !== null) parent.#child = this;
  }

  /** Whether statements are still accepted. */
  get isOpen(): boolean {
    return this.#state !== "closed";
  }

  /** The outermost transaction. */
  get root(): Transaction {
    return this.parent === null ? this : this.parent.root;
  }

  /** Runs a function after the outermost transaction is committed, once, outside of it. */
  afterCommit(fn: Callback): void {
    this.assertOpen();
    this.#afterCommit.push(fn);
  }

  /** Runs a function after this transaction, or one around it, is rolled back, once, outside of it. */
  afterRollback(fn: Callback): void {
    this.assertOpen();
    this.#afterRollback.push(fn);
  }

  /** Remembers how to bring an object in memory back if this transaction is rolled back. */
  onUndo(fn: () => void): void {
    this.#undo.push(fn);
  }

  /**
   * Sets a savepoint and gives its name, or runs a function inside one: when it throws, only its work is undone.
   *
   * @throws {TransactionError} when the transaction is closed or the name is taken
   */
  savepoint(name?: string): Promise<string>;
  savepoint<T>(fn: (tx: Transaction) => T | Promise<T>): Promise<T>;
  async savepoint<T>(nameOrFn?: string | ((tx: Transaction) => T | Promise<T>)): Promise<string | T> {
    if (typeof nameOrFn === "function") return await this.run(() => this.#manager.transaction(nameOrFn));
    this.assertUsable();
    const name = nameOrFn ?? this.#manager.nextSavepoint();
    if (typeof name !== "string" || name === "" || name.includes("\0")) {
      throw new TransactionError("Invalid savepoint name: expected a text that is not empty");
    }
    if (this.#marks.some((mark) => mark.name === name)) {
      throw new TransactionError(
        `Savepoint "${name}" exists already in this transaction`,
      );
    }
    await this.statement(() => this.#manager.port.savepoint(this.connection, name));
    this.#marks.push({
      name,
      undo: this.#undo.length,
      afterCommit: this.#afterCommit.length,
      afterRollback: this.#afterRollback.length,
    });
    return name;
  }

  /** Undoes everything since the savepoint, keeps the savepoint itself and drops the ones set after it. */
  async rollbackTo(name: string): Promise<void> {
    this.assertUsable();
    const index = this.#markIndex(name);
    await this.statement(() => this.#manager.port.rollbackTo(this.connection, name));
    const mark = this.#marks[index]!;
    this.#marks.length = index + 1;
    this.#undoDownTo(mark.undo);
    this.#afterCommit.length = mark.afterCommit;
    const callbacks = this.#afterRollback.splice(mark.afterRollback);
    await this.#manager.outside(() => runAll(callbacks));
  }

  /** Forgets a savepoint and the ones set after it; their work stays. */
  async releaseSavepoint(name: string): Promise<void> {
    this.assertUsable();
    const index = this.#markIndex(name);
    await this.statement(() => this.#manager.port.release(this.connection, name));
    this.#marks.length = index;
  }

  #markIndex(name: string): number {
    const index = this.#marks.findIndex((mark) => mark.name === name);
    if (index < 0) {
      throw new TransactionError(
        `Unknown savepoint "${name}": this transaction has ${
          this.#marks.map((mark) => mark.name).join(", ") || "none"
        }`,
      );
    }
    return index;
  }

  /** Runs a function inside this transaction; needed only where the scope of `await using` does not reach. */
  run<T>(fn: () => T): T {
    this.assertOpen();
    return this.#manager.enter(this, fn);
  }

  /** Makes the work permanent and ends the transaction. */
  commit(): Promise<void> {
    this.#leave();
    return this.close(true);
  }

  /** Undoes the work and ends the transaction. */
  rollback(): Promise<void> {
    this.#leave();
    return this.close(false);
  }

  /**
   * Rolls back at the end of an `await using` scope, unless the transaction has been ended before.
   *
   * A getter on purpose: `await using` reads it in the frame of the caller, which is the one moment in which the caller's
   * scope can be given its transaction.
   */
  get [Symbol.asyncDispose](): () => Promise<void> {
    if (!this.#entered && this.#state === "open") {
      this.#entered = true;
      this.#previous = this.#manager.ambient();
      this.#manager.enterScope(this);
    }
    return this.#dispose;
  }

  readonly #dispose = (): Promise<void> => {
    this.#leave();
    return this.#state === "open" ? this.close(false) : Promise.resolve();
  };

  #leave(): void {
    if (this.#entered && this.#manager.ambient() === this) this.#manager.enterScope(this.#previous);
  }

  // ---- what the manager and the backends use

  /** Refuses a call that comes after the end. */
  assertOpen(): void {
    if (this.#state !== "closed") return;
    throw this.#ended ??
      new TransactionError("Transaction is already closed: a call that outlived it was refused (is an await missing?)");
  }

  /** Refuses a statement that comes after the end or while a nested transaction is open. */
  assertUsable(): void {
    this.assertOpen();
    if (this.#child !== null && !this.#child.#internal) {
      throw new TransactionError(
        "Transaction has a nested transaction open: its own statements, or a second nested one, must wait for the end of the nested one",
      );
    }
  }

  /** Runs a statement of this transaction in its turn: after a nested transaction of the library and what was sent before. */
  statement<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    if (this.hasInternalChild) return this.whenChildEnds().then(() => this.statement(run));
    return this.enqueue(run);
  }

  /** Runs something after what was sent before on this connection; at once, without a promise, when that is nothing. */
  enqueue<T>(statement: () => MaybePromise<T>): MaybePromise<T> {
    if (this.#queue !== null) return this.#chain(this.#queue.then(statement, statement));
    const result = statement();
    return result instanceof Promise ? this.#chain(result) : result;
  }

  #chain<T>(result: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = result.then(noop, noop).then(() => {
      if (this.#queue === settled) this.#queue = null;
    });
    this.#queue = settled;
    return result;
  }

  /** Resolves when the nested transaction that is open now has ended. */
  whenChildEnds(): Promise<void> {
    if (this.#child === null) return Promise.resolve();
    return (this.#childEnd ??= Promise.withResolvers()).promise;
  }

  /** Whether a nested transaction that the library opened itself is running. */
  get hasInternalChild(): boolean {
    return this.#child !== null && this.#child.#internal;
  }

  /** Counts an operation as part of the transaction, so that COMMIT waits for it even when the caller does not. */
  track<T>(operation: () => Promise<T>): Promise<T> {
    const entry: { promise?: Promise<T> } = {};
    const promise = (async () => {
      try {
        return await operation();
      } finally {
        this.#pending.delete(entry.promise!); // set below, before the await can end
      }
    })();
    this.#pending.add(entry.promise = promise);
    return promise;
  }

  /** Ends the transaction: waits for what is in flight, then COMMIT or ROLLBACK. */
  async close(wantCommit: boolean): Promise<void> {
    this.assertOpen();
    if (this.#state === "draining") throw new TransactionError("Transaction is being ended already");
    if (this.#child !== null) {
      if (!wantCommit) await (this.#child.isOpen ? this.#child.close(false) : this.#child.whenEnded());
      else if (this.#child.#internal) await this.whenChildEnds();
      else throw new TransactionError("Cannot commit: a nested transaction is still open");
    }
    this.#state = "draining";
    const late = await this.#drain();
    // A time limit or an abort may have ended it while it was waiting.
    if (!this.isOpen) return this.assertOpen();
    await this.#finish(wantCommit && late.length === 0);
    if (wantCommit) this.assertNotOverrun();
    if (wantCommit && late.length > 0) throw late[0];
  }

  /** Resolves when the end that has begun is over; at once when none has. */
  async whenEnded(): Promise<void> {
    await this.#finishing?.catch(noop); // who began it has the error
  }

  /** Refuses to count work as done when a time limit or an abort has ended the transaction. */
  assertNotOverrun(): void {
    if (this.#ended !== null) throw this.#ended;
  }

  /** Waits for the operations in flight and gives what they rejected with. */
  async #drain(): Promise<unknown[]> {
    const errors: unknown[] = [];
    while (this.#pending.size > 0) {
      for (const result of await Promise.allSettled(this.#pending)) {
        if (result.status === "rejected") errors.push(result.reason);
      }
    }
    return errors;
  }

  /** Ends it once: who comes second, such as a time limit during COMMIT, gets the same end. */
  #finish(commit: boolean): Promise<void> {
    return this.#finishing ??= this.#finishOnce(commit);
  }

  async #finishOnce(wantCommit: boolean): Promise<void> {
    const { port } = this.#manager;
    let failure: { readonly error: unknown } | null = null;
    while (this.#queue !== null) await this.#queue;
    const commit = wantCommit && this.#ended === null;
    this.#state = "closed";
    this.#end?.();
    try {
      if (this.#savepoint === null) {
        await (commit ? port.commit(this.connection) : port.rollback(this.connection));
      } else {
        if (!commit) await port.rollbackTo(this.connection, this.#savepoint);
        await port.release(this.connection, this.#savepoint);
      }
    } catch (error) {
      failure = { error };
    } finally {
      this.#detach();
    }
    await this.#settle(commit && failure === null);
    if (failure !== null) throw failure.error;
  }

  /** Gives it its connection when that comes later: statements sent meanwhile wait for it. */
  opening(connection: Promise<unknown>): Promise<unknown> {
    return this.#chain(connection.then((opened) => this.connection = opened));
  }

  /** Ends a transaction that could not begin. */
  discard(): void {
    this.#state = "closed";
    this.#detach();
  }

  #detach(): void {
    if (this.parent === null) return;
    this.parent.#child = null;
    const waiting = this.parent.#childEnd;
    this.parent.#childEnd = null;
    waiting?.resolve();
  }

  /** Brings memory in line with the outcome and runs the callbacks that are due. */
  async #settle(committed: boolean): Promise<void> {
    if (!committed) {
      this.#undoDownTo(0);
      await this.#manager.outside(() => runAll(this.#afterRollback.splice(0)));
    } else if (this.parent !== null) {
      this.parent.#undo.push(...this.#undo);
      this.parent.#afterCommit.push(...this.#afterCommit);
      this.parent.#afterRollback.push(...this.#afterRollback);
    } else {
      await this.#manager.outside(async () => {
        try {
          await runAll(this.#afterCommit);
        } catch (cause) {
          const error = new TransactionError(
            "The transaction is committed, but a function given to afterCommit failed",
          );
          error.cause = cause;
          throw error;
        }
      });
    }
  }

  #undoDownTo(length: number): void {
    while (this.#undo.length > length) this.#undo.pop()!();
  }

  /** Ends it from outside, at once: statements that come later are refused with the given error. */
  async abort(error: TimeoutError | CancelledError): Promise<void> {
    if (this.#state === "closed") return;
    this.#ended = error;
    if (this.#child !== null) await this.#child.abort(error);
    await this.#finish(false);
  }

  /** Applies the time limit and the signal. Gives a promise that rejects when one of them strikes. */
  limit({ timeout, signal }: CheckedTransactionOptions): Promise<never> | null {
    if (timeout === undefined && signal === undefined) return null;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(noop); // raced below; a transaction of begin() has nobody to race it
    const strike = (error: TimeoutError | CancelledError) => void this.abort(error).then(() => reject(error), reject);
    const timer = timeout === undefined ? undefined : setTimeout(() =>
      strike(
        new TimeoutError(
          `Transaction was rolled back: it took longer than its timeout of ${timeout} ms`,
        ),
      ), timeout);
    const aborted = () => strike(new CancelledError("Transaction was rolled back: its signal was aborted"));
    signal?.addEventListener("abort", aborted, { once: true });
    this.#end = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
    };
    if (signal?.aborted) aborted();
    return promise;
  }
}

function noop(): void {}

/** Runs every callback, even after one has failed, then throws the first failure. */
async function runAll(callbacks: readonly Callback[]): Promise<void> {
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
