import assert from "node:assert/strict";
import { QueryBuildError, RelationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Book, fillLibrary, libraryModels, Writer } from "../../fixtures/library.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** What the types forbid, as it comes from JSON or from code without types. */
function untyped(value: unknown): never {
  return value as never; // that it is wrong is what is tested
}

const row = { id: 9, name: "Eve" };
const upsertOptions = { conflict: ["id"] as const };

/** Things that are no values of a row, and how a message calls them. */
const NO_ROW: readonly (readonly [unknown, string])[] = [
  [null, "not null"],
  ["Eve", "not a string"],
  [5, "not a number"],
  [Promise.resolve(row), "not a promise, which must be awaited"],
  [new Map(Object.entries(row)), "not a Map"],
];

/** Expects that nothing is sent, and an error with a part in its message. */
async function refused(part: string, fn: () => unknown): Promise<void> {
  await assertQueries(Writer.backend, 0, async () => {
    const { message } = await errorOf(QueryBuildError, fn);
    assert.ok(message.includes(part), `Expected "${part}" in: ${message}`);
  });
}

/** One row where a list is wanted, a list where one row is, and what is neither. */
export const shapes: SuiteGroup = group("basic/shapes", libraryModels, (test) => {
  test("a list in the place of one row is an error that names the method for lists", async () => {
    const rows = untyped([row]);
    await refused("create() of Writer takes an object", () => Writer.create(rows));
    await refused("not a list: createMany() takes lists", () => Writer.create(rows));
    await refused("not a list: createMany() takes lists", () => Writer.create(untyped([])));
    await refused("not a list: createMany() takes lists", () => new Writer(rows));
    await refused("not a list: updateMany() takes lists", () => Writer.where({ id: 9 }).updateAll(rows));
    await refused("not a list", () => Writer.findOrCreate(rows));
    await refused("not a list", () => Writer.findOrCreate({ id: 9 }, rows));
  });

  test("upsert() of a list names upsertMany(), and upsertMany() of one row upsert()", {
    requires: ["upsert"],
  }, async () => {
    await refused("not a list: upsertMany() takes lists", () => Writer.upsert(untyped([row]), upsertOptions));
    await refused(
      "takes a list of rows, not one row: upsert() takes a single row",
      () => Writer.upsertMany(untyped(row), upsertOptions),
    );
    await refused('unique key in "conflict"', () => Writer.upsert(row, untyped(undefined)));
    await refused('unique key in "conflict"', () => Writer.upsertMany([row], untyped(null)));
    await refused(
      "Invalid update in upsert() of Writer",
      () => Writer.upsert(row, { ...upsertOptions, update: untyped("name") }),
    );
    for (const [value, words] of NO_ROW) {
      await refused(words, () => Writer.upsert(untyped(value), upsertOptions));
      await refused(words, () => Writer.upsertMany(untyped(value), upsertOptions));
      await refused(`Row 1 of upsertMany()`, () => Writer.upsertMany([row, untyped(value)], upsertOptions));
    }
  });

  test("one row in the place of a list is an error that names the method for one", async () => {
    await refused("not one row: create() takes a single row", () => Writer.createMany(untyped(row)));
    await refused("takes a list of rows", () => Writer.insertMany(untyped(row)));
    await refused("takes a list of rows", () => Writer.updateMany(untyped(row)));
  });

  test("what is no row is an error that says what it is", async () => {
    for (const [value, words] of NO_ROW) {
      await refused(words, () => Writer.create(untyped(value)));
      await refused(words, () => new Writer(untyped(value)));
      await refused(words, () => Writer.createMany(untyped(value)));
      await refused(words, () => Writer.updateMany(untyped(value)));
      await refused(words, () => Writer.where({ id: 9 }).updateAll(untyped(value)));
      await refused(words, () => Writer.findOrCreate(untyped(value)));
      for (const rows of [[row, untyped(value)], [row, untyped([row])]]) {
        await refused("Row 1 of createMany() of Writer must be an object", () => Writer.createMany(rows));
        await refused("Row 1 of insertMany() of Writer must be an object", () => Writer.insertMany(rows));
        await refused("Row 1 of updateMany() of Writer must be an object", () => Writer.updateMany(rows));
      }
    }
    const error = await errorOf(QueryBuildError, () => Writer.insertMany([row, untyped(null)].values()));
    assert.match(error.message, /Row 1 of insertMany\(\) of Writer/);
    assert.equal(await Writer.count(), 0);
  });

  test("what says nothing about any field is no condition", async () => {
    await fillLibrary();
    const nothing = [Promise.resolve({ id: 1 }), new Map([["id", 1]]), new Set(["id"]), new Date(), [], null];
    for (const value of nothing) {
      await refused("Invalid condition in where of Writer", () => Writer.where(untyped(value)));
      await refused("Invalid condition in where of Writer", () => Writer.findBy(untyped(value)));
      await refused("Invalid condition in where of Writer", () => Writer.query().orWhere(untyped(value)));
    }
    assert.equal(await Writer.where({}).count(), 4);
    assert.equal(await Writer.where(Object.create(null)).count(), 4);
    class Wanted {
      name = "Ada";
    }
    assert.equal(await Writer.where(new Wanted()).count(), 1);
  });

  test("records and relations take values of one record as well", async () => {
    await fillLibrary();
    const ada = await Writer.findOrFail(1);
    const values = { id: 9, title: "x", price: "1.00" };
    for (const [value, words] of [...NO_ROW, [[values], "not a list"] as const]) {
      await refused(words, () => ada.update(untyped(value)));
      await refused(words, () => ada.books.create(untyped(value)));
      await refused(words, () => ada.editor.create(untyped(value)));
    }
    const book = await Book.findOrFail(1);
    assert.match((await errorOf(RelationError, () => ada.books.set(untyped(book)))).message, /a list of records/);
    assert.equal(await Book.count(), 4);
  });
});
