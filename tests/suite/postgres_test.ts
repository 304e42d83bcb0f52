import { postgresProvider } from "../providers/postgres.ts";
import { reportSkip } from "../providers/report_skip.ts";
import { serverUrl } from "../support/servers/server_url.ts";
import { runTestsuite } from "../testsuite/mod.ts";

const { url, reason } = await serverUrl("postgres");
if (url === null) await reportSkip("postgres", reason);
else await runTestsuite(postgresProvider("postgres", "postgres", url));
