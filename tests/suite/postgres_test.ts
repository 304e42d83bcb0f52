import { postgres } from "../providers/postgres.ts";
import { runOnServer } from "../providers/server.ts";

await runOnServer(postgres);
