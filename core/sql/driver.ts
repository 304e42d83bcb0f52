import type { MaybePromise, RunResult } from "../backend/result.ts";

/** What the caller expects of a statement: rows, at most one row, no rows, or whatever it gives. */
export type ResultMode = "rows" | "row" | "none" | "auto";

/**
 * One connection of a driver. All values are encoded already; rows are arrays of the driver's values. An in-process driver
 * answers without promises.
 */
export interface DriverConnection {
  /** Runs one statement. */
  run(sql: string, params: readonly unknown[], mode: ResultMode): MaybePromise<RunResult>;
  /** Reads rows in groups; ending the iteration early frees what it holds. */
  stream(sql: string, params: readonly unknown[], size: number): AsyncIterable<unknown[][]>;
  /** Closes the connection. Closing it again does nothing. */
  close(): MaybePromise<void>;
}
