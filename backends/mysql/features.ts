import type { CapabilityRule } from "../../core/capabilities.ts";

const READ_BACK = "read the row again by its key, in the same transaction";

/** What both servers can do in every supported version. */
export const SHARED_RULES: readonly CapabilityRule[] = [
  { capability: "upsert" },
  { capability: "savepoints" },
  { capability: "transactions.readOnly" },
  { capability: "transactions.survivesErrors" },
  { capability: "isolation.readUncommitted" },
  { capability: "isolation.readCommitted" },
  { capability: "isolation.repeatableRead" },
  { capability: "isolation.serializable" },
  { capability: "stream" },
  { capability: "cte" },
  { capability: "cte.recursive" },
  { capability: "windowFunctions" },
  { capability: "rollup" },
  { capability: "regex" },
  { capability: "json" },
  { capability: "json.path" },
  { capability: "join.right" },
  { capability: "distinctFrom" },
  { capability: "foreignKeys" },
  { capability: "checkConstraints" },
  { capability: "generatedColumns" },
  { capability: "fullText" },
  { capability: "locks" },
  { capability: "schemas" },
  { capability: "returning.update", since: "never", instead: READ_BACK },
  { capability: "partialIndexes", since: "never", instead: "use a generated column that is NULL for the other rows" },
  { capability: "join.full", since: "never", instead: "use a left join, and a right join for what it leaves out" },
  { capability: "groupingSets", since: "never", instead: "put the groupings together by unionAll()" },
  { capability: "cube", since: "never", instead: "put the groupings together by unionAll()" },
  { capability: "window.groups", since: "never", instead: "count by rows or by range" },
  { capability: "window.exclude", since: "never", instead: "take the row's own value off" },
  { capability: "cte.materialized", since: "never", instead: "leave the hint out" },
  {
    capability: "aggregate.orderBy",
    since: "never",
    instead: "order the rows in a table of their own, or groupConcat()",
  },
  { capability: "timeZones", since: "never", instead: "calculate in UTC, or by a fixed number of hours" },
  { capability: "transactions.deferrable", since: "never", instead: "a read-only transaction never fails here" },
];

/** What MySQL can do, by version. */
export const MYSQL_RULES: readonly CapabilityRule[] = [
  ...SHARED_RULES,
  { capability: "lateral" },
  { capability: "intersect", since: [8, 0, 31], instead: "test with exists()" },
  { capability: "except", since: [8, 0, 31], instead: "test with notExists()" },
  { capability: "intersectAll", since: [8, 0, 31] },
  { capability: "exceptAll", since: [8, 0, 31] },
  {
    capability: "returning",
    since: "never",
    instead: "let the model make the key, or read the row again by it in the same transaction",
  },
  { capability: "returning.delete", since: "never", instead: "read the rows first, in the same transaction" },
];
