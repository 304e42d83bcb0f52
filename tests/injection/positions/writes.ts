/** Values that are written: they are read back as they were. */

import { assertEquals } from "@std/assert";
import { fn } from "@rhosocial/activerecord";
import { type Position, takes, untyped } from "../position.ts";
import { Item, resetItems } from "../world.ts";

async function stored(): Promise<string | null> {
  return (await Item.find(2))!.note;
}

/** Writes, looks, and sets everything back. */
function writes(name: string, write: (text: string) => PromiseLike<unknown>, every?: number): Position {
  return takes(name, async (text) => {
    try {
      await write(text);
      assertEquals(await stored(), text);
    } finally {
      await resetItems();
    }
  }, every === undefined ? {} : { every });
}

const bob = () => Item.where({ id: 2 });

/** Writes. */
export const WRITE_POSITIONS: readonly Position[] = [
  writes("save", async (note) => {
    const item = (await Item.find(2))!;
    item.note = note;
    await item.save();
  }),
  writes("update of a record's value", async (note) => await (await Item.find(2))!.update({ note })),
  writes("updateAll", (note) => bob().updateAll({ note })),
  writes("updateAll with an expression", (note) => bob().updateAll({ note: fn.concat(note, "") })),
  writes("upsert", (note) => Item.upsert({ id: 2, name: "Bob", ownerId: 1, data: {}, note }, { conflict: ["id"] })),
  takes("create", async (note) => {
    try {
      const { id } = await Item.create({ id: 9, name: "Eve", ownerId: 1, data: {}, note });
      assertEquals((await Item.find(id))!.note, note);
    } finally {
      await resetItems();
    }
  }),
  takes("insertMany", async (note) => {
    try {
      await Item.insertMany([{ id: 8, name: "Dan", ownerId: 1, data: {}, note }, {
        id: 9,
        name: "Eve",
        ownerId: 1,
        data: {},
        note,
      }]);
      assertEquals(await Item.where({ id__gt: 3 }).pluck("note"), [note, note]);
    } finally {
      await resetItems();
    }
  }),
  takes("a value that is there already", async (text) => {
    try {
      const name = [...text].slice(0, 50).join("");
      await Item.create({ id: 8, name, ownerId: 1, data: {} });
      await Item.create({ id: 9, name, ownerId: 1, data: {} });
      throw new Error("two rows have the same name");
    } finally {
      await resetItems();
    }
  }),
  takes("a number that is a text", (text) => bob().updateAll({ age: untyped(text) })),
  takes("a date that is a text", (text) => bob().updateAll({ born: untyped(text) })),
  takes("deleteAll", async (text) => assertEquals(await Item.where({ name: text }).deleteAll(), 0)),
];
