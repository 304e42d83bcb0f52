import type { UpdateRowsNode } from "../../core/ast/statement.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { writeRows } from "../../core/sql/compile_statement.ts";
import { tableName, writeCommonAssignments, writeFurtherCondition } from "../../core/sql/compile_update_rows.ts";

/** Names that no column of a model has. */
const SOURCE = '"_rows"';
const keyName = (i: number) => `"_key_${i}"`;
const valueName = (i: number) => `"_value_${i}"`;

/** An UPDATE from the rows as a table, which SQLite looks up in the index of the key. */
export function writeUpdateFromRows(node: UpdateRowsNode, builder: SQLBuilder): void {
  const { dialect } = builder;
  const table = tableName(node, builder);
  const width = node.key.length;
  builder.sql += `UPDATE ${table} SET `;
  builder.sql += node.columns.map((name, i) => `${dialect.quoteIdentifier(name)} = ${SOURCE}.${valueName(i)}`).join(
    ", ",
  );
  writeCommonAssignments(node, builder);
  const names = [...node.key.map((_, i) => keyName(i)), ...node.columns.map((_, i) => valueName(i))];
  builder.sql += ` FROM (SELECT ${names.map((name, i) => `column${i + 1} AS ${name}`).join(", ")} FROM (VALUES `;
  writeRows(node.rows, builder);
  builder.sql += `)) AS ${SOURCE} WHERE `;
  for (let i = 0; i < width; i++) {
    if (i > 0) builder.sql += " AND ";
    builder.sql += `${table}.${dialect.quoteIdentifier(node.key[i]!)} = ${SOURCE}.${keyName(i)}`;
  }
  writeFurtherCondition(node, builder);
}
