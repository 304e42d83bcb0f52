/** SQLite's result codes by the names that some drivers give instead of the number. */
const RESULT_CODES: Readonly<Record<string, number>> = {
  SQLITE_ERROR: 1,
  SQLITE_INTERNAL: 2,
  SQLITE_PERM: 3,
  SQLITE_ABORT: 4,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_NOMEM: 7,
  SQLITE_READONLY: 8,
  SQLITE_INTERRUPT: 9,
  SQLITE_IOERR: 10,
  SQLITE_CORRUPT: 11,
  SQLITE_FULL: 13,
  SQLITE_CANTOPEN: 14,
  SQLITE_PROTOCOL: 15,
  SQLITE_SCHEMA: 17,
  SQLITE_TOOBIG: 18,
  SQLITE_CONSTRAINT: 19,
  SQLITE_MISMATCH: 20,
  SQLITE_MISUSE: 21,
  SQLITE_AUTH: 23,
  SQLITE_RANGE: 25,
  SQLITE_NOTADB: 26,
  SQLITE_BUSY_RECOVERY: 261,
  SQLITE_LOCKED_SHAREDCACHE: 262,
  SQLITE_CONSTRAINT_CHECK: 275,
  SQLITE_ABORT_ROLLBACK: 516,
  SQLITE_BUSY_SNAPSHOT: 517,
  SQLITE_CONSTRAINT_FOREIGNKEY: 787,
  SQLITE_CONSTRAINT_NOTNULL: 1299,
  SQLITE_CONSTRAINT_PRIMARYKEY: 1555,
  SQLITE_CONSTRAINT_TRIGGER: 1811,
  SQLITE_CONSTRAINT_UNIQUE: 2067,
  SQLITE_CONSTRAINT_ROWID: 2579,
  SQLITE_CONSTRAINT_DATATYPE: 3091,
};

/** Messages of SQLite with the code that they belong to, for errors that carry none. */
const CODES_BY_MESSAGE: readonly (readonly [RegExp, number])[] = [
  [/^UNIQUE constraint failed: /, 2067],
  [/^FOREIGN KEY constraint failed/, 787],
  [/^NOT NULL constraint failed: /, 1299],
  [/^CHECK constraint failed: /, 275],
  [/^cannot store \w+ value in \w+ column /, 3091],
  [/^constraint failed/, 19],
  [/^datatype mismatch/, 20],
  [/^database is locked/, 5],
  [/^database (?:table|schema) is locked/, 6],
  [/^attempt to write a readonly database/, 8],
  [/^interrupted/, 9],
  [/^disk I\/O error/, 10],
  [/^database disk image is malformed/, 11],
  [/^database or disk is full/, 13],
  [/^unable to open database(?: file)?/, 14],
  [/^Cannot open database because the directory does not exist/, 14],
  [/^locking protocol/, 15],
  [/^database schema has changed/, 17],
  [/^(?:string or blob too big|query string is too big)/i, 18],
  [/^not authorized/, 23],
  [/^(?:column index|bind or column index) out of range/, 25],
  [/^file is not a database/, 26],
  [/^abort due to ROLLBACK/, 516],
  [/^too many attached databases/, 1],
];

/** What can be read of a driver's error: SQLite's code, extended where it is known, and its text. */
export interface SQLiteFailure {
  /** SQLite's result code. */
  readonly code: number;
  /** SQLite's text, which may hold a value. */
  readonly text: string;
}

/**
 * Reads the code of any driver's error: `errcode` of node:sqlite, the name that better-sqlite3 gives, the number of
 * `@db/sqlite` or, where an error has none of them, what its text says. Undefined for an error that is not SQLite's.
 */
export function readFailure(error: Error): SQLiteFailure | undefined {
  const { errcode, code } = error as { readonly errcode?: unknown; readonly code?: unknown };
  const text = error.message.replace(/^\d+: /, "");
  if (typeof errcode === "number") return { code: errcode, text };
  if (typeof code === "number" && error.name === "SqliteError") return { code, text };
  if (typeof code === "string" && code.startsWith("SQLITE_")) return { code: codeOfName(code), text };
  const found = CODES_BY_MESSAGE.find(([pattern]) => pattern.test(text))?.[1];
  if (found !== undefined) return { code: found, text };
  return code === "ERR_SQLITE_ERROR" || error.constructor === Error ? { code: 1, text } : undefined;
}

/** The code of a name; of an extended one that is not listed, that of its first part. */
function codeOfName(name: string): number {
  for (let part = name; part.includes("_"); part = part.slice(0, part.lastIndexOf("_"))) {
    if (Object.hasOwn(RESULT_CODES, part)) return RESULT_CODES[part]!;
  }
  return 1;
}
