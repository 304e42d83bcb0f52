import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  primaryKey,
  QueryBuildError,
  UniqueViolationError,
  ValidationError,
  type ValidationIssue,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

let transformed = 0;

class Account extends ActiveRecord.define("accounts", {
  id: primaryKey(),
  login: z.string().trim().toLowerCase().min(2),
  opens: z.date(),
  closes: z.date().nullable().default(null),
  code: z.string().transform((text) => {
    transformed++;
    return `${text}!`;
  }),
  invite: z.string().refine(async (text) => await Promise.resolve(text !== "taken"), "Already used").default("free"),
  address: z.object({ city: z.string().min(1), lines: z.array(z.string().max(5)) }).optional(),
}) {
  override *rules(): Iterable<ValidationIssue> {
    if (this.closes !== null && this.closes < this.opens) {
      yield { path: ["closes"], code: "order", message: "An account cannot close before it opens" };
    }
    if (this.login === "root") yield { path: [], code: "reserved", message: "Nobody may be root" };
  }
}

const accountValues = { login: "ada", opens: new Date(0), code: "x" };

/** What may be saved, and how it is refused. */
export const validation: SuiteGroup = group("basic/validation", [...basicModels, Account], (test) => {
  test("construction with invalid values throws ValidationError with every issue by path", async () => {
    const error = await errorOf(ValidationError, () => new User({ name: "", email: "no", age: 1.5 }));
    assert.equal(error.model, "User");
    assert.deepEqual(error.issues.map((issue) => issue.path), [["name"], ["email"], ["age"]]);
    assert.ok(error.issues.every((issue) => issue.code !== "" && issue.message !== ""));
    assert.equal(error.issuesOf("email").length, 1);
  });

  test("create() lists wrong and missing fields, and writes nothing", async ({ backend }) => {
    const values = { age: "old" } as never;
    const error = await assertQueries(backend, 0, () => errorOf(ValidationError, () => User.create(values)));
    assert.deepEqual(error.issues.map((issue) => issue.path[0]), ["age"]);
    const missing = await errorOf(ValidationError, () => User.create({} as never));
    assert.deepEqual(missing.issues.map(({ path, code }) => [path[0], code]), [["name", "required"], [
      "email",
      "required",
    ]]);
    assert.equal(await User.count(), 0);
  });

  test("an invalid assignment fails at save() and the row is unchanged", async () => {
    const user = await makeUser("Ada", { age: 36 });
    user.name = "";
    user.age = 1.5;
    const error = await errorOf(ValidationError, () => user.save());
    assert.deepEqual(error.issues.map((issue) => issue.path[0]), ["name", "age"]);
    const stored = await User.findOrFail(user.id);
    assert.deepEqual([stored.name, stored.age], ["Ada", 36]);
    user.name = "Countess";
    user.age = 37;
    assert.equal(await user.save(), 1);
  });

  test("issues inside a JSON column carry the path to the value", async () => {
    const address = { city: "", lines: ["ok", "too long"] };
    const error = await errorOf(ValidationError, () => new Account({ ...accountValues, address }));
    assert.deepEqual(error.issues.map((issue) => issue.path), [["address", "city"], ["address", "lines", 1]]);
  });

  test("a message never holds the refused value", async () => {
    const error = await errorOf(ValidationError, () => new User({ name: "Ada", email: "s3cret" }));
    assert.doesNotMatch(JSON.stringify(error) + error.message, /s3cret/);
  });

  test("a transform is applied, and what it gives is stored", async () => {
    const account = await Account.create({ ...accountValues, login: "  ADA " });
    assert.equal(account.login, "ada");
    assert.equal((await Account.findOrFail(account.id)).login, "ada");
  });

  test("a transform runs once for each assignment, however often the record is saved", async () => {
    transformed = 0;
    const account = await Account.create(accountValues);
    assert.equal(account.code, "x!");
    assert.equal(transformed, 1);
    account.login = "bob";
    await account.save();
    account.opens = new Date(1);
    await account.save();
    assert.equal(transformed, 1);
    const stored = await Account.findOrFail(account.id);
    stored.login = "eve";
    await stored.save();
    assert.equal(transformed, 1);
    assert.equal(stored.code, "x!");
    stored.code = "y";
    await stored.save();
    assert.equal(stored.code, "y!");
    assert.equal(transformed, 2);
  });

  test("a loaded value is trusted", async ({ backend }) => {
    const user = await makeUser("Ada");
    await backend.execute("UPDATE users SET email = ? WHERE id = ?", ["not an address", user.id]);
    const stored = await User.findOrFail(user.id);
    assert.equal(stored.email, "not an address");
    stored.age = 36;
    assert.equal(await stored.save(), 1);
  });

  test("rules about the record as a whole block the save until they are met", async () => {
    const account = new Account({ ...accountValues, opens: new Date(2), closes: new Date(1) });
    const error = await errorOf(ValidationError, () => account.save());
    assert.deepEqual(error.issues, [{
      path: ["closes"],
      code: "order",
      message: "An account cannot close before it opens",
    }]);
    assert.equal(await Account.count(), 0);
    account.closes = new Date(3);
    assert.equal(await account.save(), 1);
    account.login = "root";
    assert.deepEqual((await errorOf(ValidationError, () => account.save())).issues.map((issue) => issue.path), [[]]);
    assert.equal((await Account.findOrFail(account.id)).login, "ada");
  });

  test("an asynchronous refinement is awaited", async () => {
    const error = await errorOf(ValidationError, () => Account.create({ ...accountValues, invite: "taken" }));
    assert.deepEqual(error.issues.map((issue) => [issue.path[0], issue.message]), [["invite", "Already used"]]);
    const account = await Account.create({ ...accountValues, invite: "fresh" });
    account.invite = "taken";
    await errorOf(ValidationError, () => account.save());
    assert.equal((await Account.findOrFail(account.id)).invite, "fresh");
  });

  test("validate() throws without writing, and accepts what is right", async ({ backend }) => {
    const user = await makeUser("Ada");
    user.name = "";
    await assertQueries(backend, 0, () => errorOf(ValidationError, () => user.validate()));
    user.name = "Bob";
    await assertQueries(backend, 0, () => user.validate());
    assert.equal(user.isDirty, true);
  });

  test("a violated unique constraint is UniqueViolationError, with the issue on the field", async () => {
    await makeUser("Ada");
    const error = await errorOf(UniqueViolationError, () => makeUser("Ada"));
    assert.deepEqual(error.issues.map(({ path, code }) => [path, code]), [[["email"], "unique"]]);
    assert.doesNotMatch(error.message, /ada@example/);
    assert.equal(await User.count(), 1);
    const bob = await makeUser("Bob");
    bob.email = "ada@example.org";
    const again = await errorOf(UniqueViolationError, () => bob.save());
    assert.deepEqual(again.issues.map((issue) => issue.path), [["email"]]);
    assert.equal(bob.isDirty, true);
  });

  test("updateAll() checks its values as a save would", async () => {
    await makeUser("Ada", { age: 36 });
    const error = await errorOf(
      ValidationError,
      () => User.where({ name: "Ada" }).updateAll({ name: "", age: "x" as never }),
    );
    assert.deepEqual(error.issues.map((issue) => issue.path), [["name"], ["age"]]);
    assert.deepEqual(await User.pluck("name"), ["Ada"]);
  });

  test("update() of a field that does not exist is refused by name", async () => {
    const user = await makeUser("Ada");
    const error = await errorOf(QueryBuildError, () => user.update({ nope: 1 } as never));
    assert.match(error.message, /"nope".*User/);
  });

  test("a valid record of the suite can be checked without being saved", async () => {
    await new User(userValues("Ada")).validate();
    assert.equal(await User.count(), 0);
  });
});
