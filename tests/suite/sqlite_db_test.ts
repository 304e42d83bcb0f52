import { reportSkip } from "../providers/report_skip.ts";
import { sqliteDb, whyNotSqliteDb } from "../providers/sqlite.ts";
import { runTestsuite } from "../testsuite/mod.ts";

const reason = whyNotSqliteDb();
if (reason === null) await runTestsuite(sqliteDb);
else await reportSkip(sqliteDb.name, reason);
