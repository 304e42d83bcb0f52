import type { InsertNode, QueryNode, StatementNode } from "../ast/statement.ts";
import type { Capabilities, Capability } from "../capabilities.ts";
import { UnsupportedFeatureError } from "../errors.ts";
import { Emitter, type Listener, type Off } from "../events/emitter.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import type { BackendEvents } from "./observer.ts";
import type { CompiledStatement, MaybePromise, RunResult } from "./result.ts";
import type { Transaction } from "./transaction.ts";
import { TransactionManager } from "./transaction_manager.ts";
import type { TransactionOptions } from "./transaction_options.ts";
import type { TransactionPort } from "./transaction_port.ts";

/** How one statement runs. */
export interface RunOptions {
  /**
   * Cancels the statement with `CancelledError`: one that is not sent yet is not sent, one that runs on a server is ended there, a
   * stream ends before its next rows. A database inside the process runs each statement to its end.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds after which the statement is cancelled with `TimeoutError`, the wait for a connection included. A database inside
   * the process cannot be interrupted: there it only ends a stream.
   */
  readonly timeout?: number | undefined;
}

/** A statement that is compiled once and run many times with other values for its slots. */
export interface PreparedStatement {
  /** Runs it with the values of its slots, in order, each still to be encoded. */
  run(values: readonly unknown[], options?: RunOptions): MaybePromise<RunResult>;
  /** Runs it with values that are encoded already, in the order of the slots. */
  runEncoded(values: readonly unknown[], options?: RunOptions): MaybePromise<RunResult>;
}

/**
 * The contract of any store, with SQL or without: it takes statements as data and gives rows as arrays.
 *
 * `run()` may answer without a promise, so that an in-process database does not pay for one; everything a user calls returns
 * promises.
 */
export abstract class StorageBackend implements AsyncDisposable {
  /** Short name, such as `sqlite`, for messages. */
  abstract readonly name: string;
  /** Converters between JavaScript and what the driver takes and gives. */
  abstract readonly types: TypeRegistry;
  /** What the connected database can do; before connecting, what the lowest supported version can. */
  abstract readonly capabilities: Capabilities;
  /** Version of the database, once connected. */
  abstract readonly serverVersion: string | undefined;

  readonly #events = new Emitter<BackendEvents>();
  #transactions: TransactionManager | undefined;

  /** Opens the database. Not needed: the first use does it. */
  abstract connect(): Promise<void>;
  /** Connects where that is needed to know what the database can do; nothing to wait for once it is known. */
  ready(): MaybePromise<void> {}
  /** Waits for open transactions and closes the database. */
  abstract disconnect(): Promise<void>;
  /** Whether the database is open. */
  abstract isConnected(): boolean;
  /** Asks the database for a sign of life; opens it first when `reconnect` is true. @default {true} */
  abstract ping(reconnect?: boolean): Promise<boolean>;
  /** Runs a statement in the ambient transaction, if there is one. */
  abstract run(statement: StatementNode, options?: RunOptions): MaybePromise<RunResult>;
  /** The text of a statement, for a store that has such. Needs no connection. */
  compile(_statement: StatementNode): CompiledStatement {
    throw new UnsupportedFeatureError(this.name, { feature: "SQL text" });
  }
  /** Compiles a statement whose values come later. */
  abstract prepare(statement: StatementNode): PreparedStatement;
  /** Reads the rows of a query in groups, without holding all of them. */
  abstract stream(query: QueryNode, size: number, options?: RunOptions): AsyncIterable<unknown[][]>;
  /** Whether the result of an INSERT of one row says the key that the database made, so that RETURNING is not needed. */
  abstract readonly givesInsertedKey: boolean;
  /** How many rows fit in one INSERT of the given width. */
  abstract rowsPerInsert(insert: Pick<InsertNode, "columns">): number;
  /** What transactions do on this store. */
  protected abstract readonly transactionPort: TransactionPort;

  /**
   * The transactions of this backend.
   *
   * @internal
   */
  get transactions(): TransactionManager {
    return this.#transactions ??= new TransactionManager(this.transactionPort);
  }

  /** Whether the database can do something. */
  supports(capability: Capability): boolean {
    return this.capabilities.has(capability);
  }

  /** Throws `UnsupportedFeatureError` for what the database cannot do. */
  require(capability: Capability): void {
    if (this.supports(capability)) return;
    const rule = this.capabilities.ruleOf(capability);
    throw new UnsupportedFeatureError(this.name, {
      feature: capability,
      needs: rule?.since === "never" ? undefined : rule?.since?.join("."),
      present: this.serverVersion,
      instead: rule?.instead,
    });
  }

  /** Runs a function in a transaction; nested in another it becomes a savepoint. */
  transaction<T>(fn: (tx: Transaction) => T | Promise<T>, options?: TransactionOptions): Promise<T> {
    return this.transactions.transaction(fn, options);
  }

  /** Starts a transaction for an `await using` scope. */
  begin(options?: TransactionOptions): Promise<Transaction> {
    return this.transactions.begin(options);
  }

  /** Whether the calling code is inside an open transaction. */
  get inTransaction(): boolean {
    return this.transactions.inTransaction;
  }

  /** Listens to what the backend does. Returns the function that stops it. */
  on<K extends keyof BackendEvents>(name: K, listener: Listener<BackendEvents[K]>): Off {
    return this.#events.on(name, listener);
  }

  /** Removes a listener. */
  off<K extends keyof BackendEvents>(name: K, listener: Listener<BackendEvents[K]>): void {
    this.#events.off(name, listener);
  }

  /** Whether anybody listens, so that an event need not be built. */
  protected isObserved(name: keyof BackendEvents): boolean {
    return this.#events.has(name);
  }

  /** Tells the listeners. What a listener throws is told to the listeners of `error`, never to the caller of a query. */
  protected emit<K extends keyof BackendEvents>(name: K, event: BackendEvents[K]): void {
    this.#events.notify(name, event, (error) => {
      if (name !== "error" && this.#events.has("error")) {
        this.emit("error", { error });
      } else console.error(`A listener of "${name}" failed`, error);
    });
  }

  /** Closes the database at the end of an `await using` scope. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.disconnect();
  }
}
