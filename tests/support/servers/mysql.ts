import { join } from "node:path";
import { baseOf, mysqlCommand } from "./mysql_command.ts";
import { readMySQLGreeting } from "./mysql_greeting.ts";
import type { Recipe, Site } from "./recipe.ts";
import { runProgram } from "./run_program.ts";

/** MySQL whose user `root` needs no password. What was committed survives SIGKILL, though not a crash of the machine. */
export const mysql: Recipe = {
  accounts: ["mysql"],
  stopSignal: "SIGTERM",
  quitSignal: "SIGKILL",
  async prepare(site) {
    const accounts = join(site.folder, "accounts.sql");
    // Without it there is only root@localhost, and 127.0.0.1 is no name.
    await Deno.writeTextFile(
      accounts,
      [
        "create user root@'127.0.0.1' identified by '';",
        "grant all on *.* to root@'127.0.0.1' with grant option;",
        "",
      ].join("\n"),
    );
    await runProgram(site, [...command(site), "--initialize-insecure", `--init-file=${accounts}`]);
  },
  command,
  isReady: async ({ port }) => await readMySQLGreeting(port) !== null,
  url: ({ port }) => `mysql://root@127.0.0.1:${port}/mysql`,
};

function command(site: Site): string[] {
  return mysqlCommand(
    site,
    `--lc-messages-dir=${join(baseOf(site), "share/mysql")}`,
    `--character-sets-dir=${join(baseOf(site), "share/mysql/charsets")}`,
    "--mysqlx=OFF",
    "--secure-file-priv=NULL",
  );
}
