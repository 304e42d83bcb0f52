import { MySQLBackend } from "../../backends/mysql/mod.ts";
import type { ServerProvider } from "./server.ts";

/** MySQL. */
export const mysql: ServerProvider = {
  name: "mysql",
  kind: "mysql",
  connect: (options) => new MySQLBackend(options),
};
