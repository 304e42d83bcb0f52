/** Paths into JSON, keys and values. */

import { assertEquals } from "@std/assert";
import { fn } from "@rhosocial/activerecord";
import { MySQLBackend } from "@rhosocial/activerecord/backends/mysql";
import { names, type Position, takes, untyped } from "../position.ts";
import { Item, resetItems } from "../world.ts";

const { c } = Item;
const requires = "json.path";
const bob = () => Item.where({ id: 2 });

/** Runs with an object that has the key. */
async function withKey(key: string, run: () => Promise<void>): Promise<void> {
  const data: Record<string, string> = Object.create(null);
  data[key] = "held";
  try {
    await bob().updateAll({ data: Object.fromEntries(Object.entries(data)) });
    await run();
  } finally {
    await resetItems();
  }
}

const SERVERS = ["mysql", "mariadb"];

/** JSON. */
export const JSON_POSITIONS: readonly Position[] = [
  names("key of at()", async (key) => {
    assertEquals(await bob().where((o) => o.data.at(key).eq("x")), []);
    assertEquals(await bob().select((o) => ({ v: o.data.at(key) })), [{ v: null }]);
  }, { requires }),
  names("key of at() that is there", (key) =>
    withKey(key, async () => {
      assertEquals(await Item.where((o) => o.data.at(key).eq("held")).pluck("id"), [2]);
      assertEquals(await bob().select((o) => ({ v: o.data.at(key) })), [{ v: "held" }]);
      assertEquals(await Item.where((o) => o.data.hasKey(key)).pluck("id"), [2]);
    }), { requires }),
  names("position of at()", (text) => Item.where((o) => o.data.at(untyped("b"), untyped([text])).isNull()).all(), {
    requires,
  }),
  names("key of hasKey()", async (key) => {
    if (key !== "a" && key !== "b") assertEquals(await Item.where((o) => o.data.hasKey(key)), []);
  }, { requires }),
  takes("value beside at()", async (text) => {
    assertEquals(await Item.where((o) => o.data.at("a").eq(text)), []);
    assertEquals(await Item.where((o) => o.data.at("a").in([text])), []);
  }, { requires }),
  takes("value of contains()", async (text) => {
    assertEquals(await Item.where((o) => o.data.at("a").contains(untyped(text))), []);
  }, { requires }),
  names("key in contains()", async (key) => {
    assertEquals(await Item.where((o) => o.data.contains({ [key]: "nothing" })), []);
  }, { requires }),
  takes("a JSON value", (text) =>
    withKey("k", async () => {
      await bob().updateAll({ data: { k: text } });
      assertEquals((await bob().first())!.data, { k: text });
    })),
  names("key of a JSON value", (key) =>
    withKey(key, async () => {
      const { data } = (await bob().first())!;
      assertEquals(Object.entries(data), [[key, "held"]]);
    })),
  names("path of jsonSet()", async (key) => {
    try {
      await bob().updateAll({ data: fn.jsonSet(c.data, [key], "set") });
      assertEquals(Object.entries((await bob().first())!.data), [[key, "set"]]);
    } finally {
      await resetItems();
    }
  }, { requires }),
  takes("value of jsonSet()", async (text) => {
    try {
      await bob().updateAll({ data: fn.jsonSet(c.data, ["k"], text) });
      assertEquals((await bob().first())!.data, { k: text });
    } finally {
      await resetItems();
    }
  }, { requires }),
  names("key of jsonObject()", async (key) => {
    const [row] = await bob().select({ v: fn.jsonObject({ [key]: c.name }) });
    assertEquals(Object.entries(row!.v), [[key, "Bob"]]);
  }),
  names("column of jsonPathExtract()", (name, { backend }) => {
    if (backend instanceof MySQLBackend) {
      const { sql } = backend.dialect.jsonPathExtract(name, "$.a");
      assertEquals(sql, `JSON_EXTRACT(${backend.dialect.quoteIdentifier(name)}, ?)`);
    }
  }, { on: SERVERS }),
  names("path of executeJsonPathQuery()", async (path, { backend }) => {
    if (backend instanceof MySQLBackend) {
      await backend.executeJsonPathQuery("injection_items", "data", path, "nothing");
    }
  }, { on: SERVERS }),
  takes("value of executeJsonPathQuery()", async (text, { backend }) => {
    if (backend instanceof MySQLBackend) {
      assertEquals((await backend.executeJsonPathQuery("injection_items", "data", "$.a", text)).rows, []);
    }
  }, { on: SERVERS }),
  names("table and column of executeJsonPathQuery()", async (name, { backend }) => {
    if (backend instanceof MySQLBackend) await backend.executeJsonPathQuery(name, name, "$.a", "nothing");
  }, { on: SERVERS, mayBeMissing: true }),
  takes("value of jsonContains()", async (text, { backend }) => {
    if (backend instanceof MySQLBackend) {
      const { sql, params } = backend.dialect.jsonContains("data", text, "$.a");
      assertEquals(await Item.where(sql, params), []);
    }
  }, { on: SERVERS }),
];
