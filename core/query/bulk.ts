import type { ExpressionNode } from "../ast/expression.ts";
import type { Assignment, DeleteNode, UpdateNode } from "../ast/statement.ts";
import { QueryBuildError, ValidationError, type ValidationIssue } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkValue } from "../meta/validate.ts";
import { shownNumber } from "../types/shown_number.ts";
import { decodeValue, tracked } from "./execute.ts";
import { Expression, isSubquery, oneColumn, type Subquery } from "./expression.ts";
import { requireValues } from "./given_values.ts";
import { checkedOptions } from "./options.ts";
import { hintedTable } from "./query_clauses.ts";
import { type QueryState, scopedWhere, selectNode } from "./query_state.ts";
import type { WriteAndRead } from "./write_and_read.ts";

/** New values by field: a value, an expression such as `User.c.age.plus(1)`, or a query that gives one value. */
export type UpdateValues<C> = {
  readonly [K in keyof C]?: C[K] | Expression<C[K]> | Subquery | undefined;
};

/** Guards a write that has no condition. */
export interface DeleteOptions {
  /** Says that really all rows are meant. @default {false} */
  readonly all?: boolean;
}

/** Options of a write that gives back what it has written. */
export interface ReturningOptions<F extends string> extends DeleteOptions {
  /** Fields of the written rows that are given back, as they are after the write; of removed rows as they were. */
  readonly returning: readonly F[];
}

/** Refuses a batch size that no statement can have. */
export function checkBatchSize({ model }: ModelMeta, method: string, batchSize: number): void {
  if (typeof batchSize === "number" && batchSize >= 1) return;
  throw new QueryBuildError(`Invalid batchSize of ${method} of ${model}: ${shownNumber(batchSize)} (1 or more)`);
}

/** Refuses a model that must not be written. */
export function requireWritable({ model, options }: ModelMeta): void {
  if (options.readOnly === true) {
    throw new QueryBuildError(`${model} is read-only`);
  }
}

function requireCondition(
  { meta, source, where, unscoped, limit, joins }: QueryState,
  method: string,
  options: DeleteOptions,
): void {
  if (where !== null || joins.length > 0 || source !== meta || unscoped || limit !== null || options.all === true) {
    return;
  }
  throw new QueryBuildError(
    `${method} of ${meta.model} has no condition and would reach every row: add where(), or say { all: true }`,
  );
}

/** The condition of a write. What UPDATE and DELETE cannot say themselves becomes a query for the keys. */
function targetCondition(state: QueryState, method: string): ExpressionNode | null {
  const isPlain = state.joins.length === 0 && state.ctes.length === 0 && state.source === state.meta;
  if (isPlain && state.limit === null && state.offset === null) return scopedWhere(state);
  const key = state.meta.singleKey(`${method} with limit(), offset() or joins`);
  return {
    kind: "in",
    operand: key.node,
    items: selectNode(state, [{ expression: state.source.column(key.field, method).node }]),
    negated: false,
  };
}

function valueNode(column: ColumnMeta, value: unknown): ExpressionNode {
  return { kind: "value", value, type: column.type, label: column.label };
}

/** Checks the values of an update as a save would, and gives the assignments. */
async function assignments(meta: ModelMeta, values: object): Promise<Assignment[]> {
  const issues: ValidationIssue[] = [];
  const set: Assignment[] = [];
  for (const [field, value] of Object.entries(values)) {
    const column = meta.column(field, "updateAll");
    if (value === undefined) continue;
    if (column.isGenerated) {
      throw new QueryBuildError(
        `${column.label} is computed by the database and cannot be set`,
      );
    }
    if (value instanceof Expression) {
      set.push({ column: column.name, value: value.node });
      continue;
    }
    if (column.type.kind !== "json" && isSubquery(value)) {
      set.push({
        column: column.name,
        value: { kind: "subquery", query: oneColumn(value, `"${field}" in updateAll of ${meta.model}`) },
      });
      continue;
    }
    const checked = await checkValue(column, value);
    if ("issues" in checked) issues.push(...checked.issues);
    else {set.push({
        column: column.name,
        value: valueNode(column, checked.value ?? null),
      });}
  }
  if (issues.length > 0) throw new ValidationError(meta.model, issues);
  return set;
}

/** What changes with every update: the time of the change and the version. */
export function automatic(meta: ModelMeta, set: readonly Assignment[]): Assignment[] {
  const moment = new Date();
  const open = meta.columns.filter((column) => !set.some((assignment) => assignment.column === column.name));
  return open.flatMap((column): Assignment[] => {
    if (column.role === "version") {
      return [{
        column: column.name,
        value: {
          kind: "arithmetic",
          operator: "+",
          left: column.node,
          right: valueNode(column, 1),
        },
      }];
    }
    return column.onUpdate === undefined
      ? []
      : [{ column: column.name, value: valueNode(column, column.onUpdate(moment)) }];
  });
}

/** Changes all rows of a query. */
export async function updateRows(
  state: QueryState,
  values: object,
  options: DeleteOptions & Partial<ReturningOptions<string>>,
): Promise<unknown> {
  const { meta } = state;
  requireWritable(meta);
  checkedOptions(`updateAll() of ${meta.model}`, options, ["all", "returning"]);
  requireCondition(state, "updateAll()", options);
  requireValues(values, { call: "updateAll()", of: meta.model, list: "updateMany()" });
  const set = await assignments(meta, values);
  const returned = returnedColumns(meta, options, "updateAll()");
  if (set.length === 0) return returned === null ? 0 : [];
  return await write(state, [...set, ...automatic(meta, set)], { method: "updateAll()", returned });
}

/** The columns that a write gives back; null when only the number of its rows is asked for. */
function returnedColumns(
  meta: ModelMeta,
  { returning }: Partial<ReturningOptions<string>>,
  method: string,
): readonly ColumnMeta[] | null {
  if (returning === undefined) return null;
  if (!Array.isArray(returning) || returning.length === 0) {
    throw new QueryBuildError(`Invalid returning in ${method} of ${meta.model}: expected a list of fields`);
  }
  return returning.map((field) => meta.column(field, "returning"));
}

/** Runs a write, and gives the number of its rows or, where columns are asked for, the rows. */
async function sent(
  { meta, clauses }: QueryState,
  returned: readonly ColumnMeta[] | null,
  statement: UpdateNode | DeleteNode,
): Promise<unknown> {
  return await tracked(meta, async (backend) => {
    if (returned === null) return (await backend.run(statement, clauses.options)).affectedRows;
    return (await writtenRows(statement, { meta, backend, returned, options: clauses.options })).map((row) =>
      Object.fromEntries(returned.map(({ field, type, empty }, i) => [
        field,
        row[i] === null ? empty : decodeValue(meta, type, row[i]),
      ]))
    );
  });
}

async function writtenRows(statement: UpdateNode | DeleteNode, parts: WriteAndRead): Promise<readonly unknown[][]> {
  const { backend, returned, options } = parts;
  await backend.ready(); // only a connected backend knows its version
  if (backend.supports(`returning.${statement.kind}`)) {
    return (await backend.run({ ...statement, returning: returned.map(({ name }) => name) }, options)).rows;
  }
  const { writeAndRead } = await import("./write_and_read.ts");
  return await writeAndRead(statement, parts);
}

async function write(
  state: QueryState,
  set: readonly Assignment[],
  { method, returned = null }: { readonly method: string; readonly returned?: readonly ColumnMeta[] | null },
): Promise<unknown> {
  return await sent(state, returned, {
    kind: "update",
    table: hintedTable(state.meta.table, state.clauses),
    set,
    where: targetCondition(state, method),
    returning: [],
  });
}

/** Removes all rows of a query; with a mark for deleted rows only `unscoped()` really removes them. */
export async function deleteRows(
  state: QueryState,
  options: DeleteOptions & Partial<ReturningOptions<string>>,
): Promise<unknown> {
  const { meta } = state;
  requireWritable(meta);
  checkedOptions(`deleteAll() of ${meta.model}`, options, ["all", "returning"]);
  requireCondition(state, "deleteAll()", options);
  const { deletedAt } = meta;
  const returned = returnedColumns(meta, options, "deleteAll()");
  if (deletedAt !== undefined && !state.unscoped) {
    return await write(state, [{
      column: deletedAt.name,
      value: valueNode(deletedAt, new Date()),
    }], { method: "deleteAll()", returned });
  }
  return await sent(state, returned, {
    kind: "delete",
    table: hintedTable(meta.table, state.clauses),
    where: targetCondition(state, "deleteAll()"),
    returning: [],
  });
}

/** Brings back all rows of a query that are marked as deleted. */
export async function restoreRows(state: QueryState): Promise<number> {
  const { meta } = state;
  const { deletedAt } = meta;
  if (deletedAt === undefined) {
    throw new QueryBuildError(
      `${meta.model} has no softDelete(): there is nothing to restore`,
    );
  }
  return await write(
    { ...state, deleted: "only" },
    [{ column: deletedAt.name, value: valueNode(deletedAt, null) }],
    { method: "restore()" },
  ) as number; // without columns to give back it is the number of rows
}
