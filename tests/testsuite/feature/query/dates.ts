import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  ActiveRecordError,
  fn,
  instant,
  plainDate,
  plainDateTime,
  primaryKey,
  QueryBuildError,
} from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Moment extends ActiveRecord.define("moments", {
  id: primaryKey(z.int()),
  at: z.date(),
  exact: instant({ nullable: true, default: null }),
  day: plainDate({ nullable: true, default: null }),
  local: plainDateTime({ nullable: true, default: null }),
}) {}

const { c } = Moment;
const iso = (value: unknown) => value instanceof Date ? value.toISOString() : String(value);

/** The night in which Oslo's clocks go forward, and a leap day. */
async function moments(): Promise<void> {
  await Moment.insertMany([
    {
      id: 1,
      at: new Date("2024-03-30T23:30:15.250Z"),
      exact: Temporal.Instant.from("2024-03-30T23:30:15.250001Z"),
      day: Temporal.PlainDate.from("2024-03-31"),
      local: Temporal.PlainDateTime.from("2024-03-31T01:02:03.000004"),
    },
    { id: 2, at: new Date("2024-02-29T12:00:00.000Z"), day: Temporal.PlainDate.from("2024-02-29") },
  ]);
}

const zone = "Europe/Oslo";

/** Calculations with times. */
export const dates: SuiteGroup = group("query/dates", [Moment], (test) => {
  test("dateTrunc() leaves out what is smaller than a unit", async () => {
    await moments();
    const [row] = await Moment.where({ id: 1 }).select({
      year: fn.dateTrunc("year", c.at),
      quarter: fn.dateTrunc("quarter", c.at),
      month: fn.dateTrunc("month", c.at),
      week: fn.dateTrunc("week", c.at),
      day: fn.dateTrunc("day", c.at),
      hour: fn.dateTrunc("hour", c.at),
      minute: fn.dateTrunc("minute", c.at),
      second: fn.dateTrunc("second", c.at),
      exact: fn.dateTrunc("second", c.exact),
      plain: fn.dateTrunc("month", c.day),
      local: fn.dateTrunc("hour", c.local),
    });
    assert.deepEqual(Object.values(row!).map(iso), [
      "2024-01-01T00:00:00.000Z",
      "2024-01-01T00:00:00.000Z",
      "2024-03-01T00:00:00.000Z",
      "2024-03-25T00:00:00.000Z",
      "2024-03-30T00:00:00.000Z",
      "2024-03-30T23:00:00.000Z",
      "2024-03-30T23:30:00.000Z",
      "2024-03-30T23:30:15.000Z",
      "2024-03-30T23:30:15Z",
      "2024-03-01",
      "2024-03-31T01:00:00",
    ]);
  });

  test("datePart() reads one part", async () => {
    await moments();
    const parts = [
      "year",
      "quarter",
      "month",
      "week",
      "day",
      "hour",
      "minute",
      "second",
      "dayOfWeek",
      "dayOfYear",
    ] as const;
    const [row] = await Moment.where({ id: 1 })
      .select(Object.fromEntries(parts.map((part) => [part, fn.datePart(part, c.at)])));
    assert.deepEqual(Object.values(row!), [2024, 1, 3, 13, 30, 23, 30, 15, 6, 90]);
    const [other] = await Moment.where({ id: 1 }).select({
      epoch: fn.datePart("epoch", c.at),
      day: fn.datePart("dayOfWeek", c.day),
      second: fn.datePart("second", c.local),
    });
    assert.deepEqual(other, { epoch: Date.parse("2024-03-30T23:30:15Z") / 1000, day: 7, second: 3 });
    assert.deepEqual(await Moment.where(fn.datePart("month", c.at).eq(2)).ids(), [2]);
  });

  test("dateAdd() goes by the calendar and ends months on their last day", async () => {
    await moments();
    const [row] = await Moment.where({ id: 2 }).select({
      year: fn.dateAdd(c.at, 1, "year"),
      quarter: fn.dateAdd(c.at, 1, "quarter"),
      month: fn.dateAdd(c.at, -3, "month"),
      week: fn.dateAdd(c.at, 2, "week"),
      hour: fn.dateAdd(c.at, 36, "hour"),
      second: fn.dateAdd(c.at, -1, "second"),
      plain: fn.dateAdd(c.day, 1, "day"),
      byColumn: fn.dateAdd(c.at, c.id, "day"),
    });
    assert.deepEqual(Object.values(row!).map(iso), [
      "2025-02-28T12:00:00.000Z",
      "2024-05-29T12:00:00.000Z",
      "2023-11-29T12:00:00.000Z",
      "2024-03-14T12:00:00.000Z",
      "2024-03-02T00:00:00.000Z",
      "2024-02-29T11:59:59.000Z",
      "2024-03-01",
      "2024-03-02T12:00:00.000Z",
    ]);
    const [last] = await Moment.where({ id: 1 }).select({ day: fn.dateAdd(c.day, -1, "month") });
    assert.equal(String(last!.day), "2024-02-29");
  });

  test("dateDiff() counts whole units", async () => {
    await moments();
    const from = new Date("2024-01-31T12:00:00.000Z");
    const [row] = await Moment.where({ id: 2 }).select({
      seconds: fn.dateDiff("second", c.at, new Date("2024-02-29T12:01:00.900Z")),
      hours: fn.dateDiff("hour", c.at, new Date("2024-02-29T10:30:00.000Z")),
      days: fn.dateDiff("day", c.at, new Date("2024-03-01T11:59:59.000Z")),
      weeks: fn.dateDiff("week", c.at, from),
      months: fn.dateDiff("month", c.at, new Date("2025-02-28T12:00:00.000Z")),
      years: fn.dateDiff("year", c.at, new Date("2026-12-31T00:00:00.000Z")),
      same: fn.dateDiff("day", c.at, c.at),
      plain: fn.dateDiff("day", c.day, Temporal.PlainDate.from("2025-01-01")),
    });
    assert.deepEqual(row, { seconds: 60, hours: -1, days: 0, weeks: -4, months: 11, years: 2, same: 0, plain: 307 });
  });

  test("dateDiff() counts as many months in one direction as in the other", async () => {
    await moments();
    for (
      const [from, to, months] of [
        ["2008-05-31T02:11:55.964Z", "1981-02-28T15:52:21.388Z", -327],
        ["2024-01-31T12:00:00.000Z", "2024-03-01T10:00:00.000Z", 1],
        ["2024-01-31T12:00:00.000Z", "2024-02-29T13:00:00.000Z", 0],
        ["2024-03-31T00:00:00.000Z", "2024-02-29T00:00:00.000Z", -1],
      ] as const
    ) {
      const [start, end] = [new Date(from), new Date(to)];
      await Moment.where({ id: 2 }).updateAll({ at: start });
      const [row] = await Moment.where({ id: 2 }).select({ there: fn.dateDiff("month", c.at, end) });
      await Moment.where({ id: 2 }).updateAll({ at: end });
      const [back] = await Moment.where({ id: 2 }).select({ back: fn.dateDiff("month", c.at, start) });
      assert.deepEqual([row!.there, back!.back], [months, 0 - months], `${from} ${to}`);
    }
  });

  test("a sum that no database can store is an error", async () => {
    await moments();
    for (const [amount, unit] of [[8000, "year"], [-2100, "year"], [4_000_000, "day"]] as const) {
      const sum = Moment.where({ id: 1 }).select({ at: fn.dateAdd(c.at, amount, unit) });
      await errorOf(ActiveRecordError, () => sum.all());
      const day = Moment.where({ id: 1 }).select({ day: fn.dateAdd(c.day, amount, unit) });
      await errorOf(ActiveRecordError, () => day.all());
    }
  });

  test("now() is the time of the database", async () => {
    await moments();
    const [row] = await Moment.where({ id: 1 }).select({ now: fn.now(), isPast: c.at.lt(fn.now()) });
    assert.ok(Math.abs(row!.now.getTime() - Date.now()) < 60_000);
    assert.equal(row!.isPast, true);
  });

  test("a named zone decides where days begin and how long they are", { requires: ["timeZones"] }, async () => {
    await moments();
    const [row] = await Moment.where({ id: 1 }).select({
      day: fn.dateTrunc("day", c.at, { zone }),
      month: fn.dateTrunc("month", c.at, { zone }),
      exact: fn.dateTrunc("day", c.exact, { zone }),
      hour: fn.datePart("hour", c.at, { zone }),
      dayOfMonth: fn.datePart("day", c.at, { zone }),
      nextDay: fn.dateAdd(c.at, 1, "day", { zone }),
      nextDayInUTC: fn.dateAdd(c.at, 1, "day"),
      days: fn.dateDiff("day", c.at, new Date("2024-03-31T22:30:15.250Z"), { zone }),
    });
    assert.deepEqual(Object.values(row!).map(iso), [
      "2024-03-30T23:00:00.000Z",
      "2024-02-29T23:00:00.000Z",
      "2024-03-30T23:00:00Z",
      "0",
      "31",
      "2024-03-31T22:30:15.250Z", // a day of 23 hours
      "2024-03-31T23:30:15.250Z",
      "1",
    ]);
    const perDay = await Moment.query().select({ day: fn.dateTrunc("day", c.at, { zone }), moments: fn.count() })
      .groupBy(fn.dateTrunc("day", c.at, { zone })).orderBy(fn.dateTrunc("day", c.at, { zone }));
    assert.deepEqual(perDay.map(({ moments }) => moments), [1, 1]);
  });

  test("NULL makes NULL", async () => {
    await moments();
    const [row] = await Moment.where({ id: 2 }).select({
      trunc: fn.dateTrunc("day", c.exact),
      part: fn.datePart("year", c.local),
      add: fn.dateAdd(c.local, 1, "day"),
      diff: fn.dateDiff("day", c.local, c.local),
    });
    assert.deepEqual(row, { trunc: null, part: null, add: null, diff: null });
  });

  test("what is no time, unit or zone is refused", async () => {
    const error = await errorOf(QueryBuildError, () => fn.dateTrunc("day", c.id as never));
    assert.match(error.message, /Moment\.id is no time/);
    await errorOf(QueryBuildError, () => fn.dateTrunc("decade" as "year", c.at));
    await errorOf(QueryBuildError, () => fn.datePart("year') --" as "year", c.at));
    await errorOf(QueryBuildError, () => fn.dateTrunc("hour", c.day));
    await errorOf(QueryBuildError, () => fn.dateTrunc("day", c.day, { zone }));
    for (const wrong of ["Nowhere/City", "+02:00", "", "'; --"]) {
      await errorOf(QueryBuildError, () => fn.dateTrunc("day", c.at, { zone: wrong }));
    }
    await errorOf(QueryBuildError, () => fn.dateAdd(c.at, 1.5, "day"));
  });
});
