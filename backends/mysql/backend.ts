import type { TableNode } from "../../core/ast/expression.ts";
import type { StatementNode } from "../../core/ast/statement.ts";
import { FeatureDetector } from "../../core/backend/features.ts";
import type { MaybePromise, QueryResult, RunResult } from "../../core/backend/result.ts";
import type { TextParameters } from "../../core/backend/raw_text.ts";
import type { RunOptions } from "../../core/backend/storage_backend.ts";
import type { SchemaQuery, TableSchema } from "../../core/backend/table_schema.ts";
import type { CheckedTransactionOptions } from "../../core/backend/transaction_options.ts";
import { type Capabilities, compareVersions, parseVersion } from "../../core/capabilities.ts";
import {
  ConfigurationError,
  ConnectionError,
  OperationalError,
  QueryBuildError,
  QueryError,
  TransactionError,
  UniqueViolationError,
} from "../../core/errors.ts";
import type { ResultMode } from "../../core/sql/driver.ts";
import { PooledBackend } from "../../core/sql/pooled_backend.ts";
import type { TypeRegistry } from "../../core/types/type_registry.ts";
import { shownNumber } from "../../core/types/shown_number.ts";
import { MySQLConnectionConfig, type MySQLOptions } from "./config.ts";
import type { MySQLConnection } from "./connection.ts";
import { MySQLDialect } from "./dialect.ts";
import { openConnection } from "./driver.ts";
import { mapMySQLError } from "./errors.ts";
import { NO_TIME_ZONES, TIME_ZONES } from "./features.ts";
import { withoutGone } from "./full_text.ts";
import { MYSQL_FLAVOR, type ServerFlavor, versionOf } from "./flavor.ts";
import { commitsByItself } from "./implicit_commit.ts";
import { listTables, readTableSchema, tableExists } from "./introspect.ts";
import { bindPath } from "./json_path.ts";
import { mysqlTypes } from "./type_converters.ts";
import { UniqueKeys } from "./unique_keys.ts";

/** The protocol counts parameters with 16 bits. */
const MAX_PARAMETERS = 65_535;

/** Milliseconds before `executeWithRetry()` tries again; they double with each. */
const FIRST_PAUSE = 100;

/** An index of this name is there already, or a column. */
const EXISTS = [1061, 1060];

/** There is nothing of this name that could be removed. */
const NOTHING_TO_DROP = 1091;

/** Out of range: what an upsert runs into when the row that is in the way has another unique key in common. */
const OUT_OF_RANGE = 1690;

/**
 * MySQL 8.0.19 or later, through a pool of connections of `npm:mysql2`.
 *
 * @example
 * ```ts ignore
 * import { MySQLBackend } from "@rhosocial/activerecord/backends/mysql";
 *
 * await using backend = new MySQLBackend({ url: "mysql://app:secret@localhost/shop" });
 * const users = await backend.fetchAll("SELECT name FROM users WHERE age > ?", [18]);
 * ```
 */
export class MySQLBackend extends PooledBackend<MySQLConnection> {
  /** `mysql`. */
  override readonly name: string = "mysql";
  /** The server sends rows until nobody reads them any more, so there is no round trip to save. */
  override readonly rowsPerGroup = 100;
  /** The server says the key of the inserted row. */
  override readonly givesInsertedKey = true;
  /** How MySQL writes SQL. */
  override readonly dialect: MySQLDialect = new MySQLDialect();
  /** How values become what the server stores. */
  override readonly types: TypeRegistry = mysqlTypes();
  /** The configuration, validated. */
  override readonly config: MySQLConnectionConfig;
  /** @internal */
  protected override readonly maxParameters: number = MAX_PARAMETERS;
  /** @internal */
  protected override readonly maxRowsPerInsert: number = 250;

  #features: FeatureDetector | undefined;
  #version: string | undefined;
  readonly #uniqueKeys = new UniqueKeys();

  /**
   * Takes the options, a URL or a finished configuration. Nothing is opened before the first use.
   *
   * @throws {ConfigurationError} that names the option which is wrong
   */
  constructor(config: MySQLOptions | MySQLConnectionConfig | string) {
    super();
    this.config = config instanceof MySQLConnectionConfig ? config : this.configure(config);
  }

  /** Makes the configuration of this kind of server. */
  protected configure(options: MySQLOptions | string): MySQLConnectionConfig {
    return new MySQLConnectionConfig(options);
  }

  /**
   * What differs between the two servers.
   *
   * @internal
   */
  protected get flavor(): ServerFlavor {
    return MYSQL_FLAVOR;
  }

  /** What this version of the server can do, as a set of names; before connecting, what the lowest version can. */
  override get capabilities(): Capabilities {
    return this.features.capabilities;
  }

  /** What this version of the server can do, as single questions. */
  get features(): FeatureDetector {
    return this.#features ??= new FeatureDetector([...this.flavor.rules, NO_TIME_ZONES], this.flavor.lowest);
  }

  /** Version of the server, once connected. */
  override get serverVersion(): string | undefined {
    return this.#version;
  }

  // ---- connections

  /** @internal */
  protected override openConnection(): Promise<MySQLConnection> {
    return openConnection(this.config, this.flavor);
  }

  /** @internal */
  protected override inspectServer(connection: MySQLConnection): Promise<void> {
    const version = versionOf(connection.serverVersion);
    const { title, lowest, rules } = this.flavor;
    if (compareVersions(parseVersion(version), parseVersion(lowest)) < 0) {
      return Promise.reject(
        new ConfigurationError(`Cannot use ${title} ${version}: the backend needs ${lowest} or later`),
      );
    }
    this.#version = version;
    this.#features = new FeatureDetector([...rules, connection.knowsTimeZones ? TIME_ZONES : NO_TIME_ZONES], version);
    return Promise.resolve();
  }

  /** @internal */
  protected override handleError(error: unknown, sql: string): Error {
    return mapMySQLError(error, sql);
  }

  /** @internal */
  protected override release(connection: MySQLConnection): void {
    if (!this.config.resetSession || !connection.isAlive) return super.release(connection);
    connection.reset().then(
      () => super.release(connection),
      () => this.pool.destroy(connection), // what cannot be set back is not used again
    );
  }

  /** Sends a statement (a step of `execute()`). */
  protected override runQuery(
    connection: MySQLConnection,
    sql: string,
    params: readonly unknown[],
    mode: ResultMode,
    options?: RunOptions,
  ): MaybePromise<RunResult> {
    if (this.inTransaction && commitsByItself(sql)) {
      throw new TransactionError(
        "Cannot run the statement inside a transaction: it would commit it at once, and could not be rolled back",
        { sql },
      );
    }
    const { statementTimeout } = this.config;
    // The server's own limit is for queries only.
    const limited = statementTimeout > 0 && !this.flavor.limitsWrites && options?.timeout === undefined
      ? { ...options, timeout: statementTimeout }
      : options;
    return super.runQuery(connection, sql, params, mode, limited);
  }

  /** Runs a statement in the ambient transaction, if there is one. */
  override run(statement: StatementNode, options?: RunOptions): MaybePromise<RunResult> {
    const result = super.run(statement, options);
    if (statement.kind !== "insert" || statement.onConflict === undefined) return result;
    return Promise.resolve(result).catch((error) => {
      throw error instanceof OperationalError && error.code === OUT_OF_RANGE ? otherKey(error) : error;
    });
  }

  // ---- transactions

  /** @internal */
  protected override beginStatements(options: CheckedTransactionOptions): readonly string[] {
    if (options.deferrable) this.requiresCapability("transactions.deferrable");
    const start = options.readOnly ? "START TRANSACTION READ ONLY" : "START TRANSACTION";
    return options.isolation === undefined ? [start] : [`SET TRANSACTION ISOLATION LEVEL ${options.isolation}`, start];
  }

  /** @internal */
  protected override refuseCommit(connection: MySQLConnection): Error | null {
    const ended = connection.endedTransaction;
    return ended === null ? null : this.handleError(ended, "COMMIT");
  }

  /**
   * A deadlock takes the savepoints with the transaction.
   *
   * @internal
   */
  protected override hasSavepoints(connection: MySQLConnection): boolean {
    return connection.isAlive && connection.endedTransaction === null;
  }

  // ---- schema

  /** Whether a table of this name exists. */
  override tableExists(name: string, schema?: string): Promise<boolean> {
    return this.#introspect((query) => tableExists(query, name, schema));
  }

  /** Names of all tables of the database, without views. */
  listTables(schema?: string): Promise<string[]> {
    return this.#introspect((query) => listTables(query, schema));
  }

  /**
   * Columns, keys and indexes of a table.
   *
   * @throws {QueryError} when there is no such table
   */
  override async getTableSchema(name: string, schema?: string): Promise<TableSchema> {
    const found = await this.#introspect((query) => readTableSchema(query, name, schema));
    if (found === null) throw new QueryError(`Table "${name}" does not exist`, { table: name });
    return found;
  }

  /** Whether the table has a unique key of these columns: the servers take any for an upsert, and would insert the row again. */
  override hasUniqueKey(table: TableNode, columns: readonly string[]): Promise<boolean> | boolean {
    return this.#uniqueKeys.has(table, columns, (read) => this.#introspect(read));
  }

  /**
   * Runs the statements that create a table and its indexes. They cannot be rolled back here: when an index cannot be created, the
   * table that was created before it is removed.
   *
   * @throws {TransactionError} inside a transaction, which they would commit
   */
  override async createTable(statements: readonly StatementNode[]): Promise<void> {
    let created: Extract<StatementNode, { kind: "createTable" }> | null = null;
    for (const statement of statements) {
      try {
        if (statement.kind === "createTable") {
          const { name, schema } = statement.table;
          const isThere = statement.ifNotExists && await this.tableExists(name, schema);
          await this.run(statement);
          if (!isThere) created = statement;
        } else await this.run(statement);
      } catch (error) {
        const isIndex = statement.kind === "createIndex" || statement.kind === "createFullText";
        const isThere = isIndex && statement.ifNotExists && created === null &&
          error instanceof QueryError && EXISTS.some((code) => code === error.code);
        if (isThere) continue;
        if (created !== null) await this.run({ kind: "dropTable", table: created.table, ifExists: true });
        throw error;
      }
    }
  }

  /**
   * Runs statements that change the schema, each for itself: they cannot be rolled back here.
   *
   * @throws {TransactionError} inside a transaction, which they would commit
   */
  override async changeSchema(statements: readonly StatementNode[]): Promise<void> {
    for (const statement of withoutGone(statements)) {
      try {
        await this.run(statement);
      } catch (error) {
        const isGone = statement.kind === "dropFullText" && error instanceof QueryError &&
          error.code === NOTHING_TO_DROP;
        if (!isGone) throw error;
      }
    }
  }

  #introspect<T>(read: (query: SchemaQuery) => Promise<T>): Promise<T> {
    return this.withConnection((connection) =>
      read(async (sql, params) => (await this.send(connection, sql, params, "rows")).rows)
    );
  }

  // ---- what only these servers have

  /**
   * The rows of a table whose JSON column has a value at a path. The path is bound as a parameter.
   *
   * @example
   * ```ts ignore
   * const dark = await backend.executeJsonPathQuery("users", "profile", "$.theme", "dark");
   * ```
   *
   * @throws {QueryBuildError} for a path that is none, or a name that is none
   */
  executeJsonPathQuery<R = Record<string, unknown>>(
    table: string,
    column: string,
    path: string,
    value: unknown,
  ): Promise<QueryResult<R>> {
    this.requiresCapability("json.path");
    const { sql, params } = this.dialect.jsonPathEquals(column, path, value);
    return this.execute<R>(`SELECT * FROM ${this.dialect.quoteIdentifier(table)} WHERE ${sql}`, params, {
      reads: true,
    });
  }

  /** The rows of {@linkcode MySQLBackend.executeJsonPathQuery} alone. */
  async jsonPathQuery<R = Record<string, unknown>>(
    table: string,
    column: string,
    path: string,
    value: unknown,
  ): Promise<R[]> {
    return (await this.executeJsonPathQuery<R>(table, column, path, value)).rows;
  }

  /**
   * Runs SQL text, again after 0.1, 0.2, 0.4 … seconds when the connection was lost and nothing can have been done: a query, or a
   * statement that was not sent. Inside a transaction, whose work would be gone, it is run once.
   *
   * @throws {UnknownOutcomeError} when the answer to a write was lost
   * @throws {ConnectionError} when the last try failed too
   */
  async executeWithRetry<R = Record<string, unknown>>(
    sql: string,
    params: TextParameters = [],
    maxRetries = 3,
  ): Promise<QueryResult<R>> {
    if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > 30) {
      throw new QueryBuildError(`Invalid maxRetries: ${shownNumber(maxRetries)} (0–30)`);
    }
    for (let attempt = 0;; attempt++) {
      try {
        return await this.execute<R>(sql, params);
      } catch (error) {
        const isTransient = error instanceof ConnectionError && (error.retryable || this.isConnected());
        if (!isTransient || attempt >= maxRetries || this.inTransaction) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE * 2 ** attempt));
    }
  }

  /**
   * Inserts rows by as few statements as the server's limits allow, all or none; a row that has a unique key in common with one
   * that is there replaces its other columns (`id` stays). Gives the number of rows given.
   *
   * @throws {QueryBuildError} when a row has not as many values as there are columns
   */
  async optimizedBatchInsert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<number> {
    if (rows.length === 0) return 0;
    if (columns.length === 0) throw new QueryBuildError("optimizedBatchInsert() needs the names of the columns");
    const wrong = rows.findIndex((row) => row.length !== columns.length);
    if (wrong >= 0) {
      throw new QueryBuildError(
        `Row ${wrong} of optimizedBatchInsert() has ${rows[wrong]!.length} values for ${columns.length} columns`,
      );
    }
    const text = this.dialect.replacingInsert(table, columns);
    const group = `(${columns.map(() => "?").join(", ")})`;
    const size = this.rowsPerInsert({ columns });
    await this.transactions.internal(async () => {
      for (let start = 0; start < rows.length; start += size) {
        const part = rows.slice(start, start + size);
        await this.execute(`${text.before}${part.map(() => group).join(", ")}${text.after}`, part.flat());
      }
    });
    return rows.length;
  }

  /**
   * A JSON path as it is bound: with `$` in front.
   *
   * @throws {QueryBuildError} for a path that is none
   */
  normalizeJsonPath(path: string): string {
    return bindPath(path);
  }
}

/** The row that was in the way had not the key that the upsert was for. */
function otherKey(error: OperationalError): UniqueViolationError {
  return new UniqueViolationError(
    "Cannot write a row: another row has the same entry in a unique key that is not the one of the upsert",
    { sql: error.sql, code: error.code, driverError: error.driverError },
  );
}
