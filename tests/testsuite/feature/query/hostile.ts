import assert from "node:assert/strict";
import { ActiveRecordError, sql, type Values } from "../../../../mod.ts";
import { basicModels, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Texts that would do harm where they are taken for SQL. */
const HOSTILE: readonly string[] = [
  "'; DROP TABLE users; --",
  '"; DROP TABLE users; --',
  "`; DROP TABLE users; --",
  "*/ DROP TABLE users; /*",
  "/* */ ' OR '1'='1",
  "' OR 1=1 #",
  "\\' OR 1=1 --",
  "\\",
  "a\nb; DELETE FROM users",
  "$1",
  "$$; DROP TABLE users; $$",
  ":name",
  "?",
  "??",
  "%s",
  "' UNION SELECT email FROM users --",
  "users); DELETE FROM users; --",
  "1; UPDATE users SET name = 'x'",
  "${sql}",
  "{{1}}",
  "\u2019 OR 1=1",
  "%27 OR 1=1",
  "ＳＥＬＥＣＴ",
  "\u202e' --",
  "x".repeat(500),
  "]]; --",
  "[a]",
  "a.b.c",
  "__proto__",
  "constructor",
];

/** Hostile texts wherever a query takes a name, a value, a hint or a tag. */
export const hostile: SuiteGroup = group("query/hostile", basicModels, (test) => {
  /** The data are what they were, and the backend works. */
  const intact = async () => {
    assert.deepEqual(await User.orderBy("id").pluck("name", "age"), [["Ada", 1], ["Bob", 2]]);
  };
  const fill = () => User.insertMany([userValues("Ada", { age: 1 }), userValues("Bob", { age: 2 })]);

  /** Runs a query that may be refused, but only by a typed error, and must not change anything. */
  const harmless = async (text: string, run: () => unknown) => {
    try {
      await run();
    } catch (error) {
      assert.ok(error instanceof ActiveRecordError, `${JSON.stringify(text)}: ${error}`);
    }
  };

  test("names of indexes, tables and fields, and hints, are quoted or refused", async ({ backend }) => {
    await fill();
    // deno-lint-ignore no-explicit-any
    const query: any = User.query();
    for (const text of HOSTILE) {
      const attempts = [
        () => query.useIndex(text).all(),
        () => query.useIndex("a", { action: text }).all(),
        () => backend.transaction(async () => void await query.forUpdate({ of: [text] }).all()),
        () => backend.transaction(async () => void await query.optimizerHint(text).all()),
        () => query.updateAll({ age: 9 }, { returning: [text], all: true }),
        () => query.deleteAll({ returning: [text], all: true }),
        () => User.updateMany([{ id: 1, name: "x" }], { key: text as never }),
        () => User.updateMany([{ id: 1, [text]: "x" }]),
        () => User.upsert(userValues("Ada"), { conflict: [text as never] }),
        () => User.upsert(userValues("Ada"), { conflict: ["email"], update: [text as never] }),
        () => query.orderBy(text).cursor(),
        () => query.match("a", { fields: [text] }).all(),
        () => User.findBySql(sql`SELECT * FROM ${sql.identifier(text)}`),
      ];
      for (const attempt of attempts) await harmless(text, attempt);
    }
    await intact();
  });

  test("cursors, pages and searches take no text for more than it is", async () => {
    await fill();
    // deno-lint-ignore no-explicit-any
    const query: any = User.query();
    for (const text of HOSTILE) {
      for (
        const attempt of [
          () => query.cursor(text),
          () => query.cursor(null, { size: text }),
          () => query.paginate(text),
          () => query.paginate(1, text),
          () => query.explain({ analyze: text }),
        ]
      ) await harmless(text, attempt);
    }
    await intact();
  });

  test("tags travel as they are, encoded", async ({ backend }) => {
    await fill();
    for (const text of HOSTILE) {
      assert.equal(await User.where({ name: "Ada" }).withOptions({ tags: { [text]: text, a: text } }).count(), 1);
      await backend.withTags({ [text]: text }, () => User.where({ name: "Ada" }).all());
    }
    await intact();
  });

  test("values of writes of many rows are stored as they are", { requires: ["upsert"] }, async () => {
    await fill();
    const texts = HOSTILE.filter((text) => text.length <= 100);
    const rows: Values<typeof User>[] = texts.map((text, i) => ({
      ...userValues(`Row ${i}`, { age: 50 + i }),
      name: text,
    }));
    await User.insertMany(rows);
    const names = () => User.where({ age__gte: 50 }).orderBy("age").pluck("name");
    assert.deepEqual(await names(), texts);
    const ids = await User.where({ age__gte: 50 }).orderBy("age").pluck("id");
    await User.updateMany(ids.map((id, i) => ({ id, name: texts.at(-1 - i)! })));
    assert.deepEqual(await names(), texts.toReversed());
    await User.upsertMany(rows, { conflict: ["email"], update: ["name"] });
    assert.deepEqual(await names(), texts);
    for (const text of texts) {
      assert.equal((await User.findBySql("SELECT * FROM users WHERE name = ?", [text])).length, 1);
      assert.equal((await User.findBySql(sql`SELECT * FROM users WHERE name = ${text}`)).length, 1);
      assert.equal((await User.where({ name: text }).orderBy("name").cursor()).items.length, 1);
    }
    await User.where({ age__gte: 50 }).deleteAll();
    await intact();
  });

  test("a cursor leads on from any text", async () => {
    const texts = HOSTILE.filter((text) => text.length <= 100);
    await User.insertMany(texts.map((text, i) => ({ ...userValues(`Row ${i}`), name: text })));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { items: User[]; next: string | null } = await User.orderBy("name").cursor(cursor, { size: 4 });
      seen.push(...page.items.map(({ name }) => name));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(seen.toSorted(), texts.toSorted());
  });
});
