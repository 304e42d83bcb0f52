import { after, type MaybePromise } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { arrange, hearsAny, restorer } from "./aftermath.ts";
import { writing } from "./constraint_issues.ts";
import { decodeColumn, fieldOf, setField } from "./dirty.ts";
import { emit, type RecordEvent } from "./hooks.ts";
import { identity, identityCondition, vanished } from "./identity.ts";
import { columnKey, prepared, slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

/** Updates the changed columns of a record that has been checked; nothing, and no statement, when nothing has. */
export function updateRecord(
  record: RecordBase,
  meta: ModelMeta,
  backend: StorageBackend,
  changed: readonly ColumnMeta[],
): MaybePromise<number> {
  if (changed.length === 0) return 0;
  const parts: WriteParts = { meta, backend, action: "save" };
  if (!hearsAny(record, AFTER_UPDATE)) return writeRow(record, newValues(record, changed, meta), parts);
  return backend.transactions.internal(async () => {
    const rows = await writeRow(record, newValues(record, changed, meta), parts);
    for (const event of AFTER_UPDATE) await emit(record, event);
    return rows;
  });
}

const AFTER_UPDATE: readonly RecordEvent[] = ["afterUpdate", "afterSave"];

/** What an update writes: the changed fields, and those that the library sets with every change. */
function newValues(record: RecordBase, changed: readonly ColumnMeta[], meta: ModelMeta): Map<ColumnMeta, unknown> {
  const values = new Map<ColumnMeta, unknown>();
  for (const column of changed) values.set(column, fieldOf(record, column));
  let moment: Date | undefined;
  for (const column of meta.columns) {
    if (column.onUpdate === undefined || values.has(column)) continue;
    values.set(column, column.onUpdate(moment ??= new Date()));
  }
  return values;
}

/** Sets the mark of a deleted row, or takes it away. */
export function markRow(
  record: RecordBase,
  deletedAt: ColumnMeta,
  value: Date | null,
  backend: StorageBackend,
): MaybePromise<number> {
  return writeRow(record, new Map([[deletedAt, value]]), {
    meta: recordMeta(record),
    backend,
    action: value === null ? "restore" : "delete",
  });
}

interface WriteParts {
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  readonly action: string;
}

/** Writes new values to the row of a record; in a transaction where what the database computes has to be read afterwards. */
function writeRow(
  record: RecordBase,
  values: Map<ColumnMeta, unknown>,
  parts: WriteParts,
): MaybePromise<number> {
  const { meta, backend } = parts;
  const generated = meta.columns.filter((column) => column.isGenerated);
  if (generated.length === 0 || backend.supports("returning.update")) {
    return writeVersion(record, values, { ...parts, generated, readsBack: false });
  }
  return backend.transactions.internal(async () =>
    await writeVersion(record, values, { ...parts, generated, readsBack: true })
  );
}

/** Keys of the most frequent statements: updates of one column, by its position. */
const UPDATE_OF: readonly string[] = Array.from({ length: 64 }, (_, i) => `update ${i},`);

interface VersionParts extends WriteParts {
  /** The columns that the database computes anew. */
  readonly generated: readonly ColumnMeta[];
  /** Whether they need a query of their own. */
  readonly readsBack: boolean;
}

/** Writes new values to the row of a record, and with them its next version. */
function writeVersion(
  record: RecordBase,
  values: Map<ColumnMeta, unknown>,
  { meta, backend, action, generated, readsBack }: VersionParts,
): MaybePromise<number> {
  const plan = meta.plan(backend.types);
  const before = state.row(record)!; // only saved records are written
  const { version } = meta;
  if (version !== undefined) values.set(version, Number(decodeColumn(plan, version, before[version.index])) + 1);
  const columns = values.size === 1 ? [...values.keys()] : meta.columns.filter((column) => values.has(column));
  const found = identity(meta);
  const row = before.slice();
  const params: unknown[] = [];
  for (const column of columns) params.push(row[column.index] = plan.encode[column.index]!(values.get(column)));
  for (const column of found) params.push(before[column.index]);
  const key = columns.length === 1 ? UPDATE_OF[columns[0]!.index] : undefined;
  const statement = prepared(meta, backend, key ?? `update ${columnKey(columns)}`, () => ({
    kind: "update",
    table: meta.table,
    set: columns.map((column, i) => ({ column: column.name, value: slot(column, i) })),
    where: identityCondition(found, columns.length),
    returning: readsBack ? [] : generated.map((column) => column.name),
  }));
  const update: Updated = { values, generated, columns, before, row };
  return after(writing(meta, () => statement.runEncoded(params)), ({ affectedRows, rows }) => {
    if (affectedRows === 0) throw vanished(meta, action);
    if (!readsBack) return updated(record, meta, backend, { ...update, computed: rows[0] });
    const by = { by: meta.primaryKey, key: meta.primaryKey.map((column) => row[column.index]) };
    return readBack(meta, backend, generated, by)
      .then((computed) => updated(record, meta, backend, { ...update, computed }));
  });
}

/** What is known after an UPDATE. */
interface Updated {
  readonly values: ReadonlyMap<ColumnMeta, unknown>;
  readonly columns: readonly ColumnMeta[];
  readonly generated: readonly ColumnMeta[];
  /** The row before. */
  readonly before: readonly unknown[];
  /** The row as it was written. */
  readonly row: unknown[];
  /** The values of the generated columns. */
  readonly computed?: readonly unknown[] | undefined;
}

function updated(
  record: RecordBase,
  meta: ModelMeta,
  backend: StorageBackend,
  { values, columns, generated, before, row, computed }: Updated,
): MaybePromise<number> {
  const plan = meta.plan(backend.types);
  const made = [...columns.filter((column) => fieldOf(record, column) !== values.get(column)), ...generated];
  const undo = restorer(record, backend, made);
  for (let i = 0; i < generated.length; i++) {
    const column = generated[i]!;
    setField(record, column, decodeColumn(plan, column, row[column.index] = computed![i]));
  }
  for (const [column, value] of values) if (fieldOf(record, column) !== value) setField(record, column, value);
  state.setPrevious(record, { before, after: row, columns });
  state.setRow(record, row);
  const arranging = arrange(record, backend, undo);
  return arranging === undefined ? 1 : arranging.then(() => 1);
}
