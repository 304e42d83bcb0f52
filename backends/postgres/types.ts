import type { DatabaseType, TypeMapping } from "../../core/types/database_type.ts";

/** How PostgreSQL stores each database type. */
export const POSTGRESQL_TYPE_MAPPINGS: Readonly<Record<DatabaseType, TypeMapping>> = {
  TINYINT: { sql: "SMALLINT" },
  SMALLINT: { sql: "SMALLINT" },
  INTEGER: { sql: "INTEGER" },
  BIGINT: { sql: "BIGINT" },
  FLOAT: { sql: "REAL" },
  DOUBLE: { sql: "DOUBLE PRECISION" },
  DECIMAL: { sql: "NUMERIC({precision}, {scale})" },
  CHAR: { sql: "CHAR({length})" },
  VARCHAR: { sql: "VARCHAR({length})" },
  TEXT: { sql: "TEXT" },
  DATE: { sql: "DATE" },
  TIME: { sql: "TIME" },
  DATETIME: { sql: "TIMESTAMP" },
  TIMESTAMP: { sql: "TIMESTAMPTZ" },
  BLOB: { sql: "BYTEA" },
  BOOLEAN: { sql: "BOOLEAN" },
  UUID: { sql: "UUID" },
  JSON: { sql: "JSONB" },
  ARRAY: { sql: "JSONB" },
  CUSTOM: { sql: "TEXT" },
};
