import { ConnectionPool, type PoolPort } from "../backend/pool.ts";
import type { MaybePromise, RunResult } from "../backend/result.ts";
import type { ServerConnectionConfig } from "../backend/server_config.ts";
import type { RunOptions } from "../backend/storage_backend.ts";
import type { CheckedTransactionOptions } from "../backend/transaction_options.ts";
import type { TransactionPort } from "../backend/transaction_port.ts";
import { CancelledError, ConnectionError, TimeoutError, TransactionError } from "../errors.ts";
import type { ResultMode, ServerConnection } from "./driver.ts";
import { interrupt, interruptible, type LimitedOptions } from "./interruption.ts";
import { lost, pause, RETRIES, unknownOutcome } from "./lost_connection.ts";
import { QuickStatements } from "./quick_statements.ts";
import { SQLBackend } from "./sql_backend.ts";
import type { StatementPlan } from "./statement_plan.ts";
import { onlyReads } from "./statement_kind.ts";

/**
 * What the backends of servers share: a pool of connections, one for each statement, transaction or stream; what is repeated and
 * what is not when a connection is lost; cancellation on the server.
 */
export abstract class PooledBackend<C extends ServerConnection = ServerConnection> extends SQLBackend<C> {
  /** The configuration, validated. */
  abstract readonly config: ServerConnectionConfig;

  readonly #quick = new QuickStatements();
  #pool: ConnectionPool<C> | null = null;
  #connecting: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #isDisconnected = false;
  #streams = 0;

  /** Opens a connection and sets its session up. Rejects with an error of the tree, within the configured time. */
  protected abstract openConnection(): Promise<C>;
  /** Finds out what the server is and can do; called once for each `connect()`, on the first connection. */
  protected abstract inspectServer(connection: C): Promise<void>;
  /** The statements that begin a transaction with these options. Throws for options that the database does not have. */
  protected abstract beginStatements(options: CheckedTransactionOptions): readonly string[];

  /** Whether a connection takes a query before the one before it is answered. */
  protected get pipelines(): boolean {
    return false;
  }

  /** The connections. Opened by the first use. */
  get pool(): ConnectionPool<C> {
    return this.#pool ??= new ConnectionPool(this.config.pool, this.#port);
  }

  readonly #port: PoolPort<C> = {
    open: () => this.openConnection(),
    close: (connection) => connection.close(),
    validate: async (connection) => {
      await interruptible(connection.run("SELECT 1", [], "none"), { timeout: this.config.connectTimeout }, {
        connection,
        sql: "SELECT 1",
        reads: true,
      });
      return true;
    },
  };

  // ---- opening and closing

  /**
   * Opens the first connections and finds out what the server can do. The first use does it as well.
   *
   * @throws {ConnectionError} when the server cannot be reached or refuses the user
   */
  override async connect(): Promise<void> {
    await this.#closing;
    this.#isDisconnected = false;
    await this.#connected();
  }

  #connected(): Promise<void> {
    if (this.#isDisconnected) return Promise.reject(disconnected());
    return this.#connecting ??= this.#open().catch((error) => {
      this.#connecting = null;
      throw error;
    });
  }

  async #open(): Promise<void> {
    const { pool } = this;
    await pool.fill();
    const connection = await pool.acquire("a statement");
    try {
      await this.inspectServer(connection);
    } catch (error) {
      throw this.handleError(error, "");
    } finally {
      pool.release(connection);
    }
    this.#isReady = true;
    if (this.isObserved("connect")) this.emit("connect", { database: this.config.database });
  }

  #isReady = false;

  /** Connects, so that it is known what the server can do. */
  override ready(): MaybePromise<void> {
    // A transaction that is open while the backend is being closed goes on to its end.
    if (!this.#isReady && !this.inTransaction) return this.#connected();
  }

  /**
   * Waits for the statements and transactions in progress and closes all connections.
   *
   * @throws {TransactionError} inside a transaction
   */
  override async disconnect(): Promise<void> {
    if (this.inTransaction) throw new TransactionError("Cannot disconnect inside a transaction: end it first");
    this.#isDisconnected = true;
    await (this.#closing ??= this.#close().finally(() => this.#closing = null));
  }

  async #close(): Promise<void> {
    await this.#connecting?.catch(() => {}); // its caller has the error
    const wasReady = this.#isReady;
    this.#connecting = null;
    this.#isReady = false;
    await this.#pool?.close();
    this.#pool = null;
    if (wasReady && this.isObserved("disconnect")) this.emit("disconnect", { database: this.config.database });
  }

  /** Whether `connect()` has succeeded and `disconnect()` was not called since. Connections that are lost are replaced. */
  override isConnected(): boolean {
    return this.#isReady;
  }

  /** Runs `SELECT 1`; connects first, unless `reconnect` is false. False when the server cannot be reached. */
  override async ping(reconnect = true): Promise<boolean> {
    if (!this.isConnected()) {
      if (!reconnect) return false;
      await this.connect();
    }
    await this.execute("SELECT 1", [], { reads: true });
    return true;
  }

  // ---- connections for statements

  /** @internal */
  protected override acquire(): MaybePromise<C> {
    return this.#isReady ? this.pool.acquire("a statement") : this.#connected().then(() => this.acquire());
  }

  /** @internal */
  protected override release(connection: C): void {
    this.#pool?.release(connection);
  }

  /**
   * A stream holds a connection for as long as it is read. One connection is always left for those who write meanwhile; the stream
   * that would take it reads all rows at once.
   *
   * @internal
   */
  protected override acquireForStream(options?: RunOptions): MaybePromise<C | null> {
    if (!this.#isReady) return this.#connected().then(() => this.acquireForStream(options));
    if (this.#streams >= this.pool.max - 1) return null;
    this.#streams++;
    const failed = (error: unknown): never => {
      this.#streams--;
      throw error;
    };
    try {
      const connection = this.pool.acquire("a stream", options?.signal);
      return connection instanceof Promise ? connection.catch(failed) : connection;
    } catch (error) {
      return failed(error);
    }
  }

  /** @internal */
  protected override releaseFromStream(connection: C): void {
    this.#streams--;
    this.release(connection);
  }

  /** Sends a statement (a step of `execute()`); one with a time limit or a signal is ended on the server when that strikes. */
  protected override runQuery(
    connection: C,
    sql: string,
    params: readonly unknown[],
    mode: ResultMode,
    options?: RunOptions,
  ): MaybePromise<RunResult> {
    const work = connection.run(sql, params, mode);
    if (options?.signal === undefined && options?.timeout === undefined) return work;
    return interruptible(work, options, { connection, sql, reads: onlyReads(sql) });
  }

  /** @internal */
  protected override sendAlone(
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
  ): MaybePromise<RunResult> {
    if (options?.signal !== undefined || options?.timeout !== undefined || !this.#isReady) {
      return this.#sendWithin(plan, params, options);
    }
    if (this.pipelines && plan.isRepeatable) return this.#sendQuick(plan, params, options);
    const connection = this.pool.acquire("a statement");
    return connection instanceof Promise
      ? connection.then((acquired) => this.#sendOn(acquired, plan, params, options, 0))
      : this.#sendOn(connection, plan, params, options, 0);
  }

  /** A query that is known to be quick may share a connection with others of its kind while no other is free. */
  #sendQuick(
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
  ): MaybePromise<RunResult> {
    const { pool } = this;
    const connection = this.#quick.has(plan.sql) ? pool.acquireShared() : pool.acquire("a statement");
    const send = (acquired: C): Promise<RunResult> =>
      this.#sendOn(acquired, plan, params, options, 0, pool.isAlone(acquired) ? performance.now() : null);
    return connection instanceof Promise ? connection.then(send) : send(connection);
  }

  /** The wait for a connection counts against the time limit, and the signal ends it. */
  async #sendWithin(
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
  ): Promise<RunResult> {
    if (!this.#isReady) await this.#connected();
    const since = performance.now();
    const limited: LimitedOptions = { ...options, since };
    const connection = await this.#acquireWithin(plan.sql, options ?? {});
    return await this.#sendOn(connection, plan, params, limited, 0);
  }

  async #acquireWithin(sql: string, { signal, timeout }: RunOptions): Promise<C> {
    if (timeout === undefined) return await this.pool.acquire("a statement", signal);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), timeout);
    try {
      const either = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
      return await this.pool.acquire("a statement", either);
    } catch (error) {
      if (!(error instanceof CancelledError) || signal?.aborted) throw error;
      throw new TimeoutError(`Statement was not sent: no connection was free within its timeout of ${timeout} ms`, {
        sql,
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Sends a statement; with the time of the start, it is noted whether it was quick. */
  #sendOn(
    connection: C,
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
    attempt: number,
    start: number | null = null,
  ): Promise<RunResult> {
    if (!connection.isAlive) {
      // Nothing was sent, so that another connection may be tried.
      this.release(connection);
      return this.#again(plan, params, options, attempt, lost(plan.sql));
    }
    const result = this.send(connection, plan.sql, params, plan.mode, options) as Promise<RunResult>; // a server's answer always is one
    return result.then((given) => {
      this.release(connection);
      if (start !== null) this.#quick.note(plan.sql, performance.now() - start);
      return given;
    }, (error) => {
      this.release(connection);
      if (!(error instanceof ConnectionError)) throw error;
      if (plan.isRepeatable) return this.#again(plan, params, options, attempt, error);
      if (plan.reads) throw error;
      throw unknownOutcome("a statement", error);
    });
  }

  async #again(
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
    attempt: number,
    error: ConnectionError,
  ): Promise<RunResult> {
    if (attempt >= RETRIES) throw error;
    await pause(attempt, options?.signal, error);
    let connection: C;
    try {
      connection = await this.pool.acquire("a statement", options?.signal);
    } catch (refused) {
      // A server that is being started again refuses connections for a moment.
      if (!(refused instanceof ConnectionError)) throw refused;
      return await this.#again(plan, params, options, attempt + 1, refused);
    }
    return await this.#sendOn(connection, plan, params, options, attempt + 1);
  }

  // ---- transactions

  /** How a savepoint is set, undone and forgotten. */
  protected savepointStatements(
    name: string,
  ): { readonly set: string; readonly undo: string; readonly forget: string } {
    const quoted = this.dialect.quoteIdentifier(name);
    return {
      set: `SAVEPOINT ${quoted}`,
      undo: `ROLLBACK TO SAVEPOINT ${quoted}`,
      forget: `RELEASE SAVEPOINT ${quoted}`,
    };
  }

  /** Why a transaction that its user wants to commit cannot be committed any more, if the connection knows. */
  protected refuseCommit(_connection: C): Error | null {
    return null;
  }

  /** Whether the savepoints of a transaction are still there; a server drops them with a lost connection. */
  protected hasSavepoints(connection: C): boolean {
    return connection.isAlive;
  }

  /** @internal */
  protected override readonly transactionPort: TransactionPort = {
    begin: (options) => this.#begin(options),
    commit: (connection) => this.#commit(connection as C),
    rollback: (connection) => this.#rollback(connection as C),
    savepoint: (connection, name) => this.control(connection as C, this.savepointStatements(name).set),
    // The end of a transaction that the server has rolled back reports itself.
    rollbackTo: (connection, name) =>
      this.hasSavepoints(connection as C)
        ? this.control(connection as C, this.savepointStatements(name).undo)
        : undefined,
    release: (connection, name) =>
      this.hasSavepoints(connection as C)
        ? this.control(connection as C, this.savepointStatements(name).forget)
        : undefined,
    interrupt: (connection, settled) => interrupt(connection as C, settled),
  };

  async #begin(options: CheckedTransactionOptions): Promise<C> {
    if (!this.#isReady) await this.#connected();
    const statements = this.beginStatements(options);
    for (let attempt = 0;; attempt++) {
      const connection = await this.pool.acquire("a transaction", options.signal);
      try {
        for (const sql of statements) await this.control(connection, sql);
        return connection;
      } catch (error) {
        this.pool.destroy(connection);
        // Nothing has been done yet. A connection that was lost while it was idle is noticed only now.
        if (!(error instanceof ConnectionError) || attempt >= RETRIES) throw error;
        await pause(attempt, options.signal, error);
      }
    }
  }

  async #commit(connection: C): Promise<void> {
    if (!connection.isAlive) {
      this.pool.destroy(connection);
      throw lost("COMMIT");
    }
    const refusal = this.refuseCommit(connection);
    if (refusal !== null) {
      await this.#rollback(connection);
      throw refusal;
    }
    try {
      await this.control(connection, "COMMIT");
    } catch (error) {
      if (error instanceof ConnectionError) {
        this.pool.destroy(connection);
        throw unknownOutcome("COMMIT", error);
      }
      await this.#rollback(connection, error);
      throw error;
    }
    this.release(connection);
  }

  async #rollback(connection: C, reason?: unknown): Promise<void> {
    // The server rolls back what a lost connection leaves behind.
    if (!connection.isAlive) return this.pool.destroy(connection);
    try {
      await this.control(connection, "ROLLBACK");
    } catch (error) {
      this.pool.destroy(connection);
      if (error instanceof ConnectionError) return;
      throw reason === undefined ? error : new AggregateError([reason, error], "COMMIT failed, and so did ROLLBACK");
    }
    this.release(connection);
  }

  /** Runs a function with a connection of its own, or with that of the ambient transaction. */
  protected async withConnection<T>(fn: (connection: C) => MaybePromise<T>): Promise<T> {
    const transaction = this.transactions.current();
    if (transaction !== undefined) return await transaction.statement(() => fn(transaction.connection as C));
    const connection = await this.acquire();
    try {
      return await fn(connection);
    } finally {
      this.release(connection);
    }
  }
}

function disconnected(): ConnectionError {
  return new ConnectionError("The backend was closed by disconnect(): call connect() to open it again");
}
