import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  array,
  type Attributes,
  bytes,
  column,
  ConfigurationError,
  decimal,
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
  type StorageBackend,
  ValidationError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const Color = z.enum(["red", "green", "dark blue"]);

class Sample extends ActiveRecord.define("samples", {
  id: primaryKey(),
  text: z.string().optional(),
  short: z.string().max(40).optional(),
  small: z.int32().optional(),
  whole: z.int().optional(),
  big: z.bigint().optional(),
  real: z.number().optional(),
  price: decimal(20, 4, { nullable: true, default: null }),
  flag: z.boolean().nullable().default(null),
  at: z.date().nullable().default(null),
  moment: instant({ nullable: true, default: null }),
  day: plainDate({ nullable: true, default: null }),
  time: plainTime({ nullable: true, default: null }),
  local: plainDateTime({ nullable: true, default: null }),
  length: duration({ nullable: true, default: null }),
  key: z.uuid().optional(),
  json: z.json().optional(),
  list: z.array(z.int()).optional(),
  record: z.record(z.string(), z.number()).optional(),
  color: Color.optional(),
  literal: z.literal(["yes", "no"]).optional(),
  number: z.literal([1, 2]).optional(),
  blob: bytes({ nullable: true, default: null }),
}) {}

class Lists extends ActiveRecord.define("lists", {
  id: primaryKey(),
  prices: array(decimal(10, 2)),
  days: array(plainDate()),
  numbers: array(column(z.bigint())),
  words: array(column(z.string().trim().min(2)), { default: [] }),
  maybe: array(column(z.int()), { nullable: true, default: null }),
}) {}

type Field = keyof Attributes<typeof Sample>;

/** Saves values, reads them back by another record, and also finds the row by them. */
async function roundTrip(
  field: Field,
  values: readonly unknown[],
  backend: StorageBackend,
): Promise<void> {
  for (const value of values) {
    const made = await Sample.create({ [field]: value } as never);
    const found = await Sample.findOrFail(made.id);
    const [plucked] = await Sample.where({ id: made.id }).pluck(field);
    for (const [how, got] of [["created", made[field]], ["found", found[field]], ["plucked", plucked]] as const) {
      assert.ok(isSame(got, value), `${field} ${how}: expected ${show(value)}, got ${show(got)}`);
    }
    assert.equal(found.isDirty, false, `${field} of a loaded record with ${show(value)} is dirty`);
    assert.equal(await assertQueries(backend, 0, () => made.save()), 0, `${field} with ${show(value)} is saved twice`);
    const condition = { [field]: value, id: made.id } as never;
    assert.equal(await Sample.where(condition).count(), 1, `${field} is not found by ${show(value)}`);
  }
}

function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Object.prototype.toString.call(right).startsWith("[object Temporal.")) return String(left) === String(right);
  try {
    assert.deepEqual(left, right);
    return typeof right === "object";
  } catch {
    return false;
  }
}

function show(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Every type keeps its values. */
export const roundTrips: SuiteGroup = group("types/round_trip", [Sample, Lists], (test) => {
  test("text keeps every character, spaces and the empty text", async ({ backend }) => {
    const texts = ["", " ", " a ", "O'Reilly", 'say "hi"', "back\\slash", "line\nbreak\r\n\ttab", "Ünïcödé", "日本語"];
    await roundTrip("text", [
      ...texts,
      "😀 𝄞 👨‍👩‍👧",
      "e\u0301",
      "%_*?[",
      "?",
      ":x",
      "$1",
      "null",
      "0",
      "x".repeat(100_000),
    ], backend);
    await roundTrip("short", ["", "x".repeat(40), "😀".repeat(10)], backend);
  });

  test("text with a NUL character is kept or refused, never cut", async () => {
    const made = await Sample.create({ text: "a\0b" }).catch((error) => error);
    if (made instanceof Sample) assert.equal((await Sample.findOrFail(made.id)).text, "a\0b");
    else assert.ok(made instanceof Error);
  });

  test("whole numbers keep both ends of their ranges", async ({ backend }) => {
    await roundTrip("small", [0, -1, 2 ** 31 - 1, -(2 ** 31)], backend);
    await roundTrip("whole", [0, 42, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], backend);
    await roundTrip("big", [0n, -1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)], backend);
    await roundTrip("number", [1, 2], backend);
  });

  test("numbers keep every bit", async ({ backend }) => {
    await roundTrip("real", [0, 1, -1.5, 0.1, 1 / 3, Math.PI, 1e-7, 1e21, 5e-324, Number.MAX_VALUE, 2 ** 53], backend);
  });

  test("decimals are exact", async ({ backend }) => {
    const values = ["0", "0.1", "-0.0001", "1234567890123456.7891", "-9999999999999999.9999", "79228162514264.3375"];
    for (const value of values) {
      const made = await Sample.create({ price: value });
      const [whole, fraction = ""] = String((await Sample.findOrFail(made.id)).price).split(".");
      const [wantedWhole, wantedFraction = ""] = value.split(".");
      assert.deepEqual([whole, fraction.replace(/0+$/, "")], [wantedWhole, wantedFraction.replace(/0+$/, "")]);
    }
    await roundTrip("price", [null], backend);
  });

  test("booleans are booleans", async ({ backend }) => {
    await roundTrip("flag", [true, false, null], backend);
  });

  test("dates keep their milliseconds, whatever the zone", async ({ backend }) => {
    const texts = ["1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "1969-12-31T23:59:59.001Z"];
    const dates = [...texts, "2024-03-31T01:30:00.000Z", "1000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"];
    await roundTrip("at", [...dates.map((text) => new Date(text)), null], backend);
  });

  test("instants keep their microseconds", async ({ backend }) => {
    const texts = ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59.999999Z", "2024-01-01T12:00:00.000001Z"];
    await roundTrip("moment", [...texts.map((text) => Temporal.Instant.from(text)), null], backend);
    const shifted = Temporal.Instant.from("2024-06-01T10:00:00.5+05:30");
    const made = await Sample.create({ moment: shifted });
    assert.ok((await Sample.findOrFail(made.id)).moment!.equals(shifted));
  });

  test("days, times and local times keep their parts", async ({ backend }) => {
    const days = ["2024-02-29", "1000-01-01", "9999-12-31"];
    await roundTrip("day", [...days.map((text) => Temporal.PlainDate.from(text)), null], backend);
    const times = ["00:00:00", "23:59:59.999999", "12:30:15.000001"];
    await roundTrip("time", [...times.map((text) => Temporal.PlainTime.from(text)), null], backend);
    const locals = ["2024-03-31T02:30:00", "2024-12-31T23:59:59.999999"];
    await roundTrip("local", [...locals.map((text) => Temporal.PlainDateTime.from(text)), null], backend);
  });

  test("durations keep their parts", async ({ backend }) => {
    const texts = ["PT0S", "P1DT2H30M15.5S", "-PT5M"];
    await roundTrip("length", [...texts.map((text) => Temporal.Duration.from(text)), null], backend);
  });

  test("UUIDs are text", async ({ backend }) => {
    await roundTrip("key", ["00000000-0000-4000-8000-000000000000", "0190a2d0-7d3e-7000-9000-1234567890ab"], backend);
  });

  test("JSON keeps every kind of value, nested and empty", async ({ backend }) => {
    const values = [
      {},
      [],
      { a: { b: [1, "2", null, true, { c: [] }] } },
      "text",
      "",
      0,
      1.5,
      true,
      false,
      "null",
      "1",
    ];
    await roundTrip("json", [...values, { 'quo"te': "😀\n", "": 1 }, [[[]]], { __proto__x: 1 }], backend);
    await roundTrip("list", [[], [1, 2, 3]], backend);
    await roundTrip("record", [{}, { a: 1, b: 2.5 }], backend);
  });

  test("JSON that holds a key named __proto__ stays plain data", async () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
    const made = await Sample.create({ json: value });
    const found = (await Sample.findOrFail(made.id)).json as Record<string, unknown>;
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal(found.a, 1);
  });

  test("enums and literals keep their values", async ({ backend }) => {
    await roundTrip("color", ["red", "dark blue"], backend);
    await roundTrip("literal", ["yes", "no"], backend);
  });

  test("bytes keep every byte", async ({ backend }) => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    for (const value of [new Uint8Array(), all, new Uint8Array(100_000).fill(7), all.subarray(10, 20)]) {
      const made = await Sample.create({ blob: value });
      const found = await Sample.findOrFail(made.id);
      assert.deepEqual([...found.blob!], [...value]);
      assert.equal(found.isDirty, false);
      assert.equal(await Sample.where({ blob: value, id: made.id }).count(), 1);
    }
    await roundTrip("blob", [null], backend);
  });

  test("lists keep the types of their elements", async () => {
    const values = {
      prices: ["0.10", "99999999.99"],
      days: [Temporal.PlainDate.from("2024-02-29")],
      numbers: [1n],
    };
    const made = await Lists.create(values);
    const found = await Lists.findOrFail(made.id);
    assert.deepEqual(found.prices, values.prices);
    assert.deepEqual(found.days.map(String), ["2024-02-29"]);
    assert.equal(found.isDirty, false);
    found.days.push(Temporal.PlainDate.from("2025-01-01"));
    assert.deepEqual(found.dirtyFields, ["days"]);
    await found.save();
    assert.equal((await Lists.findOrFail(made.id)).days.length, 2);
    assert.deepEqual((await Lists.findOrFail(made.id)).numbers, [1n]);
    assert.deepEqual([found.words, found.maybe], [[], null]);
    await found.update({ maybe: [1, 2] });
    assert.deepEqual((await Lists.findOrFail(made.id)).maybe, [1, 2]);
  });

  test("the elements of a list are checked by their own schema, and their issues carry the index", async () => {
    const right = { prices: ["1.00"], days: [], numbers: [], words: [" ab "] };
    assert.deepEqual((await Lists.create(right)).words, ["ab"]);
    const wrong: readonly [object, readonly PropertyKey[]][] = [
      [{ prices: ["1.00", "1.234"] }, ["prices", 1]],
      [{ words: ["ab", "c"] }, ["words", 1]],
      [{ words: [1] }, ["words", 0]],
      [{ numbers: [1n, "x"] }, ["numbers", 1]],
      [{ words: "ab" }, ["words"]],
    ];
    for (const [values, path] of wrong) {
      const error = await errorOf(ValidationError, () => Lists.create({ ...right, ...values } as never));
      assert.deepEqual(error.issues.map((issue) => issue.path), [path]);
    }
    assert.equal(await Lists.count(), 1);
  });

  test("a list that is changed in place before its first save is checked again", async () => {
    const record = new Lists({ prices: ["1.00"], days: [], numbers: [1n], words: ["ab"] });
    record.words.push("c");
    const error = await errorOf(ValidationError, () => record.save());
    assert.deepEqual(error.issues.map((issue) => issue.path), [["words", 1]]);
    record.words.pop();
    assert.equal(await record.save(), 1);
  });

  test("a list of elements with a converter of their own is refused", async () => {
    const converter = { toDatabase: (text: string) => `!${text}`, fromDatabase: (text: string) => text.slice(1) };
    await errorOf(ConfigurationError, () => array(column(z.string(), { converter })));
  });
});
