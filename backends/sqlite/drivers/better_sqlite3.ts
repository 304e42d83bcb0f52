import { loadDriver, npmSpecifier } from "../../../core/sql/load_driver.ts";
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
import { mayBeRounded, normalizeRow, normalizeRows } from "../row_values.ts";
import { setUpConnection } from "../set_up.ts";
import type { StatementText } from "../statement_text.ts";

/** Opens a database with `better-sqlite3`, a native module from npm that is loaded when it is first asked for. */
export async function openConnection(
  config: SQLiteConnectionConfig,
  { readOnly }: { readonly readOnly: boolean },
): Promise<SQLiteConnection> {
  const { default: Database } = await loadDriver<BetterModule>({
    name: "better-sqlite3",
    specifier: npmSpecifier("better-sqlite3", "^13"),
    needs: "--allow-ffi, --allow-read and --allow-sys",
    instead: 'the built-in driver is "node:sqlite"',
  });
  const database = new Database(config.path, { readonly: readOnly, fileMustExist: !config.create, timeout: 0 });
  return setUpConnection(new CachedConnection(new BetterDatabase(database), config), config, { readOnly });
}

/** The part of `better-sqlite3` that is used here. */
interface BetterModule {
  readonly default: new (
    path: string,
    options: { readonly readonly: boolean; readonly fileMustExist: boolean; readonly timeout: number },
  ) => Better;
}

interface Better {
  prepare(sql: string): BetterPrepared;
  exec(sql: string): unknown;
  close(): unknown;
  function(
    name: string,
    options: { readonly deterministic: boolean; readonly safeIntegers: boolean; readonly varargs: boolean },
    fn: ScalarFunction,
  ): unknown;
  aggregate(
    name: string,
    options: AggregateFunction<unknown> & { readonly safeIntegers: boolean; readonly varargs: boolean },
  ): unknown;
  readonly inTransaction: boolean;
}

interface BetterPrepared {
  get(...values: unknown[]): unknown[] | undefined;
  all(...values: unknown[]): unknown[][];
  run(...values: unknown[]): ChangeCount;
  iterate(...values: unknown[]): IterableIterator<unknown[]>;
  columns(): readonly { readonly name: string }[];
  raw(on: boolean): unknown;
  safeIntegers(on: boolean): unknown;
  readonly reader: boolean;
}

class BetterDatabase implements DriverDatabase {
  readonly #database: Better;

  constructor(database: Better) {
    this.#database = database;
  }

  get isTransaction(): boolean {
    return this.#database.inTransaction;
  }

  prepare(sql: string, text: StatementText): DriverStatement {
    return new BetterStatement(this.#database.prepare(sql), text);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#database.close();
  }

  defineFunction(name: string, fn: ScalarFunction): void {
    this.#database.function(name, { deterministic: true, safeIntegers: true, varargs: true }, fn);
  }

  defineAggregate(name: string, { start, step, result }: AggregateFunction<unknown>): void {
    this.#database.aggregate(name, { start, step, result, safeIntegers: true, varargs: true });
  }
}

class BetterStatement implements DriverStatement {
  readonly #statement: BetterPrepared;
  readonly #numbered: boolean;
  /** Integers are read as numbers, which is faster, until one may be rounded. A write must not run twice to find out. */
  #readsBigInts = false;

  constructor(statement: BetterPrepared, text: StatementText) {
    this.#statement = statement;
    this.#numbered = text.numbered;
    if (!statement.reader) return;
    statement.raw(true);
    if (text.kind !== "read") this.#switchToBigInts();
  }

  columnNames(): string[] {
    return this.#statement.reader ? this.#statement.columns().map(({ name }) => name) : [];
  }

  first(values: SQLiteValue[]): unknown[] | undefined {
    const given = this.#given(values);
    let row = this.#statement.get(...given);
    if (row !== undefined && !this.#readsBigInts && mayBeRounded(row)) {
      this.#switchToBigInts();
      row = this.#statement.get(...given);
    }
    return row === undefined ? undefined : normalizeRow(row);
  }

  all(values: SQLiteValue[]): unknown[][] {
    const given = this.#given(values);
    let rows = this.#statement.all(...given);
    if (!this.#readsBigInts && rows.some(mayBeRounded)) {
      this.#switchToBigInts();
      rows = this.#statement.all(...given);
    }
    return normalizeRows(rows);
  }

  change(values: SQLiteValue[]): ChangeCount {
    return this.#statement.run(...this.#given(values));
  }

  iterate(values: SQLiteValue[]): Iterator<unknown[]> {
    this.#switchToBigInts();
    return this.#statement.iterate(...this.#given(values));
  }

  /** The driver frees a statement when it is collected. */
  finalize(): void {}

  /** The driver takes `?1` for a name. */
  #given(values: SQLiteValue[]): unknown[] {
    return this.#numbered ? [Object.fromEntries(values.map((value, index) => [index + 1, value]))] : values;
  }

  #switchToBigInts(): void {
    this.#readsBigInts = true;
    this.#statement.safeIntegers(true);
  }
}
