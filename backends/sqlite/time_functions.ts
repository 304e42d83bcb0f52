import type { DatePart, DateUnit } from "../../core/ast/date.ts";
import { fromInstantText, toInstantText, toISODate } from "../../core/types/default_converters.ts";
import { type ScalarFunction, strict } from "./scalar_function.ts";

/** A time is malformed, or a calculation leads where no time can be stored. */
export class TimeFunctionError extends Error {}

/** The kinds of times that can be calculated with. */
export type TimeKind = "date" | "instant" | "plainDate" | "plainDateTime";

type Time = Temporal.ZonedDateTime | Temporal.PlainDateTime;

function read(kind: TimeKind, value: unknown, zone: string): Time {
  switch (kind) {
    case "date":
    case "instant":
      return fromInstantText(value).toZonedDateTimeISO(zone);
    default:
      return Temporal.PlainDateTime.from(String(value).replace(" ", "T"));
  }
}

function write(kind: TimeKind, time: Time): string {
  if (time.year < 0 || time.year > 9999) throw new RangeError("outside of the years 0 to 9999");
  if (time instanceof Temporal.ZonedDateTime) {
    const instant = time.toInstant();
    return kind === "date" ? toISODate(new Date(instant.epochMilliseconds)) : toInstantText(instant);
  }
  return kind === "plainDate" ? time.toPlainDate().toString() : time.toString({ smallestUnit: "microsecond" });
}

/** What the clocks show. */
function localOf(time: Time): Temporal.PlainDateTime {
  return time instanceof Temporal.ZonedDateTime ? time.toPlainDateTime() : time;
}

function startOfDay<T extends Time>(time: T): T {
  // Both kinds give their own kind.
  return (time instanceof Temporal.ZonedDateTime
    ? time.startOfDay()
    : time.round({ smallestUnit: "day", roundingMode: "trunc" })) as T;
}

function truncate(time: Time, unit: DateUnit): Time {
  switch (unit) {
    case "hour":
    case "minute":
    case "second": {
      // By what is left out, since an hour may come twice, or its beginning not at all.
      const local = localOf(time);
      return time.subtract(local.since(local.round({ smallestUnit: unit, roundingMode: "trunc" })));
    }
    case "day":
      return startOfDay(time);
    case "week":
      return startOfDay(time.subtract({ days: time.dayOfWeek - 1 }));
    case "month":
      return startOfDay(time.with({ day: 1 }));
    case "quarter":
      return startOfDay(time.with({ day: 1, month: time.month - (time.month - 1) % 3 }));
    case "year":
      return startOfDay(time.with({ day: 1, month: 1 }));
  }
}

function partOf(time: Time, part: DatePart): number {
  switch (part) {
    case "quarter":
      return Math.ceil(time.month / 3);
    case "week":
      return time.weekOfYear!; // the ISO calendar has weeks
    case "epoch": {
      const zoned = time instanceof Temporal.ZonedDateTime ? time : time.toZonedDateTime("UTC");
      return Math.floor(zoned.epochMilliseconds / 1000);
    }
    default:
      return time[part];
  }
}

const DURATIONS = {
  year: "years",
  month: "months",
  week: "weeks",
  day: "days",
  hour: "hours",
  minute: "minutes",
  second: "seconds",
} as const;

function add(time: Time, unit: DateUnit, amount: number): Time {
  return unit === "quarter" ? time.add({ months: 3 * amount }) : time.add({ [DURATIONS[unit]]: amount });
}

function difference(from: Time, to: Time, unit: DateUnit): number {
  switch (unit) {
    case "hour":
    case "minute":
    case "second":
      // Both come from the same kind.
      return from instanceof Temporal.ZonedDateTime
        ? from.until(to as Temporal.ZonedDateTime, { largestUnit: unit })[DURATIONS[unit]]
        : from.until(to as Temporal.PlainDateTime, { largestUnit: unit })[DURATIONS[unit]];
    case "day":
    case "week":
      return localOf(from).until(localOf(to), { largestUnit: unit })[DURATIONS[unit]];
    default:
      return Math.trunc(monthsBetween(localOf(from), localOf(to)) / MONTHS[unit]);
  }
}

const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

/** Whole months, as many in one direction as in the other. */
function monthsBetween(from: Temporal.PlainDateTime, to: Temporal.PlainDateTime): number {
  if (Temporal.PlainDateTime.compare(to, from) < 0) return -monthsBetween(to, from);
  const months = (to.year - from.year) * MONTHS.year + to.month - from.month;
  // Days and times as those of one month, which has enough of them.
  const isWhole = Temporal.PlainDateTime.compare(inMonth(to), inMonth(from)) >= 0;
  return isWhole ? months : months - 1;
}

function inMonth(time: Temporal.PlainDateTime): Temporal.PlainDateTime {
  return Temporal.PlainDate.from({ year: 1970, month: 1, day: time.day }).toPlainDateTime(time.toPlainTime());
}

/** Whatever goes wrong with a time has one name. */
function timely(fn: ScalarFunction): ScalarFunction {
  return strict((...args) => {
    try {
      return fn(...args);
    } catch (cause) {
      throw new TimeFunctionError("Cannot calculate with a time", { cause });
    }
  });
}

/**
 * Calculations with times, which SQLite knows neither in named zones nor with months that end on their last day. Kinds, units
 * and parts are written by the dialect, zones were checked where the query was built.
 */
export const TIME_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  time_trunc: timely((kind, unit, value, zone) =>
    write(kind as TimeKind, truncate(read(kind as TimeKind, value, String(zone)), unit as DateUnit))
  ),
  time_part: timely((kind, part, value, zone) =>
    BigInt(partOf(read(kind as TimeKind, value, String(zone)), part as DatePart))
  ),
  time_add: timely((kind, unit, value, amount, zone) =>
    write(kind as TimeKind, add(read(kind as TimeKind, value, String(zone)), unit as DateUnit, Number(amount)))
  ),
  time_difference: timely((kind, unit, from, to, zone) =>
    BigInt(
      difference(
        read(kind as TimeKind, from, String(zone)),
        read(kind as TimeKind, to, String(zone)),
        unit as DateUnit,
      ),
    )
  ),
};
