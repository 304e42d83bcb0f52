import type { AggregateName, AggregateNode, ColumnNode, ExpressionNode, OrderItem } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import {
  type FromNode,
  type QueryNode,
  type SelectItem,
  type SelectNode,
  sourceNames,
} from "../../core/ast/statement.ts";
import { equals } from "./grouping.ts";
import { ALL_ROWS } from "./inner_query.ts";
import { holdsCorrelated, holdsKind, holdsQuery, isCorrelated, isQuery, isUserText, TYPES } from "./queries.ts";

// Beside groups MariaDB is wrong about queries: in the selection it finds no aggregate among the rows of another query and takes
// columns of a query that it reads for columns that are not grouped; nowhere does it take a tuple with such a query inside. And
// MySQL 9 crashes where such a query depends on a key. So the groups are made by a query of their own, and what holds queries
// reads their keys and aggregates from it like columns.

/** What the query around calls the groups. */
const ALIAS = "grouped";

/** What the groups call the rows they are made of. */
const ROWS = "rows";

/** Thrown and caught here alone: the query is left as it is. */
class NotApart extends Error {}

interface Apart {
  /** Names of the tables that are grouped. */
  readonly tables: ReadonlySet<string>;
  readonly keys: readonly ExpressionNode[];
  /** The aggregates that have been found. */
  readonly aggregates: AggregateNode[];
  /** Those of them that stand in several places. */
  readonly repeated: Set<AggregateNode>;
}

/** Where an expression stands: which names mean tables of a query inside, whether there is such a query, or an aggregate of it. */
interface Inside {
  readonly hidden: ReadonlySet<string>;
  readonly isQuery: boolean;
  readonly isAggregate: boolean;
}

const OUTSIDE: Inside = { hidden: new Set(), isQuery: false, isAggregate: false };

function isNode(value: object): value is ExpressionNode | QueryNode {
  return "kind" in value;
}

function isSameColumn(key: ExpressionNode, { name, table }: ColumnNode): boolean {
  return key.kind === "column" && key.name === name && key.table === table;
}

function column(name: string, of: ExpressionNode, table = ALIAS): ColumnNode {
  const type = "type" in of && typeof of.type === "object" ? of.type : undefined;
  return {
    kind: "column",
    name,
    table,
    type: type ?? (kindOf(of) === "boolean" ? { kind: "boolean" } : undefined),
  };
}

function keyOf(node: ExpressionNode, { keys }: Apart): ColumnNode | null {
  const at = keys.findIndex((key) => node.kind === "column" ? isSameColumn(key, node) : equals(key, node));
  return at < 0 ? null : column(`k${at}`, node);
}

function aggregateOf(node: AggregateNode, { aggregates, repeated }: Apart): ColumnNode {
  const known = aggregates.findIndex((other) => equals(other, node));
  if (known >= 0) repeated.add(aggregates[known]!); // it has been found there
  return column(`a${known < 0 ? aggregates.push(node) - 1 : known}`, node);
}

function columnApart(node: ColumnNode, apart: Apart, { hidden, isQuery, isAggregate }: Inside): ColumnNode {
  if (isQuery && (node.table === undefined || hidden.has(node.table))) return node;
  const key = keyOf(node, apart);
  if (key !== null && !isAggregate) return key;
  if (node.table !== undefined && !apart.tables.has(node.table)) return node;
  throw new NotApart(); // of one row of the group, or in an aggregate that may be of this query
}

function nodeApart(node: ExpressionNode | QueryNode, apart: Apart, inside: Inside): unknown {
  if (isQuery(node)) {
    const names = node.kind === "select" ? sourceNames(node) : [];
    return partsApart(node, apart, { ...inside, hidden: new Set([...inside.hidden, ...names]), isQuery: true });
  }
  if (node.kind === "value" || node.kind === "slot") return node;
  if (node.kind === "column") return columnApart(node, apart, inside);
  if (isUserText(node)) throw new NotApart();
  const key = inside.isQuery ? null : keyOf(node, apart);
  if (key !== null) return key;
  if (node.kind === "aggregate") {
    return inside.isQuery ? partsApart(node, apart, { ...inside, isAggregate: true }) : aggregateOf(node, apart);
  }
  if (node.kind === "window" && node.function.kind === "aggregate") {
    const called = partsApart(node.function, apart, inside);
    return { ...node, function: called, over: withApart(node.over, apart, inside) };
  }
  return partsApart(node, apart, inside);
}

function partsApart<T extends object>(value: T, apart: Apart, inside: Inside): T {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, TYPES.has(key) ? part : withApart(part, apart, inside)]),
  ) as T; // the same keys with parts of the same kinds
}

/** Copies what holds expressions, with keys and aggregates as columns of the groups. */
function withApart<T>(value: T, apart: Apart, inside: Inside = OUTSIDE): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withApart(item, apart, inside)) as T; // of the same kinds
  return (isNode(value) ? nodeApart(value, apart, inside) : partsApart(value, apart, inside)) as T; // what stands there
}

function namedItems(prefix: string, expressions: readonly ExpressionNode[]): readonly SelectItem[] {
  return expressions.map((expression, i) => ({ expression, alias: `${prefix}${i}` }));
}

/** Aggregates whose values are what they are, whatever they are read from. */
const PLAIN: ReadonlySet<string> = new Set(
  ["count", "sum", "avg", "min", "max", "groupConcat"] satisfies AggregateName[],
);

/** The groups of rows whose keys and values are known: MariaDB sorts rows by a query in a key, but groups them by others. */
function ofKnownRows(
  inner: SelectNode,
  keys: readonly ExpressionNode[],
  aggregates: readonly AggregateNode[],
): SelectNode {
  const values: ExpressionNode[] = [];
  const known = (of: ExpressionNode) => column(`v${values.push(of) - 1}`, of, ROWS);
  const totals = aggregates.map((aggregate): AggregateNode => ({
    ...aggregate,
    operand: aggregate.operand === null ? null : known(aggregate.operand),
    ...aggregate.filter === undefined ? {} : { filter: known(aggregate.filter) },
    ...aggregate.orderBy === undefined
      ? {}
      : { orderBy: aggregate.orderBy.map((item) => ({ ...item, expression: known(item.expression) })) },
  }));
  const groupBy = keys.map((key, i) => column(`k${i}`, key, ROWS));
  const rows: SelectNode = {
    ...inner,
    columns: [...namedItems("k", keys), ...namedItems("v", values)],
    groupBy: [],
    limit: ALL_ROWS,
  };
  return {
    ...inner,
    columns: [...namedItems("k", groupBy), ...namedItems("a", totals)],
    from: { kind: "derivedTable", alias: ROWS, query: rows },
    joins: undefined,
    where: null,
    groupBy,
    hints: undefined,
  };
}

/**
 * Whether an aggregate aggregates what a query aggregates on its part, with yet another query inside that depends on it: MariaDB
 * takes the columns of the one in the middle for columns beside its aggregates.
 */
function mixesGroups(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  const { kind, groupBy, columns, joins, where, having, orderBy } = node as Partial<SelectNode>; // looked at only
  const isMixed = kind === "select" && groupBy?.length === 0 && holdsKind("aggregate", [columns, having, orderBy]) &&
    (holdsCorrelated([columns, joins, where, having, orderBy]) || holdsKind("jsonContains", where));
  return isMixed || Object.entries(node).some(([key, part]) => !TYPES.has(key) && mixesGroups(part));
}

/**
 * Whether a query with a query inside depends on the rows: MySQL 9 crashes where several aggregates have such, one without rows, or
 * where the same stands in several places.
 */
function holdsDeep(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if (isNode(node)) {
    if (isQuery(node)) return isCorrelated(node) && holdsQuery(Object.values(node));
    if (node.kind === "column" || node.kind === "value") return false;
  }
  return Object.values(node).some(holdsDeep);
}

/** Where groups are made apart. */
export interface GroupsApartOptions {
  /** Only where a query beside them depends on them. */
  readonly dependent: boolean;
}

function aroundGroups(node: SelectNode, from: FromNode, { dependent }: GroupsApartOptions): SelectNode {
  const { columns, having, orderBy, windows, groupBy } = node;
  const apart: Apart = { tables: new Set(sourceNames(node)), keys: groupBy, aggregates: [], repeated: new Set() };
  const outer = {
    columns: columns.map(({ expression, alias }): SelectItem => ({
      expression: withApart(expression, apart),
      alias: alias ?? (expression.kind === "column" ? expression.name : undefined),
    })),
    where: withApart(having, apart),
    orderBy: orderBy.map((item): OrderItem => ({ ...item, expression: withApart(item.expression, apart) })),
    windows: withApart(windows, apart),
  };
  const inner: SelectNode = {
    ...node,
    with: undefined,
    distinct: false,
    columns: [...namedItems("k", groupBy), ...namedItems("a", apart.aggregates)],
    from,
    having: null,
    windows: undefined,
    orderBy: [],
    limit: null,
    offset: null,
  };
  const parts = [outer.columns, outer.where, outer.orderBy, outer.windows];
  const areRowsNeeded =
    (dependent
      ? apart.aggregates.filter(holdsDeep).length > 1
      : groupBy.some(holdsCorrelated) || apart.aggregates.some(mixesGroups)) &&
    apart.aggregates.every(({ name }) => PLAIN.has(name));
  const isNeeded = areRowsNeeded ||
    (dependent ? holdsCorrelated(parts) || [...apart.repeated].some(holdsDeep) : holdsQuery(parts));
  if (!isNeeded || inner.columns.length === 0 || isCorrelated(inner)) return node;
  return {
    ...outer,
    kind: "select",
    with: node.with,
    distinct: node.distinct,
    from: {
      kind: "derivedTable",
      alias: ALIAS,
      query: areRowsNeeded ? ofKnownRows(inner, groupBy, apart.aggregates) : inner,
    },
    groupBy: [],
    having: null,
    limit: node.limit,
    offset: node.offset,
  };
}

/**
 * A query with groups that is followed by queries, as one that reads its groups; the same query where that is not needed, and
 * where it cannot be: a query that depends on one around it, subtotals, SQL text.
 */
export function groupsApart(node: SelectNode, options: GroupsApartOptions): SelectNode {
  const { from, groupBy, having, lock, current, columns, orderBy, windows } = node;
  const isLeft = from === null || lock !== undefined || current === true ||
    groupBy.some(({ kind }) => kind === "grouping") ||
    orderBy.some(({ expression }) => expression.kind === "jsonPath"); // whose order is that of its types
  if (isLeft || !holdsQuery([columns, having, orderBy, windows])) return node;
  try {
    return aroundGroups(node, from, options);
  } catch (error) {
    if (error instanceof NotApart) return node;
    throw error;
  }
}
