import { MySQLBackend } from "../../../backends/mysql/mod.ts";
import { faultTest } from "../faults/fault_test_of.ts";

await faultTest("mysql", "mysql", (url) => new MySQLBackend({ url }));
