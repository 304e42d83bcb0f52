import assert from "node:assert/strict";
import { CancelledError, QueryBuildError } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User } from "../../fixtures/basic.ts";
import { group, type SuiteBackend, type SuiteGroup } from "../../suite.ts";

async function sentBy(backend: SuiteBackend, fn: () => Promise<unknown>): Promise<string[]> {
  const sent: string[] = [];
  const off = backend.on("query", ({ sql, kind }) => void (kind === "statement" && sent.push(sql)));
  try {
    await fn();
  } finally {
    off();
  }
  return sent;
}

/** Comments behind statements, and other options of how a query runs. */
export const tags: SuiteGroup = group("query/tags", basicModels, (test) => {
  test("tags are written behind the statement, sorted and encoded", async ({ backend }) => {
    await makeUser("Ada");
    const options = { tags: { route: "/users/:id?", action: "it's */ -- é", "a=b": "" } };
    const sent = await sentBy(backend, async () => {
      assert.equal((await User.where({ name: "Ada" }).withOptions(options)).length, 1);
    });
    assert.equal(sent.length, 1);
    assert.ok(sent[0]!.endsWith(" /*a%3Db='',action='it%27s%20%2A%2F%20--%20%C3%A9',route='%2Fusers%2F%3Aid%3F'*/"));
  });

  test("tags reach every statement of a query, a write and a stream too", async ({ backend }) => {
    await makeUser("Ada", { age: 1 });
    const query = User.where({ name: "Ada" }).withOptions({ tags: { a: "1" } }).withOptions({ tags: { b: "2" } });
    const sent = await sentBy(backend, async () => {
      await query.count();
      await query.exists();
      await query.select("age").first();
      await query.updateAll({ age: 2 });
      for await (const _ of query.stream());
      await query.deleteAll();
    });
    assert.equal(sent.length, 6);
    for (const sql of sent) assert.ok(sql.endsWith(" /*a='1',b='2'*/"), sql);
  });

  test("withTags() reaches every statement of a function, and no other", async ({ backend }) => {
    const sent = await sentBy(backend, async () => {
      await backend.withTags({ job: "import" }, () =>
        backend.withTags({ step: "1" }, async () => {
          await makeUser("Ada");
          await backend.execute("SELECT 1");
        }));
      await User.count();
    });
    assert.equal(sent.length, 3);
    for (const sql of sent.slice(0, 2)) assert.ok(sql.endsWith(" /*job='import',step='1'*/"), sql);
    assert.ok(!sent[2]!.includes("/*"));
  });

  test("without tags there is no comment", async ({ backend }) => {
    for (const sql of await sentBy(backend, () => User.where({ age: 1 }).all())) assert.ok(!sql.includes("/*"));
  });

  test("a tag that is no text is refused", async () => {
    await errorOf(QueryBuildError, () => User.query().withOptions({ tags: { a: 5 as never } }).all());
    await errorOf(QueryBuildError, () => User.query().withOptions({ tags: { "": "x" } }).all());
    await errorOf(QueryBuildError, () => User.query().withOptions({ tags: { a: "\ud800" } }).all());
  });

  test("withOptions() also takes the signal of a query", async () => {
    const query = User.query().withOptions({ signal: AbortSignal.abort() });
    for (const run of [() => query.all(), () => query.count(), () => query.select("id").all()]) {
      await errorOf(CancelledError, run);
    }
  });

  test("toSQL() has the tags, and a form for people", () => {
    const query = User.where({ name: "Ada" }).orderBy("id").withOptions({ tags: { a: "1" } });
    assert.ok(query.toSQL().sql.endsWith(" /*a='1'*/"));
    const { sql, params } = query.toSQL({ pretty: true, tags: {} });
    assert.deepEqual(sql.split("\n").map((line) => line.split(" ")[0]), ["SELECT", "FROM", "WHERE", "ORDER"]);
    assert.equal(sql.replaceAll("\n", " "), query.toSQL({ tags: {} }).sql);
    assert.deepEqual(params, ["Ada"]);
  });
});
