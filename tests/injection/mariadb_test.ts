import { MariaDBBackend } from "@rhosocial/activerecord/backends/mariadb";
import { injectionTestsOf } from "./injection_tests_of.ts";
import { onServer } from "./on_server.ts";

injectionTestsOf(await onServer("mariadb", (url) => new MariaDBBackend({ url, poolSize: 2 })));
