import { assert, assertEquals, assertRejects, assertThrows, fail } from "@std/assert";
import { z } from "zod";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  ActiveRecordError,
  array,
  bytes,
  column,
  decimal,
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
  TypeConversionError,
  ValidationError,
} from "../../../mod.ts";
import { eachPlace } from "../../support/sqlite.ts";

const LONE = "secret\ud800";
const NUL = "secret\0text";

/** Fields with values that no column of that type can hold. */
const FIELDS: Readonly<
  Record<string, { field: Parameters<typeof ActiveRecord.define>[1][string]; good: unknown; bad: readonly unknown[] }>
> = {
  int32: { field: z.int32(), good: 1, bad: [2 ** 31, -(2 ** 31) - 1, 1.5, NaN, Infinity, "1", 1n, true, null] },
  int: { field: z.int(), good: 1, bad: [2 ** 53, -(2 ** 53), 1.5, NaN, -Infinity, "1", null, {}, []] },
  bigint: { field: z.bigint(), good: 1n, bad: [2n ** 63n, -(2n ** 63n) - 1n, 1, "1", null] },
  number: { field: z.number(), good: 1, bad: [NaN, Infinity, -Infinity, "1", 1n, null, new Date(0)] },
  decimal: {
    field: decimal(5, 2),
    good: "1.00",
    bad: ["1234", "0.001", "1e3", "", " 1", "abc", "NaN", "0x1", "1,5", 1.5, 1n, null],
  },
  string: { field: z.string(), good: "a", bad: [LONE, NUL, 1, null, {}, new String("x")] },
  boolean: { field: z.boolean(), good: true, bad: [1, 0, "true", null] },
  date: {
    field: z.date(),
    good: new Date(0),
    bad: [new Date(NaN), new Date("+010000-01-01T00:00:00Z"), new Date(-1e14), "2024-01-01", 0, null],
  },
  instant: {
    field: instant(),
    good: Temporal.Instant.from("2024-01-01T00:00:00Z"),
    bad: [
      Temporal.Instant.from("2024-01-01T00:00:00.000000001Z"),
      Temporal.Instant.from("+010000-01-01T00:00:00Z"),
      new Date(0),
      "2024-01-01T00:00:00Z",
      null,
    ],
  },
  plainDate: {
    field: plainDate(),
    good: Temporal.PlainDate.from("2024-01-01"),
    bad: [
      Temporal.PlainDate.from("+010000-01-01"),
      Temporal.PlainDate.from("-000001-01-01"),
      "2024-01-01",
      new Date(0),
    ],
  },
  plainTime: {
    field: plainTime(),
    good: Temporal.PlainTime.from("12:00"),
    bad: [Temporal.PlainTime.from("12:00:00.000000001"), "12:00", null],
  },
  plainDateTime: {
    field: plainDateTime(),
    good: Temporal.PlainDateTime.from("2024-01-01T12:00"),
    bad: [
      Temporal.PlainDateTime.from("2024-01-01T12:00:00.000000001"),
      Temporal.PlainDateTime.from("+010000-01-01T00:00"),
      "2024-01-01T12:00",
    ],
  },
  duration: { field: duration(), good: Temporal.Duration.from("PT1S"), bad: ["PT1S", 1, null] },
  uuid: { field: z.uuid(), good: "01890a5d-ac96-774b-bcce-b302099a8057", bad: ["secret", "", 1, null] },
  enum: { field: z.enum(["red", "green"]), good: "red", bad: ["secret", "", "RED", null, 1] },
  bytes: { field: bytes(), good: new Uint8Array(), bad: [[1], "secret", new ArrayBuffer(1), new Uint16Array(1), null] },
  object: { field: z.object({ n: z.number() }), good: { n: 1 }, bad: [{ n: NaN }, {}, [], "secret", 1] },
  any: {
    field: z.any(),
    good: 1,
    bad: [NaN, Infinity, { deep: [{ n: NaN }] }, [Infinity], 1n, { n: 1n }, () => 1, Symbol("secret"), cyclic()],
  },
  array: { field: array(plainDate()), good: [], bad: ["secret", [1], [null], ["2024-01-01"], {}, null] },
  converted: {
    field: column(z.string(), { converter: { toDatabase: (text: string) => `${text}\0`, fromDatabase: String } }),
    good: undefined,
    bad: ["secret"],
  },
};

function cyclic(): unknown {
  const value: Record<string, unknown> = { secret: "secret" };
  value.self = value;
  return value;
}

/** The error is typed, names the model and the field, and does not show the value. */
function check(error: unknown, what: string): void {
  assert(error instanceof TypeConversionError || error instanceof ValidationError, `${what}: ${Deno.inspect(error)}`);
  assert(error.message.includes("Holder") && error.message.includes("value"), `${what}: ${error.message}`);
  assert(!/secret/.test(Deno.inspect(error)), `${what} shows the value: ${Deno.inspect(error)}`);
}

/** Runs what must be refused. */
async function refused(what: string, fn: () => unknown): Promise<void> {
  try {
    await fn();
  } catch (error) {
    return check(error, what);
  }
  fail(`${what} was accepted`);
}

// deno-lint-ignore no-explicit-any
type Any = any;

for (const [name, { field, good, bad }] of Object.entries(FIELDS)) {
  Deno.test(`a wrong value for ${name} is refused wherever it comes in, and nothing is written`, async () => {
    await using backend = new SQLiteBackend({ database: ":memory:" });
    class Holder extends ActiveRecord.define("holders", { id: primaryKey(), value: field }) {}
    Holder.configure(backend);
    await Holder.createTable();
    const before = good === undefined ? 0 : 1;
    if (good !== undefined) await Holder.create({ value: good });
    const Model: Any = Holder;
    for (const value of bad) {
      const what = (way: string) => `${way} of ${name} ${Deno.inspect(value).slice(0, 60)}`;
      await refused(what("create"), () => Model.create({ value }));
      await refused(what("createMany"), () => Model.createMany([{ value }]));
      await refused(what("insertMany"), () => Model.insertMany([{ value }]));
      await refused(what("upsert"), () => Model.upsert({ id: 5, value }, { conflict: ["id"] }));
      await refused(what("updateAll"), () => Model.updateAll({ value }, { all: true }));
      if (good === undefined) continue;
      const record: Any = await Model.findOrFail(1);
      record.value = value;
      if (!record.isDirty) continue; // it would be stored as what is there already
      await refused(what("save"), () => record.save());
      assertEquals((await Model.findOrFail(1)).isDirty, false);
    }
    assertEquals(await Holder.count(), before);
  });
}

const CONDITIONS: Readonly<Record<string, readonly [field: keyof typeof FIELDS, values: readonly unknown[]]>> = {
  int: ["int", [NaN, Infinity, 1.5, 2 ** 53, "1", {}, true]],
  bigint: ["bigint", [2n ** 63n, 1.5, "x", {}]],
  number: ["number", [NaN, -Infinity, "1", 1n]],
  string: ["string", [LONE, NUL, 1, {}, []]],
  boolean: ["boolean", [1, "true"]],
  date: ["date", [new Date(NaN), "2024-01-01", 0]],
  decimal: ["decimal", ["abc", 1.5, ""]],
  plainDate: ["plainDate", ["2024-01-01", new Date(0)]],
  bytes: ["bytes", ["secret", [1]]],
};

for (const [name, [key, values]] of Object.entries(CONDITIONS)) {
  Deno.test(`a wrong value in a condition on ${name} is refused, naming Model.field`, async () => {
    await using backend = new SQLiteBackend({ database: ":memory:" });
    class Holder extends ActiveRecord.define("holders", { id: primaryKey(), value: FIELDS[key]!.field }) {}
    Holder.configure(backend);
    await Holder.createTable();
    const Model: Any = Holder;
    for (const value of values) {
      for (
        const condition of [{ value }, { value__ne: value }, { value__gte: value }, { value__in: [value] }, {
          value__between: [value, value],
        }]
      ) {
        const error = await assertRejects<TypeConversionError>(
          async () => await Model.where(condition),
          TypeConversionError,
          "Holder.value: ",
        );
        assert(!error.message.includes("secret"), error.message);
      }
    }
  });
}

eachPlace("raw SQL text refuses the same values, without telling them", async (backend) => {
  for (const value of [NaN, Infinity, 2n ** 63n, LONE, NUL, new Date(NaN), Symbol("secret"), () => 1, new Map(), /x/]) {
    const error = await assertRejects(() => backend.execute("SELECT ?", [value]), TypeConversionError);
    assert(!Deno.inspect(error).includes("secret"), Deno.inspect(error));
  }
  await assertRejects(() => backend.execute("SELECT '\0'"), ActiveRecordError);
});

eachPlace("new refuses wrong values at once, with all issues by path", async (backend) => {
  class Person extends ActiveRecord.define("people", {
    id: primaryKey(),
    name: z.string().max(3),
    age: z.int(),
    tags: z.array(z.string()),
    born: plainDate(),
  }) {}
  Person.configure(backend);
  const error = assertThrows(
    () => new Person({ name: "secret", age: NaN, tags: ["a", 5 as never], born: "secret" as never }),
    ValidationError,
  );
  assertEquals(error.issues.map(({ path }) => path), [["name"], ["age"], ["tags", 1], ["born"]]);
  assertEquals(error.model, "Person");
  assert(!Deno.inspect(error).includes("secret"), error.message);
  await Promise.resolve();
});

eachPlace("one wrong row of many keeps all of them out", async (backend) => {
  class Item extends ActiveRecord.define("items", { id: primaryKey(), name: z.string(), n: z.bigint() }) {}
  Item.configure(backend);
  await Item.createTable();
  const rows = Array.from({ length: 250 }, (_, i) => ({ name: "a", n: i === 249 ? 2n ** 64n : 1n }));
  await assertRejects(() => Item.insertMany(rows), TypeConversionError, "Item.n: ");
  await assertRejects(() => Item.createMany(rows), TypeConversionError, "Item.n: ");
  const texts = rows.map((row, i) => ({ ...row, n: 1n, name: i === 120 ? LONE : "a" }));
  await assertRejects(() => Item.insertMany(texts), TypeConversionError, "Item.name: ");
  await assertRejects(() => Item.createMany(texts), TypeConversionError, "Item.name: ");
  assertEquals(await Item.count(), 0);
});
