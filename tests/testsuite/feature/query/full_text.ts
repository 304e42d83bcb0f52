import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  alias,
  type Capability,
  ConfigurationError,
  primaryKey,
  QueryBuildError,
  softDelete,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Article extends ActiveRecord.define(
  "text_articles",
  {
    id: primaryKey(),
    title: z.string().max(100),
    body: z.string().max(2_000).nullable().default(null),
    views: z.int().default(0),
  },
  { fullText: [{ fields: ["title", "body"] }] },
  softDelete(),
) {}

const texts = [
  { title: "Database engines", body: "A database keeps rows. A database engine reads them." },
  { title: "Cooking", body: "Rows of pans, and one engine: the stove." },
  { title: "Gardens", body: "Nothing about computers, but one database of seeds." },
  { title: "Empty", body: null },
  { title: "Äpfel und Öl", body: "Größe zählt; naïve café." },
] as const;

const requires = ["fullText"] as const;

/** Searches for words in texts. */
export const fullText: SuiteGroup = group("query/fullText", [], (test) => {
  const titles = (query: PromiseLike<Article[]>) => query.then((found) => found.map(({ title }) => title).toSorted());
  /** The table is made by each case, since not every database can have it. */
  const filled = async (create: (model: typeof Article) => Promise<void>) => {
    await create(Article);
    await Article.insertMany(texts);
  };

  test("match() finds the rows that hold all words", { requires }, async ({ create, backend }) => {
    await filled(create);
    const found = await assertQueries(
      backend,
      1,
      () => titles(Article.query().match("database engine", { prefix: true })),
    );
    assert.deepEqual(found, ["Database engines"]);
    assert.deepEqual(await titles(Article.query().match("DATABASE")), ["Database engines", "Gardens"]);
    assert.deepEqual(await titles(Article.query().match("computers database")), ["Gardens"]);
    assert.deepEqual(await titles(Article.query().match("nowhere")), []);
  });

  test("match() finds any word, a phrase, and the beginning of a word", { requires }, async ({ create }) => {
    await filled(create);
    const any = Article.query().match("stove seeds", { mode: "any" });
    assert.deepEqual(await titles(any), ["Cooking", "Gardens"]);
    assert.deepEqual(await titles(Article.query().match("keeps rows", { mode: "phrase" })), ["Database engines"]);
    assert.deepEqual(await titles(Article.query().match("rows keeps", { mode: "phrase" })), []);
    assert.deepEqual(await titles(Article.query().match("comput", { prefix: true })), ["Gardens"]);
    assert.deepEqual(await titles(Article.query().match("comput")), []);
  });

  test("match() searches in joined queries and under another name", { requires }, async ({ create }) => {
    await filled(create);
    const joined = Article.query().join({ o: Article }, (a, j) => j.o.id.eq(a.id)).match("database seeds");
    assert.deepEqual(await titles(joined), ["Gardens"]);
    assert.equal(await joined.count(), 1);
    assert.equal((await joined.paginate(1, 5)).total, 1);
    const other = alias(Article, "other").query();
    assert.deepEqual(await titles(other.match("database", { ranked: false })), ["Database engines", "Gardens"]);
    assert.deepEqual(await titles(other.join({ a: Article }, (o, j) => j.a.id.eq(o.id)).match("stove")), ["Cooking"]);
    const search = Article.fullText("database");
    const rows = await alias(Article, "x").query().join(Article, () => search.matches)
      .where(Article.c.views.eq(0)).select({ title: Article.c.title, rank: search.rank }).distinct();
    assert.deepEqual(rows.map(({ title }) => title).toSorted(), ["Database engines", "Gardens"]);
    await errorOf(QueryBuildError, () => Article.query().union(Article.query()).match("database"));
  });

  test("match() in some fields looks at these only", { requires }, async ({ create }) => {
    await filled(create);
    assert.deepEqual(await titles(Article.query().match("database", { fields: ["title"] })), ["Database engines"]);
    assert.deepEqual(await titles(Article.query().match("cooking", { fields: ["body"] })), []);
  });

  test("match() knows other alphabets", { requires }, async ({ create }) => {
    await filled(create);
    for (const word of ["Äpfel", "ÄPFEL", "größe", "café"]) {
      assert.deepEqual(await titles(Article.query().match(word)), ["Äpfel und Öl"], word);
    }
  });

  test("the rows that fit best come first, unless the query has an order", { requires }, async ({ create }) => {
    await filled(create);
    const ranked = await Article.query().match("database");
    assert.deepEqual(ranked.map(({ title }) => title), ["Database engines", "Gardens"]);
    const ordered = await Article.orderBy("-title").match("database");
    assert.deepEqual(ordered.map(({ title }) => title), ["Gardens", "Database engines"]);
    const search = Article.fullText("database");
    const rows = await Article.where(search.matches).orderBy(search.rank.desc()).select({ rank: search.rank });
    assert.ok(rows.length === 2 && rows[0]!.rank > rows[1]!.rank && rows[1]!.rank > 0);
  });

  test("a search belongs with conditions, counts, pages and writes", { requires }, async ({ create }) => {
    await filled(create);
    const search = Article.fullText("database");
    assert.equal(await Article.query().match("database").count(), 2);
    assert.equal(await Article.where({ title: "Gardens" }).match("database").count(), 1);
    assert.equal(await Article.where(search.matches.not()).count(), 3);
    assert.equal(await Article.where((c) => search.matches.or(c.title.eq("Cooking"))).count(), 3);
    assert.equal((await Article.query().match("database").paginate(2, 1)).items[0]?.title, "Gardens");
    const page = await Article.where(search.matches).orderBy("title").cursor(null, { size: 1 });
    assert.equal((await Article.where(search.matches).orderBy("title").cursor(page.next, { size: 1 })).next, null);
    assert.equal(await Article.where(search.matches).updateAll({ views: 7 }), 2);
    assert.equal(await Article.where({ views: 7 }).count(), 2);
  });

  test("the index follows every change: saves, many rows, removals, rollbacks", { requires }, async ({ create }) => {
    await filled(create);
    const found = (word: string) => titles(Article.query().match(word));
    const article = await Article.create({ title: "Fresh", body: "zebra" });
    assert.equal((await Article.find(article.id))?.title, "Fresh");
    assert.deepEqual(await found("zebra"), ["Fresh"]);
    await article.update({ body: "giraffe" });
    assert.deepEqual([await found("zebra"), await found("giraffe")], [[], ["Fresh"]]);
    await Article.where({ id: article.id }).updateAll({ title: "Lion" });
    assert.deepEqual(await found("lion"), ["Lion"]);
    await Article.updateMany([{ id: article.id, body: "otter" }]);
    assert.deepEqual([await found("giraffe"), await found("otter")], [[], ["Lion"]]);
    await Article.transaction(async () => {
      await Article.create({ title: "Gone", body: "otter" });
      throw new RangeError("back");
    }).catch((error) => assert.ok(error instanceof RangeError));
    assert.deepEqual(await found("otter"), ["Lion"]);
    await article.delete();
    assert.deepEqual(await found("otter"), []);
    assert.deepEqual(await titles(Article.withDeleted().match("otter")), ["Lion"]);
    await article.forceDelete();
    assert.deepEqual(await titles(Article.withDeleted().match("otter")), []);
  });

  test("signs in a search have no meaning, and one without words finds nothing", { requires }, async ({ create }) => {
    await filled(create);
    const hostile = [
      'database"',
      "data*base",
      "database AND",
      "database OR",
      "NOT database",
      "title:database",
      "database' OR 1=1 --",
      "+database -engine",
      "(database",
      "^database",
      "{title} : database",
      "database NEAR(",
      "@database ~engine <rows>",
      "database\0",
    ];
    for (const text of hostile) {
      for (const mode of ["all", "any", "phrase"] as const) {
        for (const prefix of [false, true]) {
          await Article.query().match(text, { mode, prefix });
        }
      }
    }
    for (const text of ["", " ", "?!", "\"'", "***"]) {
      assert.deepEqual(await titles(Article.query().match(text)), [], text);
      assert.equal(await Article.query().match(text, { prefix: true, mode: "phrase" }).count(), 0);
    }
    assert.equal(await Article.count(), 5);
  });

  test(
    "highlight() and excerpt() mark what was found",
    { requires: ["fullText", "fullText.excerpt"] },
    async ({ create }) => {
      await filled(create);
      const search = Article.fullText("database");
      const [row] = await Article.where(search.matches).orderBy("title").select({
        title: search.highlight("title"),
        body: search.excerpt("body", { open: "[", close: "]", words: 3 }),
      });
      assert.equal(row!.title, "<b>Database</b> engines");
      assert.ok(row!.body!.includes("[database]") && row!.body!.length < 52, row!.body!);
    },
  );

  test("excerpts and searches in the words of a database are refused where it has none, before anything is sent", {
    requires,
  }, async ({ create, backend }) => {
    await filled(create);
    const search = Article.fullText("database");
    const query = Article.where(search.matches);
    const asked: readonly (readonly [Capability, () => Promise<unknown>])[] = [
      ["fullText.excerpt", () => query.select({ part: search.excerpt("body") }).all()],
      ["fullText.excerpt", () => query.select({ part: search.highlight("title") }).first()],
      ["fullText.excerpt", async () => {
        for await (const _ of query.select({ part: search.excerpt("body") }).stream());
      }],
      ["fullText.native", () => Article.query().match("database", { mode: "native" }).all()],
    ];
    for (const [capability, ask] of asked) {
      if (backend.supports(capability)) continue;
      const error = await assertQueries(backend, 0, () => errorOf(UnsupportedFeatureError, ask));
      assert.equal(error.feature, capability);
      assert.match(error.message, /; \w+/); // what to do without it
    }
  });

  test("a search without an index, and wrong options, are refused", { requires }, async ({ create, backend }) => {
    class Plain extends ActiveRecord.define("text_plain", { id: primaryKey(), title: z.string() }) {}
    Plain.configure(backend);
    assert.match((await errorOf(ConfigurationError, () => Plain.query().match("x"))).message, /fullText of Plain/);
    await create(Article);
    await errorOf(ConfigurationError, () => Article.query().match("x", { fields: ["views"] }));
    await errorOf(ConfigurationError, () => Article.query().match("x", { index: "other" }));
    // deno-lint-ignore no-explicit-any
    const query: any = Article.query();
    for (
      const build of [
        () => query.match(5),
        () => query.match(null),
        () => query.match("x", { mode: "regex" }),
        () => query.match("x", { fields: [] }),
        () => query.match("x", { fields: ["nope"] }),
        () => Article.fullText("x").excerpt("title", { words: 0 }),
        () => Article.fullText("x").excerpt("title", { words: 1.5 }),
        () => Article.fullText("x").highlight("views"),
      ]
    ) await errorOf(QueryBuildError, build);
    class Wrong extends ActiveRecord.define("text_wrong", { id: primaryKey() }, { fullText: [{ fields: ["nope"] }] }) {}
    await errorOf(QueryBuildError, () => Wrong.tableName);
  });

  test("an index that is made for a table with rows finds these", { requires }, async ({ create }) => {
    class Unindexed extends ActiveRecord.define("text_articles", {
      id: primaryKey(),
      title: z.string().max(100),
      body: z.string().max(2_000).nullable().default(null),
      views: z.int().default(0),
    }, softDelete()) {}
    await create(Unindexed);
    await Unindexed.insertMany(texts);
    Article.configure(Unindexed.backend);
    await Article.createTable({ ifNotExists: true });
    assert.deepEqual(await titles(Article.query().match("stove")), ["Cooking"]);
    await Article.dropTable();
    await Unindexed.createTable();
  });

  test("createTable() twice and dropTable() take the index along", { requires }, async ({ create }) => {
    await filled(create);
    await Article.createTable({ ifNotExists: true });
    assert.deepEqual(await titles(Article.query().match("stove")), ["Cooking"]);
    await Article.dropTable();
    await Article.createTable();
    assert.deepEqual(await titles(Article.query().match("stove")), []);
    await Article.insertMany(texts);
    assert.deepEqual(await titles(Article.query().match("stove")), ["Cooking"]);
  });
});
