import { assert, assertEquals, assertThrows } from "@std/assert";
import { isoText, utcTime } from "../../core/types/iso_time.ts";

Deno.test("utcTime() and isoText() agree with Date on every third day from the year 0 to 9999", () => {
  const day = 86_400_000;
  const last = Date.UTC(9999, 11, 31);
  let read = 0;
  for (let time = Date.parse("0000-01-01T00:00:00.000Z"); time <= last; time += 3 * day) {
    const moment = time + Math.abs(time / day) % 86_399 * 1_000 + 7;
    const text = new Date(moment).toISOString();
    const found = utcTime(text);
    if (found !== moment) assertEquals(found, moment, text);
    const written = isoText(moment);
    if (written !== text) assertEquals(written, text);
    read++;
  }
  assert(read > 1_210_000, String(read));
});

Deno.test("utcTime() reads what databases write", () => {
  for (
    const [text, iso] of [
      ["2024-02-29 23:59:58", "2024-02-29T23:59:58.000Z"],
      ["2024-02-29T23:59:58Z", "2024-02-29T23:59:58.000Z"],
      ["2024-02-29 23:59:58+00", "2024-02-29T23:59:58.000Z"],
      ["2024-02-29 23:59:58.1", "2024-02-29T23:59:58.100Z"],
      ["2024-02-29 23:59:58.01+00", "2024-02-29T23:59:58.010Z"],
      ["1969-12-31 23:59:59.999999", "1969-12-31T23:59:59.999Z"],
      ["2024-02-29 23:59:58.123456+00", "2024-02-29T23:59:58.123Z"],
      ["2024-12-31 00:00:00.000999Z", "2024-12-31T00:00:00.000Z"],
    ] as const
  ) assertEquals(utcTime(text), Date.parse(iso), text);
});

Deno.test("utcTime() reads no other form", () => {
  for (
    const text of [
      "",
      "2024-01-01",
      "2024-13-01T00:00:00.000Z",
      "2024-00-01T00:00:00.000Z",
      "2024-02-30T00:00:00.000Z",
      "2023-02-29T00:00:00.000Z",
      "2100-02-29T00:00:00.000Z",
      "2024-04-31T00:00:00.000Z",
      "2024-02-00T00:00:00.000Z",
      "2024-02-10T24:00:00.000Z",
      "2024-02-10T23:60:00.000Z",
      "2024-02-10T23:59:60.000Z",
      "2024-02-10T23:59:59.000+",
      "2024-02-10T23:59:59.",
      "2024-02-10T23:59:59.Z",
      "2024-02-10T23:59:59.000+01",
      "2024-02-10T23:59:59.000-00",
      "2024-02-10T23:59:59.000+00:00",
      "2024-02-10 23:59:59+00 BC",
      "2024-02-10_23:59:59.000Z",
      "2024-02-1:T23:59:59.000Z",
      "+02024-02-10T23:59:59.00",
      "infinity, which is as long as a time",
    ]
  ) assertEquals(utcTime(text), NaN, text);
});

Deno.test("isoText() writes what Date.prototype.toISOString() does", () => {
  const ends = [0, -1, 1, 999, 1_000, 59_999, 86_399_999, 86_400_000, -86_400_000, 8.64e15, -8.64e15];
  const others = Array.from({ length: 20_000 }, (_, i) => (i - 10_000) * 8.6e11 + i * 7_919);
  for (const time of [...ends, ...others]) {
    const text = isoText(time);
    if (text !== new Date(time).toISOString()) assertEquals(text, new Date(time).toISOString());
  }
  assertThrows(() => isoText(NaN), RangeError);
});
