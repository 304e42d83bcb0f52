import type { ExpressionNode } from "../ast/expression.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError, ValidationError, type ValidationIssue } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkValue } from "../meta/validate.ts";
import { automatic, checkBatchSize, requireWritable } from "../query/bulk.ts";
import { tracked } from "../query/execute.ts";
import { requireRows } from "../query/given_values.ts";
import { checkedOptions } from "../query/options.ts";
import { initialState, scopedWhere } from "../query/query_state.ts";
import { writing } from "./constraint_issues.ts";
import { columnKey } from "./prepared.ts";

/** Options of `updateMany()`. */
export interface UpdateManyOptions<F extends string = string> {
  /** Field or fields by which the row is found; together they must be unique. @default the primary key */
  readonly key?: F | readonly F[];
  /** Most rows of one statement. The backend's own limit is kept in any case. */
  readonly batchSize?: number;
}

interface Change {
  readonly columns: readonly ColumnMeta[];
  /** Values of the key, then of the columns. */
  readonly values: readonly unknown[];
}

/**
 * Gives each of several rows values of its own, with one statement for many of them: checked like records, without events, all or
 * none. Gives the number of rows that were found.
 */
export function updateRowsByKey(meta: ModelMeta, rows: readonly object[], options: UpdateManyOptions): Promise<number> {
  return tracked(meta, async (backend) => {
    requireWritable(meta);
    requireRows(`updateMany() of ${meta.model}`, rows);
    const { batchSize = Infinity } = checkedOptions(`updateMany() of ${meta.model}`, options, ["key", "batchSize"]);
    checkBatchSize(meta, "updateMany()", batchSize);
    const key = keyOf(meta, options);
    const changes = await check(meta, rows, key);
    refuseTwice(meta, changes, key);
    const groups = Map.groupBy(
      changes.filter(({ columns }) => columns.length > 0),
      ({ columns }) => columnKey(columns),
    );
    if (groups.size === 0) return 0;
    return await backend.transactions.internal(async () => {
      let count = 0;
      for (const group of groups.values()) count += await updateGroup(group, { meta, backend, key, batchSize });
      return count;
    });
  });
}

function keyOf(meta: ModelMeta, { key }: UpdateManyOptions): readonly ColumnMeta[] {
  const fields = key === undefined ? meta.primaryKey.map(({ field }) => field) : typeof key === "string" ? [key] : key;
  if (!Array.isArray(fields) || fields.length === 0) {
    throw new QueryBuildError(`updateMany() of ${meta.model} needs the field of a unique key in "key"`);
  }
  return fields.map((field) => meta.column(field, "key"));
}

/** Checks all rows, and throws everything that is wrong with any of them. */
async function check(meta: ModelMeta, rows: readonly object[], key: readonly ColumnMeta[]): Promise<Change[]> {
  const issues: ValidationIssue[] = [];
  const changes: Change[] = [];
  for (const [index, row] of rows.entries()) {
    const given = Object.entries(row).filter(([, value]) => value !== undefined);
    const columns = given.map(([field]) => meta.column(field, "updateMany")).filter((column) => !key.includes(column));
    const values: unknown[] = [];
    for (const column of [...key, ...columns]) {
      const value = (row as Record<string, unknown>)[column.field]; // only fields of the model are looked at
      if (column.isGenerated) {
        throw new QueryBuildError(`${column.label} is computed by the database and cannot be set`);
      }
      if (key.includes(column)) {
        if (value === undefined || value === null) {
          const message = "Required: the row is found by it";
          issues.push({ path: [index, column.field], code: "required", message });
        }
        values.push(value);
        continue;
      }
      const checked = await checkValue(column, value);
      if ("issues" in checked) {
        issues.push(...checked.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] })));
      } else values.push(checked.value ?? null);
    }
    changes.push({ columns, values });
  }
  if (issues.length > 0) throw new ValidationError(meta.model, issues);
  return changes;
}

function refuseTwice({ model }: ModelMeta, changes: readonly Change[], key: readonly ColumnMeta[]): void {
  const seen = new Map<string, number>();
  for (const [index, { values }] of changes.entries()) {
    const text = values.slice(0, key.length).map((value) => `${typeof value} ${String(value)}`).join("\0");
    const other = seen.get(text);
    if (other !== undefined) {
      throw new QueryBuildError(`Rows ${other} and ${index} of updateMany() of ${model} have the same key`);
    }
    seen.set(text, index);
  }
}

interface GroupParts {
  readonly meta: ModelMeta;
  readonly backend: StorageBackend;
  readonly key: readonly ColumnMeta[];
  readonly batchSize: number;
}

async function updateGroup(
  changes: readonly Change[],
  { meta, backend, key, batchSize }: GroupParts,
): Promise<number> {
  const { columns } = changes[0]!; // a group has at least one row
  // A database without a better way writes the key once for each column.
  const width = key.length * (columns.length + 1) + columns.length;
  const size = Math.min(batchSize, backend.rowsPerInsert({ columns: new Array<string>(width).fill("") }));
  const set = automatic(meta, columns.map(({ name, node }) => ({ column: name, value: node })));
  let count = 0;
  for (let start = 0; start < changes.length; start += size) {
    const rows = changes.slice(start, start + size).map(({ values }) =>
      [...key, ...columns].map(({ type, label }, i): ExpressionNode => ({
        kind: "value",
        value: values[i],
        type,
        label,
      }))
    );
    const result = await writing(meta, () =>
      backend.run({
        kind: "updateRows",
        table: meta.table,
        key: key.map(({ name }) => name),
        columns: columns.map(({ name }) => name),
        rows,
        set,
        where: scopedWhere(initialState(meta)),
      }));
    count += result.affectedRows;
  }
  return count;
}
