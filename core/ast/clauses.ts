// Clauses beside what a query says: how rows are locked, and what the planner is told.

/** How rows are locked while they are read. */
export interface LockClause {
  /** `update` keeps everybody else from writing or locking them, `share` only from writing. */
  readonly strength: "update" | "share";
  /** What happens to a row that somebody else has locked: wait for it, fail, or leave it out. */
  readonly wait: "wait" | "nowait" | "skipLocked";
  /** Names or aliases of the tables whose rows are locked; empty for all. */
  readonly of: readonly string[];
}

/** Which indexes the planner is to use for a table. */
export interface IndexHint {
  /** `use` allows no other index, `force` also no reading of the whole table, `ignore` allows all others. */
  readonly action: "use" | "force" | "ignore";
  /** Names of the indexes; none with `use` or `ignore` means that no index is to be used. */
  readonly indexes: readonly string[];
}

/** What the planner is told about a whole query. */
export interface PlannerHints {
  /** Hints in the words of the database. */
  readonly texts: readonly string[];
  /** Whether tables are joined in the order in which they are written. */
  readonly keepsJoinOrder: boolean;
}
