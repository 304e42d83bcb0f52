import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, primaryKey, ValidationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** What the code of the classes below has noted. */
const notes: string[] = [];

class Noted extends ActiveRecord.define("noted", {
  id: primaryKey(),
  name: z.string().min(1).max(50),
  slug: z.string().trim().toLowerCase().optional(),
  data: z.object({ n: z.int().max(100) }).optional(),
}) {
  constructor(...values: readonly object[]) {
    super(...values as [object]);
    // A loaded record is not written by its constructor, a new one may be.
    if (this.isNew && this.data?.n === 99) this.data.n = 1_000;
  }
  override save(): Promise<number> {
    notes.push(`save ${this.name}`);
    return super.save();
  }
  override delete(): Promise<number> {
    notes.push(`delete ${this.name}`);
    return super.delete();
  }
}

class Strict extends ActiveRecord.define("strictly", { id: primaryKey(), name: z.string() }) {
  static refuses = false;
  constructor(...values: readonly object[]) {
    if (Strict.refuses) throw new RangeError("refused by its own constructor");
    super(...values as [object]);
  }
}

/** The code of the user's classes is never passed by, however short the way is that a record takes. */
export const ownCode: SuiteGroup = group("basic/ownCode", [Noted, Strict], (test) => {
  test("overridden save() and delete() are what create(), createMany() and relations call", async () => {
    notes.length = 0;
    const ada = await Noted.create({ name: "Ada" });
    ada.name = "Grace";
    await ada.save();
    await ada.update({ name: "Joan" });
    await ada.delete();
    assert.deepEqual(notes, ["save Ada", "save Grace", "save Joan", "delete Joan"]);
  });

  test("what a constructor does to a new record is checked before it is written", async () => {
    const error = await errorOf(ValidationError, () => Noted.create({ name: "Ada", data: { n: 99 } }));
    assert.deepEqual(error.issues.map(({ path }) => path), [["data", "n"]]);
    assert.equal(await Noted.count(), 0);
  });

  test("a JSON value that is changed in place before the first save is checked again", async () => {
    const made = new Noted({ name: "Ada", data: { n: 1 } });
    made.data!.n = 101;
    await errorOf(ValidationError, () => made.save());
    made.data!.n = 7;
    assert.equal(await made.save(), 1);
    assert.deepEqual((await Noted.findOrFail(made.id)).data, { n: 7 });
  });

  test("a field that is removed from a record, or set again after that, is a change", async () => {
    const { id } = await Noted.create({ name: "Ada", data: { n: 1 } });
    const found = await Noted.findOrFail(id);
    Reflect.deleteProperty(found, "data");
    assert.deepEqual(found.dirtyFields, ["data"]);
    found.data = { n: 2 };
    assert.deepEqual(found.dirtyFields, ["data"]);
    await found.save();
    assert.deepEqual((await Noted.findOrFail(id)).data, { n: 2 });
  });

  test("a value that its schema makes equal to the row is no change", async ({ backend }) => {
    const { id } = await Noted.create({ name: "Ada", slug: " ADA " });
    const found = await Noted.findOrFail(id);
    assert.equal(found.slug, "ada");
    found.slug = "  Ada";
    assert.equal(await assertQueries(backend, 0, () => found.save()), 0);
    assert.equal(found.slug, "ada");
    found.slug = " Grace";
    assert.equal(await found.save(), 1);
    assert.equal((await Noted.findOrFail(id)).slug, "grace");
  });

  test("an event handler of a single record is heard by its saves only", async () => {
    const [one, two] = [new Strict({ name: "one" }), new Strict({ name: "two" })];
    const heard: string[] = [];
    one.beforeSave = () => void heard.push("before one");
    one.afterSave = () => void heard.push("after one");
    await one.save();
    await two.save();
    one.name = "first";
    two.name = "second";
    await one.save();
    await two.save();
    assert.deepEqual(heard, ["before one", "after one", "before one", "after one"]);
  });

  test("a constructor that throws while rows are loaded leaves nothing behind for the next record", async () => {
    await Strict.create({ name: "Ada" });
    Strict.refuses = true;
    try {
      await errorOf(RangeError, () => Strict.first());
    } finally {
      Strict.refuses = false;
    }
    const fresh = new Strict({ name: "Grace" });
    assert.deepEqual([fresh.isNew, fresh.name], [true, "Grace"]);
    assert.equal((await Strict.first())!.name, "Ada");
  });
});
