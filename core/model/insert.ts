import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { arrange, atomically, hearsAny, restorer } from "./aftermath.ts";
import { writing } from "./constraint_issues.ts";
import { decodeColumn, fieldOf, setField } from "./dirty.ts";
import { emit } from "./hooks.ts";
import { columnKey, prepared, slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";
import { type RecordBase, state } from "./record_base.ts";

/** Gives the fields that have none the values which the library makes for new rows. */
export function fillOnInsert(record: RecordBase, meta: ModelMeta, moment: Date): void {
  for (const column of meta.columns) {
    if (column.onInsert !== undefined && fieldOf(record, column) === undefined) {
      setField(record, column, column.onInsert(moment));
    }
  }
}

/** The columns that an INSERT of a record names. */
export function givenColumns(record: RecordBase, meta: ModelMeta): ColumnMeta[] {
  return meta.columns.filter((column) => !column.isGenerated && fieldOf(record, column) !== undefined);
}

/** Inserts the row of a record that has been checked. */
export function insertRecord(record: RecordBase, meta: ModelMeta, backend: StorageBackend): Promise<number> {
  const handlers = hearsAny(record, ["afterCreate", "afterSave"]);
  // Nothing to be read back is the usual case, for which no transaction is needed.
  const readsBack = !backend.supports("returning") &&
    meta.columns.some((column) => !column.autoIncrement && fillsDatabase(record, column));
  return atomically(backend, handlers || readsBack, async () => {
    fillOnInsert(record, meta, new Date());
    const given = givenColumns(record, meta);
    const made = meta.columns.filter((column) => fillsDatabase(record, column));
    const key = made.find((column) => column.autoIncrement);
    // A key that the database makes in another way than by counting could not be asked for afterwards.
    if (readsBack && made.some((column) => column.primaryKey && !column.autoIncrement)) {
      backend.requiresCapability("returning");
    }
    // The driver says the key by itself; anything else that the database fills in must be asked for.
    const returned = made.length === 1 && key !== undefined && backend.givesInsertedKey ? [] : made;
    const plan = meta.plan(backend.types);
    const row: unknown[] = new Array(meta.columns.length).fill(null);
    const params: unknown[] = new Array(given.length);
    for (let i = 0; i < given.length; i++) {
      const column = given[i]!;
      row[column.index] = params[i] = plan.encode[column.index]!(fieldOf(record, column));
    }
    const running = writing(
      meta,
      () => insertStatement(meta, backend, given, readsBack ? [] : returned).runEncoded(params),
    );
    const result = running instanceof Promise ? await running : running;
    if (key !== undefined && (returned.length === 0 || readsBack)) row[key.index] = result.lastInsertId;
    const values = readsBack && returned.length > 0
      ? await readBack(meta, backend, returned, {
        by: meta.primaryKey,
        key: meta.primaryKey.map((column) => row[column.index]),
      })
      : result.rows[0];
    for (let i = 0; i < returned.length; i++) row[returned[i]!.index] = values![i];
    const undo = restorer(record, backend);
    for (const column of made) setField(record, column, decodeColumn(plan, column, row[column.index]));
    state.setPrevious(record, { before: null, after: row, columns: given });
    state.setRow(record, row);
    const arranging = arrange(record, backend, undo);
    if (arranging !== undefined) await arranging;
    if (handlers) {
      await emit(record, "afterCreate");
      await emit(record, "afterSave");
    }
    return 1;
  });
}

/** Whether the database fills a column in. */
function fillsDatabase(record: RecordBase, column: ColumnMeta): boolean {
  return column.isGenerated ||
    ((column.autoIncrement || column.databaseDefault !== undefined) && fieldOf(record, column) === undefined);
}

function insertStatement(
  meta: ModelMeta,
  backend: StorageBackend,
  given: readonly ColumnMeta[],
  returned: readonly ColumnMeta[],
) {
  return prepared(meta, backend, `insert ${columnKey(given)}/${columnKey(returned)}`, () => ({
    kind: "insert",
    table: meta.table,
    columns: given.map((column) => column.name),
    rows: [given.map(slot)],
    returning: returned.map((column) => column.name),
  }));
}
