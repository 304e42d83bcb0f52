import type {
  Assignment,
  CheckDefinition,
  ColumnDefinition,
  InsertNode,
  SelectNode,
} from "../../core/ast/statement.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import type { DDLDialect } from "../../core/sql/compile_ddl.ts";
import { compileCompound } from "../../core/sql/compile_compound.ts";
import { compileSelect, standardStatements, writeLimitOffset, writeTable } from "../../core/sql/compile_statement.ts";
import { mysqlBuilder } from "./builder.ts";
import { groupedSelect } from "./grouped.ts";
import { isPlainTerm, orderTerms } from "./order.ts";
import { typedNull, typedRowValue } from "./typed.ts";
import { isNativeEnum } from "./types.ts";

/** There is no OFFSET without LIMIT. */
export function limitOffset(limit: number | null, offset: number | null): string {
  return writeLimitOffset(limit, offset).replace(/^ OFFSET/, " LIMIT 18446744073709551615 OFFSET");
}

const select = compileSelect(limitOffset);

function compileOrderedSelect(node: SelectNode, builder: SQLBuilder): void {
  const isPlain = node.orderBy.every(isPlainTerm);
  // WITH ROLLUP would also go over the terms before it.
  if (node.groupBy.length > 1 && node.groupBy.some(({ kind }) => kind === "grouping")) builder.need("groupingSets");
  const grouped = node.groupBy.length === 0 ? node : groupedSelect(node);
  select(isPlain ? grouped : { ...grouped, orderBy: grouped.orderBy.flatMap(orderTerms) }, builder);
  // What is committed now, whatever the transaction's snapshot holds.
  if (node.current === true) builder.sql += " LOCK IN SHARE MODE";
}

function writeInsert(node: InsertNode, builder: SQLBuilder): void {
  builder.sql += "INSERT INTO ";
  writeTable(node.table, builder);
  builder.sql += " (";
  builder.identifiers(node.columns);
  builder.sql += ") VALUES ";
  node.rows.forEach((row, i) => {
    builder.sql += i === 0 ? "(" : ", (";
    builder.list(row);
    builder.sql += ")";
  });
}

/** Highest unsigned integer of 64 bits, to which nothing can be added. */
const HIGHEST = "18446744073709551615";

/**
 * The servers change the row that is in the way whichever unique key it has in common with the new one. The first assignment sees
 * to it that it is the key that was meant: else it fails, and nothing is changed.
 */
function writeConflict(node: InsertNode, builder: SQLBuilder): void {
  const { columns, update } = node.onConflict!; // the caller has looked
  const { dialect } = builder;
  const { syntax } = mysqlBuilder(builder);
  syntax.writeNewRow(builder);
  const here = (column: string) => `${dialect.quoteIdentifier(node.table.name)}.${dialect.quoteIdentifier(column)}`;
  const first = columns[0]!; // an upsert names a key
  builder.sql += ` ON DUPLICATE KEY UPDATE ${dialect.quoteIdentifier(first)} = IF(`;
  columns.forEach((column, i) => {
    builder.sql += `${i > 0 ? " AND " : "("}${here(column)} = `;
    syntax.writeExcluded(column, builder);
  });
  builder.sql += `) OR ${HIGHEST} + (1 + (${here(first)} IS NULL)), ${here(first)}, ${here(first)})`;
  for (const { column, value } of update) writeAssignment(column, value, builder);
}

function writeAssignment(column: string, value: Assignment["value"], builder: SQLBuilder): void {
  builder.sql += `, ${builder.dialect.quoteIdentifier(column)} = `;
  builder.expression(value);
}

/** Writes what changes rows, which may not read its own table in a subquery. */
function changing<N>(write: (node: N, builder: SQLBuilder) => void): (node: N, builder: SQLBuilder) => void {
  return (node, builder) => {
    const own = mysqlBuilder(builder);
    own.changesRows = true;
    write(node, own);
    own.changesRows = false;
  };
}

/** Types whose default is an expression in parentheses. */
const LARGE = /^(?:LONGTEXT|LONGBLOB|JSON)$/;

function columnDefinition(column: ColumnDefinition, dialect: DDLDialect, builder: SQLBuilder): ColumnDefinition {
  const sqlType = dialect.columnType(column);
  const { default: fallback } = column;
  const literal = fallback?.kind === "value" && LARGE.test(sqlType)
    ? dialect.literal(fallback.value === null ? null : builder.encode(fallback.value, fallback.type, fallback.label))
    : undefined;
  return {
    ...column,
    // An ENUM refuses other values itself, and a check of another column has to stand behind all columns.
    type: { kind: "custom", sqlType },
    // MariaDB takes no NOT NULL there.
    nullable: column.nullable || column.generatedAs !== undefined,
    default: literal === undefined ? fallback : { kind: "raw", parts: [literal], nodes: [] },
  };
}

/** The check of a column whose values no ENUM would keep; null for any other. */
function enumCheck({ name, type }: ColumnDefinition, table: string, dialect: DDLDialect): CheckDefinition | null {
  if (type.kind !== "enum" || type.values === undefined || isNativeEnum(type.values)) return null;
  const values = type.values.map((value) => dialect.literal(value)).join(", ");
  const text = `${dialect.quoteIdentifier(name)} IN (${values})`;
  return { name: `${table}_${name}_check`, expression: { kind: "raw", parts: [text], nodes: [] } };
}

/** How MySQL writes each kind of statement. */
export const mysqlStatements: StatementCompilers = {
  ...standardStatements,
  select: compileOrderedSelect,
  values(node, builder) {
    const rows = node.rows.map((row) => row.map(typedRowValue));
    if (rows.length > 0) return standardStatements.values({ ...node, rows }, builder);
    // Without a type the columns would be bytes.
    const nulls = node.columns.map((_, i) => typedNull(node.types?.[i]));
    standardStatements.values({ ...node, rows: [nulls] }, builder);
    builder.sql += " WHERE 1 = 0";
  },
  compound: compileCompound((query, builder) => {
    // MariaDB takes no WITH in parentheses there.
    const hasNames = query.kind === "select" && query.with !== undefined && query.with.length > 0;
    builder.sql += hasNames ? "(SELECT * FROM (" : "(";
    builder.statement(query);
    builder.sql += hasNames ? ") AS `operand`)" : ")";
  }),
  insert(node, builder) {
    writeInsert(node, builder);
    if (node.onConflict !== undefined) writeConflict(node, builder);
    mysqlBuilder(builder).syntax.writeReturning(node.returning, "insert", builder);
  },
  update: changing((node, builder) => {
    standardStatements.update({ ...node, returning: [] }, builder);
    mysqlBuilder(builder).syntax.writeReturning(node.returning, "update", builder);
  }),
  delete: changing((node, builder) => {
    standardStatements.delete({ ...node, returning: [] }, builder);
    mysqlBuilder(builder).syntax.writeReturning(node.returning, "delete", builder);
  }),
  createTable(node, builder) {
    const dialect = builder.dialect as DDLDialect; // every SQLDialect is one
    const columns = node.columns.map((column) => columnDefinition(column, dialect, builder));
    const checks = node.columns.map((column) => enumCheck(column, node.table.name, dialect)).filter((check) =>
      check !== null
    );
    standardStatements.createTable({ ...node, columns, checks: [...node.checks, ...checks] }, builder);
  },
  createIndex(node, builder) {
    if (node.index.where !== undefined) {
      throw new ConfigurationError(
        `Index "${node.index.name}" has a condition: this server has no partial indexes`,
      );
    }
    // Only MariaDB knows IF NOT EXISTS; the backend looks itself.
    standardStatements.createIndex({ ...node, ifNotExists: false }, builder);
  },
};
