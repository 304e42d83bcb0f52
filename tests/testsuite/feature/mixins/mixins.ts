import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  ConfigurationError,
  optimisticLock,
  primaryKey,
  QueryBuildError,
  softDelete,
  StaleRecordError,
  timestamps,
  uuidKey,
  uuidv7,
  ValidationError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

let clock = Date.UTC(2024, 0, 1);
const now = () => new Date(clock);

class Stamped extends ActiveRecord.define("stamped", { id: primaryKey(), name: z.string() }, timestamps({ now })) {}
class Timed extends ActiveRecord.define("timed", { id: primaryKey(), name: z.string() }, timestamps()) {}
class Removable extends ActiveRecord.define(
  "removables",
  { id: primaryKey(), name: z.string(), ownerId: z.int().nullable().default(null) },
  softDelete(),
) {}
class Owner extends ActiveRecord.define("owners", { id: primaryKey() }) {
  get things() {
    return this.hasMany(() => Removable, { foreignKey: "ownerId", dependent: "delete" });
  }
}
class Locked extends ActiveRecord.define("locked", { id: primaryKey(), name: z.string() }, optimisticLock()) {}
class Token extends ActiveRecord.define("tokens", { name: z.string() }, uuidKey()) {}
class Everything extends ActiveRecord.define(
  "everything",
  { name: z.string() },
  uuidKey(),
  timestamps({ now }),
  softDelete(),
  optimisticLock(),
) {}

const models = [Stamped, Timed, Removable, Owner, Locked, Token, Everything];

/** Fields that models share. */
export const mixins: SuiteGroup = group("mixins/mixins", models, (test) => {
  test("timestamps() sets both times on insert and moves updatedAt alone on update", async () => {
    const record = await Stamped.create({ name: "a" });
    const made = new Date(clock);
    assert.deepEqual([record.createdAt, record.updatedAt], [made, made]);
    clock += 60_000;
    await record.update({ name: "b" });
    const stored = await Stamped.findOrFail(record.id);
    assert.deepEqual([stored.createdAt, stored.updatedAt], [made, new Date(clock)]);
    assert.deepEqual([record.createdAt, record.updatedAt], [made, new Date(clock)]);
    assert.equal(record.isDirty, false);
  });

  test("timestamps() are in UTC and near the time of the machine", async ({ backend }) => {
    const before = Date.now();
    const record = await Timed.create({ name: "a" });
    assert.ok(record.createdAt.getTime() >= before && record.createdAt.getTime() <= Date.now());
    const row = await backend.fetchOne("SELECT created_at FROM timed");
    const text = row!.created_at;
    if (typeof text !== "string") return;
    // Without a zone it is UTC, which JavaScript would take for local time.
    const utc = /Z$|[+-]\d\d(?::?\d\d)?$/.test(text) ? text : `${text.replace(" ", "T")}Z`;
    assert.equal(new Date(utc).getTime(), record.createdAt.getTime());
  });

  test("save() without changes does not move updatedAt", async ({ backend }) => {
    const record = await Stamped.create({ name: "a" });
    const before = record.updatedAt;
    clock += 1_000;
    await assertQueries(backend, 0, () => record.save());
    assert.deepEqual((await Stamped.findOrFail(record.id)).updatedAt, before);
  });

  test("a time that the user sets stays", async () => {
    const created = new Date(0);
    const record = await Stamped.create({ name: "a", createdAt: created, updatedAt: new Date(1) });
    assert.deepEqual((await Stamped.findOrFail(record.id)).createdAt, created);
    record.name = "b";
    record.updatedAt = new Date(2);
    await record.save();
    assert.deepEqual((await Stamped.findOrFail(record.id)).updatedAt, new Date(2));
  });

  test("updateAll(), insertMany(), createMany() and upsert() keep the times", async () => {
    await Stamped.insertMany([{ name: "a" }]);
    await Stamped.createMany([{ name: "b" }]);
    const made = new Date(clock);
    clock += 1_000;
    await Stamped.where({ name: "a" }).updateAll({ name: "A" });
    const [a, b] = await Stamped.orderBy("id");
    assert.deepEqual([a!.createdAt, a!.updatedAt], [made, new Date(clock)]);
    assert.deepEqual([b!.createdAt, b!.updatedAt], [made, made]);
    const upserted = await Stamped.upsert({ id: b!.id, name: "B" }, { conflict: ["id"] });
    assert.deepEqual([upserted.createdAt, upserted.updatedAt, upserted.name], [made, new Date(clock), "B"]);
  });

  test("touch() moves updatedAt and nothing else", async () => {
    const record = await Stamped.create({ name: "a" });
    clock += 1_000;
    assert.equal(await record.touch(), 1);
    assert.deepEqual((await Stamped.findOrFail(record.id)).updatedAt, new Date(clock));
    const plain = await Locked.create({ name: "a" });
    const error = await errorOf(ConfigurationError, () => plain.touch());
    assert.match(error.message, /Locked.*timestamps/);
  });

  test("softDelete() marks rows, and everything passes over marked ones", async () => {
    const [a, b] = await Removable.createMany([{ name: "a" }, { name: "b" }]);
    assert.equal(await a!.delete(), 1);
    assert.ok(a!.deletedAt instanceof Date);
    assert.deepEqual([a!.isPersisted, a!.isDirty], [true, false]);
    assert.equal(await Removable.find(a!.id), null);
    assert.equal(await Removable.findBy({ name: "a" }), null);
    assert.deepEqual(await Removable.pluck("name"), ["b"]);
    assert.equal(await Removable.count(), 1);
    assert.equal(await Removable.exists({ name: "a" }), false);
    assert.equal((await Removable.first())?.id, b!.id);
    assert.equal(await Removable.where({ name: "a" }).orWhere({ name: "a" }).count(), 0);
    assert.equal(await Removable.query().max("name"), "b");
    const seen: string[] = [];
    for await (const each of Removable.query().stream()) seen.push(each.name);
    assert.deepEqual(seen, ["b"]);
  });

  test("withDeleted() and onlyDeleted() see marked rows, on the class and on queries", async () => {
    const [a] = await Removable.createMany([{ name: "a" }, { name: "b" }]);
    await a!.delete();
    assert.deepEqual(await Removable.withDeleted().orderBy("name").pluck("name"), ["a", "b"]);
    assert.deepEqual(await Removable.onlyDeleted().pluck("name"), ["a"]);
    assert.deepEqual(await Removable.where({ name: "a" }).withDeleted().pluck("name"), ["a"]);
    assert.deepEqual(await Removable.where({ name: "b" }).onlyDeleted().pluck("name"), []);
    assert.equal(await Removable.unscoped().count(), 2);
    assert.equal((await Removable.withDeleted().find(a!.id))?.name, "a");
    await errorOf(ConfigurationError, () => Locked.onlyDeleted());
  });

  test("restore() brings a record back", async () => {
    const record = await Removable.create({ name: "a" });
    assert.equal(await record.restore(), 0);
    await record.delete();
    assert.equal(await record.restore(), 1);
    assert.equal(record.deletedAt, null);
    assert.equal((await Removable.find(record.id))?.name, "a");
    assert.equal(record.isDirty, false);
    await errorOf(ConfigurationError, async () => await (await Locked.create({ name: "a" })).restore());
    await errorOf(Error, () => new Removable({ name: "b" }).restore());
  });

  test("restore() of a query brings its marked rows back", async () => {
    await Removable.insertMany([{ name: "a" }, { name: "b" }, { name: "c" }]);
    assert.equal(await Removable.where({ name__in: ["a", "b"] }).deleteAll(), 2);
    assert.equal(await Removable.count(), 1);
    assert.equal(await Removable.where({ name: "a" }).restore(), 1);
    assert.deepEqual(await Removable.orderBy("name").pluck("name"), ["a", "c"]);
  });

  test("deleteAll() marks rows, unscoped().deleteAll() and forceDelete() remove them", async () => {
    const [a, b] = await Removable.createMany([{ name: "a" }, { name: "b" }, { name: "c" }]);
    await errorOf(QueryBuildError, () => Removable.deleteAll());
    assert.equal(await Removable.where({ name: "a" }).deleteAll(), 1);
    assert.equal(await Removable.withDeleted().count(), 3);
    assert.equal(await b!.forceDelete(), 1);
    assert.equal(b!.isNew, true);
    assert.equal(await Removable.withDeleted().count(), 2);
    assert.equal(await Removable.unscoped().where({ id: a!.id }).deleteAll(), 1);
    assert.equal(await Removable.withDeleted().count(), 1);
  });

  test("updateAll() leaves marked rows alone", async () => {
    const [a] = await Removable.createMany([{ name: "a" }, { name: "a" }]);
    await a!.delete();
    assert.equal(await Removable.where({ name: "a" }).updateAll({ name: "x" }), 1);
    assert.equal((await Removable.withDeleted().find(a!.id))?.name, "a");
  });

  test("relations pass over marked rows, and dependents are marked", async () => {
    const owner = await Owner.create({});
    const [a] = await Removable.createMany([{ name: "a", ownerId: owner.id }, { name: "b", ownerId: owner.id }]);
    await a!.delete();
    assert.deepEqual((await owner.things).map((thing) => thing.name), ["b"]);
    assert.equal((await Owner.with("things").first())?.things.length, 1);
    assert.equal(await owner.things.count(), 1);
    const all = await Owner.with({ things: (things) => things.withDeleted() }).first();
    assert.equal(all?.things.length, 2);
    await owner.delete();
    assert.equal(await Removable.count(), 0);
    assert.equal(await Removable.withDeleted().count(), 2);
  });

  test("optimisticLock() counts the changes of a row", async () => {
    const record = await Locked.create({ name: "a" });
    assert.equal(record.version, 1);
    await record.update({ name: "b" });
    assert.equal(record.version, 2);
    await record.update({ name: "c" });
    assert.equal(record.version, 3);
    assert.equal((await Locked.findOrFail(record.id)).version, 3);
    assert.equal(await record.save(), 0);
    assert.equal(record.version, 3);
  });

  test("a stale save throws StaleRecordError and leaves what the other has written", async () => {
    const mine = await Locked.create({ name: "a" });
    const other = await Locked.findOrFail(mine.id);
    await other.update({ name: "theirs" });
    mine.name = "mine";
    const error = await errorOf(StaleRecordError, () => mine.save());
    assert.match(error.message, /Locked/);
    assert.equal((await Locked.findOrFail(mine.id)).name, "theirs");
    assert.deepEqual([mine.isDirty, mine.version], [true, 1]);
    await mine.refresh();
    assert.equal(await mine.update({ name: "mine" }), 1);
    assert.equal(mine.version, 3);
  });

  test("a stale delete, and a save of a vanished row, throw StaleRecordError", async () => {
    const mine = await Locked.create({ name: "a" });
    const other = await Locked.findOrFail(mine.id);
    await other.update({ name: "theirs" });
    await errorOf(StaleRecordError, () => mine.delete());
    assert.equal(mine.isPersisted, true);
    await other.delete();
    await errorOf(StaleRecordError, () => mine.update({ name: "x" }));
  });

  test("updateAll() counts as a change", async () => {
    const record = await Locked.create({ name: "a" });
    await Locked.where({ id: record.id }).updateAll({ name: "b" });
    await errorOf(StaleRecordError, () => record.update({ name: "c" }));
    assert.equal((await Locked.findOrFail(record.id)).version, 2);
  });

  test("uuidKey() makes keys in the application that are distinct and can be looked up", async () => {
    const tokens = await Token.createMany(Array.from({ length: 50 }, (_, i) => ({ name: `${i}` })));
    assert.equal(new Set(tokens.map((token) => token.id)).size, 50);
    for (const { id } of tokens) {
      assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    assert.equal((await Token.findOrFail(tokens[7]!.id)).name, "7");
    assert.deepEqual(await Token.where({ id__in: [tokens[1]!.id, tokens[2]!.id] }).count(), 2);
    assert.equal((await Token.create({ name: "own", id: uuidv7() })).name, "own");
  });

  test("keys of uuidKey() grow in the order in which they were made", async () => {
    const tokens = await Token.createMany(Array.from({ length: 50 }, (_, i) => ({ name: `${i}` })));
    const ids = tokens.map((token) => token.id);
    assert.deepEqual(ids, ids.toSorted());
    assert.deepEqual(await Token.orderBy("id").pluck("name"), tokens.map((token) => token.name));
    const made = Array.from({ length: 5_000 }, () => uuidv7());
    assert.deepEqual(made, made.toSorted());
    assert.equal(new Set(made).size, 5_000);
  });

  test("uuidKey() refuses what is no UUID, and a deleted record keeps its key", async () => {
    await errorOf(ValidationError, () => Token.create({ id: "1", name: "a" }));
    const token = await Token.create({ name: "a" });
    const { id } = token;
    await token.delete();
    assert.deepEqual([token.id, token.isNew], [id, true]);
    await token.save();
    assert.equal((await Token.findOrFail(id)).name, "a");
  });

  test("all mixins work together", async () => {
    const record = await Everything.create({ name: "a" });
    const made = new Date(clock);
    const stale = await Everything.findOrFail(record.id);
    clock += 1_000;
    await record.update({ name: "b" });
    assert.deepEqual([record.version, record.createdAt, record.updatedAt], [2, made, new Date(clock)]);
    await errorOf(StaleRecordError, () => stale.delete());
    await record.delete();
    assert.equal(record.version, 3);
    assert.equal(await Everything.find(record.id), null);
    const marked = (await Everything.onlyDeleted().first())!;
    assert.deepEqual([marked.id, marked.version, marked.createdAt], [record.id, 3, made]);
    assert.equal(await marked.restore(), 1);
    assert.equal(marked.version, 4);
    await errorOf(StaleRecordError, () => record.update({ name: "c" }));
    await record.refresh();
    assert.equal(await record.update({ name: "c" }), 1);
    assert.equal((await Everything.findOrFail(record.id)).name, "c");
  });

  test("a mixin that adds a field twice is refused by name", async () => {
    const shape = { id: primaryKey(), createdAt: z.date() };
    const error = await errorOf(ConfigurationError, () => ActiveRecord.define("twice", shape, timestamps()));
    assert.match(error.message, /twice.*createdAt.*timestamps/);
  });
});
