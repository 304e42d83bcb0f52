import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { poolTests } from "../pooled/pool_tests_of.ts";

await poolTests("postgres", "postgres", (url, options) => new PostgreSQLBackend({ url, ...options }));
await poolTests("postgres-pg", "postgres", (url, options) => new PostgreSQLBackend({ url, driver: "pg", ...options }));
