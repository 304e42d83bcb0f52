import { assertEquals } from "@std/assert";
import { addTotals, countTests, missingProviders, readSkippedProviders, summaryOf } from "../support/test_report.ts";

const testCase = (name: string, body = "", file = "./a_test.ts") =>
  `<testcase name="${name}" classname="${file}" time="0.001">\n${body}</testcase>`;
const failure = '<failure message="x">at &lt;anonymous&gt;</failure>';

Deno.test("countTests() counts steps instead of the tests around them", () => {
  const junit = [
    testCase("plain"),
    testCase("group", failure),
    testCase("group &gt; inner", failure),
    testCase("group &gt; inner &gt; passes"),
    testCase("group &gt; inner &gt; fails", failure),
    testCase("group &gt; ignored", "<skipped/>"),
  ].join("\n");
  assertEquals(countTests(junit, ""), { passed: 2, failed: 1, skipped: 1 });
});

Deno.test("countTests() counts a group that failed by itself", () => {
  const junit = [testCase("group", failure), testCase("group &gt; passes")]
    .join("\n");
  assertEquals(countTests(junit, ""), { passed: 1, failed: 1, skipped: 0 });
});

Deno.test("countTests() keeps files apart", () => {
  const junit = [testCase("a"), testCase("a &gt; b", "", "./b_test.ts")].join(
    "\n",
  );
  assertEquals(countTests(junit, ""), { passed: 2, failed: 0, skipped: 0 });
});

Deno.test("countTests() counts cancelled tests as failed", () => {
  assertEquals(
    countTests(testCase("a", '<error message="Cancelled"/>'), "").failed,
    1,
  );
});

Deno.test("countTests() counts each file that could not be loaded", () => {
  const output = "./b_test.ts (uncaught error)\nerror: x\n./b_test.ts (uncaught error)\n";
  assertEquals(countTests("", output), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("countTests() does not count what a filter left out", () => {
  const junit = [
    testCase("a"),
    testCase("b", "<skipped/>"),
    testCase("c", "<skipped/>"),
  ].join("");
  const output = "\x1b[32mok\x1b[0m | 1 passed | 0 failed | 1 ignored | 1 filtered out (9ms)\n";
  assertEquals(countTests(junit, output), { passed: 1, failed: 0, skipped: 1 });
});

Deno.test("summaryOf() names skipped tests only when there are some", () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  assertEquals(summaryOf(addTotals(one, one)), "2 passed, 0 failed");
  assertEquals(
    summaryOf({ ...one, skipped: 3 }),
    "1 passed, 0 failed, 3 skipped",
  );
});

Deno.test("readSkippedProviders() reports each provider and reason once", () => {
  const reports = "skipped postgres: no server: port 5432\nnoise\n" +
    "skipped mysql: no server\nskipped postgres: no server: port 5432\n";
  assertEquals(readSkippedProviders(reports), [
    { name: "mysql", reason: "no server" },
    { name: "postgres", reason: "no server: port 5432" },
  ]);
});

Deno.test("missingProviders() finds the required ones among the skipped", () => {
  const skipped = [{ name: "mysql", reason: "no server" }];
  assertEquals(missingProviders("sqlite, mysql,mysql", skipped), ["mysql"]);
  assertEquals(missingProviders("", skipped), []);
});
