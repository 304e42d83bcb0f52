import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  ConfigurationError,
  primaryKey,
  QueryBuildError,
  RecordNotFound,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Seat extends ActiveRecord.define("seats", {
  hall: primaryKey(z.string()),
  number: primaryKey(z.int()),
  guest: z.string().nullable().default(null),
}) {}

class Country extends ActiveRecord.define("countries", {
  code: primaryKey(z.string().length(2)),
  name: z.string(),
}) {}

class Legacy extends ActiveRecord.define("tbl_Legacy", {
  id: primaryKey({ name: "LegacyID" }),
  fullName: column(z.string(), { name: "Full Name", unique: true }),
  parentId: column(z.int().nullable().default(null), { name: "parent" }),
  order: z.int().default(0),
  select: z.string().default(""),
}, { naming: "pascal" }) {
  get parent() {
    return this.belongsTo(() => Legacy);
  }
  get children() {
    return this.hasMany(() => Legacy, { foreignKey: "parentId" });
  }
}

class Same extends ActiveRecord.define("same_names", { id: primaryKey(), camelCase: z.string() }, { naming: "same" }) {}
class Prefixed extends ActiveRecord.define("prefixed", { id: primaryKey(), userID: z.int(), htmlText: z.string() }, {
  naming: (field) => `x_${field.toLowerCase()}`,
}) {}
class Snake extends ActiveRecord.define("snakes", { id: primaryKey(), userID: z.int(), htmlText: z.string() }) {}
class Keyless extends ActiveRecord.define("keyless", { text: z.string() }) {}
class Fixed extends ActiveRecord.define("fixed", { id: primaryKey(), text: z.string() }, { readOnly: true }) {}
class Renamed extends ActiveRecord.define("other_name", { key: z.int(), text: z.string() }) {
  static override readonly tableName: string = "renamed";
  static readonly primaryKey: string = "key";
}

const models = [Seat, Country, Legacy, Same, Prefixed, Snake, Keyless, Renamed];

/** Keys of every kind, and columns with names of their own. */
export const keys: SuiteGroup = group("basic/keys", models, (test) => {
  test("a composite key identifies rows in find, save, refresh and delete", async () => {
    const values = ["A", "B"].flatMap((hall) => [1, 2].map((number) => ({ hall, number })));
    await Seat.insertMany(values);
    const seat = (await Seat.find(["A", 2]))!;
    assert.deepEqual([seat.hall, seat.number], ["A", 2]);
    assert.equal((await Seat.find({ hall: "B", number: 1 }))?.hall, "B");
    await seat.update({ guest: "Ada" });
    assert.deepEqual(await Seat.where({ guest: "Ada" }).pluck("hall", "number"), [["A", 2]]);
    await Seat.where({ hall: "A", number: 2 }).updateAll({ guest: "Bob" });
    await seat.refresh();
    assert.equal(seat.guest, "Bob");
    assert.equal(await seat.delete(), 1);
    assert.equal(await Seat.count(), 3);
    await errorOf(RecordNotFound, () => Seat.findOrFail(["A", 2]));
    assert.equal(await seat.save(), 1);
    assert.equal(await Seat.count(), 4);
  });

  test("a composite key must be complete", async () => {
    for (const key of ["A", ["A"], ["A", 1, 2], { hall: "A" }, ["A", null]]) {
      const error = await errorOf(QueryBuildError, () => Seat.find(key as never));
      assert.match(error.message, /Seat.*hall, number/);
    }
    await errorOf(ConfigurationError, () => Seat.ids());
  });

  test("first(), last() and createMany() work with a composite key", async () => {
    await Seat.createMany([{ hall: "B", number: 1 }, { hall: "A", number: 2 }, { hall: "A", number: 1 }]);
    assert.deepEqual([(await Seat.first())?.number, (await Seat.last())?.hall], [1, "B"]);
  });

  test("a part of a composite key can be changed", async () => {
    const seat = await Seat.create({ hall: "A", number: 1 });
    seat.number = 9;
    assert.equal(await seat.save(), 1);
    assert.equal(await Seat.count(), 1);
    assert.equal((await Seat.find(["A", 9]))?.hall, "A");
  });

  test("a key that the application sets is kept by delete and a second save", async () => {
    const country = await Country.create({ code: "at", name: "Austria" });
    assert.equal((await Country.find("at"))?.name, "Austria");
    await country.delete();
    assert.equal(country.code, "at");
    await country.save();
    assert.deepEqual(await Country.ids(), ["at"]);
    const many = await Country.createMany([{ code: "de", name: "Germany" }, { code: "ch", name: "Switzerland" }]);
    assert.deepEqual(many.map((each) => each.isPersisted), [true, true]);
    // @ts-expect-error: the key has to be given
    await errorOf(Error, () => Country.create({ name: "Nowhere" }));
  });

  test("column names hold in insert, update, where, order, select and the key", async ({ backend }) => {
    const ada = await Legacy.create({ fullName: "Ada", order: 2 });
    await Legacy.insertMany([{ fullName: "Bob", order: 1, select: "x", parentId: ada.id }]);
    const row = await backend.fetchOne(
      'SELECT * FROM "tbl_Legacy" WHERE "LegacyID" = ?'.replaceAll('"', quote(Legacy)),
      [
        ada.id,
      ],
    );
    assert.deepEqual(Object.keys(row!).sort(), ["Full Name", "LegacyID", "Order", "Select", "parent"]);
    assert.equal((await Legacy.find(ada.id))?.fullName, "Ada");
    assert.deepEqual(await Legacy.where({ fullName__startswith: "B" }).pluck("fullName"), ["Bob"]);
    assert.deepEqual(await Legacy.orderBy("order").select("fullName", "select"), [
      { fullName: "Bob", select: "x" },
      { fullName: "Ada", select: "" },
    ]);
    await ada.update({ fullName: "Countess", order: 5 });
    await Legacy.where({ fullName: "Bob" }).updateAll({ order: Legacy.c.order.plus(10) });
    assert.deepEqual(await Legacy.orderBy("-order").pluck("fullName", "order"), [["Bob", 11], ["Countess", 5]]);
    assert.equal(await Legacy.query().max("order"), 11);
    await ada.increment("order");
    assert.equal((await Legacy.findOrFail(ada.id)).order, 6);
  });

  test("column names hold in relations, createMany() and upsert()", async ({ backend }) => {
    const [ada, bob] = await Legacy.createMany([{ fullName: "Ada" }, { fullName: "Bob" }]);
    await ada!.children.add(bob!);
    const found = await assertQueries(backend, 3, () => Legacy.with("children", "parent").orderBy("id").all());
    assert.deepEqual([...found[0]!.children].map((child) => child.fullName), ["Bob"]);
    assert.equal(found[1]!.parent.value?.fullName, "Ada");
    const upserted = await Legacy.upsert({ fullName: "Ada", order: 9 }, { conflict: ["fullName"] });
    assert.deepEqual([upserted.id, upserted.order], [ada!.id, 9]);
  });

  test("the namings snake, same and of one's own make columns of fields", async ({ backend }) => {
    await Same.create({ camelCase: "a" });
    await Prefixed.create({ userID: 1, htmlText: "b" });
    await Snake.create({ userID: 2, htmlText: "c" });
    const names = async (sql: string) => Object.keys((await backend.fetchOne(sql))!);
    assert.deepEqual(await names("SELECT * FROM same_names"), ["id", "camelCase"]);
    assert.deepEqual(await names("SELECT * FROM prefixed"), ["x_id", "x_userid", "x_htmltext"]);
    assert.deepEqual(await names("SELECT * FROM snakes"), ["id", "user_id", "html_text"]);
    assert.equal((await Prefixed.findBy({ userID: 1 }))?.htmlText, "b");
  });

  test("a model without key can be read and inserted, not saved again", async () => {
    const record = await Keyless.create({ text: "a" });
    await Keyless.insertMany([{ text: "b" }]);
    assert.deepEqual(await Keyless.orderBy("text").pluck("text"), ["a", "b"]);
    assert.equal((await Keyless.findBy({ text: "b" }))?.text, "b");
    assert.equal(await Keyless.where({ text: "b" }).updateAll({ text: "c" }), 1);
    record.text = "d";
    const error = await errorOf(Error, () => record.save());
    assert.match(error.message, /Keyless has no primary key/);
    await errorOf(Error, () => record.delete());
    await errorOf(Error, () => record.refresh());
    await errorOf(QueryBuildError, () => Keyless.find(1));
    await errorOf(QueryBuildError, () => Keyless.first());
    assert.equal((await Keyless.orderBy("-text").first())?.text, "c");
  });

  test("a read-only model refuses every write", async ({ backend, create }) => {
    await create(Fixed);
    await backend.execute("INSERT INTO fixed (text) VALUES (?)", ["a"]);
    const record = (await Fixed.first())!;
    const message = /Fixed is read-only/;
    await assertQueries(backend, 0, async () => {
      for (
        const write of [
          () => Fixed.create({ text: "b" }),
          () => Fixed.insertMany([{ text: "b" }]),
          () => Fixed.createMany([{ text: "b" }]),
          () => Fixed.upsert({ id: 1, text: "b" }, { conflict: ["id"] }),
          () => Fixed.where({ text: "a" }).updateAll({ text: "b" }),
          () => Fixed.where({ text: "a" }).deleteAll(),
          () => record.update({ text: "b" }),
          () => record.delete(),
          () => record.increment("id"),
        ]
      ) assert.match((await errorOf(QueryBuildError, write)).message, message);
    });
  });

  test("static tableName and static primaryKey say the same as the options", async () => {
    assert.equal(Renamed.tableName, "renamed");
    await Renamed.create({ key: 5, text: "a" });
    assert.equal((await Renamed.find(5))?.text, "a");
    assert.equal(new Renamed({ key: 6 }).tableName, "renamed");
  });

  test("the seeds' statics for table and backend work", async ({ backend }) => {
    await Renamed.create({ key: 5, text: "a" });
    const shape = { key: primaryKey(z.int()), text: z.string() };
    class First extends ActiveRecord.define("unused", shape) {
      static readonly __table_name__: string = "renamed";
      static readonly __backend__: typeof backend = backend;
    }
    class Second extends ActiveRecord.define("unused", shape) {
      static readonly __tablename__: string = "renamed";
      static override readonly backend: typeof backend = backend;
    }
    assert.equal((await First.find(5))?.text, "a");
    assert.deepEqual([Second.tableName, await Second.pluck("text")], ["renamed", ["a"]]);
  });
});

/** How the backend of a model quotes names. */
function quote(model: { query(): { toSQL(): { sql: string } } }): string {
  return /^SELECT (.)/.exec(model.query().toSQL().sql)![1]!;
}
