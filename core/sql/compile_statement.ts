import type { ExpressionNode } from "../ast/expression.ts";
import type { Assignment, ConflictNode, InsertNode, SelectItem, SelectNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import { shownNumber } from "../types/shown_number.ts";
import type { Compiler, SQLBuilder, StatementCompilers } from "./builder.ts";
import { ddlStatements } from "./compile_ddl.ts";
import { compoundStatements, writeWith } from "./compile_compound.ts";
import { writeExplain } from "./compile_explain.ts";
import { fullTextStatements } from "./compile_full_text.ts";
import { writeGroupTerms, writeOrder } from "./compile_order.ts";
import { scopeOf, writeFrom, writeJoins, writeTable } from "./compile_source.ts";
import { writeUpdateRows } from "./compile_update_rows.ts";
import { writeNamedWindows } from "./compile_window.ts";

export { writeTable };

/**
 * Texts of column lists that are used again and again: a model's own list is one object for its whole life. A text holds for
 * the scope in which it was written.
 */
const columnLists = new WeakMap<object, WeakMap<readonly SelectItem[], ColumnList>>();

interface ColumnList {
  readonly scope: string | null;
  readonly text: string;
}

function writeItems(items: readonly SelectItem[], builder: SQLBuilder): void {
  let lists = columnLists.get(builder.dialect);
  if (lists === undefined) columnLists.set(builder.dialect, lists = new WeakMap());
  const known = lists.get(items);
  if (known !== undefined && known.scope === builder.scope) {
    builder.sql += known.text;
    return;
  }
  const start = builder.sql.length;
  writeEachItem(items, builder);
  if (known === undefined && items.every((item) => item.alias === undefined && item.expression.kind === "column")) {
    lists.set(items, { scope: builder.scope, text: builder.sql.slice(start) });
  }
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

/** A LIMIT or OFFSET is written into the text, so it must be a whole number whatever the types were told. */
export function checkedCount(clause: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new QueryBuildError(
      `Invalid ${clause}: ${shownNumber(value)} (a whole number, 0 or more)`,
    );
  }
  return value;
}

/** Standard LIMIT and OFFSET. */
export function writeLimitOffset(limit: number | null, offset: number | null): string {
  return (limit === null ? "" : ` LIMIT ${checkedCount("limit", limit)}`) +
    (offset === null ? "" : ` OFFSET ${checkedCount("offset", offset)}`);
}

/** Whether an expression reads a column of one of some names. */
function reads(node: unknown, names: ReadonlySet<string>): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node && node.kind === "value") return false;
  if ("kind" in node && node.kind === "column" && "name" in node && names.has(String(node.name))) return true;
  return Object.values(node).some((value) => reads(value, names));
}

/** What an expression says of windows. */
function windowsIn(node: unknown): readonly unknown[] {
  if (typeof node !== "object" || node === null) return [];
  if ("kind" in node && node.kind === "window" && "over" in node) return [node.over];
  return "kind" in node && node.kind === "value" ? [] : Object.values(node).flatMap(windowsIn);
}

/**
 * Whether a column is meant where its name alone would be taken for another column of the result: behind ORDER BY by every
 * database, behind GROUP BY, HAVING and in windows by some.
 */
function hasHiddenColumn({ columns, groupBy, having, orderBy, windows }: SelectNode): boolean {
  const names = new Set<string>();
  for (const { alias, expression } of columns) {
    if (alias !== undefined && !(expression.kind === "column" && expression.name === alias)) names.add(alias);
  }
  if (names.size === 0) return false;
  const parts = [groupBy, having, orderBy, windows, ...columns.map(({ expression }) => windowsIn(expression))];
  return parts.some((part) => reads(part, names));
}

/** Writes a query, with the dialect's own way to limit it. */
export function compileSelect(
  limitOffset: (limit: number | null, offset: number | null) => string,
): Compiler<SelectNode> {
  return (node: SelectNode, builder: SQLBuilder): void => {
    const { scope, sight, clause, windows } = builder;
    builder.sight = { query: node, outer: sight };
    builder.clause = null;
    builder.windows = node.windows ?? [];
    if (node.with !== undefined && node.with.length > 0) writeWith(node.with, builder);
    builder.scope = hasHiddenColumn(node) ? null : scopeOf(node);
    builder.sql += "SELECT ";
    if (node.hints !== undefined) builder.dialect.writeHints(node.hints, builder);
    if (node.distinct) builder.sql += "DISTINCT ";
    writeItems(node.columns, builder);
    if (node.from !== null) {
      builder.sql += " FROM ";
      writeFrom(node.from, builder);
      if (node.joins !== undefined && node.joins.length > 0) writeJoins(node.joins, builder);
    }
    if (node.where !== null) {
      builder.sql += " WHERE ";
      builder.clause = "where";
      builder.expression(node.where);
    }
    if (node.groupBy.length > 0) {
      builder.sql += " GROUP BY ";
      builder.clause = "group by";
      writeGroupTerms(node.groupBy, builder);
    }
    if (node.having !== null) {
      builder.sql += " HAVING ";
      builder.clause = "having";
      builder.expression(node.having);
    }
    builder.clause = null;
    if (node.windows !== undefined && node.windows.length > 0) writeNamedWindows(node.windows, builder);
    if (node.orderBy.length > 0) {
      builder.sql += " ";
      writeOrder(node.orderBy, builder);
    }
    if (node.limit !== null || node.offset !== null) builder.sql += limitOffset(node.limit, node.offset);
    if (node.lock !== undefined) {
      builder.locks = true;
      builder.dialect.writeLock(node.lock, builder);
    }
    builder.scope = scope;
    builder.sight = sight;
    builder.clause = clause;
    builder.windows = windows;
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
  const { scope } = builder;
  builder.scope = null;
  writeAssignments(update, builder);
  if (where !== null && where !== undefined) {
    builder.need("upsert.where");
    builder.sql += " WHERE ";
    builder.expression(where);
  }
  builder.scope = scope;
}

/** Writes assignments with commas between them. */
function writeAssignments(set: readonly Assignment[], builder: SQLBuilder): void {
  for (let i = 0; i < set.length; i++) {
    const { column, value } = set[i]!;
    if (i > 0) builder.sql += ", ";
    builder.sql += `${builder.dialect.quoteIdentifier(column)} = `;
    builder.expression(value);
  }
}

function writeWhere(where: ExpressionNode | null, builder: SQLBuilder): void {
  if (where === null) return;
  builder.sql += " WHERE ";
  builder.within("where", () => builder.expression(where));
}

function writeReturning(columns: readonly string[], builder: SQLBuilder): void {
  if (columns.length === 0) return;
  builder.sql += " RETURNING ";
  builder.identifiers(columns);
}

/** Writes rows of values, each in parentheses. */
export function writeRows(rows: InsertNode["rows"], builder: SQLBuilder): void {
  for (let i = 0; i < rows.length; i++) {
    builder.sql += i === 0 ? "(" : ", (";
    builder.list(rows[i]!);
    builder.sql += ")";
  }
}

/** Writes the rows of an INSERT. */
function writeInsertRows(node: InsertNode, builder: SQLBuilder): void {
  builder.scope = builder.target = node.table.name;
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
  writeRows(node.rows, builder);
}

/** How standard SQL writes each kind of statement. */
export const standardStatements: StatementCompilers = {
  select: compileSelect(writeLimitOffset),
  ...compoundStatements,
  insert(node, builder) {
    writeInsertRows(node, builder);
    if (node.onConflict !== undefined) writeConflict(node.onConflict, builder);
    writeReturning(node.returning, builder);
  },
  update(node, builder) {
    builder.scope = builder.target = node.table.alias ?? node.table.name;
    builder.sql += "UPDATE ";
    writeTable(node.table, builder);
    builder.sql += " SET ";
    writeAssignments(node.set, builder);
    writeWhere(node.where, builder);
    writeReturning(node.returning, builder);
  },
  delete(node, builder) {
    builder.scope = builder.target = node.table.alias ?? node.table.name;
    builder.sql += "DELETE FROM ";
    writeTable(node.table, builder);
    writeWhere(node.where, builder);
    writeReturning(node.returning, builder);
  },
  explain: writeExplain,
  updateRows: writeUpdateRows,
  rawStatement: (node, builder) => builder.expression(node.raw),
  ...ddlStatements,
  ...fullTextStatements,
};
