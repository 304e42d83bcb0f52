import type { ExpressionNode } from "../ast/expression.ts";
import type { ColumnDefinition, CreateTableNode, ForeignKeyDefinition, TableNode } from "../ast/statement.ts";
import { ConfigurationError, QueryBuildError } from "../errors.ts";
import type { BuilderDialect, SQLBuilder, StatementCompilers } from "./builder.ts";

/** What DDL asks of a dialect beyond what queries ask. */
export interface DDLDialect extends BuilderDialect {
  /** SQL type of a column. */
  columnType(column: ColumnDefinition): string;
  /** What stands behind the type of a key that the database makes, with PRIMARY KEY where it must be there. */
  readonly autoIncrement: {
    readonly clause: string;
    readonly isPrimaryKey: boolean;
  };
  /** What stands behind the closing parenthesis of CREATE TABLE. */
  readonly tableSuffix: string;
  /** Writes an encoded value as a literal. */
  literal(value: unknown): string;
}

function ddl(builder: SQLBuilder): DDLDialect {
  // Every dialect that compiles DDL is an SQLDialect, which implements both interfaces.
  return builder.dialect as DDLDialect;
}

/** Writes an expression with its values as literals, since DDL takes no parameters. */
function writeConstant(node: ExpressionNode, builder: SQLBuilder): void {
  if (node.kind === "value") {
    builder.sql += ddl(builder).literal(node.value === null ? null : builder.encode(node.value, node.type, node.label));
    return;
  }
  const before = builder.params.length;
  builder.sql += "(";
  builder.expression(node);
  builder.sql += ")";
  if (builder.params.length !== before) {
    throw new QueryBuildError("DDL takes no parameters: write the value into the SQL text");
  }
}

function writeColumn(column: ColumnDefinition, table: string, builder: SQLBuilder): void {
  const dialect = ddl(builder);
  builder.sql += `${dialect.quoteIdentifier(column.name)} ${dialect.columnType(column)}`;
  if (column.autoIncrement) {
    builder.sql += ` ${dialect.autoIncrement.clause}`;
    return;
  }
  if (column.generatedAs !== undefined) {
    builder.sql += ` GENERATED ALWAYS AS (${column.generatedAs}) STORED`;
  }
  if (!column.nullable) builder.sql += " NOT NULL";
  if (column.default !== undefined) {
    builder.sql += " DEFAULT ";
    writeConstant(column.default, builder);
  }
  const { values, kind } = column.type;
  if (kind === "enum" && values !== undefined) {
    const name = dialect.quoteIdentifier(`${table}_${column.name}_check`);
    builder.sql += ` CONSTRAINT ${name} CHECK (${dialect.quoteIdentifier(column.name)} IN (${
      values.map((value) => dialect.literal(value)).join(", ")
    }))`;
  }
}

const ACTIONS: ReadonlySet<string> = new Set([
  "cascade",
  "restrict",
  "set null",
  "set default",
  "no action",
]);

function action(clause: string, value: string | undefined): string {
  if (value === undefined) return "";
  if (!ACTIONS.has(value)) {
    throw new ConfigurationError(
      `Invalid ${clause}: ${JSON.stringify(value)} (one of ${[...ACTIONS].join(", ")})`,
    );
  }
  return ` ${clause} ${value.toUpperCase()}`;
}

function writeForeignKey(key: ForeignKeyDefinition, builder: SQLBuilder): void {
  builder.sql += `CONSTRAINT ${builder.dialect.quoteIdentifier(key.name)} FOREIGN KEY (`;
  builder.identifiers(key.columns);
  builder.sql += ") REFERENCES ";
  writeTableName(key.table, builder);
  builder.sql += " (";
  builder.identifiers(key.references);
  builder.sql += `)${action("ON DELETE", key.onDelete)}${action("ON UPDATE", key.onUpdate)}`;
}

function writeTableName(table: TableNode, builder: SQLBuilder): void {
  if (table.schema !== undefined) {
    builder.sql += `${builder.dialect.quoteIdentifier(table.schema)}.`;
  }
  builder.sql += builder.dialect.quoteIdentifier(table.name);
}

function writeConstraints(node: CreateTableNode, builder: SQLBuilder): void {
  const inlineKey = node.columns.some((column) => column.autoIncrement) &&
    ddl(builder).autoIncrement.isPrimaryKey;
  if (node.primaryKey.length > 0 && !inlineKey) {
    builder.sql += `, CONSTRAINT ${builder.dialect.quoteIdentifier(`${node.table.name}_pkey`)} PRIMARY KEY (`;
    builder.identifiers(node.primaryKey);
    builder.sql += ")";
  }
  for (const unique of node.uniques) {
    builder.sql += `, CONSTRAINT ${builder.dialect.quoteIdentifier(unique.name)} UNIQUE (`;
    builder.identifiers(unique.columns);
    builder.sql += ")";
  }
  for (const check of node.checks) {
    builder.sql += `, CONSTRAINT ${builder.dialect.quoteIdentifier(check.name)} CHECK `;
    writeConstant(check.expression, builder);
  }
  for (const key of node.foreignKeys) {
    builder.sql += ", ";
    writeForeignKey(key, builder);
  }
}

/** How standard SQL writes DDL. */
export const ddlStatements: Pick<StatementCompilers, "createTable" | "createIndex" | "dropTable"> = {
  createTable(node, builder) {
    builder.sql += node.ifNotExists ? "CREATE TABLE IF NOT EXISTS " : "CREATE TABLE ";
    writeTableName(node.table, builder);
    builder.sql += " (";
    node.columns.forEach((column, i) => {
      if (i > 0) builder.sql += ", ";
      writeColumn(column, node.table.name, builder);
    });
    writeConstraints(node, builder);
    builder.sql += `)${ddl(builder).tableSuffix}`;
  },
  createIndex(node, builder) {
    const { index } = node;
    builder.sql += `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${node.ifNotExists ? "IF NOT EXISTS " : ""}`;
    builder.sql += `${builder.dialect.quoteIdentifier(index.name)} ON `;
    writeTableName(node.table, builder);
    builder.sql += " (";
    builder.identifiers(index.columns);
    builder.sql += ")";
    if (index.where !== undefined) {
      builder.sql += " WHERE ";
      writeConstant(index.where, builder);
    }
  },
  dropTable(node, builder) {
    builder.sql += node.ifExists ? "DROP TABLE IF EXISTS " : "DROP TABLE ";
    writeTableName(node.table, builder);
  },
};
