import { mariadbProvider } from "../providers/mysql.ts";
import { reportSkip } from "../providers/report_skip.ts";
import { serverUrl } from "../support/servers/server_url.ts";
import { runTestsuite } from "../testsuite/mod.ts";

const server = await serverUrl("mariadb");
if (server.url === null) await reportSkip("mariadb", server.reason);
else await runTestsuite(mariadbProvider(server.url));
