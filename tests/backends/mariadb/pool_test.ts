import { MariaDBBackend } from "../../../backends/mariadb/mod.ts";
import { poolTests } from "../pooled/pool_tests_of.ts";

await poolTests("mariadb", "mariadb", (url, options) => new MariaDBBackend({ url, ...options }));
