import assert from "node:assert/strict";
import { RecordNotFound, ValidationError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** What `save()` does to a row and to its record. */
export const save: SuiteGroup = group("basic/save", basicModels, (test) => {
  test("save() of a new record gives 1, assigns the key and leaves it neither new nor dirty", async () => {
    const user = new User(userValues("Ada"));
    assert.equal(await user.save(), 1);
    assert.equal(typeof user.id, "number");
    assert.equal(user.isNew, false);
    assert.equal(user.isPersisted, true);
    assert.equal(user.isDirty, false);
  });

  test("a record that was never saved is new and not dirty", () => {
    const user = new User(userValues("Ada"));
    assert.equal(user.isNew, true);
    assert.equal(user.isPersisted, false);
    assert.equal(user.isDirty, false);
    assert.deepEqual(user.changes(), {});
  });

  test("a field that is changed after save() is the only dirty one", async () => {
    const user = await makeUser("Ada");
    user.age = 36;
    assert.equal(user.isDirty, true);
    assert.deepEqual(user.dirtyFields, ["age"]);
    assert.deepEqual(user.changes(), { age: [null, 36] });
  });

  test("save() without changes gives 0 and sends nothing", async ({ backend }) => {
    const user = await makeUser("Ada");
    assert.equal(await assertQueries(backend, 0, () => user.save()), 0);
  });

  test("save() sends one statement for an insert and one for an update", async ({ backend }) => {
    const user = new User(userValues("Ada"));
    await assertQueries(backend, 1, () => user.save());
    user.age = 36;
    await assertQueries(backend, 1, () => user.save());
  });

  test("save() writes only what has changed and keeps what others wrote meanwhile", async () => {
    const mine = await makeUser("Ada", { age: 20 });
    const other = await User.findOrFail(mine.id);
    other.name = "Ada Lovelace";
    await other.save();
    mine.age = 36;
    assert.equal(await mine.save(), 1);
    const stored = await User.findOrFail(mine.id);
    assert.equal(stored.name, "Ada Lovelace");
    assert.equal(stored.age, 36);
  });

  test("save() after a delete inserts the record under a new key", async () => {
    const user = await makeUser("Ada");
    const first = user.id;
    assert.equal(await user.delete(), 1);
    assert.equal(user.isNew, true);
    assert.equal(user.isDirty, false);
    assert.equal(await User.count(), 0);
    assert.equal(await user.save(), 1);
    assert.notEqual(user.id, first);
    assert.equal(user.name, "Ada");
    assert.equal(await User.count(), 1);
  });

  test("delete() of a new record gives 0", async () => {
    assert.equal(await new User(userValues("Ada")).delete(), 0);
  });

  test("delete() removes only its own row", async () => {
    const [ada] = await User.createMany([userValues("Ada"), userValues("Bob")]);
    assert.equal(await ada!.delete(), 1);
    assert.deepEqual(await User.pluck("name"), ["Bob"]);
  });

  test("save() of a vanished row throws RecordNotFound and says which model", async () => {
    const user = await makeUser("Ada");
    await User.where({ id: user.id }).deleteAll();
    user.age = 36;
    const error = await errorOf(RecordNotFound, () => user.save());
    assert.match(error.message, /User/);
    assert.equal(await User.count(), 0);
    assert.equal(user.isDirty, true);
  });

  test("refresh() sees what another record has written, and drops unsaved changes", async () => {
    const mine = await makeUser("Ada");
    const other = await User.findOrFail(mine.id);
    await other.update({ name: "Countess" });
    mine.name = "Not saved";
    assert.equal(await mine.refresh(), mine);
    assert.equal(mine.name, "Countess");
    assert.equal(mine.isDirty, false);
  });

  test("reload() is the same as refresh()", async () => {
    const user = await makeUser("Ada");
    await User.where({ id: user.id }).updateAll({ age: 36 });
    await user.reload();
    assert.equal(user.age, 36);
  });

  test("refresh() of a record that is not saved throws", async () => {
    const error = await errorOf(RecordNotFound, () => new User(userValues("Ada")).refresh());
    assert.match(error.message, /User/);
  });

  test("refresh() of a vanished row throws RecordNotFound", async () => {
    const user = await makeUser("Ada");
    await User.where({ id: user.id }).deleteAll();
    await errorOf(RecordNotFound, () => user.refresh());
  });

  test("update() sets fields and saves them", async () => {
    const user = await makeUser("Ada");
    assert.equal(await user.update({ name: "Countess", age: 36 }), 1);
    const stored = await User.findOrFail(user.id);
    assert.deepEqual([stored.name, stored.age], ["Countess", 36]);
  });

  test("update() leaves a field alone whose value is undefined", async () => {
    const user = await makeUser("Ada", { age: 36 });
    await user.update({ name: "Countess", age: undefined as never });
    assert.equal((await User.findOrFail(user.id)).age, 36);
  });

  test("a changed key finds the row that it was loaded from", async () => {
    const user = await makeUser("Ada");
    const key = user.id + 1_000;
    user.id = key;
    assert.equal(await user.save(), 1);
    assert.equal(await User.count(), 1);
    assert.equal((await User.findOrFail(key)).name, "Ada");
  });

  test("create() makes and saves a record, with the defaults of its schema", async () => {
    const user = await User.create({ name: "Ada", email: "ada@example.org" });
    assert.equal(user.isPersisted, true);
    assert.deepEqual([user.age, user.isActive, user.loginCount, user.settings], [null, true, 0, undefined]);
    const stored = await User.findOrFail(user.id);
    assert.deepEqual(stored.toJSON(), {
      id: user.id,
      name: "Ada",
      email: "ada@example.org",
      age: null,
      isActive: true,
      loginCount: 0,
    });
  });

  test("create() takes a key that the caller has chosen", async () => {
    const user = await User.create({ id: 4_711, ...userValues("Ada") });
    assert.equal(user.id, 4_711);
    assert.equal((await User.findOrFail(4_711)).name, "Ada");
  });

  test("validation that fails leaves a new record unsaved, and the same object saves after its correction", async () => {
    const user = new User({ name: "Ada" });
    await errorOf(ValidationError, () => user.save());
    assert.equal(user.isNew, true);
    assert.equal(await User.count(), 0);
    user.email = "ada@example.org";
    assert.equal(await user.save(), 1);
    assert.equal(await User.count(), 1);
  });

  test("records know the name of their table and whether their backend is connected", async ({ backend }) => {
    const user = await makeUser("Ada");
    assert.equal(user.tableName, "users");
    assert.equal(User.tableName, "users");
    assert.equal(user.isConnected(), true);
    assert.equal(User.backend, backend);
    assert.equal(user.inTransaction, false);
    await User.transaction(() => assert.equal(user.inTransaction, true));
  });
});
