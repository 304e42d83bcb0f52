import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import { fieldOf, setField } from "./dirty.ts";
import { AT_END, emit, hears, hearsAny } from "./hooks.ts";
import { type RecordBase, recordMeta, state } from "./record_base.ts";

const NOTHING = () => {};

/** Runs a write; where handlers come after it, in a transaction of its own, so that a handler that throws undoes it. */
export function atomically<T>(backend: StorageBackend, needed: boolean, write: () => Promise<T>): Promise<T> {
  return needed ? backend.transactions.internal(write) : write();
}

/** Arranges what follows the end of the transaction: undoing the state of the record, the commit and rollback events. */
export function arrange(record: RecordBase, backend: StorageBackend, undo: () => void): Promise<void> | undefined {
  const transaction = backend.transactions.ambient();
  if (transaction === undefined) return hearsAny(record, AT_END) ? emit(record, "afterCommit") : undefined;
  transaction.onUndo(undo);
  transaction.loaded?.add(record);
  if (!hearsAny(record, AT_END)) return undefined;
  if (hears(record, "afterCommit")) transaction.afterCommit(() => emit(record, "afterCommit"));
  if (hears(record, "afterRollback")) transaction.afterRollback(() => emit(record, "afterRollback"));
  return undefined;
}

/** A retry would apply changes twice to a record that was loaded outside the transaction. */
export function noteForeign(record: RecordBase, backend: StorageBackend): void {
  const transaction = backend.transactions.ambient();
  if (transaction?.loaded && state.row(record) !== null && !transaction.loaded.has(record)) {
    transaction.root.savedForeign = true; // what is nested may be rolled back, the change of the record stays
  }
}

/**
 * Remembers what a rollback has to bring back: whether the record is new, its key, its version and the fields that the
 * library itself is about to set. Values of the user stay.
 */
export function restorer(record: RecordBase, backend: StorageBackend, made: readonly ColumnMeta[] = []): () => void {
  if (backend.transactions.ambient() === undefined) return NOTHING; // there is nothing that could be rolled back
  const meta = recordMeta(record);
  const row = state.row(record);
  const previous = state.previous(record);
  const columns = made.length === 0 ? meta.restored : [...new Set([...meta.restored, ...made])];
  const values = columns.map((column) => fieldOf(record, column));
  return () => {
    state.setRow(record, row);
    state.setPrevious(record, previous);
    for (let i = 0; i < columns.length; i++) setField(record, columns[i]!, values[i]);
  };
}
