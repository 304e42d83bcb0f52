import type { RunResult } from "../../core/backend/result.ts";
import { ConnectionError } from "../../core/errors.ts";
import type { DriverConnection, ResultMode } from "../../core/sql/driver.ts";
import { type AggregateFunction, OWN_FUNCTIONS, type ScalarFunction, throwFailure } from "./functions.ts";
import { bindParameters, type SQLiteValue } from "./parameters.ts";
import { RowSource } from "./row_source.ts";
import { exactNumber } from "./row_values.ts";
import { StatementCache } from "./statement_cache.ts";
import { readStatementText, type StatementText } from "./statement_text.ts";

/** One open database of any driver. It answers at once; errors are the driver's own. */
export interface SQLiteConnection extends DriverConnection {
  /** Runs one statement. */
  run(sql: string, params: readonly unknown[], mode: ResultMode): RunResult;
  /** Runs a command without parameters and without rows, such as `BEGIN`. */
  exec(sql: string): void;
  /** Closes the database. Closing it again does nothing. */
  close(): void;
  /** Whether a transaction is open, as SQLite sees it: some errors end it. */
  readonly isTransaction: boolean;
  /** Whether the database is open. */
  readonly isOpen: boolean;
  /** Version of SQLite. */
  readonly sqliteVersion: string;
  /** Defines a deterministic function. */
  defineFunction(name: string, fn: ScalarFunction): void;
  /** Defines an aggregate. */
  defineAggregate(name: string, fn: AggregateFunction<unknown>): void;
}

/** What running a statement without rows gives; the key may be rounded when it is an unsafe number. */
export interface ChangeCount {
  /** Rows changed. */
  readonly changes: number | bigint;
  /** Key of the row inserted last on the connection. */
  readonly lastInsertRowid: number | bigint;
}

/** A prepared statement of a driver. Rows are arrays with exact integers. */
export interface DriverStatement {
  /** Names of the columns now, which a change of the schema may change; empty when it gives no rows. */
  columnNames(): string[];
  /** The first row of a query. */
  first(values: SQLiteValue[]): unknown[] | undefined;
  /** Steps to the end and gives all rows. */
  all(values: SQLiteValue[]): unknown[][];
  /** Runs a statement that gives no rows. */
  change(values: SQLiteValue[]): ChangeCount;
  /** Rows one by one; the integers may be bigint. */
  iterate(values: SQLiteValue[]): Iterator<unknown[]>;
  /** Frees the statement, where the driver can. */
  finalize(): void;
}

/** What a driver has to do. */
export interface DriverDatabase {
  /** Prepares a statement whose text has been checked. */
  prepare(sql: string, text: StatementText): DriverStatement;
  /** Runs a command without parameters and without rows. */
  exec(sql: string): void;
  /** Closes the database. */
  close(): void;
  /** Defines a deterministic function. */
  defineFunction(name: string, fn: ScalarFunction): void;
  /** Defines an aggregate. */
  defineAggregate(name: string, fn: AggregateFunction<unknown>): void;
  /** Whether a transaction is open. */
  readonly isTransaction: boolean;
}

interface CachedStatement {
  readonly text: StatementText;
  readonly statement: DriverStatement;
  readonly givesRows: boolean;
  /** Whether the text may call a function of ours, whose failure has to be asked for. */
  readonly usesFunctions: boolean;
  columns: readonly string[] | undefined;
}

const NO_COLUMNS: readonly string[] = [];

/** A connection over any driver: caching, counting, streaming and all that drivers do differently or silently wrong. */
export class CachedConnection implements SQLiteConnection {
  readonly #database: DriverDatabase;
  readonly #statements: StatementCache<CachedStatement>;
  readonly #streams = new Set<RowSource>();
  #isOpen = true;
  #version: string | undefined;

  /** Takes over an open database. */
  constructor(database: DriverDatabase, { statementCacheSize }: { readonly statementCacheSize: number }) {
    this.#database = database;
    this.#statements = new StatementCache(statementCacheSize, ({ statement }) => statement.finalize());
  }

  /** Whether a transaction is open, as SQLite sees it. */
  get isTransaction(): boolean {
    return this.#isOpen && this.#database.isTransaction;
  }

  /** Whether the database is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Version of SQLite. */
  get sqliteVersion(): string {
    return this.#version ??= String(this.run("SELECT sqlite_version()", [], "row").rows[0]?.[0]);
  }

  /** Defines a deterministic function. */
  defineFunction(name: string, fn: ScalarFunction): void {
    this.#database.defineFunction(name, fn);
  }

  /** Defines an aggregate. */
  defineAggregate(name: string, fn: AggregateFunction<unknown>): void {
    this.#database.defineAggregate(name, fn);
  }

  /** Runs one statement. */
  run(sql: string, params: readonly unknown[], mode: ResultMode): RunResult {
    const cached = this.#statements.get(sql);
    if (cached !== undefined) return this.#execute(cached, sql, params, mode);
    const { entry, isKept } = this.#prepare(sql);
    try {
      return this.#execute(entry, sql, params, mode);
    } finally {
      if (!isKept) entry.statement.finalize();
    }
  }

  /** Runs a command without parameters and without rows, such as `BEGIN`. */
  exec(sql: string): void {
    this.#requireOpen();
    this.#drainStreams();
    this.#database.exec(sql);
  }

  /** Reads rows in groups. The query has a statement of its own, so it never meets another with the same text. */
  async *stream(sql: string, params: readonly unknown[], size: number): AsyncGenerator<unknown[][], void, undefined> {
    this.#requireOpen();
    const text = readStatementText(sql);
    // A write that gives rows has to run to its end, whether the rows are wanted or not.
    if (text.kind !== "read") return yield* groupsOf(this.run(sql, params, "rows").rows, size);
    const values = bindParameters(params, text.parameters, sql);
    const statement = this.#prepareNow(sql, text);
    try {
      const source = new RowSource(statement.iterate(values), OWN_FUNCTIONS.test(sql) ? () => throwFailure(sql) : null);
      this.#streams.add(source);
      try {
        for (let rows = source.take(size); rows.length > 0; rows = source.take(size)) yield rows;
      } finally {
        this.#streams.delete(source);
        source.close();
      }
    } finally {
      statement.finalize();
    }
  }

  /** Closes the database. Streams that are open end with an error; closing again does nothing. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const source of this.#streams) {
      source.abandon(new ConnectionError("Cannot read more rows: the connection was closed"));
    }
    this.#streams.clear();
    this.#statements.clear();
    this.#database.close();
  }

  #execute(entry: CachedStatement, sql: string, params: readonly unknown[], mode: ResultMode): RunResult {
    if (!entry.usesFunctions) return this.#step(entry, sql, params, mode);
    if (entry.text.kind === "read") {
      const result = this.#step(entry, sql, params, mode);
      throwFailure(sql);
      return result;
    }
    return this.#stepGuarded(entry, sql, params, mode);
  }

  /** A failure of our own functions is only known after the statement, which must then be undone. */
  #stepGuarded(entry: CachedStatement, sql: string, params: readonly unknown[], mode: ResultMode): RunResult {
    this.exec("SAVEPOINT own_functions");
    try {
      const result = this.#step(entry, sql, params, mode);
      throwFailure(sql);
      return result;
    } catch (error) {
      if (this.isTransaction) this.exec("ROLLBACK TO own_functions");
      throw error;
    } finally {
      if (this.isTransaction) this.exec("RELEASE own_functions");
    }
  }

  #step(entry: CachedStatement, sql: string, params: readonly unknown[], mode: ResultMode): RunResult {
    const { text, statement } = entry;
    const values = bindParameters(params, text.parameters, sql);
    if (text.kind !== "read") return this.#executeWrite(entry, values, mode);
    if (mode === "row") {
      const row = statement.first(values);
      return row === undefined
        ? { rows: [], affectedRows: 0, lastInsertId: null, columns: NO_COLUMNS }
        : { rows: [row], affectedRows: 1, lastInsertId: null, columns: NO_COLUMNS };
    }
    return rowsResult(entry, statement.all(values), mode);
  }

  #executeWrite(entry: CachedStatement, values: SQLiteValue[], mode: ResultMode): RunResult {
    const { text, statement } = entry;
    this.#drainStreams();
    // Only stepping to the end tells whether the statement succeeded: a deferred foreign key is checked after its last row.
    if (entry.givesRows) return rowsResult(entry, statement.all(values), mode);
    const { changes, lastInsertRowid } = statement.change(values);
    // Both counters keep what an earlier statement left when this one is not the kind to set them.
    const counts = text.kind === "insert" || text.kind === "change";
    const affectedRows = counts ? Number(changes) : 0;
    const makesKey = text.kind === "insert" && !text.upserts && affectedRows > 0;
    return {
      rows: [],
      affectedRows,
      lastInsertId: makesKey ? this.#exactKey(lastInsertRowid) : null,
      columns: NO_COLUMNS,
    };
  }

  /** Drivers round a large key without a word; a rounded one is never a safe integer. */
  #exactKey(key: number | bigint): number | bigint {
    if (typeof key === "bigint" || Number.isSafeInteger(key)) return exactNumber(key);
    // The column of this query is an integer, which every statement reads exactly.
    return this.run("SELECT last_insert_rowid()", [], "row").rows[0]![0] as number | bigint;
  }

  #prepare(sql: string): { entry: CachedStatement; isKept: boolean } {
    this.#requireOpen();
    const text = readStatementText(sql);
    const statement = this.#prepareNow(sql, text);
    const columns = text.givesRows === undefined ? statement.columnNames() : undefined;
    const usesFunctions = OWN_FUNCTIONS.test(sql);
    const entry = { text, statement, givesRows: text.givesRows ?? columns!.length > 0, usesFunctions, columns };
    // A PRAGMA may take effect, or read its value, when it is prepared; and a driver may count the columns of `*` before it
    // sees that the schema has changed, which an EXPLAIN never does. All must be prepared each time.
    const mayKeep = text.kind !== "pragma" && !text.needsSchema;
    return { entry, isKept: mayKeep && this.#statements.set(sql, entry) };
  }

  /**
   * Drivers count the columns before the first step, which is when SQLite finds out that another connection has changed the
   * schema; an EXPLAIN has no such step. Any query makes it find out earlier.
   */
  #prepareNow(sql: string, text: StatementText): DriverStatement {
    if (text.needsSchema) this.run("SELECT 1 FROM sqlite_schema LIMIT 1", [], "row");
    return this.#database.prepare(sql, text);
  }

  #drainStreams(): void {
    if (this.#streams.size === 0) return;
    for (const source of this.#streams) source.drain();
  }

  #requireOpen(): void {
    if (!this.#isOpen) throw new ConnectionError("Cannot run SQL: the connection is closed");
  }
}

function rowsResult(entry: CachedStatement, rows: unknown[][], mode: ResultMode): RunResult {
  const affectedRows = rows.length;
  if (mode === "none") rows = [];
  else if (mode === "row" && rows.length > 1) rows = [rows[0]!];
  return { rows, affectedRows, lastInsertId: null, columns: mode === "auto" ? columnsOf(entry) : NO_COLUMNS };
}

/** Asking for the names costs more than a query by key; those of a statement that is kept never change. */
function columnsOf(entry: CachedStatement): readonly string[] {
  return entry.columns ??= entry.statement.columnNames();
}

function* groupsOf(rows: unknown[][], size: number): Generator<unknown[][], void, undefined> {
  for (let i = 0; i < rows.length; i += size) yield rows.slice(i, i + size);
}
