import { ConfigurationError } from "../errors.ts";
import {
  booleanOption,
  checkOptionNames,
  choiceOption,
  ConnectionConfig,
  fromEnvironment,
  integerOption,
} from "./config.ts";
import type { PoolSettings } from "./pool.ts";

const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"] as const;

/** How a connection is encrypted: not at all, when the server can, always, with a known certificate, and of the right host. */
export type SSLMode = "disable" | "prefer" | "require" | "verify-ca" | "verify-full";

/** Options of a server. `database` is needed; everything else has a default. Times are milliseconds. */
export interface ServerOptions {
  /** Address with user, password, database and further options in its query, such as `postgres://app:secret@db:5432/shop?poolSize=5`. */
  readonly url?: string | URL | undefined;
  /** Name or address of the host. @default {"127.0.0.1"} */
  readonly host?: string | undefined;
  /** Port, from 1 to 65535. @default the usual one of the server */
  readonly port?: number | undefined;
  /** Path of a Unix socket, used instead of host and port. */
  readonly socket?: string | undefined;
  /** Name of the database. */
  readonly database?: string | undefined;
  /** Name of the user. @default the usual one of the server */
  readonly user?: string | undefined;
  /** The same as `user`. */
  readonly username?: string | undefined;
  /** Password; never shown. @default {""} */
  readonly password?: string | undefined;
  /** Most connections, up to 1,000. @default {10} */
  readonly poolSize?: number | undefined;
  /** Connections that are kept while idle. @default {1} */
  readonly minPoolSize?: number | undefined;
  /** Longest wait for a free connection. @default {30000} */
  readonly acquireTimeout?: number | undefined;
  /** An idle connection is closed after this time; 0 keeps it. @default {60000} */
  readonly idleTimeout?: number | undefined;
  /** A connection is replaced after this time, 10 % more or less; 0 keeps it. @default {1800000} */
  readonly maxLifetime?: number | undefined;
  /** A connection that was idle for longer than this is checked before it is used. @default {5000} */
  readonly validateAfter?: number | undefined;
  /** Longest time for opening a connection. @default {10000} */
  readonly connectTimeout?: number | undefined;
  /** Time after which the server ends a statement; 0 for none. @default {0} */
  readonly statementTimeout?: number | undefined;
  /** How the connection is encrypted. @default {"prefer"} for another host, `disable` for this one and for a socket */
  readonly ssl?: SSLMode | undefined;
  /** Certificate of the authority that has signed the server's, as PEM text. */
  readonly sslCA?: string | undefined;
  /** Certificate of the client, as PEM text. */
  readonly sslCert?: string | undefined;
  /** Key of the client, as PEM text; never shown. */
  readonly sslKey?: string | undefined;
  /** Name by which the server lists the connections. @default {"activerecord"} */
  readonly applicationName?: string | undefined;
  /** How many prepared statements each connection keeps, up to 10,000. @default {100} */
  readonly statementCacheSize?: number | undefined;
  /** Sets the session back before a connection is used again, at the price of a round trip. @default {false} */
  readonly resetSession?: boolean | undefined;
}

/** Names of the options with the end of their environment variable. */
const ENVIRONMENT: Readonly<Record<keyof ServerOptions, string>> = {
  url: "URL",
  host: "HOST",
  port: "PORT",
  socket: "SOCKET",
  database: "DATABASE",
  user: "USER",
  username: "USERNAME",
  password: "PASSWORD",
  poolSize: "POOL_SIZE",
  minPoolSize: "MIN_POOL_SIZE",
  acquireTimeout: "ACQUIRE_TIMEOUT",
  idleTimeout: "IDLE_TIMEOUT",
  maxLifetime: "MAX_LIFETIME",
  validateAfter: "VALIDATE_AFTER",
  connectTimeout: "CONNECT_TIMEOUT",
  statementTimeout: "STATEMENT_TIMEOUT",
  ssl: "SSL",
  sslCA: "SSL_CA",
  sslCert: "SSL_CERT",
  sslKey: "SSL_KEY",
  applicationName: "APPLICATION_NAME",
  statementCacheSize: "STATEMENT_CACHE_SIZE",
  resetSession: "RESET_SESSION",
};

/** What one kind of server has of its own. */
export interface ServerKind {
  /** Name of the configuration class, for messages. */
  readonly owner: string;
  /** Schemes of its URLs, the first one being used in `toConnectionString()`. */
  readonly schemes: readonly string[];
  /** Its usual port. */
  readonly port: number;
  /** Its usual user. */
  readonly user: string;
  /** Further options with the end of their environment variable. */
  readonly options: Readonly<Record<string, string>>;
}

/** Highest number of milliseconds that a timer takes. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/** The options that were given, by name; a value from a URL or the environment is text. */
export type GivenOptions = Readonly<Record<string, unknown>>;

/** Where a server is and how its connections are used. Everything is checked here, before anything is opened. */
export abstract class ServerConnectionConfig extends ConnectionConfig {
  /** Name or address of the host. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Path of a Unix socket, used instead of host and port. */
  readonly socket: string | undefined;
  /** Name of the database. */
  readonly database: string;
  /** Name of the user. */
  readonly user: string;
  /** Password; never shown. */
  readonly password: string;
  /** Most connections. */
  readonly poolSize: number;
  /** Connections that are kept while idle. */
  readonly minPoolSize: number;
  /** Milliseconds of the longest wait for a free connection. */
  readonly acquireTimeout: number;
  /** Milliseconds after which an idle connection is closed; 0 keeps it. */
  readonly idleTimeout: number;
  /** Milliseconds after which a connection is replaced; 0 keeps it. */
  readonly maxLifetime: number;
  /** A connection that was idle for more milliseconds than this is checked before it is used. */
  readonly validateAfter: number;
  /** Milliseconds of the longest time for opening a connection. */
  readonly connectTimeout: number;
  /** Milliseconds after which the server ends a statement; 0 for none. */
  readonly statementTimeout: number;
  /** How the connection is encrypted. */
  readonly ssl: SSLMode;
  /** Certificate of the authority that has signed the server's. */
  readonly sslCA: string | undefined;
  /** Certificate of the client. */
  readonly sslCert: string | undefined;
  /** Key of the client; never shown. */
  readonly sslKey: string | undefined;
  /** Name by which the server lists the connections. */
  readonly applicationName: string;
  /** How many prepared statements each connection keeps. */
  readonly statementCacheSize: number;
  /** Whether the session is set back before a connection is used again. */
  readonly resetSession: boolean;

  /**
   * The options of the kind, for its own class to read the rest from.
   *
   * @internal
   */
  protected readonly given: GivenOptions;
  readonly #kind: ServerKind;

  /**
   * Takes options or a URL.
   *
   * @throws {ConfigurationError} for an option that is unknown, missing or out of its range
   */
  constructor(options: ServerOptions | string, kind: ServerKind) {
    super();
    const given = readOptions(options, kind);
    this.#kind = kind;
    // Not shown and not copied: it holds the password.
    this.given = given;
    Object.defineProperty(this, "given", { enumerable: false });
    this.socket = textOption(given, "socket");
    this.host = textOption(given, "host") ?? "127.0.0.1";
    this.port = integerOf(given, "port", 1, 65_535, kind.port);
    this.database = required(given, kind);
    this.user = textOption(given, "user") ?? textOption(given, "username") ?? kind.user;
    this.password = textOption(given, "password") ?? "";
    this.poolSize = integerOf(given, "poolSize", 1, 1_000, 10);
    this.minPoolSize = integerOf(given, "minPoolSize", 0, this.poolSize, 1);
    this.acquireTimeout = integerOf(given, "acquireTimeout", 1, MAX_TIMEOUT, 30_000);
    this.idleTimeout = integerOf(given, "idleTimeout", 0, MAX_TIMEOUT, 60_000);
    this.maxLifetime = integerOf(given, "maxLifetime", 0, MAX_TIMEOUT, 1_800_000);
    this.validateAfter = integerOf(given, "validateAfter", 0, MAX_TIMEOUT, 5_000);
    this.connectTimeout = integerOf(given, "connectTimeout", 1, MAX_TIMEOUT, 10_000);
    this.statementTimeout = integerOf(given, "statementTimeout", 0, MAX_TIMEOUT, 0);
    const isLocal = this.socket !== undefined || LOCAL_HOSTS.has(this.host);
    this.ssl = choiceOption("ssl", textOption(given, "ssl"), SSL_MODES, isLocal ? "disable" : "prefer");
    this.sslCA = textOption(given, "sslCA");
    this.sslCert = textOption(given, "sslCert");
    this.sslKey = textOption(given, "sslKey");
    this.applicationName = textOption(given, "applicationName") ?? "activerecord";
    this.statementCacheSize = integerOf(given, "statementCacheSize", 0, 10_000, 100);
    this.resetSession = flagOf(given, "resetSession") ?? false;
  }

  /** The options of the environment, with those given here over them. */
  protected static environmentOptions(prefix: string, options: object, kind: ServerKind): ServerOptions {
    const found: Record<string, unknown> = fromEnvironment(prefix, { ...ENVIRONMENT, ...kind.options });
    const given = definedOf(options);
    // An address given here is whole: nothing of another one is mixed into it.
    if ("url" in given) { for (const name of IN_URL) delete found[name]; }
    else if (IN_URL.some((name) => name in given)) delete found.url;
    // What the environment gives is text, which the constructor reads as it does the query of a URL.
    return { ...found, ...given } as ServerOptions;
  }

  /** The settings of the pool. */
  get pool(): PoolSettings {
    const { minPoolSize: min, poolSize: max, acquireTimeout, idleTimeout, maxLifetime, validateAfter } = this;
    return { min, max, acquireTimeout, idleTimeout, maxLifetime, validateAfter };
  }

  /** The address as a URL without the password. */
  override toConnectionString(): string {
    const at = this.socket === undefined
      ? `${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`
      : "";
    const query = this.socket === undefined ? "" : `?socket=${encodeURIComponent(this.socket)}`;
    const name = encodeURIComponent(this.database);
    return `${this.#kind.schemes[0]}://${encodeURIComponent(this.user)}@${at}/${name}${query}`;
  }
}

const LOCAL_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/** Options that an address holds itself. */
const IN_URL: readonly string[] = ["host", "port", "database", "user", "username", "password"];

/** The options by name, those of a URL included. */
function readOptions(options: unknown, kind: ServerKind): GivenOptions {
  if (typeof options === "string") return readOptions({ url: options }, kind);
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError(`Cannot configure ${kind.owner} with ${typeName(options)}: give options or a URL`);
  }
  const given = definedOf(options);
  const known = [...Object.keys(ENVIRONMENT), ...Object.keys(kind.options)];
  checkOptionNames(kind.owner, given, known);
  if (given.user !== undefined && given.username !== undefined) {
    throw new ConfigurationError(`Cannot take both "user" and "username" for ${kind.owner}: give one of them`);
  }
  if (given.url === undefined) return given;
  const { url, ...others } = given;
  const inUrl = readUrl(url, kind, known);
  for (const name of IN_URL) {
    if (others[name] !== undefined && inUrl[name] !== undefined) {
      throw new ConfigurationError(
        `Cannot take "${name}" for ${kind.owner} beside "url", which holds it: give one of them`,
      );
    }
  }
  return { ...inUrl, ...others };
}

/** The parts of an address. Its text never gets into a message: it may hold a password. */
function readUrl(value: unknown, kind: ServerKind, known: readonly string[]): Record<string, unknown> {
  if (typeof value !== "string" && !(value instanceof URL)) {
    throw new ConfigurationError(`Invalid url: ${typeName(value)} (a string or URL)`);
  }
  const form = `${kind.schemes[0]}://user:password@host:${kind.port}/database`;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    throw new ConfigurationError(`Invalid url: it cannot be read (${form}; special characters in its parts as %XX)`);
  }
  const scheme = url.protocol.slice(0, -1);
  if (!kind.schemes.includes(scheme)) {
    throw new ConfigurationError(`Invalid url: unsupported scheme "${scheme}" (${form})`);
  }
  const given: Record<string, unknown> = {};
  const part = (name: string, text: string) => {
    if (text !== "") given[name] = decoded(name, text);
  };
  part("host", url.hostname.replace(/^\[|\]$/g, ""));
  part("port", url.port);
  part("user", url.username);
  part("password", url.password);
  part("database", url.pathname.slice(1));
  for (const [name, text] of url.searchParams) {
    if (name === "url" || !known.includes(name)) {
      throw new ConfigurationError(
        `Unknown option "${name}" in the url of ${kind.owner}: known are ${known.join(", ")}`,
      );
    }
    if (name in given) throw new ConfigurationError(`Invalid url: "${name}" is given twice`);
    given[name] = text;
  }
  return given;
}

function decoded(name: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigurationError(`Invalid ${name} in url: its special characters must be written as %XX`);
  }
}

/** The options that have a value. */
function definedOf(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function required(given: GivenOptions, kind: ServerKind): string {
  const database = textOption(given, "database");
  if (database !== undefined && database !== "") return database;
  throw new ConfigurationError(`Missing option "database" for ${kind.owner}: give its name, or a url that ends in it`);
}

/** A text of the options; a wrong type is refused without showing the value. */
export function textOption(given: GivenOptions, name: string): string | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  if (typeof value !== "string") throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (a string)`);
  if (value.includes("\0")) throw new ConfigurationError(`Invalid ${name}: it holds a NUL character`);
  return value;
}

/** A whole number of the options. */
function integerOf(given: GivenOptions, name: string, min: number, max: number, fallback: number): number {
  const value = given[name];
  if (value !== undefined && typeof value !== "number" && typeof value !== "string") {
    throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (${min}–${max})`);
  }
  return integerOption(name, value, { min, max, fallback });
}

/** A yes or no of the options. */
export function flagOf(given: GivenOptions, name: string): boolean | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  if (typeof value !== "boolean" && typeof value !== "string") {
    throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (true or false)`);
  }
  return booleanOption(name, value, false);
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
