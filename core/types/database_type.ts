/** The column types that every dialect maps to its own SQL, by the seeds' names. */
export type DatabaseType =
  | "TINYINT"
  | "SMALLINT"
  | "INTEGER"
  | "BIGINT"
  | "FLOAT"
  | "DOUBLE"
  | "DECIMAL"
  | "CHAR"
  | "VARCHAR"
  | "TEXT"
  | "DATE"
  | "TIME"
  | "DATETIME"
  | "TIMESTAMP"
  | "BLOB"
  | "BOOLEAN"
  | "UUID"
  | "JSON"
  | "ARRAY"
  | "CUSTOM";

/** What a value means, apart from how a database stores it. */
export type LogicalKind =
  | "int32"
  | "int"
  | "bigint"
  | "number"
  | "decimal"
  | "string"
  | "boolean"
  | "date"
  | "instant"
  | "plainDate"
  | "plainTime"
  | "plainDateTime"
  | "duration"
  | "uuid"
  | "json"
  | "enum"
  | "bytes"
  | "array"
  | "custom";

/** Converts one field's value in both directions, before and after the conversion of its stored type. NULL never reaches it. */
export interface FieldConverter<Value = unknown, Stored = unknown> {
  /** From the value of the record to what the stored type takes. */
  toDatabase(value: Value): Stored;
  /** From what the stored type gives to the value of the record. */
  fromDatabase(stored: Stored): Value;
}

/** The type of a column or of a value: plain data, the same for every database. */
export interface LogicalType {
  /** What the value means. */
  readonly kind: LogicalKind;
  /** Highest number of characters. */
  readonly length?: number;
  /** Number of significant digits of a decimal. */
  readonly precision?: number;
  /** Number of digits after the decimal point. */
  readonly scale?: number;
  /** The values of an enum. */
  readonly values?: readonly string[];
  /** Type of an array's elements. */
  readonly element?: LogicalType;
  /** SQL type for kind `custom`, written into DDL as it is. */
  readonly sqlType?: string;
  /** Converter of this one field. */
  readonly converter?: FieldConverter;
}

/** How a dialect writes a type in DDL. */
export interface TypeMapping {
  /** The SQL text; `{length}`, `{precision}` and `{scale}` are replaced, and a part without a value is left out. */
  readonly sql: string;
  /** Makes the SQL text where a template is not enough. */
  readonly format?: (type: LogicalType) => string;
}

const DATABASE_TYPES: { readonly [K in LogicalKind]: DatabaseType } = {
  int32: "INTEGER",
  int: "BIGINT",
  bigint: "BIGINT",
  number: "DOUBLE",
  decimal: "DECIMAL",
  string: "TEXT",
  boolean: "BOOLEAN",
  date: "TIMESTAMP",
  instant: "TIMESTAMP",
  plainDate: "DATE",
  plainTime: "TIME",
  plainDateTime: "DATETIME",
  duration: "VARCHAR",
  uuid: "UUID",
  json: "JSON",
  enum: "TEXT",
  bytes: "BLOB",
  array: "ARRAY",
  custom: "CUSTOM",
};

const LENGTHS = ["length", "precision", "scale"] as const;

/** What is wrong with a type, whatever the types of TypeScript were told: its parts end up in the text of DDL. */
export function problemOfType(type: LogicalType): string | null {
  if (typeof type !== "object" || type === null || !Object.hasOwn(DATABASE_TYPES, type.kind)) {
    return `its type must be one of ${Object.keys(DATABASE_TYPES).join(", ")}`;
  }
  const wrong = LENGTHS.find((name) => {
    const length = type[name];
    return length !== undefined && (!Number.isSafeInteger(length) || length < 0);
  });
  if (wrong !== undefined) return `the ${wrong} of its type must be a whole number, 0 or more`;
  return type.element === undefined ? null : problemOfType(type.element);
}

/** The database type that a logical type is stored as, where the dialect has no other wish. */
export function databaseTypeOf(type: LogicalType): DatabaseType {
  return type.kind === "string" && type.length !== undefined ? "VARCHAR" : DATABASE_TYPES[type.kind];
}

/** Writes a type through its mapping: `format` when there is one, else the template with its placeholders filled. */
export function formatType(mapping: TypeMapping, type: LogicalType): string {
  if (mapping.format !== undefined) return mapping.format(type);
  return mapping.sql
    .replace(/\(([^)]*)\)/, (whole, inside: string) => {
      const filled = inside.replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = type[name as "length" | "precision" | "scale"];
        return value === undefined ? "" : String(value);
      }).replace(/,\s*$/, "");
      return filled === "" ? "" : whole.includes("{") ? `(${filled})` : whole;
    });
}
