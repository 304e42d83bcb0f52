import { allOf, type ExpressionNode } from "../../core/ast/expression.ts";
import type { QueryNode, SelectNode } from "../../core/ast/statement.ts";
import { ConnectionError } from "../../core/errors.ts";
import type { StatementPlan } from "../../core/sql/statement_plan.ts";
import type { SQLiteConnection } from "./connection.ts";

/** The lowest and the highest key that a row can have. */
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

/**
 * A query that reads a table from its start to its end, as the same query of the next `size` rows from a key on; null for any
 * other. The key of each row stands behind its columns, and the one to begin with is a slot.
 *
 * A driver that gives rows one by one leaves garbage for each that V8 collects late, and takes twice as long as for a list.
 */
export function windowOf(query: QueryNode, size: number): SelectNode | null {
  if (query.kind !== "select" || query.from?.kind !== "table" || !isPlain(query)) return null;
  const rowid: ExpressionNode = { kind: "column", table: query.from.alias ?? query.from.name, name: "rowid" };
  const fromKey: ExpressionNode = {
    kind: "comparison",
    operator: ">=",
    left: rowid,
    right: { kind: "slot", index: 0 },
  };
  return {
    ...query,
    columns: [...query.columns, { expression: rowid }],
    where: allOf([query.where, fromKey]),
    orderBy: [{ expression: rowid, descending: false }],
    limit: size,
  };
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
export function goesByKey(connection: SQLiteConnection, whole: StatementPlan, window: StatementPlan): boolean {
  return /^SCAN \S+$/.test(onlyStep(connection, whole) ?? "") &&
    /^SEARCH \S+ USING INTEGER PRIMARY KEY \(rowid>\?\)$/.test(onlyStep(connection, window) ?? "");
}

function onlyStep(connection: SQLiteConnection, { sql, params }: StatementPlan): string | null {
  try {
    const { rows } = connection.run(`EXPLAIN QUERY PLAN ${sql}`, params, "rows");
    return rows.length === 1 ? String(rows[0]![3]) : null;
  } catch {
    return null; // a table without such a key; what is wrong with the query itself is said when it runs
  }
}

/** Reads the windows one after the other, all of them as the database was at the first. */
export async function* readWindows(
  connection: SQLiteConnection,
  { sql, params: open, slots }: StatementPlan,
  size: number,
): AsyncGenerator<unknown[][], void, undefined> {
  const params = open.slice();
  connection.exec("BEGIN");
  try {
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
  } finally {
    if (connection.isTransaction) connection.exec("ROLLBACK");
  }
}
