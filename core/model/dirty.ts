import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { RowPlan } from "../meta/row_plan.ts";
import type { LogicalType } from "../types/database_type.ts";
import { jsonEquals } from "../types/json.ts";
import { type Fields, type RecordBase, recordMeta, state } from "./record_base.ts";

/** Value before and after, by field. */
export type Changes = Readonly<Record<string, readonly [unknown, unknown]>>;

/** The value of a field. */
export function fieldOf(record: RecordBase, column: ColumnMeta): unknown {
  return (record as unknown as Fields)[column.field]; // records have their columns as properties
}

/** Sets the value of a field. */
export function setField(record: RecordBase, column: ColumnMeta, value: unknown): void {
  (record as unknown as Fields)[column.field] = value; // as above
}

/** The value that a row holds for a column. */
export function decodeColumn(plan: RowPlan, column: ColumnMeta, raw: unknown): unknown {
  if (raw === null) return column.empty;
  const decode = plan.decode[column.index]!;
  return decode === null ? raw : decode(raw);
}

/** Whether a column of a loaded record differs from its row. What was changed in place is seen, a value set back is clean. */
function isChanged(record: RecordBase, column: ColumnMeta, row: readonly unknown[], plan: RowPlan): boolean {
  if (column.isGenerated || (column.isLazy && !state.isTouched(record, column))) return false;
  const value = fieldOf(record, column);
  const raw = row[column.index];
  // The JSON value null is read as null too.
  if (value === null || value === undefined) return raw !== null && decodeColumn(plan, column, raw) !== value;
  if (raw === null) return true;
  if (value === raw) return false;
  // A date is compared by its time, which takes less than writing it as text.
  if (value instanceof Date && column.type.kind === "date" && column.type.converter === undefined) {
    return (decodeColumn(plan, column, raw) as Date).getTime() !== value.getTime(); // a column of that kind is read as a Date
  }
  let encoded: unknown;
  try {
    encoded = plan.encode[column.index]!(value);
  } catch {
    return true; // a value that cannot be stored is a change; saving it says what is wrong
  }
  if (encoded === raw) return false;
  return !sameValue(encoded, raw, column, plan);
}

/** Whether two driver values mean the same: a date in another form, JSON with other spaces or another order of keys. */
function sameValue(encoded: unknown, raw: unknown, column: ColumnMeta, plan: RowPlan): boolean {
  const [left, right] = [
    plan.decode[column.index]?.(encoded) ?? encoded,
    plan.decode[column.index]?.(raw) ?? raw,
  ];
  return sameDecoded(left, right, column.type);
}

function sameDecoded(left: unknown, right: unknown, type: LogicalType | undefined): boolean {
  if (type?.kind === "json") return jsonEquals(left, right);
  if (left instanceof Date && right instanceof Date) return left.getTime() === right.getTime();
  if (left instanceof Uint8Array && right instanceof Uint8Array) {
    return left.length === right.length &&
      left.every((byte, i) => byte === right[i]);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, i) => sameDecoded(item, right[i], type?.element));
  }
  return left === right ||
    (isTemporal(left) && isTemporal(right) &&
      left.toString() === right.toString());
}

function isTemporal(value: unknown): value is { toString(): string } {
  return typeof value === "object" && value !== null &&
    Object.prototype.toString.call(value).startsWith("[object Temporal.");
}

/** The columns of a loaded record that differ from its row, all of them or among the given ones. */
export function changedColumns(
  record: RecordBase,
  backend: StorageBackend,
  among?: readonly ColumnMeta[],
): ColumnMeta[] {
  const row = state.row(record);
  if (row === null) return [];
  const meta = recordMeta(record);
  const plan = meta.plan(backend.types);
  if (among !== undefined) return among.filter((column) => isChanged(record, column, row, plan));
  const { columns, code } = meta;
  return code.changed(record, row, (_, index) => isChanged(record, columns[index]!, row, plan))
    .map((index) => columns[index]!);
}

/** What differs between a loaded record and its row. */
export function changesOf(record: RecordBase, backend: StorageBackend): Changes {
  const row = state.row(record);
  const plan = recordMeta(record).plan(backend.types);
  return Object.fromEntries(
    changedColumns(record, backend).map((column) => [column.field, [
      decodeColumn(plan, column, row![column.index]),
      fieldOf(record, column),
    ]]),
  );
}

/** What the last save has changed. */
export function savedChanges(record: RecordBase, backend: StorageBackend): Changes {
  const saved = state.previous(record);
  if (saved === null) return {};
  const plan = recordMeta(record).plan(backend.types);
  const { before, after, columns } = saved;
  return Object.fromEntries(columns.map((column) => [
    column.field,
    [
      before === null ? undefined : decodeColumn(plan, column, before[column.index]),
      decodeColumn(plan, column, after[column.index]),
    ],
  ]));
}

/** Sets the fields back to what the row holds. */
export function resetFields(record: RecordBase, backend: StorageBackend): void {
  const row = state.row(record);
  const meta = recordMeta(record);
  const plan = meta.plan(backend.types);
  for (const column of meta.columns) {
    if (
      column.isLazy && row !== null &&
      Object.getOwnPropertyDescriptor(record, column.field)?.get !== undefined
    ) {
      state.forget(record, column);
    } else setField(record, column, row === null ? undefined : decodeColumn(plan, column, row[column.index]));
  }
}
