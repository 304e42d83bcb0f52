import { assert, assertEquals } from "@std/assert";
import { readCell, tableOf } from "../support/matrix_table.ts";

Deno.test("readCell() reads the last summary, not one that a test printed", () => {
  const output = "1 passed, 9 failed\nok | 3 passed | 0 failed (1s)\n\n407 passed, 0 failed, 12 skipped\n";
  assertEquals(readCell(output, true, 8.07), { text: "407/0/12 8.1 s", hasFailed: false, details: "" });
});

Deno.test("readCell() shows the failures of a failed run", () => {
  const output = "a ... ok\n\n ERRORS \n\nb => error: wrong\n\n1 passed, 1 failed\n";
  const cell = readCell(output, false, 1);
  assertEquals([cell.text, cell.hasFailed], ["1/1/0 1.0 s", true]);
  assert(cell.details.startsWith("ERRORS") && cell.details.includes("error: wrong"));
});

Deno.test("readCell() fails for a run that ended without a summary or with an exit code", () => {
  assertEquals(readCell("error: out of memory", false, 1).hasFailed, true);
  assertEquals(readCell("3 passed, 0 failed", false, 1).hasFailed, true);
});

Deno.test("readCell() forgives a skipped provider unless TEST_REQUIRE names it", () => {
  const skipped = "skipped mysql: no server\nfailed tests: none ran\n";
  const forgiven = readCell(`${skipped}0 passed, 1 failed\n`, false, 1);
  assertEquals(forgiven, { text: "skipped", hasFailed: false, details: "skipped mysql: no server" });
  const required = `${skipped}failed mysql: TEST_REQUIRE names it, but it was skipped\n0 passed, 2 failed\n`;
  assertEquals(readCell(required, false, 1).hasFailed, true);
});

Deno.test("tableOf() lines the columns up and marks what was not run", () => {
  assertEquals(
    tableOf(["", "default", "x"], [["sqlite", "1/0/0 1.0 s", undefined], ["pg", undefined, "y"]]),
    ["        default      x", "sqlite  1/0/0 1.0 s  -", "pg      -            y"].join("\n"),
  );
});
