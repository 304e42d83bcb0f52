import { assertEquals } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, column, primaryKey } from "@rhosocial/activerecord";
import type { SQLBackend } from "@rhosocial/activerecord/sql";

type JSONValue = string | number | boolean | null | JSONValue[] | { [key: string]: JSONValue };

/** What names and values are tried on. */
export class Owner extends ActiveRecord.define("injection_owners", {
  id: primaryKey(z.int()),
  title: z.string(),
}) {
  get items() {
    return this.hasMany(() => Item, { foreignKey: "ownerId" });
  }
}

/** As above. */
export class Item extends ActiveRecord.define("injection_items", {
  id: primaryKey(z.int()),
  name: column(z.string(), { type: { kind: "string", length: 100 }, unique: true }),
  note: z.string().nullable().default(null),
  age: z.int().default(0),
  price: z.number().default(0),
  born: z.date().default(() => new Date(0)),
  ownerId: z.int(),
  // Not z.record(), which leaves the key `__proto__` out.
  data: column(z.custom<Record<string, JSONValue>>(), { type: "json" }),
}, { naming: "same" }) {
  get owner() {
    return this.belongsTo(() => Owner, { foreignKey: "ownerId" });
  }
}

/** Texts that are searched by their words. */
export class Page extends ActiveRecord.define("injection_pages", {
  id: primaryKey(),
  title: z.string(),
}, { fullText: [{ fields: ["title"] }] }) {}

/** Rows that nothing may change. */
class Sentinel extends ActiveRecord.define("sentinel", { id: primaryKey(z.int()), word: z.string() }) {}

/** A backend that can say which tables there are. */
export type ProbedBackend = SQLBackend & { listTables(): Promise<string[]> };

/** Where the hostile texts are let loose. */
export interface World {
  readonly backend: ProbedBackend;
  /** Fails unless the data are as they were made. */
  check(): Promise<void>;
}

const WORDS = ["one", "two", "three"];

const ITEMS = [
  { id: 1, name: "Ada", note: null, age: 36, price: 1.5, ownerId: 1, data: { a: 1 } },
  { id: 2, name: "Bob", note: "b", age: 20, price: 2, ownerId: 1, data: {} },
  { id: 3, name: "Cyd", note: "c", age: 50, price: 3, ownerId: 2, data: { b: [1, 2] } },
];

/** Sets the item that is written to back to what it was. */
export async function resetItems(): Promise<void> {
  await Item.where({ id__gt: 3 }).deleteAll();
  await Item.where({ id: 2 }).updateAll({ name: "Bob", note: "b", data: {}, age: 20 });
}

/** Makes the tables. */
export async function makeWorld(backend: ProbedBackend): Promise<World> {
  for (const model of [Owner, Item, Page, Sentinel]) model.configure(backend);
  await backend.connect();
  for (const model of [Owner, Item, Sentinel]) await model.createTable();
  if (backend.supports("fullText")) await Page.createTable();
  await Owner.insertMany([{ id: 1, title: "first" }, { id: 2, title: "second" }]);
  await Item.insertMany(ITEMS);
  await Sentinel.insertMany(WORDS.map((word, i) => ({ id: i + 1, word })));
  const tables = await backend.listTables();
  return {
    backend,
    async check() {
      const rows = await backend.fetchAll<{ id: unknown; word: unknown }>("SELECT id, word FROM sentinel ORDER BY id");
      assertEquals(rows.map(({ id, word }) => [Number(id), word]), WORDS.map((word, i) => [i + 1, word]));
      assertEquals(await Item.query().orderBy("id").pluck("name"), ITEMS.map(({ name }) => name));
      assertEquals(await backend.listTables(), tables);
    },
  };
}
