import type { PoolResource } from "../backend/pool.ts";
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

/**
 * One connection to a server.
 *
 * Whatever happens to it, each promise that it has given settles, and nothing is thrown anywhere else: when the server goes away,
 * `isAlive` turns false and every statement under way rejects.
 */
export interface ServerConnection extends DriverConnection, PoolResource {
  /** Runs one statement. Statements sent at the same time run in their order. */
  run(sql: string, params: readonly unknown[], mode: ResultMode): Promise<RunResult>;
  /** Asks the server, over another connection, to end the statement that runs on this one; resolves when it has been asked. */
  cancel(): Promise<void>;
  /** Closes the connection politely; never rejects and never takes longer than a few seconds. */
  close(): Promise<void>;
  /** Closes the connection at once; what is under way rejects. */
  destroy(): void;
}
