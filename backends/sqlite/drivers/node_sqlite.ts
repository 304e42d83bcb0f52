import { DatabaseSync, type StatementSync } from "node:sqlite";
import { OperationalError } from "../../../core/errors.ts";
import type { SQLiteConnectionConfig } from "../config.ts";
import {
  CachedConnection,
  type ChangeCount,
  type DriverDatabase,
  type DriverStatement,
  type SQLiteConnection,
} from "../connection.ts";
import type { AggregateFunction, ScalarFunction } from "../functions.ts";
import type { SQLiteValue } from "../parameters.ts";
import { normalizeRow, normalizeRows } from "../row_values.ts";
import { setUpConnection } from "../set_up.ts";
import type { StatementText } from "../statement_text.ts";

/** Opens a database with the driver that is built into Deno and Node. */
export function openConnection(
  config: SQLiteConnectionConfig,
  { readOnly }: { readonly readOnly: boolean },
): SQLiteConnection {
  const database = new DatabaseSync(config.path, {
    readOnly,
    timeout: 0,
    enableForeignKeyConstraints: config.foreignKeys,
    enableDoubleQuotedStringLiterals: false,
  });
  return setUpConnection(new CachedConnection(new NodeDatabase(database), config), config, { readOnly });
}

class NodeDatabase implements DriverDatabase {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  prepare(sql: string, text: StatementText): DriverStatement {
    return new NodeStatement(this.#database, sql, text);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#database.close();
  }

  defineFunction(name: string, fn: ScalarFunction): void {
    // The driver's types allow values that SQLite cannot give.
    this.#database.function(
      name,
      { deterministic: true, useBigIntArguments: true, varargs: true },
      fn as (...args: unknown[]) => SQLiteValue,
    );
  }

  defineAggregate(name: string, { start, step, result }: AggregateFunction<unknown>): void {
    // The driver's types take the state for a value of SQLite, which it never becomes.
    this.#database.aggregate(
      name,
      { start, step, result, useBigIntArguments: true, varargs: true } as Parameters<DatabaseSync["aggregate"]>[1],
    );
  }
}

class NodeStatement implements DriverStatement {
  readonly #database: DatabaseSync;
  readonly #statement: StatementSync;
  readonly #sql: string;
  /** Integers are read as numbers, which is faster, until one does not fit. A write must not run twice to find out. */
  #readsBigInts: boolean;

  constructor(database: DatabaseSync, sql: string, text: StatementText) {
    this.#database = database;
    this.#sql = text.end === sql.length ? sql : sql.slice(0, text.end);
    this.#statement = prepareArrays(database, sql);
    this.#readsBigInts = text.kind !== "read" && text.givesRows !== false;
    if (this.#readsBigInts) this.#statement.setReadBigInts(true);
  }

  columnNames(): string[] {
    return this.#statement.columns().map(({ name }) => name);
  }

  first(values: SQLiteValue[]): unknown[] | undefined {
    if (!this.#readsBigInts) {
      try {
        return asRow(this.#statement.get(...values));
      } catch (error) {
        this.#switchToBigInts(error);
      }
    }
    const row = asRow(this.#statement.get(...values));
    return row === undefined ? undefined : normalizeRow(row);
  }

  all(values: SQLiteValue[]): unknown[][] {
    if (!this.#readsBigInts) {
      try {
        return asRows(this.#statement.all(...values));
      } catch (error) {
        this.#switchToBigInts(error);
      }
    }
    return normalizeRows(asRows(this.#statement.all(...values)));
  }

  change(values: SQLiteValue[]): ChangeCount {
    return this.#statement.run(...values);
  }

  /**
   * Deno's `iterate()` ends without a word when a step fails, so a last row of our own marks the true end; where it is
   * missing the query is run again in one go, which throws the error that was lost.
   */
  *iterate(values: SQLiteValue[]): Generator<unknown[], void, undefined> {
    const nulls = "NULL, ".repeat(this.#statement.columns().length);
    const marked = prepareArrays(this.#database, `SELECT *, 0 FROM (${this.#sql}\n) UNION ALL SELECT ${nulls}1`);
    // An integer that does not fit would be such a failing step.
    marked.setReadBigInts(true);
    for (const row of marked.iterate(...values)) {
      const cells = asRow(row)!;
      if (cells.pop() === 1n) return;
      yield cells;
    }
    this.#statement.all(...values);
    throw new OperationalError("Cannot read all rows: the driver ended the query early", { sql: this.#sql });
  }

  /** The driver frees a statement when it is collected. */
  finalize(): void {}

  #switchToBigInts(error: unknown): void {
    if (!(error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE")) throw error;
    this.#readsBigInts = true;
    this.#statement.setReadBigInts(true);
  }
}

function prepareArrays(database: DatabaseSync, sql: string): StatementSync {
  // Deno has this method, its types do not know it yet.
  const statement = database.prepare(sql) as StatementSync & { setReturnArrays(on: boolean): void };
  statement.setReturnArrays(true);
  return statement;
}

/** The driver's types know rows as objects only, whatever `setReturnArrays` says. */
function asRow(row: unknown): unknown[] | undefined {
  return row as unknown[] | undefined;
}

/** See {@linkcode asRow}. */
function asRows(rows: unknown): unknown[][] {
  return rows as unknown[][];
}
