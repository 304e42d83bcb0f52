import { normalizeRow } from "./row_values.ts";

/**
 * The rows of an open query. Before anything is written on the same connection the rest is read into memory: what a running
 * query sees of a write is undefined in SQLite, one driver refuses such writes and another ends the query without a word.
 */
export class RowSource {
  readonly #rows: Iterator<unknown[]>;
  readonly #check: (() => void) | null;
  #rest: unknown[][] | undefined;
  #position = 0;
  #failure: { readonly error: unknown } | undefined;

  /** Takes over an iteration of a driver. `check` throws what a step of it could not throw itself. */
  constructor(rows: Iterator<unknown[]>, check: (() => void) | null = null) {
    this.#rows = rows;
    this.#check = check;
  }

  /** The next rows, `size` of them unless there are fewer. */
  take(size: number): unknown[][] {
    if (this.#rest === undefined) return this.#pull(size);
    const taken = this.#rest.slice(this.#position, this.#position += size);
    if (taken.length === 0 && this.#failure !== undefined) throw this.#failure.error;
    return taken;
  }

  /** Reads the rest into memory, so that the query is over. An error is kept for the reader. */
  drain(): void {
    if (this.#rest !== undefined) return;
    const rest: unknown[][] = [];
    try {
      for (let row = this.#next(); row !== undefined; row = this.#next()) rest.push(row);
    } catch (error) {
      this.#failure = { error };
    }
    this.#rest = rest;
  }

  /** Ends the query; a reader that asks for more gets the error. */
  abandon(error: Error): void {
    this.close();
    this.#rest = [];
    this.#failure = { error };
  }

  /** Ends the query. */
  close(): void {
    if (this.#rest === undefined) this.#rows.return?.();
  }

  #pull(size: number): unknown[][] {
    const taken: unknown[][] = [];
    while (taken.length < size) {
      const row = this.#next();
      if (row === undefined) break;
      taken.push(row);
    }
    return taken;
  }

  #next(): unknown[] | undefined {
    const { done, value } = this.#rows.next();
    this.#check?.();
    return done ? undefined : normalizeRow(value);
  }
}
