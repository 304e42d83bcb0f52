import type { ExpressionNode } from "../ast/expression.ts";
import type { Assignment } from "../ast/statement.ts";
import { QueryBuildError, ValidationError, type ValidationIssue } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { checkValue } from "../meta/validate.ts";
import { execute } from "./execute.ts";
import { Expression } from "./expression.ts";
import { hintedTable } from "./query_clauses.ts";
import { type QueryState, scopedWhere, selectNode } from "./query_state.ts";

/** New values by field: a value, or an expression such as `User.c.age.plus(1)`. */
export type UpdateValues<C> = {
  readonly [K in keyof C]?: C[K] | Expression<C[K]> | undefined;
};

/** Guards a write that has no condition. */
export interface DeleteOptions {
  /** Says that really all rows are meant. @default {false} */
  readonly all?: boolean;
}

/** Refuses a model that must not be written. */
export function requireWritable({ model, options }: ModelMeta): void {
  if (options.readOnly === true) {
    throw new QueryBuildError(`${model} is read-only`);
  }
}

function requireCondition({ meta, where, unscoped, limit }: QueryState, method: string, options: DeleteOptions): void {
  if (where !== null || unscoped || limit !== null || options.all === true) return;
  throw new QueryBuildError(
    `${method} of ${meta.model} has no condition and would reach every row: add where(), or say { all: true }`,
  );
}

/** The condition of a write. What UPDATE and DELETE cannot say themselves becomes a query for the keys. */
function targetCondition(state: QueryState, method: string): ExpressionNode | null {
  if (state.limit === null && state.offset === null) return scopedWhere(state);
  const key = state.meta.singleKey(`${method} with limit() or offset()`);
  return {
    kind: "in",
    operand: key.node,
    items: selectNode(state, [{ expression: key.node }]),
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
function automatic(meta: ModelMeta, set: readonly Assignment[]): Assignment[] {
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
export async function updateRows(state: QueryState, values: object, options: DeleteOptions): Promise<number> {
  const { meta } = state;
  requireWritable(meta);
  requireCondition(state, "updateAll()", options);
  const set = await assignments(meta, values);
  if (set.length === 0) return 0;
  return await write(state, [...set, ...automatic(meta, set)], "updateAll()");
}

async function write(state: QueryState, set: readonly Assignment[], method: string): Promise<number> {
  const result = await execute(state.meta, {
    kind: "update",
    table: hintedTable(state.meta.table, state.clauses),
    set,
    where: targetCondition(state, method),
    returning: [],
  }, state.clauses.options);
  return result.affectedRows;
}

/** Removes all rows of a query; with a mark for deleted rows only `unscoped()` really removes them. */
export async function deleteRows(state: QueryState, options: DeleteOptions): Promise<number> {
  const { meta } = state;
  requireWritable(meta);
  requireCondition(state, "deleteAll()", options);
  const { deletedAt } = meta;
  if (deletedAt !== undefined && !state.unscoped) {
    return await write(state, [{
      column: deletedAt.name,
      value: valueNode(deletedAt, new Date()),
    }], "deleteAll()");
  }
  const result = await execute(meta, {
    kind: "delete",
    table: hintedTable(meta.table, state.clauses),
    where: targetCondition(state, "deleteAll()"),
    returning: [],
  }, state.clauses.options);
  return result.affectedRows;
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
    "restore()",
  );
}
