import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  type DatePart,
  type DateUnit,
  type Expression,
  fn,
  instant,
  primaryKey,
  QueryBuildError,
} from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Meeting extends ActiveRecord.define("meetings", {
  id: primaryKey(z.int()),
  at: z.date(),
  until: z.date(),
  exact: instant(),
}) {}

type Zoned = Temporal.ZonedDateTime;

const { c } = Meeting;
const requires = ["timeZones"] as const;

/** Zones with changes by an hour and by half of one, at midnight and at night, in both halves of the earth, and with none. */
const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Africa/Cairo",
];
const FIXED: readonly DateUnit[] = ["hour", "minute", "second"];
const UNITS: readonly DateUnit[] = ["year", "quarter", "month", "week", "day", ...FIXED];
const PARTS: readonly DatePart[] = [...UNITS, "dayOfWeek", "dayOfYear", "epoch"];

/** Times around changes of the clocks, and the last days of months. */
function times(): Temporal.Instant[] {
  const changes = ZONES.flatMap((zone) =>
    ["1985-06-01", "2010-01-01", "2010-07-01", "2024-01-01", "2024-07-01", "2036-01-01"].map((day) =>
      Temporal.PlainDate.from(day).toZonedDateTime(zone).getTimeZoneTransition("next")?.epochMilliseconds
    )
  ).filter((change) => change !== undefined && change < Date.parse("2037-01-01"));
  const hours = [-25, -24, -1, -0.5, -0.001, 0, 0.25, 0.5, 1, 24];
  const near = [...new Set(changes)].flatMap((change) => hours.map((count) => change! + count * 3_600_000));
  const days = ["1972-01-01T00:00:00Z", "2000-02-29T23:59:59.999Z", "2023-10-31T12:30:00Z", "2036-11-30T22:00:00Z"];
  return [...near, ...days.map((day) => Date.parse(day))].map((time) =>
    Temporal.Instant.fromEpochMilliseconds(time).add({ microseconds: 7 })
  );
}

function atZone(time: Date | Temporal.Instant, zone: string): Zoned {
  const moment = time instanceof Date ? Temporal.Instant.fromEpochMilliseconds(time.getTime()) : time;
  return moment.toZonedDateTimeISO(zone);
}

/** What the clocks show, as a time of the zone: the first of two, as much later as a gap is long. */
function onClocks(local: Temporal.PlainDateTime, like: Zoned): Zoned {
  return local.toZonedDateTime(like.timeZoneId, { disambiguation: "compatible" });
}

function truncated(time: Zoned, unit: DateUnit): Zoned {
  const local = time.toPlainDateTime();
  const day = local.round({ smallestUnit: "day", roundingMode: "floor" });
  switch (unit) {
    case "year":
      return onClocks(day.with({ month: 1, day: 1 }), time);
    case "quarter":
      return onClocks(day.with({ month: local.month - (local.month - 1) % 3, day: 1 }), time);
    case "month":
      return onClocks(day.with({ day: 1 }), time);
    case "week":
      return onClocks(day.subtract({ days: local.dayOfWeek - 1 }), time);
    case "day":
      return onClocks(day, time);
    default:
      return time.subtract(local.since(local.round({ smallestUnit: unit, roundingMode: "floor" })));
  }
}

function partOf(time: Zoned, part: DatePart): number {
  if (part === "quarter") return Math.ceil(time.month / 3);
  if (part === "week") return time.weekOfYear!; // the ISO calendar has weeks
  if (part === "epoch") return Math.floor(time.epochMilliseconds / 1000);
  return time[part];
}

function moved(time: Zoned, amount: number, unit: DateUnit): Zoned {
  if (amount === 0) return time;
  const duration = unit === "quarter" ? { months: amount * 3 } : { [`${unit}s`]: amount };
  return FIXED.includes(unit) ? time.add(duration) : onClocks(time.toPlainDateTime().add(duration), time);
}

function difference(from: Zoned, to: Zoned, unit: DateUnit): number {
  if (unit === "hour" || unit === "minute" || unit === "second") {
    return from.until(to, { largestUnit: unit })[`${unit}s`];
  }
  const [before, after] = [from.toPlainDateTime(), to.toPlainDateTime()];
  if (unit === "day" || unit === "week") return before.until(after, { largestUnit: unit })[`${unit}s`];
  const [early, late, sign] = Temporal.PlainDateTime.compare(before, after) <= 0
    ? [before, after, 1]
    : [after, before, -1];
  const rest = (time: Temporal.PlainDateTime) => `${String(time.day).padStart(2, "0")} ${time.toPlainTime()}`;
  const months = (late.year - early.year) * 12 + late.month - early.month - (rest(late) < rest(early) ? 1 : 0);
  return sign * Math.floor(months / { month: 1, quarter: 3, year: 12 }[unit]) + 0;
}

/** A value of the database or of the calculation in the same words. */
function shown(value: unknown): string {
  if (value instanceof Temporal.ZonedDateTime) return shown(value.toInstant());
  if (value instanceof Temporal.Instant) return value.toString({ smallestUnit: "microsecond" });
  return value instanceof Date ? shown(Temporal.Instant.fromEpochMilliseconds(value.getTime())) : String(value);
}

async function meetings(): Promise<Meeting[]> {
  const all = times();
  return await Meeting.createMany(all.map((exact, i) => ({
    id: i + 1,
    at: new Date(exact.epochMilliseconds),
    until: new Date(all[(i * 7 + 3) % all.length]!.epochMilliseconds),
    exact,
  })));
}

async function meeting(at: string): Promise<void> {
  const time = new Date(at);
  await Meeting.create({ id: 1, at: time, until: time, exact: Temporal.Instant.from(at) });
}

/** Asks for one value of the only meeting. */
async function ask(value: Expression<Date>): Promise<string> {
  const [row] = await Meeting.query().select({ value });
  return shown(row!.value);
}

/** Calculations with times in named zones, beside the same ones in JavaScript. */
export const zones: SuiteGroup = group("query/zones", [Meeting], (test) => {
  for (const zone of ZONES) {
    test(`times are cut, read, moved and compared by the clocks of ${zone}`, { requires }, async () => {
      const rows = await meetings();
      const wrong: string[] = [];
      const compare = async (
        name: string,
        selected: (unit: DateUnit) => Expression<unknown>,
        expected: (row: Meeting, unit: DateUnit) => unknown,
        units: readonly string[] = UNITS,
      ) => {
        const selection = Object.fromEntries(units.map((unit) => [unit, selected(unit as DateUnit)]));
        const found = await Meeting.query().orderBy("id").select(selection);
        found.forEach((row, i) => {
          for (const unit of units) {
            const [is, should] = [shown(row[unit]), shown(expected(rows[i]!, unit as DateUnit))];
            if (is !== should) wrong.push(`${name} ${unit} of ${shown(rows[i]!.exact)}: ${is} instead of ${should}`);
          }
        });
      };
      const local = (row: Meeting) => atZone(row.at, zone);
      await compare(
        "dateTrunc",
        (unit) => fn.dateTrunc(unit, c.at, { zone }),
        (row, unit) => truncated(local(row), unit),
      );
      await compare(
        "dateTrunc of an instant",
        (unit) => fn.dateTrunc(unit, c.exact, { zone }),
        (row, unit) => truncated(atZone(row.exact, zone), unit),
      );
      await compare(
        "datePart",
        (unit) => fn.datePart(unit, c.at, { zone }),
        (row, unit) => partOf(local(row), unit),
        PARTS,
      );
      for (const amount of [-1, 0, 1]) {
        await compare(
          `dateAdd ${amount}`,
          (unit) => fn.dateAdd(c.at, amount, unit, { zone }),
          (row, unit) => moved(local(row), amount, unit),
        );
      }
      await compare(
        "dateDiff",
        (unit) => fn.dateDiff(unit, c.at, c.until, { zone }),
        (row, unit) => difference(local(row), atZone(row.until, zone), unit),
      );
      assert.deepEqual(wrong.slice(0, 20), []);
    });
  }

  test("a time that clocks show twice is the first, and one that they leave out is later", { requires }, async () => {
    const zone = "Europe/Berlin";
    await meeting("2024-10-26T00:30:00Z");
    assert.equal(await ask(fn.dateAdd(c.at, 1, "day", { zone })), "2024-10-27T00:30:00.000000Z");
    assert.equal(await ask(fn.dateAdd(c.at, -209, "day", { zone })), "2024-03-31T01:30:00.000000Z");
    await Meeting.query().unscoped().deleteAll();
    await meeting("2010-11-07T04:00:00Z");
    // The clocks went from 0:01 back to 23:01 of the day before.
    const day = fn.dateTrunc("day", c.at, { zone: "America/St_Johns" });
    assert.equal(await ask(day), "2010-11-07T02:30:00.000000Z");
  });

  test("a time that is not moved stays, though the clocks show it twice", { requires }, async () => {
    await meeting("2024-10-27T01:30:00Z");
    const stays = fn.dateAdd(c.at, c.id.minus(1), "day", { zone: "Europe/Berlin" });
    assert.equal(await ask(stays), "2024-10-27T01:30:00.000000Z");
  });

  test("an hour begins where the clocks show its first minute, or would have shown it", { requires }, async () => {
    // The clocks of Lord Howe went from 2:00 to 2:30.
    await meeting("2024-10-05T15:40:00Z");
    const hour = fn.dateTrunc("hour", c.at, { zone: "Australia/Lord_Howe" });
    assert.equal(await ask(hour), "2024-10-05T15:00:00.000000Z");
  });

  test("zones nest, in groups and conditions too", { requires }, async () => {
    const zone = "America/New_York";
    await meeting("2024-03-09T12:00:00Z");
    const week = fn.dateTrunc("week", fn.dateAdd(fn.dateTrunc("day", c.at, { zone }), 2, "day", { zone }), { zone });
    assert.equal(await ask(week), "2024-03-11T04:00:00.000000Z");
    const groups = await Meeting.where(fn.datePart("hour", week, { zone }).eq(0)).select({ week, all: fn.count() })
      .groupBy(week).having(fn.count().eq(1)).orderBy(week);
    assert.deepEqual(groups, [{ week: new Date("2024-03-11T04:00:00Z"), all: 1 }]);
    assert.equal(await Meeting.query().updateAll({ until: week }, { all: true }), 1);
    assert.equal((await Meeting.findOrFail(1)).until.toISOString(), "2024-03-11T04:00:00.000Z");
  });

  test("names of zones are the same in any case, and mean zones and not their winter time", { requires }, async () => {
    await meeting("2024-07-01T12:00:00Z");
    const hour = async (zone: string) => {
      const [row] = await Meeting.query().select({ hour: fn.datePart("hour", c.at, { zone }) });
      return row!.hour;
    };
    assert.equal(await hour("europe/BERLIN"), 14);
    assert.equal(await hour("CET"), 14);
    assert.equal(await hour("utc"), 12);
  });

  test("what Deno knows as no zone is refused before a database is asked", async () => {
    for (const zone of ["Factory", "posixrules", "Europe", "GMT+1", "Europe/Berlin'", "Europe/Berlin\0"]) {
      await errorOf(QueryBuildError, () => fn.datePart("hour", c.at, { zone }));
    }
  });
});
