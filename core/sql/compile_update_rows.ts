import type { ExpressionNode } from "../ast/expression.ts";
import type { UpdateRowsNode } from "../ast/statement.ts";
import type { SQLBuilder } from "./builder.ts";

/** The condition that a row has the key of one of the given rows. */
function hasKey({ key }: UpdateRowsNode, row: readonly ExpressionNode[]): ExpressionNode {
  return {
    kind: "logic",
    operator: "and",
    operands: key.map((name, i) => ({
      kind: "comparison",
      operator: "=",
      left: { kind: "identifier", path: [name] },
      right: row[i]!,
    })),
  };
}

/** Writes the assignments that are the same for all rows, each with a comma in front. */
export function writeCommonAssignments({ set }: UpdateRowsNode, builder: SQLBuilder): void {
  for (const { column, value } of set) {
    builder.sql += `, ${builder.dialect.quoteIdentifier(column)} = `;
    builder.expression(value);
  }
}

/**
 * Writes an UPDATE with a CASE for each column, which every database takes. A dialect that can read the rows as a table overrides
 * it: that is faster.
 */
export function writeUpdateRows(node: UpdateRowsNode, builder: SQLBuilder): void {
  const { dialect } = builder;
  builder.scope = builder.target = node.table.name;
  builder.sql += `UPDATE ${tableName(node, builder)} SET `;
  node.columns.forEach((name, i) => {
    builder.sql += `${i === 0 ? "" : ", "}${dialect.quoteIdentifier(name)} = CASE`;
    for (const row of node.rows) {
      builder.sql += " WHEN ";
      builder.expression(hasKey(node, row));
      builder.sql += " THEN ";
      builder.operand(row[node.key.length + i]!);
    }
    builder.sql += ` ELSE ${dialect.quoteIdentifier(name)} END`;
  });
  writeCommonAssignments(node, builder);
  builder.sql += " WHERE (";
  builder.expression({ kind: "logic", operator: "or", operands: node.rows.map((row) => hasKey(node, row)) });
  builder.sql += ")";
  writeFurtherCondition(node, builder);
}

/** The name of the table with its schema. */
export function tableName({ table }: UpdateRowsNode, { dialect }: SQLBuilder): string {
  const schema = table.schema === undefined ? "" : `${dialect.quoteIdentifier(table.schema)}.`;
  return schema + dialect.quoteIdentifier(table.name);
}

/** Writes the condition beside the key, with AND in front. */
export function writeFurtherCondition({ where }: UpdateRowsNode, builder: SQLBuilder): void {
  if (where === null) return;
  builder.sql += " AND (";
  builder.expression(where);
  builder.sql += ")";
}
