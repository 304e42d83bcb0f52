import { tableOf } from "../support/matrix_table.ts";
import { besides, contenderNames, type Measurement, type Unit } from "./measurement.ts";
import { median, rangeOf } from "./statistics.ts";

/** The table of a run: medians of each contender, then the library beside the driver and beside what can be had by hand. */
export function resultsTable(measurements: readonly Measurement[]): string {
  const head = ["id", "one operation", ...contenderNames, "to driver", "least–most", "to by hand"];
  const rows = measurements.map((measurement) => {
    const { id, title, unit, samples } = measurement;
    const [driver, byHand] = [besides(measurement, "driver"), besides(measurement, "by hand")];
    return [
      id,
      title,
      ...contenderNames.map((name) => samples[name] && formatNumber(median(samples[name]), unit)),
      driver === null ? undefined : formatBeside(median(driver), unit),
      formatRange(driver ?? samples.activerecord ?? [], unit, driver !== null),
      byHand === null ? undefined : formatBeside(median(byHand), unit),
    ];
  });
  return tableOf(head, rows);
}

/** A number with its unit; microseconds become milliseconds where there are many. */
export function formatNumber(number: number, unit: Unit): string {
  if (unit === "µs" && number >= 1_000) return formatNumber(number / 1_000, "ms");
  const digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
  return `${number.toFixed(digits)} ${unit}`;
}

/** A ratio of times, or a difference in memory. */
export function formatBeside(number: number, unit: Unit): string {
  if (unit !== "MB") return number.toFixed(2);
  return `${number < 0 ? "−" : "+"}${formatNumber(Math.abs(number), unit)}`;
}

function formatRange(series: readonly number[], unit: Unit, isBeside: boolean): string | undefined {
  if (series.length < 2) return undefined;
  const format = isBeside ? formatBeside : formatNumber;
  return rangeOf(series).map((number) => format(number, unit)).join("–");
}
