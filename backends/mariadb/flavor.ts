import type { CapabilityRule } from "../../core/capabilities.ts";
import { SHARED_RULES } from "../mysql/features.ts";
import type { ServerFlavor } from "../mysql/flavor.ts";

/** What MariaDB can do, by version. */
const MARIADB_RULES: readonly CapabilityRule[] = [
  ...SHARED_RULES,
  { capability: "explain.analyze" },
  { capability: "intersect" },
  { capability: "except" },
  { capability: "intersectAll" },
  { capability: "exceptAll" },
  { capability: "lateral", since: "never", instead: "rank the rows with rowNumber() in a subquery and join that" },
  { capability: "returning" },
  { capability: "returning.delete" },
  { capability: "locks.of", since: "never", instead: "lock the rows of each table by a query of its own" },
  { capability: "hints.optimizer", since: "never", instead: "use useIndex() and keepJoinOrder()" },
];

/** MariaDB. JSON_NORMALIZE came with its lowest version. */
export const MARIADB_FLAVOR: ServerFlavor = {
  title: "MariaDB",
  backend: "MariaDBBackend",
  lowest: "10.7.0",
  rules: MARIADB_RULES,
  collation: "utf8mb4_nopad_bin",
  statementTimeout: (milliseconds) => `max_statement_time = ${milliseconds / 1_000}`,
  limitsWrites: true,
  // 1,000 by default, after which rows would be missing without an error.
  recursion: "max_recursive_iterations = 4294967295",
};
