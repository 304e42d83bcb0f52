import type { CapabilityRule } from "../../core/capabilities.ts";

/** Lowest version of SQLite that the backend works with: STRICT tables came with it. */
export const LOWEST_VERSION = "3.37.0";

/** What SQLite can do, by version. */
export const SQLITE_RULES: readonly CapabilityRule[] = [
  { capability: "returning", since: [3, 35] },
  { capability: "returning.update", since: [3, 35] },
  { capability: "returning.delete", since: [3, 35] },
  { capability: "upsert", since: [3, 24] },
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
  { capability: "intersect" },
  { capability: "except" },
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
  { capability: "schemas" },
  { capability: "lateral", since: "never", instead: "number the rows by a window in a table of their own" },
  { capability: "rollup", since: "never", instead: "put the groupings together by unionAll()" },
  { capability: "cube", since: "never", instead: "put the groupings together by unionAll()" },
  { capability: "groupingSets", since: "never", instead: "put the groupings together by unionAll()" },
];
