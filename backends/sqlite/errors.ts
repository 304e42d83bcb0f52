import {
  ActiveRecordError,
  CancelledError,
  CheckViolationError,
  ConnectionError,
  type DatabaseError,
  type DatabaseErrorDetails,
  ForeignKeyViolationError,
  IntegrityError,
  LockError,
  LockTimeoutError,
  NotNullViolationError,
  OperationalError,
  QueryError,
  SerializationError,
  TypeConversionError,
  UniqueViolationError,
} from "../../core/errors.ts";
import { CONFLICT_UNMATCHED, readStatementError } from "./error_texts.ts";
import { readFailure, type SQLiteFailure } from "./result_codes.ts";

/** What was done when the error came. */
export interface SQLiteErrorContext {
  /** The SQL text, with placeholders. */
  readonly sql?: string | undefined;
  /** Path of the database. */
  readonly database: string;
}

type DatabaseErrorClass = new (message: string, details: DatabaseErrorDetails) => DatabaseError;

/** What a message can say: the constraint and its place, and the database. */
interface Place {
  readonly table?: string | undefined;
  readonly columns?: readonly string[] | undefined;
  readonly constraint?: string | undefined;
  readonly database: string;
}

interface Rule {
  readonly type: DatabaseErrorClass;
  readonly message: (place: Place) => string;
  /** Reads names out of SQLite's text. */
  readonly read?: (text: string) => Omit<Place, "database">;
  readonly retryable?: boolean;
}

const UNIQUE: Rule = {
  type: UniqueViolationError,
  read: readUnique,
  message: ({ table, columns, constraint }) =>
    table === undefined
      ? `Cannot write a row: unique index "${constraint}" has the same entry already`
      : `Cannot write to "${table}": another row has the same ${namesOf(columns)}`,
};

const RULES: Readonly<Record<number, Rule>> = {
  3: { type: ConnectionError, message: ({ database }) => `Cannot use "${database}": access was denied` },
  4: { type: OperationalError, message: () => "Cannot finish the statement: it was aborted" },
  5: {
    type: LockTimeoutError,
    message: ({ database }) => `Cannot lock "${database}": another connection holds the lock`,
    retryable: true,
  },
  6: { type: LockError, message: () => "Cannot lock the table: a statement of the same connection is using it" },
  7: { type: OperationalError, message: () => "Cannot run the statement: out of memory" },
  8: { type: OperationalError, message: ({ database }) => `Cannot write to "${database}": it is read-only` },
  9: { type: CancelledError, message: () => "Cannot finish the statement: it was interrupted" },
  10: {
    type: OperationalError,
    message: ({ database }) => `Cannot use "${database}": reading or writing its file failed`,
  },
  11: { type: OperationalError, message: ({ database }) => `Cannot use "${database}": the file is damaged` },
  13: {
    type: OperationalError,
    message: ({ database }) => `Cannot write to "${database}": the disk or database is full`,
  },
  14: {
    type: ConnectionError,
    message: ({ database }) => `Cannot open "${database}": the file or its folder is missing or may not be used`,
  },
  15: {
    type: LockTimeoutError,
    message: ({ database }) => `Cannot lock "${database}": too many tries`,
    retryable: true,
  },
  17: { type: OperationalError, message: () => "Cannot run the statement: the schema has changed", retryable: true },
  18: { type: OperationalError, message: () => "Cannot run the statement: a value, a row or its text is too big" },
  19: { type: IntegrityError, message: () => "Cannot write a row: a constraint was violated" },
  20: { type: IntegrityError, message: () => "Cannot write a row: a key has a value of the wrong type" },
  21: { type: QueryError, message: () => "Cannot run the statement: the driver was used in a wrong way" },
  23: { type: OperationalError, message: () => "Cannot run the statement: it is not allowed" },
  25: { type: QueryError, message: () => "Cannot run the statement: it takes fewer parameters" },
  26: { type: ConnectionError, message: ({ database }) => `Cannot open "${database}": it is not a database` },
  262: { type: LockError, message: () => "Cannot lock the table: another connection is using it", retryable: true },
  275: {
    type: CheckViolationError,
    read: readCheck,
    message: ({ constraint }) =>
      `Cannot write a row: check ${constraint === undefined ? "failed" : `"${constraint}" failed`}`,
  },
  516: { type: OperationalError, message: () => "Cannot finish the statement: its transaction was rolled back" },
  517: {
    type: SerializationError,
    message: ({ database }) =>
      `Cannot lock "${database}": it has changed since the transaction first read it; roll back and start again`,
    retryable: true,
  },
  787: {
    type: ForeignKeyViolationError,
    message: () => "Cannot change rows: a foreign key has no row to point to",
  },
  1299: {
    type: NotNullViolationError,
    read: readColumns,
    message: ({ table, columns }) => `Cannot write to "${table}": ${namesOf(columns)} must not be NULL`,
  },
  1555: UNIQUE,
  // RAISE takes an expression, so its text may hold values of the row.
  1811: {
    type: IntegrityError,
    message: () => "Cannot change rows: a trigger refused it (its text is in driverError)",
  },
  2067: UNIQUE,
  2579: UNIQUE,
  // The row breaks a rule of its table, like any other constraint; no value was converted on the way.
  3091: {
    type: IntegrityError,
    read: readStrictType,
    message: ({ table, columns }) =>
      `Cannot write to "${table}": the value is of a type that ${namesOf(columns)} refuses`,
  },
};

/** What SQLite says of a foreign key with RESTRICT, under the code of triggers: inside it is one. */
const RESTRICTED = "FOREIGN KEY constraint failed";

/** Turns what a driver throws into an error of the tree. Errors that are neither a driver's nor SQLite's stay as they are. */
export function mapSQLiteError(error: unknown, { sql, database }: SQLiteErrorContext): Error {
  if (error instanceof ActiveRecordError) return error;
  const details = { sql, driverError: error };
  if (!(error instanceof Error)) return new OperationalError("Cannot run the statement: the driver failed", details);
  if (error.name === "NotCapable") return permissionError(error, database);
  const misuse = mapDriverMisuse(error, details);
  if (misuse !== undefined) return misuse;
  const failure = readFailure(error);
  return failure === undefined ? error : mapFailure(failure, { ...details, code: failure.code }, database);
}

function mapFailure({ code, text }: SQLiteFailure, details: DatabaseErrorDetails, database: string): Error {
  const rule = code === 1811 && text === RESTRICTED ? RULES[787] : RULES[code] ?? RULES[code & 0xff];
  if (rule === undefined) return readStatementError(text, details);
  const place = rule.read?.(text) ?? {};
  return new rule.type(rule.message({ ...place, database }), {
    ...details,
    ...place,
    retryable: rule.retryable ?? false,
  });
}

/** What drivers say themselves, before SQLite is asked. */
function mapDriverMisuse(error: Error, details: DatabaseErrorDetails): Error | undefined {
  const code = (error as { readonly code?: unknown }).code;
  if (code === "ERR_INVALID_STATE" || /^The database connection is not open/.test(error.message)) {
    return new ConnectionError("Cannot run SQL: the connection is closed", details);
  }
  if (/^This database connection is busy executing a query/.test(error.message)) {
    return new OperationalError("Cannot run SQL: the connection is reading the rows of a query", details);
  }
  if (code === "ERR_OUT_OF_RANGE") {
    return new TypeConversionError("Cannot read an integer: it is beyond 2^53", { cause: error });
  }
  return undefined;
}

/** Deno's message names the flag and what was asked for: the database, or a file that the driver needs. */
function permissionError(error: Error, database: string): ConnectionError {
  const flag = /--allow-[a-z]+/.exec(error.message)?.[0] ?? "-A";
  const needs = error.message.includes(`"${database}"`)
    ? "a file needs --allow-read and --allow-write, to read only --allow-read"
    : `run again with ${flag}`;
  return new ConnectionError(`Cannot open "${database}": Deno's permissions do not allow it, ${needs}`, {
    driverError: error,
  });
}

function namesOf(columns: readonly string[] | undefined): string {
  return (columns ?? []).map((column) => `"${column}"`).join(", ");
}

/** Reads `UNIQUE constraint failed: a.m, a.n` and `…: index 'name'`. */
function readUnique(text: string): Omit<Place, "database"> {
  const index = /: index '(.*)'$/s.exec(text);
  return index === null ? readColumns(text) : { constraint: index[1] };
}

/** Reads the list of `table.column` after the colon. */
function readColumns(text: string): Omit<Place, "database"> {
  const names = text.slice(text.indexOf(": ") + 2).split(", ").map(splitColumn);
  return { table: names[0]![0], columns: names.map(([, column]) => column) };
}

/** Reads `cannot store TEXT value in INTEGER column a.n`. */
function readStrictType(text: string): Omit<Place, "database"> {
  const [table, column] = splitColumn(/ column (.*)$/s.exec(text)?.[1] ?? "");
  return { table, columns: [column] };
}

function splitColumn(name: string): [table: string, column: string] {
  const dot = name.indexOf(".");
  return [name.slice(0, Math.max(dot, 0)), name.slice(dot + 1)];
}

/** SQLite gives the expression of a check that has no name. */
function readCheck(text: string): Omit<Place, "database"> {
  return { constraint: /^[^:]+: (.*)$/s.exec(text)?.[1] };
}

/** Whether the columns of ON CONFLICT are no unique key, for which SQLite has no code of its own. */
export function isConflictUnmatched(error: unknown): boolean {
  return error instanceof Error && CONFLICT_UNMATCHED.test(readFailure(error)?.text ?? "");
}

/** Another process has the lock for now. A snapshot that is too old (517) is not cured by waiting. */
export function isBusy(error: unknown): boolean {
  const code = error instanceof Error ? readFailure(error)?.code ?? 0 : 0;
  return (code & 0xff) === 5 && code !== 517;
}
