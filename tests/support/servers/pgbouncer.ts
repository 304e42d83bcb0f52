import { connect } from "node:net";
import { join } from "node:path";
import type { Recipe, Site } from "./recipe.ts";

/** pgbouncer in transaction mode in front of a PostgreSQL on 127.0.0.1, to which it connects as `postgres`. */
export const pgbouncer: Recipe = {
  accounts: ["postgres"],
  stopSignal: "SIGTERM",
  quitSignal: "SIGKILL",
  async prepare(site) {
    const settings = {
      listen_addr: "127.0.0.1",
      listen_port: `${site.port}`,
      unix_socket_dir: "",
      auth_type: "any",
      pool_mode: "transaction",
      max_client_conn: "500",
      ...site.settings,
    };
    await Deno.writeTextFile(
      configOf(site),
      [
        "[databases]",
        `* = host=127.0.0.1 port=${site.upstreamPort} user=postgres`,
        "[pgbouncer]",
        ...Object.entries(settings).map(([name, value]) => `${name} = ${value}`),
        "",
      ].join("\n"),
    );
  },
  command: (site) => [...site.binaries.command("pgbouncer"), configOf(site)],
  isReady: ({ port }) => accepts(port),
  url: ({ port }) => `postgres://postgres@127.0.0.1:${port}/postgres`,
};

function configOf({ folder }: Site): string {
  return join(folder, "pgbouncer.ini");
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true));
    socket.on("error", () => end(false));
  });
}
