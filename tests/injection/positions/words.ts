/** Words of which only a few are known: fields, directions, units, relations, options, sizes. */

import { assertEquals } from "@std/assert";
import { cte, fn, QueryBuildError, rollup } from "@rhosocial/activerecord";
import { names, type Position, takes, untyped } from "../position.ts";
import { Item, Owner } from "../world.ts";

const { c } = Item;
const known = (text: string) => Object.hasOwn(Item.shape, text);

const FRAME_WORDS = ["rows", "group"];

/** Anything but a field is refused. */
function field(name: string, use: (field: never) => unknown): Position {
  return names(name, async (text) => {
    if (known(text)) return;
    await use(untyped(text));
    throw new Error("an unknown field was taken");
  });
}

/** Any text is refused. */
function refused(name: string, use: (text: never) => unknown, kind: typeof names = names): Position {
  return kind(name, async (text) => {
    await use(untyped(text));
    throw new Error("an unknown word was taken");
  });
}

const over = (frame: object) => Item.select({ v: fn.sum(c.age).over({ orderBy: c.id, frame }) }).all();

async function drain(rows: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of rows);
}

/** Words. */
export const WORD_POSITIONS: readonly Position[] = [
  field("field of where", (f) => Item.where({ [f]: 1 })),
  field("field of where with a lookup", (f) => Item.where({ [`${f}__gte`]: 1 })),
  refused("lookup of where", (l) => Item.where({ [`name__${l}x`]: "a" })),
  field("field of not", (f) => Item.not({ [f]: 1 })),
  field("orderBy", (f) => {
    if (f !== untyped("-name")) return Item.orderBy(f);
    throw new QueryBuildError("a field the other way round");
  }),
  field("orderBy descending", (f) => Item.orderBy(untyped(`-${f}`))),
  refused("nulls of an order", (w) => Item.orderBy(c.note.asc({ nulls: w })).all()),
  field("groupBy", (f) => Item.select({ n: fn.count() }).groupBy(f)),
  field("select", (f) => Item.select(f)),
  field("pluck", (f) => Item.pluck(f)),
  field("pick", (f) => Item.pick(f)),
  field("count", (f) => Item.count(f)),
  field("sum", (f) => Item.sum(f)),
  field("avg", (f) => Item.avg(f)),
  field("min", (f) => Item.min(f)),
  field("max", (f) => Item.max(f)),
  refused("date unit", (u) => Item.select({ v: fn.dateTrunc(u, c.born) }).all()),
  refused("date part", (u) => Item.select({ v: fn.datePart(u, c.born) }).all()),
  refused("unit of dateAdd", (u) => Item.select({ v: fn.dateAdd(c.born, 1, u) }).all()),
  refused("unit of dateDiff", (u) => Item.select({ v: fn.dateDiff(u, c.born, c.born) }).all()),
  refused("time zone", (zone) => Item.select({ v: fn.datePart("day", c.born, { zone }) }).all()),
  refused("cast type", (t) => Item.select({ v: fn.cast(c.age, t) }).all()),
  refused("frame unit", (unit) => over({ unit: FRAME_WORDS.includes(unit) ? "none" : unit })),
  refused("frame start", (start) => over({ start })),
  refused("frame end", (end) => over({ end })),
  refused("frame exclusion", (exclude) => over({ exclude: FRAME_WORDS.includes(exclude) ? "none" : exclude })),
  refused("frame offset", (preceding) => over({ start: { preceding } }), takes),
  refused("window of no name", (w) => Item.select({ v: fn.rowNumber().over(w) }).all()),
  refused("window option", (o) => fn.rowNumber().over({ [o]: 1 })),
  refused("aggregate option", (o) => fn.count(c.id, { [o]: 1 })),
  refused("grouping term", (t) => rollup(t)),
  refused("materialized of a CTE", (m) => cte("t", Item.select("id"), { materialized: m })),
  refused("relation of with()", (r) => Owner.query().with(r)),
  refused("relation of with() as a key", (r) => Owner.query().with({ [r]: true })),
  refused("relation behind a relation", (r) => Owner.query().with(untyped(`items.${r}`))),
  refused("relation of whereHas", (r) => Owner.query().whereHas(r)),
  refused("relation of join", (r) => Owner.query().join(r)),
  refused("relation of withCount", (r) => Owner.query().withCount(r)),
  refused("join option", (o) => Owner.query().join("items", untyped({ [o]: 1 }))),
  refused("limit", (n) => Item.limit(n).all(), takes),
  refused("offset", (n) => Item.query().offset(n).all(), takes),
  refused("batch size of stream", (batchSize) => drain(Item.query().stream({ batchSize })), takes),
  refused("size of inBatches", (size) => drain(Item.query().inBatches({ size })), takes),
  refused("page of paginate", (page) => Item.orderBy("id").paginate(page), takes),
  refused("size of paginate", (size) => Item.orderBy("id").paginate(1, size), takes),
  refused("size of cursor", (size) => Item.orderBy("id").cursor(null, { size }), takes),
  refused("cursor", (cursor) => Item.orderBy("id").cursor(cursor), takes),
  refused("timeout of withOptions", (timeout) => Item.query().withOptions({ timeout }).all(), takes),
  refused("isolation level", (isolation) => Item.transaction(() => 1, { isolation })),
  refused("transaction option", (o) => Item.transaction(() => 1, { [o]: 1 })),
  refused("transaction timeout", (timeout) => Item.transaction(() => 1, { timeout }), takes),
  refused("retries of a transaction", (retries) => Item.transaction(() => 1, { retries }), takes),
  field("field of updateAll", (f) => Item.where({ id: 2 }).updateAll({ [f]: 1 })),
  field("field of increment", async (f) => await (await Item.find(2))!.increment(f)),
  field("conflict of upsert", (f) => Item.upsert({ id: 2, name: "Bob", ownerId: 1, data: {} }, { conflict: [f] })),
  field(
    "update of upsert",
    (f) => Item.upsert({ id: 2, name: "Bob", ownerId: 1, data: {} }, { conflict: ["id"], update: [f] }),
  ),
  field("update of a record", async (f) => await (await Item.find(2))!.update({ [f]: 1 })),
  refused("amount of increment", async (by) => await (await Item.find(2))!.increment("age", by), takes),
  refused("digits of round", (n) => fn.round(c.price, n), takes),
  refused("count of left", (n) => fn.left(c.name, n), takes),
  refused("start of substring", (n) => fn.substring(c.name, n), takes),
  refused("groups of ntile", (n) => fn.ntile(n), takes),
  refused("offset of lag", (n) => fn.lag(c.name, n), takes),
  refused("length of padStart", (n) => fn.padStart(c.name, n), takes),
  names("a field that create does not know", async (text) => {
    if (!known(text)) await Item.where({ id: 2 }).updateAll({ age: 20 });
    assertEquals(new Item({ name: "x", ownerId: 1, data: {}, ...known(text) ? {} : { [text]: 1 } }).name, "x");
  }),
];
