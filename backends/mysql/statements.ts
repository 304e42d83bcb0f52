import type {
  CheckDefinition,
  ColumnDefinition,
  CommonTableNode,
  InsertNode,
  SelectNode,
  TableNode,
} from "../../core/ast/statement.ts";
import { typeOf } from "../../core/ast/kind.ts";
import { ConfigurationError } from "../../core/errors.ts";
import type { SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import type { DDLDialect } from "../../core/sql/compile_ddl.ts";
import { compileCompound } from "../../core/sql/compile_compound.ts";
import {
  compileSelect,
  standardStatements,
  writeLimitOffset,
  writeRows,
  writeTable,
} from "../../core/sql/compile_statement.ts";
import { inOrder } from "./assignments.ts";
import { type MySQLBuilder, mysqlBuilder } from "./builder.ts";
import { fulltextStatements } from "./full_text.ts";
import { distinctSelect, havingFromRows } from "./grouping.ts";
import { isComputed } from "./merged_queries.ts";
import { orderOf, windowOf } from "./order.ts";
import { outerJoined } from "./outer_joins.ts";
import { column, isParameter, longText } from "./typed.ts";
import { isNativeEnum } from "./types.ts";
import { writeConflict } from "./upsert.ts";

/** There is no OFFSET without LIMIT. */
export function limitOffset(limit: number | null, offset: number | null): string {
  return writeLimitOffset(limit, offset).replace(/^ OFFSET/, " LIMIT 18446744073709551615 OFFSET");
}

const select = compileSelect(limitOffset);

/** The first query of a recursive one, with texts wide enough for what is put together of them: it decides how wide a column is. */
function widened(table: CommonTableNode): CommonTableNode {
  const { query, recursive } = table;
  if (!recursive || query.kind !== "compound") return table;
  const [first, ...others] = query.operands;
  if (first?.kind !== "select") return table;
  const columns = first.columns.map((item) => {
    const { expression } = item;
    if (typeOf(expression)?.kind !== "string") return item;
    return { ...item, expression: longText(expression.kind === "cast" ? expression.operand : expression) };
  });
  return { ...table, query: { ...query, operands: [{ ...first, columns }, ...others] } };
}

/** A query whose HAVING finds its keys. */
function withKeys(node: SelectNode, { syntax, computing }: MySQLBuilder): SelectNode {
  if (!syntax.losesKeys || node.having === null) return node;
  return { ...node, having: havingFromRows(node, (key) => isComputed(key, node, computing)) };
}

function prepared(node: SelectNode, builder: SQLBuilder): SelectNode {
  const own = mysqlBuilder(builder);
  const { syntax } = own;
  const written = withKeys(outerJoined(syntax.select(node), own), own);
  const isDistinct = written.distinct && written.groupBy.length === 0 && written.orderBy.length > 0;
  const grouped = isDistinct ? distinctSelect(written) : written;
  if (grouped.groupBy.length > 1 && grouped.groupBy.some(({ kind }) => kind === "grouping")) {
    builder.need("groupingSets"); // a rollup stands for the whole GROUP BY here
  }
  const { orderBy, windows, columns } = grouped;
  const terms = orderOf(orderBy, syntax.orderTerms);
  const isPlain = terms === orderBy && windows === undefined && node.with === undefined &&
    columns.every(({ expression }) => !isParameter(expression));
  if (isPlain) return grouped;
  return {
    ...grouped,
    columns: columns.some(({ expression }) => isParameter(expression))
      ? columns.map((item) => ({ ...item, expression: column(item.expression, builder) }))
      : columns,
    orderBy: terms,
    ...windows === undefined ? {} : {
      windows: windows.map(({ name, definition }) => ({ name, definition: windowOf(definition, syntax.orderTerms) })),
    },
    ...node.with === undefined ? {} : { with: node.with.map(widened) },
  };
}

function compileOrderedSelect(node: SelectNode, builder: SQLBuilder): void {
  const { reading } = mysqlBuilder(builder);
  const written = prepared(node, builder);
  reading.push(written);
  select(written, builder);
  reading.pop();
  // What is committed now, whatever the transaction's snapshot holds.
  if (node.current === true && node.lock === undefined) builder.sql += " LOCK IN SHARE MODE";
}

function writeInsert(node: InsertNode, builder: SQLBuilder): void {
  builder.sql += "INSERT INTO ";
  writeTable(node.table, builder);
  builder.sql += " (";
  builder.identifiers(node.columns);
  if (node.query !== undefined) {
    builder.sql += ") ";
    builder.statement(node.query);
    return;
  }
  builder.sql += ") VALUES ";
  writeRows(node.rows, builder);
}

/** Writes what changes rows, which may not read its own table in a subquery. */
function changing<N extends { readonly table: TableNode }>(
  write: (node: N, builder: SQLBuilder) => void,
): (node: N, builder: SQLBuilder) => void {
  return (node, builder) => {
    const own = mysqlBuilder(builder);
    own.changed = own.syntax.readsChanged ? null : node.table;
    write(node, own);
    own.changed = null;
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
  ...fulltextStatements,
  select: compileOrderedSelect,
  values(node, builder) {
    const rows = node.rows.map((row) => row.map((value) => column(value, builder)));
    if (rows.length > 0) return standardStatements.values({ ...node, rows }, builder);
    // Without a type the columns would be bytes.
    const nulls = node.columns.map((_, i) => column({ kind: "value", value: null, type: node.types?.[i] }, builder));
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
    const set = inOrder(node.set, { table: node.table.alias ?? node.table.name, builder });
    standardStatements.update({ ...node, set, returning: [] }, builder);
    mysqlBuilder(builder).syntax.writeReturning(node.returning, "update", builder);
  }),
  updateRows: changing(standardStatements.updateRows),
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
