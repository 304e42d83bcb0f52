import type { IndexHint, LockClause, PlannerHints } from "../ast/clauses.ts";
import { type SelectNode, sourceNames, type TableNode } from "../ast/statement.ts";
import type { RunOptions } from "../backend/storage_backend.ts";
import { QueryBuildError } from "../errors.ts";

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
  if (lock !== undefined) checkLock(lock, node);
  const from = node.from?.kind === "table" ? hintedTable(node.from, clauses) : node.from;
  return {
    ...node,
    from,
    ...lock === undefined ? {} : { lock },
    ...hints === undefined ? {} : { hints },
  };
}

/** Refuses a lock of what the query does not read, and of rows that are put together of others. */
function checkLock({ strength, of }: LockClause, node: SelectNode): void {
  const method = strength === "update" ? "forUpdate()" : "forShare()";
  const { distinct, groupBy } = node;
  const clause = distinct ? "distinct()" : groupBy.length > 0 ? "groupBy()" : null;
  if (clause !== null) {
    throw new QueryBuildError(
      `${method} locks rows, and those of ${clause} are made of several: leave one of both out`,
    );
  }
  const names = sourceNames(node);
  const unknown = of.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new QueryBuildError(
    `Unknown table ${JSON.stringify(unknown)} in "of" of ${method}: the query reads ${names.join(", ")}`,
  );
}

/** Only how statements run, for a query that is about other rows. */
export function runClauses({ options }: QueryClauses): QueryClauses {
  return options === undefined ? NO_CLAUSES : { options };
}

/** The clauses without a lock, for what looks at rows without giving them, such as `count()`. */
export function unlocked(clauses: QueryClauses): QueryClauses {
  return clauses.lock === undefined ? clauses : { ...clauses, lock: undefined };
}
