import type { MaybePromise } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import { requireWritable } from "../query/bulk.ts";
import { hearsAny, noteForeign } from "./aftermath.ts";
import { changedColumns } from "./dirty.ts";
import { emit, type RecordEvent } from "./hooks.ts";
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
  const isNew = state.row(record) === null;
  const columns = isNew ? () => meta.columns : () => changedColumns(record, backend);
  const write = isNew ? insertRecord : updateRecord;
  const preparing = prepareSave(record, columns, isNew ? BEFORE_CREATE : BEFORE_UPDATE);
  return preparing === undefined ? write(record, meta, backend) : preparing.then(() => write(record, meta, backend));
}

const BEFORE_CREATE: readonly RecordEvent[] = ["beforeValidate", "afterValidate", "beforeSave", "beforeCreate"];
const BEFORE_UPDATE: readonly RecordEvent[] = ["beforeValidate", "afterValidate", "beforeSave", "beforeUpdate"];

/** Checks a record and sends what comes before its write; gives nothing to wait for when nothing has to. */
function prepareSave(
  record: Saveable,
  columns: () => readonly ColumnMeta[],
  events: readonly RecordEvent[],
): Promise<void> | undefined {
  return hearsAny(record, events)
    ? prepareWithEvents(record, columns, events)
    : checkRecord(record, columns(), { withRules: true });
}

async function prepareWithEvents(
  record: Saveable,
  columns: () => readonly ColumnMeta[],
  [first, ...others]: readonly RecordEvent[],
): Promise<void> {
  await emit(record, first!); // both lists begin with beforeValidate
  await checkRecord(record, columns(), { withRules: true });
  for (const event of others) await emit(record, event);
  // What a handler has assigned was not checked yet; what was, is not checked again.
  await checkRecord(record, columns(), { withRules: false });
}
