import {
  ActiveRecordError,
  CancelledError,
  CheckViolationError,
  ConnectionError,
  type DatabaseError,
  type DatabaseErrorDetails,
  DeadlockError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  OperationalError,
  QueryError,
  SerializationError,
  TimeoutError,
  TransactionError,
  UniqueViolationError,
} from "../../core/errors.ts";
import type { PostgreSQLConnectionConfig } from "./config.ts";
import { type Failure, readFailure } from "./failure.ts";

type DatabaseErrorClass = new (message: string, details: DatabaseErrorDetails) => DatabaseError;

interface Rule {
  readonly type: DatabaseErrorClass;
  readonly message: (failure: Failure) => string;
  readonly retryable?: boolean;
}

const names = (columns: readonly string[]) => columns.map((column) => `"${column}"`).join(", ");

const SEE = "(its text is in driverError)";

/** By SQLSTATE; a class of two characters is for the states without a rule of their own. */
const RULES: Readonly<Record<string, Rule>> = {
  "08": { type: ConnectionError, message: () => "The connection to the server failed" },
  "0A": { type: OperationalError, message: () => `Cannot run the statement: the server cannot do that ${SEE}` },
  "21": { type: QueryError, message: () => `Cannot run the statement: the number of rows or columns is wrong ${SEE}` },
  "21000": {
    type: QueryError,
    message: () => "Cannot run the statement: it touches one row twice, or a subquery gives several rows",
  },
  "22": { type: OperationalError, message: () => `Cannot use a value: it does not fit its type or function ${SEE}` },
  "22001": { type: OperationalError, message: () => "Cannot store a text: it is longer than its column allows" },
  "22003": { type: OperationalError, message: () => "Cannot use a number: it is out of the range of its type" },
  "22007": { type: OperationalError, message: () => "Cannot read a date or time: its form is wrong" },
  "2201B": { type: QueryError, message: () => "Cannot run the statement: a regular expression is malformed" },
  "22008": { type: OperationalError, message: () => "Cannot use a date or time: it is out of range" },
  "22012": { type: OperationalError, message: () => "Cannot compute: division by zero" },
  "22023": {
    type: OperationalError,
    message: ({ named }) =>
      named === undefined
        ? `Cannot use a value: it does not fit its function ${SEE}`
        : `Cannot calculate with times: the server does not know the time zone "${named}"`,
  },
  "22P02": { type: OperationalError, message: () => "Cannot read a value: its text does not fit its type" },
  "22P05": { type: OperationalError, message: () => "Cannot store a text: it holds a NUL character" },
  "23": { type: IntegrityError, message: () => "Cannot write a row: a constraint was violated" },
  "23502": {
    type: NotNullViolationError,
    message: ({ table, columns }) => `Cannot write to "${table}": ${names(columns)} must not be NULL`,
  },
  "23503": {
    type: ForeignKeyViolationError,
    message: ({ table, constraint }) =>
      // The code is the same for a row that is missing and for one that is still needed; only a text in the server's language differs.
      `Cannot change rows: foreign key "${constraint}" of "${table}" needs a row that would not be there`,
  },
  "23505": {
    type: UniqueViolationError,
    message: ({ table, constraint, columns }) =>
      `Cannot write to "${table}": another row has the same ${
        columns.length === 0 ? `entry of "${constraint}"` : names(columns)
      }`,
  },
  "23514": {
    type: CheckViolationError,
    message: ({ table, constraint }) => `Cannot write to "${table}": check "${constraint}" failed`,
  },
  "25": { type: TransactionError, message: () => `Cannot run the statement in this state of the transaction ${SEE}` },
  "25006": {
    type: OperationalError,
    message: () => "Cannot write: the transaction, the session or the whole server is read-only",
  },
  "25P02": {
    type: TransactionError,
    message: () =>
      "Cannot run the statement: an earlier one of this transaction failed, and PostgreSQL takes no more until it is rolled back;" +
      " run a statement that may fail in a nested transaction() of its own",
  },
  "25P03": {
    type: ConnectionError,
    message: () => "The server closed the connection: its transaction was idle for long",
  },
  "25P04": { type: ConnectionError, message: () => "The server closed the connection: its transaction took too long" },
  "28": { type: ConnectionError, message: () => "The server refused the user: check user and password" },
  "3B": { type: TransactionError, message: () => "There is no such savepoint" },
  "3D": { type: ConnectionError, message: () => "There is no such database" },
  "3F": { type: QueryError, message: () => "Cannot run the statement: there is no such schema" },
  "40": { type: SerializationError, message: () => "The transaction was rolled back by the server", retryable: true },
  "40001": {
    type: SerializationError,
    message: () => "Cannot finish the transaction: another one has changed the same rows meanwhile; start it again",
    retryable: true,
  },
  "40P01": {
    type: DeadlockError,
    message: () => "Cannot finish the transaction: two waited for each other, and the server ended this one",
    retryable: true,
  },
  "42": { type: QueryError, message: ({ place }) => `Cannot run the statement: the server does not accept it${place}` },
  "42501": { type: OperationalError, message: () => `Cannot run the statement: the user may not do that ${SEE}` },
  "42601": { type: QueryError, message: ({ place }) => `Cannot run the statement: syntax error${place}` },
  "42703": {
    type: QueryError,
    message: ({ named, place }) =>
      `Cannot run the statement: there is no column${named === undefined ? "" : ` "${named}"`}${place}`,
  },
  "42P01": {
    type: QueryError,
    message: ({ named, place }) =>
      `Cannot run the statement: there is no table${named === undefined ? "" : ` "${named}"`}${place}`,
  },
  "42P07": {
    type: QueryError,
    message: ({ named }) =>
      `Cannot run the statement: ${named === undefined ? "the table" : `"${named}"`} exists already`,
  },
  "42P18": {
    type: QueryError,
    message: ({ place }) =>
      `Cannot run the statement: the type of a parameter is not known${place}; write a cast behind it, such as ?::text`,
  },
  "42704": {
    type: QueryError,
    message: ({ place }) =>
      `Cannot run the statement: there is no such type, collation, role or other thing${place} ${SEE}`,
  },
  "42804": {
    type: QueryError,
    message: ({ place }) =>
      `Cannot run the statement: values of different types meet${place}; fn.cast() makes them alike`,
  },
  "42P10": {
    type: QueryError,
    message: () =>
      "Cannot run the statement: a conflict needs a unique key of its columns, and an order of distinct rows what they select",
  },
  "42883": {
    type: QueryError,
    message: ({ place }) =>
      `Cannot run the statement: there is no such function or operator for values of these types${place}`,
  },
  "53": { type: OperationalError, message: () => `The server is short of something ${SEE}` },
  "53100": { type: OperationalError, message: () => "Cannot write: the disk of the server is full" },
  "53300": {
    type: ConnectionError,
    message: () => "The server has too many connections: check poolSize and the limits of the server and the user",
  },
  "54": { type: OperationalError, message: () => `Cannot run the statement: a limit of the server was passed ${SEE}` },
  "55": {
    type: OperationalError,
    message: () => `Cannot run the statement: something is in use or in the wrong state ${SEE}`,
  },
  "55P03": {
    type: LockTimeoutError,
    message: () => "Cannot lock rows or a table: another transaction holds the lock",
    retryable: true,
  },
  "57": { type: OperationalError, message: () => `The statement was ended on the server ${SEE}` },
  "57014": { type: CancelledError, message: () => "The statement was cancelled on the server" },
  "57P01": { type: ConnectionError, message: () => "The server closed the connection: an administrator ended it" },
  "57P02": { type: ConnectionError, message: () => "The server closed the connection: another process of it crashed" },
  "57P03": { type: ConnectionError, message: () => "The server takes no connections now: it is starting or stopping" },
  "57P04": { type: ConnectionError, message: () => "The server closed the connection: the database was dropped" },
  "57P05": { type: ConnectionError, message: () => "The server closed the connection: it was idle for long" },
  "58": { type: OperationalError, message: () => `The server failed ${SEE}` },
  "P0": { type: OperationalError, message: () => `A function or trigger refused it ${SEE}` },
  "XX": { type: OperationalError, message: () => `The server failed ${SEE}` },
};

const OTHER: Rule = { type: OperationalError, message: () => `The server refused the statement ${SEE}` };

/** Turns what a driver throws into an error of the tree, by SQLSTATE. Errors of neither driver nor server stay as they are. */
export function mapPostgreSQLError(error: unknown, sql: string, config: PostgreSQLConnectionConfig): Error {
  if (error instanceof ActiveRecordError) return error;
  const failure = readFailure(error, sql);
  if (failure === undefined) {
    if (isConnectionCode(error)) return connectionLost(config, sql, error);
    return error instanceof Error
      ? error
      : new OperationalError("Cannot run the statement: the driver failed", { sql, driverError: error });
  }
  const { code, constraint, table, columns } = failure;
  const details = { sql, code, constraint, table, columns, driverError: error };
  if (code === "57014" && config.statementTimeout > 0) {
    return new TimeoutError(
      `Statement was ended by the server: it took longer than statementTimeout (${config.statementTimeout} ms)`,
      details,
    );
  }
  if (isStalePlan(error)) {
    return new OperationalError("Cannot run the statement: a table has changed since it was prepared; start again", {
      ...details,
      retryable: true,
    });
  }
  const { type, message, retryable = false } = RULES[code] ?? RULES[code.slice(0, 2)] ?? OTHER;
  return new type(message(failure), { ...details, retryable });
}

/** States after which the server closes the connection. */
const ENDS: ReadonlySet<string> = new Set(["25P03", "25P04", "57P01", "57P02", "57P03", "57P04", "57P05"]);

/** Codes of drivers and of the system for a connection that is gone. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  ...["CONNECTION_CLOSED", "CONNECTION_DESTROYED", "CONNECTION_ENDED"],
  ...["ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "ERR_STREAM_DESTROYED"],
]);

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { readonly code?: unknown }).code : undefined;
  return typeof code === "string" ? code : undefined;
}

function isConnectionCode(error: unknown): boolean {
  return CONNECTION_CODES.has(codeOf(error) ?? "");
}

/** Whether an error means that its connection cannot be used any more. */
export function endsConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code !== undefined && (ENDS.has(code) || CONNECTION_CODES.has(code));
}

/** Whether a driver has failed in a way of which nobody knows what state it left the connection in. */
export function isDriverFailure(error: unknown): boolean {
  return !(error instanceof ActiveRecordError) && readFailure(error, "") === undefined;
}

/** Whether a prepared statement does not fit the tables any more, or the server does not have it. Nothing was done then. */
export function isStalePlan(error: unknown): boolean {
  const code = codeOf(error);
  return code === "26000" ||
    code === "0A000" && (error as { readonly routine?: unknown }).routine === "RevalidateCachedQuery"; // both drivers tell it
}

function placeOf({ socket, host, port }: PostgreSQLConnectionConfig): string {
  return socket ?? `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** The error for a statement whose connection was lost. */
export function connectionLost(
  config: PostgreSQLConnectionConfig,
  sql: string | undefined,
  reason: unknown,
): ConnectionError {
  const failure = readFailure(reason, "");
  const why = failure === undefined ? "" : ` (${RULES[failure.code]?.message(failure) ?? failure.code})`;
  const driverError = reason instanceof ConnectionError ? reason.driverError : reason ?? closedError();
  return new ConnectionError(`The connection to ${placeOf(config)} was lost${why}`, {
    sql,
    code: failure?.code ?? codeOf(driverError),
    driverError,
  });
}

/** The error of a connection that was closed without a word. */
export function closedError(): Error {
  return Object.assign(new Error("The connection was closed"), { code: "CONNECTION_CLOSED" });
}

/** What to check when a connection cannot be opened, by code. */
const CONNECT_ADVICE: Readonly<Record<string, (config: PostgreSQLConnectionConfig) => string>> = {
  ECONNREFUSED: () => "nothing listens there; check host and port and whether the server runs",
  ENOENT: () => "there is no such socket; check its path and whether the server runs",
  ENOTFOUND: () => "the name of the host is not known; check host",
  EAI_AGAIN: () => "the name of the host could not be looked up; check host and the network",
  EACCES: () => "access was denied; check the permissions of the socket",
  CONNECT_TIMEOUT: ({ connectTimeout }) =>
    `no answer came within connectTimeout (${connectTimeout} ms); check host, port and firewalls`,
  ETIMEDOUT: () => "no answer came; check host, port and firewalls",
  EHOSTUNREACH: () => "the host cannot be reached; check host and the network",
  ENETUNREACH: () => "the network cannot be reached; check host and the network",
  ERR_POSTGRES_NO_TLS: ({ ssl }) =>
    `the server offers no TLS, which ssl "${ssl}" asks for; check the server's ssl setting`,
  ERR_POSTGRES_TLS: ({ ssl }) =>
    `TLS failed: the certificate was refused or the handshake broke off; check sslCA, the host's name and ssl "${ssl}"`,
  "08P01": () =>
    "the server or its pooler refused the way the connection was opened; a pooler in transaction mode needs prepare: false",
  "28000": ({ user }) =>
    `user "${user}" may not sign in this way; check user, password, ssl and the server's pg_hba.conf`,
  "28P01": ({ user }) => `the password of user "${user}" is wrong, or there is no such user; check user and password`,
  "3D000": ({ database }) => `there is no database "${database}"; check database`,
  "42501": ({ user, database }) => `user "${user}" may not connect to database "${database}"`,
  "53300": () => "it has too many connections; check poolSize and the limits of the server and the user",
  "57P03": () => "the server is starting or stopping; try again",
};

/** Turns what went wrong while a connection was opened into an error that says what to check. */
export function mapConnectError(error: unknown, config: PostgreSQLConnectionConfig): Error {
  if (error instanceof ActiveRecordError && !(error instanceof ConnectionError && error.driverError !== undefined)) {
    return error;
  }
  const raw = error instanceof ConnectionError ? error.driverError : error;
  const code = codeOf(raw);
  const start = `Cannot connect to ${placeOf(config)}`;
  const details = { code, driverError: raw };
  if (raw instanceof Error && raw.name === "NotCapable") {
    if (error instanceof ConnectionError) return error;
    return new ConnectionError(
      `${start}: Deno's permissions do not allow it; ${neededPermissions(raw, config)}`,
      details,
    );
  }
  const advice = CONNECT_ADVICE[code ?? ""];
  if (advice !== undefined) return new ConnectionError(`${start}: ${advice(config)}`, details);
  // A driver refuses to sign in without a password before it asks the server.
  if (code === undefined && config.password === "") {
    return new ConnectionError(`${start}: the server asks for a password, and none is given`, details);
  }
  const failure = readFailure(raw, "");
  const why = failure === undefined
    ? "the connection was closed or broken; check that a PostgreSQL server listens there"
    : `the server refused (${failure.code}, its text is in driverError)`;
  return new ConnectionError(`${start}: ${why}`, details);
}

function neededPermissions(error: Error, config: PostgreSQLConnectionConfig): string {
  const flag = /--(?:allow|ignore)-[a-z]+/.exec(error.message)?.[0] ?? "-A";
  return flag === "--allow-env"
    ? "run again with --ignore-env or --allow-env"
    : `run again with ${flag}${flag === "--allow-net" ? `=${placeOf(config)}` : ""}`;
}
