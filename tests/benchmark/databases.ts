import type { Contender } from "./contenders/contender.ts";
import { type DatabaseKind, databaseKinds } from "../support/servers/kinds.ts";

/** A database whose backend is measured. */
export type DatabaseName = "sqlite" | DatabaseKind;

/** All of them. */
export const databaseNames: readonly DatabaseName[] = ["sqlite", ...databaseKinds];

/** A way to do the work: the library, the driver by itself, or what can be had from the driver by hand. */
export type ContenderName = "activerecord" | "driver" | "by hand";

/** The contenders of a database. */
export function contendersOf(database: DatabaseName): readonly ContenderName[] {
  return database === "sqlite" ? ["driver", "by hand", "activerecord"] : ["driver", "activerecord"];
}

const DRIVERS: Readonly<Record<DatabaseName, string>> = {
  sqlite: "sqlite_driver",
  postgres: "postgres_driver",
  mariadb: "mysql_driver",
  mysql: "mysql_driver",
};

/** Where the module of a backend is. */
export function backendModule(database: DatabaseName): URL {
  return new URL(`../../backends/${database}/mod.ts`, import.meta.url);
}

/** Opens a contender on a database: the path of a file, or a URL. */
export async function openContender(database: DatabaseName, name: ContenderName, location: string): Promise<Contender> {
  const file = name === "activerecord" ? name : name === "driver" ? DRIVERS[database] : "sqlite_by_hand";
  // What every file of that folder exports; the specifier is computed, so that a process loads what it measures.
  const module: { openContender(location: string, database: DatabaseName): Contender | Promise<Contender> } =
    await import(new URL(`./contenders/${file}.ts`, import.meta.url).href);
  return await module.openContender(location, database);
}
