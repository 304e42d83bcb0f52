import assert from "node:assert/strict";
import {
  CancelledError,
  ConfigurationError,
  createBackend,
  discoverBackends,
  QueryBuildError,
  QueryError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** SQL text, events and connections of a backend. */
export const execute: SuiteGroup = group("backend/execute", basicModels, (test) => {
  test("execute() gives rows by column name, and the number of rows", async ({ backend }) => {
    await User.insertMany([userValues("Ada", { age: 36 }), userValues("Bob", { age: 20 })]);
    const result = await backend.execute("SELECT name, age FROM users ORDER BY name");
    assert.deepEqual(result.rows.map((row) => ({ ...row })), [{ name: "Ada", age: 36 }, { name: "Bob", age: 20 }]);
    assert.deepEqual([result.affectedRows, result.affected, result.columns], [2, 2, ["name", "age"]]);
    const write = await backend.execute("UPDATE users SET age = ? WHERE age > ?", [1, 10]);
    assert.deepEqual([write.affectedRows, write.rows], [2, []]);
  });

  test("execute() takes a list for question marks and a map for names", async ({ backend }) => {
    await User.insertMany([userValues("Ada", { age: 36 }), userValues("Bob", { age: 20 })]);
    const names = async (sql: string, params: readonly unknown[] | Record<string, unknown>) =>
      (await backend.execute(sql, params)).rows.map((row) => row.name);
    assert.deepEqual(await names("SELECT name FROM users WHERE age = ?", [20]), ["Bob"]);
    assert.deepEqual(await names("SELECT name FROM users WHERE age = :age", { age: 20 }), ["Bob"]);
    assert.deepEqual(
      await names("SELECT name FROM users WHERE age = :a OR age = :b OR age = :a ORDER BY name", {
        a: 20,
        b: 36,
      }),
      ["Ada", "Bob"],
    );
    assert.deepEqual(await names("SELECT name FROM users WHERE name <> '?' AND age = ? -- ?", [20]), ["Bob"]);
    await errorOf(QueryBuildError, () => backend.execute("SELECT ?", []));
    await errorOf(QueryBuildError, () => backend.execute("SELECT 1", [1]));
  });

  test("fetchOne(), fetchMany() and fetchAll() give rows", async ({ backend }) => {
    await User.insertMany(Array.from({ length: 5 }, (_, i) => userValues(`User ${i}`)));
    const sql = "SELECT name FROM users ORDER BY name";
    assert.equal((await backend.fetchOne(sql))?.name, "User 0");
    assert.equal(await backend.fetchOne("SELECT name FROM users WHERE name = ?", ["x"]), null);
    assert.equal((await backend.fetchMany(sql, [], 2)).length, 2);
    assert.equal((await backend.fetchAll(sql)).length, 5);
  });

  test("a statement that is wrong is QueryError with its text and never its values", async ({ backend }) => {
    const error = await errorOf(QueryError, () => backend.execute("SELEKT ?", ["s3cret"]));
    assert.equal(error.sql?.includes("SELEKT"), true);
    assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause}`, /s3cret/);
    await errorOf(QueryError, () => backend.execute("SELECT nope FROM users"));
    await errorOf(QueryError, () => User.where("nope = 1").count());
  });

  test("listeners of query hear every statement, without values, until they are removed", async ({ backend }) => {
    const heard: string[] = [];
    const off = backend.on("query", (event) => void heard.push(`${event.kind} ${event.sql} ${event.rows}`));
    await User.transaction(() => makeUser("Ada"));
    await errorOf(Error, () => backend.execute("SELEKT 1"));
    off();
    await User.count();
    assert.equal(heard.filter((line) => line.startsWith("statement INSERT")).length, 1);
    assert.ok(heard.some((line) => line.startsWith("transaction ")));
    assert.ok(heard.some((line) => line.includes("SELEKT")));
    assert.ok(heard.every((line) => !line.includes("Ada")));
    assert.equal(heard.some((line) => line.includes("SELECT")), false);
  });

  test("a listener of query that throws disturbs nobody", async ({ backend }) => {
    const errors: unknown[] = [];
    const offs = [
      backend.on("error", ({ error }) => void errors.push(error)),
      backend.on("query", () => {
        throw new RangeError("listener");
      }),
    ];
    try {
      await makeUser("Ada");
    } finally {
      offs.forEach((off) => off());
    }
    assert.ok(errors.length > 0 && errors.every((error) => error instanceof RangeError));
  });

  test("assertQueries() fails with the statements that were sent", async ({ backend }) => {
    const error = await errorOf(Error, () => assertQueries(backend, 2, () => User.count()));
    assert.equal(error.name, "AssertionError");
    assert.match(error.message, /Expected 2 statements, but 1 were sent:\n {2}1\. SELECT/);
    assert.equal(await assertQueries(backend, 1, () => User.count()), 0);
  });

  test("ping() answers, and the backend knows that it is connected and what it can do", async ({ backend }) => {
    assert.equal(await backend.ping(), true);
    assert.equal(backend.isConnected(), true);
    assert.equal(backend.supports("nope" as never), false);
    assert.notEqual(backend.serverVersion, undefined);
    await errorOf(Error, () => backend.requiresCapability("nope" as never));
  });

  test("a second backend on the same database sees what was committed", { requires: ["sharedDatabase"] }, async ({
    backend,
    openSecond,
  }) => {
    const second = await openSecond();
    await makeUser("Ada");
    assert.equal((await second.fetchAll("SELECT name FROM users")).length, 1);
    await User.transaction(async () => {
      await makeUser("Bob");
      assert.equal((await second.fetchAll("SELECT name FROM users")).length, 1);
    });
    assert.equal((await second.fetchAll("SELECT name FROM users")).length, 2);
    await second.disconnect();
    assert.equal(second.isConnected(), false);
    assert.equal(await second.ping(false), false);
    await second.connect();
    assert.equal(await second.ping(), true);
    assert.equal(backend.isConnected(), true);
  });

  test("a backend that is disconnected says so", { requires: ["sharedDatabase"] }, async ({ openSecond }) => {
    const second = await openSecond();
    await second.connect();
    await second.disconnect();
    await second.disconnect();
    const error = await errorOf(Error, () => second.execute("SELECT 1"));
    assert.equal(error.name, "ConnectionError");
  });

  test("a statement whose signal is aborted is not sent", async ({ backend }) => {
    const signal = AbortSignal.abort();
    const query = User.query().toNode();
    await assertQueries(backend, 0, () => errorOf(CancelledError, async () => await backend.run(query, { signal })));
  });

  test("unknown names of backends are refused with the known ones", async () => {
    const error = await errorOf(ConfigurationError, () => createBackend("nope", {}));
    assert.match(error.message, /"nope".*sqlite/);
    assert.ok(discoverBackends().some(({ name }) => name === "sqlite"));
  });

  test("requests at the same time are all answered", async () => {
    const users = await Promise.all(Array.from({ length: 50 }, (_, i) => makeUser(`User ${i}`)));
    const found = await Promise.all(users.map((user) => User.findOrFail(user.id)));
    assert.deepEqual(found.map((user) => user.name), users.map((user) => user.name));
    await Promise.all(found.map((user, i) => i % 2 === 0 ? user.update({ age: i }) : user.delete()));
    assert.equal(await User.count(), 25);
  });
});
