/** A value, or a promise of it where something has to wait. Lets an in-process database answer without a promise. */
export type MaybePromise<T> = T | Promise<T>;

/** What a statement gave: rows as arrays of the driver's values, in the order of the columns. */
export interface RunResult {
  /** Rows as arrays. */
  readonly rows: unknown[][];
  /** Rows inserted, matched by an UPDATE or removed; for a query the number of its rows. */
  readonly affectedRows: number;
  /** The key that the database made, or null. */
  readonly lastInsertId: number | bigint | null;
  /** Names of the columns, when the statement gives rows and its text did not say them. */
  readonly columns: readonly string[];
}

/** A statement as text, with its parameters encoded for the driver. */
export interface CompiledStatement {
  /** The text with placeholders. */
  readonly sql: string;
  /** The parameters, in order. */
  readonly params: readonly unknown[];
}

/** What `execute()` gives: rows as objects. */
export interface QueryResult<R = Record<string, unknown>> {
  /** Rows as objects without prototype, by column name. */
  readonly rows: R[];
  /** Rows inserted, matched by an UPDATE or removed; for a query the number of its rows. */
  readonly affectedRows: number;
  /** Alias of `affectedRows`. */
  readonly affected: number;
  /** The key that the database made, or null. */
  readonly lastInsertId: number | bigint | null;
  /** Names of the columns, in order, with duplicates. */
  readonly columns: readonly string[];
  /** Time from sending to having the rows, in milliseconds. */
  readonly durationMs: number;
}

/** Calls `next` with the value, now or when it is there. */
export function after<T, U>(value: MaybePromise<T>, next: (value: T) => MaybePromise<U>): MaybePromise<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** Runs something and calls `done` with what it gives or `failed` with what it throws, now or when it is there. */
export function settled<T, U>(
  run: () => MaybePromise<T>,
  done: (value: T) => U,
  failed: (error: unknown) => U,
): MaybePromise<U> {
  try {
    const value = run();
    return value instanceof Promise ? value.then(done, failed) : done(value);
  } catch (error) {
    return failed(error);
  }
}

/** Runs something and gives its outcome as a promise, also what it throws. */
export function promised<T>(run: () => MaybePromise<T>): Promise<T> {
  try {
    const result = run();
    return result instanceof Promise ? result : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}
