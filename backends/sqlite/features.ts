import type { CapabilityRule } from "../../core/capabilities.ts";

/** Lowest version of SQLite that the backend works with: STRICT tables came with it. */
export const LOWEST_VERSION = "3.37.0";

/** What SQLite can do, by version. */
export const SQLITE_RULES: readonly CapabilityRule[] = [
  { capability: "returning", since: [3, 35] },
  { capability: "returning.update", since: [3, 35] },
  { capability: "returning.delete", since: [3, 35] },
  { capability: "upsert", since: [3, 24] },
  { capability: "upsert.where", since: [3, 24] },
  { capability: "savepoints" },
  { capability: "transactions.readOnly" },
  { capability: "transactions.survivesErrors" },
  { capability: "isolation.serializable" },
  { capability: "stream" },
  { capability: "cte" },
  { capability: "cte.recursive" },
  { capability: "cte.materialized", since: [3, 35] },
  { capability: "windowFunctions", since: [3, 28] },
  { capability: "window.groups", since: [3, 28] },
  { capability: "window.exclude", since: [3, 28] },
  { capability: "aggregate.orderBy", since: [3, 44] },
  { capability: "timeZones" },
  { capability: "regex" },
  { capability: "json" },
  { capability: "json.path", since: [3, 38] },
  { capability: "join.right", since: [3, 39] },
  { capability: "join.full", since: [3, 39] },
  { capability: "distinctFrom" },
  { capability: "partialIndexes" },
  { capability: "foreignKeys" },
  { capability: "checkConstraints" },
  { capability: "generatedColumns", since: [3, 31] },
  { capability: "fullText" },
  { capability: "fullText.excerpt" },
  { capability: "fullText.native" },
  { capability: "schemas" },
  { capability: "explain" },
  { capability: "hints.index" },
  { capability: "hints.indexList", since: "never", instead: "name one index: SQLite takes no list" },
  { capability: "hints.ignoreIndex", since: "never", instead: "name the index to be used" },
  {
    capability: "locks",
    since: "never",
    instead: "leave the lock out: a transaction that writes has the only write lock from its start",
  },
];
