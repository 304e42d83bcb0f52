import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, ActiveRecordError, alias, column, exists, fn, primaryKey, QueryError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, Post, User } from "../../fixtures/basic.ts";
import { group, type SuiteBackend, type SuiteGroup } from "../../suite.ts";

/** A view, which has no key and is only read. */
class Author extends ActiveRecord.define("suite_authors", {
  userId: z.int(),
  name: z.string(),
  written: column(z.int(), { name: "posts" }),
}, { readOnly: true }) {}

/** Runs a function while the view is there. */
async function withView(backend: SuiteBackend, run: () => Promise<void>): Promise<void> {
  Author.configure(backend);
  await backend.execute("DROP VIEW IF EXISTS suite_authors");
  await backend.execute(
    "CREATE VIEW suite_authors AS SELECT u.id AS user_id, u.name AS name, count(p.id) AS posts " +
      "FROM users u JOIN posts p ON p.user_id = u.id GROUP BY u.id, u.name",
  );
  try {
    await run();
  } finally {
    await backend.execute("DROP VIEW suite_authors");
  }
}

/** The schema in which tables are that name none. */
async function ownSchema(backend: SuiteBackend): Promise<string> {
  for (const name of ["current_schema()", "database()"]) {
    try {
      const row = await backend.fetchOne(`SELECT ${name} AS own`);
      return String(row!.own); // a query without a table has one row
    } catch (error) {
      if (!(error instanceof QueryError)) throw error; // a database without such a function
    }
  }
  return "main";
}

/** What is no table of the model's own making: views, and tables that name their schema. */
export const views: SuiteGroup = group("query/views", basicModels, (test) => {
  test("a view is read like a table: conditions, orders, groups, joins, subqueries", async ({ backend }) => {
    const [ada, bob] = [await makeUser("Ada"), await makeUser("Bob")];
    for (const user of [ada, ada, bob]) await user.posts.create({ title: "x" });
    await makeUser("Cid");
    await withView(backend, async () => {
      const authors = await Author.orderBy("-written");
      assert.deepEqual(authors.map(({ name, written }) => [name, written]), [["Ada", 2], ["Bob", 1]]);
      assert.ok(authors[0] instanceof Author);
      assert.equal(await Author.where({ written__gt: 1 }).count(), 1);
      assert.equal(await Author.sum("written"), 3);
      assert.equal((await Author.findBy({ userId: bob.id }))?.name, "Bob");
      const rows = await Author.select({ n: Author.c.written, authors: fn.count() }).groupBy("written").orderBy(
        "written",
      );
      assert.deepEqual(rows, [{ n: 1, authors: 1 }, { n: 2, authors: 1 }]);
      const joined = await User.query().leftJoin({ author: Author }, (c, j) => j.author.userId.eq(c.id)).orderBy("name")
        .select((c, j) => ({ name: c.name, written: j.author.written }));
      assert.deepEqual(joined.map(({ written }) => written), [2, 1, null]);
      const idle = await User.where((c) => exists(Author.where((a) => a.userId.eq(c.id))).not());
      assert.deepEqual(idle.map(({ name }) => name), ["Cid"]);
      const streamed: string[] = [];
      for await (const { name } of Author.orderBy("name").stream()) streamed.push(name);
      assert.deepEqual(streamed, ["Ada", "Bob"]);
    });
  });

  test("a view is not written, and what needs a key is refused by name, before anything is sent", async ({ backend }) => {
    await withView(backend, async () => {
      const values = { userId: 1, name: "a", written: 1 };
      const refused: readonly (readonly [clause: string, run: () => unknown])[] = [
        ["read-only", () => Author.create(values)],
        ["read-only", () => Author.insertMany([values])],
        ["read-only", () => Author.where({ userId: 1 }).updateAll({ name: "b" })],
        ["read-only", () => Author.where({ userId: 1 }).deleteAll()],
        ["read-only", () => Author.upsert(values, { conflict: ["userId"] })],
        ["first()", () => Author.first()],
        ["primary key", () => Author.find(1)],
        ["inBatches()", async () => {
          for await (const _ of Author.query().inBatches()) break;
        }],
        ["cursor()", () => Author.orderBy("name").cursor()],
        ["ids()", () => Author.ids()],
      ];
      for (const [clause, run] of refused) {
        await assertQueries(backend, 0, async () => {
          const { message } = await errorOf(ActiveRecordError, run);
          assert.ok(message.includes(clause), `Expected "${clause}" in: ${message}`);
        });
      }
      await assert.doesNotReject(() => Author.orderBy("name").first());
    });
  });

  test("a table that names its schema is read, written and joined", async ({ backend, create }) => {
    class Note extends ActiveRecord.define("suite_notes", {
      id: primaryKey(z.int()),
      userId: z.int(),
      text: column(z.string().max(50), { unique: true }),
    }, { schema: await ownSchema(backend) }) {
      get user() {
        return this.belongsTo(() => User);
      }
    }
    await create(Note);
    assert.equal(await Note.tableExists(), true);
    const ada = await makeUser("Ada");
    await Note.insertMany([{ id: 1, userId: ada.id, text: "a" }, { id: 2, userId: ada.id, text: "b" }]);
    const note = await Note.create({ id: 3, userId: ada.id, text: "c" });
    note.text = "d";
    assert.equal(await note.save(), 1);
    if (backend.supports("upsert")) {
      assert.equal(
        (await Note.upsert({ id: 4, userId: ada.id, text: "d" }, { conflict: ["text"], update: ["text"] })).id,
        3,
      );
    }
    assert.equal((await Note.where({ id: 1 }).with("user"))[0]!.user.value?.name, "Ada");
    const joined = await Note.query().join("user").where((_, j) => j.user.name.eq("Ada")).orderBy((c) => c.text.desc());
    assert.deepEqual(joined.map(({ text }) => text), ["d", "b", "a"]);
    const other = alias(Note, "other");
    assert.deepEqual(await Note.where((c) => exists(other.query().where((o) => o.id.gt(c.id)))).orderBy("id").ids(), [
      1,
      2,
    ]);
    assert.equal(await User.where((c) => exists(Note.where((n) => n.userId.eq(c.id)))).count(), 1);
    assert.equal(await Note.where({ id__lt: 3 }).updateAll({ text: fn.concat(Note.c.text, "!") }), 2);
    assert.deepEqual(await Note.where({ id__lt: 3 }).orderBy("id").pluck("text"), ["a!", "b!"]);
    assert.equal(await Note.updateMany([{ id: 1, text: "one" }, { id: 2, text: "two" }]), 2);
    assert.equal(await Note.orderBy("id").limit(1).deleteAll(), 1);
    assert.equal(await note.delete(), 1);
    assert.deepEqual(await Note.query().pluck("text"), ["two"]);
    assert.equal(await Post.query().count(), 0);
  });
});
