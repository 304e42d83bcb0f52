import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, type ModelClass, primaryKey, RelationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Employee extends ActiveRecord.define("employees", {
  number: primaryKey(z.string(), { name: "employee_no" }),
  bossNumber: z.string().nullable().default(null),
  name: z.string(),
}) {
  get boss() {
    return this.belongsTo(() => Employee, { foreignKey: "bossNumber" });
  }
  get reports() {
    return this.hasMany(() => Employee, { foreignKey: "bossNumber" });
  }
  get badges() {
    return this.hasMany(() => Badge, { foreignKey: "owner", referencedKey: "name" });
  }
  /** Only leads on to another relation. */
  get team() {
    return this.reports;
  }
}

class Badge extends ActiveRecord.define("employee_badges", { id: primaryKey(), owner: z.string() }) {
  get holder() {
    return this.belongsTo(() => Employee, { foreignKey: "owner", referencedKey: "name" });
  }
}

/** How relations are declared. */
export const definition: SuiteGroup = group("relation/definition", [Employee, Badge], (test) => {
  test("a model can have relations to itself, by a text key in a column of another name", async ({ backend }) => {
    await Employee.insertMany([
      { number: "A", name: "Ann" },
      { number: "B", name: "Ben", bossNumber: "A" },
      { number: "C", name: "Cyd", bossNumber: "B" },
      { number: "D", name: "Dee", bossNumber: "A" },
    ]);
    const ann = (await assertQueries(backend, 3, () => Employee.with("reports.reports").find("A")))!;
    assert.deepEqual([...ann.reports].map((each) => each.name).sort(), ["Ben", "Dee"]);
    assert.deepEqual([...ann.reports].flatMap((each) => [...each.reports].map((other) => other.name)), ["Cyd"]);
    const all = await Employee.with("boss.boss").orderBy("number");
    assert.deepEqual(all.map((each) => each.boss.value?.name ?? null), [null, "Ann", "Ben", "Ann"]);
    assert.equal(all[2]!.boss.value?.boss.value?.name, "Ann");
  });

  test("a foreign key may point to a field that is not the primary key", async () => {
    const ann = await Employee.create({ number: "A", name: "Ann" });
    const badge = await ann.badges.create({});
    assert.equal(badge.owner, "Ann");
    assert.equal((await badge.holder)?.number, "A");
    assert.equal((await Employee.with("badges").first())?.badges.length, 1);
  });

  test("a getter that only leads on is the relation that it leads to", async () => {
    await Employee.insertMany([{ number: "A", name: "Ann" }, { number: "B", name: "Ben", bossNumber: "A" }]);
    const ann = await Employee.findOrFail("A");
    await ann.team;
    assert.equal(ann.reports.isLoaded, true);
    assert.equal(ann.reports.length, 1);
  });

  test("a relation that is declared wrongly says so with model and name", async () => {
    const define = (
      getter: (record: ActiveRecord & { relation(kind: string, options: object): unknown }) => unknown,
    ) => {
      class Wrong extends ActiveRecord.define("wrong", { id: primaryKey(), a: z.int(), b: z.int() }) {
        get thing(): unknown {
          return getter(this as never);
        }
        relation(kind: "hasMany" | "belongsTo", options: object): unknown {
          return this[kind](() => Wrong, options as never);
        }
      }
      return new Wrong({ a: 1, b: 1 });
    };
    const wrong: readonly [string, object, RegExp][] = [
      ["hasMany", { foreignKey: "nope" }, /Wrong\.thing.*"nope".*id, a, b/],
      ["hasMany", { foreignKey: "a", referencedKey: "nope" }, /Wrong\.thing.*"nope"/],
      ["hasMany", { foreignKey: "a", dependent: "explode" }, /Wrong\.thing.*"delete", "nullify" or "restrict"/],
      ["belongsTo", {}, /Wrong\.thing.*"thingId"/],
      ["belongsTo", { foreignkey: "a" }, /"foreignkey".*Wrong\.thing.*foreignKey/],
    ];
    for (const [kind, options, message] of wrong) {
      const record = define((self) => self.relation(kind, options));
      const error = await errorOf(RelationError, () => Reflect.get(record, "thing"));
      assert.match(error.message, message);
    }
  });

  test("a relation between keys of different types is refused, before any of its rows is looked for", async () => {
    class Shelf extends ActiveRecord.define("employee_shelves", { id: primaryKey(), owner: z.int() }) {
      get holder() {
        return this.belongsTo(() => Employee, { foreignKey: "owner" });
      }
    }
    const wrong = /Shelf\.holder .*different types: Shelf\.owner is int, Employee\.number is string/;
    assert.match((await errorOf(RelationError, () => Shelf.query().join("holder"))).message, wrong);
    assert.match((await errorOf(RelationError, () => Shelf.with("holder"))).message, wrong);
  });

  test("a relation outside a getter, or to what is no model, is refused", async () => {
    class Loose extends ActiveRecord.define("loose", { id: primaryKey() }) {
      things() {
        return this.hasMany(() => Loose, { foreignKey: "id" });
      }
      get nowhere() {
        return this.hasMany((() => undefined) as unknown as () => ModelClass);
      }
    }
    const loose = new Loose();
    assert.match((await errorOf(RelationError, () => loose.things())).message, /Loose.*getter/);
    assert.match((await errorOf(RelationError, () => loose.nowhere)).message, /Loose\.nowhere/);
  });

  test("a relation needs a key of a single field, or referencedKey", async () => {
    class Pair extends ActiveRecord.define("pairs", { a: primaryKey(z.int()), b: primaryKey(z.int()) }) {
      get others() {
        return this.hasMany(() => Pair, { foreignKey: "a" });
      }
    }
    const error = await errorOf(RelationError, () => new Pair({ a: 1, b: 2 }).others);
    assert.match(error.message, /Pair\.others.*referencedKey/);
  });
});
