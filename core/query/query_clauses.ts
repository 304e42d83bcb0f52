import type { IndexHint, LockClause, PlannerHints } from "../ast/clauses.ts";
import type { SelectNode, TableNode } from "../ast/statement.ts";
import type { RunOptions } from "../backend/storage_backend.ts";

/** What can be said of a query beside the rows that it gives. */
export interface QueryClauses {
  /** How its rows are locked. */
  readonly lock?: LockClause | undefined;
  /** The indexes to be used for its table. */
  readonly indexHint?: IndexHint | undefined;
  /** What the planner is told. */
  readonly hints?: PlannerHints | undefined;
  /** How its statement runs. */
  readonly options?: RunOptions | undefined;
}

/** The clauses of a query of which nothing was said. */
export const NO_CLAUSES: QueryClauses = {};

/** A table with the hint of its query. */
export function hintedTable(table: TableNode, { indexHint }: QueryClauses): TableNode {
  return indexHint === undefined ? table : { ...table, indexHint };
}

/** A query with its lock and hints. */
export function withClauses(node: SelectNode, clauses: QueryClauses): SelectNode {
  if (clauses === NO_CLAUSES) return node;
  const { lock, hints } = clauses;
  const from = node.from?.kind === "table" ? hintedTable(node.from, clauses) : node.from;
  return {
    ...node,
    from,
    ...lock === undefined ? {} : { lock },
    ...hints === undefined ? {} : { hints },
  };
}

/** Only how statements run, for a query that is about other rows. */
export function runClauses({ options }: QueryClauses): QueryClauses {
  return options === undefined ? NO_CLAUSES : { options };
}

/** The clauses without a lock, for what looks at rows without giving them, such as `count()`. */
export function unlocked(clauses: QueryClauses): QueryClauses {
  return clauses.lock === undefined ? clauses : { ...clauses, lock: undefined };
}
