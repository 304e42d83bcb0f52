import { sqliteMemory } from "../providers/sqlite.ts";
import { runTestsuite } from "../testsuite/mod.ts";

await runTestsuite(sqliteMemory);
