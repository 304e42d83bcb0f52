import type { QueryNode, StatementNode } from "../../core/ast/statement.ts";
import { FeatureDetector } from "../../core/backend/features.ts";
import type { ExplainOptions, QueryPlan } from "../../core/backend/query_plan.ts";
import { after, type MaybePromise, type RunResult } from "../../core/backend/result.ts";
import type { RunOptions } from "../../core/backend/storage_backend.ts";
import type { SchemaQuery, TableSchema } from "../../core/backend/table_schema.ts";
import type { CheckedTransactionOptions } from "../../core/backend/transaction_options.ts";
import type { TransactionPort } from "../../core/backend/transaction_port.ts";
import type { Capabilities } from "../../core/capabilities.ts";
import { ConnectionError, QueryError, TransactionError } from "../../core/errors.ts";
import type { ResultMode } from "../../core/sql/driver.ts";
import { SQLBackend } from "../../core/sql/sql_backend.ts";
import type { StatementPlan } from "../../core/sql/statement_plan.ts";
import type { TypeRegistry } from "../../core/types/type_registry.ts";
import { mayWait, waitAndTry, whenNotBusy } from "./busy.ts";
import { SQLiteConnectionConfig, type SQLiteOptions } from "./config.ts";
import { SQLiteDialect } from "./dialect.ts";
import { openConnection, type SQLiteConnection } from "./driver.ts";
import { isConflictUnmatched, mapSQLiteError } from "./errors.ts";
import { LOWEST_VERSION, SQLITE_RULES } from "./features.ts";
import { withKeyNames } from "./key_names.ts";
import { WriterQueue } from "./transaction.ts";
import { beginSnapshot, endSnapshot } from "./snapshot.ts";
import { sqliteTypes } from "./type_converters.ts";
import { goesByKey, readWindows, windowOf } from "./windows.ts";

/** SQLite takes this many parameters in one statement. */
const MAX_PARAMETERS = 32_766;

/**
 * SQLite: one writer connection that its users take in turns, and reader connections beside it when the database is a file.
 *
 * @example
 * ```ts
 * import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
 *
 * await using backend = new SQLiteBackend({ database: ":memory:" });
 * await backend.execute("CREATE TABLE notes (text TEXT)");
 * await backend.execute("INSERT INTO notes VALUES (?)", ["hello"]);
 * const rows = await backend.fetchAll("SELECT text FROM notes");
 * if (rows[0]?.text !== "hello") throw new Error("not stored");
 * ```
 */
export class SQLiteBackend extends SQLBackend<SQLiteConnection> {
  /** `sqlite`. */
  override readonly name = "sqlite";
  /** There is no round trip to save, and larger groups outlive the collection of young objects: 100 take half as much memory again. */
  override readonly rowsPerGroup = 32;
  /** SQLite says the key of the inserted row. */
  override readonly givesInsertedKey = true;
  /** How SQLite writes SQL. */
  override readonly dialect: SQLiteDialect = new SQLiteDialect();
  /** How values become what SQLite stores. */
  override readonly types: TypeRegistry = sqliteTypes();
  /** The configuration, validated. */
  readonly config: SQLiteConnectionConfig;
  /** @internal */
  protected override readonly maxParameters: number = MAX_PARAMETERS;

  readonly #queue: WriterQueue;
  #features = new FeatureDetector(SQLITE_RULES, LOWEST_VERSION);
  #version: string | undefined;
  #writer: SQLiteConnection | null = null;
  #readers: SQLiteConnection[] = [];
  #nextReader = 0;
  #idleStreams: SQLiteConnection[] = [];
  readonly #openStreams = new Set<SQLiteConnection>();
  #opening: Promise<void> | null = null;
  #closed = false;
  #isQueryOnly = false;
  #isBegun = false;
  /** Whether SQLite has ended the open transaction by itself: what comes after would be written at once. */
  #isLost = false;

  /**
   * Takes the options, a URL or a finished configuration. Nothing is opened before the first use.
   *
   * @throws {ConfigurationError} that names the option which is wrong
   */
  constructor(config: SQLiteOptions | SQLiteConnectionConfig | string) {
    super();
    this.config = config instanceof SQLiteConnectionConfig ? config : new SQLiteConnectionConfig(config);
    this.#queue = new WriterQueue(this.config.acquireTimeout);
  }

  /** What this version of SQLite can do, as a set of names. */
  override get capabilities(): Capabilities {
    return this.#features.capabilities;
  }

  /** What this version of SQLite can do, as single questions. */
  get features(): FeatureDetector {
    return this.#features;
  }

  /** Version of the SQLite library, once connected. */
  override get serverVersion(): string | undefined {
    return this.#version;
  }

  // ---- opening and closing

  /**
   * Opens the database. The first use does it as well.
   *
   * @throws {ConnectionError} when the file cannot be opened or is not a database
   */
  override async connect(): Promise<void> {
    this.#closed = false;
    await this.#open();
  }

  /** Opens the database, so that its version is known. */
  override ready(): MaybePromise<void> {
    if (this.#writer === null) return this.#open();
  }

  #open(): MaybePromise<void> {
    if (this.#writer !== null) return;
    if (this.#closed) {
      throw new ConnectionError("SQLite database was closed by disconnect(): call connect() to open it again");
    }
    if (this.#opening !== null) return this.#opening;
    const opened = this.#guard(() => after(this.#connection(this.config.readOnly), (writer) => this.#opened(writer)));
    if (!(opened instanceof Promise)) return;
    return this.#opening = opened.finally(() => this.#opening = null);
  }

  #opened(writer: SQLiteConnection): MaybePromise<void> {
    const count = this.config.isMemory ? 0 : this.config.readers;
    const readers = Array.from({ length: count }, () => this.#connection(true));
    const ready = (opened: SQLiteConnection[]) => {
      this.#version = writer.sqliteVersion;
      this.#features = new FeatureDetector(SQLITE_RULES, writer.sqliteVersion);
      this.#readers = opened;
      this.#writer = writer;
      if (this.isObserved("connect")) this.emit("connect", { database: this.config.database });
    };
    return readers.some((reader) => reader instanceof Promise)
      ? Promise.all(readers).then(ready)
      : ready(readers as SQLiteConnection[]); // none is a promise
  }

  #connection(readOnly: boolean): MaybePromise<SQLiteConnection> {
    // Opening may switch the file to WAL, for which it needs the lock that another process may have.
    return whenNotBusy(() => openConnection(this.config, { readOnly }), this.config);
  }

  /** Maps the errors of an operation that has no SQL. */
  #guard<T>(fn: () => MaybePromise<T>): MaybePromise<T> {
    try {
      const result = fn();
      return result instanceof Promise ? result.catch((error) => Promise.reject(this.handleError(error, ""))) : result;
    } catch (error) {
      throw this.handleError(error, "");
    }
  }

  /**
   * Waits for the transaction in progress and closes the database. An in-memory database is gone then.
   *
   * @throws {TransactionError} inside a transaction
   */
  override async disconnect(): Promise<void> {
    if (this.inTransaction) throw new TransactionError("Cannot disconnect inside a transaction: end it first");
    if (this.#opening !== null) await this.#opening.catch(() => {}); // its caller has the error
    if (this.#writer === null) {
      this.#closed = true;
      return;
    }
    await this.#queue.acquire("a statement");
    this.#closed = true;
    // The writer comes last: only the last connection removes the log of the file, and a reader may not.
    const connections = [...this.#openStreams, ...this.#idleStreams, ...this.#readers, this.#writer];
    this.#writer = null;
    this.#readers = [];
    this.#idleStreams = [];
    this.#openStreams.clear();
    this.#queue.release();
    for (const connection of connections) await this.#guard(() => connection?.close());
    if (this.isObserved("disconnect")) this.emit("disconnect", { database: this.config.database });
  }

  /** Whether the database is open. */
  override isConnected(): boolean {
    return this.#writer !== null && this.#writer.isOpen;
  }

  /** Runs `SELECT 1`; opens the database first, unless `reconnect` is false. */
  override async ping(reconnect = true): Promise<boolean> {
    if (!this.isConnected()) {
      if (!reconnect) return false;
      await this.connect();
    }
    await this.execute("SELECT 1");
    return true;
  }

  // ---- connections for statements

  /** @internal */
  protected override acquire(reads: boolean): MaybePromise<SQLiteConnection> {
    if (this.#writer === null) return after(this.#open(), () => this.acquire(reads));
    // The writer knows the pages that it has just written; another connection has to read them anew after every write.
    if (reads && this.#readers.length > 0 && !this.#queue.isFree) {
      return this.#readers[this.#nextReader++ % this.#readers.length]!;
    }
    const turn = this.#queue.acquire("a statement");
    return turn === undefined ? this.#writer : turn.then(() => this.#ownWriter());
  }

  /** The writer, for whoever has its turn: while waiting for it the backend may have been closed. */
  #ownWriter(): SQLiteConnection {
    if (this.#writer !== null) return this.#writer;
    this.#queue.release();
    throw new ConnectionError("SQLite database was closed while a statement was waiting for it");
  }

  /** @internal */
  protected override release(connection: SQLiteConnection): void {
    if (connection === this.#writer) this.#queue.release();
  }

  /**
   * A stream keeps a snapshot open for as long as it is read, so it has a connection that nobody else reads from.
   *
   * @internal
   */
  protected override acquireForStream(): MaybePromise<SQLiteConnection | null> {
    if (this.#writer === null) return after(this.#open(), () => this.acquireForStream());
    return this.config.isMemory ? null : this.#guard(() => this.#openStream());
  }

  async #openStream(): Promise<SQLiteConnection> {
    const connection = this.#idleStreams.pop() ?? await this.#connection(true);
    this.#openStreams.add(connection);
    try {
      if (this.#writer === null) throw new ConnectionError("SQLite database was closed while a stream was opening");
      await whenNotBusy(() => beginSnapshot(connection), this.config);
      return connection;
    } catch (error) {
      this.#openStreams.delete(connection);
      connection.close();
      throw error;
    }
  }

  /** @internal */
  protected override releaseFromStream(connection: SQLiteConnection): void {
    // One that is not among the open streams was closed by disconnect() meanwhile.
    if (!this.#openStreams.delete(connection) || this.#idleStreams.length > 3) return connection.close();
    endSnapshot(connection);
    this.#idleStreams.push(connection);
  }

  /**
   * A table that is read from its start to its end is read in windows.
   *
   * @internal
   */
  protected override streamOn(
    connection: SQLiteConnection,
    query: QueryNode,
    plan: StatementPlan,
    size: number,
    options: RunOptions | undefined,
  ): AsyncIterable<unknown[][]> {
    const window = windowOf(query, size);
    if (window !== null) {
      const windowPlan = this.planned(window.query, options);
      if (goesByKey(connection, window.table, plan, windowPlan)) return readWindows(connection, windowPlan, size);
    }
    return super.streamOn(connection, query, plan, size, options);
  }

  /** @internal */
  protected override handleError(error: unknown, sql: string): Error {
    return mapSQLiteError(error, { sql, database: this.config.database });
  }

  /**
   * Sends a statement (a step of `execute()`). While another process holds the lock it is tried again, without blocking other
   * work.
   */
  protected override runQuery(
    connection: SQLiteConnection,
    sql: string,
    params: readonly unknown[],
    mode: ResultMode,
  ): MaybePromise<RunResult> {
    if (this.#isLost && connection === this.#writer) throw lostTransaction();
    try {
      return connection.run(sql, params, mode);
    } catch (error) {
      if (!mayWait(error, this.config)) return this.#failed(connection, error);
      const again = waitAndTry(() => connection.run(sql, params, mode), this.config, sql);
      return again.catch((later) => this.#failed(connection, later));
    }
  }

  /** Some errors end the transaction, such as a full disk or a trigger that says so. */
  #failed(connection: SQLiteConnection, error: unknown): never {
    if (this.#isBegun && connection === this.#writer && !connection.isTransaction) this.#isLost = true;
    throw error;
  }

  // ---- transactions

  /** @internal */
  protected override readonly transactionPort: TransactionPort = {
    begin: (options) => this.#begin(options),
    commit: (connection) => this.#commit(connection as SQLiteConnection),
    rollback: (connection) => this.#rollback(connection as SQLiteConnection),
    savepoint: (connection, name) =>
      this.control(connection as SQLiteConnection, `SAVEPOINT ${this.dialect.quoteIdentifier(name)}`),
    // A transaction that SQLite has ended has no savepoints left; its own end reports that.
    rollbackTo: (connection, name) =>
      this.#isLost
        ? undefined
        : this.control(connection as SQLiteConnection, `ROLLBACK TO ${this.dialect.quoteIdentifier(name)}`),
    release: (connection, name) =>
      this.#isLost
        ? undefined
        : this.control(connection as SQLiteConnection, `RELEASE ${this.dialect.quoteIdentifier(name)}`),
  };

  #begin(options: CheckedTransactionOptions): MaybePromise<SQLiteConnection> {
    if (options.deferrable) this.requiresCapability("transactions.deferrable");
    if (this.#writer === null) return after(this.#open(), () => this.#begin(options));
    const turn = this.#queue.acquire("a transaction");
    return turn === undefined
      ? this.#start(this.#writer, options)
      : turn.then(() => this.#start(this.#ownWriter(), options));
  }

  /** Every isolation level is SERIALIZABLE here: SQLite has no weaker one between connections. */
  #start(writer: SQLiteConnection, { readOnly }: CheckedTransactionOptions): MaybePromise<SQLiteConnection> {
    const failed = (error: unknown): never => {
      this.#queue.release();
      throw error;
    };
    try {
      // IMMEDIATE takes the write lock now: a later upgrade could fail at once, however long one is ready to wait.
      const begun = this.control(writer, readOnly || this.config.readOnly ? "BEGIN" : "BEGIN IMMEDIATE");
      if (readOnly) {
        writer.exec("PRAGMA query_only = 1");
        this.#isQueryOnly = true;
      }
      return begun instanceof Promise ? begun.then(() => this.#begun(writer), failed) : this.#begun(writer);
    } catch (error) {
      return failed(error);
    }
  }

  #begun(writer: SQLiteConnection): SQLiteConnection {
    this.#isBegun = true;
    return writer;
  }

  #commit(writer: SQLiteConnection): MaybePromise<void> {
    const failed = async (error: unknown): Promise<never> => {
      try {
        await this.#undo(writer, error);
      } finally {
        this.#end(writer);
      }
      throw error;
    };
    try {
      if (!writer.isTransaction) throw lostTransaction();
      const ending = this.control(writer, "COMMIT");
      if (ending instanceof Promise) return ending.then(() => this.#end(writer), failed);
    } catch (error) {
      return failed(error);
    }
    this.#end(writer);
  }

  async #rollback(writer: SQLiteConnection): Promise<void> {
    try {
      await this.#undo(writer);
    } finally {
      this.#end(writer);
    }
  }

  async #undo(writer: SQLiteConnection, reason?: unknown): Promise<void> {
    if (!writer.isTransaction) return;
    try {
      await this.control(writer, "ROLLBACK");
    } catch (error) {
      // A connection in an unknown state is not used again; closing it rolls back.
      writer.close();
      this.#writer = null;
      throw reason === undefined ? error : new AggregateError([reason, error], "COMMIT failed, and so did ROLLBACK");
    }
  }

  #end(writer: SQLiteConnection): void {
    if (this.#isQueryOnly && writer.isOpen) writer.exec("PRAGMA query_only = 0");
    this.#isQueryOnly = false;
    this.#isBegun = false;
    this.#isLost = false;
    this.#queue.release();
  }

  // ---- schema

  /**
   * How SQLite runs a statement.
   *
   * @throws {UnsupportedFeatureError} with `analyze`
   */
  override async explain(
    statement: StatementNode,
    explain?: ExplainOptions,
    options?: RunOptions,
  ): Promise<QueryPlan> {
    const plan = await super.explain(statement, explain, options);
    return await this.#introspect((_, query) => withKeyNames(plan, query));
  }

  /** Whether an error says that the columns of an upsert are no unique key. */
  override isUniqueKeyMissing({ driverError }: QueryError): boolean {
    return isConflictUnmatched(driverError);
  }

  /** Whether a table or view of this name exists. */
  override tableExists(name: string, schema?: string): Promise<boolean> {
    return this.#introspect(({ tableExists }, query) => tableExists(query, name, schema));
  }

  /** Names of all tables and views, without SQLite's own. */
  listTables(schema?: string): Promise<string[]> {
    return this.#introspect(({ listTables }, query) => listTables(query, schema));
  }

  /**
   * Columns, keys and indexes of a table.
   *
   * @throws {QueryError} when there is no such table
   */
  override async getTableSchema(name: string, schema?: string): Promise<TableSchema> {
    const found = await this.#introspect(({ readTableSchema }, query) => readTableSchema(query, name, schema));
    if (found === null) throw new QueryError(`Table "${name}" does not exist in the SQLite database`, { table: name });
    return found;
  }

  async #introspect<T>(read: (from: typeof import("./introspect.ts"), query: SchemaQuery) => Promise<T>): Promise<T> {
    const transaction = this.transactions.current();
    const connection = transaction === undefined
      ? await this.acquire(true)
      : transaction.connection as SQLiteConnection;
    try {
      return await read(
        await import("./introspect.ts"),
        (sql, params) => after(this.send(connection, sql, params, "rows"), ({ rows }) => rows),
      );
    } finally {
      if (transaction === undefined) this.release(connection);
    }
  }
}

function lostTransaction(): TransactionError {
  return new TransactionError(
    "SQLite has rolled the transaction back by itself after an error of one of its statements",
  );
}
