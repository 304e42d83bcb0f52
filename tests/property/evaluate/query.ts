import type { CompoundNode, FromNode, JoinNode, QueryNode, SelectNode } from "../../../core/ast/statement.ts";
import type { ExpressionNode } from "../../../core/ast/expression.ts";
import { evaluate, truthOf } from "./expression.ts";
import { sorted } from "./order.ts";
import type { Relation, Scope, TableRow } from "./scope.ts";
import { keyOf, type Value } from "./value.ts";

type Tables = ReadonlyMap<string, TableRow>;

/** The rows of a query; `outer` is what it can see beside its own tables. */
export function queryRows(query: QueryNode, outer: Scope): Relation {
  if (query.kind === "select") return selectRows(query, outer);
  if (query.kind === "compound") return compoundRows(query, outer);
  return {
    columns: query.columns,
    rows: query.rows.map((row) => row.map((value) => evaluate(value, outer))),
  };
}

function distinct(rows: Relation["rows"]): Relation["rows"] {
  return [...new Map(rows.map((row) => [rowKey(row), row])).values()];
}

/** A text that is the same for equal rows. */
export function rowKey(row: readonly Value[]): string {
  return row.map(keyOf).join("\0");
}

function compoundRows({ operator, all, operands }: CompoundNode, outer: Scope): Relation {
  const [first, ...others] = operands.map((operand) => queryRows(operand, outer));
  const rows = others.reduce((left, right) => {
    if (operator === "union") return [...left, ...right.rows];
    if (all) return counted(left, right.rows, operator === "intersect");
    const keys = new Set(right.rows.map(rowKey));
    return left.filter((row) => keys.has(rowKey(row)) === (operator === "intersect"));
  }, first!.rows);
  return { columns: first!.columns, rows: all ? rows : distinct(rows) };
}

/** The rows that have a partner each in another list, or those that have none. */
function counted(left: Relation["rows"], right: Relation["rows"], paired: boolean): Relation["rows"] {
  const free = new Map<string, number>();
  for (const row of right) free.set(rowKey(row), (free.get(rowKey(row)) ?? 0) + 1);
  return left.filter((row) => {
    const partners = free.get(rowKey(row)) ?? 0;
    free.set(rowKey(row), partners - 1);
    return partners > 0 === paired;
  });
}

function relationOf(from: FromNode, outer: Scope): readonly [string, Relation] {
  if (from.kind === "derivedTable") return [from.alias, queryRows(from.query, outer)];
  return [from.alias ?? from.name, outer.database.get(from.name)!];
}

function tableRows({ columns, rows }: Relation): TableRow[] {
  return rows.map((row) => new Map(columns.map((name, i) => [name, row[i]!])));
}

function emptyRow({ columns }: Relation): TableRow {
  return new Map(columns.map((name) => [name, null]));
}

interface Joined {
  readonly rows: readonly Tables[];
  /** A row of all tables that is NULL throughout. */
  readonly empty: Tables;
}

function join(left: Joined, { kind, table, on }: JoinNode, outer: Scope): Joined {
  const [alias, relation] = relationOf(table, outer);
  const partners = tableRows(relation);
  const empty = emptyRow(relation);
  const met = new Set<TableRow>();
  const rows = left.rows.flatMap((tables): Tables[] => {
    const fitting = partners.filter((partner) => {
      const scope = { ...outer, outer, tables: new Map(tables).set(alias, partner) };
      return on === null || truthOf(on, scope) === true;
    });
    fitting.forEach((partner) => met.add(partner));
    const keepsLeft = kind === "left" || kind === "full";
    return (fitting.length === 0 && keepsLeft ? [empty] : fitting).map((row) => new Map(tables).set(alias, row));
  });
  const alone = kind === "right" || kind === "full" ? partners.filter((partner) => !met.has(partner)) : [];
  return {
    rows: [...rows, ...alone.map((partner) => new Map(left.empty).set(alias, partner))],
    empty: new Map(left.empty).set(alias, empty),
  };
}

function joinedTables({ from, joins = [] }: SelectNode, outer: Scope): readonly Tables[] {
  if (from === null) return [new Map()];
  const [alias, relation] = relationOf(from, outer);
  const start: Joined = {
    rows: tableRows(relation).map((row) => new Map([[alias, row]])),
    empty: new Map([[alias, emptyRow(relation)]]),
  };
  return joins.reduce((left, each) => join(left, each, outer), start).rows;
}

/** The queries with a name in front of a query, as tables. */
function withNamed({ with: tables = [] }: SelectNode, outer: Scope): Scope {
  return tables.reduce((scope, { name, columns, query }) => {
    const { rows } = queryRows(query, scope);
    return { ...scope, database: new Map(scope.database).set(name, { columns, rows }) };
  }, outer);
}

function holdsAggregate(node: unknown): boolean {
  if (typeof node !== "object" || node === null || node instanceof Date) return false;
  const { kind } = node as { kind?: unknown }; // looked at only
  if (kind === "aggregate") return true;
  if (kind === "select" || kind === "compound" || kind === "window") return false;
  return Object.values(node).some(holdsAggregate);
}

function groupRows(node: SelectNode, rows: readonly Scope[], outer: Scope): readonly Scope[] {
  const { groupBy, columns, having, orderBy } = node;
  const isGrouped = groupBy.length > 0 || having !== null || holdsAggregate(columns) || holdsAggregate(orderBy);
  if (!isGrouped) return rows;
  const keyed = (row: Scope) => groupBy.map((key: ExpressionNode) => keyOf(evaluate(key, row))).join("\0");
  const groups = groupBy.length === 0 ? [rows] : [...Map.groupBy(rows, keyed).values()];
  return groups.map((group): Scope => ({ ...(group[0] ?? { ...outer, outer, tables: new Map() }), group }))
    .filter((group) => having === null || truthOf(having, group) === true);
}

function selectRows(node: SelectNode, around: Scope): Relation {
  const outer = withNamed(node, around);
  const read = joinedTables(node, outer).map((tables): Scope => ({ database: outer.database, tables, outer }))
    .filter((scope) => node.where === null || truthOf(node.where, scope) === true);
  const grouped = groupRows(node, read, outer);
  const cache = new Map<object, Value[]>();
  const seen = grouped.map((scope, index): Scope => ({ ...scope, window: { rows: grouped, index, cache } }));
  const rows = sorted(seen, node.orderBy).map((scope) =>
    node.columns.map(({ expression }) => evaluate(expression, scope))
  );
  const offset = node.offset ?? 0;
  return {
    columns: node.columns.map(({ expression, alias }) =>
      alias ?? (expression.kind === "column" ? expression.name : "")
    ),
    rows: (node.distinct ? distinct(rows) : rows).slice(
      offset,
      node.limit === null ? undefined : offset + node.limit,
    ),
  };
}
