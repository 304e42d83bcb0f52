import { tableOf } from "../support/matrix_table.ts";
import { besides, type Measurement, type Results } from "./measurement.ts";
import { formatBeside, formatNumber } from "./results_table.ts";
import { differ, median } from "./statistics.ts";

/** How a measurement of one run is to that of another. */
export type Verdict = "better" | "worse" | "same";

/**
 * Compares what both runs measured: by the ratio to the driver in the same run, so that a machine that was slower then
 * does not count; where there is no driver, by the numbers themselves.
 */
export function comparisonTable(one: Results, other: Results): string {
  const before = new Map(one.measurements.map((measurement) => [measurement.id, measurement]));
  const rows = other.measurements.flatMap((after) => {
    const earlier = before.get(after.id);
    if (earlier === undefined || earlier.unit !== after.unit) return [];
    const [a, b] = [comparable(earlier), comparable(after)];
    if (a === null || b === null) return [];
    const change = median(b.series) / median(a.series) - 1;
    const verdict = verdictOf(a.series, b.series);
    const percent = after.unit === "MB" ? "" : `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(0)} %`;
    return [[after.id, after.title, a.text, b.text, percent, verdict === "same" ? "" : verdict]];
  });
  return tableOf(["id", "one operation", "before", "after", "change", ""], rows);
}

/** What is less is better; a difference within the spread is none. */
export function verdictOf(before: readonly number[], after: readonly number[]): Verdict {
  if (!differ(before, after)) return "same";
  return median(after) < median(before) ? "better" : "worse";
}

function comparable(measurement: Measurement): { readonly series: readonly number[]; readonly text: string } | null {
  const { unit, samples } = measurement;
  const ratios = besides(measurement, "driver");
  if (ratios !== null) return { series: ratios, text: formatBeside(median(ratios), unit) };
  const own = samples.activerecord;
  return own === undefined ? null : { series: own, text: formatNumber(median(own), unit) };
}
