import { existsSync } from "node:fs";
import { join } from "node:path";
import { baseOf, mysqlCommand, mysqlData } from "./mysql_command.ts";
import { readMySQLGreeting } from "./mysql_greeting.ts";
import type { Recipe, Site } from "./recipe.ts";
import { runProgram } from "./run_program.ts";

/** MariaDB whose user `root` needs no password. What was committed survives SIGKILL, though not a crash of the machine. */
export const mariadb: Recipe = {
  accounts: ["mysql"],
  stopSignal: "SIGTERM",
  quitSignal: "SIGKILL",
  async prepare(site) {
    await Deno.mkdir(join(mysqlData(site), "mysql"), { recursive: true });
    if (site.account !== null) {
      for (const path of [mysqlData(site), join(mysqlData(site), "mysql")]) {
        await Deno.chown(path, site.account.uid, site.account.gid);
      }
    }
    // The installer of MariaDB feeds in the same; it expects all programs in the places of its package.
    await runProgram(site, [...command(site), "--bootstrap"], await bootstrapText(site));
  },
  command,
  isReady: async ({ port }) => await readMySQLGreeting(port) !== null,
  url: ({ port }) => `mariadb://root@127.0.0.1:${port}/mysql`,
};

function command(site: Site): string[] {
  const share = shareOf(site);
  return mysqlCommand(site, `--lc-messages-dir=${share}`, `--character-sets-dir=${join(share, "charsets")}`);
}

async function bootstrapText(site: Site): Promise<string> {
  const texts = ["use mysql;", "set @auth_root_socket = null;"];
  for (const part of ["system_tables", "performance_tables", "system_tables_data"]) {
    const path = ["mariadb", "mysql"].map((name) => join(shareOf(site), `${name}_${part}.sql`)).find(existsSync);
    if (path === undefined) throw new Error(`Cannot prepare mariadb: its script for ${part} is not installed`);
    texts.push(await Deno.readTextFile(path));
  }
  // Users without a name would take precedence over those that a test makes.
  return [...texts, "delete from mysql.global_priv where user = '';", ""].join("\n");
}

function shareOf(site: Site): string {
  const folders = ["mysql", "mariadb"].map((name) => join(baseOf(site), "share", name));
  const found = folders.find((folder) => existsSync(join(folder, "charsets")));
  if (found === undefined) throw new Error(`Cannot prepare mariadb: there is none of ${folders.join(", ")}`);
  return found;
}
