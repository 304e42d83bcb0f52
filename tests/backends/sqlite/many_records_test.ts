import { ActiveRecord, primaryKey } from "../../../mod.ts";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import { assertEquals } from "@std/assert";
import { z } from "zod";

/** More than a call takes arguments. */
const MANY = 200_000;

class Owner extends ActiveRecord.define("owners", { id: primaryKey(), name: z.string() }) {
  get things() {
    return this.hasMany(() => Thing, { foreignKey: "ownerId" });
  }
}

class Thing extends ActiveRecord.define("things", { id: primaryKey(), ownerId: z.int() }) {}

async function withMany(fn: () => Promise<void>): Promise<void> {
  await using backend = new SQLiteBackend({ database: ":memory:" });
  for (const model of [Owner, Thing]) model.configure(backend);
  await backend.execute("CREATE TABLE owners (id INTEGER PRIMARY KEY, name TEXT NOT NULL)");
  await backend.execute("CREATE TABLE things (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL)");
  await fn();
}

Deno.test("a relation of one record may hold any number of records", () =>
  withMany(async () => {
    const { id } = await Owner.create({ name: "Ada" });
    await Thing.insertMany(Array.from({ length: MANY }, () => ({ ownerId: id })));
    const owner = await Owner.query().with("things").oneOrFail();
    assertEquals((await owner.things).length, MANY);
  }));

Deno.test("a nested transaction may leave any number of callbacks to the one around it", () =>
  withMany(async () => {
    let called = 0;
    await Owner.transaction(async () => {
      await Owner.transaction(async (inner) => {
        for (let i = 0; i < MANY; i++) inner.afterCommit(() => void called++);
        await Owner.create({ name: "Ada" });
      });
      assertEquals(called, 0);
    });
    assertEquals([called, await Owner.count()], [MANY, 1]);
  }));
