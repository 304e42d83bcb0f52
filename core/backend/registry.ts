import { ConfigurationError } from "../errors.ts";
import type { StorageBackend } from "./storage_backend.ts";

/** Makes a backend from its configuration: an object, or a class instance of the backend's own. */
export type BackendConstructor = new (config: never) => StorageBackend;

/** Finds the class of a backend; runs once, when the backend is first asked for. */
export type BackendLoader = () =>
  | BackendConstructor
  | Promise<BackendConstructor>;

/** What {@linkcode discoverBackends} says of one backend. */
export interface DiscoveredBackend {
  /** The name to give to `createBackend`. */
  readonly name: string;
  /** Other names for the same backend. */
  readonly aliases: readonly string[];
  /** Whether its class has been loaded already. */
  readonly loaded: boolean;
}

interface Entry {
  readonly aliases: readonly string[];
  readonly load: BackendLoader;
  found?: BackendConstructor;
}

const registry = new Map<string, Entry>();

/**
 * Registers a backend under a name, so that `createBackend(name, config)` and `configure({ backend: name })` find it.
 *
 * @throws {ConfigurationError} when the name is taken
 */
export function registerBackend(
  name: string,
  load: BackendLoader,
  { aliases = [] }: { aliases?: readonly string[] } = {},
): void {
  for (const candidate of [name, ...aliases]) {
    if (candidate === "" || find(candidate) !== undefined) {
      throw new ConfigurationError(
        `Cannot register backend ${JSON.stringify(candidate)}: the name is taken or empty`,
      );
    }
  }
  registry.set(name, { aliases, load });
}

/** Lists the registered backends, without loading or downloading anything. */
export function discoverBackends(): DiscoveredBackend[] {
  return [...registry].map(([name, entry]) => ({
    name,
    aliases: entry.aliases,
    loaded: entry.found !== undefined,
  }));
}

/**
 * Makes a backend by name, loading only its own modules and driver. It connects on first use.
 *
 * @throws {ConfigurationError} for an unknown name or a wrong configuration
 */
export async function createBackend(name: string, config: object): Promise<StorageBackend> {
  const entry = find(name);
  if (entry === undefined) {
    const known = [...registry].flatMap(([key, { aliases }]) => [key, ...aliases]);
    throw new ConfigurationError(
      `Unknown backend ${JSON.stringify(name)}: known are ${known.join(", ")}`,
    );
  }
  entry.found ??= checkClass(name, await entry.load());
  // The registry cannot know the configuration type of each backend; its constructor checks what it is given.
  return new entry.found(config as never);
}

function checkClass(name: string, found: unknown): BackendConstructor {
  if (typeof found === "function") return found as BackendConstructor; // the loader promises one
  throw new ConfigurationError(`Cannot load backend ${JSON.stringify(name)}: its loader gave no class`);
}

function find(name: string): Entry | undefined {
  return registry.get(name) ??
    [...registry.values()].find((entry) => entry.aliases.includes(name));
}

/** Loads a backend of this package. The specifier is computed, since a literal one would be fetched at every start. */
function builtIn(folder: string, exported: string): BackendLoader {
  return async () => {
    const here = import.meta.url;
    const extension = here.slice(here.lastIndexOf("."));
    const specifier = new URL(`../../backends/${folder}/mod${extension}`, here).href;
    const module: Record<string, BackendConstructor> = await import(specifier);
    return module[exported]!;
  };
}

registerBackend("sqlite", builtIn("sqlite", "SQLiteBackend"));
registerBackend("postgresql", builtIn("postgres", "PostgreSQLBackend"), { aliases: ["postgres", "pgsql"] });
registerBackend("mysql", builtIn("mysql", "MySQLBackend"));
registerBackend("mariadb", builtIn("mariadb", "MariaDBBackend"));
