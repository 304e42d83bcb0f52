import type { MaybePromise } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { requireWritable } from "../query/bulk.ts";
import { noteForeign } from "./aftermath.ts";
import { changedColumns } from "./dirty.ts";
import { BEFORE_CREATE, BEFORE_UPDATE, emit, hearsAny, type Phase } from "./hooks.ts";
import { insertRecord } from "./insert.ts";
import { recordMeta, state } from "./record_base.ts";
import { updateRecord } from "./update.ts";
import { checkRecord, type Saveable } from "./validation.ts";

/**
 * Saves a record: INSERT for a new one, UPDATE of what has changed for another. Gives the number of rows; at once where neither a
 * handler, a check nor the database has to be waited for.
 */
export function saveRecord(record: Saveable, backend: StorageBackend): MaybePromise<number> {
  const meta = recordMeta(record);
  requireWritable(meta);
  noteForeign(record, backend);
  return state.row(record) === null ? saveNew(record, meta, backend) : saveChanged(record, meta, backend);
}

function saveNew(record: Saveable, meta: ModelMeta, backend: StorageBackend): MaybePromise<number> {
  const write = () => insertRecord(record, meta, backend);
  const preparing = hearsAny(record, BEFORE_CREATE)
    ? prepareWithEvents(record, () => meta.columns, BEFORE_CREATE)
    : checkRecord(record, meta.columns, { withRules: true });
  return preparing === undefined ? write() : preparing.then(write);
}

function saveChanged(record: Saveable, meta: ModelMeta, backend: StorageBackend): MaybePromise<number> {
  const changed = () => changedColumns(record, backend);
  const writeAll = () => updateRecord(record, meta, backend, changed());
  if (hearsAny(record, BEFORE_UPDATE)) return prepareWithEvents(record, changed, BEFORE_UPDATE).then(writeAll);
  const found = changed();
  const preparing = checkRecord(record, found, { withRules: true });
  if (preparing !== undefined) return preparing.then(writeAll);
  // What the schema makes of a value may be what the row holds, as with a text that is trimmed.
  return updateRecord(record, meta, backend, changedColumns(record, backend, found));
}

/** Checks a record and sends what comes before its write. */
async function prepareWithEvents(
  record: Saveable,
  columns: () => readonly ColumnMeta[],
  { events: [first, ...others] }: Phase,
): Promise<void> {
  await emit(record, first!); // both lists begin with beforeValidate
  await checkRecord(record, columns(), { withRules: true });
  for (const event of others) await emit(record, event);
  // What a handler has assigned was not checked yet; what was, is not checked again.
  await checkRecord(record, columns(), { withRules: false });
}
