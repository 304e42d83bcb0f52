import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import { ActiveRecord, decimal, fn, instant, plainDateTime, primaryKey } from "../../../mod.ts";
import { eachPlace, withPath } from "../../support/sqlite.ts";

const AMOUNTS = [
  "9999999999999999999999999999.9999999999",
  "-9999999999999999999999999999.9999999998",
  "0.0000000001",
  "10.0000000000",
  "9.9000000000",
  "-0.5000000000",
  "-12.0000000000",
  "0.1000000000",
  "0.0000000000",
];

async function prices(backend: SQLiteBackend, amounts: readonly string[]) {
  class Price extends ActiveRecord.define("prices", { id: primaryKey(), amount: decimal(38, 10), shop: z.string() }) {}
  Price.configure(backend);
  await Price.createTable();
  await Price.insertMany(amounts.map((amount, i) => ({ amount, shop: i % 2 === 0 ? "even" : "odd" })));
  return Price;
}

/** Sorts by value with integers of any size. */
function byValue(left: string, right: string): number {
  const scaled = (text: string) => {
    const [whole = "", fraction = ""] = text.split(".");
    return BigInt(`${whole}${fraction.padEnd(10, "0")}`.replace(/^(-?)0+(?=\d)/, "$1"));
  };
  const [a, b] = [scaled(left), scaled(right)];
  return a < b ? -1 : a > b ? 1 : 0;
}

eachPlace("decimals are ordered and compared by value, exactly", async (backend) => {
  const Price = await prices(backend, AMOUNTS);
  const sorted = AMOUNTS.toSorted(byValue);
  assertEquals(await Price.query().orderBy("amount").pluck("amount"), sorted);
  assertEquals(await Price.query().orderBy("-amount").pluck("amount"), sorted.toReversed());
  for (const [i, amount] of sorted.entries()) {
    assertEquals(await Price.where({ amount__lt: amount }).count(), i);
    assertEquals(await Price.where({ amount__lte: amount }).count(), i + 1);
    assertEquals(await Price.where({ amount__gt: amount }).count(), sorted.length - i - 1);
    assertEquals(await Price.where({ amount }).count(), 1);
    assertEquals(await Price.where({ amount__ne: amount }).count(), sorted.length - 1);
  }
});

eachPlace("decimals that are written differently are equal", async (backend) => {
  const Price = await prices(backend, AMOUNTS);
  for (const same of ["0.1", "+0.100", ".1", "00.10"]) {
    assertEquals(await Price.where({ amount: same }).count(), 1, same);
  }
  assertEquals(await Price.where({ amount__in: ["10.000", "9.90", "7"] }).count(), 2);
  assertEquals(await Price.where({ amount__notin: ["10.000", "9.90", "7"] }).count(), AMOUNTS.length - 2);
  assertEquals(await Price.where({ amount__between: ["-0.50", "9.9"] }).count(), 5);
  assertEquals(await Price.where({ amount: "-0" }).count(), 1);
});

eachPlace("sum, avg, min and max of decimals are exact", async (backend) => {
  const Price = await prices(backend, AMOUNTS);
  assertEquals(await Price.sum("amount"), "7.5000000002");
  assertEquals(await Price.min("amount"), "-9999999999999999999999999999.9999999998");
  assertEquals(await Price.max("amount"), "9999999999999999999999999999.9999999999");
  const thirds = Price.where({ amount__in: ["10", "0", "0.10"] });
  assertEquals(await thirds.sum("amount"), "10.1000000000");
  assertEquals(await thirds.avg("amount"), "3.36666666666666666666666667");
  const none = Price.where({ amount: "77" });
  assertEquals([await none.sum("amount"), await none.avg("amount"), await none.min("amount")], [null, null, null]);
  const groups = await Price.select({ shop: Price.c.shop, total: fn.sum(Price.c.amount) }).groupBy("shop").orderBy(
    "shop",
  );
  assertEquals(groups.map(({ shop }) => shop), ["even", "odd"]);
  assertEquals(groups.map(({ total }) => total), [
    sumOf(AMOUNTS.filter((_, i) => i % 2 === 0)),
    sumOf(AMOUNTS.filter((_, i) => i % 2 === 1)),
  ]);
});

function sumOf(amounts: readonly string[]): string {
  let sum = 0n;
  for (const amount of amounts) {
    const [whole = "", fraction = ""] = amount.replace("-", "").split(".");
    const digits = BigInt(whole + fraction.padEnd(10, "0"));
    sum += amount.startsWith("-") ? -digits : digits;
  }
  const text = (sum < 0n ? -sum : sum).toString().padStart(11, "0");
  return `${sum < 0n ? "-" : ""}${text.slice(0, -10)}.${text.slice(-10)}`;
}

eachPlace("integers at the ends of 64 bits are ordered, compared and summed exactly", async (backend) => {
  class Big extends ActiveRecord.define("bigs", { id: primaryKey(), value: z.bigint(), small: z.int() }) {}
  Big.configure(backend);
  await Big.createTable();
  const values = [2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n, 2n ** 53n, 2n ** 53n - 1n, 0n];
  await Big.insertMany(values.map((value) => ({ value, small: 2 ** 53 - 1 })));
  const sorted = values.toSorted((a, b) => a < b ? -1 : 1);
  assertEquals(await Big.query().orderBy("value").pluck("value"), sorted);
  for (const value of values) assertEquals(await Big.where({ value }).count(), 1);
  assertEquals(await Big.where({ value__gt: 2n ** 53n }).count(), 2);
  assertEquals([await Big.min("value"), await Big.max("value")], [-(2n ** 63n), 2n ** 63n - 1n]);
  assertEquals(await Big.where({ value__between: [2n ** 53n - 1n, 2n ** 53n + 1n] }).sum("value"), 3n * 2n ** 53n);
  assertEquals(await Big.where({ value__in: [0n, 2n ** 53n - 1n] }).sum("value"), 2 ** 53 - 1);
  assertEquals<unknown>(await Big.sum("small"), 6n * (2n ** 53n - 1n));
  await assertRejects(() => Big.where({ value__gt: 0n }).sum("value"), Error, "overflow");
  const record = (await Big.where({ value: 2n ** 53n }).first())!;
  record.value += 1n;
  assertEquals([record.isDirty, await record.save()], [true, 1]);
  assertEquals(await Big.where({ value: 2n ** 53n + 1n }).count(), 2);
});

eachPlace("times are ordered and compared to the microsecond", async (backend) => {
  class Event extends ActiveRecord.define("events", {
    id: primaryKey(),
    at: instant(),
    local: plainDateTime(),
    moment: z.date(),
  }) {}
  Event.configure(backend);
  await Event.createTable();
  const texts = [
    "0001-01-01T00:00:00",
    "1969-12-31T23:59:59.999999",
    "1970-01-01T00:00:00",
    "2024-02-29T12:00:00.000001",
    "2024-02-29T12:00:00.000002",
    "2024-02-29T12:00:00.1",
    "9999-12-31T23:59:59.999999",
  ];
  const rows = texts.map((text) => ({
    at: Temporal.Instant.from(`${text}Z`),
    local: Temporal.PlainDateTime.from(text),
    moment: new Date(Temporal.Instant.from(`${text}Z`).epochMilliseconds),
  }));
  await Event.insertMany(rows.toReversed());
  assertEquals(
    (await Event.query().orderBy("at")).map((event) => event.at.toString()),
    rows.map(({ at }) => at.toString()),
  );
  assertEquals(await Event.query().orderBy("local").pluck("local"), rows.map(({ local }) => local));
  for (const [i, { at, local }] of rows.entries()) {
    assertEquals(await Event.where({ at }).count(), 1);
    assertEquals(await Event.where({ at__lt: at }).count(), i);
    assertEquals(await Event.where({ local__gt: local }).count(), rows.length - i - 1);
  }
  assertEquals(await Event.where({ moment: new Date("2024-02-29T12:00:00Z") }).count(), 2);
  assertEquals(await Event.min("moment"), new Date("0001-01-01T00:00:00Z"));
  assertEquals(await Event.max("at"), rows.at(-1)!.at);
});

Deno.test("times do not depend on the time zone of the process", async () => {
  await withPath(async (path) => {
    const run = async (zone: string, task: string) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-lock", new URL("./fixtures/time_zones.ts", import.meta.url).href, path, task],
        env: { TZ: zone, NO_COLOR: "1" },
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    await run("America/New_York", "write");
    const [west, east, utc] = [
      await run("America/New_York", "read"),
      await run("Asia/Kolkata", "read"),
      await run("UTC", "read"),
    ];
    assertEquals([west, east], [utc, utc]);
    assertEquals(JSON.parse(utc), [
      { moment: "2024-03-10T07:30:00.000Z", raw: "2024-03-10T07:30:00.000Z", day: "2024-03-10" },
      { moment: "2024-01-31T12:00:00.000Z", raw: "2024-01-31 12:00:00", day: "2024-01-31" },
      { moment: "2024-01-31T12:00:00.123Z", raw: "2024-01-31 12:00:00.1234", day: "2024-01-31" },
      { moment: "2024-01-31T00:00:00.000Z", raw: "2024-01-31", day: "2024-01-31" },
      { moment: "2024-01-31T10:30:00.000Z", raw: "2024-01-31T12:00:00+01:30", day: "2024-01-31" },
    ]);
  });
});
