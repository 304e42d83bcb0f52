import type { ExpressionNode } from "../ast/expression.ts";
import type { Assignment, ConflictNode, InsertNode } from "../ast/statement.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError, ValidationError, type ValidationIssue } from "../errors.ts";
import type { Checked } from "../meta/column.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkValue, generatedIssue, requiredIssue } from "../meta/validate.ts";
import { requireWritable } from "../query/bulk.ts";
import { tracked } from "../query/execute.ts";
import { writing } from "./constraint_issues.ts";
import { atomically } from "./aftermath.ts";
import { columnKey, prepared, slot } from "./prepared.ts";
import { readBack } from "./read_back.ts";

/** The checked values of a row, by column. */
type Values = readonly unknown[];

function isFilledIn(column: ColumnMeta): boolean {
  return column.optional || column.autoIncrement || column.isGenerated ||
    column.databaseDefault !== undefined;
}

/** What is found out about rows while they are checked. */
interface Findings {
  readonly issues: ValidationIssue[];
  /** Checks of asynchronous schemas, still running. */
  readonly waiting: Promise<void>[];
}

/** Checks the values of one row and fills in what the library fills in. The path is what stands before the field in an issue. */
function checkRow(
  meta: ModelMeta,
  values: object,
  { issues, waiting }: Findings,
  path: readonly PropertyKey[] = [],
): Values {
  const moment = new Date();
  const row: unknown[] = new Array(meta.columns.length);
  const report = (found: readonly ValidationIssue[]) => {
    for (const issue of found) issues.push({ ...issue, path: [...path, ...issue.path] });
  };
  for (const column of meta.columns) {
    const value = (values as Record<string, unknown>)[column.field]; // only the fields of the model are looked at
    if (value === undefined && !column.hasDefault) {
      if (column.onInsert !== undefined) row[column.index] = column.onInsert(moment);
      else if (!isFilledIn(column)) report([requiredIssue(column)]);
      continue;
    }
    if (column.isGenerated) {
      report([generatedIssue(column)]);
      continue;
    }
    const settle = (checked: Checked) => {
      if ("issues" in checked) report(checked.issues);
      else row[column.index] = checked.value;
    };
    const checking = checkValue(column, value);
    if (checking instanceof Promise) waiting.push(checking.then(settle));
    else settle(checking);
  }
  return row;
}

/** Checks rows and throws everything that is wrong with any of them. */
async function checkRows<T>(meta: ModelMeta, check: (findings: Findings) => T): Promise<T> {
  const findings: Findings = { issues: [], waiting: [] };
  const checked = check(findings);
  await Promise.all(findings.waiting);
  if (findings.issues.length > 0) throw new ValidationError(meta.model, findings.issues);
  return checked;
}

function given(meta: ModelMeta, row: Values): ColumnMeta[] {
  return meta.columns.filter((column) => row[column.index] !== undefined);
}

interface Group {
  readonly columns: readonly ColumnMeta[];
  readonly rows: Values[];
}

/** Rows with the same columns can be inserted by one statement. */
function groupByColumns(meta: ModelMeta, rows: readonly Values[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const columns = given(meta, row);
    const key = columnKey(columns);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { columns, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()];
}

async function insertGroup(
  meta: ModelMeta,
  backend: StorageBackend,
  { columns, rows }: Group,
  batchSize: number,
): Promise<void> {
  const full = columns.length === 0
    ? 1
    : Math.min(batchSize, backend.rowsPerInsert({ columns: columns.map((column) => column.name) }));
  for (let start = 0; start < rows.length;) {
    const left = rows.length - start;
    // The rest goes in powers of two, so that few different statements have to be prepared.
    const size = left >= full ? full : 2 ** Math.floor(Math.log2(left));
    const statement = prepared(meta, backend, `insertMany ${size}/${columnKey(columns)}`, () => ({
      kind: "insert",
      table: meta.table,
      columns: columns.map((column) => column.name),
      rows: Array.from(
        { length: size },
        (_, row) => columns.map((column, i): ExpressionNode => slot(column, row * columns.length + i)),
      ),
      returning: [],
    }));
    const values: unknown[] = [];
    for (let row = start; row < start + size; row++) {
      for (const column of columns) values.push(rows[row]![column.index]);
    }
    await writing(meta, () => statement.run(values));
    start += size;
  }
}

/** Options of `insertMany()`. */
export interface InsertManyOptions {
  /** Most rows of one statement. The backend's own limit is kept in any case. */
  readonly batchSize?: number;
}

/** Refuses a batch size that no statement can have. */
export function checkBatchSize({ model }: ModelMeta, method: string, batchSize: number): void {
  if (batchSize >= 1) return;
  throw new QueryBuildError(`Invalid batchSize of ${method} of ${model}: ${batchSize} (1 or more)`);
}

/** Inserts rows without making records of them: checked like records, without events, all or none. Gives their number. */
export function insertRows(
  meta: ModelMeta,
  rows: readonly object[],
  { batchSize = Infinity }: InsertManyOptions = {},
): Promise<number> {
  return tracked(meta, async (backend) => {
    requireWritable(meta);
    checkBatchSize(meta, "insertMany()", batchSize);
    const checked = await checkRows(
      meta,
      (findings) => rows.map((row, index) => checkRow(meta, row, findings, [index])),
    );
    if (checked.length === 0) return 0;
    await backend.transactions.internal(async () => {
      for (const group of groupByColumns(meta, checked)) {
        await insertGroup(meta, backend, group, batchSize);
      }
    });
    return checked.length;
  });
}

/** Options of `upsert()`. */
export interface UpsertOptions<F extends string = string> {
  /** Fields of the unique key that decides whether the row is there already. */
  readonly conflict: readonly F[];
  /** Fields that are changed when the row is there. @default all that were given, but for the key */
  readonly update?: readonly F[];
}

/** Inserts a row, or changes the one that is there; gives its columns. */
export function upsertRow(
  meta: ModelMeta,
  values: object,
  { conflict, update }: UpsertOptions,
): Promise<{ rows: unknown[][]; backend: StorageBackend }> {
  return tracked(meta, async (backend) => {
    requireWritable(meta);
    backend.require("upsert");
    if (conflict.length === 0) {
      throw new QueryBuildError(
        `upsert() of ${meta.model} needs the fields of a unique key in "conflict"`,
      );
    }
    const key = conflict.map((field) => meta.column(field, "conflict"));
    const row = await checkRows(meta, (findings) => checkRow(meta, values, findings));
    const columns = given(meta, row);
    const onConflict: ConflictNode = {
      columns: key.map((column) => column.name),
      update: conflictUpdate(meta, values, { key, columns, update }),
    };
    const readsBack = !backend.supports("returning");
    const statement: InsertNode = {
      kind: "insert",
      table: meta.table,
      columns: columns.map((column) => column.name),
      rows: [
        columns.map((column) => ({
          kind: "value",
          value: row[column.index] ?? null,
          type: column.type,
          label: column.label,
        })),
      ],
      onConflict,
      returning: readsBack ? [] : meta.columns.map((column) => column.name),
    };
    const rows = await atomically(backend, readsBack, async () => {
      const result = await writing(meta, () => backend.run(statement));
      if (!readsBack) return result.rows;
      const plan = meta.plan(backend.types);
      const encoded = (column: ColumnMeta) => plan.encode[column.index]!(row[column.index]);
      // A row with NULL in the key is never in the way of another, so it is a new one.
      const by = key.every((column) => (row[column.index] ?? null) !== null) ? key : meta.primaryKey;
      const values = by.map((column) =>
        column.autoIncrement && row[column.index] === undefined ? result.lastInsertId : encoded(column)
      );
      return [await readBack(meta, backend, meta.columns, { by, key: values })];
    });
    return { rows, backend };
  });
}

interface ConflictParts {
  readonly key: readonly ColumnMeta[];
  readonly columns: readonly ColumnMeta[];
  readonly update: readonly string[] | undefined;
}

function conflictUpdate(meta: ModelMeta, values: object, { key, columns, update }: ConflictParts): Assignment[] {
  const chosen = update === undefined
    ? columns.filter((column) =>
      !key.includes(column) && !column.primaryKey &&
      Object.hasOwn(values, column.field)
    )
    : update.map((field) => meta.column(field, "update"));
  const excluded = (column: ColumnMeta): Assignment => ({
    column: column.name,
    value: { kind: "excluded", name: column.name },
  });
  const automatic = meta.columns.filter((column) =>
    column.onUpdate !== undefined && !chosen.includes(column) &&
    columns.includes(column)
  );
  const assignments = [...chosen, ...automatic].map(excluded);
  if (meta.version !== undefined && !chosen.includes(meta.version)) {
    const { name, type, label } = meta.version;
    const current: ExpressionNode = {
      kind: "identifier",
      path: [meta.table.name, name],
    };
    assignments.push({
      column: name,
      value: {
        kind: "arithmetic",
        operator: "+",
        left: current,
        right: { kind: "value", value: 1, type, label },
      },
    });
  }
  // With nothing to change the row must still be given back, so its key is set to what it is.
  return assignments.length > 0 ? assignments : key.map(excluded);
}
