import { deepStrictEqual, throws } from "node:assert/strict";
import * as std from "@std/assert";

const moment = "2026-01-02T03:04:05Z";

const equalPairs: [string, unknown, unknown][] = [
  ["numbers", 1, 1],
  ["NaN", NaN, NaN],
  ["0 and -0", 0, -0],
  ["bigints", 2n ** 70n, 2n ** 70n],
  ["nested values", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["keys in another order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  [
    "an object without prototype",
    Object.assign(Object.create(null), { a: 1 }),
    { a: 1 },
  ],
  ["dates", new Date(moment), new Date(moment)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["bytes", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  [
    "maps in another order",
    new Map([["a", 1], ["b", 2]]),
    new Map([["b", 2], ["a", 1]]),
  ],
  ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 1 }])],
  ["patterns", /a/g, /a/g],
  ["instants", Temporal.Instant.from(moment), Temporal.Instant.from(moment)],
  ["errors", new RangeError("a"), new RangeError("a")],
  ["symbol keys", { [Symbol.iterator]: 1 }, { [Symbol.iterator]: 1 }],
];

const differentPairs: [string, unknown, unknown][] = [
  ["types", 1, "1"],
  ["number and bigint", 1, 1n],
  ["null and undefined", null, undefined],
  ["a missing key", { a: undefined }, {}],
  ["another key", { a: undefined }, { b: undefined }],
  ["classes", new class A {}(), new class B {}()],
  ["an array and an object", [], {}],
  ["array lengths", [1], [1, 2]],
  ["dates", new Date(0), new Date(1)],
  ["bytes", new Uint8Array([1]), new Uint8Array([2])],
  ["bytes and numbers", new Uint8Array([1]), [1]],
  ["maps", new Map([["a", 1]]), new Map([["a", 2]])],
  [
    "sets with a double match",
    new Set([{ a: 1 }, { a: 2 }]),
    new Set([{ a: 1 }, { a: 1 }]),
  ],
  ["pattern flags", /a/g, /a/],
  [
    "instants",
    Temporal.Instant.from(moment),
    Temporal.Instant.from("2026-01-02T03:04:06Z"),
  ],
  [
    "plain dates",
    Temporal.PlainDate.from("2026-01-02"),
    Temporal.PlainDate.from("2026-01-03"),
  ],
  ["error messages", new Error("a"), new Error("b")],
];

Deno.test("assertEquals() and assertNotEquals() agree on equal values", () => {
  for (const [name, a, b] of equalPairs) {
    std.assertEquals(a, b, name);
    refuses(() => std.assertNotEquals(a, b, name));
  }
});

Deno.test("assertEquals() and assertNotEquals() agree on different values", () => {
  for (const [name, a, b] of differentPairs) {
    std.assertNotEquals(a, b, name);
    refuses(() => std.assertEquals(a, b, name));
    refuses(() => std.assertEquals(b, a, name));
  }
});

Deno.test("assertEquals() compares values that contain themselves", () => {
  const loop = (): Record<string, unknown> => {
    const value: Record<string, unknown> = { a: 1 };
    value["self"] = value;
    return value;
  };
  std.assertEquals(loop(), loop());
});

Deno.test("assertEquals() shows the difference and the message", () => {
  const error = refuses(() => std.assertEquals({ a: 1 }, { a: 2 }, "why"));
  std.assertMatch(error.message, /a: 1[^]*a: 2[^]*: why$/);
});

Deno.test("the simple assertions hold and fail where they should", () => {
  std.assert(1);
  std.assertFalse(0);
  std.assertExists(0);
  std.assertStrictEquals("a", "a");
  std.assertInstanceOf([], Array);
  std.assertMatch("abc", /b/);
  std.assertStringIncludes("abc", "bc");
  std.assertArrayIncludes([{ a: 1 }, { a: 2 }], [{ a: 2 }]);
  std.assertGreater(2, 1);
  std.assertGreaterOrEqual(2, 2);
  std.assertLess(1n, 2n);
  std.assertLessOrEqual("a", "a");
  const bad: (() => unknown)[] = [
    () => std.assert(0),
    () => std.assertFalse(1),
    () => std.assertExists(null),
    () => std.assertStrictEquals({}, {}),
    () => std.assertStrictEquals(0, -0),
    () => std.assertInstanceOf({}, Array),
    () => std.assertMatch("abc", /d/),
    () => std.assertStringIncludes("abc", "d"),
    () => std.assertArrayIncludes([1], [1, 2]),
    () => std.assertGreater(1, 1),
    () => std.assertGreaterOrEqual(1, 2),
    () => std.assertLess(1, 1),
    () => std.assertLessOrEqual(2, 1),
    () => std.assertLess(NaN, 1),
    () => std.fail("a"),
    () => std.unreachable(),
  ];
  for (const fn of bad) refuses(fn);
});

Deno.test("assertMatch() forgets the position of a global pattern", () => {
  const pattern = /a/g;
  std.assertMatch("a", pattern);
  std.assertMatch("a", pattern);
});

Deno.test("assertObjectMatch() looks for a part at any depth", () => {
  const actual = { a: 1, b: { c: [{ d: 1, e: 2 }], f: new Date(0) } };
  std.assertObjectMatch(actual, { b: { c: [{ d: 1 }], f: new Date(0) } });
  refuses(() => std.assertObjectMatch(actual, { b: { c: [{ d: 2 }] } }));
  refuses(() => std.assertObjectMatch(actual, { b: { f: new Date(1) } }));
  refuses(() => std.assertObjectMatch(actual, { z: undefined }));
});

Deno.test("assertThrows() gives the error, typed by its class", () => {
  const range: RangeError = std.assertThrows(
    () => {
      throw new RangeError("out of range");
    },
    RangeError,
    "range",
  );
  std.assertEquals(range.message, "out of range");
  deepStrictEqual(
    std.assertThrows(() => {
      throw 1;
    }),
    1,
  );
});

Deno.test("assertThrows() fails for no error, another class and another message", () => {
  const fn = () => {
    throw new RangeError("out of range");
  };
  refuses(() => std.assertThrows(() => {}));
  const { cause } = refuses(() => std.assertThrows(fn, TypeError));
  std.assertInstanceOf(cause, RangeError);
  refuses(() => std.assertThrows(fn, RangeError, "other"));
  refuses(() =>
    std.assertThrows(() => {
      throw "text";
    }, Error)
  );
});

Deno.test("assertRejects() gives the error, typed by its class", async () => {
  const reject = () => Promise.reject(new RangeError("out of range"));
  const range: RangeError = await std.assertRejects(
    reject,
    RangeError,
    "range",
  );
  std.assertEquals(range.message, "out of range");
  deepStrictEqual(await std.assertRejects(() => Promise.reject(1)), 1);
});

Deno.test("assertRejects() fails for no error, a synchronous one, another class and another message", async () => {
  const reject = () => Promise.reject(new RangeError("out of range"));
  const bad: (() => Promise<unknown>)[] = [
    () => std.assertRejects(() => Promise.resolve()),
    () =>
      std.assertRejects(() => {
        throw new Error("now");
      }),
    () => std.assertRejects(reject, TypeError),
    () => std.assertRejects(reject, RangeError, "other"),
  ];
  for (const fn of bad) {
    const error = await fn().then(() => undefined, (reason: unknown) => reason);
    deepStrictEqual(error instanceof std.AssertionError, true);
  }
});

/** Node's own assertion, as the stand-ins must not vouch for themselves. */
function refuses(fn: () => unknown): Error {
  let caught: unknown;
  throws(() => {
    try {
      fn();
    } catch (error) {
      caught = error;
      throw error;
    }
  }, std.AssertionError);
  if (!(caught instanceof Error)) throw new Error("Unreachable");
  return caught;
}
