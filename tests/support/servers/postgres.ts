import { join } from "node:path";
import type { Recipe, Site } from "./recipe.ts";
import { runProgram } from "./run_program.ts";

/**
 * PostgreSQL whose superuser `postgres` needs no password, while every other role does. What was committed survives
 * SIGKILL, though not a crash of the machine.
 */
export const postgres: Recipe = {
  accounts: ["postgres"],
  stopSignal: "SIGINT",
  quitSignal: "SIGQUIT",
  async prepare(site) {
    await runProgram(site, [
      ...site.binaries.command("initdb"),
      `--pgdata=${dataOf(site)}`,
      "--username=postgres",
      "--encoding=UTF8",
      "--auth=trust",
      "--no-sync",
    ]);
    await Deno.writeTextFile(
      join(dataOf(site), "pg_hba.conf"),
      [
        "local all all trust",
        "local replication all trust",
        "host all postgres 127.0.0.1/32 trust",
        "host all all 127.0.0.1/32 scram-sha-256",
        "",
      ].join("\n"),
    );
  },
  command(site) {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: `${site.port}`,
      unix_socket_directories: site.folder,
      max_connections: "200",
      fsync: "off",
      full_page_writes: "off",
      ...site.settings,
    };
    return [
      ...site.binaries.command("postgres"),
      "-D",
      dataOf(site),
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ];
  },
  async isReady(site, pid) {
    const lines = await readLines(join(dataOf(site), "postmaster.pid"));
    // The file of a server that was killed stays, so the first line is compared; the eighth is the state.
    return lines[0] === `${pid}` && lines[7]?.trim() === "ready";
  },
  url: ({ port }) => `postgres://postgres@127.0.0.1:${port}/postgres`,
};

function dataOf({ folder }: Site): string {
  return join(folder, "data");
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await Deno.readTextFile(path)).split("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
