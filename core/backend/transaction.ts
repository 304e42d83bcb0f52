import { TransactionError } from "../errors.ts";
import { PendingOperations } from "./pending_operations.ts";
import type { MaybePromise } from "./result.ts";
import { SavepointMarks } from "./savepoint_marks.ts";
import { type Interruption, watchLimit } from "./time_limit.ts";
import type { CheckedTransactionOptions } from "./transaction_options.ts";
import { type Outside, TransactionOutcome } from "./transaction_outcome.ts";
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

type State = "open" | "draining" | "closed";

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
  /**
   * The driver's connection, known to the backend.
   *
   * @internal
   */
  connection: unknown;
  /** Time at which it began, in milliseconds of `performance.now()`. */
  readonly startedAt: number = performance.now();
  /**
   * Records loaded inside, kept only when the transaction may be retried.
   *
   * @internal
   */
  readonly loaded: WeakSet<object> | null;
  /**
   * Whether the outermost one saved a record that was loaded outside, so that a retry would apply its changes twice.
   *
   * @internal
   */
  savedForeign = false;

  readonly #manager: TransactionHost;
  readonly #savepoint: string | null;
  readonly #internal: boolean;
  #state: State = "open";
  #ended: Interruption | null = null;
  #child: Transaction | null = null;
  #childEnd: PromiseWithResolvers<void> | null = null;
  #queue: Promise<unknown> | null = null;
  readonly #marks: SavepointMarks = new SavepointMarks();
  readonly #outcome = new TransactionOutcome();
  readonly #pending = new PendingOperations();
  #entered = false;
  #previous: Transaction | undefined;
  #stopLimit: (() => void) | null = null;
  #finishing: Promise<void> | null = null;

  /**
   * Made by the transaction manager only.
   *
   * @internal
   */
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
  afterCommit(fn: () => void | Promise<void>): void {
    this.assertOpen();
    this.#outcome.afterCommit(fn);
  }

  /** Runs a function after this transaction, or one around it, is rolled back, once, outside of it. */
  afterRollback(fn: () => void | Promise<void>): void {
    this.assertOpen();
    this.#outcome.afterRollback(fn);
  }

  /**
   * Remembers how to bring an object in memory back if this transaction is rolled back.
   *
   * @internal
   */
  onUndo(fn: () => void): void {
    this.#outcome.onUndo(fn);
  }

  /**
   * Sets a savepoint and gives its name, or runs a function inside one: when it throws, only its work is undone.
   *
   * @throws {TransactionError} when the transaction is closed or the name is taken
   */
  savepoint(name?: string): Promise<string>;
  /** Runs a function inside a savepoint: when it throws, only its work is undone. */
  savepoint<T>(fn: (tx: Transaction) => T | Promise<T>): Promise<T>;
  async savepoint<T>(nameOrFn?: string | ((tx: Transaction) => T | Promise<T>)): Promise<string | T> {
    if (typeof nameOrFn === "function") return await this.run(() => this.#manager.transaction(nameOrFn));
    this.assertUsable();
    const name = nameOrFn ?? this.#manager.nextSavepoint();
    this.#marks.check(name);
    await this.statement(() => this.#manager.port.savepoint(this.connection, name));
    this.#marks.add(name, this.#outcome.position());
    return name;
  }

  /** Undoes everything since the savepoint, keeps the savepoint itself and drops the ones set after it. */
  async rollbackTo(name: string): Promise<void> {
    this.assertUsable();
    const index = this.#marks.indexOf(name);
    await this.statement(() => this.#manager.port.rollbackTo(this.connection, name));
    const position = this.#marks.positionAt(index);
    this.#marks.dropFrom(index + 1);
    await this.#outcome.undoTo(position, this.#outside);
  }

  /** Forgets a savepoint and the ones set after it; their work stays. */
  async releaseSavepoint(name: string): Promise<void> {
    this.assertUsable();
    const index = this.#marks.indexOf(name);
    await this.statement(() => this.#manager.port.release(this.connection, name));
    this.#marks.dropFrom(index);
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

  /**
   * Refuses a call that comes after the end.
   *
   * @internal
   */
  assertOpen(): void {
    if (this.#state !== "closed") return;
    throw this.#ended ??
      new TransactionError("Transaction is already closed: a call that outlived it was refused (is an await missing?)");
  }

  /**
   * Refuses a statement that comes after the end or while a nested transaction is open.
   *
   * @internal
   */
  assertUsable(): void {
    this.assertOpen();
    if (this.#child !== null && !this.#child.#internal) {
      throw new TransactionError(
        "Transaction has a nested transaction open: its own statements, or a second nested one, must wait for the end of the nested one",
      );
    }
  }

  /**
   * Runs a statement of this transaction in its turn: after a nested transaction of the library and what was sent before.
   *
   * @internal
   */
  statement<T>(run: () => MaybePromise<T>): MaybePromise<T> {
    if (this.hasInternalChild) return this.whenChildEnds().then(() => this.statement(run));
    return this.enqueue(run);
  }

  /**
   * Runs something after what was sent before on this connection; at once, without a promise, when that is nothing.
   *
   * @internal
   */
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

  /**
   * Resolves when the nested transaction that is open now has ended.
   *
   * @internal
   */
  whenChildEnds(): Promise<void> {
    if (this.#child === null) return Promise.resolve();
    return (this.#childEnd ??= Promise.withResolvers()).promise;
  }

  /**
   * Whether a nested transaction that the library opened itself is running.
   *
   * @internal
   */
  get hasInternalChild(): boolean {
    return this.#child !== null && this.#child.#internal;
  }

  /**
   * Counts an operation as part of the transaction, so that COMMIT waits for it even when the caller does not.
   *
   * @internal
   */
  track<T>(operation: () => MaybePromise<T>): MaybePromise<T> {
    return this.#pending.track(operation);
  }

  /**
   * Ends the transaction: waits for what is in flight, then COMMIT or ROLLBACK.
   *
   * @internal
   */
  async close(wantCommit: boolean): Promise<void> {
    this.assertOpen();
    if (this.#state === "draining") throw new TransactionError("Transaction is being ended already");
    if (this.#child !== null) {
      if (!wantCommit) await (this.#child.isOpen ? this.#child.close(false) : this.#child.whenEnded());
      else if (this.#child.#internal) await this.whenChildEnds();
      else throw new TransactionError("Cannot commit: a nested transaction is still open");
    }
    this.#state = "draining";
    const late = this.#pending.areNone ? NONE : await this.#pending.drain();
    // A time limit or an abort may have ended it while it was waiting.
    if (!this.isOpen) return this.assertOpen();
    await this.#finish(wantCommit && late.length === 0);
    if (wantCommit) this.assertNotOverrun();
    if (wantCommit && late.length > 0) throw late[0];
  }

  /**
   * Resolves when the end that has begun is over; at once when none has.
   *
   * @internal
   */
  async whenEnded(): Promise<void> {
    await this.#finishing?.catch(noop); // who began it has the error
  }

  /**
   * Refuses to count work as done when a time limit or an abort has ended the transaction.
   *
   * @internal
   */
  assertNotOverrun(): void {
    if (this.#ended !== null) throw this.#ended;
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
    this.#stopLimit?.();
    try {
      if (this.#savepoint === null) {
        const ending = commit ? port.commit(this.connection) : port.rollback(this.connection);
        if (ending instanceof Promise) await ending;
      } else {
        if (!commit) await port.rollbackTo(this.connection, this.#savepoint);
        await port.release(this.connection, this.#savepoint);
      }
    } catch (error) {
      failure = { error };
    } finally {
      this.#detach();
    }
    const settling = this.#settle(commit && failure === null);
    if (settling !== undefined) await settling;
    if (failure !== null) throw failure.error;
  }

  /**
   * Gives it its connection when that comes later: statements sent meanwhile wait for it.
   *
   * @internal
   */
  opening(connection: Promise<unknown>): Promise<unknown> {
    return this.#chain(connection.then((opened) => this.connection = opened));
  }

  /**
   * Ends a transaction that could not begin.
   *
   * @internal
   */
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
  #settle(committed: boolean): Promise<void> | undefined {
    if (!committed) return this.#outcome.undo(this.#outside);
    if (this.parent === null) return this.#outcome.committed(this.#outside);
    this.#outcome.handTo(this.parent.#outcome);
    return undefined;
  }

  readonly #outside: Outside = (fn) => this.#manager.outside(fn);

  /**
   * Ends it from outside, at once: statements that come later are refused with the given error.
   *
   * @internal
   */
  async abort(error: Interruption): Promise<void> {
    if (this.#state === "closed") return;
    this.#ended = error;
    if (this.#child !== null) await this.#child.abort(error);
    if (this.#queue !== null) await this.#manager.port.interrupt?.(this.connection, this.#queue);
    await this.#finish(false);
  }

  /**
   * Applies the time limit and the signal. Gives a promise that rejects when one of them strikes.
   *
   * @internal
   */
  limit(options: CheckedTransactionOptions): Promise<never> | null {
    const limit = watchLimit(options, (error) => this.abort(error));
    if (limit === null) return null;
    this.#stopLimit = limit.stop;
    if (!this.isOpen) limit.stop();
    return limit.struck;
  }
}

/** What failed meanwhile, for most. */
const NONE: readonly unknown[] = [];

function noop(): void {}
