import { assert, assertEquals, assertThrows } from "@std/assert";
import { isoText, isoTime } from "../../core/types/iso_time.ts";

Deno.test("isoTime() agrees with Date.parse() on every day that it reads, from the year 0 to 9999", () => {
  const day = 86_400_000;
  const last = Date.UTC(9999, 11, 31);
  let read = 0;
  for (let time = Date.parse("0000-01-01T00:00:00.000Z"); time <= last; time += day) {
    const moment = time + (time / day % 86_399) * 1_000 + 7;
    const text = new Date(moment).toISOString();
    const found = isoTime(text);
    if (Number.isNaN(found)) continue; // days after the 28th are left to Date
    if (found !== moment) assertEquals(found, moment, text);
    read++;
  }
  assert(read > 3_300_000, String(read));
});

Deno.test("isoTime() reads no other form", () => {
  for (
    const text of [
      "",
      "2024-01-01",
      "2024-01-01T00:00:00Z",
      "2024-13-01T00:00:00.000Z",
      "2024-00-01T00:00:00.000Z",
      "2024-02-30T00:00:00.000Z",
      "2024-02-10T24:00:00.000Z",
      "2024-02-10T23:60:00.000Z",
      "2024-02-10T23:59:60.000Z",
      "2024-02-10 23:59:59.000Z",
      "2024-02-10T23:59:59.000+",
      "2024-02-1:T23:59:59.000Z",
      "+02024-02-10T23:59:59.00",
    ]
  ) assertEquals(isoTime(text), NaN, text);
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
