import { assertEquals, assertStringIncludes } from "@std/assert";
import { countTests } from "../support/test_report.ts";

interface Run {
  readonly said: string[];
  readonly output: string;
  readonly totals: ReturnType<typeof countTests>;
}

Deno.test("describe() runs hooks from outside in, and cleans up after failures", async () => {
  const { said, output, totals } = await runFixture("groups.ts");
  assertEquals(said, [
    "before all",
    "before each",
    "test",
    "after each",
    "inner before all",
    "before each",
    "inner before each",
    "inner test",
    "inner after each",
    "after each",
    "before each",
    "inner before each",
    "inner after each",
    "after each",
    "after all",
    "after all despite the failure",
    "alone",
  ]);
  assertStringIncludes(output, "failing beforeAll");
  assertStringIncludes(output, "the test before a failing afterEach");
  assertEquals(totals, { passed: 3, failed: 3, skipped: 4 });
});

Deno.test("it.only() leaves out the other tests of the file", async () => {
  const { said, totals } = await runFixture("only.ts");
  assertEquals(said, ["before each of the file", "chosen"]);
  assertEquals(totals, { passed: 1, failed: 0, skipped: 2 });
});

async function runFixture(name: string): Promise<Run> {
  const junit = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const fixture = new URL(`./fixtures/${name}`, import.meta.url);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "test",
        "-A",
        "--no-check",
        "--no-lock",
        `--junit-path=${junit}`,
        fixture.href,
      ],
      env: { NO_COLOR: "1" },
      stderr: "null",
    }).output();
    const output = new TextDecoder().decode(stdout);
    const said = [...output.matchAll(/^> (.*)$/gm)].map(([, text = ""]) => text);
    return {
      said,
      output,
      totals: countTests(await Deno.readTextFile(junit), output),
    };
  } finally {
    await Deno.remove(junit);
  }
}
