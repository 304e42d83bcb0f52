/** What mysql2 says of an error. */
export interface MySQLFailure {
  /** The server's number of the error; undefined for errors of the driver and the network. */
  readonly errno: number | undefined;
  /** SQLSTATE, where the server gave one. */
  readonly sqlState: string | undefined;
  /** The driver's or the system's own code. */
  readonly code: string | undefined;
  /** The server's text, which may hold values. */
  readonly text: string;
  /** Whether the connection cannot be used any more. */
  readonly isFatal: boolean;
  /** What the system was asked to do, such as `connect`. */
  readonly syscall: string | undefined;
}

/** Reads the parts of a driver's error; undefined for an error that is none. */
export function failureOf(error: unknown): MySQLFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  // Fields that the driver, the server or the system may have put there.
  const { errno, sqlState, code, sqlMessage, fatal, syscall } = error as {
    readonly errno?: unknown;
    readonly sqlState?: unknown;
    readonly code?: unknown;
    readonly sqlMessage?: unknown;
    readonly fatal?: unknown;
    readonly syscall?: unknown;
  };
  const isServers = typeof errno === "number" && errno > 0;
  if (!isServers && fatal !== true && typeof code !== "string") return undefined;
  return {
    errno: isServers ? errno : undefined,
    sqlState: typeof sqlState === "string" && sqlState !== "" ? sqlState : undefined,
    code: typeof code === "string" ? code : undefined,
    text: typeof sqlMessage === "string" ? sqlMessage : error.message,
    isFatal: fatal === true || (isServers && CLOSES.has(errno)),
    syscall: typeof syscall === "string" ? syscall : undefined,
  };
}

/**
 * Errors after which the server closes the connection or speaks out of turn: a packet that is too large or broken, shutdown,
 * a killed connection, an idle connection.
 */
const CLOSES: ReadonlySet<number> = new Set([
  1053,
  1152,
  1153,
  1154,
  1155,
  1156,
  1157,
  1158,
  1159,
  1160,
  1161,
  1927,
  4031,
]);

/** Whether an error has made the connection useless. */
export function isFatal(error: unknown): boolean {
  return failureOf(error)?.isFatal ?? false;
}

/** A deadlock, a conflict of a cluster, and a row that has changed since a snapshot: the server has rolled back everything. */
const ROLLS_BACK: ReadonlySet<number> = new Set([1213, 1020, 1180, 1402, 1614]);

/** Nobody gave the lock free in time: the statement is undone, or on some servers the whole transaction. */
const LOCK_TIMEOUT = 1205;

/** Whether the server has rolled back the whole transaction with this error. */
export function endsTransaction(error: unknown, onLockTimeout: boolean): boolean {
  const errno = failureOf(error)?.errno;
  return errno !== undefined && (ROLLS_BACK.has(errno) || (onLockTimeout && errno === LOCK_TIMEOUT));
}
