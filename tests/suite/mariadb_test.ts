import { mariadb } from "../providers/mariadb.ts";
import { runOnServer } from "../providers/server.ts";

await runOnServer(mariadb);
