import { assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  array,
  bytes,
  column,
  decimal,
  duration,
  plainDate,
  primaryKey,
  QueryBuildError,
  QueryError,
  timestamps,
} from "../../../mod.ts";
import { eachDriver } from "../../support/postgres.ts";

class Shelf extends ActiveRecord.define("shelves", { id: primaryKey(), name: z.string().max(20) }) {}

class Book extends ActiveRecord.define("books", {
  id: primaryKey(),
  shelfId: column(z.int(), { references: "shelves.id" }),
  title: column(z.string(), { unique: true }),
  kind: z.enum(["novel", "poem"]),
  price: decimal(10, 2),
  rating: z.number().nullable(),
  pages: z.int32(),
  isbn: z.uuid(),
  data: z.object({ a: z.int() }),
  tags: array(column(z.string())),
  cover: bytes({ nullable: true }),
  printed: plainDate(),
  loan: duration(),
  active: column(z.boolean(), { default: true }),
}, timestamps()) {}

eachDriver("the tables of models are described as they were defined", async (backend) => {
  for (const model of [Shelf, Book]) {
    model.configure(backend);
    await model.createTable();
  }
  const table = await backend.getTableSchema("books");
  assertEquals([table.name, table.schema, table.primaryKey, table.options], ["books", "public", ["id"], {
    type: "table",
  }]);
  assertEquals(table.columns.map(({ name, sqlType, nullable }) => `${name} ${sqlType}${nullable ? "" : " not null"}`), [
    "id bigint not null",
    "shelf_id bigint not null",
    "title text not null",
    "kind text not null",
    "price numeric(10,2) not null",
    "rating double precision",
    "pages integer not null",
    "isbn uuid not null",
    "data jsonb not null",
    "tags text[] not null",
    "cover bytea",
    "printed date not null",
    "loan interval not null",
    "active boolean not null",
    "created_at timestamp with time zone not null",
    "updated_at timestamp with time zone not null",
  ]);
  assertEquals(table.columns[0], {
    name: "id",
    sqlType: "bigint",
    nullable: false,
    default: null,
    primaryKey: 1,
    autoIncrement: true,
    generated: null,
  });
  assertEquals(table.columns.find(({ name }) => name === "active")?.default, "true");
  assertEquals(table.indexes, [
    { name: "books_pkey", columns: ["id"], unique: true, partial: false, origin: "primaryKey" },
    { name: "books_title_key", columns: ["title"], unique: true, partial: false, origin: "unique" },
  ]);
  assertEquals(
    table.foreignKeys.map(({ name, columns, table, references }) => ({ name, columns, table, references })),
    [
      { name: "books_shelf_id_fkey", columns: ["shelf_id"], table: "shelves", references: ["id"] },
    ],
  );
  assertEquals(await backend.listTables(), ["books", "shelves"]);
  assertEquals((await backend.getColumns("shelves")).map(({ sqlType }) => sqlType), [
    "bigint",
    "character varying(20)",
  ]);
});

eachDriver("tables of other programs are described with what only PostgreSQL has", async (backend) => {
  await backend.execute("CREATE SCHEMA other");
  await backend.execute(
    "CREATE TABLE other.t (a serial, b text, c int GENERATED ALWAYS AS (a * 2) STORED, PRIMARY KEY (b, a))",
  );
  await backend.execute("CREATE UNIQUE INDEX i ON other.t (lower(b), c) INCLUDE (a) WHERE a > 0");
  await backend.execute("ALTER TABLE other.t ADD FOREIGN KEY (b, c) REFERENCES other.t (b, a) ON DELETE CASCADE");
  await backend.execute("CREATE VIEW v AS SELECT 1 AS n");
  const table = await backend.getTableSchema("t", "other");
  assertEquals(table.primaryKey, ["b", "a"]);
  assertEquals(
    table.columns.map(({ autoIncrement, generated, primaryKey }) => [autoIncrement, generated, primaryKey]),
    [
      [true, null, 2],
      [false, null, 1],
      [false, "stored", 0],
    ],
  );
  assertEquals(table.indexes.find(({ name }) => name === "i"), {
    name: "i",
    columns: [null, "c"],
    unique: true,
    partial: true,
    origin: "index",
  });
  assertEquals(table.foreignKeys, [{
    name: "t_b_c_fkey",
    columns: ["b", "c"],
    table: "t",
    references: ["b", "a"],
    onDelete: "cascade",
    onUpdate: "no action",
  }]);
  assertEquals([await backend.tableExists("t"), await backend.tableExists("t", "other")], [false, true]);
  assertEquals([await backend.tableExists("v"), (await backend.getTableSchema("v")).options.type], [false, "view"]);
  assertEquals([await backend.listTables(), await backend.listTables("other")], [[], ["t"]]);
  await assertRejects(() => backend.getTableSchema("nowhere"), QueryError, '"nowhere"');
});

eachDriver("the option schema decides where names are looked up", async (backend) => {
  await backend.execute("CREATE SCHEMA tenant");
  Shelf.configure(backend);
  await Shelf.createTable();
  assertEquals((await backend.getTableSchema("shelves")).schema, "tenant");
}, { schema: "tenant, public" });

eachDriver("a name that the server would cut is refused", async (backend) => {
  const name = "ä".repeat(32);
  class Long extends ActiveRecord.define(name, { id: primaryKey() }) {}
  Long.configure(backend);
  await assertRejects(() => Long.createTable(), QueryBuildError, "63 bytes");
  class Fits extends ActiveRecord.define("t".repeat(58), { id: primaryKey() }) {}
  Fits.configure(backend);
  await Fits.createTable();
  assertEquals(await Fits.count(), 0);
});
