import { PostgreSQLBackend } from "@rhosocial/activerecord/backends/postgres";
import { injectionTestsOf } from "./injection_tests_of.ts";
import { onServer } from "./on_server.ts";

injectionTestsOf(await onServer("postgres", (url) => new PostgreSQLBackend({ url, poolSize: 2 })));
