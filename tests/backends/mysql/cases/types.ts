import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  bytes,
  column,
  decimal,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
  TypeConversionError,
} from "../../../../mod.ts";
import type { TestServer } from "../../../support/mysql.ts";

class Extreme extends ActiveRecord.define("extremes", {
  id: primaryKey(),
  big: z.bigint().nullable().default(null),
  price: decimal(38, 0, { nullable: true, default: null }),
  fine: decimal(38, 30, { nullable: true, default: null }),
  at: z.date().nullable().default(null),
  moment: instant({ nullable: true, default: null }),
  day: plainDate({ nullable: true, default: null }),
  time: plainTime({ nullable: true, default: null }),
  local: plainDateTime({ nullable: true, default: null }),
  text: z.string().nullable().default(null),
  key: column(z.string().nullable().default(null), { index: true }),
  blob: bytes({ nullable: true, default: null }),
  color: z.enum(["red", "a'b", "back\\slash", "10", "1"]).nullable().default(null),
  spaced: z.enum(["a ", "a", ""]).nullable().default(null),
  real: z.number().nullable().default(null),
  flag: z.boolean().nullable().default(null),
  json: z.json().nullable().default(null),
}) {}

const HIGHEST = 2n ** 63n - 1n;

/** What the types of these servers keep, at their ends. */
export function typeCases({ test }: TestServer): void {
  const typeTest: TestServer["test"] = (name, fn) =>
    test(name, async (place) => {
      Extreme.configure(place.backend);
      await Extreme.createTable();
      await fn(place);
    });

  typeTest("integers of 64 bits are compared, added and read exactly", async ({ backend }) => {
    const top = await Extreme.create({ big: HIGHEST });
    const next = await Extreme.create({ big: HIGHEST - 1n });
    const ids = async (where: object) => (await Extreme.where(where as never).orderBy("id").pluck("id"));
    assertEquals(await ids({ big: HIGHEST }), [top.id]);
    assertEquals(await ids({ big__gt: HIGHEST - 1n }), [top.id]);
    assertEquals(await ids({ big__in: [HIGHEST, 5n] }), [top.id]);
    assertEquals(await ids({ big__notin: [HIGHEST, 5n] }), [next.id]);
    assertEquals(await ids({ big__between: [HIGHEST - 1n, HIGHEST - 1n] }), [next.id]);
    assertEquals(await ids({ big__in: Array.from({ length: 2_000 }, (_, i) => HIGHEST - BigInt(2 * i)) }), [top.id]);
    await Extreme.where({ id: next.id }).updateAll({ big: Extreme.c.big.plus(1n) });
    assertEquals((await Extreme.findOrFail(next.id)).big, HIGHEST);
    await next.refresh();
    await next.decrement("big", 2n);
    assertEquals(next.big, HIGHEST - 2n);
    assertEquals(await backend.fetchOne("SELECT ? + 0 AS sum, ? / 2 AS half, JSON_ARRAY(?) AS list", [HIGHEST, 5, 1]), {
      sum: HIGHEST,
      half: "2.5000",
      list: "[1]",
    } as never);
    assertEquals(
      await backend.fetchOne("SELECT -9223372036854775808 AS low, 9007199254740991 AS safe, 9007199254740992 AS more"),
      {
        low: -(2n ** 63n),
        safe: 2 ** 53 - 1,
        more: 2n ** 53n,
      } as never,
    );
  });

  typeTest("decimals of 38 digits are compared exactly in every form", async () => {
    const nines = "9".repeat(38);
    const less = `${"9".repeat(37)}8`;
    const top = await Extreme.create({ price: nines, fine: `0.${"0".repeat(29)}1` });
    const next = await Extreme.create({ price: less, fine: `12345678.${"9".repeat(30)}` });
    const ids = async (where: object) => (await Extreme.where(where as never).orderBy("id").pluck("id"));
    assertEquals([top.price, (await Extreme.findOrFail(next.id)).price], [nines, less]);
    assertEquals(await ids({ price: nines }), [top.id]);
    assertEquals(await ids({ price__gt: less }), [top.id]);
    assertEquals(await ids({ price__in: [nines, "1"] }), [top.id]);
    assertEquals(await ids({ price__notin: [nines, "1"] }), [next.id]);
    assertEquals(await ids({ price__between: [nines, nines] }), [top.id]);
    assertEquals(await ids({ price: `${nines}.5` }), []);
    assertEquals(await ids({ fine: `12345678.${"9".repeat(30)}` }), [next.id]);
    assertEquals(await ids({ fine__in: [`0.${"0".repeat(29)}1`] }), [top.id]);
    assertEquals((await Extreme.findOrFail(top.id)).fine, `0.${"0".repeat(29)}1`);
    assertEquals(await Extreme.where({ id: next.id }).sum("price"), less);
  });

  typeTest("times keep microseconds from year 1 to 9999, whatever the zone of the process", async ({ backend }) => {
    for (const year of ["0001", "1000", "2038", "9999"]) {
      const text = `${year}-12-31T23:59:59.999999`;
      const moment = Temporal.Instant.from(`${text}Z`);
      const local = Temporal.PlainDateTime.from(text);
      const day = Temporal.PlainDate.from(`${year}-12-31`);
      const at = new Date(`${year}-12-31T23:59:59.999Z`);
      const { id } = await Extreme.create({ moment, local, day, at, time: local.toPlainTime() });
      const found = await Extreme.findOrFail(id);
      assertEquals(
        [found.moment, found.local, found.day, found.time].map(String),
        [moment, local, day, local.toPlainTime()].map(String),
      );
      assertEquals(found.at, at);
      assertEquals(found.isDirty, false);
      assertEquals(await Extreme.where({ id, moment, local, day, at }).count(), 1);
      const raw = await backend.fetchOne<{ moment: string }>("SELECT moment FROM extremes WHERE id = ?", [id]);
      assertEquals(raw?.moment, `${year}-12-31 23:59:59.999999`);
    }
    assertEquals(await backend.fetchOne("SELECT @@session.time_zone AS zone"), { zone: "+00:00" } as never);
  });

  typeTest("texts are exact: capitals, accents, spaces at the end, NUL and emoji", async ({ backend }) => {
    const texts = ["a", "A", "á", "a ", "a\0", "😀", "ß", "ss", ""];
    for (const text of texts) await Extreme.create({ text, key: text });
    for (const text of texts) {
      assertEquals(await Extreme.where({ text }).pluck("text"), [text]);
      assertEquals(await Extreme.where({ key: text }).pluck("key"), [text]);
      assertEquals(await Extreme.where({ key__in: [text] }).count(), 1);
    }
    assertEquals(await Extreme.where({ text__like: "A%" }).pluck("text"), ["A"]);
    assertEquals(await Extreme.where({ text__icontains: "Á" }).pluck("text"), ["á"]);
    assertEquals(await Extreme.where({ text__regex: "^A" }).pluck("text"), ["A"]);
    const long = Array.from({ length: 1_500 }, (_, i) => `x${i} 😀 "quoted" \\`);
    await Extreme.create({ key: long[77]! });
    assertEquals(await Extreme.where({ key__in: long }).pluck("key"), [long[77]!]);
    await backend.execute("CREATE TABLE uniques (name VARCHAR(20) PRIMARY KEY) COLLATE utf8mb4_general_ci");
    await backend.execute("INSERT INTO uniques VALUES ('Ada'), ('adam')");
    class Foreign extends ActiveRecord.define("uniques", { name: z.string() }, { primaryKey: "name" }) {}
    Foreign.configure(backend);
    assertEquals(await Foreign.where({ name__like: "A%" }).pluck("name"), ["Ada"]);
    assertEquals(await Foreign.where({ name__startswith: "ad" }).pluck("name"), ["adam"]);
    assertEquals((await Foreign.where({ name__ilike: "AD%" }).pluck("name")).length, 2);
    assertEquals(await Foreign.where({ name__regex: "^ad" }).pluck("name"), ["adam"]);
    // Equality is the column's own.
    assertEquals(await Foreign.where({ name: "ADA" }).pluck("name"), ["Ada"]);
  });

  typeTest("enums keep every value, and are ordered as texts", async ({ backend }) => {
    const colors = ["red", "a'b", "back\\slash", "10", "1"] as const;
    for (const color of colors) {
      const { id } = await Extreme.create({ color });
      assertEquals((await Extreme.findOrFail(id)).color, color);
      assertEquals(await Extreme.where({ color }).pluck("id"), [id]);
    }
    assertEquals(await Extreme.where({ color__isnull: false }).orderBy("color").pluck("color"), colors.toSorted());
    const native = (await backend.getColumns("extremes")).find(({ name }) => name === "color")!;
    assert(native.sqlType.startsWith("ENUM("), native.sqlType);
    for (const spaced of ["a ", "a", ""] as const) {
      const { id } = await Extreme.create({ spaced });
      assertEquals((await Extreme.findOrFail(id)).spaced, spaced);
      assertEquals(await Extreme.where({ spaced }).pluck("id"), [id]);
    }
    await assertRejects(() => backend.execute("INSERT INTO extremes (color) VALUES (?)", ["blue"]));
    await assertRejects(() => backend.execute("INSERT INTO extremes (spaced) VALUES (?)", ["b"]));
  });

  typeTest("bytes of every value, 1 MiB of them, and doubles to their last bit", async () => {
    const blob = crypto.getRandomValues(new Uint8Array(65_536));
    const large = new Uint8Array(2 ** 20);
    for (let i = 0; i < 16; i++) large.set(blob, i * 65_536);
    const { id } = await Extreme.create({ blob: large });
    const found = (await Extreme.findOrFail(id)).blob!;
    assertEquals([found.constructor, found.length], [Uint8Array, large.length]);
    assert(found.every((byte, i) => byte === large[i]));
    for (const real of [5e-324, Number.MAX_VALUE, 0.1, -0, 1 / 3, 2 ** 53, 123456789012345680000]) {
      const record = await Extreme.create({ real });
      assertEquals((await Extreme.findOrFail(record.id)).real, real);
      assertEquals(await Extreme.where({ id: record.id, real }).count(), 1);
    }
  });

  typeTest(
    "JSON is found by value, null is told from NULL, and a number that JavaScript would round is refused",
    async ({ backend }) => {
      const made = await Extreme.create({ json: { b: [1, 2.5, { c: null }], a: "é😀\0" } });
      assertEquals(await Extreme.where({ json: { a: "é😀\0", b: [1, 2.5, { c: null }] } }).pluck("id"), [made.id]);
      assertEquals(await Extreme.where({ json__ne: { a: 1 } as never }).pluck("id"), [made.id]);
      assertEquals(
        await Extreme.where({ json__in: [{ x: 1 }, { b: [1, 2.5, { c: null }], a: "é😀\0" }] as never }).count(),
        1,
      );
      await backend.execute("UPDATE extremes SET json = ? WHERE id = ?", ['{"n": 9007199254740993}', made.id]);
      await assertRejects(async () => (await Extreme.findOrFail(made.id)).json, TypeConversionError);
    },
  );

  typeTest("dates without month or day, which other programs may store, are typed errors", async ({ backend }) => {
    const { id } = await Extreme.create({});
    for (const text of ["0000-00-00 00:00:00", "2024-00-15 00:00:00"]) {
      await backend.transaction(async () => {
        const [mode] = await backend.fetchAll<{ mode: string }>("SELECT @@sql_mode AS mode");
        await backend.execute("SET SESSION sql_mode = ''");
        await backend.execute("UPDATE extremes SET at = ?, day = ? WHERE id = ?", [text, text.slice(0, 10), id]);
        await backend.execute("SET SESSION sql_mode = ?", [mode!.mode]);
      });
      await assertRejects(() => Extreme.where({ id }).pluck("at"), TypeConversionError, "Cannot read a date");
      await assertRejects(() => Extreme.where({ id }).pluck("day"), TypeConversionError, "Cannot read a");
    }
    await assertRejects(() => backend.execute("UPDATE extremes SET at = '0000-00-00' WHERE id = ?", [id]));
  });

  test("types of other programs are read by custom types", async ({ backend }) => {
    await backend.execute(
      "CREATE TABLE others (id INT PRIMARY KEY AUTO_INCREMENT, u BIGINT UNSIGNED, t TINYINT(1), b BIT(1), bits BIT(12)," +
        " y YEAR, s SET('x','y'), f FLOAT, span TIME)",
    );
    await backend.execute(
      "INSERT INTO others (u, t, b, bits, y, s, f, span) VALUES (?, 2, b'1', b'101010101010', 2024, 'x,y', 1.5, '-838:59:59')",
      [
        2n ** 64n - 1n,
      ],
    );
    class Other extends ActiveRecord.define("others", {
      id: primaryKey(),
      u: column(z.bigint(), {
        type: { kind: "custom", sqlType: "BIGINT UNSIGNED" },
        converter: {
          toDatabase: (value: bigint) => String(value),
          fromDatabase: (value: unknown) => BigInt(value as bigint),
        },
      }),
      t: z.int(),
      b: z.boolean(),
      bits: bytes(),
      y: z.int(),
      s: z.string(),
      f: z.number(),
      span: z.string(),
    }) {}
    Other.configure(backend);
    const found = (await Other.first())!;
    assertEquals(
      [found.u, found.t, found.b, [...found.bits], found.y, found.s, found.f, found.span],
      [2n ** 64n - 1n, 2, true, [0b1010, 0b10101010], 2024, "x,y", 1.5, "-838:59:59"],
    );
    assertEquals(found.isDirty, false);
    assertEquals(
      await backend.fetchOne("SELECT u FROM others WHERE u = ?", [2n ** 64n - 1n]),
      { u: 2n ** 64n - 1n } as never,
    );
  });

  test("a key of 0 and keys near the end of 64 bits are kept", async ({ backend }) => {
    class Row extends ActiveRecord.define("key_rows", { id: column(z.bigint(), { type: "bigint" }), n: z.int() }, {
      primaryKey: "id",
    }) {}
    Row.configure(backend);
    await Row.createTable();
    for (const id of [0n, HIGHEST, -(2n ** 63n)]) {
      await Row.create({ id, n: 1 });
      assertEquals((await Row.findOrFail(id)).id, id);
    }
    await backend.execute(
      "CREATE TABLE counted (id BIGINT PRIMARY KEY AUTO_INCREMENT, n INT) AUTO_INCREMENT = 9007199254740993",
    );
    const result = await backend.execute("INSERT INTO counted (n) VALUES (1)");
    assertEquals(result.lastInsertId, 9007199254740993n);
    await backend.execute("INSERT INTO counted (id, n) VALUES (0, 1)");
    assertEquals(Number((await backend.fetchOne("SELECT COUNT(*) AS n FROM counted WHERE id = 0"))!.n), 1);
  });
}
