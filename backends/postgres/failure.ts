/** What the server says of an error, in the words of either driver. Its values of rows are left out. */
export interface Failure {
  /** SQLSTATE. */
  readonly code: string;
  /** The violated constraint. */
  readonly constraint: string | undefined;
  /** The table of the constraint. */
  readonly table: string | undefined;
  /** The columns of the constraint. */
  readonly columns: readonly string[];
  /** The table, column, time zone or other thing that does not exist. */
  readonly named: string | undefined;
  /** Where in the statement it is, as words. */
  readonly place: string;
}

/** The fields of an error, by the names of both drivers. */
interface ServerError {
  readonly code?: unknown;
  readonly severity?: unknown;
  readonly message: string;
  readonly detail?: unknown;
  readonly position?: unknown;
  readonly constraint?: unknown;
  readonly constraint_name?: unknown;
  readonly table?: unknown;
  readonly table_name?: unknown;
  readonly column?: unknown;
  readonly column_name?: unknown;
}

/** Reads an error of the server; undefined for any other. */
export function readFailure(error: unknown, sql: string): Failure | undefined {
  if (!(error instanceof Error)) return undefined;
  const given = error as ServerError; // all of its fields are checked before they are used
  const { code } = given;
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code) || given.severity === undefined) return undefined;
  const column = text(given.column ?? given.column_name);
  const position = text(given.position);
  return {
    code,
    constraint: text(given.constraint ?? given.constraint_name),
    table: text(given.table ?? given.table_name),
    columns: column !== undefined ? [column] : keyColumns(code, text(given.detail), sql),
    named: NAMED.has(code) ? firstName(given.message) : code === "22023" ? unknownZone(given.message) : undefined,
    place: position === undefined ? "" : ` at character ${position}`,
  };
}

/** States whose message holds the name of what does not exist, or exists already. */
const NAMED: ReadonlySet<string> = new Set(["42P01", "42703", "42P07", "42P06", "42701", "42710"]);

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The columns of `Key (a, b)=(1, 2) already exists.`: what stands before the values, in any language. Of a foreign key they are
 * those of the row that was written; when a row is removed, its own key stands there instead.
 */
function keyColumns(code: string, detail: string | undefined, sql: string): readonly string[] {
  if (detail === undefined || code !== "23505" && !(code === "23503" && /^\s*(?:insert|update)\b/i.test(sql))) {
    return [];
  }
  const list = /\(((?:"(?:[^"]|"")*"|[^()"])*)\)=\(/.exec(detail)?.[1];
  if (list === undefined) return [];
  return list.split(", ").map((name) => name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);
}

/** The first name in a message: in quotes, or a qualified one without. */
function firstName(message: string): string | undefined {
  return /["«„“]([^"«»„“”]+)["»“”]/.exec(message)?.[1] ?? /\b(\w+\.\w+)\b/.exec(message)?.[1];
}

/** The zone of `time zone "Mars/Base" not recognized`; other messages of its state can hold values. */
function unknownZone(message: string): string | undefined {
  return /^time zone "([A-Za-z0-9_+\-/]+)" not recognized$/.exec(message)?.[1];
}
