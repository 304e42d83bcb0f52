import type { ExpressionNode } from "../ast/expression.ts";
import { after, promised } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { UniqueViolationError, ValidationError, type ValidationIssue } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkBatchSize, requireWritable } from "../query/bulk.ts";
import type { Conditions } from "../query/conditions.ts";
import { tracked } from "../query/execute.ts";
import { requireRows, requireValues } from "../query/given_values.ts";
import { initialState } from "../query/query_state.ts";
import type { InsertManyOptions } from "./bulk_create.ts";
import { writing } from "./constraint_issues.ts";
import { decodeColumn, fieldOf, setField } from "./dirty.ts";
import { AFTER_CREATE, BEFORE_CREATE, hearsAny } from "./hooks.ts";
import { ModelQuery } from "./model_query.ts";
import { arrange } from "./aftermath.ts";
import { columnSet, givenColumns, givenSet } from "./column_plans.ts";
import { fillOnInsert } from "./insert.ts";
import { columnKey, prepared, slot } from "./prepared.ts";
import { type RecordBase, state } from "./record_base.ts";
import { type AnyModel, metaOf } from "./registry.ts";
import { checkRecord, type Saveable } from "./validation.ts";

/** Makes a new record of a model. */
export function build(model: AnyModel, values: object): Saveable {
  return Reflect.construct(model as unknown as new (values: object) => Saveable, [values]); // models are classes of records
}

/** Makes and saves a record. */
export function createOne(model: AnyModel, values: unknown): Promise<RecordBase> {
  return promised(() => {
    requireValues(values, { call: "create()", of: model.name, list: "createMany()" });
    const record = build(model, values);
    return after(metaOf(model).host.save(record), () => record);
  });
}

/** Finds the record that fits, or makes it; when somebody else makes it first, finds that. */
export async function findOrCreate(model: AnyModel, conditions: object, values: object): Promise<object> {
  const meta = metaOf(model);
  requireValues(conditions, { call: "findOrCreate()", of: meta.model });
  requireValues(values, { call: "findOrCreate()", of: meta.model });
  const find = async (current: boolean) => {
    const query = new ModelQuery<object, Record<string, unknown>>({ ...initialState(meta), current });
    return (await query.where(conditions as Conditions<Record<string, unknown>>).limit(1).all())[0];
  };
  const found = await find(false);
  if (found !== undefined) return found;
  try {
    // In a transaction a savepoint keeps it usable when the row turns out to be there.
    return await tracked(
      meta,
      (backend) =>
        backend.inTransaction
          ? backend.transactions.internal(() => createOne(model, { ...conditions, ...values }))
          : createOne(model, { ...conditions, ...values }),
    );
  } catch (error) {
    // The snapshot of a transaction may be older than the row that was in the way.
    const other = error instanceof UniqueViolationError
      ? await find(meta.host.backend()?.inTransaction ?? false)
      : undefined;
    if (other === undefined) throw error;
    return other;
  }
}

/** Makes and saves several records, all or none: by few statements where no event wants to see each of them. */
export function createAll(
  model: AnyModel,
  rows: readonly object[],
  { batchSize = Infinity }: Pick<InsertManyOptions, "batchSize"> = {},
): Promise<object[]> {
  const meta = metaOf(model);
  return tracked(meta, async (backend) => {
    requireWritable(meta);
    requireRows(`createMany() of ${meta.model}`, rows, { single: "create()" });
    checkBatchSize(meta, "createMany()", batchSize);
    const records = await buildAll(model, meta, rows);
    if (records.length === 0) return records;
    await backend.transactions.internal(async () => {
      const single = meta.primaryKey.length === 1 ? meta.primaryKey[0]! : null;
      const heard = records.some((record) => hearsAny(record, BEFORE_CREATE) || hearsAny(record, AFTER_CREATE));
      if (heard || single === null || !backend.supports("returning")) {
        for (const record of records) {
          await meta.host.save(record);
        }
      } else {await insertBatches(records, {
          meta,
          backend,
          key: single,
          batchSize,
        });}
    });
    return records;
  });
}

/** Makes the records and lists everything that is wrong with any of them. */
async function buildAll(model: AnyModel, meta: ModelMeta, rows: readonly object[]): Promise<Saveable[]> {
  const issues: ValidationIssue[] = [];
  const records: Saveable[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      const record = row instanceof (model as unknown as new () => Saveable) ? row : build(model, row);
      if (state.row(record) !== null) {
        issues.push({
          path: [index],
          code: "persisted",
          message: "The record is saved already",
        });
      } else await checkRecord(record, meta.columns, { withRules: true });
      records.push(record);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      issues.push(...error.issues.map((issue) => ({
        ...issue,
        path: [index, ...issue.path],
      })));
    }
  }
  if (issues.length > 0) throw new ValidationError(meta.model, issues);
  return records;
}

interface BatchParts {
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  readonly key: ColumnMeta;
  readonly batchSize: number;
}

async function insertBatches(
  records: readonly Saveable[],
  { meta, backend, key, batchSize }: BatchParts,
): Promise<void> {
  const moment = new Date();
  for (const record of records) fillOnInsert(record, meta, moment);
  for (let start = 0; start < records.length;) {
    const columns = givenColumns(meta.code.read(records[start]!), meta);
    const set = columnSet(columns, meta);
    const limit = Math.min(batchSize, backend.rowsPerInsert({ columns: columns.map((column) => column.name) }));
    let end = start + 1;
    // Records with the same fields, one after the other, so that the keys come in the order of the records.
    while (
      end < records.length && end - start < limit &&
      givenSet(meta.code.read(records[end]!), meta) === set
    ) end++;
    await insertBatch(records.slice(start, end), columns, {
      meta,
      backend,
      key,
    });
    start = end;
  }
}

async function insertBatch(
  records: readonly Saveable[],
  columns: readonly ColumnMeta[],
  { meta, backend, key }: Omit<BatchParts, "batchSize">,
): Promise<void> {
  const statement = prepared(meta, backend, `createMany ${records.length}/${columnKey(columns)}`, () => ({
    kind: "insert",
    table: meta.table,
    columns: columns.map((column) => column.name),
    rows: records.map((_, row) => columns.map((column, i): ExpressionNode => slot(column, row * columns.length + i))),
    returning: meta.columns.map((column) => column.name),
  }));
  const values = records.flatMap((record) => columns.map((column) => fieldOf(record, column)));
  const { rows } = await writing(meta, () => statement.run(values));
  const ordered = columns.includes(key)
    ? byKey(records, rows, { meta, backend, key })
    : rows.sort((a, b) => Number(a[key.index]) - Number(b[key.index]));
  const plan = meta.plan(backend.types);
  for (const [i, record] of records.entries()) {
    const row = ordered[i]!;
    state.setRow(record, row);
    for (const column of meta.columns) {
      if (!columns.includes(column)) setField(record, column, decodeColumn(plan, column, row[column.index]));
    }
    await arrange(record, backend, () => {
      state.setRow(record, null);
      if (key.autoIncrement && !columns.includes(key)) setField(record, key, undefined);
    });
  }
}

/** Rows in the order of their records, found by the keys that the records have. */
function byKey(
  records: readonly Saveable[],
  rows: readonly unknown[][],
  { meta, backend, key }: Omit<BatchParts, "batchSize">,
): unknown[][] {
  const encode = meta.plan(backend.types).encode[key.index]!;
  const found = new Map(rows.map((row) => [String(row[key.index]), row]));
  return records.map((record) => found.get(String(encode(fieldOf(record, key))))!); // every row that was sent comes back
}
