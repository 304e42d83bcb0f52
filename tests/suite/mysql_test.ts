import { mysqlProvider } from "../providers/mysql.ts";
import { reportSkip } from "../providers/report_skip.ts";
import { serverUrl } from "../support/servers/server_url.ts";
import { runTestsuite } from "../testsuite/mod.ts";

const server = await serverUrl("mysql");
if (server.url === null) await reportSkip("mysql", server.reason);
else await runTestsuite(mysqlProvider(server.url));
