import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  column,
  optimisticLock,
  primaryKey,
  softDelete,
  StaleRecordError,
  timestamps,
  UniqueViolationError,
  uuidKey,
} from "../../../mod.ts";
import { eachPlace, sleep } from "../../support/sqlite.ts";

async function documents(backend: SQLiteBackend) {
  class Document extends ActiveRecord.define(
    "documents",
    {
      id: primaryKey(),
      title: column(z.string(), { unique: true }),
      views: column(z.int(), { default: 0 }),
      meta: z.object({ tags: z.array(z.string()) }).nullable().default(null),
    },
    timestamps(),
    softDelete(),
    optimisticLock(),
  ) {}
  Document.configure(backend);
  await Document.createTable();
  return Document;
}

/** Runs a function in a transaction that is rolled back. */
async function undone(backend: SQLiteBackend, fn: () => unknown): Promise<void> {
  await assertRejects(
    () =>
      backend.transaction(async () => {
        await fn();
        throw new Error("rolled back");
      }),
    Error,
    "rolled back",
  );
}

eachPlace("a created record is new again, without key, with its values", async (backend) => {
  const Document = await documents(backend);
  const record = new Document({ title: "a", meta: { tags: ["x"] } });
  await undone(backend, async () => {
    await record.save();
    assertEquals([record.isNew, record.id, record.version], [false, 1, 1]);
  });
  assertEquals([record.isNew, record.isPersisted, record.id as unknown, record.title], [true, false, undefined, "a"]);
  assertEquals(record.meta, { tags: ["x"] });
  assertEquals(await record.save(), 1);
  assertEquals([record.isNew, record.version, await Document.count()], [false, 1, 1]);
  assertEquals((await Document.findOrFail(record.id)).meta, { tags: ["x"] });
});

eachPlace("a key that was set by the application stays", async (backend) => {
  class Item extends ActiveRecord.define("items", { name: z.string() }, uuidKey()) {}
  Item.configure(backend);
  await Item.createTable();
  const item = new Item({ name: "a" });
  await undone(backend, () => item.save());
  assert(item.isNew);
  const key = item.id;
  await item.save();
  assertEquals((await Item.query()).map(({ id, name }) => [id, name]), [[item.id, "a"]]);
  assert(key === item.id || key === undefined);
});

eachPlace("an updated record is dirty again and a second save is right", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a", meta: { tags: [] } });
  await undone(backend, async () => {
    record.title = "b";
    record.meta!.tags.push("new");
    await record.save();
    assertEquals([record.version, record.isDirty], [2, false]);
    record.views = 5;
    await record.save();
    assertEquals(record.version, 3);
  });
  assertEquals([record.version, record.title, record.views], [1, "b", 5]);
  assertEquals(record.dirtyFields, ["title", "views", "meta"]);
  assertEquals(record.changes().title, ["a", "b"]);
  assertEquals(record.changes().meta, [{ tags: [] }, { tags: ["new"] }]);
  assertEquals(await record.save(), 1);
  const loaded = await Document.findOrFail(record.id);
  assertEquals([loaded.title, loaded.views, loaded.version, loaded.meta], ["b", 5, 2, { tags: ["new"] }]);
});

eachPlace("a record whose values are set back after a rollback is clean", async (backend) => {
  const Document = await documents(backend);
  const { id } = await Document.create({ title: "a" });
  const record = await Document.findOrFail(id);
  const time = record.updatedAt;
  await sleep(2);
  await undone(backend, async () => {
    await record.update({ title: "b" });
    assert(record.updatedAt > time);
  });
  assertEquals(record.updatedAt, time);
  record.title = "a";
  assertEquals([record.isDirty, await record.save()], [false, 0]);
});

eachPlace("previousChanges() goes back too", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await record.update({ title: "b" });
  const before = record.previousChanges().title;
  await undone(backend, () => record.update({ title: "c" }));
  assertEquals(record.previousChanges().title, before);
});

eachPlace("a deleted record is there again", async (backend) => {
  class Plain extends ActiveRecord.define("plains", {
    id: primaryKey(),
    name: z.string(),
    data: z.array(z.int()).optional(),
  }) {}
  Plain.configure(backend);
  await Plain.createTable();
  await Plain.create({ name: "a", data: [1, 2] });
  const record = await Plain.findOrFail(1);
  await undone(backend, async () => {
    assertEquals(await record.delete(), 1);
    assertEquals([record.isNew, record.id as unknown], [true, undefined]);
  });
  assertEquals([record.isNew, record.id, record.name, record.isDirty], [false, 1, "a", false]);
  assertEquals(record.data, [1, 2]);
  record.data!.push(3);
  assert(record.isDirty);
  await record.save();
  assertEquals((await Plain.findOrFail(1)).data, [1, 2, 3]);
  assertEquals(await record.delete(), 1);
  assertEquals(await Plain.count(), 0);
});

eachPlace("a record that was marked as deleted, or restored, goes back", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await undone(backend, async () => {
    await record.delete();
    assert(record.deletedAt !== null);
    assertEquals(await Document.count(), 0);
  });
  assertEquals([record.deletedAt, record.version, record.isDirty], [null, 1, false]);
  await record.delete();
  assertEquals([await Document.count(), record.version], [0, 2]);
  const mark = record.deletedAt;
  await undone(backend, async () => {
    await record.restore();
    assertEquals(record.deletedAt, null);
  });
  assertEquals([record.deletedAt, record.version, await Document.count()], [mark, 2, 0]);
  await record.restore();
  assertEquals([await Document.count(), record.version], [1, 3]);
});

eachPlace("forceDelete() goes back, its version with it", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await undone(backend, () => record.forceDelete());
  assertEquals([record.isNew, record.id, record.version], [false, 1, 1]);
  record.title = "b";
  await record.save();
  assertEquals((await Document.findOrFail(1)).title, "b");
});

eachPlace("increment() goes back", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await undone(backend, async () => {
    await record.increment("views", 3);
    assertEquals([record.views, record.version], [3, 2]);
  });
  assertEquals([record.views, record.version, record.isDirty], [0, 1, false]);
  await record.increment("views");
  assertEquals([record.views, (await Document.findOrFail(1)).views], [1, 1]);
});

eachPlace("refresh() inside a transaction that is rolled back leaves a record that can be saved", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await undone(backend, async () => {
    await Document.where({ id: record.id }).updateAll({ title: "other" });
    await record.refresh();
    assertEquals([record.title, record.version], ["other", 2]);
  });
  await record.refresh();
  assertEquals([record.title, record.version], ["a", 1]);
});

eachPlace("createMany() goes back", async (backend) => {
  const Document = await documents(backend);
  const records = ["a", "b", "c"].map((title) => new Document({ title }));
  await undone(backend, async () => {
    await Document.createMany(records);
    assertEquals(records.map((record) => [record.isNew, record.id]), [[false, 1], [false, 2], [false, 3]]);
  });
  assertEquals(records.map((record) => [record.isNew, record.id as unknown]), [
    [true, undefined],
    [true, undefined],
    [true, undefined],
  ]);
  await Document.createMany(records);
  assertEquals(await Document.count(), 3);
  assertEquals((await Document.query().orderBy("id")).map((record) => record.title), ["a", "b", "c"]);
});

eachPlace("createMany() that fails leaves its records new", async (backend) => {
  const Document = await documents(backend);
  const records = ["a", "b", "a"].map((title) => new Document({ title }));
  await assertRejects(() => Document.createMany(records, { batchSize: 2 }), UniqueViolationError);
  assertEquals(records.map((record) => [record.isNew, record.id as unknown]), [
    [true, undefined],
    [true, undefined],
    [true, undefined],
  ]);
  records[2]!.title = "c";
  await Document.createMany(records);
  assertEquals(await Document.count(), 3);
});

eachPlace("upsert() goes back, and its record is new or as it was", async (backend) => {
  const Document = await documents(backend);
  let made!: InstanceType<typeof Document>;
  await undone(backend, async () => {
    made = await Document.upsert({ title: "a", views: 1 }, { conflict: ["title"] });
    assertEquals([made.isNew, made.id], [false, 1]);
  });
  assertEquals(await Document.count(), 0);
  assertEquals(made.isNew, true);
  await made.save();
  assertEquals((await Document.findOrFail(made.id)).views, 1);
});

eachPlace("only the work of a savepoint goes back when that is what is undone", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await backend.transaction(async (tx) => {
    record.title = "b";
    await record.save();
    await undone(backend, async () => {
      record.views = 9;
      await record.save();
      assertEquals(record.version, 3);
    });
    assertEquals([record.version, record.title, record.dirtyFields.includes("views")], [2, "b", true]);
    await tx.savepoint("named");
    await record.save();
    await tx.rollbackTo("named");
    assertEquals([record.version, record.dirtyFields.includes("views")], [2, true]);
    await record.save();
  });
  const loaded = await Document.findOrFail(1);
  assertEquals([loaded.title, loaded.views, loaded.version], ["b", 9, 3]);
});

eachPlace("a record that was created and deleted in one transaction is as it was before", async (backend) => {
  const Document = await documents(backend);
  const record = new Document({ title: "a" });
  await undone(backend, async () => {
    await record.save();
    await record.update({ title: "b" });
    await record.forceDelete();
  });
  assertEquals([record.isNew, record.id as unknown, record.title], [true, undefined, "b"]);
  await record.save();
  assertEquals((await Document.query()).map(({ id, title, version }) => [id, title, version]), [[1, "b", 1]]);
});

eachPlace("a record of a later save in another transaction is not touched by an earlier rollback", async (backend) => {
  const Document = await documents(backend);
  const record = await Document.create({ title: "a" });
  await undone(backend, () => record.update({ title: "b" }));
  await record.save();
  await undone(backend, () => {});
  assertEquals([record.version, record.isDirty], [2, false]);
});

eachPlace("a stale record in a transaction is refused and the row stays", async (backend) => {
  const Document = await documents(backend);
  await Document.create({ title: "a" });
  const [one, two] = [await Document.findOrFail(1), await Document.findOrFail(1)];
  await one.update({ title: "one" });
  await assertRejects(() => backend.transaction(() => two.update({ title: "two" })), StaleRecordError);
  assertEquals([two.version, two.title, (await Document.findOrFail(1)).title], [1, "two", "one"]);
  await assertRejects(() => two.delete(), StaleRecordError);
  await two.refresh();
  await two.update({ title: "two" });
  assertEquals((await Document.findOrFail(1)).version, 3);
});

eachPlace("the events afterCommit and afterRollback of records come once and after the end", async (backend) => {
  const told: string[] = [];
  class Heard extends ActiveRecord.define("heards", { id: primaryKey(), name: z.string() }) {
    override afterCommit() {
      assert(!backend.inTransaction);
      told.push(`commit ${this.name}`);
    }
    override afterRollback() {
      told.push(`rollback ${this.name}`);
    }
  }
  Heard.configure(backend);
  await Heard.createTable();
  await Heard.create({ name: "single" });
  await backend.transaction(async () => {
    await Heard.create({ name: "kept" });
    await undone(backend, () => Heard.create({ name: "inner" }));
    assertEquals(told, ["commit single", "rollback inner"]);
  });
  await undone(backend, () => Heard.create({ name: "lost" }));
  assertEquals(told, ["commit single", "rollback inner", "commit kept", "rollback lost"]);
});
