import { sqliteFile } from "../providers/sqlite.ts";
import { runTestsuite } from "../testsuite/mod.ts";

await runTestsuite(sqliteFile);
