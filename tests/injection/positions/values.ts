/** Values that conditions and parameters take: nothing but a row with exactly this value may be found. */

import { assertEquals } from "@std/assert";
import { alias, any, fn, sql, tuple, values } from "@rhosocial/activerecord";
import { type Position, takes, untyped } from "../position.ts";
import { Item, Owner } from "../world.ts";

const { c } = Item;

/** No row has it, so a condition that finds one was taken for something else. */
const none = async (found: PromiseLike<readonly unknown[]>) => assertEquals((await found).length, 0);
const all = async (found: PromiseLike<readonly unknown[]>) => assertEquals((await found).length, 3);

/** A text that the table does not hold by chance, since patterns and empty texts fit much. */
const marked = (text: string) => `\u00a7${text}\u00a7`;

/** Values in conditions. */
export const VALUE_POSITIONS: readonly Position[] = [
  takes("where a field", (text) => none(Item.where({ name: text }))),
  takes("where eq", (text) => none(Item.where({ name__eq: text }))),
  takes("where ne", (text) => all(Item.where({ name__ne: text }))),
  takes("where gt and lt", async (text) => void (await Item.where({ name__gt: text, note__lte: text }))),
  takes("where in", (text) => none(Item.where({ name__in: [text, marked(text)] }))),
  takes(
    "where in a long list",
    (text) => none(Item.where({ name__in: Array.from({ length: 20 }, (_, i) => `${text}${i}`) })),
  ),
  takes("where notin", (text) => all(Item.where({ name__notin: [text] }))),
  takes("where between", (text) => none(Item.where({ name__between: [marked(text), marked(text)] }))),
  takes("where like", (text) => none(Item.where({ name__like: marked(text) }))),
  takes("where ilike", (text) => none(Item.where({ name__ilike: marked(text) }))),
  takes("where contains", (text) => none(Item.where({ name__contains: marked(text) }))),
  takes("where icontains", (text) => none(Item.where({ name__icontains: marked(text) }))),
  takes("where startswith", (text) => none(Item.where({ name__startswith: marked(text) }))),
  takes("where endswith", (text) => none(Item.where({ name__endswith: marked(text) }))),
  takes("where regex", (text) => Item.where({ name__regex: text }).all(), { mayBeMalformed: true }),
  takes("where a number", (text) => Item.where({ age: untyped(text) }).all()),
  takes("where a fraction", (text) => Item.where({ price: untyped(text) }).all()),
  takes("where a date", (text) => Item.where({ born: untyped(text) }).all()),
  takes("where in a list of numbers", (text) => Item.where({ age__in: [1, untyped(text)] }).all()),
  takes("where isnull", (text) => Item.where({ note__isnull: untyped(text) }).all()),
  takes("where in no list", (text) => Item.where({ name__in: untyped(text) }).all()),
  takes("expression in no list", (text) => Item.where(c.name.in(untyped(text))).all()),
  takes("expression eq", (text) => none(Item.where(c.name.eq(text)))),
  takes("expression isDistinctFrom", (text) => all(Item.where(c.name.isDistinctFrom(text)))),
  takes("expression plus", (text) => Item.select({ v: c.age.plus(untyped(text)) }).all()),
  takes("tuple", (text) => none(Item.where(tuple(c.name, c.age).eq([text, 1])))),
  takes("tuple in", (text) => none(Item.where(tuple(c.name, c.age).in([[text, 1], ["b", 2]])))),
  takes("subquery", (text) => none(Item.where({ ownerId__in: Owner.where({ title: text }).select("id") }))),
  takes("any of a subquery", (text) => none(Item.where(c.ownerId.eq(any(Owner.where({ title: text }).select("id")))))),
  takes("an alias' column", (text) => none(alias(Item, "other").query().where((o) => o.name.eq(text)))),
  takes("having", (text) => none(Item.select("name").groupBy("name").having((o) => fn.max(o.name).eq(text)))),
  takes("values()", async (text) => {
    const rows = values({ word: "string", n: "int" }, [{ word: text, n: 1 }]);
    assertEquals(await Item.query().from(rows), [{ word: text, n: 1 }]);
  }),
  takes("values() of numbers", (text) => Item.query().from(values({ n: "int" }, [{ n: untyped(text) }])).all()),
  takes("sql template", (text) => none(Item.where(sql<boolean>`${c.name} = ${text}`))),
  takes("sql.join", (text) => none(Item.where(sql<boolean>`${c.name} in (${sql.join([text, marked(text)])})`))),
  takes("where text with a list", (text) => none(Item.where("name = ?", [text]))),
  takes("where text with a map", (text) => none(Item.where("name = :v OR name = :v", { v: text }))),
  takes("find", (text) => Item.find(text)),
  takes("find by field", (text) => Item.find({ id: untyped(text) })),
  takes("findBy", async (text) => assertEquals(await Item.findBy({ name: text }), null)),
  takes("exists", async (text) => assertEquals(await Item.exists({ name: text }), false)),
  takes("a condition in with()", async (text) => {
    const owners = await Owner.query().with({ items: (q) => q.where({ name: text }) });
    assertEquals(owners.flatMap((owner) => [...owner.items]), []);
  }),
  takes("a condition in whereHas()", (text) => none(Owner.query().whereHas("items", (q) => q.where({ name: text })))),
];
