import { sqliteBetter } from "../providers/sqlite.ts";
import { runTestsuite } from "../testsuite/mod.ts";

await runTestsuite(sqliteBetter);
