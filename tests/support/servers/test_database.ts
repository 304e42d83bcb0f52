import { type Admin, openAdmin } from "./admin.ts";
import type { DatabaseKind } from "./kinds.ts";

/** A database that nobody else uses. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** The server's URL with this database. */
  readonly url: string;
  /** Removes it, also under those who are still connected. */
  drop(): Promise<void>;
}

/**
 * Creates a database on a server, named after the time and a random number, and drops those that runs left behind
 * which were killed more than an hour ago.
 */
export async function createTestDatabase(kind: DatabaseKind, serverUrl: string): Promise<TestDatabase> {
  const name = nameOfDatabase(new Date());
  {
    await using admin = await openAdmin(kind, serverUrl);
    await dropLeftovers(kind, admin);
    await admin.query(`create database ${name} ${characterSets[kind]}`);
  }
  const drop = async () => {
    await using admin = await openAdmin(kind, serverUrl);
    await admin.query(dropStatement(kind, name));
  };
  return { name, url: urlOfDatabase(serverUrl, name), drop, [Symbol.asyncDispose]: drop };
}

/** The URL of another database on the same server. */
export function urlOfDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** A name that says when the database was made, to the second. */
export function nameOfDatabase(now: Date): string {
  const random = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const seconds = Math.floor(now.getTime() / 1_000);
  return `${prefix}${seconds.toString(36)}_${random.toString(36)}`;
}

/** Whether a database belongs to a run that began more than an hour ago. */
export function isLeftover(name: string, now: Date): boolean {
  const [, seconds] = name.match(/^activerecord_test_([0-9a-z]+)_[0-9a-z]+$/) ?? [];
  return seconds !== undefined && now.getTime() / 1_000 - Number.parseInt(seconds, 36) > 3_600;
}

const prefix = "activerecord_test_";

const characterSets: Readonly<Record<DatabaseKind, string>> = {
  postgres: "template template0 encoding 'UTF8'",
  mariadb: "character set utf8mb4",
  mysql: "character set utf8mb4",
};

async function dropLeftovers(kind: DatabaseKind, admin: Admin): Promise<void> {
  const rows = await admin.query(
    kind === "postgres"
      ? "select datname as name from pg_database"
      : "select schema_name as name from information_schema.schemata",
  );
  const now = new Date();
  for (const { name } of rows) {
    if (typeof name !== "string" || !isLeftover(name, now)) continue;
    try {
      await admin.query(dropStatement(kind, name));
    } catch (error) {
      // Test files that run at the same time find the same leftovers.
      if (!isGoneOrBusy(error)) throw error;
    }
  }
}

/** Names are made here of letters, digits and underscores. */
function dropStatement(kind: DatabaseKind, name: string): string {
  return `drop database if exists ${name}${kind === "postgres" ? " with (force)" : ""}`;
}

function isGoneOrBusy(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, errno } = error as { code?: unknown; errno?: unknown }; // what the errors of both drivers may have
  const postgresCodes = ["3D000", "55006", "XX000"];
  const mysqlNumbers = [1008, 1010];
  return postgresCodes.some((known) => known === code) || mysqlNumbers.some((known) => known === errno);
}
