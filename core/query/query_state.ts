import { allOf, anyOf, type ExpressionNode } from "../ast/expression.ts";
import type {
  CommonTableNode,
  JoinNode,
  NamedWindowNode,
  OrderItem,
  SelectItem,
  SelectNode,
} from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import type { LogicalType } from "../types/database_type.ts";
import { shownNumber } from "../types/shown_number.ts";
import { NO_CLAUSES, type QueryClauses, withClauses } from "./query_clauses.ts";
import type { QuerySource, SourceColumn } from "./source.ts";

/** Which of the rows marked as deleted a query sees. */
export type DeletedRows = "hidden" | "included" | "only";

/** A value that a query reads beside the columns of a record. */
export interface ComputedItem {
  /** Name of the property that holds it. */
  readonly name: string;
  /** Where it comes from. */
  readonly expression: ExpressionNode;
  /** How it is read. */
  readonly type: LogicalType | undefined;
}

/** What decides which rows of a source a query sees by itself. */
export interface Scope {
  /** What is read or joined. */
  readonly source: QuerySource;
  /** Which of its rows marked as deleted are seen. */
  readonly deleted: DeletedRows;
  /** Whether its default scope is left out. */
  readonly unscoped: boolean;
}

/** All that a query is, as readonly data. */
export interface QueryState {
  /** The model that gives the query its backend, and its records where it has such. */
  readonly meta: ModelMeta;
  /** What is read, with its columns: the model itself, unless something stands in its place. */
  readonly source: QuerySource;
  /** Queries with a name in front. */
  readonly ctes: readonly CommonTableNode[];
  readonly joins: readonly JoinNode[];
  /** What is joined, by name. */
  readonly joined: ReadonlyMap<string, QuerySource>;
  readonly where: ExpressionNode | null;
  /** Conditions of joined models that belong to the whole query, whatever is added with OR. */
  readonly scopes: readonly Scope[];
  readonly orderBy: readonly OrderItem[];
  readonly limit: number | null;
  readonly offset: number | null;
  readonly distinct: boolean;
  readonly groupBy: readonly ExpressionNode[];
  readonly having: ExpressionNode | null;
  readonly windows: readonly NamedWindowNode[];
  readonly computed: readonly ComputedItem[];
  readonly deleted: DeletedRows;
  /** How the rows are locked, what the planner is told, how the statement runs. */
  readonly clauses: QueryClauses;
  /** Whether every row is meant, so that a write without condition is allowed. */
  readonly unscoped: boolean;
  /** Whether it reads what is committed now, not from the snapshot of its transaction. */
  readonly current?: boolean;
}

const NOTHING: readonly never[] = [];
const NO_JOINS: ReadonlyMap<string, QuerySource> = new Map();

/** The query for all rows of a model, or of what stands in its place. */
export function initialState(meta: ModelMeta, source: QuerySource = meta): QueryState {
  return {
    meta,
    source,
    ctes: NOTHING,
    joins: NOTHING,
    joined: NO_JOINS,
    where: null,
    scopes: NOTHING,
    orderBy: NOTHING,
    limit: null,
    offset: null,
    distinct: false,
    groupBy: NOTHING,
    having: null,
    windows: NOTHING,
    computed: NOTHING,
    deleted: source.deletedAt === undefined ? "included" : "hidden",
    clauses: NO_CLAUSES,
    unscoped: false,
  };
}

/** The condition that hides deleted rows, or all others; null where there is nothing to hide. */
function deletedCondition(source: QuerySource, deleted: DeletedRows): ExpressionNode | null {
  const { deletedAt } = source;
  if (deletedAt === undefined || deleted === "included") return null;
  return { kind: "nullTest", operand: deletedAt.node, negated: deleted === "only" };
}

/** What a model hides by itself: what its default scope leaves out, and deleted rows; null where there is no such. */
export function scopeOf({ source, deleted, unscoped }: Scope): ExpressionNode | null {
  const hidden = deletedCondition(source, deleted);
  return source.defaultScope === null || unscoped ? hidden : allOf([source.defaultScope, hidden]);
}

/** The condition of a query with the default scopes of its model. */
export function scopedWhere(state: QueryState): ExpressionNode | null {
  const { where, scopes, joins } = state;
  const isOuter = joins.some(({ kind }) => kind === "right" || kind === "full");
  const own = isOuter ? outerScope(state) : scopeOf(state);
  if (own === null && scopes.length === 0) return where;
  return allOf([where, own, ...scopes.map(isOuter ? outerScope : scopeOf)]);
}

/** The scope of what a join may leave without a row, in whose place NULLs stand. */
function outerScope(scope: Scope): ExpressionNode | null {
  const { source, deleted, unscoped } = scope;
  const shown = scopeOf(scope);
  // That a row is not deleted is true of NULLs as well.
  if (shown === null || (source.defaultScope === null || unscoped) && deleted === "hidden") return shown;
  const { primaryKey, columns } = source;
  const sure = primaryKey.length > 0 ? primaryKey : columns.filter(({ nullable }) => nullable === false);
  const absent = (sure.length > 0 ? sure.slice(0, 1) : columns).map(({ node }): ExpressionNode => ({
    kind: "nullTest",
    operand: node,
    negated: false,
  }));
  return anyOf([shown, allOf(absent)!]); // every source has a column
}

/** The query as an AST, for the given columns. */
export function selectNode(state: QueryState, columns: readonly SelectItem[]): SelectNode {
  return withClauses({
    kind: "select",
    with: state.ctes,
    distinct: state.distinct,
    columns,
    from: state.source.table,
    joins: state.joins,
    where: scopedWhere(state),
    groupBy: state.groupBy,
    having: state.having,
    windows: state.windows,
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
      `Invalid ${clause} of ${model}: ${shownNumber(value)} (a whole number, 0 or more)`,
    );
  }
  return value;
}

/** Refuses anything but a whole number from 1 on, for what is read in groups. */
export function checkGroupSize(model: string, option: string, size: number): void {
  if (Number.isSafeInteger(size) && size >= 1) return;
  throw new QueryBuildError(`Invalid ${option} of ${model}: ${shownNumber(size)} (a whole number, 1 or more)`);
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
export function keyOrder({ model, primaryKey }: QuerySource, purpose: string): OrderItem[] {
  if (primaryKey.length === 0) {
    throw new QueryBuildError(
      `${purpose} of ${model} needs orderBy(): ${model} has no primary key`,
    );
  }
  return primaryKey.map(ascending);
}

function ascending({ node }: SourceColumn): OrderItem {
  return { expression: node, descending: false };
}

/** Whether two expressions are the same, or the same column. */
export function isSameColumn(a: ExpressionNode, b: ExpressionNode): boolean {
  return a === b || (a.kind === "column" && b.kind === "column" && a.name === b.name && a.table === b.table);
}

/**
 * The order of a query with the primary keys behind it, so that no two rows have the same place: that of what it reads and,
 * since a row comes once for each of its partners, those of what it joins.
 */
export function uniqueOrder({ source, joined, distinct, orderBy }: QueryState, method: string): readonly OrderItem[] {
  // An order is all that a table without key has; whether it is unique is for the user to know.
  if (source.primaryKey.length === 0 && orderBy.length > 0) return orderBy;
  const keys = keyOrder(source, method);
  // Of distinct rows the joined ones are no part.
  if (!distinct) { for (const { primaryKey } of joined.values()) keys.push(...primaryKey.map(ascending)); }
  const missing = keys.filter(({ expression }) => !orderBy.some((item) => isSameColumn(item.expression, expression)));
  return [...orderBy, ...missing];
}
