import { after, type MaybePromise } from "../backend/result.ts";
import type { PreparedStatement, StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { arrange, restorer } from "./aftermath.ts";
import { ColumnPlans, givenColumns, givenSet } from "./column_plans.ts";
import { writing } from "./constraint_issues.ts";
import { decodeColumn, fieldOf, setField } from "./dirty.ts";
import { AFTER_CREATE, emit, hearsAny } from "./hooks.ts";
import { slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";
import { type RecordBase, state } from "./record_base.ts";

/** Gives the fields that have none the values which the library makes for new rows, at the given moment or now. */
export function fillOnInsert(record: RecordBase, meta: ModelMeta, moment?: Date): void {
  for (const column of meta.madeOnInsert) {
    if (fieldOf(record, column) === undefined) setField(record, column, column.onInsert!(moment ??= new Date()));
  }
}

/** Inserts the row of a record that has been checked. */
export function insertRecord(record: RecordBase, meta: ModelMeta, backend: StorageBackend): MaybePromise<number> {
  fillOnInsert(record, meta);
  const values = meta.code.read(record);
  const plan = PLANS.get(
    meta,
    backend,
    givenSet(values, meta),
    () => makePlan(givenColumns(values, meta), meta, backend),
  );
  const handlers = hearsAny(record, AFTER_CREATE);
  // Nothing to be read back is the usual case, for which no transaction is needed.
  if (!handlers && !plan.readsBack) return insertRow(record, values, { meta, backend, plan });
  return backend.transactions.internal(async () => {
    const rows = await insertRow(record, values, { meta, backend, plan });
    if (handlers) { for (const event of AFTER_CREATE.events) await emit(record, event); }
    return rows;
  });
}

interface InsertParts {
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  readonly plan: InsertPlan;
}

/** Inserts the row of the given values and puts what the database has made on the record. */
function insertRow(record: RecordBase, values: readonly unknown[], parts: InsertParts): MaybePromise<number> {
  const { meta, backend, plan: { given, returned, key, readsBack, statement } } = parts;
  const { encode } = meta.plan(backend.types);
  const row: unknown[] = new Array(values.length).fill(null);
  const params: unknown[] = new Array(given.length);
  for (let i = 0; i < given.length; i++) {
    const { index } = given[i]!;
    row[index] = params[i] = encode[index]!(values[index]);
  }
  return after(writing(meta, () => statement.runEncoded(params)), ({ rows, lastInsertId }) => {
    if (key !== undefined) row[key.index] = lastInsertId;
    if (returned.length === 0 || !readsBack) return inserted(record, row, rows[0], parts);
    const by = { by: meta.primaryKey, key: meta.primaryKey.map((column) => row[column.index]) };
    return readBack(meta, backend, returned, by).then((made) => inserted(record, row, made, parts));
  });
}

/** What follows an INSERT: the row as it was written, and the values of what was asked for. */
function inserted(
  record: RecordBase,
  row: unknown[],
  made: readonly unknown[] | undefined,
  { meta, backend, plan: { given, returned, key } }: InsertParts,
): MaybePromise<number> {
  const plan = meta.plan(backend.types);
  const undo = restorer(record, backend);
  if (key !== undefined) setField(record, key, decodeColumn(plan, key, row[key.index]));
  for (let i = 0; i < returned.length; i++) {
    const column = returned[i]!;
    setField(record, column, decodeColumn(plan, column, row[column.index] = made![i]));
  }
  state.setPrevious(record, { before: null, after: row, columns: given });
  state.setRow(record, row);
  const arranging = arrange(record, backend, undo);
  return arranging === undefined ? 1 : arranging.then(() => 1);
}

/** How records with values in the same fields are inserted. */
interface InsertPlan {
  /** The columns that the INSERT names. */
  readonly given: readonly ColumnMeta[];
  /** The key that the driver says by itself, if it does. */
  readonly key: ColumnMeta | undefined;
  /** What the database makes beside it, which must be asked for. */
  readonly returned: readonly ColumnMeta[];
  /** Whether that needs a query of its own. */
  readonly readsBack: boolean;
  readonly statement: PreparedStatement;
}

const PLANS = new ColumnPlans<InsertPlan>();

function makePlan(given: readonly ColumnMeta[], meta: ModelMeta, backend: StorageBackend): InsertPlan {
  const made = meta.columns.filter((column) =>
    column.isGenerated ||
    ((column.autoIncrement || column.databaseDefault !== undefined) && !given.includes(column))
  );
  const counted = made.find((column) => column.autoIncrement);
  const others = made.filter((column) => column !== counted);
  const readsBack = others.length > 0 && !backend.supports("returning");
  // A key that the database makes in another way than by counting could not be asked for afterwards.
  if (readsBack && others.some((column) => column.primaryKey)) backend.requiresCapability("returning");
  // The driver says the key by itself; anything else that the database fills in must be asked for.
  const isSaid = counted !== undefined && (readsBack || (others.length === 0 && backend.givesInsertedKey));
  const returned = isSaid ? others : made;
  return {
    given,
    key: isSaid ? counted : undefined,
    returned,
    readsBack,
    statement: backend.prepare({
      kind: "insert",
      table: meta.table,
      columns: given.map((column) => column.name),
      rows: [given.map(slot)],
      returning: readsBack ? [] : returned.map((column) => column.name),
    }),
  };
}
