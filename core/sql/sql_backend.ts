import { rawFromText, type TextParameters } from "../backend/raw_text.ts";
import type { InsertNode, QueryNode, StatementNode } from "../ast/statement.ts";
import {
  after,
  type CompiledStatement,
  type MaybePromise,
  type QueryResult,
  type RunResult,
  settled,
} from "../backend/result.ts";
import {
  type CompileOptions,
  type PreparedStatement,
  type RunOptions,
  StorageBackend,
} from "../backend/storage_backend.ts";
import type { Transaction } from "../backend/transaction.ts";
import type { ExplainOptions, QueryPlan } from "../backend/query_plan.ts";
import { QueryOptimizer } from "../backend/query_optimizer.ts";
import type { QueryEvent } from "../backend/observer.ts";
import type { TransactionOptions } from "../backend/transaction_options.ts";
import type { ColumnSchema, TableSchema } from "../backend/table_schema.ts";
import { QueryBuildError } from "../errors.ts";
import { isPlainlyScoped, resolveScopes } from "../ast/default_scope.ts";
import { shownNumber } from "../types/shown_number.ts";
import type { SQLBuilder } from "./builder.ts";
import { tagComment } from "./comment.ts";
import type { SQLDialect } from "./dialect.ts";
import type { DriverConnection, ResultMode } from "./driver.ts";
import { preparedEachTime, preparedPlan } from "./prepared_plan.ts";
import { explained } from "./explain.ts";
import { prettySQL } from "./pretty.ts";
import {
  checkRunOptions,
  planOf,
  refuseOverrun,
  type StatementPlan,
  tagged,
  unprotectedLock,
} from "./statement_plan.ts";
import { onlyReads, refuseControl } from "./statement_kind.ts";

/** Options of the text forms. */
export interface ExecuteOptions extends RunOptions {
  /** Says that the text only reads, so that it may run beside a writer. @default by the first word of the text */
  readonly reads?: boolean;
}

/** What the backends with SQL share: statements are compiled by the dialect, run on a connection, and errors are mapped. */
export abstract class SQLBackend<C extends DriverConnection = DriverConnection> extends StorageBackend {
  /** How this database writes SQL. */
  abstract readonly dialect: SQLDialect;

  /** Takes a connection for one statement outside a transaction. */
  protected abstract acquire(reads: boolean): MaybePromise<C>;
  /** Gives a connection back. */
  protected abstract release(connection: C): void;
  /** Takes a connection for a stream outside a transaction, or null when it must be read at once. */
  protected abstract acquireForStream(options?: RunOptions): MaybePromise<C | null>;
  /** Ends the use of a connection that was taken for a stream. */
  protected abstract releaseFromStream(connection: C): void;
  /** Turns a driver's error into one of the tree, by its code. */
  protected abstract handleError(error: unknown, sql: string): Error;

  // ---- statements as data

  /** The text of a statement and its parameters, encoded. Needs no connection. */
  override compile(statement: StatementNode, { pretty = false, tags }: CompileOptions = {}): CompiledStatement {
    const { sql, params, needs } = this.#written(statement);
    for (const capability of needs ?? []) {
      // Without a connection nothing is known about a version; what no version has is refused all the same.
      if (this.isConnected() || !Array.isArray(this.capabilities.ruleOf(capability)?.since)) {
        this.requiresCapability(capability);
      }
    }
    const text = tags === undefined ? sql : sql + tagComment(tags);
    return { sql: pretty ? prettySQL(text) : text, params };
  }

  /** Runs a statement in the ambient transaction, if there is one. */
  run(statement: StatementNode, options?: RunOptions): MaybePromise<RunResult> {
    const plan = this.#plan(statement);
    return this.#runPlan(plan, plan.params, options);
  }

  /** Compiles a statement whose values come later. */
  prepare(statement: StatementNode): PreparedStatement {
    const builder = this.dialect.createBuilder(this.types).statement(statement);
    if (builder.hasScopes) return preparedEachTime(() => this.#prepared(this.#plan(statement)));
    return this.#prepared(this.#planOf(statement, builder));
  }

  #prepared(plan: StatementPlan): PreparedStatement {
    return preparedPlan(plan, (own, params, options) => this.#runPlan(own, params, options));
  }

  /**
   * How the database runs a statement; with `analyze` it is run.
   *
   * @throws {QueryBuildError} for a write with `analyze`, and for SQL text that is not plainly a query
   * @throws {UnsupportedFeatureError} when the database cannot explain, or not with `analyze`
   */
  override async explain(
    statement: StatementNode,
    { analyze = false }: ExplainOptions = {},
    options?: RunOptions,
  ): Promise<QueryPlan> {
    return await explained(this, { kind: "explain", statement, analyze }, options);
  }

  #plan(statement: StatementNode): StatementPlan {
    return this.#planOf(statement, this.#written(statement));
  }

  /** The plan of what was written, when the database can take so many values: some only close the connection. */
  #planOf(statement: StatementNode, builder: SQLBuilder): StatementPlan {
    const { length } = builder.params;
    if (length <= this.maxParameters) return planOf(statement, builder);
    throw new QueryBuildError(
      `The statement has ${length} values, and ${this.name} takes ${this.maxParameters}: send it in parts, or the values as a list in in()`,
    );
  }

  /** The plan of a statement, with the tags of its scope and of the call behind its text. */
  protected planned(statement: StatementNode, options: RunOptions | undefined): StatementPlan {
    return tagged(this.#plan(statement), this.scope, options);
  }

  /** The statement as text, with the conditions that default scopes have now. */
  #written(statement: StatementNode): SQLBuilder {
    if (!isPlainlyScoped(statement)) {
      const builder = this.dialect.createBuilder(this.types).statement(statement);
      if (!builder.hasScopes) return builder;
    }
    return this.dialect.createBuilder(this.types).statement(resolveScopes(statement));
  }

  #runPlan(plan: StatementPlan, params: readonly unknown[], options: RunOptions | undefined): MaybePromise<RunResult> {
    if (options !== undefined) checkRunOptions(options, plan.sql);
    if (plan.needs !== null) {
      // Only a connected backend knows its version.
      return after(this.ready(), () => this.#runPlan(this.#asked(plan), params, options));
    }
    if (!this.hasScopes && options?.tags === undefined) {
      return plan.reads ? this.#runNow(plan, params, options) : this.#runWrite(plan, params, options);
    }
    const { scope } = this;
    const scoped = tagged(plan, scope, options);
    if (!plan.reads) return this.#runWrite(scoped, params, options);
    const cache = plan.mode === "auto" ? null : scope?.cache ?? null;
    const run = () => this.#runNow(scoped, params, options);
    if (cache === null) return run();
    const reader = this.transactions.current()?.root;
    return cache.answer({ sql: scoped.sql, params }, { reader, writes: () => this.writes, run });
  }

  /** A write makes kept results wrong: those that are read while it runs, and those before. */
  #runWrite(plan: StatementPlan, params: readonly unknown[], options: RunOptions | undefined): MaybePromise<RunResult> {
    this.noteWrite();
    const result = this.#runNow(plan, params, options);
    if (result instanceof Promise) return result.finally(() => this.noteWrite());
    this.noteWrite();
    return result;
  }

  #runNow(plan: StatementPlan, params: readonly unknown[], options: RunOptions | undefined): MaybePromise<RunResult> {
    const transaction = this.transactions.current();
    if (transaction === undefined && plan.locks) throw unprotectedLock(plan.sql);
    if (transaction === undefined) return this.sendAlone(plan, params, options);
    return transaction.statement(() =>
      this.send(this.#connectionOf(transaction), plan.sql, params, plan.mode, options)
    );
  }

  /** The plan, when the database can do what it needs. */
  #asked(plan: StatementPlan): StatementPlan {
    for (const capability of plan.needs ?? []) this.requiresCapability(capability);
    return { ...plan, needs: null };
  }

  /** Runs a statement outside a transaction, on a connection that is taken for it. */
  protected sendAlone(
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
  ): MaybePromise<RunResult> {
    const connection = this.acquire(plan.reads);
    return connection instanceof Promise
      ? connection.then((acquired) => this.#sendOnce(acquired, plan, params, options))
      : this.#sendOnce(connection, plan, params, options);
  }

  #connectionOf(transaction: Transaction): C {
    // The port of this backend put its own connection there.
    return transaction.connection as C;
  }

  /** Sends a statement on a connection that is given back afterwards. */
  #sendOnce(
    connection: C,
    plan: StatementPlan,
    params: readonly unknown[],
    options: RunOptions | undefined,
  ): MaybePromise<RunResult> {
    let result: MaybePromise<RunResult>;
    try {
      result = this.send(connection, plan.sql, params, plan.mode, options);
    } catch (error) {
      this.release(connection);
      throw error;
    }
    if (result instanceof Promise) return result.finally(() => this.release(connection));
    this.release(connection);
    return result;
  }

  /** Sends a statement, maps its error and tells the listeners. */
  protected send(
    connection: C,
    sql: string,
    params: readonly unknown[],
    mode: ResultMode,
    options?: RunOptions,
  ): MaybePromise<RunResult> {
    if (this.isObserved("query")) return this.#sendObserved(connection, sql, params, mode, options);
    try {
      const result = this.runQuery(connection, sql, params, mode, options);
      return result instanceof Promise ? result.catch((error) => this.#fail(error, sql)) : result;
    } catch (error) {
      return this.#fail(error, sql);
    }
  }

  #fail(error: unknown, sql: string): never {
    throw this.handleError(error, sql);
  }

  #sendObserved(
    connection: C,
    sql: string,
    params: readonly unknown[],
    mode: ResultMode,
    options: RunOptions | undefined,
  ): MaybePromise<RunResult> {
    const start = performance.now();
    return settled(() => this.runQuery(connection, sql, params, mode, options), (result) => {
      this.#tell(start, { sql, kind: "statement", rows: result.affectedRows });
      return result;
    }, (raw) => {
      const error = this.handleError(raw, sql);
      this.#tell(start, { sql, kind: "statement", rows: 0, error });
      throw error;
    });
  }

  #tell(start: number, event: Omit<QueryEvent, "durationMs">): void {
    if (this.isObserved("query")) this.emit("query", { ...event, durationMs: performance.now() - start });
  }

  /**
   * Reads the rows of a query in groups, without holding all of them where the backend has a connection to spare.
   *
   * @throws {QueryBuildError} when the size of a group is not a whole number, 1 or more
   */
  async *stream(query: QueryNode, size: number, options?: RunOptions): AsyncGenerator<unknown[][]> {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new QueryBuildError(
        `Cannot stream rows in groups of ${shownNumber(size)}: expected a whole number, 1 or more`,
      );
    }
    // What default scopes say now holds to the end, although the query may be written once more after waiting for a connection.
    query = resolveScopes(query);
    const plan = this.planned(query, options);
    const { sql } = plan;
    if (options !== undefined) checkRunOptions(options, sql);
    if (plan.needs !== null) {
      await this.ready();
      this.#asked(plan);
    }
    if (plan.locks && !this.inTransaction) throw unprotectedLock(sql);
    const connection = this.inTransaction ? null : await this.acquireForStream(options);
    if (connection === null) {
      const { rows } = await this.run(query, options);
      for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size);
      return;
    }
    const start = performance.now();
    let count = 0;
    let error: Error | undefined;
    try {
      for await (const rows of this.streamOn(connection, query, plan, size, options)) {
        if (options !== undefined) refuseOverrun(options, sql, start);
        count += rows.length;
        yield rows;
      }
    } catch (raw) {
      throw error = this.handleError(raw, sql);
    } finally {
      this.releaseFromStream(connection);
      this.#tell(start, { sql, kind: "statement", rows: error === undefined ? count : 0, error });
    }
  }

  /**
   * Reads the rows of a query on a connection that is taken for it (a step of `stream()`). `plan` is its text with the tags of
   * this call.
   */
  protected streamOn(
    connection: C,
    _query: QueryNode,
    { sql, params }: StatementPlan,
    size: number,
    _options: RunOptions | undefined,
  ): AsyncIterable<unknown[][]> {
    return connection.stream(sql, params, size);
  }

  // ---- statements as text: a template method whose steps a backend may override

  /**
   * Runs SQL text with parameters: a list for `?`, a map for `:name`. Transactions are not begun or ended by text.
   *
   * @example
   * ```ts ignore
   * const { rows } = await backend.execute("SELECT name FROM users WHERE age > ?", [18]);
   * ```
   */
  async execute<R = Record<string, unknown>>(
    sql: string,
    params: TextParameters = [],
    options: ExecuteOptions = {},
  ): Promise<QueryResult<R>> {
    const start = performance.now();
    refuseControl(sql);
    const prepared = this.prepareSql(sql, params);
    const plan: StatementPlan = {
      ...prepared,
      needs: null,
      locks: false,
      slots: [],
      mode: "auto",
      reads: options.reads ?? onlyReads(sql),
      isRepeatable: options.reads === true,
    };
    const result = await this.#runPlan(plan, prepared.params, options);
    await this.commitIfNeeded();
    return this.fetchResults<R>(result, performance.now() - start);
  }

  /** First step of `execute()`: translates placeholders and encodes parameters. */
  protected prepareSql(sql: string, params: TextParameters): CompiledStatement {
    return this.compile({
      kind: "rawStatement",
      raw: rawFromText(sql, params),
    });
  }

  /** Second step: sends the text. */
  protected runQuery(
    connection: C,
    sql: string,
    params: readonly unknown[],
    mode: ResultMode,
    _options?: RunOptions,
  ): MaybePromise<RunResult> {
    return connection.run(sql, params, mode);
  }

  /** Third step: for databases that do not commit single statements by themselves. Does nothing unless overridden. */
  protected commitIfNeeded(): MaybePromise<void> {}

  /** Last step: rows as objects. */
  protected fetchResults<R>(result: RunResult, durationMs: number): QueryResult<R> {
    const { columns, affectedRows, lastInsertId } = result;
    const rows = result.rows.map((values) => {
      const row: Record<string, unknown> = Object.create(null);
      for (let i = 0; i < columns.length; i++) row[columns[i]!] = values[i];
      return row as R; // the caller says what the text gives
    });
    return {
      rows,
      affectedRows,
      affected: affectedRows,
      lastInsertId,
      columns,
      durationMs,
    };
  }

  /** First row of SQL text, or null. */
  async fetchOne<R = Record<string, unknown>>(
    sql: string,
    params?: TextParameters,
    options?: ExecuteOptions,
  ): Promise<R | null> {
    return (await this.execute<R>(sql, params, options)).rows[0] ?? null;
  }

  /** The first rows of SQL text, 100 unless told otherwise. */
  async fetchMany<R = Record<string, unknown>>(sql: string, params?: TextParameters, size = 100): Promise<R[]> {
    return (await this.execute<R>(sql, params)).rows.slice(0, size);
  }

  /** All rows of SQL text. */
  async fetchAll<R = Record<string, unknown>>(
    sql: string,
    params?: TextParameters,
    options?: ExecuteOptions,
  ): Promise<R[]> {
    return (await this.execute<R>(sql, params, options)).rows;
  }

  // ---- transactions by hand

  /** Commits the ambient transaction. */
  commit(): Promise<void> {
    return this.transactions.end(true);
  }

  /** Rolls the ambient transaction back. */
  rollback(): Promise<void> {
    return this.transactions.end(false);
  }

  /** Starts a transaction for the code that follows, until `commitTransaction()`. For scripts; see `TransactionManager.beginAmbient`. */
  beginTransaction(options?: TransactionOptions): Promise<Transaction> {
    return this.transactions.beginAmbient(options);
  }

  /** Commits the ambient transaction. */
  commitTransaction(): Promise<void> {
    return this.commit();
  }

  /** Rolls the ambient transaction back. */
  rollbackTransaction(): Promise<void> {
    return this.rollback();
  }

  /** Runs a function in a transaction nested in the ambient one, or in one of its own. */
  savepoint<T>(fn: (tx: Transaction) => T | Promise<T>): Promise<T> {
    return this.transaction(fn);
  }

  // ---- schema

  /** Whether a table or view of this name exists. */
  abstract tableExists(name: string, schema?: string): Promise<boolean>;
  /** Everything the database knows about a table. Throws `QueryError` when there is none. */
  abstract getTableSchema(name: string, schema?: string): Promise<TableSchema>;

  /** The columns of a table, in their order. */
  async getColumns(name: string, schema?: string): Promise<readonly ColumnSchema[]> {
    return (await this.getTableSchema(name, schema)).columns;
  }

  /** Runs the statements that create a table and its indexes, in one transaction where DDL can be in one. */
  createTable(statements: readonly StatementNode[]): Promise<void> {
    return this.changeSchema(statements);
  }

  /** Runs statements that change the schema, in one transaction where DDL can be in one. */
  changeSchema(statements: readonly StatementNode[]): Promise<void> {
    return this.transactions.internal(async () => {
      for (const statement of statements) {
        for (const part of this.dialect.expand(statement)) await this.run(part);
      }
    });
  }

  /** Removes a table. */
  async dropTable(
    name: string,
    { ifExists = false, schema }: { ifExists?: boolean; schema?: string } = {},
  ): Promise<void> {
    await this.run({
      kind: "dropTable",
      table: { kind: "table", name, schema },
      ifExists,
    });
  }

  /** How many rows fit in one INSERT of the given width. */
  rowsPerInsert(insert: Pick<InsertNode, "columns">): number {
    return Math.max(
      1,
      Math.min(this.maxRowsPerInsert, Math.floor(this.maxParameters / Math.max(1, insert.columns.length))),
    );
  }

  /** What is done to statements so that they run faster. */
  override readonly optimizer: QueryOptimizer = new QueryOptimizer(this);

  /** Highest number of parameters of one statement. */
  protected abstract readonly maxParameters: number;
  /** Number of rows from which a longer INSERT is not faster. */
  protected readonly maxRowsPerInsert: number = 100;

  /** A statement of a transaction itself: BEGIN, COMMIT, savepoints. */
  protected control(connection: C, sql: string): MaybePromise<void> {
    this.noteWrite();
    const start = performance.now();
    return settled(() => this.runQuery(connection, sql, [], "none"), () => {
      this.noteWrite();
      this.#tell(start, { sql, kind: "transaction", rows: 0 });
    }, (raw) => {
      this.noteWrite();
      const error = this.handleError(raw, sql);
      this.#tell(start, { sql, kind: "transaction", rows: 0, error });
      throw error;
    });
  }
}
