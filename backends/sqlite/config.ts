import {
  booleanOption,
  checkOptionNames,
  choiceOption,
  ConnectionConfig,
  fromEnvironment,
  integerOption,
} from "../../core/backend/config.ts";
import { ConfigurationError } from "../../core/errors.ts";
import { type DatabaseLocation, locate, readUrl } from "./location.ts";

const OWNER = "SQLiteConnectionConfig";

const DRIVERS = ["node:sqlite", "better-sqlite3", "@db/sqlite"] as const;
const JOURNAL_MODES = ["wal", "delete", "truncate", "persist", "memory", "off"] as const;
const SYNCHRONOUS = ["off", "normal", "full", "extra"] as const;

/** The drivers that open SQLite databases. */
export type SQLiteDriverName = "node:sqlite" | "better-sqlite3" | "@db/sqlite";

/** How SQLite keeps what it needs to undo a transaction. */
export type SQLiteJournalMode = "wal" | "delete" | "truncate" | "persist" | "memory" | "off";

/** How often SQLite waits until the disk has everything. */
export type SQLiteSynchronous = "off" | "normal" | "full" | "extra";

/** Options of a SQLite database. One of `database` and `url` is needed. */
export interface SQLiteOptions {
  /** Path of the file, `:memory:`, or a `file:` URL with at most a `mode`. */
  readonly database?: string | URL | undefined;
  /** `sqlite:///absolute.db`, `sqlite:relative.db` or `sqlite::memory:`, with other options in its query. */
  readonly url?: string | URL | undefined;
  /** Refuse every write. @default {false} */
  readonly readOnly?: boolean | undefined;
  /** Make the file if there is none. @default {true} */
  readonly create?: boolean | undefined;
  /** The driver; all but the first are loaded when the database is opened. @default {"node:sqlite"} */
  readonly driver?: SQLiteDriverName | undefined;
  /** The journal; a database in memory has `memory` or `off`. @default {"wal"} */
  readonly journalMode?: SQLiteJournalMode | undefined;
  /** How often SQLite waits for the disk. @default {"normal"} */
  readonly synchronous?: SQLiteSynchronous | undefined;
  /** Enforce foreign keys. @default {true} */
  readonly foreignKeys?: boolean | undefined;
  /** Milliseconds that a statement waits for the lock of another process. @default {5000} */
  readonly busyTimeout?: number | undefined;
  /** Milliseconds that a write waits for the connection that writes. @default {30000} */
  readonly acquireTimeout?: number | undefined;
  /** How many prepared statements each connection keeps, up to 10,000. @default {256} */
  readonly statementCacheSize?: number | undefined;
  /** Connections for reading beside the one that writes, up to 16; a database in memory has none. @default {1} */
  readonly readers?: number | undefined;
}

/** Names of the options with the end of their environment variable. */
const ENVIRONMENT: Readonly<Record<keyof SQLiteOptions, string>> = {
  database: "DATABASE",
  url: "URL",
  readOnly: "READ_ONLY",
  create: "CREATE",
  driver: "DRIVER",
  journalMode: "JOURNAL_MODE",
  synchronous: "SYNCHRONOUS",
  foreignKeys: "FOREIGN_KEYS",
  busyTimeout: "BUSY_TIMEOUT",
  acquireTimeout: "ACQUIRE_TIMEOUT",
  statementCacheSize: "STATEMENT_CACHE_SIZE",
  readers: "READERS",
};

const OPTION_NAMES: readonly string[] = Object.keys(ENVIRONMENT);

/** Highest number of milliseconds that a timer takes. */
const MAX_TIMEOUT = 2 ** 31 - 1;

/**
 * Where a SQLite database is and how it is opened. Everything is checked here, before anything is opened.
 *
 * @example
 * ```ts ignore
 * new SQLiteConnectionConfig({ database: "app.db", busyTimeout: 1000 });
 * new SQLiteConnectionConfig("sqlite:app.db?readOnly=true");
 * ```
 */
export class SQLiteConnectionConfig extends ConnectionConfig {
  /** Path of the file, or `:memory:`. */
  readonly database: string;
  /** Whether every write is refused. */
  readonly readOnly: boolean;
  /** Whether the file is made if there is none. */
  readonly create: boolean;
  /** The driver that opens it. */
  readonly driver: SQLiteDriverName;
  /** How SQLite keeps what it needs to undo a transaction. */
  readonly journalMode: SQLiteJournalMode;
  /** How often SQLite waits until the disk has everything. */
  readonly synchronous: SQLiteSynchronous;
  /** Whether foreign keys are enforced. */
  readonly foreignKeys: boolean;
  /** Milliseconds that a statement waits for the lock of another process. */
  readonly busyTimeout: number;
  /** Milliseconds that a write waits for the connection that writes. */
  readonly acquireTimeout: number;
  /** How many prepared statements each connection keeps. */
  readonly statementCacheSize: number;
  /** Connections for reading beside the one that writes. */
  readonly readers: number;

  /**
   * Takes options, a URL, or just the path of a file.
   *
   * @throws {ConfigurationError} for an option that is unknown, missing or out of its range
   */
  constructor(options: SQLiteOptions | string) {
    super();
    const given = readOptions(options);
    const location = locationOf(given);
    this.database = location.path;
    this.readOnly = agree("readOnly", location.readOnly, flag(given, "readOnly"), false);
    this.create = agree("create", location.create, flag(given, "create"), true);
    this.driver = choice(given, "driver", DRIVERS, "node:sqlite");
    const inMemory = this.isMemory;
    const journals = inMemory ? (["memory", "off"] as const) : JOURNAL_MODES;
    this.journalMode = choice<SQLiteJournalMode>(given, "journalMode", journals, inMemory ? "memory" : "wal");
    this.synchronous = choice(given, "synchronous", SYNCHRONOUS, "normal");
    this.foreignKeys = flag(given, "foreignKeys") ?? true;
    this.busyTimeout = integer(given, "busyTimeout", MAX_TIMEOUT, 5000);
    this.acquireTimeout = integer(given, "acquireTimeout", MAX_TIMEOUT, 30_000);
    this.statementCacheSize = integer(given, "statementCacheSize", 10_000, 256);
    this.readers = integer(given, "readers", inMemory ? 0 : 16, inMemory ? 0 : 1);
  }

  /**
   * Reads `DB_URL` or `DB_DATABASE`, and `DB_READ_ONLY`, `DB_DRIVER`, `DB_BUSY_TIMEOUT` and so on for the other options. The
   * options given here come first, and nothing is read before this is called.
   */
  static fromEnv(prefix = "DB_", options: SQLiteOptions = {}): SQLiteConnectionConfig {
    const found: Record<string, unknown> = fromEnvironment(prefix, ENVIRONMENT);
    const given = definedOf(options);
    if ("database" in given || "url" in given) {
      delete found.database;
      delete found.url;
    }
    // What the environment gives is text, which the constructor reads as it does the query of a URL.
    return new SQLiteConnectionConfig({ ...found, ...given } as SQLiteOptions);
  }

  /** Whether the database is in memory, so that it lives as long as its one connection. */
  get isMemory(): boolean {
    return this.database === ":memory:";
  }

  /** What a driver opens. */
  get path(): string {
    return this.database;
  }

  /** The configuration as a URL; options that have their usual value are left out. */
  override toConnectionString(): string {
    const query = new URLSearchParams();
    const usual = new SQLiteConnectionConfig({ database: this.database });
    for (const name of OPTION_NAMES) {
      if (name === "database" || name === "url") continue;
      // Each option is a property of the same name.
      const value = this[name as Exclude<keyof SQLiteOptions, "url">];
      if (value !== usual[name as Exclude<keyof SQLiteOptions, "url">]) query.set(name, String(value));
    }
    const path = this.isMemory ? ":memory:" : this.database.split("/").map(encodeURIComponent).join("/");
    return `sqlite:${path.startsWith("/") ? "//" : ""}${path}${query.size === 0 ? "" : `?${query}`}`;
  }
}

/** A text that starts like this is a URL; `C:\app.db` and `:memory:` are not. */
const URL_START = /^(?:sqlite:|file:|[a-z][a-z0-9+.-]+:\/\/)/i;

type Given = Readonly<Record<string, unknown>>;

/** The options by name, those of a URL's query included. */
function readOptions(options: unknown): Given {
  if (typeof options === "string") {
    return readOptions(URL_START.test(options) ? { url: options } : { database: options });
  }
  if (typeof options !== "object" || options === null) {
    throw new ConfigurationError(`Cannot configure SQLite with ${typeName(options)}: give options or a URL`);
  }
  const given = definedOf(options);
  checkOptionNames(OWNER, given, OPTION_NAMES);
  if (given.url === undefined) return given;
  if (given.database !== undefined) {
    throw new ConfigurationError(`Cannot take both "url" and "database" for ${OWNER}: give one of them`);
  }
  const { database, options: inUrl } = readUrl(textOption("url", given.url));
  checkOptionNames(`${OWNER} in its URL`, inUrl, OPTION_NAMES.filter((name) => name !== "url" && name !== "database"));
  const { url: _, ...others } = given;
  return { ...inUrl, ...others, database };
}

/** The options that have a value. */
function definedOf(options: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function locationOf({ database }: Given): DatabaseLocation {
  if (database === undefined || database === "") {
    throw new ConfigurationError(`Missing option "database" for ${OWNER}: give a path, ":memory:" or a URL`);
  }
  return locate(textOption("database", database));
}

function textOption(name: string, value: unknown): string {
  if (value instanceof URL) return value.href;
  if (typeof value === "string") return value;
  throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (a string or URL)`);
}

function flag(given: Given, name: string): boolean | undefined {
  const value = given[name];
  if (value === undefined) return undefined;
  if (typeof value !== "boolean" && typeof value !== "string") {
    throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (true or false)`);
  }
  return booleanOption(name, value, false);
}

function integer(given: Given, name: string, max: number, fallback: number): number {
  const value = given[name];
  if (value !== undefined && typeof value !== "number" && typeof value !== "string") {
    throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (0–${max})`);
  }
  return integerOption(name, value, { min: 0, max, fallback });
}

function choice<T extends string>(given: Given, name: string, choices: readonly T[], fallback: T): T {
  const value = given[name];
  if (value !== undefined && typeof value !== "string") {
    throw new ConfigurationError(`Invalid ${name}: ${typeName(value)} (one of ${choices.join(", ")})`);
  }
  return choiceOption(name, value, choices, fallback);
}

/** The option, or what the `mode` of a `file:` URL says of it; they may not say different things. */
function agree(name: string, inMode: boolean | undefined, option: boolean | undefined, fallback: boolean): boolean {
  if (inMode !== undefined && option !== undefined && inMode !== option) {
    throw new ConfigurationError(`Invalid ${name}: ${option} (the mode of the file: URL says ${inMode})`);
  }
  return option ?? inMode ?? fallback;
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
