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
  TypeConversionError,
  UniqueViolationError,
} from "../../core/errors.ts";
import { type Names, readCheck, readColumn, readForeignKey, readKey, readName, readNames } from "./error_names.ts";
import { failureOf, type MySQLFailure } from "./failures.ts";
import { refusalMessage } from "./refusals.ts";

type DatabaseErrorClass = new (message: string, details: DatabaseErrorDetails) => DatabaseError;

/** What a message can say. */
interface Place extends Names {
  /** Why a calculation of the library refuses a value. */
  readonly refusal?: string | undefined;
}

interface Rule {
  readonly type: DatabaseErrorClass;
  readonly message: (place: Place) => string;
  /** Reads names out of the server's text and the statement's. */
  readonly read?: (text: string, sql: string) => Place;
  readonly retryable?: boolean;
}

const CANNOT = "Cannot run the statement:";

function columnsOf({ columns = [] }: Place): string {
  return columns.map((column) => `"${column}"`).join(", ");
}

function rule(type: DatabaseErrorClass, text: string, read?: Rule["read"]): Rule {
  return { type, message: () => text, ...read === undefined ? {} : { read } };
}

function named(type: DatabaseErrorClass, message: (place: Place) => string, read: Rule["read"] = readNames): Rule {
  return { type, message, ...read === undefined ? {} : { read } };
}

const NOT_NULL: Rule = named(
  NotNullViolationError,
  (place) => `Cannot write a row: ${columnsOf(place) || "a column"} must not be NULL`,
  readColumn,
);
const UNIQUE: Rule = named(
  UniqueViolationError,
  ({ constraint }) => `Cannot write a row: unique key "${constraint}" has the same entry already`,
  readKey,
);
const CHECK: Rule = named(
  CheckViolationError,
  ({ constraint }) => `Cannot write a row: check "${constraint}" failed`,
  readCheck,
);
const MISSING_PARENT: Rule = named(
  ForeignKeyViolationError,
  ({ constraint }) => `Cannot write a row: foreign key "${constraint}" has no row to point to`,
  readForeignKey,
);
const HAS_CHILDREN: Rule = named(
  ForeignKeyViolationError,
  ({ constraint, table }) => `Cannot change rows: foreign key "${constraint}" of "${table}" still points to one`,
  readForeignKey,
);
const DEADLOCK: Rule = {
  type: DeadlockError,
  message: () => "The transaction was rolled back: it and another one were waiting for each other",
  retryable: true,
};
const LOCK_TIMEOUT: Rule = {
  type: LockTimeoutError,
  message: () => "Cannot lock the row: another transaction holds it",
  retryable: true,
};
const TOO_LONG_TO_RUN = rule(TimeoutError, "The statement was ended by the server: it took longer than its time limit");
const OUT_OF_RANGE = named(
  OperationalError,
  (place) => `Cannot write a row: the value of ${columnsOf(place) || "a column"} is out of range`,
  readColumn,
);
const WRONG_VALUE = named(
  OperationalError,
  (place) => `${CANNOT} a value is not of the type of ${columnsOf(place) || "its column"}`,
  readColumn,
);
const READ_ONLY = rule(OperationalError, "Cannot write: the transaction is read-only");
const DENIED = named(
  OperationalError,
  ({ table }) => `${CANNOT} the user may not do that${table === undefined ? "" : ` with "${table}"`}`,
  readNames,
);

/** By the server's number. What only one of the two servers says has no other meaning on the other one. */
const RULES: Readonly<Record<number, Rule>> = {
  // connections and users
  1040: { ...rule(ConnectionError, "Cannot connect: the server has as many connections as it takes"), retryable: true },
  1044: rule(ConnectionError, "Cannot use the database: the user may not, or it does not exist"),
  1045: rule(ConnectionError, "Cannot connect: the server refuses the user or its password; check both"),
  1049: rule(ConnectionError, "Cannot connect: there is no such database; check its name"),
  1053: rule(ConnectionError, "The connection was lost: the server is shutting down"),
  1129: rule(ConnectionError, "Cannot connect: the server has blocked this host after too many errors"),
  1130: rule(ConnectionError, "Cannot connect: the server does not take connections from this host"),
  1152: rule(ConnectionError, "The connection was lost"),
  1153: rule(OperationalError, "Cannot send the statement: it is larger than the server takes (max_allowed_packet)"),
  1203: rule(ConnectionError, "Cannot connect: the user has as many connections as it may have"),
  1226: rule(ConnectionError, "Cannot connect: the user has reached one of its limits"),
  1227: rule(OperationalError, `${CANNOT} the user lacks a privilege for it`),
  1251: rule(ConnectionError, "Cannot connect: the server asks for a way to log in that the driver does not know"),
  1698: rule(ConnectionError, "Cannot connect: the server refuses the user or its password; check both"),
  1820: rule(ConnectionError, "Cannot connect: the password of the user has expired"),
  1862: rule(ConnectionError, "Cannot connect: the password of the user has expired"),
  1927: rule(ConnectionError, "The connection was lost: it was killed"),
  3118: rule(ConnectionError, "Cannot connect: the account is locked"),
  3159: rule(ConnectionError, "Cannot connect: the server wants encrypted connections only; set ssl"),
  4031: rule(ConnectionError, "The connection was lost: it was idle for longer than the server allows"),
  4151: rule(ConnectionError, "Cannot connect: the account is locked"),
  1047: {
    ...rule(ConnectionError, "The server does not take statements now: it has lost its cluster"),
    retryable: true,
  },
  // constraints
  1048: NOT_NULL,
  1062: UNIQUE,
  1169: UNIQUE,
  1586: UNIQUE,
  1216: MISSING_PARENT,
  1217: HAS_CHILDREN,
  1364: NOT_NULL,
  1451: HAS_CHILDREN,
  1452: MISSING_PARENT,
  1557: UNIQUE,
  1761: MISSING_PARENT,
  1762: MISSING_PARENT,
  3819: CHECK,
  4025: CHECK,
  1644: rule(IntegrityError, "Cannot change rows: a trigger refused it (its text is in driverError)"),
  // locks and transactions
  1020: {
    type: SerializationError,
    message: () => "The transaction was rolled back: a row has changed since it was first read",
    retryable: true,
  },
  1205: LOCK_TIMEOUT,
  1206: rule(OperationalError, `${CANNOT} it locks more rows than the server has room for`),
  1213: DEADLOCK,
  1305: named(QueryError, ({ name }) => `${CANNOT} there is no function, procedure or savepoint "${name}"`, readName),
  1568: rule(TransactionError, "Cannot change the isolation of a transaction that has begun"),
  1614: DEADLOCK,
  1792: READ_ONLY,
  3572: LOCK_TIMEOUT,
  1290: rule(OperationalError, "Cannot write: the server is read-only, or its settings do not allow the statement"),
  1836: rule(OperationalError, "Cannot write: the server is read-only"),
  3100: DEADLOCK,
  // time limits and cancellation
  1317: rule(CancelledError, "The statement was ended by the server: it was killed"),
  1969: TOO_LONG_TO_RUN,
  3024: TOO_LONG_TO_RUN,
  // values
  1136: rule(QueryError, `${CANNOT} the number of columns and of values differ`),
  1210: rule(QueryError, `${CANNOT} a wrong number or kind of arguments`),
  1390: rule(QueryError, `${CANNOT} it has more than 65,535 parameters`),
  1242: rule(QueryError, `${CANNOT} a subquery gives more than one row`),
  1264: OUT_OF_RANGE,
  1265: WRONG_VALUE,
  1292: WRONG_VALUE,
  1365: rule(OperationalError, `${CANNOT} division by zero`),
  1366: WRONG_VALUE,
  1367: WRONG_VALUE,
  1406: named(
    OperationalError,
    (place) => `Cannot write a row: the text of ${columnsOf(place) || "a column"} is too long`,
    readColumn,
  ),
  1411: WRONG_VALUE,
  1525: WRONG_VALUE,
  1690: {
    type: OperationalError,
    message: ({ refusal }) => `${CANNOT} ${refusal ?? "a number is out of range"}`,
    read: (text) => ({ refusal: refusalMessage(text) ?? undefined }),
  },
  3140: WRONG_VALUE,
  3141: rule(OperationalError, `${CANNOT} a text is not JSON`),
  3143: rule(QueryError, `${CANNOT} a JSON path is not valid`),
  4038: rule(OperationalError, `${CANNOT} a text is not JSON`),
  4042: rule(QueryError, `${CANNOT} a JSON path is not valid`),
  1253: rule(
    QueryError,
    `${CANNOT} a collation does not fit the character set of its text; its name is the database's own`,
  ),
  1273: rule(QueryError, `${CANNOT} there is no such collation; its name is the database's own`),
  1267: rule(QueryError, `${CANNOT} texts of different collations are compared; say one with COLLATE`),
  1139: rule(QueryError, `${CANNOT} a regular expression is not valid`),
  3685: rule(QueryError, `${CANNOT} a regular expression is not valid`),
  3692: rule(QueryError, `${CANNOT} a regular expression is not valid`),
  3696: rule(QueryError, `${CANNOT} a regular expression is not valid`),
  3699: rule(QueryError, `${CANNOT} a regular expression takes too long`),
  // statements
  1050: named(QueryError, ({ table }) => `${CANNOT} table "${table}" exists already`),
  1051: named(QueryError, ({ table }) => `${CANNOT} there is no table "${table}"`),
  1052: named(QueryError, (place) => `${CANNOT} column ${columnsOf(place)} is ambiguous`, readColumn),
  1054: named(QueryError, (place) => `${CANNOT} there is no column ${columnsOf(place)}`, readColumn),
  1055: rule(QueryError, `${CANNOT} a column is neither grouped nor aggregated`),
  1061: named(QueryError, ({ name }) => `${CANNOT} index "${name}" exists already`, readName),
  1064: rule(QueryError, `${CANNOT} its syntax is wrong (the place is in driverError)`),
  1065: rule(QueryError, `${CANNOT} it is empty`),
  1071: rule(
    QueryError,
    `${CANNOT} a key or an index is longer than the server allows; give its text columns a length`,
  ),
  1091: named(QueryError, ({ name }) => `${CANNOT} there is no column or index "${name}"`, readName),
  1093: rule(QueryError, `${CANNOT} it reads the table that it changes in a subquery`),
  1101: named(QueryError, (place) => `${CANNOT} column ${columnsOf(place)} can have no such default`, readColumn),
  1118: rule(QueryError, `${CANNOT} the columns of the table need more room than a row has; shorten its texts`),
  1142: DENIED,
  1143: DENIED,
  1146: named(QueryError, ({ table }) => `${CANNOT} there is no table "${table}"`),
  1170: named(QueryError, (place) => `${CANNOT} column ${columnsOf(place)} needs a length for its index`, readColumn),
  1222: rule(QueryError, `${CANNOT} its queries have different numbers of columns`),
  1248: rule(QueryError, `${CANNOT} a subquery in FROM needs a name`),
  1615: { ...rule(OperationalError, `${CANNOT} the table has changed since it was prepared`), retryable: true },
  1824: named(QueryError, ({ table }) => `${CANNOT} there is no table "${table}" for a foreign key`),
  3065: rule(QueryError, `${CANNOT} DISTINCT and ORDER BY do not go together`),
  // room
  1021: rule(OperationalError, `${CANNOT} the disk of the server is full`),
  1030: rule(OperationalError, `${CANNOT} the storage of the server failed`),
  1037: rule(OperationalError, `${CANNOT} the server has no memory left`),
  1038: rule(OperationalError, `${CANNOT} the server has no memory left for sorting`),
  1041: rule(OperationalError, `${CANNOT} the server has no memory left`),
  1114: named(OperationalError, ({ table }) => `Cannot write to "${table}": it is full`),
};

/** Turns what the driver throws into an error of the tree, by the server's number. Other errors stay as they are. */
export function mapMySQLError(error: unknown, sql: string): Error {
  if (error instanceof ActiveRecordError) return error;
  const failure = failureOf(error);
  if (failure === undefined) return misuse(error, sql);
  const { errno, text, code, sqlState } = failure;
  const details: DatabaseErrorDetails = { sql: sql === "" ? undefined : sql, code: errno ?? code, driverError: error };
  if (errno === undefined) return connectionError(failure, details);
  const found = RULES[errno] ?? byState(sqlState, failure);
  const place = found.read?.(text, sql) ?? {};
  const { table, columns, constraint } = place;
  return new found.type(found.message(place), {
    ...details,
    table,
    columns,
    constraint,
    retryable: found.retryable ?? false,
  });
}

/** What the driver says of values that it cannot send. */
function misuse(error: unknown, sql: string): Error {
  if (error instanceof TypeError || error instanceof RangeError) {
    return new TypeConversionError("Cannot send the statement: the driver refuses one of its values", { cause: error });
  }
  return error instanceof Error
    ? error
    : new OperationalError("Cannot run the statement: the driver failed", { sql, driverError: error });
}

const BY_STATE: Readonly<Record<string, Rule>> = {
  "08": rule(ConnectionError, "The connection was lost"),
  "21": rule(QueryError, `${CANNOT} a wrong number of values`),
  "22": rule(OperationalError, `${CANNOT} the server refuses a value`),
  "23": rule(IntegrityError, "Cannot write a row: a constraint was violated"),
  "28": rule(ConnectionError, "Cannot connect: the server refuses the user or its password; check both"),
  "40": DEADLOCK,
  "42": rule(QueryError, `${CANNOT} the server refuses it (its text is in driverError)`),
};

/** The class of an error that has no rule of its own. */
function byState(sqlState: string | undefined, { isFatal }: MySQLFailure): Rule {
  if (isFatal) return BY_STATE["08"]!;
  return BY_STATE[sqlState?.slice(0, 2) ?? ""] ??
    rule(OperationalError, `${CANNOT} the server refused it (its text is in driverError)`);
}

/** What the driver or the network says when the server says nothing. */
function connectionError({ code, syscall }: MySQLFailure, details: DatabaseErrorDetails): Error {
  if (syscall === "connect" || code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return new ConnectionError("Cannot connect: the server cannot be reached", { ...details, retryable: true });
  }
  return new ConnectionError("The connection was lost", { ...details, retryable: true });
}
