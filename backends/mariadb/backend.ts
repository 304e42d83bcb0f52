import { MySQLBackend } from "../mysql/backend.ts";
import type { MySQLConnectionConfig } from "../mysql/config.ts";
import type { ServerFlavor } from "../mysql/flavor.ts";
import { MariaDBConnectionConfig, type MariaDBOptions } from "./config.ts";
import { MariaDBDialect } from "./dialect.ts";
import { MARIADB_FLAVOR } from "./flavor.ts";

/**
 * MariaDB 10.7 or later, through a pool of connections of `npm:mysql2`.
 *
 * @example
 * ```ts ignore
 * import { MariaDBBackend } from "@rhosocial/activerecord/backends/mariadb";
 *
 * await using backend = new MariaDBBackend({ url: "mariadb://app:secret@localhost/shop" });
 * const users = await backend.fetchAll("SELECT name FROM users WHERE age > ?", [18]);
 * ```
 */
export class MariaDBBackend extends MySQLBackend {
  /** `mariadb`. */
  override readonly name: string = "mariadb";
  /** How MariaDB writes SQL. */
  override readonly dialect: MariaDBDialect = new MariaDBDialect();

  /**
   * Takes the options, a URL or a finished configuration. Nothing is opened before the first use.
   *
   * @throws {ConfigurationError} that names the option which is wrong
   */
  constructor(config: MariaDBOptions | MySQLConnectionConfig | string) {
    super(config);
  }

  /** Makes the configuration of this kind of server. */
  protected override configure(options: MariaDBOptions | string): MariaDBConnectionConfig {
    return new MariaDBConnectionConfig(options);
  }

  /**
   * What differs between the two servers.
   *
   * @internal
   */
  protected override get flavor(): ServerFlavor {
    return MARIADB_FLAVOR;
  }
}
