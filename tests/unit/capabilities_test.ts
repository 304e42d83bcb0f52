import { assert, assertEquals } from "@std/assert";
import { FeatureDetector } from "../../core/backend/features.ts";
import { Capabilities, type CapabilityRule, compareVersions, parseVersion } from "../../core/capabilities.ts";

for (
  const [text, version] of [
    ["3.53.0", [3, 53, 0]],
    ["8.0.36-debian", [8, 0, 36]],
    ["PostgreSQL 15.4 (Debian 15.4-1)", [15, 4]],
    ["10.11.6-MariaDB-0+deb12u1", [10, 11, 6]],
    ["17beta1", [17]],
    ["v9", [9]],
    ["", []],
    ["unknown", []],
  ] as const
) {
  Deno.test(`parseVersion() reads ${JSON.stringify(text)}`, () => {
    assertEquals(parseVersion(text), version);
  });
}

Deno.test("compareVersions() compares number by number, missing ones as 0", () => {
  const sign = (left: number[], right: number[]) => Math.sign(compareVersions(left, right));
  assertEquals(sign([3, 9], [3, 10]), -1);
  assertEquals(sign([10], [9, 99]), 1);
  assertEquals(sign([3, 35], [3, 35, 0]), 0);
  assertEquals(sign([], []), 0);
  assertEquals(sign([], [0, 1]), -1);
});

const RULES: readonly CapabilityRule[] = [
  { capability: "cte" },
  { capability: "returning", since: [3, 35], instead: "read the row again" },
  { capability: "json", since: [4] },
];

Deno.test("Capabilities holds what the version has; unknown ones are missing", () => {
  const capabilities = new Capabilities(RULES, [3, 35, 1]);
  assertEquals(capabilities.list(), ["cte", "returning"]);
  assertEquals([capabilities.has("returning"), capabilities.has("json"), capabilities.has("locks")], [
    true,
    false,
    false,
  ]);
  assertEquals(capabilities.ruleOf("json"), RULES[2]);
  assertEquals(capabilities.ruleOf("locks"), undefined);
  assertEquals(new Capabilities(RULES, []).list(), ["cte"]);
});

Deno.test("FeatureDetector answers single questions by version", () => {
  const old = new FeatureDetector(RULES, "3.34.9");
  const recent = new FeatureDetector(RULES, "4.0 (recent)");
  assertEquals([old.versionText, old.version], ["3.34.9", [3, 34, 9]]);
  assert(old.supportsCte && !old.supportsReturning && !old.supportsJson && !old.supportsWindowFunctions);
  assert(recent.supportsReturning && recent.supportsJson && recent.supports("cte"));
});
