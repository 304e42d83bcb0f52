import { groupNames } from "./options.ts";
import { smokeTestOf } from "./smoke_test_of.ts";

await smokeTestOf("mysql", groupNames.filter((name) => name !== "import" && name !== "types"));
