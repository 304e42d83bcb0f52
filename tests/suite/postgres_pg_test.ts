import { postgresPg } from "../providers/postgres.ts";
import { runTestsuite } from "../testsuite/mod.ts";

await runTestsuite(postgresPg);
