import { FeatureDetector } from "../../core/backend/features.ts";
import type { CapabilityRule } from "../../core/capabilities.ts";

/** What PostgreSQL can do, by version. */
const POSTGRESQL_RULES: readonly CapabilityRule[] = [
  { capability: "returning" },
  { capability: "returning.update" },
  { capability: "returning.delete" },
  { capability: "upsert" },
  { capability: "savepoints" },
  { capability: "transactions.readOnly" },
  { capability: "transactions.deferrable" },
  { capability: "isolation.readCommitted" },
  { capability: "isolation.repeatableRead" },
  { capability: "isolation.serializable" },
  { capability: "stream" },
  { capability: "cte" },
  { capability: "cte.recursive" },
  { capability: "cte.materialized", since: [12] },
  { capability: "windowFunctions" },
  { capability: "window.groups" },
  { capability: "window.exclude" },
  { capability: "aggregate.orderBy" },
  { capability: "groupingSets" },
  { capability: "rollup" },
  { capability: "cube" },
  { capability: "intersect" },
  { capability: "except" },
  { capability: "intersectAll" },
  { capability: "exceptAll" },
  { capability: "lateral" },
  { capability: "timeZones" },
  { capability: "regex" },
  { capability: "json" },
  { capability: "json.path" },
  { capability: "join.right" },
  { capability: "join.full" },
  { capability: "distinctFrom" },
  { capability: "partialIndexes" },
  { capability: "foreignKeys" },
  { capability: "checkConstraints" },
  { capability: "generatedColumns" },
  { capability: "upsert.where" },
  { capability: "fullText" },
  { capability: "fullText.excerpt" },
  { capability: "fullText.native" },
  { capability: "explain" },
  { capability: "explain.analyze" },
  { capability: "locks" },
  { capability: "locks.nowait" },
  { capability: "locks.skipLocked" },
  { capability: "locks.of" },
  { capability: "schemas" },
];

/** What a PostgreSQL server can do, as single questions. */
export class PostgreSQLFeatures extends FeatureDetector {
  /** Whether a pooler such as pgbouncer stands between the backend and the server. */
  readonly isPooled: boolean;

  /** Reads the version of a server. */
  constructor(version: string, isPooled: boolean) {
    super(POSTGRESQL_RULES, version);
    this.isPooled = isPooled;
  }
}
