import { allOf, anyOf, type ExpressionNode } from "../ast/expression.ts";
import type { OrderItem, SelectItem, SelectNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { NO_CLAUSES, type QueryClauses, withClauses } from "./query_clauses.ts";

/** Which of the rows marked as deleted a query sees. */
export type DeletedRows = "hidden" | "included" | "only";

/** All that a query is, as readonly data. */
export interface QueryState {
  readonly meta: ModelMeta;
  readonly where: ExpressionNode | null;
  readonly orderBy: readonly OrderItem[];
  readonly limit: number | null;
  readonly offset: number | null;
  readonly distinct: boolean;
  readonly groupBy: readonly ExpressionNode[];
  readonly having: ExpressionNode | null;
  readonly deleted: DeletedRows;
  /** How the rows are locked, what the planner is told, how the statement runs. */
  readonly clauses: QueryClauses;
  /** Whether every row is meant, so that a write without condition is allowed. */
  readonly unscoped: boolean;
  /** Whether it reads what is committed now, not from the snapshot of its transaction. */
  readonly current?: boolean;
}

/** The query for all rows of a model. */
export function initialState(meta: ModelMeta): QueryState {
  return {
    meta,
    where: null,
    orderBy: [],
    limit: null,
    offset: null,
    distinct: false,
    groupBy: [],
    having: null,
    deleted: meta.deletedAt === undefined ? "included" : "hidden",
    clauses: NO_CLAUSES,
    unscoped: false,
  };
}

/** The condition of a query with the default scopes of its model. */
export function scopedWhere({ meta, where: own, deleted, unscoped }: QueryState): ExpressionNode | null {
  const { deletedAt, host } = meta;
  const where = host.defaultScope === null || unscoped ? own : allOf([own, host.defaultScope()]);
  if (deletedAt === undefined || deleted === "included") return where;
  return allOf([where, {
    kind: "nullTest",
    operand: deletedAt.node,
    negated: deleted === "only",
  }]);
}

/** The query as an AST, for the given columns. */
export function selectNode(state: QueryState, columns: readonly SelectItem[]): SelectNode {
  return withClauses({
    kind: "select",
    distinct: state.distinct,
    columns,
    from: state.meta.table,
    where: scopedWhere(state),
    groupBy: state.groupBy,
    having: state.having,
    orderBy: state.orderBy,
    limit: state.limit,
    offset: state.offset,
    current: state.current,
  }, state.clauses);
}

/** A condition that is added with OR: what was there before, or this. */
export function orElse(before: ExpressionNode | null, condition: ExpressionNode | null): ExpressionNode | null {
  if (before === null || condition === null) return before ?? condition;
  return anyOf([before, condition]);
}

/** Refuses anything but a whole number from 0 on, whatever the types were told. */
export function checkCount(model: string, clause: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new QueryBuildError(
      `Invalid ${clause} of ${model}: ${value} (a whole number, 0 or more)`,
    );
  }
  return value;
}

/** The order with every term turned round. */
export function reversed(order: readonly OrderItem[]): OrderItem[] {
  return order.map(({ expression, descending, nulls }) => ({
    expression,
    descending: !descending,
    nulls: nulls === undefined ? undefined : nulls === "first" ? "last" : "first",
  }));
}

/** The order by primary key, in which `first()`, `last()` and batches go when nothing else is said. */
export function keyOrder(meta: ModelMeta, purpose: string): OrderItem[] {
  if (meta.primaryKey.length === 0) {
    throw new QueryBuildError(
      `${purpose} of ${meta.model} needs orderBy(): the model has no primary key`,
    );
  }
  return meta.primaryKey.map((column) => ({
    expression: column.node,
    descending: false,
  }));
}

/** Whether two expressions are the same, or the same column. */
export function isSameColumn(a: ExpressionNode, b: ExpressionNode): boolean {
  return a === b || (a.kind === "column" && b.kind === "column" && a.name === b.name && a.table === b.table);
}

/** The order of a query with the primary key behind it, so that no two rows have the same place. */
export function uniqueOrder({ meta, orderBy }: QueryState, method: string): readonly OrderItem[] {
  // An order is all that a table without key has; whether it is unique is for the user to know.
  if (meta.primaryKey.length === 0 && orderBy.length > 0) return orderBy;
  const missing = keyOrder(meta, method).filter(({ expression }) =>
    !orderBy.some((item) => isSameColumn(item.expression, expression))
  );
  return [...orderBy, ...missing];
}
