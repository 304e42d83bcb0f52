import type { StorageBackend } from "../../core/backend/storage_backend.ts";
import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import { mariadb } from "../providers/mariadb.ts";
import { mysql } from "../providers/mysql.ts";
import { postgres } from "../providers/postgres.ts";
import { reportSkip } from "../providers/report_skip.ts";
import { serverUrl } from "../support/servers/server_url.ts";
import { createTestDatabase } from "../support/servers/test_database.ts";
import { makeModels, type Models } from "./models.ts";
import type { SuiteBackend } from "../testsuite/mod.ts";
import type { Tables } from "./rows.ts";

/** A database with the tables of the models. */
export interface PropertyDatabase {
  readonly name: string;
  readonly models: Models;
  readonly backend: StorageBackend;
  /** Name of the collation by which texts are compared by their characters. */
  readonly collation: string;
  /** What it cannot do in any version, which it says before SQL is sent. */
  readonly refusals: readonly string[];
}

const COLLATIONS = {
  sqlite: "BINARY",
  postgres: "characters",
  mariadb: "utf8mb4_nopad_bin",
  mysql: "utf8mb4_0900_bin",
} as const;

const OF_BOTH = ["join.full", "window.groups", "window.exclude"];

/** A refusal that is not here fails the test: what a database lacks is looked at one by one. */
const REFUSALS: Readonly<Record<keyof typeof COLLATIONS, readonly string[]>> = {
  sqlite: [],
  postgres: [],
  mariadb: OF_BOTH,
  mysql: OF_BOTH,
};

/** Opens every database that is there; servers that are not are reported. */
export async function openDatabases(stack: AsyncDisposableStack): Promise<PropertyDatabase[]> {
  const opened = [await prepared("sqlite", stack.use(new SQLiteBackend({ database: ":memory:" })))];
  for (const { kind, connect } of [postgres, mariadb, mysql]) {
    const { url, reason } = await serverUrl(kind);
    if (reason !== null) {
      await reportSkip(kind, reason);
      continue;
    }
    const database = stack.use(await createTestDatabase(kind, url));
    if (kind === "postgres") await setUp(connect({ url: database.url }), database.name);
    opened.push(await prepared(kind, stack.use(connect({ url: database.url }) as BackendOfTests)));
  }
  return opened;
}

async function setUp(backend: SuiteBackend, name: string): Promise<void> {
  // Compiling such small queries to machine code would take the server seconds.
  await backend.execute(`ALTER DATABASE "${name}" SET jit = off`);
  // What is compared in a collation is in it from there on: upper() and lower() know no letters but those of English in "C".
  await backend.execute(`DO $$ BEGIN EXECUTE format(
    'CREATE COLLATION characters (provider = libc, lc_collate = ''C'', lc_ctype = %L)',
    (SELECT datctype FROM pg_database WHERE datname = current_database())); END $$`);
  await backend.disconnect();
}

type BackendOfTests = StorageBackend & AsyncDisposable;

async function prepared(name: keyof typeof COLLATIONS, backend: StorageBackend): Promise<PropertyDatabase> {
  const models = makeModels();
  for (const model of [models.Item, models.Note]) {
    model.configure(backend);
    await model.createTable();
  }
  return { name, models, backend, collation: COLLATIONS[name], refusals: REFUSALS[name] };
}

/** Puts rows in the place of those that are there. */
export async function fill({ models }: PropertyDatabase, { items, notes }: Tables): Promise<void> {
  await models.Item.deleteAll({ all: true });
  await models.Note.deleteAll({ all: true });
  if (items.length > 0) await models.Item.insertMany(items);
  if (notes.length > 0) await models.Note.insertMany(notes);
}
