import type { TableNode } from "../ast/expression.ts";
import type { InsertNode, QueryNode, StatementNode } from "../ast/statement.ts";
import type { Capabilities, Capability } from "../capabilities.ts";
import { type QueryError, UnsupportedFeatureError } from "../errors.ts";
import { Emitter, type Listener, type Off } from "../events/emitter.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import type { BackendEvents } from "./observer.ts";
import type { QueryScope, QueryScopes, Tags } from "./query_scope.ts";
import type { QueryOptimizer } from "./query_optimizer.ts";
import type { ExplainOptions, QueryPlan } from "./query_plan.ts";
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
  /**
   * Written behind the statement as a comment (`/*route='%2Fusers'*\/`), for the logs of the database. A value that changes with
   * each call makes each text a new one, which the database has to prepare anew.
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** How the text of a statement is made. */
export interface CompileOptions {
  /** With a line for each clause, for people. @default {false} */
  readonly pretty?: boolean | undefined;
  /** Written behind it as a comment. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
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

  /** Whether NULL comes before all values in ascending order, or after them, when a query does not say it. */
  readonly sortsNulls: "low" | "high" = "low";
  /**
   * Secret with which the cursors of `cursor()` are signed: 16 bytes or more, the same for all processes that are to understand each
   * other's cursors. @default a random one of this process
   */
  cursorKey: string | Uint8Array | undefined = undefined;

  /** Answers look-ups by key that are made in one tick with one statement. @default {false} */
  coalescesFinds = false;

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
  /**
   * Runs a statement in the ambient transaction, if there is one. A store gives its statements to `resolveScopes()` first, each time,
   * so that default scopes have the conditions that hold now.
   */
  abstract run(statement: StatementNode, options?: RunOptions): MaybePromise<RunResult>;
  /** The text of a statement, for a store that has such. Needs no connection. */
  compile(_statement: StatementNode, _options?: CompileOptions): CompiledStatement {
    throw new UnsupportedFeatureError(this.name, { feature: "SQL text" });
  }
  /**
   * How the database runs a statement; with `analyze` it is run.
   *
   * @throws {QueryBuildError} for a write with `analyze`, and for SQL text that is not plainly a query
   * @throws {UnsupportedFeatureError} when the database cannot explain, or not with `analyze`
   */
  explain(_statement: StatementNode, _options?: ExplainOptions, _run?: RunOptions): Promise<QueryPlan> {
    return Promise.reject(new UnsupportedFeatureError(this.name, { feature: "explain" }));
  }
  /** Compiles a statement whose values come later. */
  abstract prepare(statement: StatementNode): PreparedStatement;
  /** Reads the rows of a query in groups, without holding all of them. */
  abstract stream(query: QueryNode, size: number, options?: RunOptions): AsyncIterable<unknown[][]>;
  /** How many rows a stream reads at once where nobody says: few cost less memory, many cost fewer round trips to a server. */
  readonly rowsPerGroup: number = 250;
  /** Whether the result of an INSERT of one row says the key that the database made, so that RETURNING is not needed. */
  abstract readonly givesInsertedKey: boolean;
  /** What is done to statements so that they run faster; null when nothing is. */
  readonly optimizer: QueryOptimizer | null = null;
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

  #scopes: QueryScopes | null = null;
  #writes = 0;

  /**
   * What holds for the statements of the calling code; undefined for most.
   *
   * @internal
   */
  get scope(): QueryScope | undefined {
    return this.#scopes?.current();
  }

  /** Number of writes, commits and rollbacks so far: a result that was kept before the last one may be wrong. */
  protected get writes(): number {
    return this.#writes;
  }

  /** Counts a write. Does not say whether it has succeeded. */
  protected noteWrite(): void {
    this.#writes++;
  }

  /** Whether anybody has ever kept results or set tags. */
  protected get hasScopes(): boolean {
    return this.#scopes !== null;
  }

  async #loadScopes(): Promise<QueryScopes> {
    // Few programs need it, and all would pay for loading it.
    const { QueryScopes } = await import("./query_scope.ts");
    return this.#scopes ??= new QueryScopes();
  }

  /**
   * Keeps the results of queries while a function runs: the same query again is answered without the database. Every write of this
   * backend empties what is kept; a write of another process is not noticed.
   *
   * @example
   * ```ts ignore
   * await backend.cache(() => handleRequest(request));
   * ```
   */
  async cache<T>(fn: () => T | Promise<T>): Promise<T> {
    return await (await this.#loadScopes()).cached(fn);
  }

  /** Asks the database while a function runs, inside `cache()` as well. */
  async uncached<T>(fn: () => T | Promise<T>): Promise<T> {
    return await (await this.#loadScopes()).uncached(fn);
  }

  /** Writes tags behind all statements of a function, as a comment for the logs of the database. */
  async withTags<T>(tags: Tags, fn: () => T | Promise<T>): Promise<T> {
    return await (await this.#loadScopes()).tagged(tags, fn);
  }

  /** Whether the database can do something. */
  supports(capability: Capability): boolean {
    return this.capabilities.has(capability);
  }

  /** Throws `UnsupportedFeatureError` for what the database cannot do. */
  requiresCapability(capability: Capability): void {
    if (this.supports(capability)) return;
    const rule = this.capabilities.ruleOf(capability);
    throw new UnsupportedFeatureError(this.name, {
      feature: capability,
      needs: rule?.since === "never" ? undefined : rule?.since?.join("."),
      present: this.serverVersion,
      instead: rule?.instead,
    });
  }

  /** Whether an upsert may ask for a row by these columns: no where the table has no such unique key, and the database would not say so. */
  hasUniqueKey(_table: TableNode, _columns: readonly string[]): Promise<boolean> | boolean {
    return true;
  }

  /** Whether an error says that the columns of an upsert are no unique key. */
  isUniqueKeyMissing(_error: QueryError): boolean {
    return false;
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
