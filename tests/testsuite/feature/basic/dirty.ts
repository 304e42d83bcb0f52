import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, bytes, primaryKey } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { basicModels, makeUser, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Document extends ActiveRecord.define("documents", {
  id: primaryKey(),
  writtenAt: z.date(),
  content: bytes(),
  meta: z.record(z.string(), z.json()).nullable().default(null),
}) {}

/** How a record knows what has changed. */
export const dirty: SuiteGroup = group("basic/dirty", [...basicModels, Document], (test) => {
  test("a value that is set back is clean", async ({ backend }) => {
    const user = await makeUser("Ada", { age: 36 });
    user.age = 1;
    user.age = 36;
    assert.equal(user.isDirty, false);
    assert.deepEqual(user.dirtyFields, []);
    assert.equal(await assertQueries(backend, 0, () => user.save()), 0);
  });

  test("a change inside a JSON value is seen and saved", async () => {
    await makeUser("Ada", { settings: { theme: "dark", tags: ["a"] } });
    const user = (await User.first())!;
    assert.equal(user.isDirty, false);
    user.settings!.tags!.push("b");
    assert.deepEqual(user.dirtyFields, ["settings"]);
    assert.deepEqual(user.changes(), {
      settings: [{ theme: "dark", tags: ["a"] }, { theme: "dark", tags: ["a", "b"] }],
    });
    assert.equal(await user.save(), 1);
    assert.deepEqual((await User.first())!.settings, { theme: "dark", tags: ["a", "b"] });
    user.settings!.tags!.pop();
    assert.equal(user.isDirty, true);
  });

  test("a change inside a JSON value of a record that was just saved is seen", async () => {
    const user = await makeUser("Ada", { settings: { theme: "dark" } });
    user.settings!.theme = "light";
    assert.deepEqual(user.dirtyFields, ["settings"]);
    await user.save();
    assert.deepEqual((await User.first())!.settings, { theme: "light" });
  });

  test("reading a JSON value, or setting an equal one with other order of keys, is no change", async () => {
    await Document.create({ writtenAt: new Date(0), content: new Uint8Array(), meta: { a: 1, b: { c: [1, 2] } } });
    const found = (await Document.first())!;
    assert.deepEqual(found.meta, { a: 1, b: { c: [1, 2] } });
    assert.equal(found.isDirty, false);
    found.meta = { b: { c: [1, 2] }, a: 1 };
    assert.equal(found.isDirty, false);
    found.meta = { b: { c: [2, 1] }, a: 1 };
    assert.equal(found.isDirty, true);
  });

  test("a change inside a date and inside bytes is seen", async () => {
    const made = await Document.create({ writtenAt: new Date(1_000), content: new Uint8Array([1, 2]) });
    const found = await Document.findOrFail(made.id);
    found.writtenAt.setTime(2_000);
    assert.deepEqual(found.dirtyFields, ["writtenAt"]);
    found.writtenAt = new Date(1_000);
    assert.equal(found.isDirty, false);
    found.content[0] = 9;
    assert.deepEqual(found.dirtyFields, ["content"]);
    await found.save();
    assert.deepEqual([...(await Document.findOrFail(made.id)).content], [9, 2]);
  });

  test("a change inside bytes of a record that was just saved is seen", async () => {
    const made = await Document.create({ writtenAt: new Date(1_000), content: new Uint8Array([1, 2]) });
    made.content[0] = 9;
    assert.deepEqual(made.dirtyFields, ["content"]);
    await made.save();
    assert.deepEqual([...(await Document.findOrFail(made.id)).content], [9, 2]);
  });

  test("previousChanges() holds what the last save has changed", async () => {
    const user = await makeUser("Ada", { age: 36 });
    assert.deepEqual(user.previousChanges().name, [undefined, "Ada"]);
    await user.update({ age: 37 });
    assert.deepEqual(user.previousChanges(), { age: [36, 37] });
    assert.deepEqual(user.changes(), {});
  });

  test("reset() sets fields back to the row", async () => {
    const user = await makeUser("Ada", { settings: { theme: "dark" } });
    user.name = "Bob";
    user.settings = { theme: "light" };
    user.reset();
    assert.deepEqual([user.name, user.settings, user.isDirty], ["Ada", { theme: "dark" }, false]);
    const found = await User.findOrFail(user.id);
    found.settings!.theme = "light";
    found.reset();
    assert.deepEqual([found.settings, found.isDirty], [{ theme: "dark" }, false]);
  });

  test("reset() of a new record empties its fields", () => {
    const user = new User(userValues("Ada"));
    user.reset();
    assert.equal(user.name, undefined);
    assert.equal(user.isNew, true);
  });

  test("null, a value and null again are three different states", async () => {
    const user = await makeUser("Ada");
    await user.update({ age: 1 });
    assert.equal((await User.findOrFail(user.id)).age, 1);
    await user.update({ age: null });
    assert.equal((await User.findOrFail(user.id)).age, null);
    assert.equal(user.isDirty, false);
  });

  test("changes stay after a save that failed", async () => {
    await makeUser("Ada");
    const bob = await makeUser("Bob");
    bob.email = "ada@example.org";
    await assert.rejects(bob.save());
    assert.deepEqual(bob.dirtyFields, ["email"]);
    bob.email = "bobby@example.org";
    assert.equal(await bob.save(), 1);
  });
});
