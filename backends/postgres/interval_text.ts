import { TypeConversionError } from "../../core/errors.ts";

/** `P1Y2M3DT4H5M6.7S`, each part with a sign of its own. */
const ISO =
  /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d+)?)S)?)?$/;

/** `1 year 2 mons 3 days 04:05:06.7`, as servers write it that were not told otherwise. */
const WORDS =
  /^(?:([+-]?\d+) years? ?)?(?:([+-]?\d+) mons? ?)?(?:([+-]?\d+) days? ?)?(?:([+-])?(\d+):(\d+):(\d+(?:\.\d+)?))?$/;

/** Reads an interval. A `Temporal.Duration` has one sign, so that one with several is refused. */
export function parseInterval(text: string): Temporal.Duration {
  const iso = ISO.exec(text);
  const parts = iso !== null ? isoParts(iso) : wordParts(WORDS.exec(text));
  if (parts === null || text === "") {
    throw new TypeConversionError("Cannot read a Temporal.Duration from what the database holds");
  }
  try {
    return Temporal.Duration.from(parts);
  } catch {
    throw new TypeConversionError("Cannot read a Temporal.Duration: the interval has parts of both signs");
  }
}

function isoParts([, years, months, weeks, days, hours, minutes, seconds]: readonly (string | undefined)[]) {
  const number = (part: string | undefined) => Number(part ?? 0);
  return {
    years: number(years),
    months: number(months),
    weeks: number(weeks),
    days: number(days),
    hours: number(hours),
    minutes: number(minutes),
    ...secondParts(seconds ?? "0"),
  };
}

function wordParts(match: readonly (string | undefined)[] | null) {
  if (match === null) return null;
  const [, years = "0", months = "0", days = "0", sign = "", hours = "0", minutes = "0", seconds = "0"] = match;
  return isoParts(["", years, months, "0", days, sign + hours, sign + minutes, sign + seconds]);
}

/** Seconds with up to six digits behind the point, exactly. */
function secondParts(text: string) {
  const negative = text.startsWith("-") ? -1 : 1;
  const [seconds = "0", fraction = ""] = text.replace(/^[+-]/, "").split(".");
  const digits = fraction.padEnd(6, "0");
  return {
    seconds: negative * Number(seconds) || 0,
    milliseconds: negative * Number(digits.slice(0, 3)) || 0,
    microseconds: negative * Number(digits.slice(3, 6)) || 0,
  };
}

const MICROSECOND = 1_000_000n;

/**
 * Writes a duration the way PostgreSQL keeps it: as months, days and microseconds. Ninety minutes become an hour and thirty
 * minutes, and two weeks fourteen days.
 */
export function intervalText(duration: Temporal.Duration): string {
  if (duration.nanoseconds !== 0) {
    throw new TypeConversionError(
      'Cannot store a duration finer than a microsecond: round it first, as with round("microsecond")',
    );
  }
  const months = 12 * duration.years + duration.months;
  const days = 7 * duration.weeks + duration.days;
  const micros = microsecondsOf(duration);
  const [years, rest] = [Math.trunc(months / 12), months % 12];
  const part = (value: number | bigint, unit: string) => value === 0 || value === 0n ? "" : `${value}${unit}`;
  const time = part(micros / (3_600n * MICROSECOND), "H") + part(micros / (60n * MICROSECOND) % 60n, "M") +
    secondsText(micros % (60n * MICROSECOND));
  const date = part(years, "Y") + part(rest, "M") + part(days, "D");
  return date === "" && time === "" ? "PT0S" : `P${date}${time === "" ? "" : `T${time}`}`;
}

function microsecondsOf({ hours, minutes, seconds, milliseconds, microseconds }: Temporal.Duration): bigint {
  const whole = BigInt(hours) * 3_600n + BigInt(minutes) * 60n + BigInt(seconds);
  return whole * MICROSECOND + BigInt(milliseconds) * 1_000n + BigInt(microseconds);
}

function secondsText(micros: bigint): string {
  if (micros === 0n) return "";
  const size = micros < 0n ? -micros : micros;
  const fraction = String(size % MICROSECOND).padStart(6, "0").replace(/0+$/, "");
  return `${micros < 0n ? "-" : ""}${size / MICROSECOND}${fraction === "" ? "" : `.${fraction}`}S`;
}
