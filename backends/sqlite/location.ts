import { ConfigurationError } from "../../core/errors.ts";

/** Where a database is, and what the `mode` of a `file:` URL says of opening it. */
export interface DatabaseLocation {
  /** Path of the file, or `:memory:`. */
  readonly path: string;
  /** Whether every write is refused, where the mode says it. */
  readonly readOnly: boolean | undefined;
  /** Whether the file may be made, where the mode says it. */
  readonly create: boolean | undefined;
}

/** What a URL holds. */
export interface UrlParts {
  /** The database: a path, `:memory:` or a `file:` URL. */
  readonly database: string;
  /** The options in its query. */
  readonly options: Readonly<Record<string, string>>;
}

/**
 * Reads `sqlite:` and `file:` URLs: after `sqlite://` the path is absolute, after `sqlite:` relative to the working
 * directory.
 *
 * @throws {ConfigurationError} for another scheme, a host or a text that is no URL
 */
export function readUrl(url: string): UrlParts {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase();
  if (scheme === "file") return { database: url, options: {} };
  if (scheme !== "sqlite") {
    throw new ConfigurationError(
      `Invalid url: ${scheme === undefined ? "it has no scheme" : `unsupported scheme "${scheme}"`} (${FORMS})`,
    );
  }
  const { path, query } = splitUrl(url, "sqlite");
  if (path === "") throw new ConfigurationError(`Invalid url: it names no database (${FORMS})`);
  const options: Record<string, string> = {};
  for (const [name, value] of query) {
    if (name in options) throw new ConfigurationError(`Invalid url: option "${name}" is given twice`);
    options[name] = value;
  }
  return { database: path === "/:memory:" ? ":memory:" : path, options };
}

const FORMS = "sqlite:///absolute.db, sqlite:relative.db or sqlite::memory:";

/**
 * Turns what the option `database` holds into a path. Drivers differ in the URLs that they take, and Deno takes them only
 * with all permissions, so none reaches a driver.
 */
export function locate(database: string): DatabaseLocation {
  if (database.includes("\0")) throw new ConfigurationError("Invalid database: it holds a NUL character");
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(database)?.[1]?.toLowerCase();
  if (scheme === "file") return locateFileUrl(database);
  if (scheme !== undefined && (scheme === "sqlite" || /^[^:]+:\/\//.test(database))) {
    throw new ConfigurationError(`Invalid database: a URL of scheme "${scheme}" (a path; URLs go into option "url")`);
  }
  return { path: database, readOnly: undefined, create: undefined };
}

const MODES: Readonly<Record<string, Omit<DatabaseLocation, "path">>> = {
  ro: { readOnly: true, create: undefined },
  rw: { readOnly: undefined, create: false },
  rwc: { readOnly: undefined, create: true },
  memory: { readOnly: undefined, create: undefined },
};

function locateFileUrl(url: string): DatabaseLocation {
  const { path, query } = splitUrl(url, "file");
  for (const name of query.keys()) {
    if (name !== "mode") {
      throw new ConfigurationError(`Unsupported parameter "${name}" in the file: URL: only "mode" can be given`);
    }
  }
  const mode = query.get("mode");
  if (mode !== null && !Object.hasOwn(MODES, mode)) {
    throw new ConfigurationError(`Invalid mode: ${JSON.stringify(mode)} (one of ${Object.keys(MODES).join(", ")})`);
  }
  if (mode === "memory") return { path: ":memory:", ...MODES.memory! };
  if (path === "") throw new ConfigurationError("Invalid database: the file: URL names no file");
  return { path, ...(mode === null ? { readOnly: undefined, create: undefined } : MODES[mode]!) };
}

/** Splits by hand, since `URL` would take the first part of a relative path for something else. */
function splitUrl(url: string, scheme: string): { path: string; query: URLSearchParams } {
  const rest = url.slice(scheme.length + 1).replace(/#.*$/s, "");
  const mark = rest.indexOf("?");
  const address = mark < 0 ? rest : rest.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? "" : rest.slice(mark + 1));
  if (!address.startsWith("//")) return { path: decodePath(address), query };
  const slash = address.indexOf("/", 2);
  const host = address.slice(2, slash < 0 ? undefined : slash);
  if (host === ":memory:" && slash < 0) return { path: host, query };
  if (host !== "" && host.toLowerCase() !== "localhost") {
    throw new ConfigurationError(
      `Invalid url: it names a host, SQLite opens files only (${scheme}:///absolute.db or ${scheme}:relative.db)`,
    );
  }
  const path = slash < 0 ? "" : decodePath(address.slice(slash));
  // file:///C:/app.db is C:/app.db.
  return { path: /^\/[a-z]:\//i.test(path) ? path.slice(1) : path, query };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new ConfigurationError('Invalid url: its path has a "%" that starts no escape (write %25)');
  }
}
