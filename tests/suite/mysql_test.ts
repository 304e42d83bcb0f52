import { mysql } from "../providers/mysql.ts";
import { runOnServer } from "../providers/server.ts";

await runOnServer(mysql);
