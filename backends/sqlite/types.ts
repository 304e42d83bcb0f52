import { ConfigurationError } from "../../core/errors.ts";
import { type DatabaseType, formatType, type LogicalType, type TypeMapping } from "../../core/types/database_type.ts";

/** The types that a STRICT table of SQLite knows. */
export const SQLiteTypes = {
  INTEGER: "INTEGER",
  REAL: "REAL",
  TEXT: "TEXT",
  BLOB: "BLOB",
  ANY: "ANY",
} as const;

/** How SQLite stores each database type. Decimals are text, since every number type would round them. */
export const SQLITE_TYPE_MAPPINGS: Readonly<Record<DatabaseType, TypeMapping>> = {
  TINYINT: { sql: SQLiteTypes.INTEGER },
  SMALLINT: { sql: SQLiteTypes.INTEGER },
  INTEGER: { sql: SQLiteTypes.INTEGER },
  BIGINT: { sql: SQLiteTypes.INTEGER },
  FLOAT: { sql: SQLiteTypes.REAL },
  DOUBLE: { sql: SQLiteTypes.REAL },
  DECIMAL: { sql: SQLiteTypes.TEXT },
  CHAR: { sql: SQLiteTypes.TEXT },
  VARCHAR: { sql: SQLiteTypes.TEXT },
  TEXT: { sql: SQLiteTypes.TEXT },
  DATE: { sql: SQLiteTypes.TEXT },
  TIME: { sql: SQLiteTypes.TEXT },
  DATETIME: { sql: SQLiteTypes.TEXT },
  TIMESTAMP: { sql: SQLiteTypes.TEXT },
  BLOB: { sql: SQLiteTypes.BLOB },
  BOOLEAN: { sql: SQLiteTypes.INTEGER },
  UUID: { sql: SQLiteTypes.TEXT },
  JSON: { sql: SQLiteTypes.TEXT },
  ARRAY: { sql: SQLiteTypes.TEXT },
  CUSTOM: { sql: SQLiteTypes.ANY },
};

/** Constraints of a {@linkcode SQLiteColumnType}. */
export interface SQLiteColumnConstraints {
  /** The column is the primary key. @default {false} */
  readonly primaryKey?: boolean;
  /** Keys are never used twice. @default {false} */
  readonly autoIncrement?: boolean;
  /** No two rows may have the same value. @default {false} */
  readonly unique?: boolean;
  /** NULL is refused. @default {false} */
  readonly notNull?: boolean;
  /** SQL of the default value. */
  readonly default?: string;
}

/** A column type with its constraints, for SQL written by hand. */
export class SQLiteColumnType {
  /** The SQL type. */
  readonly sqlType: string;
  /** The constraints behind it. */
  readonly constraints: SQLiteColumnConstraints;
  /** Keeps what it is given. */
  constructor(sqlType: string, constraints: SQLiteColumnConstraints = {}) {
    this.sqlType = sqlType;
    this.constraints = constraints;
  }
  /** The SQL type of a database type. Throws `ConfigurationError` for a type that does not exist. */
  static getType(type: DatabaseType, params: SQLiteColumnConstraints & Partial<LogicalType> = {}): SQLiteColumnType {
    const mapping = SQLITE_TYPE_MAPPINGS[type];
    if (mapping === undefined) throw new ConfigurationError(`Unsupported database type ${JSON.stringify(type)}`);
    return new SQLiteColumnType(formatType(mapping, { kind: "custom", ...params }), params);
  }
  /** The type and its constraints as SQL. */
  toString(): string {
    const { primaryKey, autoIncrement, unique, notNull, default: fallback } = this.constraints;
    return [
      this.sqlType,
      primaryKey ? "PRIMARY KEY" : "",
      autoIncrement ? "AUTOINCREMENT" : "",
      unique ? "UNIQUE" : "",
      notNull ? "NOT NULL" : "",
      fallback === undefined ? "" : `DEFAULT ${fallback}`,
    ].filter((part) => part !== "").join(" ");
  }
}
