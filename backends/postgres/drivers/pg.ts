import type { Socket } from "node:net";
import { loadDriver, npmSpecifier } from "../../../core/sql/load_driver.ts";
import type { ClientOptions, DriverClient, DriverResult, SendMode } from "../driver.ts";
import { VALUE_PARSERS, type ValueParser } from "../values.ts";

/** Signs a user in with `npm:pg`. */
export async function openClient(
  { config, socket, parameters, onLost, onNotification }: ClientOptions,
): Promise<DriverClient> {
  const { default: { Client } } = await loadDriver<PgModule>({
    name: "pg",
    specifier: npmSpecifier("pg", "^8.23.1"),
    needs: "--allow-net, and --allow-env or --ignore-env",
  });
  const { host, port, user, database, password } = config;
  const client = new Client({
    host,
    port,
    user,
    database,
    // As text an empty one would be looked for in the environment.
    password: () => password,
    // What is left out is looked for in the environment.
    ssl: false,
    sslnegotiation: "postgres",
    client_encoding: "UTF8",
    application_name: config.applicationName,
    options: "-c client_encoding=UTF8",
    connectionTimeoutMillis: 0,
    stream: connectedStream(socket),
    types: { getTypeParser },
  });
  // The driver knows only some settings.
  client.getStartupConf = () => ({ user, database, ...parameters });
  client.on("error", onLost);
  client.on("end", () => onLost(undefined));
  client.on("notification", ({ channel, payload = "" }) => onNotification(channel, payload));
  await client.connect();
  return new PgClient(client);
}

/** The driver connects its stream itself; this one is connected already. */
function connectedStream(socket: Socket): Socket {
  const connect = () => {
    queueMicrotask(() => socket.emit("connect"));
    return socket;
  };
  return Object.assign(socket, { connect });
}

const same: ValueParser = (text) => text;

function getTypeParser(oid: number): ValueParser {
  return VALUE_PARSERS.get(oid) ?? same;
}

/** The part of the driver that is used here. */
interface PgModule {
  readonly default: { readonly Client: new (options: Readonly<Record<string, unknown>>) => Pg };
}

interface Pg {
  connect(): Promise<unknown>;
  end(): Promise<void>;
  query(
    query: {
      readonly text: string;
      readonly values: (string | null)[];
      readonly name?: string;
      readonly rowMode: "array";
      readonly queryMode?: "extended";
    },
  ): Promise<PgResult | PgResult[]>;
  on(event: "error" | "end", listener: (error?: unknown) => void): unknown;
  on(
    event: "notification",
    listener: (message: { readonly channel: string; readonly payload?: string }) => void,
  ): unknown;
  getStartupConf: () => Record<string, string>;
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly connection: {
    close(target: { readonly type: "S"; readonly name: string }): void;
    readonly parsedStatements: Record<string, string>;
  };
}

interface PgResult {
  readonly rows: unknown[][];
  readonly rowCount: number | null;
  readonly command: string | null;
  readonly fields: readonly { readonly name: string }[];
}

class PgClient implements DriverClient {
  readonly pipeline = 1;
  readonly #client: Pg;
  readonly #names = new Map<string, string>();
  #count = 0;

  constructor(client: Pg) {
    this.#client = client;
  }

  get key(): { readonly pid: number; readonly secret: number } | null {
    const { processID: pid, secretKey: secret } = this.#client;
    return pid === null || secret === null ? null : { pid, secret };
  }

  async send(text: string, values: (string | null)[], mode: SendMode): Promise<DriverResult> {
    const result = await this.#client.query({
      text,
      values,
      rowMode: "array",
      ...mode === "prepared" ? { name: this.#nameOf(text) } : mode === "once" ? { queryMode: "extended" } : {},
    });
    // Several statements in one text give a list of results.
    const { rows, rowCount, command, fields } = Array.isArray(result) ? result.at(-1) as PgResult : result;
    return { rows, count: rowCount, command: command ?? "", fields };
  }

  #nameOf(text: string): string {
    let name = this.#names.get(text);
    if (name === undefined) this.#names.set(text, name = `s${++this.#count}`);
    return name;
  }

  forget(text: string): boolean {
    const name = this.#names.get(text);
    if (name === undefined) return true;
    this.#names.delete(text);
    delete this.#client.connection.parsedStatements[name];
    // It goes out with the next statement; the server obeys also in a transaction that has failed.
    this.#client.connection.close({ type: "S", name });
    return true;
  }

  end(): Promise<void> {
    return this.#client.end();
  }

  /** The driver sees the end of its socket. */
  abandon(): void {}
}
