import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { arrange, atomically, hearsAny, restorer } from "./aftermath.ts";
import { writing } from "./constraint_issues.ts";
import { changedColumns, decodeColumn, fieldOf, setField } from "./dirty.ts";
import { emit } from "./hooks.ts";
import { identity, identityCondition, identityValues, vanished } from "./identity.ts";
import { columnKey, prepared, slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

/** Updates what has changed of a record that has been checked; nothing, and no statement, when nothing has. */
export function updateRecord(record: RecordBase, meta: ModelMeta, backend: StorageBackend): Promise<number> {
  const changed = changedColumns(record, backend);
  if (changed.length === 0) return Promise.resolve(0);
  const handlers = hearsAny(record, ["afterUpdate", "afterSave"]);
  return atomically(backend, handlers, async () => {
    const moment = new Date();
    const values = new Map<ColumnMeta, unknown>();
    for (const column of changed) values.set(column, fieldOf(record, column));
    for (const column of meta.columns) {
      if (column.onUpdate !== undefined && !values.has(column)) values.set(column, column.onUpdate(moment));
    }
    await writeRow(record, values, { meta, backend, action: "save" });
    if (handlers) {
      await emit(record, "afterUpdate");
      await emit(record, "afterSave");
    }
    return 1;
  });
}

/** Sets the mark of a deleted row, or takes it away. */
export async function markRow(
  record: RecordBase,
  deletedAt: ColumnMeta,
  value: Date | null,
  backend: StorageBackend,
): Promise<number> {
  const meta = recordMeta(record);
  await writeRow(record, new Map([[deletedAt, value]]), {
    meta,
    backend,
    action: value === null ? "restore" : "delete",
  });
  return 1;
}

interface WriteParts {
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  readonly action: string;
}

/** Writes new values to the row of a record; in a transaction where what the database computes has to be read afterwards. */
function writeRow(record: RecordBase, values: Map<ColumnMeta, unknown>, parts: WriteParts): Promise<void> {
  const { meta, backend } = parts;
  const readsBack = !backend.supports("returning.update") && meta.columns.some((column) => column.isGenerated);
  return atomically(backend, readsBack, () => writeVersion(record, values, parts));
}

/** Writes new values to the row of a record, and with them its next version. */
async function writeVersion(
  record: RecordBase,
  values: Map<ColumnMeta, unknown>,
  { meta, backend, action }: WriteParts,
): Promise<void> {
  const plan = meta.plan(backend.types);
  const before = state.row(record)!; // only saved records are written
  const { version } = meta;
  if (version !== undefined) values.set(version, Number(decodeColumn(plan, version, before[version.index])) + 1);
  const columns = [...values.keys()];
  const found = identity(meta);
  const row = before.slice();
  const params: unknown[] = [];
  for (const [column, value] of values) params.push(row[column.index] = plan.encode[column.index]!(value));
  params.push(...identityValues(record, found));
  const generated = meta.columns.filter((column) => column.isGenerated);
  const readsBack = generated.length > 0 && !backend.supports("returning.update");
  const statement = prepared(meta, backend, `update ${columnKey(columns)}`, () => ({
    kind: "update",
    table: meta.table,
    set: columns.map((column, i) => ({ column: column.name, value: slot(column, i) })),
    where: identityCondition(found, columns.length),
    returning: readsBack ? [] : generated.map((column) => column.name),
  }));
  const running = writing(meta, () => statement.runEncoded(params));
  const result = running instanceof Promise ? await running : running;
  if (result.affectedRows === 0) throw vanished(meta, action);
  const computed = readsBack
    ? await readBack(meta, backend, generated, {
      by: meta.primaryKey,
      key: meta.primaryKey.map((column) => row[column.index]),
    })
    : result.rows[0];
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
  if (arranging !== undefined) await arranging;
}
