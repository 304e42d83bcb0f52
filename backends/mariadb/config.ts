import type { ServerKind } from "../../core/backend/server_config.ts";
import { MySQLConnectionConfig, type MySQLOptions } from "../mysql/config.ts";

const KIND: ServerKind = {
  owner: "MariaDBConnectionConfig",
  schemes: ["mariadb", "mysql"],
  port: 3306,
  user: "root",
  options: {},
};

/** Options of a MariaDB server. */
export type MariaDBOptions = MySQLOptions;

/** Where a MariaDB server is and how its connections are used. Takes URLs with `mariadb://` and `mysql://`. */
export class MariaDBConnectionConfig extends MySQLConnectionConfig {
  /**
   * Takes options or a URL.
   *
   * @throws {ConfigurationError} for an option that is unknown, missing or out of its range
   */
  constructor(options: MariaDBOptions | string) {
    super(options, KIND);
  }

  /** Reads `DB_URL` or `DB_HOST`, `DB_DATABASE` and so on. The options given here come first, and nothing is read before this is called. */
  static override fromEnv(prefix = "DB_", options: MariaDBOptions = {}): MariaDBConnectionConfig {
    return new MariaDBConnectionConfig(MariaDBConnectionConfig.environmentOptions(prefix, options, KIND));
  }
}
