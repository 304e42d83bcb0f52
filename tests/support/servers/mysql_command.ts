import { dirname, join } from "node:path";
import type { Site } from "./recipe.ts";

/** The command of a MySQL or MariaDB server with what both understand. */
export function mysqlCommand(site: Site, ...more: readonly string[]): string[] {
  const { binaries, folder, port, settings } = site;
  return [
    ...binaries.command(binaries.path.slice(dirname(binaries.path).length + 1)),
    // It must come first: no setting of the machine counts.
    "--no-defaults",
    `--basedir=${baseOf(site)}`,
    `--datadir=${mysqlData(site)}`,
    `--tmpdir=${folder}`,
    `--socket=${join(folder, "socket")}`,
    `--pid-file=${join(folder, "pid")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--max-connections=200",
    "--innodb-buffer-pool-size=64M",
    // Written at each commit, so that it survives SIGKILL, but not forced to the disk.
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-flush-method=nosync",
    ...more,
    ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
  ];
}

/** The folder above that of the server program. */
export function baseOf({ binaries }: Site): string {
  return dirname(dirname(binaries.path));
}

/** The data folder. */
export function mysqlData({ folder }: Site): string {
  return join(folder, "data");
}
