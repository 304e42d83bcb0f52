import type {
  Assignment,
  ConflictNode,
  InsertNode,
  OrderItem,
  SelectItem,
  SelectNode,
  TableNode,
} from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { Compiler, SQLBuilder, StatementCompilers } from "./builder.ts";
import { ddlStatements } from "./compile_ddl.ts";
import { fullTextStatements } from "./compile_full_text.ts";
import { writeExplain } from "./compile_clauses.ts";
import { writeUpdateRows } from "./compile_update_rows.ts";

/** Texts of column lists that are used again and again: a model's own list is one object for its whole life. */
const columnLists = new WeakMap<object, WeakMap<readonly SelectItem[], string>>();

/** Writes the name of a table with its schema and alias. */
export function writeTable(table: TableNode, builder: SQLBuilder): void {
  if (table.schema !== undefined) {
    builder.sql += `${builder.dialect.quoteIdentifier(table.schema)}.`;
  }
  builder.sql += builder.dialect.quoteIdentifier(table.name);
  if (table.alias !== undefined) {
    builder.sql += ` AS ${builder.dialect.quoteIdentifier(table.alias)}`;
  }
  if (table.indexHint !== undefined) builder.dialect.writeIndexHint(table.indexHint, builder);
}

function writeItems(items: readonly SelectItem[], builder: SQLBuilder): void {
  const plain = !builder.qualified &&
    items.every((item) => item.alias === undefined && item.expression.kind === "column");
  if (!plain) return writeEachItem(items, builder);
  let texts = columnLists.get(builder.dialect);
  if (texts === undefined) columnLists.set(builder.dialect, texts = new WeakMap());
  const text = texts.get(items);
  if (text === undefined) {
    const start = builder.sql.length;
    writeEachItem(items, builder);
    texts.set(items, builder.sql.slice(start));
    return;
  }
  builder.sql += text;
}

function writeEachItem(items: readonly SelectItem[], builder: SQLBuilder): void {
  for (let i = 0; i < items.length; i++) {
    const { expression, alias } = items[i]!;
    if (i > 0) builder.sql += ", ";
    builder.expression(expression);
    if (alias !== undefined) {
      builder.sql += ` AS ${builder.dialect.quoteIdentifier(alias)}`;
    }
  }
}

function writeOrder(items: readonly OrderItem[], builder: SQLBuilder): void {
  for (let i = 0; i < items.length; i++) {
    const { expression, descending, nulls } = items[i]!;
    builder.sql += i === 0 ? " ORDER BY " : ", ";
    builder.expression(expression);
    if (descending) builder.sql += " DESC";
    if (nulls === "first") builder.sql += " NULLS FIRST";
    else if (nulls === "last") builder.sql += " NULLS LAST";
  }
}

/** A LIMIT or OFFSET is written into the text, so it must be a whole number whatever the types were told. */
export function checkedCount(clause: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new QueryBuildError(
      `Invalid ${clause}: ${value} (a whole number, 0 or more)`,
    );
  }
  return value;
}

/** Standard LIMIT and OFFSET. */
export function writeLimitOffset(limit: number | null, offset: number | null): string {
  return (limit === null ? "" : ` LIMIT ${checkedCount("limit", limit)}`) +
    (offset === null ? "" : ` OFFSET ${checkedCount("offset", offset)}`);
}

/** Writes a query, with the dialect's own way to limit it. */
export function compileSelect(
  limitOffset: (limit: number | null, offset: number | null) => string,
): Compiler<SelectNode> {
  return (node: SelectNode, builder: SQLBuilder): void => {
    builder.sql += "SELECT ";
    if (node.hints !== undefined) builder.dialect.writeHints(node.hints, builder);
    if (node.distinct) builder.sql += "DISTINCT ";
    writeItems(node.columns, builder);
    if (node.from !== null) {
      builder.sql += " FROM ";
      if (node.from.kind === "table") writeTable(node.from, builder);
      else {
        builder.sql += "(";
        builder.statement(node.from.query);
        builder.sql += `) AS ${builder.dialect.quoteIdentifier(node.from.alias)}`;
      }
    }
    if (node.where !== null) {
      builder.sql += " WHERE ";
      builder.expression(node.where);
    }
    if (node.groupBy.length > 0) {
      builder.sql += " GROUP BY ";
      builder.list(node.groupBy);
    }
    if (node.having !== null) {
      builder.sql += " HAVING ";
      builder.expression(node.having);
    }
    writeOrder(node.orderBy, builder);
    if (node.limit !== null || node.offset !== null) builder.sql += limitOffset(node.limit, node.offset);
    if (node.lock !== undefined) builder.dialect.writeLock(node.lock, builder);
  };
}

/** Writes what happens to a row that is there already. Its columns and those of the new row have the same names. */
function writeConflict({ columns, update, where }: ConflictNode, builder: SQLBuilder): void {
  builder.sql += " ON CONFLICT (";
  builder.identifiers(columns);
  if (update.length === 0) {
    builder.sql += ") DO NOTHING";
    return;
  }
  builder.sql += ") DO UPDATE SET ";
  const { qualified } = builder;
  builder.qualified = true;
  writeAssignments(update, builder);
  if (where !== null && where !== undefined) {
    builder.need("upsert.where");
    builder.sql += " WHERE ";
    builder.expression(where);
  }
  builder.qualified = qualified;
}

/** Writes assignments with commas between them. */
export function writeAssignments(set: readonly Assignment[], builder: SQLBuilder): void {
  for (let i = 0; i < set.length; i++) {
    const { column, value } = set[i]!;
    if (i > 0) builder.sql += ", ";
    builder.sql += `${builder.dialect.quoteIdentifier(column)} = `;
    builder.expression(value);
  }
}

function writeReturning(columns: readonly string[], builder: SQLBuilder): void {
  if (columns.length === 0) return;
  builder.sql += " RETURNING ";
  builder.identifiers(columns);
}

/** Writes the rows of an INSERT. */
export function writeInsertRows(node: InsertNode, builder: SQLBuilder): void {
  builder.sql += "INSERT INTO ";
  writeTable(node.table, builder);
  if (node.columns.length === 0) {
    if (node.rows.length !== 1) throw new QueryBuildError("An INSERT without columns can only insert one row");
    builder.sql += " DEFAULT VALUES";
    return;
  }
  builder.sql += " (";
  builder.identifiers(node.columns);
  if (node.query !== undefined) {
    builder.sql += ") ";
    builder.statement(node.query);
    return;
  }
  builder.sql += ") VALUES ";
  for (let i = 0; i < node.rows.length; i++) {
    builder.sql += i === 0 ? "(" : ", (";
    builder.list(node.rows[i]!);
    builder.sql += ")";
  }
}

/** How standard SQL writes each kind of statement. */
export const standardStatements: StatementCompilers = {
  select: compileSelect(writeLimitOffset),
  insert(node, builder) {
    writeInsertRows(node, builder);
    if (node.onConflict !== undefined) writeConflict(node.onConflict, builder);
    writeReturning(node.returning, builder);
  },
  update(node, builder) {
    builder.sql += "UPDATE ";
    writeTable(node.table, builder);
    builder.sql += " SET ";
    writeAssignments(node.set, builder);
    if (node.where !== null) {
      builder.sql += " WHERE ";
      builder.expression(node.where);
    }
    writeReturning(node.returning, builder);
  },
  delete(node, builder) {
    builder.sql += "DELETE FROM ";
    writeTable(node.table, builder);
    if (node.where !== null) {
      builder.sql += " WHERE ";
      builder.expression(node.where);
    }
    writeReturning(node.returning, builder);
  },
  explain: writeExplain,
  updateRows: writeUpdateRows,
  rawStatement: (node, builder) => builder.expression(node.raw),
  ...ddlStatements,
  ...fullTextStatements,
};
