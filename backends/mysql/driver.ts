import { ConfigurationError, ConnectionError } from "../../core/errors.ts";
import type { MySQLConnectionConfig } from "./config.ts";
import { MySQLConnection } from "./connection.ts";
import {
  loadMySQL2,
  type MySQL2,
  type MySQL2Connection,
  type MySQL2Options,
  type MySQL2TLS,
} from "./drivers/mysql2.ts";
import { mapMySQLError } from "./errors.ts";
import { failureOf } from "./failures.ts";
import { isMariaDB, type ServerFlavor, versionOf } from "./flavor.ts";

/** A connection that the driver has opened, with what the server said first. */
interface Opened {
  readonly raw: MySQL2Connection;
  readonly serverVersion: string;
}

/** The rules that the library relies on; other modes of the server are left out, since they change what SQL means. */
const SQL_MODE = [
  "STRICT_TRANS_TABLES",
  "STRICT_ALL_TABLES",
  "ONLY_FULL_GROUP_BY",
  "NO_ENGINE_SUBSTITUTION",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ZERO_DATE",
  "NO_ZERO_IN_DATE",
  // A key of 0 is a key, not a wish for a new one.
  "NO_AUTO_VALUE_ON_ZERO",
];

/**
 * Opens a connection and sets its session up, all within `connectTimeout`.
 *
 * @throws {ConnectionError} when the server cannot be reached or refuses the user
 * @throws {ConfigurationError} when it is a server of the other kind
 */
export async function openConnection(config: MySQLConnectionConfig, flavor: ServerFlavor): Promise<MySQLConnection> {
  const started = performance.now();
  const driver = await loadMySQL2();
  const { raw, serverVersion } = await open(driver, config);
  const connection = new MySQLConnection({
    driver,
    raw,
    serverVersion,
    session: sessionOf(config, flavor),
    aside: (sql) => runAside(driver, config, sql),
  });
  try {
    checkFlavor(serverVersion, flavor);
    const left = Math.max(1, config.connectTimeout - (performance.now() - started));
    await within(left, setUp(connection), () => timedOut(config));
    return connection;
  } catch (error) {
    connection.destroy();
    throw connectError(error, config);
  }
}

/** The statement that sets a session up. */
function sessionOf({ statementTimeout }: MySQLConnectionConfig, flavor: ServerFlavor): string {
  const settings = [
    `NAMES utf8mb4 COLLATE ${flavor.collation}`,
    "time_zone = '+00:00'",
    `sql_mode = '${SQL_MODE.join(",")}'`,
    "autocommit = 1",
    // 1 KB by default, where a longer text would be cut.
    "group_concat_max_len = 4294967295",
    flavor.recursion,
    flavor.statementTimeout(statementTimeout),
  ];
  return `SET ${settings.join(", ")}`;
}

async function setUp(connection: MySQLConnection): Promise<void> {
  const [, { rows }] = await Promise.all([
    connection.setUp(),
    connection.run(SERVER_SETTINGS, [], "rows"),
  ]);
  connection.maxPacket = Number(rows[0]![0]);
  connection.rollsBackOnLockTimeout = Number(rows[0]![1]) === 1;
  connection.knowsTimeZones = Number(rows[0]![2]) === 1;
}

/** What is asked of a server at the beginning. A zone that it does not know makes NULL of a time. */
const SERVER_SETTINGS = "SELECT @@max_allowed_packet, @@innodb_rollback_on_timeout, " +
  "CONVERT_TZ('2024-07-01', '+00:00', 'Europe/Oslo') IS NOT NULL";

function checkFlavor(serverVersion: string, { title, backend }: ServerFlavor): void {
  const found = isMariaDB(serverVersion) ? "MariaDB" : "MySQL";
  if (found === title) return;
  throw new ConfigurationError(
    `Cannot use ${found} ${versionOf(serverVersion)} with ${backend}: use ${found}Backend instead`,
  );
}

/** Opens a connection; with `ssl: "prefer"` an unencrypted one where the server has no encryption. */
async function open(driver: MySQL2, config: MySQLConnectionConfig): Promise<Opened> {
  const tls = tlsOf(config);
  try {
    return await openRaw(driver, config, tls);
  } catch (error) {
    if (config.ssl === "prefer" && failureOf(error)?.code === "HANDSHAKE_NO_SSL_SUPPORT") {
      return await openRaw(driver, config, undefined).catch((second) => Promise.reject(connectError(second, config)));
    }
    throw connectError(error, config);
  }
}

function tlsOf({ ssl, sslCA, sslCert, sslKey }: MySQLConnectionConfig): MySQL2TLS | undefined {
  if (ssl === "disable") return undefined;
  return {
    ...sslCA === undefined ? {} : { ca: sslCA },
    ...sslCert === undefined ? {} : { cert: sslCert },
    ...sslKey === undefined ? {} : { key: sslKey },
    rejectUnauthorized: ssl === "verify-ca" || ssl === "verify-full",
    verifyIdentity: ssl === "verify-full",
  };
}

function optionsOf(config: MySQLConnectionConfig, ssl: MySQL2TLS | undefined): MySQL2Options {
  return {
    ...config.socket === undefined ? { host: config.host, port: config.port } : { socketPath: config.socket },
    user: config.user,
    password: config.password,
    database: config.database,
    charset: "UTF8MB4_BIN",
    connectTimeout: config.connectTimeout,
    // An integer beyond 2^53 comes as text, any other as a number.
    supportBigNumbers: true,
    bigNumberStrings: false,
    decimalNumbers: false,
    dateStrings: true,
    jsonStrings: true,
    rowsAsArray: true,
    stringifyObjects: true,
    multipleStatements: false,
    maxPreparedStatements: Math.max(1, config.statementCacheSize),
    // UPDATE counts the rows that it finds; a space before "(" means what it means elsewhere; the server may not ask for files.
    flags: ["FOUND_ROWS", "-IGNORE_SPACE", "-LOCAL_FILES"],
    connectAttributes: { program_name: config.applicationName },
    ...ssl === undefined ? {} : { ssl },
  };
}

function openRaw(driver: MySQL2, config: MySQLConnectionConfig, ssl: MySQL2TLS | undefined): Promise<Opened> {
  const { promise, resolve, reject } = Promise.withResolvers<Opened>();
  const raw = driver.createConnection(optionsOf(config, ssl));
  // The driver's own limit does not cover all of a handshake.
  const timer = setTimeout(() => fail(timedOut(config)), config.connectTimeout);
  const fail = (error: Error) => {
    clearTimeout(timer);
    raw.destroy();
    raw.stream.destroy();
    reject(error);
  };
  raw.on("error", fail);
  raw.on("connect", ({ serverVersion }) => {
    clearTimeout(timer);
    resolve({ raw, serverVersion });
  });
  return promise;
}

/** Runs one statement over a connection of its own. */
async function runAside(driver: MySQL2, config: MySQLConnectionConfig, sql: string): Promise<void> {
  const { raw } = await open(driver, config);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  raw.on("error", reject);
  raw.query({ sql }, (error) => error === null ? resolve() : reject(error));
  try {
    await within(config.connectTimeout, promise, () => timedOut(config));
  } finally {
    raw.destroy();
    raw.stream.destroy();
  }
}

async function within<T>(milliseconds: number, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), milliseconds);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // what comes too late belongs to nobody
  }
}

function placeOf({ socket, host, port }: MySQLConnectionConfig): string {
  return socket ?? `${host}:${port}`;
}

function timedOut(config: MySQLConnectionConfig): ConnectionError {
  return new ConnectionError(
    `Cannot connect to ${placeOf(config)}: there was no answer within connectTimeout (${config.connectTimeout} ms); ` +
      "check host, port and firewall",
    { code: "ETIMEDOUT", retryable: true },
  );
}

const CERTIFICATE = /CERT|SELF_SIGNED|UnknownIssuer|certificate/i;

/** Says where the connection was to go and what to look at. */
function connectError(error: unknown, config: MySQLConnectionConfig): Error {
  if (error instanceof ConnectionError || error instanceof ConfigurationError) return error;
  const place = placeOf(config);
  if (error instanceof Error && error.name === "NotCapable") {
    return new ConnectionError(
      `Cannot connect to ${place}: Deno's permissions do not allow it, run with --allow-net=${place}`,
      {
        driverError: error,
      },
    );
  }
  const failure = failureOf(error);
  const because = (text: string, retryable = false) =>
    new ConnectionError(`Cannot connect to ${place}: ${text}`, { code: failure?.code, driverError: error, retryable });
  switch (failure?.errno === undefined ? failure?.code : undefined) {
    case "ECONNREFUSED":
      return because("nothing listens there; check host and port, and that the server runs", true);
    case "ENOENT":
      return because("there is no such socket; check its path, and that the server runs", true);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return because("the host is not known; check its name");
    case "ETIMEDOUT":
      return timedOut(config);
    case "HANDSHAKE_NO_SSL_SUPPORT":
      return because(`the server has no encryption, which ssl: "${config.ssl}" asks for`);
    case "HANDSHAKE_SSL_ERROR":
      return because(
        CERTIFICATE.test(String(error))
          ? `its certificate is not trusted; check sslCA, sslCert and the host's name (ssl is "${config.ssl}")`
          : `encryption failed (ssl is "${config.ssl}")`,
      );
  }
  return mapMySQLError(error, "");
}
