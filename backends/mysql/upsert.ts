import type { InsertNode } from "../../core/ast/statement.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { inOrder } from "./assignments.ts";
import { mysqlBuilder } from "./builder.ts";

/** Highest unsigned integer of 64 bits, to which nothing can be added. */
const HIGHEST = "18446744073709551615";

/**
 * The servers change the row that is in the way whichever unique key it has in common with the new one. The first assignment sees
 * to it that it is the key that was meant: else it fails, and nothing is changed.
 */
export function writeConflict(node: InsertNode, builder: SQLBuilder): void {
  const { columns, update, where } = node.onConflict!; // the caller has looked
  const { dialect } = builder;
  const { syntax } = mysqlBuilder(builder);
  const condition = where ?? null;
  if (condition !== null) builder.need("upsert.where");
  syntax.writeNewRow(builder);
  const here = (column: string) => `${dialect.quoteIdentifier(node.table.name)}.${dialect.quoteIdentifier(column)}`;
  const first = columns[0]!; // an upsert names a key
  builder.sql += ` ON DUPLICATE KEY UPDATE ${dialect.quoteIdentifier(first)} = IF(`;
  columns.forEach((column, i) => {
    builder.sql += `${i > 0 ? " AND " : "("}${here(column)} = `;
    syntax.writeExcluded(column, builder);
  });
  builder.sql += `) OR ${HIGHEST} + (1 + (${here(first)} IS NULL)), ${here(first)}, ${here(first)})`;
  // The new row has columns of the same names.
  const { scope } = builder;
  builder.scope = null;
  for (const { column, value } of inOrder(update, { table: node.table.name, condition, builder })) {
    builder.sql += `, ${dialect.quoteIdentifier(column)} = `;
    if (condition !== null) {
      builder.sql += "IF(";
      builder.expression(condition);
      builder.sql += ", ";
    }
    builder.expression(value);
    // A row that does not fit stays as it is: there is no other condition here.
    if (condition !== null) builder.sql += `, ${here(column)})`;
  }
  builder.scope = scope;
}
