import { choiceOption } from "../../core/backend/config.ts";
import {
  flagOf,
  ServerConnectionConfig,
  type ServerKind,
  type ServerOptions,
  textOption,
} from "../../core/backend/server_config.ts";
import { ConfigurationError } from "../../core/errors.ts";

const DRIVERS = ["postgres", "pg"] as const;

/** Names of the drivers: `npm:postgres` or `npm:pg`. */
export type PostgreSQLDriverName = "postgres" | "pg";

/** Options of a PostgreSQL database. `database` is needed; everything else has a default. */
export interface PostgreSQLOptions extends ServerOptions {
  /** The package that talks to the server. @default {"postgres"} */
  readonly driver?: PostgreSQLDriverName | undefined;
  /**
   * Whether statements that come again are prepared on the server. False is for poolers in transaction mode, such as pgbouncer:
   * nothing is then kept on a connection beyond a transaction. @default {true}
   */
  readonly prepare?: boolean | undefined;
  /** The schemas in which names are looked up, the first one for new tables: `search_path`, separated by commas. */
  readonly schema?: string | undefined;
}

const KIND: ServerKind = {
  owner: "PostgreSQLConnectionConfig",
  schemes: ["postgres", "postgresql"],
  port: 5432,
  user: "postgres",
  options: { driver: "DRIVER", prepare: "PREPARE", schema: "SCHEMA" },
};

/** Where a PostgreSQL server is and how its connections are used. Everything is checked here, before anything is opened. */
export class PostgreSQLConnectionConfig extends ServerConnectionConfig {
  /** The package that talks to the server. */
  readonly driver: PostgreSQLDriverName;
  /** Whether statements that come again are prepared on the server. */
  readonly prepare: boolean;
  /** The schemas in which names are looked up. */
  readonly schema: string | undefined;

  /**
   * Takes options or a URL such as `postgres://app:secret@db:5432/shop?driver=pg`.
   *
   * @throws {ConfigurationError} for an option that is unknown, missing or out of its range
   */
  constructor(options: PostgreSQLOptions | string) {
    super(options, KIND);
    this.driver = choiceOption("driver", textOption(this.given, "driver"), DRIVERS, "postgres");
    this.prepare = flagOf(this.given, "prepare") ?? true;
    this.schema = textOption(this.given, "schema");
    if (!this.prepare) this.#refuseSessionSettings();
  }

  /** What a pooler hands from user to user keeps no settings. */
  #refuseSessionSettings(): void {
    const { statementTimeout, schema, resetSession } = this;
    const given = [
      ["statementTimeout", statementTimeout !== 0, "ALTER ROLE … SET statement_timeout"],
      ["schema", schema !== undefined, "ALTER ROLE … SET search_path, or the schema of each model"],
      ["resetSession", resetSession, "the pooler's own reset query"],
    ] as const;
    for (const [name, isGiven, instead] of given) {
      if (!isGiven) continue;
      throw new ConfigurationError(
        `Cannot use "${name}" with prepare: false: a pooler in transaction mode keeps no settings of a session; use ${instead}`,
      );
    }
  }

  /**
   * Options of the environment: `PREFIX_URL`, or `PREFIX_HOST`, `PREFIX_DATABASE` and so on. Options given here come first.
   *
   * @param prefix Start of the names, such as `DB_`
   * @throws {ConfigurationError} for an option that is unknown, missing or out of its range
   */
  static fromEnv(prefix: string, options: PostgreSQLOptions = {}): PostgreSQLConnectionConfig {
    return new PostgreSQLConnectionConfig(this.environmentOptions(prefix, options, KIND));
  }
}
