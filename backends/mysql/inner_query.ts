import { type QueryNode, selectFrom, type SelectNode, type TableNode } from "../../core/ast/statement.ts";
import { useOfOwnTable } from "../../core/ast/own_table.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlBuilder } from "./builder.ts";
import { holdsUserText, isCorrelated } from "./queries.ts";

/** More rows than there are: a query with a LIMIT is not worked into the one around it. */
export const ALL_ROWS = Number.MAX_SAFE_INTEGER;

const ALL: SelectNode["columns"] = [{ expression: { kind: "raw", parts: ["*"], nodes: [] } }];

/** The rows of a table, or of a query, which stands one level deeper. */
export function deeper(rows: TableNode | QueryNode): SelectNode {
  return selectFrom(rows.kind === "table" ? rows : { kind: "derivedTable", query: rows, alias: "picked" }, ALL);
}

/** The servers refuse a LIMIT in the query of IN, ANY and ALL, but not one level deeper. */
export function deeperWithLimit(query: QueryNode): QueryNode {
  const isLimited = query.kind === "select" && (query.limit !== null || query.offset !== null);
  return isLimited ? deeper(query) : query;
}

/**
 * The query whose rows are compared by their order with ANY or ALL. MySQL 9 looks for the least or the greatest of them, and
 * crashes when the query depends on rows that are grouped; not one level deeper, where a limit keeps the level from being merged
 * away. SQL text may depend on anything.
 */
export function deeperWhereDependent(query: QueryNode): QueryNode {
  if (!isCorrelated(query) && !holdsUserText(query)) return query;
  return deeper(query.kind === "select" ? { ...query, limit: query.limit ?? ALL_ROWS } : query);
}

/**
 * Writes what holds a subquery. MySQL refuses one that reads the table which the statement changes. One level deeper, where a limit
 * keeps the level from being merged away, it is read once, before anything is changed; but for each row anew, among rows that
 * are changed already, when it uses columns of the row.
 *
 * @throws {UnsupportedFeatureError} for such a one
 */
export function withInner(query: QueryNode, builder: SQLBuilder, write: (query: QueryNode) => void): void {
  const own = mysqlBuilder(builder);
  const { changed, syntax } = own;
  if (changed === null) return write(query);
  const { reads, refers } = useOfOwnTable(query, changed);
  if (!reads) return write(query);
  if (refers) {
    throw new UnsupportedFeatureError(syntax.backend, {
      feature: "a subquery of the changed table that uses columns of the changed row",
      instead: "read the keys or values first, in the same transaction",
    });
  }
  own.changed = null;
  write(deeper(query.kind === "select" ? { ...query, limit: query.limit ?? ALL_ROWS } : query));
  own.changed = changed;
}
