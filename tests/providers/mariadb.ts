import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import type { ServerProvider } from "./server.ts";

/** MariaDB. */
export const mariadb: ServerProvider = {
  name: "mariadb",
  kind: "mariadb",
  connect: (options) => new MariaDBBackend(options),
};
