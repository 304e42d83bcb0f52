import { type DatabaseErrorDetails, type OperationalError, QueryError, TransactionError } from "../../core/errors.ts";

type Names = Readonly<Record<string, string | undefined>>;

interface TextRule {
  readonly pattern: RegExp;
  readonly message: (names: Names) => string;
  readonly type?: typeof TransactionError;
}

/** What SQLite says of an upsert whose columns are no unique key. */
export const CONFLICT_UNMATCHED = /^ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint$/;

/**
 * What SQLite says under its code 1, for which the text is all there is. Only these texts are known to hold nothing but words
 * of the statement; others repeat an argument (`bad JSON path: …`), a search term or the message of a function.
 */
const RULES: readonly TextRule[] = [
  { pattern: /^no such table: (?<table>.+)$/s, message: ({ table }) => `there is no table "${table}"` },
  {
    // The name in quotes was most likely meant as a text, which must not be repeated.
    pattern: /^no such column: ".* - should this be a string literal/s,
    message: () => "a text in double quotes is a name to SQLite, and no column has it",
  },
  { pattern: /^no such column: (?<column>.+)$/s, message: ({ column }) => `there is no column "${column}"` },
  {
    pattern: /^table (?<table>.+) has no column named (?<column>.+)$/s,
    message: ({ table, column }) => `table "${table}" has no column "${column}"`,
  },
  { pattern: /^ambiguous column name: (?<column>.+)$/s, message: ({ column }) => `column "${column}" is ambiguous` },
  {
    pattern: /^no such (?<kind>function|index|view|trigger|collation sequence|module): (?<name>.+)$/s,
    message: ({ kind, name }) => `there is no ${kind} "${name}"`,
  },
  { pattern: /^unknown database (?<name>.+)$/s, message: ({ name }) => `there is no schema "${name}"` },
  {
    pattern: /^(?<kind>table|index|view|trigger) (?<name>.+) already exists$/s,
    message: ({ kind, name }) => `${kind} "${name}" exists already`,
  },
  {
    pattern: /^there is already an? (?<kind>table|index|view) named (?<name>.+)$/s,
    message: ({ kind, name }) => `${kind} "${name}" exists already`,
  },
  {
    // Keywords and signs are repeated, literals are not.
    pattern: /^near "(?<word>[A-Za-z_]+|[^\w'"]+)": syntax error$/,
    message: ({ word }) => `syntax error near "${word}"`,
  },
  { pattern: /^near .*: syntax error$/s, message: () => "syntax error near a literal" },
  { pattern: /^incomplete input$/, message: () => "the text is incomplete" },
  { pattern: /^unrecognized token: /, message: () => "the text holds something that is no SQL" },
  {
    pattern: /^wrong number of arguments to function (?<name>\w+)\(\)$/,
    message: ({ name }) => `wrong number of arguments to function "${name}"`,
  },
  { pattern: /^misuse of (?<what>(?:aggregate|window function)[^']*)$/, message: ({ what }) => `misuse of ${what}` },
  { pattern: /^\d+ values for \d+ columns$/, message: ({ text }) => text! },
  { pattern: /^table \S+ has \d+ columns but \d+ values were supplied$/, message: ({ text }) => text! },
  { pattern: /^sub-select returns \d+ columns - expected \d+$/, message: ({ text }) => text! },
  {
    pattern: /^foreign key mismatch - "(?<table>.+)" referencing "(?<target>.+)"$/s,
    message: ({ table, target }) => `a foreign key of "${table}" points to columns of "${target}" that are not unique`,
  },
  { pattern: /^(?:integer overflow|malformed JSON|LIKE or GLOB pattern too complex)$/, message: ({ text }) => text! },
  {
    pattern: CONFLICT_UNMATCHED,
    message: () => "the columns of ON CONFLICT are not unique",
  },
  {
    pattern: /^too many attached databases - max 0$/,
    message: () => "Deno allows ATTACH and VACUUM with all permissions only (-A)",
  },
  {
    pattern: /^Expression tree is too large \(maximum depth (?<depth>\d+)\)$/,
    message: ({ depth }) => `it joins or nests more than ${depth} conditions`,
  },
  { pattern: /^too many SQL variables$/, message: () => "it has too many parameters" },
  {
    pattern: /^cannot start a transaction within a transaction$/,
    message: () => "a transaction is open already",
    type: TransactionError,
  },
  {
    pattern: /^cannot (?:commit|rollback) - no transaction is active$/,
    message: () => "no transaction is open",
    type: TransactionError,
  },
  {
    pattern: /^no such savepoint: (?<name>.+)$/s,
    message: ({ name }) => `there is no savepoint "${name}"`,
    type: TransactionError,
  },
  {
    pattern: /^cannot VACUUM from within a transaction$/,
    message: () => "VACUUM is not possible in a transaction",
    type: TransactionError,
  },
];

/** Makes an error of what SQLite says is wrong with a statement; a text that may hold a value is left to `driverError`. */
export function readStatementError(text: string, details: DatabaseErrorDetails): OperationalError | TransactionError {
  for (const { pattern, message, type: Type = QueryError } of RULES) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const names = { ...match.groups, text };
    return new Type(`Cannot run the statement: ${message(names)}`, { ...details, ...placeOf(names) });
  }
  return new QueryError("Cannot run the statement: SQLite refused it (its text is in driverError)", details);
}

/** A table or column that does not exist; names may be qualified. */
function placeOf({ table, column }: Names): Pick<DatabaseErrorDetails, "table" | "columns"> {
  return {
    ...(table === undefined ? {} : { table }),
    ...(column === undefined ? {} : { columns: [column.slice(column.lastIndexOf(".") + 1)] }),
  };
}
