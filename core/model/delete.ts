import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { requireWritable } from "../query/bulk.ts";
import { arrange, atomically, noteForeign, restorer } from "./aftermath.ts";
import { writing } from "./constraint_issues.ts";
import { fieldOf, setField } from "./dirty.ts";
import { emit, hears } from "./hooks.ts";
import { identity, identityCondition, identityValues, vanished } from "./identity.ts";
import { prepared } from "./prepared.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";
import { markRow } from "./update.ts";

/** What comes with a delete beside the row itself. */
export interface DeletePlan {
  /** Deals with the rows that depend on the record, before it goes. */
  readonly dependents: ((backend: StorageBackend) => Promise<void>) | null;
  /** Removes the row even where the model marks rows as deleted. */
  readonly force: boolean;
}

/** Deletes the row of a record, or marks it as deleted. Gives the number of rows. */
export async function deleteRecord(
  record: RecordBase,
  backend: StorageBackend,
  { dependents, force }: DeletePlan,
): Promise<number> {
  const meta = recordMeta(record);
  requireWritable(meta);
  if (state.row(record) === null) return 0;
  noteForeign(record, backend);
  const handlers = dependents !== null || hears(record, "afterDelete");
  const deletedAt = force ? undefined : meta.deletedAt;
  return await atomically(backend, handlers, async () => {
    await emit(record, "beforeDelete");
    await dependents?.(backend);
    const affected = deletedAt === undefined
      ? await removeRow(record, meta, backend)
      : await markRow(record, deletedAt, new Date(), backend);
    await emit(record, "afterDelete");
    return affected;
  });
}

async function removeRow(record: RecordBase, meta: ModelMeta, backend: StorageBackend): Promise<number> {
  const found = identity(meta);
  const statement = prepared(meta, backend, "delete", () => ({
    kind: "delete",
    table: meta.table,
    where: identityCondition(found, 0),
    returning: [],
  }));
  const { affectedRows } = await writing(meta, () => statement.runEncoded(identityValues(record, found)));
  if (affectedRows === 0 && meta.version !== undefined) throw vanished(meta, "delete");
  const undo = restorer(record, backend);
  becomeNew(record, meta, backend);
  await arrange(record, backend, undo);
  return affectedRows;
}

/** A record without row is new: its values stay, but for the key that the database had made. */
export function becomeNew(record: RecordBase, meta: ModelMeta, backend: StorageBackend): void {
  const plan = meta.plan(backend.types);
  const row = state.row(record)!; // the caller has looked
  // What was not decoded yet would be lost with the row.
  for (const column of meta.columns) {
    if (!column.isLazy) continue;
    Object.defineProperty(record, column.field, {
      value: fieldOf(record, column),
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  state.setRow(record, null);
  for (const column of meta.columns) {
    if (column.autoIncrement) setField(record, column, undefined);
    // Values that came from the database were accepted when they were written.
    else if (!column.isLazy && plan.encode[column.index]!(fieldOf(record, column)) === row[column.index]) {
      state.accept(record, column, fieldOf(record, column));
    }
  }
}
