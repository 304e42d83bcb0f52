import { MySQLBackend } from "../../../backends/mysql/mod.ts";
import { poolTests } from "../pooled/pool_tests_of.ts";

await poolTests("mysql", "mysql", (url, options) => new MySQLBackend({ url, ...options }));
