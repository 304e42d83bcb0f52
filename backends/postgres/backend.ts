import { rawFromText } from "../../core/backend/raw_text.ts";
import type { SchemaQuery, TableSchema } from "../../core/backend/table_schema.ts";
import type { CheckedTransactionOptions } from "../../core/backend/transaction_options.ts";
import type { Capabilities } from "../../core/capabilities.ts";
import { ConfigurationError, QueryError, TransactionError, UnsupportedFeatureError } from "../../core/errors.ts";
import type { QueryOptimizer } from "../../core/backend/query_optimizer.ts";
import { PooledBackend } from "../../core/sql/pooled_backend.ts";
import type { TypeRegistry } from "../../core/types/type_registry.ts";
import { shownNumber } from "../../core/types/shown_number.ts";
import { PostgreSQLOptimizer } from "./bulk_insert.ts";
import { PostgreSQLConnectionConfig, type PostgreSQLOptions } from "./config.ts";
import { notCommitted, type PostgreSQLConnection } from "./connection.ts";
import { PostgreSQLDialect } from "./dialect.ts";
import { mapPostgreSQLError } from "./errors.ts";
import { PostgreSQLFeatures } from "./features.ts";
import { listTables, readTableSchema, tableExists } from "./introspect.ts";
import { listenOn, type ListenOptions, type PostgreSQLNotification } from "./listen.ts";
import { LOWEST_VERSION, openConnection } from "./open_connection.ts";
import { RESET_SESSION } from "./session.ts";
import { postgresqlTypes } from "./type_converters.ts";

/** The protocol takes this many parameters in one statement, less one that a driver does not. */
const MAX_PARAMETERS = 65_533;

/**
 * PostgreSQL, through `npm:postgres` or `npm:pg`: a pool of connections, one for each statement, transaction or stream.
 *
 * @example
 * ```ts ignore
 * import { PostgreSQLBackend } from "@rhosocial/activerecord/backends/postgres";
 *
 * await using backend = new PostgreSQLBackend({ url: "postgres://app:secret@db.example:5432/shop", poolSize: 5 });
 * const rows = await backend.fetchAll("SELECT name FROM users WHERE age >= ?", [18]);
 * ```
 */
export class PostgreSQLBackend extends PooledBackend<PostgreSQLConnection> {
  /** `postgresql`. */
  override readonly name = "postgresql";
  /** The key of an inserted row comes with RETURNING. */
  override readonly givesInsertedKey = false;
  /** NULL counts as higher than every value. */
  override readonly sortsNulls = "high";
  /** How PostgreSQL writes SQL. */
  override readonly dialect: PostgreSQLDialect = new PostgreSQLDialect();
  /** How values become what PostgreSQL stores. */
  override readonly types: TypeRegistry = postgresqlTypes();
  /** The configuration, validated. */
  override readonly config: PostgreSQLConnectionConfig;
  /** @internal */
  protected override readonly maxParameters: number = MAX_PARAMETERS;

  /** What is done to statements so that they run faster. */
  override readonly optimizer: QueryOptimizer = new PostgreSQLOptimizer(this);

  #features = new PostgreSQLFeatures(String(LOWEST_VERSION), false);
  #version: string | undefined;

  /**
   * Takes the options, a URL or a finished configuration. Nothing is opened before the first use.
   *
   * @throws {ConfigurationError} that names the option which is wrong
   */
  constructor(config: PostgreSQLOptions | PostgreSQLConnectionConfig | string) {
    super();
    this.config = config instanceof PostgreSQLConnectionConfig ? config : new PostgreSQLConnectionConfig(config);
  }

  /** Whether an error says that the columns of an upsert are no unique key. */
  override isUniqueKeyMissing({ code }: QueryError): boolean {
    return code === "42P10";
  }

  /** What this version of PostgreSQL can do, as a set of names. */
  override get capabilities(): Capabilities {
    return this.#features.capabilities;
  }

  /** What this server can do, as single questions. */
  get features(): PostgreSQLFeatures {
    return this.#features;
  }

  /**
   * `npm:pg` waits for each answer, and a pooler may give each query to another connection.
   *
   * @internal
   */
  protected override get pipelines(): boolean {
    return this.config.driver === "postgres" && this.config.prepare;
  }

  /** Version of the server, once connected. */
  override get serverVersion(): string | undefined {
    return this.#version;
  }

  /** @internal */
  protected override openConnection(): Promise<PostgreSQLConnection> {
    return openConnection(this.config);
  }

  /** @internal */
  protected override inspectServer({ facts }: PostgreSQLConnection): Promise<void> {
    this.#version = facts.version;
    this.#features = new PostgreSQLFeatures(facts.version, facts.isPooled);
    return Promise.resolve();
  }

  /** @internal */
  protected override handleError(error: unknown, sql: string): Error {
    return mapPostgreSQLError(error, sql, this.config);
  }

  /** @internal */
  protected override release(connection: PostgreSQLConnection): void {
    if (!this.config.resetSession || !connection.isAlive) return super.release(connection);
    connection.run(RESET_SESSION, [], "none").then(
      () => super.release(connection),
      () => this.pool.destroy(connection), // what cannot be set back is not used again
    );
  }

  // ---- transactions

  /** @internal */
  protected override beginStatements(
    { isolation, readOnly, deferrable }: CheckedTransactionOptions,
  ): readonly string[] {
    if (deferrable && !(readOnly && isolation === "SERIALIZABLE")) {
      throw new TransactionError(
        'Invalid transaction options: deferrable has an effect only with isolation "SERIALIZABLE" and readOnly',
      );
    }
    const modes = [
      isolation === undefined ? "" : ` ISOLATION LEVEL ${isolation}`,
      readOnly ? " READ ONLY" : "",
      deferrable ? " DEFERRABLE" : "",
    ];
    return [`BEGIN${modes.join("")}`];
  }

  /** @internal */
  protected override refuseCommit({ failure }: PostgreSQLConnection): Error | null {
    return failure === null ? null : notCommitted(failure);
  }

  // ---- notifications

  /**
   * Listens to a channel, on a connection of its own that is not one of the pool. The connection is not opened again when it is
   * lost, since what was sent meanwhile is lost as well: the iteration ends with a `ConnectionError`.
   *
   * @example
   * ```ts ignore
   * for await (const { payload } of backend.listen("jobs", { signal })) await work(payload);
   * ```
   *
   * @throws {UnsupportedFeatureError} with `prepare: false`: a pooler in transaction mode hands no notifications on
   * @throws {ConnectionError} when the connection is lost
   * @throws {CancelledError} when the signal is aborted
   */
  listen(channel: string, options: ListenOptions = {}): AsyncGenerator<PostgreSQLNotification, void, undefined> {
    const name = this.dialect.quoteIdentifier(channel);
    const { heartbeat = 30_000 } = options;
    if (typeof heartbeat !== "number" || !(heartbeat >= 100 && heartbeat <= 2 ** 31 - 1)) {
      throw new ConfigurationError(`Invalid heartbeat: ${shownNumber(heartbeat)} (milliseconds, 100 or more)`);
    }
    if (!this.config.prepare) {
      throw new UnsupportedFeatureError(this.name, {
        feature: "listen",
        instead:
          "a pooler in transaction mode hands no notifications on: give a backend that connects to the server itself",
      });
    }
    return listenOn((onNotification) => openConnection(this.config, onNotification), `LISTEN ${name}`, options);
  }

  /** Sends a message to a channel; in a transaction it goes out with COMMIT. */
  async notify(channel: string, payload = ""): Promise<void> {
    this.dialect.quoteIdentifier(channel);
    await this.execute("SELECT pg_notify(?, ?)", [channel, payload], { reads: false });
  }

  // ---- schema

  /** Whether a table of this name exists; views do not count. */
  override tableExists(name: string, schema?: string): Promise<boolean> {
    return tableExists(this.#schemaQuery, name, schema);
  }

  /** Names of the tables of a schema, sorted; of the first schema of the search path when none is given. */
  listTables(schema?: string): Promise<string[]> {
    return listTables(this.#schemaQuery, schema);
  }

  /**
   * Everything the database knows about a table or view.
   *
   * @throws {QueryError} when there is none
   */
  override async getTableSchema(name: string, schema?: string): Promise<TableSchema> {
    const found = await readTableSchema(this.#schemaQuery, name, schema);
    if (found !== null) return found;
    throw new QueryError(`Cannot describe "${name}": there is no such table or view`, { table: name });
  }

  readonly #schemaQuery: SchemaQuery = async (sql, params) => {
    const { rows } = await this.run({ kind: "rawStatement", raw: rawFromText(sql, params) });
    return rows;
  };
}
