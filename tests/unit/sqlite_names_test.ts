import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, column, cte, primaryKey, QueryBuildError, values } from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";

class Word extends ActiveRecord.define("words", {
  id: primaryKey(),
  word: z.string(),
  flag: column(z.string(), { name: "true" }),
}) {}
Word.configure(new SQLiteBackend({ database: ":memory:" }));

Deno.test("a column true or false of an inner query is refused, since SQLite calls it something else", () => {
  const { c } = Word;
  for (const key of ["true", "FALSE"]) {
    const inner = Word.select({ [key]: c.word });
    for (
      const query of [
        Word.query().from(inner),
        Word.query().from(inner.union(inner)),
        Word.query().from(values({ [key]: "int" }, [])),
        Word.query().from(cte("t", inner)),
        Word.query().crossJoin({ inner }),
      ]
    ) assertThrows(() => query.toSQL(), QueryBuildError, "SQLite gives it another name");
  }
  const records = Word.query();
  assertThrows(() => records.union(records).toSQL(), QueryBuildError);
});

Deno.test("a column true of a table is one like any other", async () => {
  await Word.createTable();
  await Word.create({ word: "a", flag: "f" });
  assertEquals(await Word.where({ flag: "f" }).select({ false: Word.c.flag }), [{ false: "f" }]);
});

Deno.test("a pattern that is too long for SQLite is refused before it is sent", async () => {
  await assertRejects(() => Word.where({ word__contains: "é".repeat(25_001) }).all(), QueryBuildError, "50000 bytes");
  assertEquals(await Word.where({ word__contains: "é".repeat(24_998) }).all(), []);
});
