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
}
