import { type FromNode, type JoinNode, type SelectNode, sourceName, type TableNode } from "../ast/statement.ts";
import type { SQLBuilder } from "./builder.ts";

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

/** Writes what a query reads from. */
export function writeFrom(from: FromNode, builder: SQLBuilder): void {
  if (from.kind === "table") return writeTable(from, builder);
  if (from.lateral === true) {
    builder.need("lateral");
    builder.sql += "LATERAL ";
  }
  builder.sql += "(";
  builder.statement(from.query);
  builder.sql += `) AS ${builder.dialect.quoteIdentifier(from.alias)}`;
}

const JOINS: { readonly [K in JoinNode["kind"]]: string } = {
  inner: " JOIN ",
  left: " LEFT JOIN ",
  right: " RIGHT JOIN ",
  full: " FULL JOIN ",
  cross: " CROSS JOIN ",
};

/** Writes joins, each with its condition. */
export function writeJoins(joins: readonly JoinNode[], builder: SQLBuilder): void {
  const { sight } = builder;
  for (const [i, { kind, table, on }] of joins.entries()) {
    // What is joined later is not there yet.
    if (sight !== null) builder.sight = { ...sight, query: { from: sight.query.from, joins: joins.slice(0, i + 1) } };
    if (kind === "right") builder.need("join.right");
    else if (kind === "full") builder.need("join.full");
    builder.sql += JOINS[kind];
    writeFrom(table, builder);
    if (kind === "cross") continue;
    builder.sql += " ON ";
    if (on === null) builder.sql += "1 = 1";
    else builder.within("on", () => builder.expression(on));
  }
  builder.sight = sight;
}

/** The only table of a query, whose columns need no qualifier; null when there are several or none. */
export function scopeOf({ from, joins }: SelectNode): string | null {
  return from === null || (joins !== undefined && joins.length > 0) ? null : sourceName(from);
}
