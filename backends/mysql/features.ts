import type { CapabilityRule } from "../../core/capabilities.ts";

const READ_BACK = "read the row again by its key, in the same transaction";
const GROUPS = "use rollup(), or a union of queries with a grouping each";

/** The zones of a server, where its tables hold them. */
export const TIME_ZONES: CapabilityRule = { capability: "timeZones" };

/** The lack of zones. */
export const NO_TIME_ZONES: CapabilityRule = {
  capability: "timeZones",
  since: "never",
  instead: "fill the server's tables of time zones with mysql_tzinfo_to_sql, or leave the zone out for UTC",
};

/** What both servers can do in every supported version. */
export const SHARED_RULES: readonly CapabilityRule[] = [
  { capability: "upsert" },
  { capability: "upsert.where" },
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
  { capability: "aggregate.orderBy" },
  { capability: "foreignKeys" },
  { capability: "checkConstraints" },
  { capability: "generatedColumns" },
  { capability: "explain" },
  { capability: "hints.index" },
  { capability: "hints.indexList" },
  { capability: "hints.ignoreIndex" },
  { capability: "hints.joinOrder" },
  { capability: "locks" },
  { capability: "locks.nowait" },
  { capability: "locks.skipLocked" },
  { capability: "schemas" },
  { capability: "fullText" },
  {
    capability: "fullText.native",
    since: "never",
    instead: "the words of an index are kept in a form of the library's own; search with the other modes",
  },
  {
    capability: "fullText.excerpt",
    since: "never",
    instead: "read the text and mark the words in it: the servers have no function for that",
  },
  { capability: "returning.update", since: "never", instead: READ_BACK },
  { capability: "partialIndexes", since: "never", instead: "use a generated column that is NULL for the other rows" },
  { capability: "join.full", since: "never", instead: "use a left join, and a right join for what it leaves out" },
  { capability: "groupingSets", since: "never", instead: GROUPS },
  { capability: "cube", since: "never", instead: GROUPS },
  { capability: "cte.materialized", since: "never", instead: "leave it out: the server decides" },
  { capability: "window.groups", since: "never", instead: "count groups with denseRank() in a subquery" },
  { capability: "window.exclude", since: "never", instead: "take the row's own value off the result" },
  { capability: "transactions.deferrable", since: "never", instead: "a read-only transaction never fails here" },
];

/** What MySQL can do, by version. */
export const MYSQL_RULES: readonly CapabilityRule[] = [
  ...SHARED_RULES,
  { capability: "hints.optimizer" },
  { capability: "locks.of" },
  { capability: "lateral" },
  // Before, not every join could be measured.
  { capability: "explain.analyze", since: [8, 0, 20], instead: "leave analyze out for what the server means to do" },
  { capability: "intersect", since: [8, 0, 31], instead: "test with exists()" },
  { capability: "except", since: [8, 0, 31], instead: "test with notExists()" },
  { capability: "intersectAll", since: [8, 0, 31], instead: "use in() with a subquery" },
  { capability: "exceptAll", since: [8, 0, 31], instead: "use notExists() with a subquery" },
  {
    capability: "returning",
    since: "never",
    instead: "let the model make the key, or read the row again by it in the same transaction",
  },
  { capability: "returning.delete", since: "never", instead: "read the rows first, in the same transaction" },
];
