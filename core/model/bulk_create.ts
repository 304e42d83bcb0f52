import type { ExpressionNode } from "../ast/expression.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkBatchSize, requireWritable } from "../query/bulk.ts";
import { tracked } from "../query/execute.ts";
import { requireRow, requireRows } from "../query/given_values.ts";
import { checkedOptions } from "../query/options.ts";
import { checkRow, checkRows, given, type RowValues } from "./checked_rows.ts";
import { writing } from "./constraint_issues.ts";
import { columnKey, prepared, slot } from "./prepared.ts";

/** How far an insert of many rows has come. */
export interface InsertProgress {
  /** Rows that were inserted so far; not committed before the end. */
  readonly rows: number;
}

/** Options of `insertMany()`. */
export interface InsertManyOptions {
  /** Most rows of one statement. The backend's own limit is kept in any case. */
  readonly batchSize?: number;
  /** Told after each statement, and waited for. */
  readonly onProgress?: (progress: InsertProgress) => void | Promise<void>;
}

/** Rows that are inserted one after the other: a list, anything that can be iterated over, or rows that are still to come. */
export type RowSource = Iterable<object> | AsyncIterable<object>;

/** Rows that are held at a time when their number is not known. */
const CHUNK = 1_000;

/**
 * Inserts rows without making records of them: checked like records, without events, all or none. Gives their number.
 *
 * A list is checked whole before the first row is inserted; of other rows no more than some hundreds are held at a time.
 */
export function insertRows(meta: ModelMeta, rows: RowSource, options: InsertManyOptions = {}): Promise<number> {
  return tracked(meta, async (backend) => {
    requireWritable(meta);
    const call = `insertMany() of ${meta.model}`;
    const { batchSize = Infinity, onProgress } = checkedOptions(call, options, ["batchSize", "onProgress"]);
    checkBatchSize(meta, "insertMany()", batchSize);
    if (onProgress !== undefined && typeof onProgress !== "function") {
      throw new QueryBuildError(`Invalid onProgress of ${call}: expected a function`);
    }
    const insert = new Insertion(meta, backend, options);
    if (Array.isArray(rows)) {
      requireRows(call, rows);
      const checked = await checkChunk(meta, rows, 0);
      if (checked.length > 0) await backend.transactions.internal(() => insert.add(checked));
      return insert.rows;
    }
    const chunks = chunked(call, rows, Number.isFinite(batchSize) ? Math.min(batchSize, CHUNK) : CHUNK);
    await backend.transactions.internal(async () => {
      for await (const chunk of chunks) await insert.add(await checkChunk(meta, chunk, insert.rows));
    });
    return insert.rows;
  });
}

/** Checks rows; those that are wrong are named by their position among all. */
function checkChunk(meta: ModelMeta, rows: readonly object[], first: number): Promise<RowValues[]> {
  return checkRows(meta, (findings) => rows.map((row, index) => checkRow(meta, row, findings, first + index)));
}

async function* chunked(call: string, rows: RowSource, size: number): AsyncGenerator<object[]> {
  if (typeof rows !== "object" || rows === null || !(Symbol.iterator in rows || Symbol.asyncIterator in rows)) {
    throw new QueryBuildError(`${call} takes a list of rows, or something that gives them one by one`);
  }
  let chunk: object[] = [];
  let index = 0;
  for await (const row of rows) {
    requireRow(call, row, index++);
    if (chunk.push(row) < size) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

interface Group {
  readonly columns: readonly ColumnMeta[];
  /** For each column of the model, whether it is one of them. */
  readonly given: readonly boolean[];
  readonly rows: RowValues[];
}

/** Rows with the same columns can be inserted by one statement. */
function groupByColumns(meta: ModelMeta, rows: readonly RowValues[]): Group[] {
  const groups = new Map<string, Group>();
  let last: Group | null = null;
  for (const row of rows) {
    // Most rows have the columns of the one before.
    if (last === null || !hasColumns(meta, row, last.given)) last = groupOf(meta, row, groups);
    last.rows.push(row);
  }
  return [...groups.values()];
}

function hasColumns(meta: ModelMeta, row: RowValues, given: readonly boolean[]): boolean {
  for (let i = 0; i < meta.columns.length; i++) {
    if ((row[i] !== undefined) !== given[i]) return false;
  }
  return true;
}

function groupOf(meta: ModelMeta, row: RowValues, groups: Map<string, Group>): Group {
  const columns = given(meta, row);
  const key = columnKey(columns);
  let group = groups.get(key);
  if (group === undefined) {
    group = { columns, given: meta.columns.map(({ index }) => row[index] !== undefined), rows: [] };
    groups.set(key, group);
  }
  return group;
}

/** An insert of many rows, while it goes on. */
class Insertion {
  /** Rows that were inserted so far. */
  rows = 0;
  readonly #meta: ModelMeta;
  readonly #backend: StorageBackend;
  readonly #options: InsertManyOptions;

  constructor(meta: ModelMeta, backend: StorageBackend, options: InsertManyOptions) {
    this.#meta = meta;
    this.#backend = backend;
    this.#options = options;
  }

  /** Inserts checked rows. */
  async add(rows: readonly RowValues[]): Promise<void> {
    for (const group of groupByColumns(this.#meta, rows)) await this.#addGroup(group);
  }

  async #addGroup({ columns, rows }: Group): Promise<void> {
    const names = columns.map((column) => column.name);
    const plan = this.#backend.optimizer?.optimizeBulkInsert({
      table: this.#meta.table,
      columns: names,
      count: rows.length,
    });
    const limit = plan?.rowsPerStatement ?? this.#backend.rowsPerInsert({ columns: names });
    const full = columns.length === 0 ? 1 : Math.min(this.#options.batchSize ?? Infinity, limit);
    const send = columns.length === 0 ? null : plan?.send ?? null;
    for (let start = 0; start < rows.length;) {
      const left = rows.length - start;
      // The rest goes in powers of two, so that few different statements have to be prepared.
      const size = left >= full ? full : send === null ? 2 ** Math.floor(Math.log2(left)) : left;
      const part = rows.slice(start, start + size);
      if (send === null) await this.#insert(columns, part);
      else await writing(this.#meta, () => send(this.#encoded(columns, part)));
      start += size;
      this.rows += size;
      await this.#options.onProgress?.({ rows: this.rows });
    }
  }

  async #insert(columns: readonly ColumnMeta[], rows: readonly RowValues[]): Promise<void> {
    const meta = this.#meta;
    const statement = prepared(meta, this.#backend, `insertMany ${rows.length}/${columnKey(columns)}`, () => ({
      kind: "insert",
      table: meta.table,
      columns: columns.map((column) => column.name),
      rows: rows.map((_, row) => columns.map((column, i): ExpressionNode => slot(column, row * columns.length + i))),
      returning: [],
    }));
    const { encode } = meta.plan(this.#backend.types);
    const values = new Array<unknown>(rows.length * columns.length);
    let position = 0;
    for (const row of rows) {
      for (const { index } of columns) values[position++] = encode[index]!(row[index]);
    }
    await writing(meta, () => statement.runEncoded(values));
  }

  #encoded(columns: readonly ColumnMeta[], rows: readonly RowValues[]): unknown[][] {
    const { encode } = this.#meta.plan(this.#backend.types);
    return rows.map((row) => columns.map(({ index }) => encode[index]!(row[index])));
  }
}
