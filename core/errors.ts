/**
 * The whole error tree. Every error the library throws on purpose is an {@linkcode ActiveRecordError}; database errors are
 * mapped by code, never by message text, in one `errors.ts` per backend.
 *
 * No message ever holds a parameter value, a row or a password.
 *
 * @module
 */

/** What a database error knows beyond its message. All of it is safe to print. */
export interface DatabaseErrorDetails {
  /** The SQL text that failed, with placeholders, never with values. */
  readonly sql?: string | undefined;
  /** The database's own code: SQLSTATE, errno or SQLite's extended result code. */
  readonly code?: string | number | undefined;
  /** Name of the violated constraint, where the database says it. */
  readonly constraint?: string | undefined;
  /** Table of the violated constraint, where the database says it. */
  readonly table?: string | undefined;
  /** Columns of the violated constraint, where the database says them. */
  readonly columns?: readonly string[] | undefined;
  /** True when the same work may succeed if it is tried again from the start. */
  readonly retryable?: boolean | undefined;
  /** The driver's error. It is kept behind `driverError`; what is printed is a redacted copy. */
  readonly driverError?: unknown;
}

/** Base of every error of this library. */
export class ActiveRecordError extends Error {
  /** Name of the class. */
  override name = "ActiveRecordError";
}

/** Wrong or incomplete configuration: an option, a model definition, a backend name. */
export class ConfigurationError extends ActiveRecordError {
  /** Name of the class. */
  override name = "ConfigurationError";
}

/** A value that cannot be converted without loss; names the model and field where they are known. */
export class TypeConversionError extends ActiveRecordError {
  /** Name of the class. */
  override name = "TypeConversionError";
}

/** A query that cannot be built: an unknown field, an undefined value, a negative limit. Nothing was sent. */
export class QueryBuildError extends ActiveRecordError {
  /** Name of the class. */
  override name = "QueryBuildError";
}

/** A cursor that was changed, or that belongs to another query. Nothing was sent. */
export class InvalidCursorError extends QueryBuildError {
  /** Name of the class. */
  override name = "InvalidCursorError";
  /** The clause in which the queries differ: `from`, `where`, `orderBy`; `cursor` when it is no cursor of ours. */
  readonly clause: string;
  /** Makes the message from the parts. */
  constructor(model: string, clause: string, reason: string) {
    super(`Invalid cursor of ${model}: ${reason}`);
    this.clause = clause;
  }
}

/** A relation that is not declared, declared wrongly or cannot be used this way. */
export class RelationError extends ActiveRecordError {
  /** Name of the class. */
  override name = "RelationError";
}

/** A relation was read synchronously before it was loaded. */
export class RelationNotLoadedError extends RelationError {
  /** Name of the class. */
  override name = "RelationNotLoadedError";
}

/** What {@linkcode UnsupportedFeatureError} says beyond its message. */
export interface UnsupportedFeatureDetails {
  /** The capability that was asked for. */
  readonly feature: string;
  /** The version that has it, if any. */
  readonly needs?: string | undefined;
  /** The version that is present. */
  readonly present?: string | undefined;
  /** A way to reach the same end without the feature. */
  readonly instead?: string | undefined;
}

/** The database, or this version of it, cannot do what was asked. Thrown before any SQL is sent. */
export class UnsupportedFeatureError extends ActiveRecordError {
  /** Name of the class. */
  override name = "UnsupportedFeatureError";
  /** The capability that was asked for. */
  readonly feature: string;
  /** The version that has it, if any. */
  readonly needs: string | undefined;
  /** The version that is present. */
  readonly present: string | undefined;
  /** Makes the message from the parts, so that each is also readable by itself. */
  constructor(backend: string, details: UnsupportedFeatureDetails) {
    const { feature, needs, present, instead } = details;
    super(
      `${backend} cannot do "${feature}"` +
        (needs === undefined ? "" : `: it needs ${needs}`) +
        (present === undefined ? "" : `${needs === undefined ? ":" : ","} this is ${present}`) +
        (instead === undefined ? "" : `; ${instead}`),
    );
    this.feature = feature;
    this.needs = needs;
    this.present = present;
  }
}

/** One thing that is wrong with a record. */
export interface ValidationIssue {
  /** Path to the value: the field's name, then keys and indexes inside it. Empty for the record as a whole. */
  readonly path: readonly PropertyKey[];
  /** Machine-readable reason, such as `too_small`, `required` or `unique`. */
  readonly code: string;
  /** Reason for people. It never holds the refused value. */
  readonly message: string;
}

/** A record that may not be saved. All issues are listed, not only the first. */
export class ValidationError extends ActiveRecordError {
  /** Name of the class. */
  override name = "ValidationError";
  /** Name of the model. */
  readonly model: string;
  /** Everything that is wrong, by path. */
  readonly issues: readonly ValidationIssue[];
  /** Builds the message from the issues. */
  constructor(model: string, issues: readonly ValidationIssue[], options?: ErrorOptions) {
    super(
      `${model} is not valid: ${
        issues.map((issue) =>
          `${issue.path.length === 0 ? "record" : issue.path.map(String).join(".")}: ${issue.message}`
        )
          .join("; ")
      }`,
      options,
    );
    this.model = model;
    this.issues = issues;
  }
  /** The issues of one field, so that a form can show them beside it. */
  issuesOf(field: string): readonly ValidationIssue[] {
    return this.issues.filter((issue) => issue.path[0] === field);
  }
}

/** Anything that went wrong in or on the way to the database. */
export class DatabaseError extends ActiveRecordError {
  /** Name of the class. */
  override name = "DatabaseError";
  /** The SQL text that failed, with placeholders. */
  readonly sql: string | undefined;
  /** The database's own code. */
  readonly code: string | number | undefined;
  /** Name of the violated constraint, where the database says it. */
  readonly constraint: string | undefined;
  /** Table of the violated constraint, where the database says it. */
  readonly table: string | undefined;
  /** Columns of the violated constraint, where the database says them. */
  readonly columns: readonly string[];
  /** True when the same work may succeed if it is tried again from the start. */
  readonly retryable: boolean;
  readonly #driverError: unknown;
  /** Keeps what is safe to print as properties and the driver's error behind an accessor. */
  constructor(message: string, details: DatabaseErrorDetails = {}) {
    super(message, details.driverError === undefined ? undefined : { cause: redactedCause(details.driverError) });
    this.sql = details.sql;
    this.code = details.code;
    this.constraint = details.constraint;
    this.table = details.table;
    this.columns = details.columns ?? [];
    this.retryable = details.retryable ?? false;
    this.#driverError = details.driverError;
  }
  /** The driver's own error. Its text may hold values of a row: do not log it. */
  get driverError(): unknown {
    return this.#driverError;
  }
}

/** Name and code of a driver's error without its text, which may hold values of a row. */
function redactedCause(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  const code = (error as { code?: unknown }).code;
  const shown = new Error(
    `${error.name}${code === undefined ? "" : ` ${String(code)}`} (text withheld: see driverError)`,
  );
  shown.name = "DriverError";
  if (error.stack !== undefined) {
    shown.stack = `${shown.name}: ${shown.message}\n${
      error.stack.split("\n").filter((line) => /^\s+at /.test(line)).join("\n")
    }`;
  }
  return shown;
}

/** No connection could be made, or it was lost. */
export class ConnectionError extends DatabaseError {
  /** Name of the class. */
  override name = "ConnectionError";
}

/** A transaction was used wrongly: closed, nested in parallel, an unknown savepoint. */
export class TransactionError extends DatabaseError {
  /** Name of the class. */
  override name = "TransactionError";
}

/** The database refused or failed to do the work. */
export class OperationalError extends DatabaseError {
  /** Name of the class. */
  override name = "OperationalError";
}

/** The statement itself is wrong: its syntax, a table or a column that does not exist. */
export class QueryError extends OperationalError {
  /** Name of the class. */
  override name = "QueryError";
}

/** A record that was asked for does not exist. */
export class RecordNotFound extends DatabaseError {
  /** Name of the class. */
  override name = "RecordNotFound";
}

/** A constraint of the database was violated (the seeds' `ConstraintViolationError`). */
export class IntegrityError extends DatabaseError {
  /** Name of the class. */
  override name = "IntegrityError";
  /** The same fact as validation issues on the fields of the constraint. Filled by `save()`. */
  issues: readonly ValidationIssue[] = [];
}

export {
  /** The seeds' name for {@linkcode IntegrityError}. */
  IntegrityError as ConstraintViolationError,
};

/** A value that must be unique is already there. */
export class UniqueViolationError extends IntegrityError {
  /** Name of the class. */
  override name = "UniqueViolationError";
}

/** A referenced row is missing, or a row is still referenced. */
export class ForeignKeyViolationError extends IntegrityError {
  /** Name of the class. */
  override name = "ForeignKeyViolationError";
}

/** NULL in a column that forbids it. */
export class NotNullViolationError extends IntegrityError {
  /** Name of the class. */
  override name = "NotNullViolationError";
}

/** A CHECK constraint said no. */
export class CheckViolationError extends IntegrityError {
  /** Name of the class. */
  override name = "CheckViolationError";
}

/** A lock could not be had. */
export class LockError extends DatabaseError {
  /** Name of the class. */
  override name = "LockError";
}

/** The database ended this transaction because two waited for each other. */
export class DeadlockError extends LockError {
  /** Name of the class. */
  override name = "DeadlockError";
}

/** Waiting for a lock took longer than allowed. */
export class LockTimeoutError extends LockError {
  /** Name of the class. */
  override name = "LockTimeoutError";
}

/** Concurrent transactions could not be put in an order; a retry may succeed. */
export class SerializationError extends DatabaseError {
  /** Name of the class. */
  override name = "SerializationError";
}

/** A statement, a transaction or a wait took longer than allowed. */
export class TimeoutError extends DatabaseError {
  /** Name of the class. */
  override name = "TimeoutError";
}

/** The work was cancelled through its `AbortSignal`. */
export class CancelledError extends DatabaseError {
  /** Name of the class. */
  override name = "CancelledError";
}

/** The answer to a write or a COMMIT was lost: it may or may not have happened. Never retried by the library. */
export class UnknownOutcomeError extends DatabaseError {
  /** Name of the class. */
  override name = "UnknownOutcomeError";
}

/** The row was changed or removed by somebody else since it was loaded. */
export class StaleRecordError extends ActiveRecordError {
  /** Name of the class. */
  override name = "StaleRecordError";
}
