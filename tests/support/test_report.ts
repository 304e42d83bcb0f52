/** Reads what a test run left behind: how many tests there were, and which providers were skipped. */

/** The outcome of a run. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A provider whose tests did not run. */
export interface SkippedProvider {
  readonly name: string;
  readonly reason: string;
}

interface TestCase {
  /** File and name, still escaped; a step's name starts with that of the test around it. */
  readonly id: string;
  readonly outcome: keyof Totals;
}

/**
 * Counts the tests of one `deno test` run from its JUnit file and what it printed.
 *
 * A test with steps is a group, so its steps count instead of it, unless it failed by itself (in a hook,
 * say). The JUnit file lists tests that a filter left out as skipped and does not list a file that
 * could not be loaded; both are only in the printed output.
 */
export function countTests(junit: string, output: string): Totals {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const cases = readCases(junit);
  const groups = groupsOf(cases);
  for (const { id, outcome } of cases) {
    const group = groups.get(id);
    const isOwnFailure = outcome === "failed" && group?.hasFailedStep === false;
    if (!group || isOwnFailure) totals[outcome]++;
  }
  // deno-lint-ignore no-control-regex
  const plain = output.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const filteredOut = plain.match(/^(?:ok|FAILED) \|.*\| (\d+) filtered out/m);
  totals.skipped -= Number(filteredOut?.[1] ?? 0);
  totals.failed += new Set(plain.match(/^\S.* \(uncaught error\)$/gm)).size;
  return totals;
}

/** Adds up runs. */
export function addTotals(...runs: readonly Totals[]): Totals {
  return runs.reduce((a, b) => ({
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  }), { passed: 0, failed: 0, skipped: 0 });
}

/** The last line of a run. */
export function summaryOf({ passed, failed, skipped }: Totals): string {
  const tail = skipped > 0 ? `, ${skipped} skipped` : "";
  return `${passed} passed, ${failed} failed${tail}`;
}

/** Reads the lines `skipped <provider>: <reason>`; test files that agree are reported once. */
export function readSkippedProviders(reports: string): SkippedProvider[] {
  const found = new Map<string, SkippedProvider>();
  for (const line of reports.split("\n")) {
    const [, name, reason] = line.trim().match(/^skipped ([^:]+): (.+)$/) ?? [];
    if (name && reason) found.set(`${name}: ${reason}`, { name, reason });
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name));
}

/** The providers of a comma list that were skipped. */
export function missingProviders(
  required: string,
  skipped: readonly SkippedProvider[],
): string[] {
  const names = required.split(",").map((name) => name.trim());
  return [...new Set(names)].filter((name) => skipped.some((provider) => provider.name === name));
}

function readCases(junit: string): TestCase[] {
  const pattern = /<testcase name="([^"]*)" classname="([^"]*)"[^>]*>(.*?)<\/testcase>/gs;
  return [...junit.matchAll(pattern)].map(([, name, file, body = ""]) => ({
    id: `${file} &gt; ${name}`,
    outcome: /<(?:failure|error)\b/.test(body) ? "failed" : body.includes("<skipped") ? "skipped" : "passed",
  }));
}

/** The tests that have steps. */
function groupsOf(
  cases: readonly TestCase[],
): Map<string, { hasFailedStep: boolean }> {
  const ids = new Set(cases.map(({ id }) => id));
  const groups = new Map<string, { hasFailedStep: boolean }>();
  for (const { id, outcome } of cases) {
    for (
      let at = id.indexOf(" &gt; ");
      at >= 0;
      at = id.indexOf(" &gt; ", at + 1)
    ) {
      const parent = id.slice(0, at);
      if (!ids.has(parent)) continue;
      const hasFailedStep = outcome === "failed" ||
        groups.get(parent)?.hasFailedStep === true;
      groups.set(parent, { hasFailedStep });
    }
  }
  return groups;
}
