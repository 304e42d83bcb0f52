import { groupNames } from "./options.ts";
import { smokeTestOf } from "./smoke_test_of.ts";

await smokeTestOf("sqlite", groupNames.filter((name) => name !== "w10"));
