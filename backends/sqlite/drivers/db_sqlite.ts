import { TypeConversionError } from "../../../core/errors.ts";
import { loadDriver } from "../../../core/sql/load_driver.ts";
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
import { setUpConnection } from "../set_up.ts";
import type { StatementText } from "../statement_text.ts";

/** Opens a database with `@db/sqlite`, which calls SQLite's own library and is loaded when it is first asked for. */
export async function openConnection(
  config: SQLiteConnectionConfig,
  { readOnly }: { readonly readOnly: boolean },
): Promise<SQLiteConnection> {
  const { Database } = await loadDriver<DbModule>({
    name: "@db/sqlite",
    specifier: "jsr:@db/sqlite@^0.13",
    needs: "--allow-ffi, --allow-env and, to fetch its library once, --allow-net, --allow-read and --allow-write",
    instead: 'the built-in driver is "node:sqlite"',
  });
  const database = new Database(config.path, {
    readonly: readOnly,
    create: config.create,
    // Off, integers are cut to 32 bits without a word; parsing would change what JSON functions give.
    int64: true,
    parseJson: false,
  });
  return setUpConnection(new CachedConnection(new DbDatabase(database), config), config, { readOnly });
}

/** The part of `@db/sqlite` that is used here. */
interface DbModule {
  readonly Database: new (
    path: string,
    options: {
      readonly readonly: boolean;
      readonly create: boolean;
      readonly int64: boolean;
      readonly parseJson: boolean;
    },
  ) => Db;
}

interface Db {
  prepare(sql: string): DbPrepared;
  exec(sql: string): number;
  close(): void;
  function(
    name: string,
    fn: ScalarFunction,
    options: { readonly deterministic: boolean; readonly varargs: boolean },
  ): void;
  aggregate(name: string, options: DbAggregate): void;
  readonly inTransaction: boolean;
}

interface DbAggregate {
  readonly start: () => unknown;
  readonly step: (state: unknown, ...args: unknown[]) => unknown;
  readonly final: (state: unknown) => unknown;
}

interface DbPrepared {
  run(...values: unknown[]): number;
  /** Rows as arrays. Rows as objects are built from code that holds the columns' names: never ask for them. */
  values(...values: unknown[]): unknown[][];
  columnNames(): string[];
  finalize(): void;
}

class DbDatabase implements DriverDatabase {
  readonly #database: Db;
  readonly #lastKey: DbPrepared;

  constructor(database: Db) {
    this.#database = database;
    this.#lastKey = database.prepare("SELECT last_insert_rowid()");
  }

  get isTransaction(): boolean {
    return this.#database.inTransaction;
  }

  prepare(sql: string, text: StatementText): DriverStatement {
    return new DbStatement(this.#database.prepare(sql), text, this.#lastKey);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  close(): void {
    this.#lastKey.finalize();
    this.#database.close();
  }

  defineFunction(name: string, fn: ScalarFunction): void {
    this.#database.function(name, fn, { deterministic: true, varargs: true });
  }

  defineAggregate(name: string, { start, step, result }: AggregateFunction<unknown>): void {
    this.#database.aggregate(name, { start, step, final: result });
  }
}

class DbStatement implements DriverStatement {
  readonly #statement: DbPrepared;
  readonly #lastKey: DbPrepared;
  readonly #inserts: boolean;

  constructor(statement: DbPrepared, text: StatementText, lastKey: DbPrepared) {
    this.#statement = statement;
    this.#lastKey = lastKey;
    this.#inserts = text.kind === "insert" && !text.upserts;
  }

  columnNames(): string[] {
    return [...this.#statement.columnNames()];
  }

  first(values: SQLiteValue[]): unknown[] | undefined {
    return this.all(values)[0];
  }

  all(values: SQLiteValue[]): unknown[][] {
    return this.#statement.values(...values.map(bindable));
  }

  /** The driver's own `lastInsertRowId` has 32 bits. */
  change(values: SQLiteValue[]): ChangeCount {
    const changes = this.#statement.run(...values.map(bindable));
    // The query gives one row with one integer.
    const key = this.#inserts && changes > 0 ? this.#lastKey.values()[0]![0] as number | bigint : 0;
    return { changes, lastInsertRowid: key };
  }

  /** The driver iterates over objects only, so all rows are read at once. */
  iterate(values: SQLiteValue[]): Iterator<unknown[]> {
    return this.all(values)[Symbol.iterator]();
  }

  finalize(): void {
    try {
      this.#statement.finalize();
    } catch {
      // It repeats the error of the last run, which the caller has seen; the statement is freed all the same.
    }
  }
}

/** The driver binds whole numbers as integers: -0, which it refuses, loses its sign, and large ones would wrap. */
function bindable(value: SQLiteValue): SQLiteValue {
  if (typeof value !== "number" || !Number.isInteger(value)) return value;
  if (value === 0) return 0n;
  if (Math.abs(value) < 2 ** 63) return value;
  throw new TypeConversionError('Cannot bind a number: driver "@db/sqlite" takes no whole numbers beyond 2^63');
}
