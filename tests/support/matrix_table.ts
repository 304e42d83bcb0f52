/** The outcome of one run of the suite. */
export interface Cell {
  /** Such as `407/0/12 8.1 s`. */
  readonly text: string;
  readonly hasFailed: boolean;
  /** What a failed run printed about its failures. */
  readonly details: string;
}

/** Reads what a test run printed. */
export function readCell(output: string, success: boolean, seconds: number): Cell {
  const [, passed, failed, skipped = "0"] =
    [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1) ?? [];
  if (passed === undefined || failed === undefined) {
    return { text: "did not run", hasFailed: true, details: lastPart(output) };
  }
  // A provider without its server runs nothing, which alone is no failure.
  const isSkipped = /^skipped /m.test(output) && passed === "0";
  const hasFailed = isSkipped ? /^failed .*TEST_REQUIRE/m.test(output) : !success;
  const details = isSkipped ? output.match(/^skipped .*$/m)?.[0] ?? "" : hasFailed ? lastPart(output) : "";
  return { text: isSkipped ? "skipped" : `${passed}/${failed}/${skipped} ${seconds.toFixed(1)} s`, hasFailed, details };
}

/** A table of text; what is undefined is shown as a dash. */
export function tableOf(head: readonly string[], rows: readonly (readonly (string | undefined)[])[]): string {
  const lines = [head, ...rows].map((row) => row.map((text) => text ?? "-"));
  const widths = head.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) => line.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  ").trimEnd()).join("\n");
}

/** From the first failure on, or the end when there is none. */
function lastPart(output: string): string {
  const lines = output.slice(Math.max(output.indexOf("\n ERRORS \n"), 0)).trim().split("\n");
  const most = 100;
  return lines.length <= most
    ? lines.join("\n")
    : [...lines.slice(0, most / 2), "…", ...lines.slice(-most / 2)].join("\n");
}
