import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { faultTest } from "../faults/fault_test_of.ts";

await faultTest("postgres", "postgres", (url) => new PostgreSQLBackend({ url }));
await faultTest("postgres-pg", "postgres", (url) => new PostgreSQLBackend({ url, driver: "pg" }));
