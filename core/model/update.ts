import { after, type MaybePromise } from "../backend/result.ts";
import type { PreparedStatement, StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { arrange, restorer } from "./aftermath.ts";
import { ColumnPlans, columnSet } from "./column_plans.ts";
import { writing } from "./constraint_issues.ts";
import { decodeColumn, fieldOf, setField } from "./dirty.ts";
import { AFTER_UPDATE, emit, hearsAny } from "./hooks.ts";
import { identity, identityCondition, vanished } from "./identity.ts";
import { slot } from "./prepared.ts";
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
    for (const event of AFTER_UPDATE.events) await emit(record, event);
    return rows;
  });
}

/** Sets the mark of a deleted row, or takes it away. */
export function markRow(
  record: RecordBase,
  deletedAt: ColumnMeta,
  value: Date | null,
  backend: StorageBackend,
): MaybePromise<number> {
  return writeRow(record, { columns: [deletedAt], values: [value] }, {
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

/** New values of a row: the columns, in their order, and the value of each. */
interface NewValues {
  readonly columns: readonly ColumnMeta[];
  readonly values: readonly unknown[];
}

/** What an update writes: the changed fields, and those that the library sets with every change. */
function newValues(record: RecordBase, changed: readonly ColumnMeta[], meta: ModelMeta): NewValues {
  const given = { columns: changed, values: changed.map((column) => fieldOf(record, column)) };
  const made = meta.madeOnUpdate.filter((column) => !changed.includes(column));
  if (made.length === 0) return given;
  const moment = new Date();
  return merged(meta, given, made, (column) => column.onUpdate!(moment));
}

/** New values with those of further columns, which take the place of what is there. */
function merged(
  meta: ModelMeta,
  given: NewValues,
  further: readonly ColumnMeta[],
  valueOf: (column: ColumnMeta) => unknown,
): NewValues {
  const columns = meta.columns.filter((column) => further.includes(column) || given.columns.includes(column));
  const values = columns.map((column) =>
    further.includes(column) ? valueOf(column) : given.values[given.columns.indexOf(column)]
  );
  return { columns, values };
}

/** How the same columns of a model are updated. */
interface UpdatePlan {
  /** The columns by which the row is found. */
  readonly found: readonly ColumnMeta[];
  readonly statement: PreparedStatement;
}

const PLANS = new ColumnPlans<UpdatePlan>();

function makePlan(columns: readonly ColumnMeta[], readsBack: boolean, { meta, backend }: WriteParts): UpdatePlan {
  const found = identity(meta);
  const statement = backend.prepare({
    kind: "update",
    table: meta.table,
    set: columns.map((column, i) => ({ column: column.name, value: slot(column, i) })),
    where: identityCondition(found, columns.length),
    returning: readsBack ? [] : meta.generated.map((column) => column.name),
  });
  return { found, statement };
}

/** Writes new values to the row of a record; in a transaction where what the database computes has to be read afterwards. */
function writeRow(record: RecordBase, given: NewValues, parts: WriteParts): MaybePromise<number> {
  const { meta, backend } = parts;
  if (meta.generated.length === 0 || backend.supports("returning.update")) {
    return writeVersion(record, given, false, parts);
  }
  return backend.transactions.internal(async () => await writeVersion(record, given, true, parts));
}

/** Writes new values to the row of a record, and with them its next version. */
function writeVersion(
  record: RecordBase,
  given: NewValues,
  readsBack: boolean,
  parts: WriteParts,
): MaybePromise<number> {
  const { meta, backend, action } = parts;
  const { decode, encode } = meta.plan(backend.types);
  const before = state.row(record)!; // only saved records are written
  const { version } = meta;
  const written = version === undefined
    ? given
    : merged(meta, given, [version], () => nextVersion(before[version.index], decode[version.index]!));
  const { columns, values } = written;
  const { found, statement } = PLANS.get(
    meta,
    backend,
    columnSet(columns, meta),
    () => makePlan(columns, readsBack, parts),
  );
  const row = before.slice();
  const params: unknown[] = new Array(columns.length + found.length);
  for (let i = 0; i < columns.length; i++) {
    const { index } = columns[i]!;
    row[index] = params[i] = encode[index]!(values[i]);
  }
  for (let i = 0; i < found.length; i++) params[columns.length + i] = before[found[i]!.index];
  return after(writing(meta, () => statement.runEncoded(params)), ({ affectedRows, rows }) => {
    if (affectedRows === 0) throw vanished(meta, action);
    if (!readsBack) return updated(record, written, row, rows[0], parts);
    const by = { by: meta.primaryKey, key: meta.primaryKey.map((column) => row[column.index]) };
    return readBack(meta, backend, meta.generated, by)
      .then((computed) => updated(record, written, row, computed, parts));
  });
}

function nextVersion(raw: unknown, decode: ((value: unknown) => unknown) | null): number {
  return Number(decode === null || raw === null ? raw : decode(raw)) + 1;
}

/** What follows an UPDATE: the row as it was written, and the values of the generated columns. */
function updated(
  record: RecordBase,
  { columns, values }: NewValues,
  row: unknown[],
  computed: readonly unknown[] | undefined,
  { meta, backend }: WriteParts,
): MaybePromise<number> {
  const plan = meta.plan(backend.types);
  const { generated } = meta;
  const made = columns.filter((column, i) => fieldOf(record, column) !== values[i]);
  const undo = restorer(record, backend, generated.length === 0 ? made : [...made, ...generated]);
  for (let i = 0; i < generated.length; i++) {
    const column = generated[i]!;
    setField(record, column, decodeColumn(plan, column, row[column.index] = computed![i]));
  }
  for (let i = 0; i < columns.length; i++) {
    if (made.includes(columns[i]!)) setField(record, columns[i]!, values[i]);
  }
  state.setPrevious(record, { before: state.row(record), after: row, columns });
  state.setRow(record, row);
  const arranging = arrange(record, backend, undo);
  return arranging === undefined ? 1 : arranging.then(() => 1);
}
