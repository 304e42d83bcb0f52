import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  array,
  bytes,
  column,
  DatabaseError,
  decimal,
  duration,
  instant,
  jsonNull,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
  sql,
  TypeConversionError,
} from "../../../mod.ts";
import { eachDriver } from "../../support/postgres.ts";

class Extreme extends ActiveRecord.define("extremes", {
  id: primaryKey(),
  big: z.bigint().nullable().default(null),
  small: z.int32().nullable().default(null),
  float: z.number().nullable().default(null),
  exact: decimal(38, 10, { nullable: true, default: null }),
  flag: z.boolean().nullable().default(null),
  at: z.date().nullable().default(null),
  moment: instant({ nullable: true, default: null }),
  day: plainDate({ nullable: true, default: null }),
  time: plainTime({ nullable: true, default: null }),
  local: plainDateTime({ nullable: true, default: null }),
  length: duration({ nullable: true, default: null }),
  raw: bytes({ nullable: true, default: null }),
  doc: z.any().nullable().default(null),
}) {}

type Field =
  | "big"
  | "small"
  | "float"
  | "exact"
  | "flag"
  | "at"
  | "moment"
  | "day"
  | "time"
  | "local"
  | "length"
  | "raw";

const shown = (value: unknown) => value instanceof Uint8Array ? value.toHex() : String(value);

const temporal = (texts: readonly string[], from: (text: string) => unknown) => texts.map((text) => from(text));

const EXTREMES: Readonly<Record<Field, readonly unknown[]>> = {
  big: [2n ** 63n - 1n, -(2n ** 63n), 0n, 9007199254740993n],
  small: [2147483647, -2147483648, 0],
  float: [Number.MAX_VALUE, Number.MIN_VALUE, 0.1 + 0.2, -0, 1e21, 5e-324, 2 ** 53],
  exact: ["1234567890123456789012345678.0123456789", "-0.0000000001", "99999999.5000000000"],
  flag: [true, false],
  at: [new Date("0001-01-01T00:00:00.000Z"), new Date("9999-12-31T23:59:59.999Z"), new Date(-1), new Date(0)],
  moment: temporal(
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"],
    (text) => Temporal.Instant.from(text),
  ),
  day: temporal(["0001-01-01", "9999-12-31", "2024-02-29", "1582-10-10"], (text) => Temporal.PlainDate.from(text)),
  time: temporal(["00:00:00", "23:59:59.999999", "12:30:00.000001"], (text) => Temporal.PlainTime.from(text)),
  local: temporal(
    ["0001-01-01T00:00:00", "9999-12-31T23:59:59.999999", "2024-03-31T02:30:00"],
    (text) => Temporal.PlainDateTime.from(text),
  ),
  length: temporal(
    ["PT0S", "P1Y2M3DT4H5M6.789012S", "-P1Y2M3DT4H5M6.789012S", "PT1000H", "PT0.000001S", "-PT0.5S", "P9999Y11M"],
    (text) => Temporal.Duration.from(text),
  ),
  raw: [new Uint8Array(), Uint8Array.of(0, 255, 92, 39, 10), new Uint8Array(1 << 20).map((_, i) => i * 31)],
};

eachDriver("the extremes of each type come back as they went", async (backend) => {
  Extreme.configure(backend);
  await Extreme.createTable();
  for (const [field, values] of Object.entries(EXTREMES)) {
    for (const value of values) {
      const { id } = await Extreme.create({ [field]: value });
      const found = await Extreme.findOrFail(id);
      const back = found[field as Field]; // the keys of the list
      assertEquals(shown(back), shown(value), field);
      if (typeof value === "number") assert(Object.is(back, value), `${field} ${value} became ${back}`);
      assertEquals(found.isDirty, false, field);
      assertEquals(await Extreme.where({ id, [field]: value } as never).count(), 1, `${field} is found by its value`);
    }
  }
});

eachDriver("JSON is stored as JSON, once, whatever it is at the top", async (backend) => {
  Extreme.configure(backend);
  await Extreme.createTable();
  const cases: readonly (readonly [unknown, string])[] = [
    ["10.5", "string"],
    [10.5, "number"],
    [true, "boolean"],
    [{ a: [1, { b: "é😀" }], "quote\"'\\": null }, "object"],
    [[1, [2, [3]]], "array"],
    [[], "array"],
    [jsonNull, "null"],
  ];
  for (const [doc, type] of cases) {
    const { id } = await Extreme.create({ doc });
    const row = await backend.fetchOne<{ t: string }>("SELECT jsonb_typeof(doc) AS t FROM extremes WHERE id = ?", [id]);
    assertEquals(row?.t, type);
    const found = await Extreme.findOrFail(id);
    assertEquals(found.doc, doc === jsonNull ? null : doc);
    assertEquals(found.isDirty, false);
  }
  const { id } = await Extreme.create({ doc: null });
  assertEquals(await backend.fetchOne("SELECT doc IS NULL AS n FROM extremes WHERE id = ?", [id]), { n: true });
});

eachDriver("JSON with numbers that JavaScript would round is refused when it is read", async (backend) => {
  Extreme.configure(backend);
  await Extreme.createTable();
  await backend.execute(`INSERT INTO extremes (doc) VALUES ('{"n": 9007199254740993}')`);
  await assertRejects(async () => (await Extreme.query().oneOrFail()).doc, TypeConversionError, "2^53-1");
});

eachDriver("what has no place in its type is refused before it is sent", async (backend) => {
  Extreme.configure(backend);
  await Extreme.createTable();
  const refused: readonly (readonly [Field | "doc", unknown])[] = [
    ["big", 2n ** 63n],
    ["at", new Date("0000-06-01T00:00:00Z")],
    ["at", new Date(NaN)],
    ["moment", Temporal.Instant.from("2024-01-01T00:00:00.000000001Z")],
    ["day", Temporal.PlainDate.from("0000-01-01")],
    ["day", Temporal.PlainDate.from("+010000-01-01")],
    ["local", Temporal.PlainDateTime.from("0000-01-01T00:00:00")],
    ["time", Temporal.PlainTime.from("00:00:00.000000001")],
    ["exact", "0.00000000001"],
    ["length", Temporal.Duration.from({ nanoseconds: 1 })],
    ["doc", { nul: "a\0b" }],
  ];
  for (const [field, value] of refused) {
    const error = await assertRejects(() => Extreme.create({ [field]: value }));
    assert(!(error instanceof DatabaseError), `${field}: ${error}`);
  }
  assertEquals(await Extreme.count(), 0);
});

eachDriver("values of other programs that have no JavaScript value are an error that says so", async (backend) => {
  Extreme.configure(backend);
  await Extreme.createTable();
  const columns: readonly (readonly [string, string])[] = [
    ["at", "'infinity'"],
    ["at", "'0044-03-15 00:00:00 BC'"],
    ["at", "'10000-01-01'"],
    ["moment", "'-infinity'"],
    ["moment", "'0044-03-15 00:00:00 BC'"],
    ["day", "'infinity'"],
    ["day", "'0044-03-15 BC'"],
    ["day", "'10000-01-01'"],
    ["local", "'infinity'"],
    ["time", "'24:00:00'"],
    ["exact", "'NaN'"],
    ["length", "'1 day -1 hour'"],
  ];
  for (const [name, literal] of columns) {
    await backend.execute("DELETE FROM extremes");
    await backend.execute(`INSERT INTO extremes (${name}) VALUES (${literal})`);
    await assertRejects(() => Extreme.all(), TypeConversionError, undefined, `${name} ${literal}`);
  }
});

class Lists extends ActiveRecord.define("lists", {
  id: primaryKey(),
  texts: array(column(z.string().nullable()), { nullable: true, default: null }),
  ints: array(column(z.int()), { default: [] }),
  bigs: array(column(z.bigint()), { default: [] }),
  flags: array(column(z.boolean().nullable()), { default: [] }),
  dates: array(column(z.date()), { default: [] }),
  grid: array(array(column(z.int())), { default: [] }),
}) {}

eachDriver("arrays are arrays of the server, with NULL, quotes and nesting", async (backend) => {
  Lists.configure(backend);
  await Lists.createTable();
  const texts = ["", "NULL", null, "a,b", '"', "\\", "{}", "'", " é😀 ", "line\nbreak"];
  const made = await Lists.create({
    texts,
    ints: [1, -2, 2 ** 53 - 1],
    bigs: [2n ** 63n - 1n],
    flags: [true, null, false],
    dates: [new Date(0), new Date("2024-02-29T12:00:00.123Z")],
    grid: [[1, 2], [3, 4]],
  });
  const found = await Lists.findOrFail(made.id);
  assertEquals(found.texts, texts);
  assertEquals(found.ints, [1, -2, 2 ** 53 - 1]);
  assertEquals(found.bigs, [2n ** 63n - 1n]);
  assertEquals(found.flags, [true, null, false]);
  assertEquals(found.dates, [new Date(0), new Date("2024-02-29T12:00:00.123Z")]);
  assertEquals(found.grid, [[1, 2], [3, 4]]);
  assertEquals(found.isDirty, false);
  const types = await backend.fetchOne(
    "SELECT pg_typeof(texts)::text AS t, pg_typeof(grid)::text AS g, texts[3] IS NULL AS n FROM lists",
  );
  assertEquals(types, { t: "text[]", g: "bigint[]", n: true });
  assertEquals(await Lists.where(sql`${2} <> ALL (${Lists.c.ints})`).count(), 1);
  await found.update({ texts: [], grid: [] });
  assertEquals((await Lists.findOrFail(made.id)).texts, []);
  await assertRejects(() => Lists.create({ grid: [[], []] }), TypeConversionError, "empty array");
});

const custom = (sqlType: string) => column(z.string().nullable().default(null), { type: { kind: "custom", sqlType } });

class Special extends ActiveRecord.define("specials", {
  id: primaryKey(),
  range: custom("int4range"),
  address: custom("inet"),
  name: custom("citext"),
  tags: custom("hstore"),
  bits: custom("bit(4)"),
  price: custom("money"),
  search: custom("tsvector"),
  place: custom("point"),
}) {}

eachDriver("other types are read and written as text", async (backend) => {
  await backend.execute("CREATE EXTENSION citext");
  await backend.execute("CREATE EXTENSION hstore");
  Special.configure(backend);
  await Special.createTable();
  const values = {
    range: "[1,5)",
    address: "10.0.0.1/24",
    name: "Ada",
    tags: '"a"=>"1", "b"=>NULL',
    bits: "1010",
    price: "$1,234.50",
    search: "'cat':1 'dog':2",
    place: "(1.5,-2)",
  };
  const { id } = await Special.create(values);
  const found = await Special.findOrFail(id);
  for (const [field, value] of Object.entries(values)) assertEquals(found[field as keyof typeof values], value);
  assertEquals(found.isDirty, false);
  assertEquals(await Special.where({ name: "ADA" }).count(), 1);
  assertEquals(await Special.where({ address: "10.0.0.1/24" }).count(), 1);
  assertEquals(await Special.where(sql`${Special.c.range} @> ${3}::int`).count(), 1);
});

eachDriver("SQL text takes values of JavaScript as what they are", async (backend) => {
  const one = async (value: unknown) => {
    const row = await backend.fetchOne<{ type: string; value: unknown }>(
      "SELECT pg_typeof(v)::text AS type, v AS value FROM (SELECT ? AS v) AS given",
      [value],
    );
    return [row?.type, row?.value];
  };
  assertEquals(await one(5), ["bigint", 5]);
  assertEquals(await one(2.5), ["double precision", 2.5]);
  assertEquals(await one(2n ** 62n), ["bigint", 2n ** 62n]);
  assertEquals(await one(true), ["boolean", true]);
  assertEquals(await one("x"), ["text", "x"]);
  assertEquals(await one(new Date(0)), ["timestamp with time zone", "1970-01-01 00:00:00+00"]);
  assertEquals(await one({ a: 1 }), ["jsonb", '{"a": 1}']);
  assertEquals(await one([1, 2]), ["bigint[]", "{1,2}"]);
  assertEquals(await one(["a", null]), ["text[]", "{a,NULL}"]);
  assertEquals(await one(Uint8Array.of(0, 255)), ["bytea", Uint8Array.of(0, 255)]);
  assertEquals(await one(null), ["text", null]);
  assertEquals({ ...(await backend.fetchOne("SELECT 1 AS a, ? AS b, abs(?::int) AS c, ? AS d", [2, -3, true])) }, {
    a: 1,
    b: 2,
    c: 3,
    d: true,
  });
  await backend.execute("CREATE TABLE things (n int, price numeric, at timestamptz, doc jsonb, ok boolean)");
  await backend.execute("INSERT INTO things VALUES (?, ?, ?, ?, ?)", [7, 0.1, new Date(0), { a: [1] }, true]);
  const where = "n = ? AND price = ? AND at = ? AND doc @> ? AND ok = ? AND n = ANY (?) AND n <> ALL (?)";
  const found = await backend.fetchAll(`SELECT n FROM things WHERE ${where}`, [
    ...[7, 0.1, new Date(0), { a: [1] }, true],
    ...[[7, 8], []],
  ]);
  assertEquals(found.length, 1);
  await assertRejects(
    () => backend.execute("INSERT INTO things (doc) VALUES (?)", [[]]),
    TypeConversionError,
    "::jsonb",
  );
});
