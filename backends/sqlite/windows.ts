import { allOf, type ExpressionNode } from "../../core/ast/expression.ts";
import type { QueryNode, SelectNode, TableNode } from "../../core/ast/statement.ts";
import { ConnectionError } from "../../core/errors.ts";
import type { StatementPlan } from "../../core/sql/statement_plan.ts";
import type { SQLiteConnection } from "./connection.ts";

/** The lowest and the highest key that a row can have. */
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/** A query of the next rows of a table. */
export interface WindowQuery {
  /** The query. The key of each row stands behind its columns, and the one to begin with is a slot. */
  readonly query: SelectNode;
  /** The table. */
  readonly table: TableNode;
}

/**
 * A query that reads a table from its start to its end, as the same query of the next `size` rows from a key on; null for any
 * other.
 *
 * A driver that gives rows one by one leaves garbage for each that V8 collects late, and takes twice as long as for a list.
 */
export function windowOf(query: QueryNode, size: number): WindowQuery | null {
  if (query.kind !== "select" || query.from?.kind !== "table" || !isPlain(query)) return null;
  const { from: table } = query;
  const rowid: ExpressionNode = { kind: "column", table: table.alias ?? table.name, name: "rowid" };
  const fromKey: ExpressionNode = {
    kind: "comparison",
    operator: ">=",
    left: rowid,
    right: { kind: "slot", index: 0 },
  };
  const window: SelectNode = {
    ...query,
    columns: [...query.columns, { expression: rowid }],
    where: allOf([query.where, fromKey]),
    orderBy: [{ expression: rowid, descending: false }],
    limit: size,
  };
  return { query: window, table };
}

/** Whether the query gives columns of rows of its table, each row once, in an order that may be the one of the table. */
function isPlain(
  { with: named = [], distinct, columns, joins = [], groupBy, having, windows = [], orderBy, limit, offset }:
    SelectNode,
): boolean {
  return named.length === 0 && !distinct && joins.length === 0 && groupBy.length === 0 && having === null &&
    windows.length === 0 && limit === null && offset === null &&
    columns.every(({ expression }) => expression.kind === "column") &&
    // By more than one column, or downwards, it is another order.
    (orderBy.length === 0 ||
      orderBy.length === 1 && orderBy[0]!.expression.kind === "column" && !orderBy[0]!.descending);
}

/**
 * Whether SQLite would read the rows of both in the same order with the same work: it goes through the whole table by its key,
 * without an index, a sort or another query, and finds where a window begins by that key.
 */
export function goesByKey(
  connection: SQLiteConnection,
  { name, schema, alias }: TableNode,
  whole: StatementPlan,
  window: StatementPlan,
): boolean {
  const table = alias ?? (schema === undefined ? name : `${schema}.${name}`);
  return onlyStep(connection, whole) === `SCAN ${table}` &&
    onlyStep(connection, window) === `SEARCH ${table} USING INTEGER PRIMARY KEY (rowid>?)`;
}

function onlyStep(connection: SQLiteConnection, { sql, params }: StatementPlan): string | null {
  try {
    const { rows } = connection.run(`EXPLAIN QUERY PLAN ${sql}`, params, "rows");
    return rows.length === 1 ? String(rows[0]![3]) : null;
  } catch {
    return null; // a table without such a key; what is wrong with the query itself is said when it runs
  }
}

/** Reads the windows one after the other. Only in a snapshot they are parts of one result. */
export async function* readWindows(
  connection: SQLiteConnection,
  { sql, params: open, slots }: StatementPlan,
  size: number,
): AsyncGenerator<unknown[][], void, undefined> {
  const params = open.slice();
  for (let from = LOWEST;;) {
    params[slots[0]!.position] = from;
    const { rows } = connection.run(sql, params, "rows");
    let last: unknown;
    for (const row of rows) last = row.pop();
    if (rows.length > 0) yield rows;
    if (rows.length < size || last === HIGHEST) return;
    from = BigInt(last as number | bigint) + 1n; // a key is an integer
    if (!connection.isOpen) throw new ConnectionError("Cannot read more rows: the connection was closed");
  }
}
