import type { ExpressionNode } from "../ast/expression.ts";
import type { Assignment, ConflictNode, InsertNode } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { type DatabaseErrorDetails, QueryBuildError, QueryError } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { declaresUnique } from "../schema/constraints.ts";
import { automatic, checkBatchSize, requireWritable } from "../query/bulk.ts";
import type { Columns } from "../query/columns.ts";
import { tracked } from "../query/execute.ts";
import { requireRows, requireValues } from "../query/given_values.ts";
import { Expression } from "../query/expression.ts";
import { checkedOptions } from "../query/options.ts";
import type { Truth } from "../query/value_types.ts";
import { atomically } from "./aftermath.ts";
import { checkRow, checkRows, given, type RowValues } from "./checked_rows.ts";
import { writing } from "./constraint_issues.ts";
import { becomeNew } from "./delete.ts";
import { readBack } from "./read_back.ts";
import { instantiate } from "./record_base.ts";
import { type AnyModel, metaOf } from "./registry.ts";

/** New values of a row that is there already, made of it and of the row that was to be inserted. */
export type ConflictUpdate<C> = (
  existing: Columns<C>,
  given: Columns<C>,
) => { readonly [K in keyof C]?: C[K] | Expression<C[K]> | undefined };

/** Options of `upsert()`. */
export interface UpsertOptions<F extends string = string, C = Record<string, unknown>> {
  /** Fields of the unique key that decides whether the row is there already. Others are refused. */
  readonly conflict: readonly F[];
  /**
   * What is changed when the row is there: fields that get the new values, or a function that gives values by field, such as
   * `(existing, given) => ({ visits: existing.visits.plus(given.visits) })`. @default all fields that were given, but for the key
   */
  readonly update?: readonly F[] | ConflictUpdate<C>;
  /** Changes the row that is there only when it fits, such as `(existing, given) => existing.seenAt.lt(given.seenAt)`. */
  readonly where?: (existing: Columns<C>, given: Columns<C>) => Expression<Truth>;
}

/** Options of `upsertMany()`. */
export interface UpsertManyOptions<F extends string = string, C = Record<string, unknown>> extends UpsertOptions<F, C> {
  /** Most rows of one statement. The backend's own limit is kept in any case. */
  readonly batchSize?: number;
}

const OPTIONS = ["conflict", "update", "where"] as const;
const MANY_OPTIONS = [...OPTIONS, "batchSize"] as const;

/** Inserts a row or changes the one that is there, and makes a record of it as it is then. */
export function upsertOne(model: AnyModel, values: object, options: UpsertOptions): Promise<object> {
  const meta = metaOf(model);
  return tracked(meta, async (backend) => {
    requireValues(values, { call: "upsert()", of: meta.model, list: "upsertMany()" });
    checkedOptions(`upsert() of ${meta.model}`, options ?? {}, OPTIONS); // that they are missing is said below
    const key = await keyOf(meta, backend, "upsert()", options);
    const row = await checkRows(meta, (findings) => checkRow(meta, values, findings));
    const columns = given(meta, row);
    const onConflict = conflictOf(meta, options, { key, columns, fields: Object.keys(values) });
    const made = await keyed(
      meta,
      backend,
      { method: "upsert()", key },
      () => written(meta, backend, { row, columns, onConflict }),
    );
    const records = instantiate(model, [made], backend);
    const record = records[0]!; // made of the one row
    // Nothing tells whether the row was there before; a record that is new never loses its values without a word.
    backend.transactions.ambient()?.onUndo(() => becomeNew(record, meta, backend));
    await meta.host.afterLoad(records);
    return record;
  });
}

/** Inserts rows or changes those that are there, without making records, all or none; gives the number of rows given. */
export function upsertRows(meta: ModelMeta, rows: readonly object[], options: UpsertManyOptions): Promise<number> {
  return tracked(meta, async (backend) => {
    requireRows(`upsertMany() of ${meta.model}`, rows, { single: "upsert()" });
    const { batchSize = Infinity } = checkedOptions(`upsertMany() of ${meta.model}`, options ?? {}, MANY_OPTIONS);
    checkBatchSize(meta, "upsertMany()", batchSize);
    const key = await keyOf(meta, backend, "upsertMany()", options);
    const checked = await checkRows(
      meta,
      (findings) => rows.map((row, index) => checkRow(meta, row, findings, index)),
    );
    if (checked.length === 0) return 0;
    refuseTwice(meta, checked, key);
    const partsAt = (start: number): InsertParts & { readonly fields: readonly string[] } => {
      const [columns, fields] = [given(meta, checked[start]!), Object.keys(rows[start]!)];
      return { columns, fields, onConflict: conflictOf(meta, options, { key, columns, fields }), returning: [] };
    };
    backend.prepare(insertNode(meta, checked.slice(0, 1), partsAt(0))); // as upsertOne() does
    const write = async () => {
      for (let start = 0; start < checked.length;) {
        const parts = partsAt(start);
        const { columns, fields } = parts;
        const limit = Math.min(batchSize, backend.rowsPerInsert({ columns: columns.map(({ name }) => name) }));
        let end = start + 1;
        while (
          end < checked.length && end - start < limit && isAlike(checked[end]!, columns, meta, rows[end]!, fields)
        ) {
          end++;
        }
        const part = checked.slice(start, end);
        await writing(meta, () => backend.run(insertNode(meta, part, parts)));
        start = end;
      }
    };
    await keyed(meta, backend, { method: "upsertMany()", key }, () => backend.transactions.internal(write));
    return checked.length;
  });
}

/** Whether a row can be in the same statement: the same columns, of which the same were given. */
function isAlike(
  row: RowValues,
  columns: readonly ColumnMeta[],
  meta: ModelMeta,
  values: object,
  fields: readonly string[],
): boolean {
  const own = given(meta, row);
  const names = Object.keys(values);
  return own.length === columns.length && own.every((column, i) => column === columns[i]) &&
    names.length === fields.length && names.every((name) => fields.includes(name));
}

/** Databases differ in what they make of a row that comes twice in one statement. */
function refuseTwice({ model }: ModelMeta, rows: readonly RowValues[], key: readonly ColumnMeta[]): void {
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const values = key.map((column) => row[column.index]);
    if (values.some((value) => value === null || value === undefined)) continue;
    const text = values.map((value) => `${typeof value} ${String(value)}`).join("\0");
    const other = seen.get(text);
    if (other !== undefined) {
      throw new QueryBuildError(`Rows ${other} and ${index} of upsertMany() of ${model} have the same key`);
    }
    seen.set(text, index);
  }
}

async function keyOf(
  meta: ModelMeta,
  backend: StorageBackend,
  method: string,
  options: UpsertOptions,
): Promise<ColumnMeta[]> {
  requireWritable(meta);
  const { conflict, where, update } = options ?? {}; // of code without types
  backend.requiresCapability("upsert");
  if (where !== undefined) backend.requiresCapability("upsert.where");
  if (!Array.isArray(conflict) || conflict.length === 0) {
    throw new QueryBuildError(`${method} of ${meta.model} needs the fields of a unique key in "conflict"`);
  }
  if (update !== undefined && typeof update !== "function" && !Array.isArray(update)) {
    throw new QueryBuildError(`Invalid update in ${method} of ${meta.model}: expected a list of fields or a function`);
  }
  if (where !== undefined && typeof where !== "function") {
    throw new QueryBuildError(`Invalid where in ${method} of ${meta.model}: expected a function`);
  }
  const key = [...new Set(conflict.map((field) => meta.column(field, "conflict")))];
  if (declaresUnique(meta, key) || await backend.hasUniqueKey(meta.table, key.map(({ name }) => name))) return key;
  throw keyMissing(meta, { method, key }, {});
}

interface UpsertKey {
  readonly method: string;
  readonly key: readonly ColumnMeta[];
}

/** Whether there is such a key is for the table to say, which may have more of them than its model declares. */
function keyMissing({ model, table }: ModelMeta, { method, key }: UpsertKey, said: DatabaseErrorDetails): QueryError {
  const fields = key.map(({ field }) => field).join(", ");
  return new QueryError(`${method} of ${model} needs a unique key in "conflict": its table has none of ${fields}`, {
    ...said,
    table: table.name,
    columns: key.map(({ name }) => name),
  });
}

/** Runs the writes of an upsert. Where the database itself looks for the key, no question before them is needed. */
async function keyed<T>(
  meta: ModelMeta,
  backend: StorageBackend,
  key: UpsertKey,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof QueryError) || !backend.isUniqueKeyMissing(error)) throw error;
    const { sql, code, driverError } = error;
    throw keyMissing(meta, key, { sql, code, driverError });
  }
}

interface InsertParts {
  readonly columns: readonly ColumnMeta[];
  readonly onConflict: ConflictNode;
  readonly returning: readonly string[];
}

function insertNode(
  meta: ModelMeta,
  rows: readonly RowValues[],
  { columns, onConflict, returning }: InsertParts,
): InsertNode {
  return {
    kind: "insert",
    table: meta.table,
    columns: columns.map(({ name }) => name),
    rows: rows.map((row) => columns.map((column) => valueNode(column, row[column.index] ?? null))),
    onConflict,
    returning,
  };
}

function valueNode(column: ColumnMeta, value: unknown): ExpressionNode {
  return { kind: "value", value, type: column.type, label: column.label };
}

/** Writes a row and gives all its columns, from the write itself where the database can. */
async function written(
  meta: ModelMeta,
  backend: StorageBackend,
  { row, columns, onConflict }: { row: RowValues; columns: readonly ColumnMeta[]; onConflict: ConflictNode },
): Promise<unknown[]> {
  const returns = backend.supports("returning");
  const returning = returns ? meta.columns.map(({ name }) => name) : [];
  const node = insertNode(meta, [row], { columns, onConflict, returning });
  const isAtomic = !returns || onConflict.where !== undefined;
  if (isAtomic) backend.prepare(node); // what cannot be written is refused before a transaction begins
  return await atomically(backend, isAtomic, async () => {
    const result = await writing(meta, () => backend.run(node));
    // A row that does not fit `where` is left as it is, and not given back.
    return result.rows[0] ?? await readRow(meta, backend, { row, onConflict, made: result.lastInsertId });
  });
}

/** Reads the row that was there, or that was made. */
function readRow(
  meta: ModelMeta,
  backend: StorageBackend,
  { row, onConflict, made }: { row: RowValues; onConflict: ConflictNode; made: number | bigint | null },
): Promise<unknown[]> {
  const { encode } = meta.plan(backend.types);
  const key = meta.columns.filter(({ name }) => onConflict.columns.includes(name));
  // A row with NULL in the key is never in the way of another, so it is a new one.
  const by = key.every(({ index }) => (row[index] ?? null) !== null) ? key : meta.primaryKey;
  const values = by.map(({ index, autoIncrement }) =>
    autoIncrement && row[index] === undefined ? made : encode[index]!(row[index])
  );
  return readBack(meta, backend, meta.columns, { by, key: values });
}

interface ConflictParts {
  readonly key: readonly ColumnMeta[];
  readonly columns: readonly ColumnMeta[];
  /** The fields that the user has given. */
  readonly fields: readonly string[];
}

function conflictOf(meta: ModelMeta, { update, where }: UpsertOptions, parts: ConflictParts): ConflictNode {
  const sides = [existingColumns(meta), excludedColumns(meta)] as const;
  const condition = where?.(...sides);
  if (where !== undefined && !(condition instanceof Expression)) {
    throw new QueryBuildError(`Invalid where in upsert of ${meta.model}: the function must return an expression`);
  }
  return {
    columns: parts.key.map(({ name }) => name),
    update: typeof update === "function"
      ? computed(meta, update(...sides))
      : chosen(meta, update === undefined ? null : update, parts),
    where: condition?.node,
  };
}

/** The columns of the row that is there. They name their table, since those of the new row have the same names. */
function existingColumns(meta: ModelMeta): Columns<Record<string, unknown>> {
  return Object.fromEntries(meta.columns.map(({ field, node, type, label }) => [
    field,
    new Expression({ ...node, table: meta.table.name }, type, label),
  ]));
}

/** The columns of the row that was to be inserted. */
function excludedColumns(meta: ModelMeta): Columns<Record<string, unknown>> {
  return Object.fromEntries(meta.columns.map(({ field, name, type, label }) => [
    field,
    new Expression({ kind: "excluded", name, type }, type, label),
  ]));
}

function excluded(column: ColumnMeta): Assignment {
  return { column: column.name, value: { kind: "excluded", name: column.name, type: column.type } };
}

/** Fields that get the new values, with what the library changes by itself. */
function chosen(
  meta: ModelMeta,
  update: readonly string[] | null,
  { key, columns, fields }: ConflictParts,
): Assignment[] {
  const named = update === null
    ? columns.filter((column) => !key.includes(column) && !column.primaryKey && fields.includes(column.field))
    : update.map((field) => meta.column(field, "update"));
  const touched = meta.columns.filter((column) =>
    column.onUpdate !== undefined && !named.includes(column) && columns.includes(column)
  );
  const set = [...named, ...touched].map(excluded);
  if (meta.version !== undefined && !named.includes(meta.version)) set.push(nextVersion(meta, meta.version));
  // With nothing to change the row must still be given back, so its key is set to what it is.
  return set.length > 0 ? set : key.map(excluded);
}

function nextVersion(meta: ModelMeta, version: ColumnMeta): Assignment {
  const left: ExpressionNode = { ...version.node, table: meta.table.name };
  return {
    column: version.name,
    value: { kind: "arithmetic", operator: "+", left, right: valueNode(version, 1) },
  };
}

/** Values by field, as the user's function gives them. */
function computed(meta: ModelMeta, values: Readonly<Record<string, unknown>>): Assignment[] {
  const set = Object.entries(values ?? {}).flatMap(([field, value]): Assignment[] => {
    const column = meta.column(field, "update");
    if (value === undefined) return [];
    if (column.isGenerated) {
      throw new QueryBuildError(`${column.label} is computed by the database and cannot be set`);
    }
    return [{ column: column.name, value: value instanceof Expression ? value.node : valueNode(column, value) }];
  });
  if (set.length === 0) {
    throw new QueryBuildError(`Empty update in upsert of ${meta.model}: the function must return values by field`);
  }
  const more = automatic(meta, set).filter(({ column }) => column !== meta.version?.name);
  const counts = meta.version !== undefined && !set.some(({ column }) => column === meta.version!.name); // just looked at
  return [...set, ...more, ...counts ? [nextVersion(meta, meta.version!)] : []]; // as above
}
