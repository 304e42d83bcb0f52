import type { Socket } from "node:net";
import { ConnectionError } from "../../core/errors.ts";
import type { PostgreSQLConnectionConfig } from "./config.ts";
import { PostgreSQLConnection } from "./connection.ts";
import type { OpenClient } from "./driver.ts";
import { closedError, mapConnectError } from "./errors.ts";
import { sessionParameters } from "./session.ts";

/** Lowest version of the server that the backend works with. */
export const LOWEST_VERSION = 12;

/** The first statement of each connection. */
const GREETING = "SELECT current_setting('server_version'), current_setting('server_version_num'), pg_backend_pid()";

/**
 * Opens a connection and signs the user in, all within `connectTimeout`.
 *
 * @throws {ConnectionError} that says what to check
 */
export async function openConnection(
  config: PostgreSQLConnectionConfig,
  onNotification: (channel: string, payload: string) => void = ignore,
): Promise<PostgreSQLConnection> {
  const limit = new AbortController();
  const { promise: late, reject } = Promise.withResolvers<never>();
  late.catch(ignore); // raced below
  const timer = setTimeout(() => {
    const error = Object.assign(new Error("The time is over"), { code: "CONNECT_TIMEOUT" });
    reject(error);
    limit.abort(error);
  }, config.connectTimeout);
  let socket: Socket | undefined;
  try {
    const opening = open(config, onNotification, limit.signal, (opened) => socket = opened);
    opening.catch(ignore); // when the time is over before it
    return await Promise.race([opening, late]);
  } catch (error) {
    socket?.destroy();
    throw mapConnectError(error, config);
  } finally {
    clearTimeout(timer);
  }
}

async function open(
  config: PostgreSQLConnectionConfig,
  onNotification: (channel: string, payload: string) => void,
  signal: AbortSignal,
  onSocket: (socket: Socket) => void,
): Promise<PostgreSQLConnection> {
  // Files that need Node's net are loaded with the first connection.
  const [{ openSocket }, openClient] = await Promise.all([import("./drivers/socket.ts"), clientOf(config)]);
  const socket = await openSocket(config, signal);
  onSocket(socket);
  let connection: PostgreSQLConnection | null = null;
  let early: { readonly reason: unknown } | null = null;
  const onLost = (reason: unknown) => {
    early ??= { reason };
    connection?.lose(reason);
  };
  const { promise: gone, reject } = Promise.withResolvers<never>();
  gone.catch(ignore); // raced below
  const closed = () => {
    onLost(undefined);
    reject(closedError());
    // The driver takes its listeners away; an error that comes later must find one.
    queueMicrotask(() => socket.on("error", ignore));
  };
  socket.on("error", onLost).on("close", closed);
  const client = await Promise.race([
    openClient({ config, socket, parameters: sessionParameters(config), onLost, onNotification }),
    gone,
  ]);
  const made = connection = new PostgreSQLConnection(config, socket, client);
  // TypeScript does not see that a listener may have set it.
  const lost = early as { readonly reason: unknown } | null;
  if (lost !== null) made.lose(lost.reason);
  const [version, number, pid] = (await made.run(GREETING, [], "rows")).rows[0]!;
  if (Number(number) < LOWEST_VERSION * 10_000) {
    await made.close();
    throw new ConnectionError(
      `Cannot use the server at ${config.host}:${config.port}: it is PostgreSQL ${version}, and ${LOWEST_VERSION} is the lowest version supported`,
    );
  }
  made.facts = { version: String(version), isPooled: made.processId !== null && made.processId !== Number(pid) };
  return made;
}

async function clientOf({ driver }: PostgreSQLConnectionConfig): Promise<OpenClient> {
  const { openClient } = await (driver === "pg" ? import("./drivers/pg.ts") : import("./drivers/postgres_js.ts"));
  return openClient;
}

function ignore(): void {}
