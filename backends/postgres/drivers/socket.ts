import { isIP, Socket } from "node:net";
import { connect as connectTLS, type ConnectionOptions, type TLSSocket } from "node:tls";
import type { PostgreSQLConnectionConfig } from "../config.ts";

/** What a server identifies a connection by when it is asked to end its statement. */
export interface BackendKey {
  /** Process of the server. */
  readonly pid: number;
  /** Secret that goes with it. */
  readonly secret: number;
}

/**
 * Opens a connection to the server, encrypted as configured, on which nothing has been said yet. Drivers are given this one, so
 * that the time limit, the certificate and the end of the connection are the same with each of them.
 */
export async function openSocket(config: PostgreSQLConnectionConfig, signal: AbortSignal): Promise<Socket> {
  const socket = await connected(config, signal);
  if (config.ssl === "disable") return socket;
  try {
    if (await offersTLS(socket, signal)) return await encrypted(socket, config, signal);
    if (config.ssl === "prefer") return socket;
    throw Object.assign(new Error("The server does not offer TLS"), { code: "ERR_POSTGRES_NO_TLS" });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Settles with the first of some events; the listeners are removed, an abort destroys the socket. */
function first<T>(
  socket: Socket,
  signal: AbortSignal,
  event: string,
  read: (value: Uint8Array) => T,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const done = (value: Uint8Array) => resolve(read(value));
  const closed = () => reject(Object.assign(new Error("The connection was closed"), { code: "ECONNRESET" }));
  const abort = () => {
    reject(signal.reason);
    socket.destroy();
  };
  socket.on("error", reject).on("close", closed).on(event, done);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  return promise.finally(() => {
    signal.removeEventListener("abort", abort);
    socket.off("close", closed).off(event, done);
    // An error that comes later must find a listener, or it ends the process.
    socket.on("error", ignore).off("error", reject);
  });
}

function ignore(): void {}

async function connected({ host, port, socket: path }: PostgreSQLConnectionConfig, signal: AbortSignal) {
  const socket = new Socket();
  socket.setNoDelay(true);
  const ready = first(socket, signal, "connect", ignore);
  if (path === undefined) socket.connect(port, host);
  else socket.connect(/(^|\/)\.s\.PGSQL\.\d+$/.test(path) ? path : `${path}/.s.PGSQL.${port}`);
  await ready;
  socket.setKeepAlive(true, 60_000);
  return socket;
}

const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47);

async function offersTLS(socket: Socket, signal: AbortSignal): Promise<boolean> {
  const answer = first(socket, signal, "data", (data) => data);
  socket.write(SSL_REQUEST);
  const data = await answer;
  // What comes before the handshake is not encrypted, whoever may have sent it.
  if (data.length !== 1) throw new Error("The server sent more than its answer before TLS began");
  if (data[0] === 83) return true;
  if (data[0] === 78) return false;
  throw new Error("The server did not answer the question for TLS");
}

async function encrypted(socket: Socket, config: PostgreSQLConnectionConfig, signal: AbortSignal): Promise<TLSSocket> {
  const { ssl, sslCA, sslCert, sslKey, host } = config;
  const checks = ssl === "verify-ca" || ssl === "verify-full" || sslCA !== undefined;
  const options: ConnectionOptions = { socket, host, rejectUnauthorized: checks };
  if (isIP(host) === 0) options.servername = host;
  if (sslCA !== undefined) options.ca = sslCA;
  if (sslCert !== undefined) options.cert = sslCert;
  if (sslKey !== undefined) options.key = sslKey;
  if (ssl !== "verify-full") options.checkServerIdentity = () => undefined;
  const secure = connectTLS(options);
  try {
    await first(secure, signal, "secureConnect", ignore);
  } catch (cause) {
    // Runtimes name the reasons differently, and some do not.
    throw signal.aborted ? cause : Object.assign(new Error("TLS failed", { cause }), { code: "ERR_POSTGRES_TLS" });
  }
  return secure;
}

/** Asks the server, over a connection of its own, to end what another connection does. */
export async function requestCancel(config: PostgreSQLConnectionConfig, { pid, secret }: BackendKey): Promise<void> {
  const signal = AbortSignal.timeout(config.connectTimeout);
  const socket = await openSocket(config, signal);
  const message = new DataView(new ArrayBuffer(16));
  [16, 80877102, pid, secret].forEach((value, i) => message.setUint32(4 * i, value));
  const closed = Promise.withResolvers<void>();
  const abort = () => socket.destroy();
  socket.on("close", () => closed.resolve());
  socket.on("data", ignore);
  signal.addEventListener("abort", abort);
  // The server closes it; a client that does so first makes pgbouncer 1.18 crash.
  socket.write(new Uint8Array(message.buffer));
  await closed.promise;
  signal.removeEventListener("abort", abort);
}
