import { MariaDBBackend } from "../../../backends/mariadb/mod.ts";
import { faultTest } from "../faults/fault_test_of.ts";

await faultTest("mariadb", "mariadb", (url) => new MariaDBBackend({ url }));
