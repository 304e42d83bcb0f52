import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  bytes,
  column,
  decimal,
  instant,
  plainDate,
  primaryKey,
  TypeConversionError,
} from "../../../mod.ts";
import { eachPlace } from "../../support/sqlite.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** Reads one value, written as SQL, through a field of a model over a table that other programs have made. */
async function read(
  backend: SQLiteBackend,
  columnType: string,
  literal: string,
  field: Parameters<typeof ActiveRecord.define>[1][string],
): Promise<unknown> {
  await backend.execute("DROP TABLE IF EXISTS old");
  await backend.execute(`CREATE TABLE old (id INTEGER PRIMARY KEY, value ${columnType})`);
  await backend.execute(`INSERT INTO old (value) VALUES (${literal})`);
  class Old extends ActiveRecord.define("old", { id: primaryKey(), value: field }) {}
  Old.configure(backend);
  const record: Any = await Old.findOrFail(1);
  const value = record.value;
  assertEquals(record.isDirty, false);
  assertEquals(await record.save(), 0);
  assertEquals(await Old.query().pluck("value"), [value]);
  return value;
}

type Field = Parameters<typeof ActiveRecord.define>[1][string];

const READABLE: readonly (readonly [columnType: string, literal: string, field: Field, expected: unknown])[] = [
  ["", "5", z.int(), 5],
  ["", "'5'", z.int(), 5],
  ["", "5.0", z.int(), 5],
  ["REAL", "5", z.int(), 5],
  ["NUMERIC", "'12'", z.int(), 12],
  ["INT", "9007199254740993", z.bigint(), 9007199254740993n],
  ["TEXT", "'9007199254740993'", z.bigint(), 9007199254740993n],
  ["", "'1.5'", z.number(), 1.5],
  ["", "1", z.number(), 1],
  ["NUMERIC", "1", z.string(), "1"],
  ["", "1.5", z.string(), "1.5"],
  ["INTEGER", "9007199254740993", z.string(), "9007199254740993"],
  ["VARCHAR(10)", "5", z.string(), "5"],
  ["DECIMAL(10, 2)", "'1.10'", decimal(10, 2), "1.1"],
  ["TEXT", "'1.10'", decimal(10, 2), "1.10"],
  ["INTEGER", "7", decimal(10, 2), "7"],
  ["BOOLEAN", "1", z.boolean(), true],
  ["BOOLEAN", "0", z.boolean(), false],
  ["", "1.0", z.boolean(), true],
  ["TINYINT(1)", "2", z.boolean(), true],
  ["TINYINT(1)", "2", z.int(), 2],
  ["TINYINT(1)", "-1", z.int(), -1],
  ["DATETIME", "'2024-01-31 12:00:00'", z.date(), new Date("2024-01-31T12:00:00Z")],
  ["DATETIME", "'2024-01-31T12:00:00+02:00'", z.date(), new Date("2024-01-31T10:00:00Z")],
  ["TIMESTAMP", "1706702400000", z.date(), new Date(1706702400000)],
  ["", "'2024-01-31'", z.date(), new Date("2024-01-31T00:00:00Z")],
  ["DATETIME", "'2024-01-31 12:00:00.123456'", instant(), Temporal.Instant.from("2024-01-31T12:00:00.123456Z")],
  ["DATE", "'2024-01-31'", plainDate(), Temporal.PlainDate.from("2024-01-31")],
  ["DATE", "'2024-01-31 00:00:00'", plainDate(), Temporal.PlainDate.from("2024-01-31")],
  ["", "x'00ff'", bytes(), new Uint8Array([0, 255])],
  ["JSON", "'{\"a\": [1, 2]}'", z.object({ a: z.array(z.int()) }), { a: [1, 2] }],
  ["", "5", z.any(), 5],
  ["NVARCHAR(3)", "'longer than three'", z.string().max(3), "longer than three"],
];

for (const [columnType, literal, field, expected] of READABLE) {
  eachPlace(`${literal} in a column of type "${columnType}" is read as ${Deno.inspect(expected)}`, async (backend) => {
    assertEquals(await read(backend, columnType, literal, field), expected);
  });
}

const REFUSED: readonly (readonly [columnType: string, literal: string, name: string, field: Field])[] = [
  ["INTEGER", "'abc'", "an integer", z.int()],
  ["INTEGER", "12.5", "an integer", z.int()],
  ["INTEGER", "9007199254740993", "an integer that a number can hold", z.int()],
  ["", "x'05'", "an integer", z.int()],
  ["", "'abc'", "a number", z.number()],
  ["", "''", "a number", z.number()],
  ["", "x'05'", "a number", z.number()],
  ["", "12.5", "a bigint", z.bigint()],
  ["TEXT", "x'41'", "text", z.string()],
  ["TEXT", "'secret'", "a boolean", z.boolean()],
  ["", "x'01'", "a boolean", z.boolean()],
  ["DATETIME", "'secret'", "a date", z.date()],
  ["DATETIME", "'0000-00-00 00:00:00'", "a date", z.date()],
  ["DATE", "'secret'", "a day", plainDate()],
  ["", "'secret'", "bytes", bytes()],
  ["", "'{secret'", "JSON", z.object({})],
  ["", "'{\"a\": 12345678901234567890}'", "JSON with a number beyond 2^53", z.object({ a: z.int() })],
];

for (const [columnType, literal, name, field] of REFUSED) {
  eachPlace(`${literal} is not read as ${name}: the error names the field and not the value`, async (backend) => {
    const error = await assertRejects(() => read(backend, columnType, literal, field), TypeConversionError);
    assertEquals(/^Old\.value: /.test(error.message), true, error.message);
    assertEquals(/secret|abc|123456789/.test(Deno.inspect(error)), false, Deno.inspect(error));
  });
}

eachPlace("a model over tables with other names and types reads and writes them", async (backend) => {
  await backend.execute(
    "CREATE TABLE [Album] ([AlbumId] INTEGER NOT NULL PRIMARY KEY, [Title] NVARCHAR(160) NOT NULL, [Price] NUMERIC(10,2)," +
      " [Bought] DATETIME)",
  );
  await backend.execute("INSERT INTO Album VALUES (1, 'A', 0.99, '2009-01-01 00:00:00')");
  class Album extends ActiveRecord.define("Album", {
    albumId: primaryKey(),
    title: column(z.string(), {}),
    price: decimal(10, 2, { nullable: true }),
    bought: z.date().nullable(),
  }, { naming: "pascal" }) {}
  Album.configure(backend);
  const album = await Album.findOrFail(1);
  assertEquals([album.title, album.price, album.bought], ["A", "0.99", new Date("2009-01-01T00:00:00Z")]);
  album.title = "B";
  assertEquals(album.dirtyFields, ["title"]);
  await album.save();
  const raw = await backend.fetchOne("SELECT Title AS title, typeof(Price) AS type, Bought AS bought FROM Album");
  assertEquals({ ...raw }, { title: "B", type: "real", bought: "2009-01-01 00:00:00" });
  assertEquals(await Album.sum("price"), "0.99");
  assertEquals((await Album.create({ title: "C", price: "1.10", bought: null })).albumId, 2);
});
