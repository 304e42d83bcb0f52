import { TransactionError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";

/** The four isolation levels of the SQL standard. */
export type IsolationLevel =
  | "READ UNCOMMITTED"
  | "READ COMMITTED"
  | "REPEATABLE READ"
  | "SERIALIZABLE";

const ISOLATION_LEVELS: readonly IsolationLevel[] = [
  "READ UNCOMMITTED",
  "READ COMMITTED",
  "REPEATABLE READ",
  "SERIALIZABLE",
];

/** How a transaction runs. */
export interface TransactionOptions {
  /** One of the four levels, in any case, with spaces, hyphens or underscores. A database may give a stronger one. */
  readonly isolation?: IsolationLevel | (string & Record<never, never>);
  /** Refuses writes. @default {false} */
  readonly readOnly?: boolean;
  /** Waits for a snapshot that cannot fail, where the database has such. @default {false} */
  readonly deferrable?: boolean;
  /** How often the whole callback is tried again after a deadlock, a serialization failure or a busy database. @default {0} */
  readonly retries?: number;
  /** Milliseconds after which the transaction is rolled back with a `TimeoutError`. No limit when left out. */
  readonly timeout?: number;
  /** Rolls the transaction back when it is aborted. */
  readonly signal?: AbortSignal;
}

/** Options after their check. */
export interface CheckedTransactionOptions {
  /** The level in its standard form, if one was asked for. */
  readonly isolation: IsolationLevel | undefined;
  /** Whether writes are refused. */
  readonly readOnly: boolean;
  /** Whether it may wait for a snapshot that cannot fail. */
  readonly deferrable: boolean;
  /** How often the callback is tried again. */
  readonly retries: number;
  /** Time limit in milliseconds, if there is one. */
  readonly timeout: number | undefined;
  /** Ends the transaction when it is aborted. */
  readonly signal: AbortSignal | undefined;
}

const KNOWN = [
  "isolation",
  "readOnly",
  "deferrable",
  "retries",
  "timeout",
  "signal",
];

const DEFAULTS: CheckedTransactionOptions = {
  isolation: undefined,
  readOnly: false,
  deferrable: false,
  retries: 0,
  timeout: undefined,
  signal: undefined,
};

/** Refuses wrong options by name. */
export function checkTransactionOptions(options: TransactionOptions | undefined): CheckedTransactionOptions {
  if (options === undefined) return DEFAULTS;
  for (const name of Object.keys(options)) {
    if (!KNOWN.includes(name)) {
      throw new TransactionError(
        `Unknown transaction option "${name}": known are ${KNOWN.join(", ")}`,
      );
    }
  }
  const { retries = 0, timeout } = options;
  if (!Number.isInteger(retries) || retries < 0 || retries > 100) {
    throw new TransactionError(`Invalid retries: ${shownNumber(retries)} (0–100)`);
  }
  if (timeout !== undefined && !(typeof timeout === "number" && timeout > 0 && timeout <= 2 ** 31 - 1)) {
    throw new TransactionError(
      `Invalid timeout: ${shownNumber(timeout)} (milliseconds, more than 0)`,
    );
  }
  return {
    isolation: options.isolation === undefined ? undefined : checkIsolation(options.isolation),
    readOnly: options.readOnly ?? false,
    deferrable: options.deferrable ?? false,
    retries,
    timeout,
    signal: options.signal,
  };
}

/** Brings the name of an isolation level to its standard form. */
export function checkIsolation(level: string): IsolationLevel {
  const name = String(level).toUpperCase().replace(/[-_ ]+/g, " ").trim();
  const found = ISOLATION_LEVELS.find((known) => known === name || known.replace(" ", "") === name);
  if (found === undefined) {
    throw new TransactionError(
      `Invalid isolation level: ${JSON.stringify(level)} (one of ${ISOLATION_LEVELS.join(", ")})`,
    );
  }
  return found;
}
