import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../backends/mysql/mod.ts";
import type { StatementNode } from "../../core/ast/statement.ts";
import { metaOf } from "../../core/model/registry.ts";
import { ActiveRecord, primaryKey, UnsupportedFeatureError } from "../../mod.ts";

class Post extends ActiveRecord.define("posts", {
  id: primaryKey(),
  title: z.string(),
  body: z.string(),
}, { fullText: [{ fields: ["title", "body"] }] }) {}

/** Never connected: SQL is made without a database. */
const mysql = new MySQLBackend({ database: "unused" });
const mariadb = new MariaDBBackend({ database: "unused" });
Post.configure(mysql);

interface Query {
  toNode(): StatementNode;
}

function textOf({ dialect, types }: MySQLBackend, node: StatementNode): readonly [string, readonly unknown[]] {
  const { sql, params } = dialect.createBuilder(types).statement(node);
  return [sql, params];
}

const SELECT = "SELECT `id` FROM `posts`";
const MATCH = "MATCH (`posts`.`posts_title_body_fts`) AGAINST (? IN BOOLEAN MODE)";
const unranked = { ranked: false } as const;
const search = Post.fullText("tea");

/** The text of each query with its parameters, on both servers. */
const SNAPSHOTS: Readonly<Record<string, readonly [query: () => Query, sql: string, params: readonly unknown[]]>> = {
  "a search for all words, best first": [
    () => Post.query().match("hot tea").select("id"),
    `${SELECT} WHERE ${MATCH} ORDER BY ${MATCH} DESC`,
    ["+(q0hot q1hot) +(q0tea q1tea)", "+(q0hot q1hot) +(q0tea q1tea)"],
  ],
  "any word": [
    () => Post.query().match("hot tea", { mode: "any", ...unranked }).select("id"),
    `${SELECT} WHERE ${MATCH}`,
    ["(q0hot q1hot) (q0tea q1tea)"],
  ],
  "a phrase": [
    () => Post.query().match("hot tea", { mode: "phrase", ...unranked }).select("id"),
    `${SELECT} WHERE ${MATCH}`,
    ['("q0hot q0tea" "q1hot q1tea")'],
  ],
  "the beginning of a word": [
    () => Post.query().match("hot te", { prefix: true, ...unranked }).select("id"),
    `${SELECT} WHERE ${MATCH}`,
    ["+(q0hot q1hot) +(q0te* q1te*)"],
  ],
  "one field": [
    () => Post.query().match("hot", { fields: ["body"], ...unranked }).select("id"),
    `${SELECT} WHERE ${MATCH}`,
    ["+q1hot"],
  ],
  "words with signs and of other alphabets": [
    () => Post.query().match('+größe" -(*)', unranked).select("id"),
    `${SELECT} WHERE ${MATCH}`,
    ['+("q0größe" "q1größe")'],
  ],
  "no word": [() => Post.query().match("?!", unranked).select("id"), `${SELECT} WHERE 1 = 0`, []],
  "a rank": [
    () => Post.where(search.matches.not()).select({ rank: search.rank }),
    `SELECT ${MATCH} AS \`rank\` FROM \`posts\` WHERE NOT (${MATCH})`,
    ["+(q0tea q1tea)", "+(q0tea q1tea)"],
  ],
};

for (const [name, [query, text, params]] of Object.entries(SNAPSHOTS)) {
  Deno.test(`MySQL's and MariaDB's SQL of a full-text search: ${name}`, () => {
    for (const backend of [mysql, mariadb]) assertEquals(textOf(backend, query().toNode()), [text, params]);
  });
}

Deno.test("a phrase with an open end is looked for among the rows that have its words", () => {
  const node = Post.query().match("hot te", { mode: "phrase", prefix: true, fields: ["body"], ...unranked }).select(
    "id",
  ).toNode();
  for (
    const [backend, collation] of [[mysql, "utf8mb4_0900_ai_ci"], [mariadb, "utf8mb4_unicode_520_nopad_ci"]] as const
  ) {
    assertEquals(textOf(backend, node), [
      `${SELECT} WHERE (${MATCH} AND (CONCAT(' ', \`posts\`.\`posts_title_body_fts\`) LIKE ? COLLATE ${collation}))`,
      ["+q1hot +q1te*", "% q1hot q1te%"],
    ]);
  }
});

Deno.test("MySQL's and MariaDB's DDL of a full-text index", () => {
  const index = metaOf(Post).fullText[0]!;
  const table = { kind: "table", name: "posts" } as const;
  const pieces = (column: string, mark: string) =>
    Array.from(
      { length: 25 },
      (_, i) =>
        `REGEXP_REPLACE(SUBSTR(COALESCE(\`${column}\`, ''), ${
          i * 10_000 + 1
        }, 10000), '[^\\\\p{L}\\\\p{N}\\\\p{M}\\\\p{Co}]+', ' ${mark}')`,
    ).join(", ");
  const words = "CONCAT(" +
    `REPLACE(CONCAT('q0', ${pieces("title", "q0")}), ' q0 q0', ' q0'), ` +
    `REPLACE(CONCAT(' q1', ${pieces("body", "q1")}), ' q1 q1', ' q1'))`;
  for (
    const [backend, collation, invisible] of [
      [mysql, "utf8mb4_0900_ai_ci", "/*!80023 INVISIBLE */"],
      [mariadb, "utf8mb4_unicode_520_nopad_ci", "INVISIBLE"],
    ] as const
  ) {
    assertEquals(
      textOf(backend, { kind: "createFullText", table, index, ifNotExists: false })[0],
      `ALTER TABLE \`posts\` ADD COLUMN \`posts_title_body_fts\` LONGTEXT CHARACTER SET utf8mb4 COLLATE ${collation} ` +
        `GENERATED ALWAYS AS (${words}) STORED ${invisible}, ADD FULLTEXT INDEX \`posts_title_body_fts\` (\`posts_title_body_fts\`)`,
    );
    assertEquals(
      textOf(backend, { kind: "dropFullText", table: { ...table, schema: "app" }, index })[0],
      "ALTER TABLE `app`.`posts` DROP INDEX `posts_title_body_fts`, DROP COLUMN `posts_title_body_fts`",
    );
  }
});

Deno.test("excerpts, highlights and the servers' own language have no SQL on MySQL and MariaDB, and the error says what to do", () => {
  const refused: readonly (readonly [() => Query, feature: string, instead: string])[] = [
    [() => Post.select({ x: search.excerpt("body") }), "fullText.excerpt", "read the text and mark the words in it"],
    [() => Post.select({ x: search.highlight("title") }), "fullText.excerpt", "read the text and mark the words in it"],
    [() => Post.query().match("a", { mode: "native" }), "fullText.native", "search with the other modes"],
  ];
  for (const [query, feature, instead] of refused) {
    for (const backend of [mysql, mariadb]) {
      const error = assertThrows(() => backend.compile(query().toNode()), UnsupportedFeatureError, instead);
      assertEquals(error.feature, feature);
    }
  }
});
