import type { DatePart, DateUnit } from "../../../core/ast/date.ts";

type Time = Temporal.PlainDateTime;

/** Times are texts: days, and moments in UTC. */
function parse(text: string): Time {
  return Temporal.PlainDateTime.from(text.replace("Z", ""));
}

function format(time: Time, like: string): string {
  return like.includes("T") ? `${time.toString({ fractionalSecondDigits: 3 })}Z` : time.toPlainDate().toString();
}

function truncated(time: Time, unit: DateUnit): Time {
  const day = time.with({ hour: 0, minute: 0, second: 0, millisecond: 0 });
  switch (unit) {
    case "year":
      return day.with({ month: 1, day: 1 });
    case "quarter":
      return day.with({ month: Math.floor((day.month - 1) / 3) * 3 + 1, day: 1 });
    case "month":
      return day.with({ day: 1 });
    case "week":
      return day.subtract({ days: day.dayOfWeek - 1 });
    case "day":
      return day;
    default:
      return time.round({ smallestUnit: unit, roundingMode: "trunc" });
  }
}

/** A time without what is smaller than a unit. */
export function truncate(text: string, unit: DateUnit): string {
  return format(truncated(parse(text), unit), text);
}

/** One part of a time. */
export function partOf(text: string, part: DatePart): bigint {
  const time = parse(text);
  switch (part) {
    case "quarter":
      return BigInt(Math.floor((time.month - 1) / 3) + 1);
    case "week":
      return BigInt(time.weekOfYear!); // the ISO calendar has weeks
    case "epoch":
      return BigInt(Math.floor(time.toZonedDateTime("UTC").epochMilliseconds / 1000));
    default:
      return BigInt(time[part]);
  }
}

/** A time moved by a number of units. */
export function moved(text: string, amount: bigint, unit: DateUnit): string {
  const [months, count] = unit === "quarter" ? ["months", 3] as const : [`${unit}s` as const, 1] as const;
  return format(parse(text).add({ [months]: Number(amount) * count }), text);
}

/** Number of whole units between two times. */
export function difference(from: string, to: string, unit: DateUnit): bigint {
  if (unit !== "month" && unit !== "quarter" && unit !== "year") {
    return BigInt(parse(from).until(parse(to), { largestUnit: unit })[`${unit}s`]);
  }
  const months = monthsBetween(parse(from), parse(to));
  return BigInt(Math.trunc(months / { month: 1, quarter: 3, year: 12 }[unit]));
}

function monthsBetween(from: Time, to: Time): number {
  if (Temporal.PlainDateTime.compare(from, to) > 0) return -monthsBetween(to, from);
  const months = (to.year - from.year) * 12 + to.month - from.month;
  const isShort = to.day < from.day || to.day === from.day &&
      Temporal.PlainTime.compare(to.toPlainTime(), from.toPlainTime()) < 0;
  return isShort ? months - 1 : months;
}
