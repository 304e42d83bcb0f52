import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  array,
  bytes,
  column,
  decimal,
  instant,
  jsonNull,
  primaryKey,
  sql,
  TypeConversionError,
  ValidationError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Encrypts for the sake of the example: the text is stored in another form. */
const encrypted = {
  toDatabase: (value: string) => `enc:${btoa(encodeURIComponent(value))}`,
  fromDatabase: (stored: string) => decodeURIComponent(atob(stored.slice(4))),
};

class Secret extends ActiveRecord.define("secrets", {
  id: primaryKey(),
  code: column(z.string().min(3), { converter: encrypted }),
  maybe: column(z.string().nullable().default(null), { converter: encrypted, hidden: true }),
  money: column(z.bigint(), {
    type: "string",
    converter: {
      toDatabase: (cents: bigint) => `${cents}ct`,
      fromDatabase: (text: string) => BigInt(text.slice(0, -2)),
    },
  }),
}) {}

class Optional extends ActiveRecord.define("optionals", {
  id: primaryKey(),
  undefinedable: z.string().optional(),
  nullable: z.string().nullable().optional(),
  both: z.string().nullish(),
  nullOnly: z.string().nullable(),
  json: z.json().nullable().default(null),
  preset: column(z.string(), { default: "from the database" }),
  dynamic: z.string().default(() => "from the schema"),
}) {}

class Strict extends ActiveRecord.define("stricts", {
  id: primaryKey(),
  text: z.string().optional(),
  whole: z.int().optional(),
  big: z.bigint().optional(),
  real: z.number().optional(),
  at: z.date().optional(),
  price: decimal(6, 2, { nullable: true, default: null }),
  moment: instant({ nullable: true, default: null }),
  blob: bytes({ nullable: true, default: null }),
  json: column(z.unknown(), { type: "json" }),
}) {}

/** Converters of single fields, null and undefined, and values that cannot be stored. */
export const values: SuiteGroup = group("types/values", [Secret, Optional, Strict], (test) => {
  test("a converter of a field holds in insert, update, where, pluck and reload", async ({ backend }) => {
    const made = await Secret.create({ code: "geheim ä", money: 199n });
    const row = await backend.fetchOne("SELECT code, maybe, money FROM secrets");
    assert.deepEqual([String(row!.code).startsWith("enc:"), row!.maybe, row!.money], [true, null, "199ct"]);
    const found = await Secret.findOrFail(made.id);
    assert.deepEqual([found.code, found.maybe, found.money, found.isDirty], ["geheim ä", null, 199n, false]);
    assert.equal(await Secret.where({ code: "geheim ä" }).count(), 1);
    assert.equal(await Secret.where({ code__in: ["geheim ä", "other"] }).count(), 1);
    assert.deepEqual(await Secret.pluck("code"), ["geheim ä"]);
    await found.update({ code: "new", maybe: "also" });
    await made.refresh();
    assert.deepEqual([made.code, made.maybe], ["new", "also"]);
    await Secret.where({ id: made.id }).updateAll({ maybe: null, money: 2n ** 70n });
    assert.deepEqual(await Secret.select("maybe", "money"), [{ maybe: null, money: 2n ** 70n }]);
  });

  test("a converter is not asked about null, and the schema still checks the value", async () => {
    await errorOf(ValidationError, () => Secret.create({ code: "x", money: 1n }));
    const made = await Secret.create({ code: "abc", money: 1n, maybe: "x" });
    await made.update({ maybe: null });
    assert.equal((await Secret.findOrFail(made.id)).maybe, null);
  });

  test("insertMany(), createMany() and a change back use the converter too", async ({ backend }) => {
    await Secret.insertMany([{ code: "one", money: 1n }]);
    const [two] = await Secret.createMany([{ code: "two", money: 2n }]);
    assert.deepEqual(await Secret.orderBy("id").pluck("code"), ["one", "two"]);
    two!.code = "three";
    two!.code = "two";
    assert.equal(await assertQueries(backend, 0, () => two!.save()), 0);
  });

  test("undefined is not given, null is NULL, and NULL is read as what the schema allows", async () => {
    const made = await Optional.create({ nullOnly: null });
    const found = await Optional.findOrFail(made.id);
    for (const record of [made, found]) {
      assert.equal(record.undefinedable, undefined);
      assert.ok(record.nullable === null || record.nullable === undefined);
      assert.equal(record.nullOnly, null);
      assert.equal(record.preset, "from the database");
      assert.equal(record.dynamic, "from the schema");
    }
    assert.equal(found.nullable, null);
  });

  test("an explicit undefined in create() is the same as leaving the field out", async () => {
    const made = await Optional.create({
      nullOnly: null,
      undefinedable: undefined,
      preset: undefined,
      dynamic: undefined,
    });
    assert.deepEqual([made.preset, made.dynamic], ["from the database", "from the schema"]);
    assert.equal(await Optional.where({ undefinedable__isnull: true }).count(), 1);
  });

  test("undefined that is assigned to an optional field makes it NULL", async () => {
    const made = await Optional.create({ nullOnly: "x", undefinedable: "y" });
    made.undefinedable = undefined;
    assert.deepEqual(made.dirtyFields, ["undefinedable"]);
    assert.equal(await made.save(), 1);
    const found = await Optional.findOrFail(made.id);
    assert.equal(found.undefinedable, undefined);
    assert.equal(await Optional.where({ undefinedable: null as never }).count(), 1);
  });

  test("null in a field that allows none is a validation error", async () => {
    await errorOf(ValidationError, () => Optional.create({ nullOnly: null, undefinedable: null as never }));
    await errorOf(ValidationError, () => Optional.create({ nullOnly: undefined as never }));
    const made = await Optional.create({ nullOnly: "x" });
    made.preset = null as never;
    await errorOf(ValidationError, () => made.save());
  });

  test("jsonNull is the JSON value null, and null is NULL", async ({ backend }) => {
    await Optional.create({ nullOnly: null, json: null });
    const made = await Optional.create({ nullOnly: "json null", json: "x" });
    await Optional.where({ id: made.id }).updateAll({ json: sql`${jsonNull}` });
    const rows = await backend.fetchAll("SELECT json FROM optionals ORDER BY id");
    assert.deepEqual([rows[0]!.json, String(rows[1]!.json)], [null, "null"]);
    assert.equal(await Optional.where({ json: null }).count(), 1);
    const found = await Optional.findOrFail(made.id);
    assert.deepEqual([found.json, found.isDirty], [null, false]);
    await found.update({ nullable: "changed" });
    assert.equal(await Optional.where({ json: null }).count(), 1, "the JSON null became NULL");
  });

  test("an array of dates that was changed is dirty, one that was set to the same is clean", async ({ create }) => {
    class Calendar extends ActiveRecord.define("calendars", {
      id: primaryKey(),
      dates: array(column(z.date())),
      documents: array(column(z.json()), { default: [] }),
    }) {}
    await create(Calendar);
    const { id } = await Calendar.create({ dates: [new Date(0), new Date(5)], documents: [{ a: 1, b: 2 }] });
    const found = await Calendar.findOrFail(id);
    found.dates = [new Date(0), new Date(5)];
    found.documents = [{ b: 2, a: 1 }];
    assert.equal(found.isDirty, false);
    found.dates = [new Date(0), new Date(6)];
    assert.equal(found.isDirty, true);
    await found.save();
    assert.deepEqual((await Calendar.findOrFail(id)).dates, [new Date(0), new Date(6)]);
  });

  test("values that no database keeps are refused with model and field, and nothing is written", async ({ backend }) => {
    const wrong: readonly [string, unknown][] = [
      ["whole", 2 ** 53],
      ["whole", 1.5],
      ["whole", NaN],
      ["real", NaN],
      ["real", Infinity],
      ["at", new Date(NaN)],
      ["big", 2n ** 63n],
      ["big", -(2n ** 63n) - 1n],
      ["text", "lone \ud800 surrogate"],
      ["price", "12345.00"],
      ["price", "1.234"],
      ["price", "1e3"],
      ["price", "abc"],
      ["price", 1.5],
      ["moment", new Date()],
      ["moment", Temporal.Instant.from("2024-01-01T00:00:00.000000001Z")],
      ["at", new Date(8_640_000_000_000_000)],
      ["blob", "text"],
      ["json", { n: NaN }],
      ["json", 1n],
      ["json", () => 1],
    ];
    await assertQueries(backend, 0, async () => {
      for (const [field, value] of wrong) {
        const error = await errorOf(Error, () => Strict.create({ json: 1, [field]: value } as never));
        assert.ok(error instanceof ValidationError || error instanceof TypeConversionError, `${field}: ${error.stack}`);
        assert.match(error.message, new RegExp(`Strict.*${field}`), error.message);
      }
    });
    assert.equal(await Strict.count(), 0);
  });

  test("wrong values are refused in update, conditions and bulk writes as well", async () => {
    const made = await Strict.create({ json: 1, whole: 1, price: "1.00" });
    made.whole = 2 ** 53;
    await errorOf(Error, () => made.save());
    made.whole = 1;
    for (const whole of [2 ** 53, NaN, 1.5, "1"]) {
      const error = await errorOf(TypeConversionError, () => Strict.where({ whole } as never).count());
      assert.match(error.message, /Strict\.whole/);
      await errorOf(ValidationError, () => Strict.where({ id: made.id }).updateAll({ whole } as never));
      await errorOf(ValidationError, () => Strict.insertMany([{ json: 1, whole } as never]));
    }
    await errorOf(TypeConversionError, () => Strict.where({ text: "lone \ud800" }).count());
    await errorOf(TypeConversionError, () => Strict.where({ at: new Date(NaN) }).count());
    await errorOf(TypeConversionError, () => Strict.where("whole = ?", [NaN]).count());
    await errorOf(TypeConversionError, () => Strict.where(sql`whole = ${Symbol("x")}`).count());
    assert.deepEqual(await Strict.pluck("whole"), [1]);
  });

  test("a number beyond 2^53 in a column of whole numbers is refused, not rounded", async ({ backend }) => {
    await backend.execute("INSERT INTO stricts (whole, json) VALUES (9007199254740993, '1')");
    const error = await errorOf(TypeConversionError, () => Strict.all());
    assert.match(error.message, /Strict\.whole/);
  });

  test("dates in other notations can be read", async ({ backend }) => {
    await backend.execute("INSERT INTO stricts (at, json) VALUES ('2024-01-31 12:00:00', '1')");
    const found = (await Strict.first())!;
    assert.equal(found.at?.toISOString(), "2024-01-31T12:00:00.000Z");
    assert.equal(found.isDirty, false);
  });
});
