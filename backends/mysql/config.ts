import { ConfigurationError } from "../../core/errors.ts";
import { ServerConnectionConfig, type ServerKind, type ServerOptions } from "../../core/backend/server_config.ts";

const KIND: ServerKind = {
  owner: "MySQLConnectionConfig",
  schemes: ["mysql"],
  port: 3306,
  user: "root",
  options: {},
};

/** Options of a MySQL server. */
export type MySQLOptions = ServerOptions;

/** Where a MySQL server is and how its connections are used. */
export class MySQLConnectionConfig extends ServerConnectionConfig {
  /**
   * Takes options or a URL.
   *
   * @throws {ConfigurationError} for an option that is unknown, missing or out of its range
   */
  constructor(options: MySQLOptions | string, kind: ServerKind = KIND) {
    super(options, kind);
    if (this.ssl === "verify-full" && (this.socket !== undefined || isAddress(this.host))) {
      throw new ConfigurationError(
        'Invalid ssl: "verify-full" compares the certificate with the name of the host, and an address or a socket has none ' +
          '(give a name, or "verify-ca")',
      );
    }
  }

  /** Reads `DB_URL` or `DB_HOST`, `DB_DATABASE` and so on. The options given here come first, and nothing is read before this is called. */
  static fromEnv(prefix = "DB_", options: MySQLOptions = {}): MySQLConnectionConfig {
    return new MySQLConnectionConfig(MySQLConnectionConfig.environmentOptions(prefix, options, KIND));
  }
}

/** Whether a host is an address, not a name. */
function isAddress(host: string): boolean {
  return host.includes(":") || /^[\d.]+$/.test(host);
}
