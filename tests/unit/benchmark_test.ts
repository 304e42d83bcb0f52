import { assertEquals, assertThrows } from "@std/assert";
import { comparisonTable, verdictOf } from "../benchmark/comparison.ts";
import { besides, type Measurement, readResults, type Results } from "../benchmark/measurement.ts";
import { readCommand } from "../benchmark/options.ts";
import { formatBeside, formatNumber, resultsTable } from "../benchmark/results_table.ts";
import { differ, median } from "../benchmark/statistics.ts";

Deno.test("median() is the middle, or between the middle two", () => {
  assertEquals([median([3, 1, 2]), median([4, 1, 2, 3]), median([7]), median([])], [2, 2.5, 7, NaN]);
});

Deno.test("differ() needs the middle of each series outside of the other", () => {
  assertEquals(differ([1, 2, 3], [4, 5, 6]), true);
  assertEquals(differ([1, 2, 9], [4, 5, 6]), false); // the one reaches over the other
  assertEquals(differ([1, 2, 5], [4, 6, 7]), true); // they overlap, their middles do not
  assertEquals(differ([1, 2, 3], [1, 2, 3]), false);
});

Deno.test("besides() compares each round with itself, times by ratio and memory by difference", () => {
  const samples = { driver: [1, 2, 4], activerecord: [2, 2, 6] };
  assertEquals(besides({ id: "w3", title: "", unit: "µs", samples }, "driver"), [2, 1, 1.5]);
  assertEquals(besides({ id: "w3", title: "", unit: "MB", samples }, "driver"), [1, 0, 2]);
  assertEquals(besides({ id: "w3", title: "", unit: "µs", samples }, "by hand"), null);
});

Deno.test("verdictOf() calls less better, and what lies within the spread the same", () => {
  assertEquals(verdictOf([1, 1.1, 1.2], [0.8, 0.9, 0.95]), "better");
  assertEquals(verdictOf([1, 1.1, 1.2], [1.3, 1.4, 1.5]), "worse");
  assertEquals(verdictOf([1, 1.1, 1.2], [1.05, 1.15, 1.25]), "same");
});

Deno.test("comparisonTable() compares ratios to the driver, and numbers where there is no driver", () => {
  const before = results([
    { id: "sqlite w3", title: "find", unit: "µs", samples: { driver: [1, 1, 1], activerecord: [2, 2.1, 2.2] } },
    { id: "types", title: "check", unit: "s", samples: { activerecord: [4, 4, 4] } },
    { id: "gone", title: "", unit: "s", samples: { activerecord: [4] } },
  ]);
  const after = results([ // twice as slow a machine
    { id: "sqlite w3", title: "find", unit: "µs", samples: { driver: [2, 2, 2], activerecord: [4, 4.2, 4.4] } },
    { id: "types", title: "check", unit: "s", samples: { activerecord: [5, 5, 5] } },
  ]);
  assertEquals(
    comparisonTable(before, after).split("\n").map((line) => line.split(/ {2,}/)),
    [
      ["id", "one operation", "before", "after", "change"],
      ["sqlite w3", "find", "2.10", "2.10", "+0 %"],
      ["types", "check", "4.00 s", "5.00 s", "+25 %", "worse"],
    ],
  );
});

Deno.test("resultsTable() shows medians, ratios and their range", () => {
  const measurement: Measurement = {
    id: "sqlite w3",
    title: "find by key",
    unit: "µs",
    samples: { driver: [2, 2, 4], "by hand": [4, 4, 4], activerecord: [3, 2, 5] },
  };
  assertEquals(resultsTable([measurement]).split("\n").at(-1)?.split(/ {2,}/), [
    "sqlite w3",
    "find by key",
    "2.00 µs",
    "4.00 µs",
    "3.00 µs",
    "1.25",
    "1.00–1.50",
    "0.75",
  ]);
});

Deno.test("formatNumber() and formatBeside() keep three digits and the sign of a difference", () => {
  assertEquals([0.123, 12.34, 123.4].map((number) => formatNumber(number, "µs")), ["0.12 µs", "12.3 µs", "123 µs"]);
  assertEquals(formatNumber(12_340, "µs"), "12.3 ms");
  assertEquals([formatBeside(-1.5, "MB"), formatBeside(1.5, "MB"), formatBeside(1.5, "µs")], [
    "−1.50 MB",
    "+1.50 MB",
    "1.50",
  ]);
});

Deno.test("readResults() refuses what no run has written", () => {
  const good = results([{ id: "types", title: "check", unit: "s", samples: { activerecord: [1] } }]);
  assertEquals(readResults(JSON.stringify(good), "a.json"), good);
  const bad = [
    "null",
    "[]",
    "{}",
    '{"measurements":[{}]}',
    '{"measurements":[{"id":"a","title":"a","unit":"s","samples":{"driver":["1"]}}]}',
  ];
  for (const text of bad) assertThrows(() => readResults(text, "a.json"), TypeError, "a.json");
});

Deno.test("readCommand() leaves the long runs out until they are asked for", () => {
  const groups = (...args: string[]) => {
    const command = readCommand(args);
    return command.command === "run" ? command.options : null;
  };
  assertEquals([groups()?.groups.has("stream"), groups()?.groups.has("w1"), groups()?.rowsOfQuery], [
    false,
    true,
    100_000,
  ]);
  assertEquals([groups("--full")?.groups.has("stream"), groups("--full")?.rowsOfQuery], [true, 1_000_000]);
  assertEquals([...groups("--only", "w3,W4")?.groups ?? []], ["w3", "w4"]);
  assertEquals(groups("--only", "rows")?.rowsOfQuery, 1_000_000);
  assertEquals(groups("--backend", "mariadb")?.databases, ["mariadb"]);
  assertEquals(groups("--only", "import,types")?.databases, []); // they need none
});

Deno.test("readCommand() names the option that is wrong", () => {
  const wrong = (...args: string[]) => () => readCommand(args);
  assertThrows(wrong("--only", "w11"), TypeError, '--only: "w11"');
  assertThrows(wrong("--backend", "oracle"), TypeError, "--backend");
  assertThrows(wrong("--rounds", "0"), RangeError, "--rounds");
  assertThrows(wrong("--ms", "soon"), RangeError, "--ms");
  assertThrows(wrong("--fast"), TypeError, "--fast");
  assertThrows(wrong("w3"), TypeError, "w3");
  assertThrows(wrong("--compare", "a.json"), TypeError, "two files");
});

function results(measurements: readonly Measurement[]): Results {
  const environment = { deno: "2.9.6", system: "linux", processors: 2, date: "", rounds: 3, milliseconds: 1 };
  return { environment, measurements };
}
