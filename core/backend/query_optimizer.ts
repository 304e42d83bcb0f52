import type { IndexHint } from "../ast/clauses.ts";
import type { SelectNode, TableNode } from "../ast/statement.ts";
import type { MaybePromise } from "./result.ts";

/** Many rows that are to be inserted into a table. */
export interface BulkInsert {
  /** The table. */
  readonly table: TableNode;
  /** Names of the columns that are given. */
  readonly columns: readonly string[];
  /** Number of rows that are at hand; more may follow. */
  readonly count: number;
}

/** How a backend inserts many rows. */
export interface BulkInsertPlan {
  /** Name of the way, such as `values`, `unnest`, `copy` or `loadData`. */
  readonly method: string;
  /** Number of rows of one statement. */
  readonly rowsPerStatement: number;
  /**
   * Sends encoded rows, at most as many as said, in the ambient transaction; null where an INSERT with several rows is as good as
   * anything else.
   */
  readonly send: ((rows: readonly (readonly unknown[])[]) => MaybePromise<void>) | null;
}

/** What is asked of a backend: how many rows fit in one statement. */
export interface RowLimit {
  /** How many rows of the given width fit in one INSERT. */
  rowsPerInsert(insert: { readonly columns: readonly string[] }): number;
}

/** What a backend does to statements so that they run faster. A backend overrides what it has better ways for. */
export class QueryOptimizer {
  /** The backend whose statements they are. */
  protected readonly backend: RowLimit;

  /** Made by the backend. */
  constructor(backend: RowLimit) {
    this.backend = backend;
  }

  /** How many rows are inserted: by INSERTs of several rows, unless overridden. */
  optimizeBulkInsert(insert: BulkInsert): BulkInsertPlan {
    return { method: "values", rowsPerStatement: this.backend.rowsPerInsert(insert), send: null };
  }

  /** A query whose tables are joined in the order in which they are written. */
  optimizeJoin(query: SelectNode): SelectNode {
    return { ...query, hints: { texts: query.hints?.texts ?? [], keepsJoinOrder: true } };
  }

  /** A query that uses certain indexes of its table. */
  addIndexHints(query: SelectNode, indexHint: IndexHint): SelectNode {
    return query.from?.kind === "table" ? { ...query, from: { ...query.from, indexHint } } : query;
  }
}
