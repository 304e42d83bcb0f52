import type { MaybePromise } from "./result.ts";
import type { CheckedTransactionOptions } from "./transaction_options.ts";

/** What a backend does for its transactions. Each method names the connection that `begin` gave. */
export interface TransactionPort {
  /** Takes a connection and starts a transaction on it. */
  begin(options: CheckedTransactionOptions): MaybePromise<unknown>;
  /** Makes the work permanent and gives the connection back. */
  commit(connection: unknown): MaybePromise<void>;
  /** Undoes the work and gives the connection back, or destroys it when that fails. */
  rollback(connection: unknown): MaybePromise<void>;
  /** Sets a savepoint. */
  savepoint(connection: unknown, name: string): MaybePromise<void>;
  /** Undoes the work since a savepoint, which stays. */
  rollbackTo(connection: unknown, name: string): MaybePromise<void>;
  /** Forgets a savepoint, its work stays. */
  release(connection: unknown, name: string): MaybePromise<void>;
  /**
   * Ends the statement that is running, if there is one, so that the transaction can be rolled back at once. `settled` resolves
   * when it has ended; the connection is destroyed when that does not happen soon. Left out where statements end at once.
   */
  interrupt?(connection: unknown, settled: Promise<unknown>): Promise<void>;
}
