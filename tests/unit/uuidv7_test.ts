import { assert, assertEquals, assertMatch } from "@std/assert";
import { uuidv7 } from "../../mod.ts";

const FORM = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

Deno.test("uuidv7() has the form of version 7 and the time of now", () => {
  const before = Date.now();
  const id = uuidv7();
  assertMatch(id, FORM);
  const time = parseInt(id.replaceAll("-", "").slice(0, 12), 16);
  assert(time >= before && time <= Date.now() + 1_000, `${time - before} ms away`);
});

Deno.test("uuidv7() makes 50,000 different keys that grow, many of them in one millisecond", () => {
  const ids = Array.from({ length: 50_000 }, () => uuidv7());
  assertEquals(new Set(ids).size, ids.length);
  assertEquals(ids, ids.toSorted());
  assert(ids.every((id) => FORM.test(id)));
});

Deno.test("uuidv7() keeps growing when the clock is set back", () => {
  const original = Date.now;
  try {
    const first = uuidv7();
    Date.now = () => original() - 3_600_000;
    const second = uuidv7();
    Date.now = original;
    const third = uuidv7();
    assert(first < second && second < third);
  } finally {
    Date.now = original;
  }
});
