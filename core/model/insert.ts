import { after, type MaybePromise } from "../backend/result.ts";
import type { PreparedStatement, StorageBackend } from "../backend/storage_backend.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { arrange, hearsAny, restorer } from "./aftermath.ts";
import { writing } from "./constraint_issues.ts";
import { decodeColumn, fieldOf, setField } from "./dirty.ts";
import { emit, type RecordEvent } from "./hooks.ts";
import { columnKey, slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";
import { type RecordBase, state } from "./record_base.ts";

/** Gives the fields that have none the values which the library makes for new rows, at the given moment or now. */
export function fillOnInsert(record: RecordBase, meta: ModelMeta, moment?: Date): void {
  for (const column of meta.columns) {
    if (column.onInsert !== undefined && fieldOf(record, column) === undefined) {
      setField(record, column, column.onInsert(moment ??= new Date()));
    }
  }
}

/** The columns that an INSERT of a record names. */
export function givenColumns(record: RecordBase, meta: ModelMeta): ColumnMeta[] {
  return meta.columns.filter((column) => isGiven(record, column));
}

function isGiven(record: RecordBase, column: ColumnMeta): boolean {
  return !column.isGenerated && fieldOf(record, column) !== undefined;
}

/** Inserts the row of a record that has been checked. */
export function insertRecord(record: RecordBase, meta: ModelMeta, backend: StorageBackend): MaybePromise<number> {
  fillOnInsert(record, meta);
  const plan = insertPlan(record, meta, backend);
  const handlers = hearsAny(record, AFTER_CREATE);
  // Nothing to be read back is the usual case, for which no transaction is needed.
  if (!handlers && !plan.readsBack) return insertRow(record, meta, backend, plan);
  return backend.transactions.internal(async () => {
    const rows = await insertRow(record, meta, backend, plan);
    if (handlers) { for (const event of AFTER_CREATE) await emit(record, event); }
    return rows;
  });
}

const AFTER_CREATE: readonly RecordEvent[] = ["afterCreate", "afterSave"];

/** Inserts the row and puts what the database has made on the record. */
function insertRow(
  record: RecordBase,
  meta: ModelMeta,
  backend: StorageBackend,
  { given, returned, key, readsBack, statement }: InsertPlan,
): MaybePromise<number> {
  const { encode } = meta.plan(backend.types);
  const row: unknown[] = new Array(meta.columns.length).fill(null);
  const params: unknown[] = new Array(given.length);
  for (let i = 0; i < given.length; i++) {
    const column = given[i]!;
    row[column.index] = params[i] = encode[column.index]!(fieldOf(record, column));
  }
  return after(writing(meta, () => statement.runEncoded(params)), ({ rows, lastInsertId }) => {
    if (key !== undefined) row[key.index] = lastInsertId;
    if (returned.length === 0 || !readsBack) {
      return inserted(record, meta, backend, { given, returned, key, row, values: rows[0] });
    }
    const by = { by: meta.primaryKey, key: meta.primaryKey.map((column) => row[column.index]) };
    return readBack(meta, backend, returned, by)
      .then((values) => inserted(record, meta, backend, { given, returned, key, row, values }));
  });
}

/** What is known after an INSERT. */
interface Inserted extends Pick<InsertPlan, "given" | "returned" | "key"> {
  /** The row as it was written. */
  readonly row: unknown[];
  /** The values of the returned columns. */
  readonly values: readonly unknown[] | undefined;
}

function inserted(
  record: RecordBase,
  meta: ModelMeta,
  backend: StorageBackend,
  { given, returned, key, row, values }: Inserted,
): MaybePromise<number> {
  const plan = meta.plan(backend.types);
  const undo = restorer(record, backend);
  if (key !== undefined) setField(record, key, decodeColumn(plan, key, row[key.index]));
  for (let i = 0; i < returned.length; i++) {
    const column = returned[i]!;
    setField(record, column, decodeColumn(plan, column, row[column.index] = values![i]));
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

const PLANS = Symbol("insert plans");

function insertPlan(record: RecordBase, meta: ModelMeta, backend: StorageBackend): InsertPlan {
  const kept = meta.keptFor(backend);
  let plans = kept.get(PLANS) as Map<number | string, InsertPlan> | undefined; // only set here
  if (plans === undefined) kept.set(PLANS, plans = new Map());
  const mask = maskOfGiven(record, meta);
  let plan = plans.get(mask);
  if (plan === undefined) {
    if (plans.size > 200) plans.clear(); // many different sets of fields: start over
    plans.set(mask, plan = makePlan(givenColumns(record, meta), meta, backend));
  }
  return plan;
}

/** The fields that have a value, as bits of a number; as a text where there are too many for one. */
function maskOfGiven(record: RecordBase, meta: ModelMeta): number | string {
  const { columns } = meta;
  if (columns.length > 30) return columnKey(givenColumns(record, meta));
  let mask = 0;
  for (let i = 0; i < columns.length; i++) if (isGiven(record, columns[i]!)) mask |= 1 << i;
  return mask;
}

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
