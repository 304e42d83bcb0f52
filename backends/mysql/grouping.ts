import type { ColumnNode, ExpressionNode, OrderItem } from "../../core/ast/expression.ts";
import { typeOf } from "../../core/ast/kind.ts";
import { selectFrom, type SelectItem, type SelectNode } from "../../core/ast/statement.ts";
import { QueryBuildError } from "../../core/errors.ts";

// The servers check a GROUP BY when a statement is prepared, without the values of its parameters: two expressions with
// parameters are never the same for them. So an expression is grouped by its place in the selection, and where it stands once
// more it is taken from any row of the group, for all of which it is the same.

const QUERIES: ReadonlySet<unknown> = new Set(["select", "compound", "values"]);

function isNode(value: unknown): value is ExpressionNode {
  return typeof value === "object" && value !== null && "kind" in value;
}

/** Whether two expressions are the same. */
export function equals(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => equals(left[key as keyof typeof left], right[key as keyof typeof right]));
}

/** Copies what holds expressions, with some of them replaced by what `replace` gives. */
export function replaced<T>(value: T, replace: (node: ExpressionNode) => ExpressionNode | null): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, replace)) as T; // of the same length and types
  if (isNode(value)) {
    const other = replace(value);
    if (other !== null) return other as T; // an expression for an expression
    // What an aggregate aggregates are rows, not groups; a query has groups of its own; a value holds no expressions.
    const { kind } = value;
    if (kind === "aggregate" || kind === "value" || kind === "slot" || QUERIES.has(kind)) return value;
    if (kind === "window" && value.function.kind === "aggregate") {
      return copied({ ...value, function: copied(value.function, replace) }, replace, "function") as T; // a window again
    }
  }
  return copied(value, replace);
}

function copied<T extends object>(
  value: T,
  replace: (node: ExpressionNode) => ExpressionNode | null,
  except?: string,
): T {
  const isType = (key: string) => key === "type" || key === "source" || key === except;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isType(key) ? item : replaced(item, replace)]),
  ) as T; // the same keys with values of the same types
}

/** The place of an expression in the selection. */
function place(index: number): ExpressionNode {
  return { kind: "raw", parts: [String(index + 1)], nodes: [], isFragment: true };
}

/** The terms of a grouping: those of a rollup as well. */
function termsOf(groupBy: readonly ExpressionNode[]): readonly ExpressionNode[] {
  return groupBy.flatMap((term) => term.kind === "grouping" ? term.sets.flat() : [term]);
}

/** Whether an expression cannot be a group; what writes it refuses it. */
function holdsAggregate(term: ExpressionNode): boolean {
  let isFound = false;
  replaced(term, (node) => {
    isFound ||= node.kind === "aggregate" || node.kind === "window";
    return null;
  });
  return isFound;
}

/** A query with groups as the servers can check it. */
export function groupedSelect(node: SelectNode): SelectNode {
  const hasSets = node.groupBy.some(({ kind }) => kind === "grouping");
  const computed = termsOf(node.groupBy).filter((term) => term.kind !== "column" && !holdsAggregate(term));
  if (computed.length === 0) return node;
  const placeOf = (term: ExpressionNode) => node.columns.findIndex(({ expression }) => equals(expression, term));
  const isComputed = (expression: ExpressionNode) => computed.find((term) => equals(term, expression));
  // With subtotals a row stands for several groups.
  const ofGroup = (expression: ExpressionNode): ExpressionNode | null => {
    const term = hasSets ? undefined : isComputed(expression);
    if (term === undefined) return null;
    const type = "type" in term && typeof term.type === "object" ? term.type : undefined;
    return { kind: "aggregate", name: "min", operand: term, distinct: false, type };
  };
  const placed = (term: ExpressionNode): ExpressionNode | null => {
    const found = isComputed(term) === undefined ? -1 : placeOf(term);
    return found < 0 ? null : place(found);
  };
  return {
    ...node,
    columns: node.columns.map((item, i): SelectItem => {
      const isPlace = isComputed(item.expression) !== undefined && placeOf(item.expression) === i;
      return isPlace ? item : replaced(item, ofGroup);
    }),
    groupBy: replaced(node.groupBy, placed),
    having: replaced(node.having, ofGroup),
    orderBy: node.orderBy.map((item): OrderItem => {
      const found = item.nulls === undefined ? placed(item.expression) : null;
      return found === null ? replaced(item, ofGroup) : { ...item, expression: found };
    }),
    ...node.windows === undefined ? {} : { windows: replaced(node.windows, ofGroup) },
  };
}

/** HAVING where some of the keys are taken from any row of the group, for all of which they are the same. */
export function havingFromRows({ having, groupBy }: SelectNode, isTaken: (key: ColumnNode) => boolean) {
  if (having === null || groupBy.some(({ kind }) => kind === "grouping")) return having;
  const isKey = ({ name, table }: ColumnNode) =>
    groupBy.some((key) => key.kind === "column" && key.name === name && key.table === table);
  return replaced(having, (node) => {
    if (node.kind !== "column" || !isKey(node) || !isTaken(node)) return null;
    return { kind: "aggregate", name: "min", operand: node, distinct: false, type: node.type };
  });
}

/** A query of distinct rows, ordered by the places of what it selects: an expression with parameters is never the same. */
export function distinctSelect(node: SelectNode): SelectNode {
  return {
    ...node,
    orderBy: node.orderBy.map((item): OrderItem => {
      const isComputed = item.expression.kind !== "column" && item.nulls === undefined;
      const found = isComputed ? node.columns.findIndex(({ expression }) => equals(expression, item.expression)) : -1;
      return found < 0 ? item : { ...item, expression: place(found) };
    }),
  };
}

/** A query whose order stands outside of its groups, by the columns that it selects. */
export function orderedOutside(node: SelectNode, grouped: SelectNode): SelectNode {
  const names = node.columns.map(({ alias, expression }) =>
    alias ?? (expression.kind === "column" ? expression.name : "")
  );
  const column = (index: number): ExpressionNode => ({
    kind: "column",
    name: names[index]!, // there is a name for each
    type: typeOf(node.columns[index]!.expression),
  });
  const orderBy = node.orderBy.map((item): OrderItem => {
    const found = node.columns.findIndex(({ expression }) => equals(expression, item.expression));
    if (found < 0) {
      throw new QueryBuildError("A query with rollup() can only be ordered by what it selects on this server");
    }
    return { ...item, expression: column(found) };
  });
  return {
    ...selectFrom({ kind: "table", name: "rolled" }, names.map((_, i) => ({ expression: column(i) }))),
    from: {
      kind: "derivedTable",
      alias: "rolled",
      query: { ...grouped, with: undefined, orderBy: [], limit: null, offset: null },
    },
    with: node.with,
    orderBy,
    limit: node.limit,
    offset: node.offset,
  };
}
