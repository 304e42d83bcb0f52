import type { CapabilityRule } from "../../core/capabilities.ts";

/** What both servers can do in every supported version. */
export const SHARED_RULES: readonly CapabilityRule[] = [
  { capability: "upsert" },
  { capability: "savepoints" },
  { capability: "transactions.readOnly" },
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
];

/** What MySQL can do, by version. */
export const MYSQL_RULES: readonly CapabilityRule[] = [
  ...SHARED_RULES,
  { capability: "lateral" },
  { capability: "intersect", since: [8, 0, 31] },
  { capability: "except", since: [8, 0, 31] },
];
