/** Finds installed server programs: the system's, those on PATH, and those that `install.ts` put into the cache. */

import { existsSync, readdirSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { cacheFolder } from "./cache_folder.ts";
import type { ServerKind } from "./kinds.ts";

/** An installed server. */
export interface ServerBinaries {
  readonly kind: ServerKind;
  /** Such as `15.19`. */
  readonly version: string;
  /** Path of the server program. */
  readonly path: string;
  /** How a program beside the server is called: its path, or its loader and then its path. */
  command(program: string): readonly string[];
  /** What programs need in their environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Which of several installed servers is wanted. */
export interface BinariesWanted {
  /** Start of the version, such as `17`. @default any */
  readonly version?: string;
}

/** The installed server of a kind, the system's before those of the cache; null when there is none. */
export async function findBinaries(kind: ServerKind, wanted: BinariesWanted = {}): Promise<ServerBinaries | null> {
  for (const found of await listBinaries(kind)) {
    if (wanted.version === undefined || `${found.version}.`.startsWith(`${wanted.version}.`)) return found;
  }
  return null;
}

/** All installed servers of a kind. */
export async function listBinaries(kind: ServerKind): Promise<ServerBinaries[]> {
  const found = new Map<string, ServerBinaries>();
  for (const path of candidates(kind)) {
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    if (found.has(real)) continue;
    const binaries = await inspect(kind, real);
    if (binaries !== null) found.set(real, binaries);
  }
  return [...found.values()];
}

const programs: Readonly<Record<ServerKind, readonly string[]>> = {
  postgres: ["postgres"],
  mariadb: ["mariadbd", "mysqld"],
  mysql: ["mysqld"],
  pgbouncer: ["pgbouncer"],
};

function candidates(kind: ServerKind): string[] {
  const path = (Deno.env.get("PATH") ?? "").split(delimiter).filter((folder) => folder !== "");
  const system = [...versionFolders("/usr/lib/postgresql"), ...path, "/usr/sbin", "/usr/libexec", "/usr/local/sbin"];
  const cached = foldersIn(cacheFolder())
    .filter((folder) => basename(folder) === kind || basename(folder).startsWith(`${kind}-`))
    .flatMap((prefix) => [
      ...versionFolders(join(prefix, "usr/lib/postgresql")),
      join(prefix, "usr/sbin"),
      join(prefix, "bin"),
    ]);
  return [...system, ...cached].flatMap((folder) => programs[kind].map((program) => join(folder, program)));
}

/** The `bin` folders of PostgreSQL as Debian installs it, the newest first. */
function versionFolders(folder: string): string[] {
  return foldersIn(folder).sort((a, b) => Number(basename(b)) - Number(basename(a))).map((path) => join(path, "bin"));
}

function foldersIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort().map((name) => join(folder, name)) : [];
}

/** Asks a program what it is; null when it is of another kind, or does not run. */
async function inspect(kind: ServerKind, path: string): Promise<ServerBinaries | null> {
  const { loader, env } = surroundings(path);
  const command = (program: string) => [...loader, join(dirname(path), program)];
  const [file = "", ...args] = [...loader, path, "--version"];
  const answer = await new Deno.Command(file, { args, env, stdin: "null" }).output().catch((error: unknown) => {
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
  if (answer === null || !answer.success) return null;
  const text = new TextDecoder().decode(answer.stdout);
  if (/^(mariadb|mysql)$/.test(kind) && text.includes("MariaDB") !== (kind === "mariadb")) return null;
  const version = versionIn(text);
  return version === null ? null : { kind, version, path, command, env };
}

/** The version in what a server program answers to `--version`. */
export function versionIn(text: string): string | null {
  return text.match(/(?:^|\s)(\d+(?:\.\d+)+)/)?.[1] ?? null;
}

/** How programs run that were unpacked below a folder of the cache, with the libraries that were unpacked beside them. */
function surroundings(path: string): { loader: string[]; env: Record<string, string> } {
  const cache = existsSync(cacheFolder()) ? realpathSync(cacheFolder()) : cacheFolder();
  if (!path.startsWith(cache) || !path.includes("/usr/")) return { loader: [], env: {} };
  const prefix = path.slice(0, path.indexOf("/usr/", cache.length));
  const libraries = ["usr/lib", "lib"]
    .flatMap((folder) => foldersIn(join(prefix, folder)))
    .filter((folder) => folder.endsWith("-linux-gnu"))
    .concat([join(prefix, "usr/lib/mysql/private")])
    .filter((folder) => existsSync(folder));
  const loader = [...libraries, join(prefix, "lib64"), join(prefix, "usr/lib64")]
    .flatMap(foldersIn)
    .find((file) => /^ld-linux.*\.so\.\d+$/.test(basename(file)));
  // Libraries of another release go with their own C library, and that only with its own loader.
  return loader === undefined
    ? { loader: [], env: { LD_LIBRARY_PATH: libraries.join(":") } }
    : { loader: [loader, "--library-path", libraries.join(":")], env: {} };
}
