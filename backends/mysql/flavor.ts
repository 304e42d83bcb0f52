import type { CapabilityRule } from "../../core/capabilities.ts";
import { MYSQL_RULES } from "./features.ts";

/** What differs between MySQL and MariaDB beside their SQL, as data. */
export interface ServerFlavor {
  /** Name of the server, for messages. */
  readonly title: string;
  /** The backend that is made for it. */
  readonly backend: string;
  /** Lowest version that the backend works with. */
  readonly lowest: string;
  /** What its versions can do. */
  readonly rules: readonly CapabilityRule[];
  /** The collation of the connection and of the tables that the library creates: texts are equal only when every byte is. */
  readonly collation: string;
  /** The setting that makes the server end a statement after some milliseconds. */
  readonly statementTimeout: (milliseconds: number) => string;
  /** Whether that setting holds for writes too. */
  readonly limitsWrites: boolean;
  /** The setting that lets recursive queries go on as long as they find rows. */
  readonly recursion: string;
}

/** MySQL. */
export const MYSQL_FLAVOR: ServerFlavor = {
  title: "MySQL",
  backend: "MySQLBackend",
  lowest: "8.0.19",
  rules: MYSQL_RULES,
  collation: "utf8mb4_0900_bin",
  statementTimeout: (milliseconds) => `max_execution_time = ${milliseconds}`,
  limitsWrites: false,
  recursion: "cte_max_recursion_depth = 4294967295",
};

/** Whether a server is MariaDB, by the version that it says when a connection begins. */
export function isMariaDB(serverVersion: string): boolean {
  return /mariadb/i.test(serverVersion);
}

/** The version without what MariaDB puts in front of it for old clients. */
export function versionOf(serverVersion: string): string {
  return serverVersion.replace(/^5\.5\.5-(?=\d)/, "");
}
