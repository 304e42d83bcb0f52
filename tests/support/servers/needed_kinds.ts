import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { type DatabaseKind, databaseKinds } from "./kinds.ts";

/** The servers that test files below some paths need, so that none is started for nothing. */
export function neededKinds(root: string, paths: readonly string[]): DatabaseKind[] {
  const files = paths.flatMap((path) => filesBelow(resolve(root, path)))
    .map((path) => relative(root, path).split(sep).join("/"));
  return databaseKinds.filter((kind) => files.some((file) => needsServer(file, kind)));
}

/** A test file needs the servers that its path names, as `tests/suite/postgres_test.ts` does; those of `tests/property` need all. */
export function needsServer(file: string, kind: DatabaseKind): boolean {
  if (/^tests\/property\/.*_test\.ts$/.test(file)) return true;
  return file.endsWith("_test.ts") && !/^tests\/(unit|types)\//.test(file) && file.split(/[\/_.]/).includes(kind);
}

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name));
}
