import { existsSync } from "node:fs";
import { openServers } from "../support/servers/servers_of_run.ts";
import { type DatabaseKind, databaseKinds, skipVariable, urlVariable } from "../support/servers/kinds.ts";
import { createTestDatabase } from "../support/servers/test_database.ts";
import { backendModule, type DatabaseName } from "./databases.ts";
import { openStore } from "./store.ts";

/** Where a database can be measured. */
export interface Site {
  readonly database: DatabaseName;
  /** Makes a database with so many users, some of them with posts; gives its path or URL. */
  newLocation(users: number, owners: number): Promise<string>;
}

/** The sites of a run; databases that were made are removed at the end. */
export interface Sites extends AsyncDisposable {
  readonly sites: readonly Site[];
  /** A line for each database that cannot be measured, with the reason. */
  readonly skipped: readonly string[];
}

/** Finds or starts what the databases need. */
export async function openSites(databases: readonly DatabaseName[]): Promise<Sites> {
  const stack = new AsyncDisposableStack();
  try {
    return { ...await findSites(databases, stack), [Symbol.asyncDispose]: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

async function findSites(
  databases: readonly DatabaseName[],
  stack: AsyncDisposableStack,
): Promise<Pick<Sites, "sites" | "skipped">> {
  const skipped: string[] = [];
  const written = databases.filter((database) => {
    const isThere = existsSync(backendModule(database));
    if (!isThere) skipped.push(`skipped ${database}: there is no backends/${database}/mod.ts`);
    return isThere;
  });
  const servers = stack.use(await openServers(databaseKinds.filter((kind) => written.includes(kind))));
  const sites: Site[] = [];
  for (const database of written) {
    if (database === "sqlite") {
      const folder = await Deno.makeTempDir({ prefix: "activerecord_bench_" });
      stack.defer(() => Deno.remove(folder, { recursive: true }));
      sites.push(fileSite(folder));
      continue;
    }
    const url = servers.env[urlVariable(database)];
    if (url === undefined) skipped.push(`skipped ${database}: ${servers.env[skipVariable(database)]}`);
    else sites.push(serverSite(database, url, stack));
  }
  return { sites, skipped };
}

/** Equal databases are copies of one file. */
function fileSite(folder: string): Site {
  const templates = new Map<string, string>();
  let made = 0;
  return {
    database: "sqlite",
    async newLocation(users, owners) {
      const key = `${users}/${owners}`;
      let template = templates.get(key);
      if (template === undefined) {
        template = `${folder}/template${templates.size}.db`;
        await using store = await openStore("sqlite", template);
        await store.create(users, owners);
        templates.set(key, template);
      }
      const path = `${folder}/${++made}.db`;
      await Deno.copyFile(template, path);
      return path;
    },
  };
}

function serverSite(kind: DatabaseKind, serverUrl: string, stack: AsyncDisposableStack): Site {
  return {
    database: kind,
    async newLocation(users, owners) {
      const { url } = stack.use(await createTestDatabase(kind, serverUrl));
      await using store = await openStore(kind, url);
      await store.create(users, owners);
      return url;
    },
  };
}
