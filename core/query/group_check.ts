import type { ExpressionNode } from "../ast/expression.ts";
import { isSame } from "../ast/same.ts";
import { QueryBuildError } from "../errors.ts";
import type { QueryState } from "./query_state.ts";

interface Item {
  readonly key: string;
  readonly expression: ExpressionNode;
}

const QUERIES: ReadonlySet<unknown> = new Set(["select", "compound", "values"]);

/** What is directly inside of a node. Queries inside have rules of their own, and nobody can look into SQL text. */
function childrenOf(node: ExpressionNode): readonly ExpressionNode[] {
  const found: ExpressionNode[] = [];
  if (node.kind !== "value" && node.kind !== "slot") collectOf(node, found);
  return found;
}

function collectOf(holder: object, found: ExpressionNode[]): void {
  for (const [key, value] of Object.entries(holder)) {
    // Types have kinds too.
    if (typeof value === "object" && value !== null && key !== "type" && key !== "source") collect(value, found);
  }
}

function collect(value: object, found: ExpressionNode[]): void {
  // Lists, the branches of a case, the terms of an order, the definition of a window.
  if (!("kind" in value)) collectOf(value, found);
  else if (!QUERIES.has(value.kind)) found.push(value as ExpressionNode); // what else has a kind here is an expression
}

/** Whether there is an aggregate in an expression. */
export function holdsAggregate(node: ExpressionNode): boolean {
  if (node.kind === "column") return false;
  if (node.kind === "aggregate") return true;
  if (node.kind === "window") return childrenOf(node.function).some(holdsAggregate);
  return childrenOf(node).some(holdsAggregate);
}

/** The first column in an expression that no group settles. */
function looseColumn(node: ExpressionNode, groups: readonly ExpressionNode[]): ExpressionNode | null {
  if (groups.some((group) => isSame(group, node))) return null;
  if (node.kind === "aggregate" || node.kind === "raw" || node.kind === "subquery" || node.kind === "exists") {
    return null;
  }
  if (node.kind === "column") return node;
  for (const child of childrenOf(node)) {
    const loose = looseColumn(child, groups);
    if (loose !== null) return loose;
  }
  return null;
}

/** The expressions of a group, those of grouping sets included. */
function groupsOf(groupBy: readonly ExpressionNode[]): readonly ExpressionNode[] {
  return groupBy.flatMap((node) => node.kind === "grouping" ? node.sets.flat() : [node]);
}

/**
 * What a query is grouped by. Refuses what some databases refuse and others answer with any row of the group. Where the
 * primary key is among the groups it settles every column of its table, which some servers have to be told.
 *
 * @throws {QueryBuildError} for a column that is neither grouped nor aggregated, and for `having()` without a group
 */
export function checkedGroups(
  { groupBy, having, orderBy, meta, source }: QueryState,
  items: readonly Item[],
): readonly ExpressionNode[] {
  const isAggregated = having !== null && holdsAggregate(having) ||
    [...items, ...orderBy].some(({ expression }) => holdsAggregate(expression));
  if (groupBy.length === 0 && !isAggregated) {
    if (having === null) return groupBy;
    throw new QueryBuildError(
      `having() of ${meta.model} needs groupBy() or an aggregate: conditions on rows go into where()`,
    );
  }
  const groups = [...groupsOf(groupBy)];
  // SQL text may name a column of the result.
  if (groups.some((node) => node.kind === "raw")) return groupBy;
  const { primaryKey, columns } = source;
  const isKeyed = primaryKey.length > 0 && primaryKey.every(({ node }) => groupBy.some((group) => isSame(group, node)));
  const settled: ExpressionNode[] = [];
  const settle = (expression: ExpressionNode, place: () => string) => {
    for (;;) {
      const loose = looseColumn(expression, groups);
      if (loose === null) return;
      if (!isKeyed || !columns.some(({ node }) => isSame(node, loose))) {
        throw new QueryBuildError(
          `${place()} of ${meta.model} is neither grouped nor aggregated: name it in groupBy(), or take an aggregate of it`,
        );
      }
      groups.push(loose);
      settled.push(loose);
    }
  };
  for (const { key, expression } of items) settle(expression, () => `${JSON.stringify(key)} in select`);
  if (having !== null) settle(having, () => "A column in having");
  for (const { expression } of orderBy) settle(expression, () => "A column in orderBy");
  return settled.length === 0 ? groupBy : [...groupBy, ...settled];
}

/**
 * Refuses an order of distinct rows by what they do not have: rows that are put together may differ in it, and some databases refuse
 * it where others take any of its values.
 */
export function refuseUnselected(
  { distinct, orderBy, meta }: QueryState,
  items: readonly Pick<Item, "expression">[],
): void {
  if (!distinct) return;
  const selected = items.map(({ expression }) => expression);
  if (selected.some((node) => node.kind === "raw")) return; // SQL text may be any column
  if (!orderBy.some(({ expression }) => looseColumn(expression, selected) !== null)) return;
  throw new QueryBuildError(
    `A column in orderBy of ${meta.model} is none of the distinct rows: select() it as well, or leave distinct() out`,
  );
}

/** Refuses an aggregate in the order of records, which are rows of their own. */
export function refuseAggregates({ orderBy, meta }: QueryState): void {
  if (!orderBy.some(({ expression }) => holdsAggregate(expression))) return;
  throw new QueryBuildError(
    `An aggregate cannot stand in orderBy of ${meta.model}, whose rows are records: select() and groupBy() first, or withAggregate()`,
  );
}
