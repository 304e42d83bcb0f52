import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
import { injectionTestsOf } from "./injection_tests_of.ts";

injectionTestsOf({
  name: "sqlite",
  open: (stack) => Promise.resolve(stack.use(new SQLiteBackend({ database: ":memory:" }))),
});
