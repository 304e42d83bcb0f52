import { MySQLBackend } from "@rhosocial/activerecord/backends/mysql";
import { injectionTestsOf } from "./injection_tests_of.ts";
import { onServer } from "./on_server.ts";

injectionTestsOf(await onServer("mysql", (url) => new MySQLBackend({ url, poolSize: 2 })));
