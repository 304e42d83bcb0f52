import { assert, assertEquals } from "@std/assert";
import { type Expression, fn } from "../../../mod.ts";
import { dialects, textsOf } from "./dialects.ts";
import { User } from "./models.ts";

const { age } = User.c;
const LENGTH = 8_000;
const terms = Array.from({ length: LENGTH }, (_, i) => age.eq(i));

function repeated<Q>(start: Q, next: (query: Q, i: number) => Q): Q {
  let query = start;
  for (let i = 0; i < LENGTH; i++) query = next(query, i);
  return query;
}

const users = User.query().select("id");
const by = (condition: Expression<boolean | null>) => users.where(condition);
const groups = User.query().select({ age, n: fn.count() }).groupBy("age");

/** Ways to join as many conditions, with the word between them. */
const CHAINS = {
  "where()": ["AND", () => repeated(users, (query, i) => query.where({ age: i }))],
  "orWhere()": ["OR", () => repeated(users, (query, i) => query.orWhere({ age: i }))],
  "having()": ["AND", () => repeated(groups, (query, i) => query.having(age.eq(i)))],
  "and() from the left": ["AND", () => by(terms.reduce((all, term) => all.and(term)))],
  "and() from the right": ["AND", () => by(terms.reduceRight((all, term) => term.and(all)))],
  "or() from the left": ["OR", () => by(terms.reduce((any, term) => any.or(term)))],
  "or() from the right": ["OR", () => by(terms.reduceRight((any, term) => term.or(any)))],
} as const;

/** How deep parentheses stand inside of each other. */
function depthOf(sql: string): number {
  let [depth, most] = [0, 0];
  for (const sign of sql) {
    if (sign === "(") most = Math.max(most, ++depth);
    else if (sign === ")") depth--;
  }
  return most;
}

for (const [name, [word, make]] of Object.entries(CHAINS)) {
  Deno.test(`${LENGTH} conditions joined by ${name} are written without nesting, but for halves of a long list`, () => {
    const query = make();
    for (const backend of Object.values(dialects)) {
      const { sql, params } = query.toSQL({ backend });
      const [, ...others] = sql.split(` ${word} `);
      assertEquals([others.length, params.length], [LENGTH - 1, LENGTH]);
      assert(depthOf(sql) <= Math.log2(LENGTH), `${depthOf(sql)} levels`);
    }
  });
}

Deno.test("conditions keep their parentheses where AND and OR meet", () => {
  const mixed = users.where(age.eq(1)).where(age.eq(2).or(age.eq(3)).or(age.eq(4))).orWhere(age.eq(5).and(age.eq(6)));
  assertEquals(
    textsOf(() => mixed.toNode()).sqlite,
    'SELECT "id" FROM "users" WHERE ("age" = ? AND ("age" = ? OR "age" = ? OR "age" = ?)) OR ("age" = ? AND "age" = ?)',
  );
});
