import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  array,
  type Column,
  column,
  ConfigurationError,
  decimal,
  instant,
  type ModelClass,
  plainDate,
  primaryKey,
  QueryError,
  ValidationError,
} from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Rich extends ActiveRecord.define("riches", {
  id: primaryKey(),
  name: z.string(),
  data: z.object({ n: z.number() }).optional(),
  secret: column(z.string().default("s3cret"), { hidden: true }),
  big: z.bigint().default(2n ** 60n),
  bytes: z.instanceof(Uint8Array).default(new Uint8Array([1, 2, 255])),
  at: z.date().default(new Date(0)),
}) {
  #hidden = "private";
  note = "a field of the class";
  get privately(): string {
    return `${this.#hidden} ${this.name}`;
  }
  set nickname(value: string) {
    this.name = value;
  }
}

/** What the models of an application share. */
abstract class AppRecord extends ActiveRecord {
  static named<M extends ModelClass & Pick<typeof ActiveRecord, "where">>(this: M, name: string) {
    return this.where("name = ?", [name]);
  }
  get shout(): string {
    return `${this.tableName}!`;
  }
  get owner() {
    return this.belongsTo(() => User, { foreignKey: "userId" });
  }
}

class Tagged extends AppRecord.define("tagged", { id: primaryKey(), name: z.string(), userId: z.int().nullable() }) {}

class Counted extends ActiveRecord.define("counted", { id: primaryKey(), n: z.int() }) {
  readonly doubled: number;
  constructor(values: { n: number }) {
    super(values);
    this.doubled = (values.n ?? 0) * 2;
  }
}

/** Model classes. */
export const modelDefinition: SuiteGroup = group(
  "basic/definition",
  [...basicModels, Rich, Counted, Tagged],
  (test) => {
    test("records are instances of their class, with its own fields, private members and accessors", async () => {
      const made = await Rich.create({ name: "Ada" });
      const found = await Rich.findOrFail(made.id);
      for (const record of [made, found]) {
        assert.ok(record instanceof Rich && record instanceof ActiveRecord);
        assert.deepEqual([record.note, record.privately], ["a field of the class", "private Ada"]);
        record.nickname = "Countess";
        assert.deepEqual(record.dirtyFields, ["name"]);
      }
    });

    test("a class whose constructor has parameters is given the values of the row", async () => {
      await Counted.insertMany([{ n: 4 }]);
      const found = (await Counted.first())!;
      assert.deepEqual([found.n, found.doubled, found.isPersisted, found.isDirty], [4, 8, true, false]);
    });

    test("fields are own enumerable properties that can be spread, cloned and written as JSON", async () => {
      const { id } = await Rich.create({ name: "Ada", data: { n: 1 } });
      const found = await Rich.findOrFail(id);
      const expected = ["at", "big", "bytes", "data", "id", "name", "note", "secret"];
      assert.deepEqual(Object.keys(found).sort(), expected);
      assert.deepEqual({ ...found }.data, { n: 1 });
      assert.deepEqual(Object.keys({ ...(await Rich.findOrFail(id)) }).sort(), expected);
      assert.deepEqual(structuredClone({ ...found }).data, { n: 1 });
    });

    test("toJSON() writes bigints as text and bytes as base64, and leaves hidden fields out", async () => {
      const { id } = await Rich.create({ name: "Ada" });
      const plain = JSON.parse(JSON.stringify(await Rich.findOrFail(id)));
      assert.deepEqual(plain, {
        id,
        name: "Ada",
        big: "1152921504606846976",
        bytes: "AQL/",
        at: "1970-01-01T00:00:00.000Z",
      });
    });

    test("a hidden field is not shown when a record is printed", async () => {
      const { inspect } = await import("node:util");
      const { id } = await Rich.create({ name: "Ada" });
      const found = await Rich.findOrFail(id);
      assert.match(inspect(found), /Ada/);
      assert.doesNotMatch(inspect(found), /s3cret/);
    });

    test("a class field that hides a column is refused with the remedy", async ({ backend }) => {
      class Shadow extends ActiveRecord.define("shadows", { id: primaryKey(), name: z.string() }) {
        override name = "hides";
      }
      Shadow.configure(backend);
      const error = await errorOf(ConfigurationError, () => new Shadow({ name: "a" }));
      assert.match(error.message, /Shadow.*"name".*declare name/);
    });

    test("a class field that hides a column is found behind fields that need a loaded record", async ({ backend }) => {
      class Noted extends ActiveRecord.define("notes", { id: primaryKey(), text: z.string() }) {}
      class Late extends ActiveRecord.define("shadows", { id: primaryKey(), name: z.string() }) {
        readonly wasNew = this.isNew;
        readonly note = new Noted({ text: "of another model" });
        override name = "hides";
        readonly length = this.loadedName.length;
        get loadedName(): string {
          if (this.isNew) throw new Error("not loaded");
          return this.name;
        }
      }
      Late.configure(backend);
      const error = await errorOf(ConfigurationError, () => new Late({ name: "a" }));
      assert.match(error.message, /Late.*"name".*declare name/);
      assert.equal(new Noted({ text: "a" }).text, "a");
    });

    test("a constructor may set columns", ({ backend }) => {
      class Setting extends ActiveRecord.define("users", { id: primaryKey(), name: z.string() }) {
        constructor(attributes?: { name: string }) {
          super(attributes);
          if (this.isNew) this.name += "!";
        }
      }
      Setting.configure(backend);
      assert.equal(new Setting({ name: "Ada" }).name, "Ada!");
    });

    test("an accessor or method over a column is refused", async () => {
      const shape = { id: primaryKey(), name: z.string() };
      class Over extends ActiveRecord.define("overs", shape) {}
      Object.defineProperty(Over.prototype, "name", { get: () => "x", configurable: true });
      assert.match((await errorOf(ConfigurationError, () => new Over({}))).message, /Over.*"name"/);
    });

    test("a field that collides with a member of every record is refused when it is defined", async () => {
      for (const name of ["save", "isNew", "then", "constructor", "toJSON", "on", "beforeSave", "hasMany"]) {
        const error = await errorOf(ConfigurationError, () => ActiveRecord.define("wrongs", { [name]: z.string() }));
        assert.match(error.message, new RegExp(`"${name}".*wrongs`));
      }
    });

    test("unknown options of models and columns, and fields with one column, are refused by name", async () => {
      const shape = { id: primaryKey() };
      assert.match(
        (await errorOf(ConfigurationError, () => ActiveRecord.define("wrongs", shape, { nope: 1 } as never))).message,
        /"nope".*wrongs.*primaryKey/,
      );
      await errorOf(ConfigurationError, () => ActiveRecord.define("", shape));
      assert.match(
        (await errorOf(ConfigurationError, () => column(z.string(), { uniq: true } as never))).message,
        /"uniq".*unique/,
      );
      class Doubled extends ActiveRecord.define("wrongs", { aB: z.string(), a_b: z.string() }) {}
      assert.match((await errorOf(ConfigurationError, () => new Doubled({}))).message, /Doubled.*"aB".*"a_b"/);
      class NoKey extends ActiveRecord.define("wrongs", { a: z.string() }, { primaryKey: "b" }) {}
      await errorOf(Error, () => NoKey.tableName);
    });

    test("a schema that cannot be stored is refused with model and field", async () => {
      const schemas = [
        z.union([z.string(), z.number()]),
        z.map(z.string(), z.string()),
        z.symbol(),
        z.custom<string>(),
        z.literal(["a", 1]),
      ];
      for (const schema of schemas) {
        class Wrong extends ActiveRecord.define("wrongs", { id: primaryKey(), odd: schema }) {}
        assert.match((await errorOf(ConfigurationError, () => Wrong.tableName)).message, /Wrong\.odd/);
      }
      class Right extends ActiveRecord.define("rights", {
        odd: column(z.union([z.string(), z.number()]), { type: "json" }),
      }) {}
      assert.equal(Right.tableName, "rights");
    });

    test("a default is checked where it is declared, and has the form in which it is read", async ({ backend }) => {
      const shapes: readonly [Record<string, Column<unknown, unknown, boolean>>, RegExp][] = [
        [{ price: decimal(10, 2, { default: (() => "1.5") as never }) }, /Prices\.price: .*\.default\(\) of a schema/],
        [{ price: decimal(10, 2, { default: "1.234" }) }, /Prices\.price: .*decimal of at most 8 digits/],
        [{ days: array(plainDate(), { default: ["2024-01-01" as never] }) }, /Prices\.days: .*PlainDate/],
        [{ at: instant({ default: new Date(0) as never }) }, /Prices\.at: .*Temporal\.Instant/],
      ];
      for (const [shape, message] of shapes) {
        class Prices extends ActiveRecord.define("prices", { id: primaryKey(), ...shape }) {}
        assert.match((await errorOf(ConfigurationError, () => Prices.query())).message, message);
      }
      class Price extends ActiveRecord.define("definition_prices", {
        id: primaryKey(),
        price: column(decimal(10, 2), { default: "+1.5" }),
        list: array(decimal(10, 2), { default: ["1"] }),
      }) {}
      Price.configure(backend);
      await Price.createTable();
      try {
        const made = await Price.create({});
        for (const { price, list } of [made, await Price.findOrFail(made.id)]) {
          assert.deepEqual([price, list], ["1.50", ["1.00"]]);
        }
      } finally {
        await Price.dropTable();
      }
    });

    test("a model without backend says how to give it one", async () => {
      class Lonely extends ActiveRecord.define("lonely", { id: primaryKey() }) {}
      const error = await errorOf(ConfigurationError, () => Lonely.count());
      assert.match(error.message, /Lonely.*configure/);
      await errorOf(ConfigurationError, () => Lonely.backend);
      await errorOf(ConfigurationError, () => new Lonely().save());
    });

    test("configure() reaches the classes that extend a model, and a class of its own wins", async ({ backend }) => {
      class Base extends ActiveRecord.define("users", { id: primaryKey(), name: z.string() }) {}
      class Derived extends Base {}
      Base.configure(backend);
      assert.equal(Derived.backend, backend);
      await errorOf(ConfigurationError, () => Base.configure({} as never));
      await errorOf(ConfigurationError, () => Base.configure(undefined as never));
    });

    test("configure() of an unknown backend is refused with the known names", async () => {
      class Loading extends ActiveRecord.define("users", { id: primaryKey() }) {}
      const error = await errorOf(ConfigurationError, () => Loading.configure({ backend: "nope" }));
      assert.match(error.message, /"nope".*sqlite/);
      await errorOf(ConfigurationError, () => Loading.count());
    });

    test("createTable(), tableExists() and dropTable() work on the model's table", async ({ backend }) => {
      class Passing extends ActiveRecord.define("passings", {
        id: primaryKey(),
        name: column(z.string(), { unique: true, index: true, default: "x" }),
        at: column(z.date(), { default: new Date(0) }),
      }, { indexes: [{ fields: ["name", "at"], unique: true }], unique: [["at", "name"]] }) {}
      Passing.configure(backend);
      assert.equal(await Passing.tableExists(), false);
      await Passing.createTable();
      try {
        assert.equal(await Passing.tableExists(), true);
        await Passing.createTable({ ifNotExists: true });
        await errorOf(QueryError, () => Passing.createTable());
        const made = await Passing.create({});
        assert.deepEqual([made.name, made.at], ["x", new Date(0)]);
      } finally {
        await Passing.dropTable();
      }
      assert.equal(await Passing.tableExists(), false);
      await errorOf(QueryError, () => Passing.dropTable());
      await Passing.dropTable({ ifExists: true });
    });

    test("a table that does not exist is QueryError", async ({ backend }) => {
      class Missing extends ActiveRecord.define("no_such_table", { id: primaryKey() }) {}
      Missing.configure(backend);
      await errorOf(QueryError, () => Missing.count());
      await errorOf(QueryError, () => Missing.create({}));
    });

    test("new() takes some of the values, and unknown ones are not stored", async () => {
      const user = new User({ name: "Ada", nope: 1 } as never);
      assert.equal("nope" in user, false);
      assert.equal(user.name, "Ada");
      assert.equal(new Post().title, undefined);
      await errorOf(ValidationError, () => new User({ name: 1 as never }));
      const saved = await makeUser("Ada");
      assert.equal(new User({ ...userValues("Bob") }).isNew, true);
      assert.equal(saved.isNew, false);
    });

    test("models inherit from a class of the application: methods, getters, relations, statics", async () => {
      const ada = await makeUser("Ada");
      await Tagged.create({ name: "a", userId: ada.id });
      const [found] = await Tagged.named("a").with("owner");
      assert.equal(found!.shout, "tagged!");
      assert.equal(found!.owner.value?.name, "Ada");
      await errorOf(ConfigurationError, () => AppRecord.define("x", { shout: z.string() }));
      await errorOf(ConfigurationError, () => (AppRecord as unknown as typeof Tagged).all());
    });

    test("methods that give a promise reject instead of throwing", async () => {
      const user = await makeUser("Ada");
      const wrong = [
        () => User.find(null as never),
        () => User.create(null as never),
        () => user.touch("nope" as never),
        () => user.toggle("nope" as never),
        () => user.increment("nope" as never),
        () => user.update({ nope: 1 } as never),
        () => User.query().sum("nope" as never),
        () => User.query().pluck("nope" as never),
        () => User.updateAll({ age: 1 }),
        () => User.deleteAll(),
        () => User.transaction(() => 1, { nope: 1 } as never),
        () => User.begin({ nope: 1 } as never),
      ];
      for (const call of wrong) {
        const promise = call();
        assert.ok(promise instanceof Promise);
        await assert.rejects(promise);
      }
    });
  },
);
