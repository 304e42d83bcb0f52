import type { Socket } from "node:net";
import type { Stream } from "node:stream";
import { loadDriver, npmSpecifier } from "../../../core/sql/load_driver.ts";
import type { ClientOptions, DriverClient, DriverResult, SendMode } from "../driver.ts";
import { VALUE_PARSERS } from "../values.ts";

/**
 * Signs a user in with `npm:postgres`: one client for one connection.
 *
 * The driver opens connections again by itself, keeps queries for them that nobody will answer, and has transactions and cursors
 * that do not survive the end of a connection. None of that is used here: it has one socket, and each statement is its own.
 */
export async function openClient(
  { config, socket, parameters, onLost, onNotification }: ClientOptions,
): Promise<DriverClient> {
  const { default: postgres } = await loadDriver<PostgresModule>({
    name: "postgres",
    specifier: npmSpecifier("postgres", "^3.4.9"),
    needs: "--allow-net, and --allow-env or --ignore-env",
  });
  let isUsed = false;
  // Each option is given, since the driver looks for those that are not in the environment.
  const sql = postgres({
    host: config.host,
    port: config.port,
    path: "",
    database: config.database,
    user: config.user,
    // As text an empty one would be looked for in the environment.
    pass: () => config.password,
    max: 1,
    ssl: false,
    sslnegotiation: "postgres",
    idle_timeout: 0,
    connect_timeout: 0,
    max_lifetime: null,
    max_pipeline: PIPELINE,
    backoff: false,
    keep_alive: 0,
    prepare: true,
    debug: false,
    fetch_types: false,
    publications: "none",
    target_session_attrs: "",
    connection: parameters,
    types: TEXT_TYPES,
    transform: { undefined: null },
    onnotice: ignore,
    onnotify: onNotification,
    onclose: () => onLost(undefined),
    onparameter: ignore,
    socket: () => {
      if (isUsed) throw Object.assign(new Error("The connection was closed"), { code: "CONNECTION_CLOSED" });
      isUsed = true;
      return socket;
    },
  });
  return new PostgresClient(sql, socket);
}

/** Most queries that are under way on one connection. */
const PIPELINE = 16;

function ignore(): void {}

/** The part of the driver that is used here. */
interface PostgresModule {
  readonly default: (options: Readonly<Record<string, unknown>>) => PostgresSQL;
}

interface PostgresSQL {
  unsafe(
    sql: string,
    params: (string | null)[],
    options: { readonly prepare: boolean; readonly simple: boolean },
  ): { values(): Promise<PostgresResult> };
  end(options: { readonly timeout: number }): Promise<void>;
}

interface PostgresResult extends Array<unknown[]> {
  readonly count?: number | null;
  readonly command?: string;
  readonly columns?: readonly { readonly name: string }[];
  readonly state?: { readonly pid: number; readonly secret: number };
}

const same = (value: unknown) => value;

/**
 * Every type is written as the text that it is given, and read as text but for the basic ones: the driver's own ways would encode
 * JSON twice, move dates by the time zone of the process and round numbers.
 */
const TEXT_TYPES: Readonly<Record<string, unknown>> = {
  string: { to: 25, from: [25], serialize: same },
  number: { to: 0, from: [20, 21, 23, 26, 700, 701], serialize: same },
  json: { to: 114, from: [114, 3802], serialize: same },
  boolean: { to: 16, from: [16], serialize: same },
  date: { to: 1184, from: [1082, 1114, 1184], serialize: same },
  bytea: { to: 17, from: [17], serialize: same },
  ...Object.fromEntries(
    [...VALUE_PARSERS].map(([oid, parse]) => [`own_${oid}`, { to: oid, from: [oid], serialize: same, parse }]),
  ),
};

const NO_FIELDS: readonly { readonly name: string }[] = [];

/** Options of the driver for each way to send a statement. */
const SEND_OPTIONS: Readonly<Record<SendMode, { readonly prepare: boolean; readonly simple: boolean }>> = {
  prepared: { prepare: true, simple: false },
  once: { prepare: false, simple: false },
  simple: { prepare: false, simple: true },
};

const NO_ORIGIN = { value: "" };

class PostgresClient implements DriverClient {
  readonly pipeline = PIPELINE;
  readonly #sql: PostgresSQL;
  readonly #socket: Socket;
  #key: { readonly pid: number; readonly secret: number } | null = null;

  constructor(sql: PostgresSQL, socket: Socket) {
    this.#sql = sql;
    this.#socket = socket;
  }

  get key(): { readonly pid: number; readonly secret: number } | null {
    return this.#key;
  }

  send(text: string, params: (string | null)[], mode: SendMode): Promise<DriverResult> {
    const query = this.#sql.unsafe(text, params, SEND_OPTIONS[mode]);
    // Without it the driver keeps the text of every statement that fails, for ever.
    Object.defineProperty(query, "origin", NO_ORIGIN);
    return query.values().then((result) => this.#read(result));
  }

  #read(result: PostgresResult): DriverResult {
    if (!Array.isArray(result)) {
      // COPY has begun, for which the driver gives a stream, and answers nothing else any more. It fails with the connection.
      (result as unknown as Stream).on("error", ignore);
      this.#socket.destroy();
      throw Object.assign(new Error("COPY has no rows"), { code: "0A000" });
    }
    const { count, command, columns, state } = result;
    // Several statements in one text give a list of results, which has none of these.
    if (state !== undefined) this.#key = state;
    return { rows: result, count: count ?? null, command: command ?? "", fields: columns ?? NO_FIELDS };
  }

  /** The driver never forgets a statement. */
  forget(): boolean {
    return false;
  }

  end(): Promise<void> {
    return this.#sql.end({ timeout: 1 });
  }

  abandon(): void {
    this.#sql.end({ timeout: 0 }).catch(ignore); // there is nobody left to say goodbye to
  }
}
