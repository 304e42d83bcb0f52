import type { ExpressionNode } from "../ast/expression.ts";
import type { StatementNode } from "../ast/statement.ts";
import type { PreparedStatement, StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";

const KEY = Symbol("statements");

/** A prepared statement of a model, made when it is first asked for. */
export function prepared(
  meta: ModelMeta,
  backend: StorageBackend,
  key: string,
  make: () => StatementNode,
): PreparedStatement {
  const kept = meta.keptFor(backend);
  let statements = kept.get(KEY) as Map<string, PreparedStatement> | undefined; // only set here
  if (statements === undefined) kept.set(KEY, statements = new Map());
  let statement = statements.get(key);
  if (statement === undefined) {
    if (statements.size > 200) statements.clear(); // many different sets of changed columns: start over
    statements.set(key, statement = backend.prepare(make()));
  }
  return statement;
}

/** A place for a value of a column. */
export function slot(column: ColumnMeta, index: number): ExpressionNode {
  return { kind: "slot", index, type: column.type, label: column.label };
}

/** The condition that a column has the value of a slot. */
export function equals(column: ColumnMeta, index: number): ExpressionNode {
  return {
    kind: "comparison",
    operator: "=",
    left: column.node,
    right: slot(column, index),
  };
}

/** Columns as part of the key of a prepared statement. */
export function columnKey(columns: readonly ColumnMeta[]): string {
  let key = "";
  for (const column of columns) key += `${column.index},`;
  return key;
}
