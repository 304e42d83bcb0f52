import { assertEquals } from "@std/assert";
import { z } from "zod";
import { queriesIn, useOfOwnTable } from "../../core/ast/own_table.ts";
import { ActiveRecord, alias, cte, exists, fn, primaryKey, sql } from "../../mod.ts";

class Item extends ActiveRecord.define("items", { id: primaryKey(), age: z.int() }) {}
class Tag extends ActiveRecord.define("tags", { id: primaryKey(), itemId: z.int() }) {}

const { c } = Item;
const other = alias(Item, "other");
const table = { kind: "table", name: "items" } as const;

Deno.test("useOfOwnTable() tells whether a subquery reads a table, and uses columns of its changed row", () => {
  const uses = [
    [Tag.select("id"), false, false],
    [Tag.where((t) => t.itemId.eq(c.id)).select("id"), false, true],
    [Item.select("id"), true, false],
    [Item.where({ age: 1 }).union(Item.where({ age: 2 })), true, false],
    [Tag.where(exists(Item.where({ age: 1 }))), true, false],
    [other.query().where((o) => o.age.eq(1)), true, false],
    [other.query().where((o) => o.age.eq(c.age)), true, true],
    [Tag.query().from(cte("t", Item.select("id"))), true, false],
    [other.query().where(sql`items.age > ${1}`), true, true],
    [other.query().where(sql`age > ${1}`), true, false],
    [other.query().where(sql`other.age > ${sql.identifier("items", "age")}`), true, true],
  ] as const;
  for (const [query, reads, refers] of uses) {
    assertEquals(useOfOwnTable(query.toNode(), table), { reads, refers }, JSON.stringify(query.toNode()));
  }
});

Deno.test("queriesIn() finds the queries of an expression", () => {
  const value = c.age.plus(Item.select({ age: fn.max(c.age) }).scalar() as never);
  assertEquals(queriesIn(value.node).length, 1);
  assertEquals(queriesIn(c.age.eq(1).node), []);
});
