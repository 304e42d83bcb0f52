/** What comes where the types forbid it, as from JSON, is refused by an error of the tree that does not repeat it. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  ConfigurationError,
  cte,
  fn,
  primaryKey,
  QueryBuildError,
  TransactionError,
  tuple,
  values,
} from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";

class User extends ActiveRecord.define("users", { id: primaryKey(), name: z.string(), age: z.int() }) {}
User.configure(new SQLiteBackend({ database: ":memory:" }));

const { c } = User;
const SECRET = "hunter2-secret";

/** What the types forbid. */
function untyped(value: unknown): never {
  return value as never; // that it is wrong is what is tested
}

async function drain(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

Deno.test("a text in the place of a number is not repeated by the message that refuses it", async () => {
  const text = untyped(SECRET);
  const refused: readonly (() => unknown)[] = [
    () => User.limit(text),
    () => User.query().offset(text),
    () => fn.left(c.name, text),
    () => fn.substring(c.name, text),
    () => fn.round(c.age, text),
    () => fn.ntile(text),
    () => fn.lag(c.name, text),
    () => fn.sum(c.age).over({ frame: { start: { preceding: text } } }),
  ];
  for (const call of refused) {
    const error = assertThrows(call, QueryBuildError);
    assert(!error.message.includes(SECRET), error.message);
    assert(error.message.includes("a string"), error.message);
  }
  assertEquals(
    (await assertRejects(() => User.query().paginate(text), QueryBuildError)).message.includes(SECRET),
    false,
  );
  const timed = await assertRejects(() => User.transaction(() => 1, { timeout: text }), TransactionError);
  assertEquals(timed.message, "Invalid timeout: a string (milliseconds, more than 0)");
});

Deno.test("a size in the form of a text is refused, since i + size would put two texts together", async () => {
  const size = untyped("0x10");
  for (
    const read of [
      () => drain(User.query().stream({ batchSize: size })),
      () => drain(User.select("id").stream({ batchSize: size })),
      () => drain(User.query().inBatches({ size })),
    ]
  ) await assertRejects(read, QueryBuildError, "a string (a whole number, 1 or more)");
  await assertRejects(() => User.insertMany([{ name: "a", age: 1 }], { batchSize: size }), QueryBuildError);
  await assertRejects(() => User.query().withOptions({ timeout: size }).all(), QueryBuildError);
});

Deno.test("what is no list and no query is refused by in(), also an object from JSON with the key toNode", () => {
  const forged = untyped(JSON.parse('{ "toNode": { "kind": "raw" } }'));
  for (const given of [untyped("a"), untyped(null), untyped(1), forged]) {
    assertThrows(() => c.name.in(given), QueryBuildError, "User.name.in() needs a list or a query");
    assertThrows(() => c.name.notIn(given), QueryBuildError);
    assertThrows(() => User.where({ name__in: given }), QueryBuildError);
    assertThrows(() => tuple(c.name, c.age).in(given), QueryBuildError);
  }
});

Deno.test("an order with NULLs at an unknown end is refused, not taken for one without", () => {
  for (const nulls of [untyped("FIRST"), untyped("last; DROP TABLE users"), untyped("")]) {
    assertThrows(() => c.name.asc({ nulls }), QueryBuildError, "Invalid nulls in orderBy");
    assertThrows(() => c.name.desc({ nulls }), QueryBuildError);
  }
});

Deno.test("materialized of a CTE is true or false, not any text", () => {
  for (const materialized of [untyped("no"), untyped("false")]) {
    assertThrows(() => cte("t", User.select("id"), { materialized }), QueryBuildError, "Invalid materialized");
  }
});

/** What `createTable()` would make of a column. */
function defining(type: unknown): () => unknown {
  const shape = { id: primaryKey(), word: column(z.string(), { type: untyped(type) }) };
  return () => (class Word extends ActiveRecord.define("words", shape) {}).tableName;
}

Deno.test("a column's type ends up in DDL, so its kind is a known one and its lengths are numbers", () => {
  for (const kind of ["text); DROP TABLE users; --", "constructor", "__proto__", "", null]) {
    assertThrows(defining(kind ?? { kind }), ConfigurationError, "its type must be one of int32");
  }
  const text = "1); DROP TABLE users; --";
  assertThrows(defining({ kind: "string", length: text }), ConfigurationError, "the length of its type");
  assertThrows(defining({ kind: "decimal", precision: text }), ConfigurationError, "the precision of its type");
  assertThrows(defining({ kind: "decimal", precision: 5, scale: text }), ConfigurationError, "the scale of its type");
  assertThrows(defining({ kind: "array", element: { kind: "string", length: -1 } }), ConfigurationError, "the length");
});

Deno.test("an unknown naming of a model is refused by name", () => {
  const options = { naming: untyped("kebab") };
  assertThrows(
    () => (class Word extends ActiveRecord.define("words", { id: primaryKey() }, options) {}).tableName,
    ConfigurationError,
    "Invalid naming",
  );
});

Deno.test("columns and tables that differ in capitals only are refused, since SQLite reads one for the other", () => {
  const inner = User.select({ word: c.name, WORD: c.age });
  assertThrows(() => User.query().from(inner), QueryBuildError, 'Two columns of rows have the name "WORD"');
  assertThrows(() => User.query().from(cte("t", inner)), QueryBuildError, "Two columns");
  assertThrows(() => User.query().from(values({ é: "int", É: "int" }, [])), QueryBuildError, "Two columns");
  assertThrows(() => User.query().crossJoin({ other: User }).crossJoin({ Other: User }), QueryBuildError, "Two tables");
  assertThrows(() => User.query().crossJoin({ USERS: User }), QueryBuildError, "Two tables");
  const [small, capital] = [cte("t", User.select("id")), cte("T", User.select("id"))];
  assertThrows(() => User.query().withCte(small, capital), QueryBuildError, "Two CTEs");
});
