import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError, RecordNotFound, StaleRecordError } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { equals } from "./prepared.ts";
import { type RecordBase, state } from "./record_base.ts";

/** The columns by which the row of a record is found: its key, and its version where it has one. */
export function identity(meta: ModelMeta): readonly ColumnMeta[] {
  if (meta.primaryKey.length === 0) {
    throw new QueryBuildError(
      `${meta.model} has no primary key: its records can be read and inserted, not changed or deleted`,
    );
  }
  return meta.version === undefined ? meta.primaryKey : [...meta.primaryKey, meta.version];
}

/** The condition that a row is the one of a record, with slots from the given position on. */
export function identityCondition(columns: readonly ColumnMeta[], first: number): ExpressionNode {
  return { kind: "logic", operator: "and", operands: columns.map((column, i) => equals(column, first + i)) };
}

/** The values of the identity as they were loaded, encoded, so that a changed key finds its row. */
export function identityValues(record: RecordBase, columns: readonly ColumnMeta[]): unknown[] {
  const row = state.row(record)!; // only saved records are looked for
  return columns.map((column) => row[column.index]);
}

/** The error of a record whose row is not there, or is not what was loaded. */
export function vanished(meta: ModelMeta, action: string): Error {
  return meta.version === undefined
    ? new RecordNotFound(`Cannot ${action} ${meta.model}: its row does not exist any more`, { table: meta.table.name })
    : new StaleRecordError(
      `Cannot ${action} ${meta.model}: its row was changed or removed since it was loaded; refresh() it first`,
    );
}
