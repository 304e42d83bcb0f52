import { ConfigurationError } from "../../core/errors.ts";
import { type DatabaseType, formatType, type LogicalType, type TypeMapping } from "../../core/types/database_type.ts";

/** Longest text that gets a VARCHAR: a row has room for 65,535 bytes, four for each character, and is shared by all columns. */
const LONGEST_VARCHAR = 2_000;

/** Characters of a text in a key or an index that has no length of its own: an index has room for 3,072 bytes. */
export const KEYED_LENGTH = 255;

/** How MySQL and MariaDB store each database type. */
export const MYSQL_TYPE_MAPPINGS: Readonly<Record<DatabaseType, TypeMapping>> = {
  TINYINT: { sql: "TINYINT" },
  SMALLINT: { sql: "SMALLINT" },
  INTEGER: { sql: "INT" },
  BIGINT: { sql: "BIGINT" },
  FLOAT: { sql: "FLOAT" },
  DOUBLE: { sql: "DOUBLE" },
  // Without digits the servers would take DECIMAL(10,0), and round.
  DECIMAL: { sql: "DECIMAL", format: ({ precision = 65, scale = 30 }) => `DECIMAL(${precision},${scale})` },
  CHAR: { sql: "CHAR({length})" },
  VARCHAR: {
    sql: "VARCHAR({length})",
    format: ({ length = KEYED_LENGTH }) => length <= LONGEST_VARCHAR ? `VARCHAR(${length})` : "LONGTEXT",
  },
  TEXT: { sql: "LONGTEXT", format: (type) => type.kind === "enum" ? enumType(type) : "LONGTEXT" },
  DATE: { sql: "DATE" },
  TIME: { sql: "TIME(6)" },
  DATETIME: { sql: "DATETIME(6)" },
  // The servers' own TIMESTAMP ends in 2038.
  TIMESTAMP: { sql: "DATETIME(6)" },
  BLOB: { sql: "LONGBLOB" },
  BOOLEAN: { sql: "TINYINT(1)" },
  UUID: { sql: "CHAR(36)" },
  JSON: { sql: "JSON" },
  ARRAY: { sql: "JSON" },
  CUSTOM: { sql: "LONGTEXT" },
};

/** An ENUM with the values, or a VARCHAR where ENUM would change them: it drops spaces at the end and has its own empty value. */
function enumType({ values = [] }: LogicalType): string {
  if (!isNativeEnum(values)) return `VARCHAR(${Math.max(1, ...values.map((value) => [...value].length))})`;
  return `ENUM(${values.map(quoteText).join(", ")})`;
}

/** Whether a column of the type ENUM keeps all of the values as they are. */
export function isNativeEnum(values: readonly string[]): boolean {
  // A text of digits that is no value would be taken for the number of one.
  return values.length > 0 && values.every((value) => value !== "" && !value.endsWith(" "));
}

/** Writes a text literal; a backslash escapes in these servers' literals. */
export function quoteText(text: string): string {
  if (!text.isWellFormed()) throw new ConfigurationError("Invalid text in SQL: it holds half of a surrogate pair");
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''").replaceAll("\0", "\\0")}'`;
}

/** Constraints of a {@linkcode MySQLColumnType}. */
export interface MySQLColumnConstraints {
  /** The column is the primary key. @default {false} */
  readonly primaryKey?: boolean;
  /** The database makes the key. @default {false} */
  readonly autoIncrement?: boolean;
  /** No two rows may have the same value. @default {false} */
  readonly unique?: boolean;
  /** NULL is refused. @default {false} */
  readonly notNull?: boolean;
  /** SQL of the default value. */
  readonly default?: string;
}

/** A column type with its constraints, for SQL written by hand. */
export class MySQLColumnType {
  /** The SQL type. */
  readonly sqlType: string;
  /** The constraints behind it. */
  readonly constraints: MySQLColumnConstraints;
  /** Keeps what it is given. */
  constructor(sqlType: string, constraints: MySQLColumnConstraints = {}) {
    this.sqlType = sqlType;
    this.constraints = constraints;
  }
  /** The SQL type of a database type. Throws `ConfigurationError` for a type that does not exist. */
  static getType(type: DatabaseType, params: MySQLColumnConstraints & Partial<LogicalType> = {}): MySQLColumnType {
    const mapping = MYSQL_TYPE_MAPPINGS[type];
    if (mapping === undefined) throw new ConfigurationError(`Unsupported database type ${JSON.stringify(type)}`);
    return new MySQLColumnType(formatType(mapping, { kind: "custom", ...params }), params);
  }
  /** The type and its constraints as SQL. */
  toString(): string {
    const { primaryKey, autoIncrement, unique, notNull, default: fallback } = this.constraints;
    return [
      this.sqlType,
      notNull ? "NOT NULL" : "",
      fallback === undefined ? "" : `DEFAULT ${fallback}`,
      autoIncrement ? "AUTO_INCREMENT" : "",
      primaryKey ? "PRIMARY KEY" : "",
      unique ? "UNIQUE" : "",
    ].filter((part) => part !== "").join(" ");
  }
}
