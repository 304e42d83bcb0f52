/** Names that a query makes up: they come back as they were given. */

import { assert, assertEquals } from "@std/assert";
import { alias, type Attributes, type Columns, cte, fn, recursiveCte, sql, values } from "@rhosocial/activerecord";
import { names, type Position, untyped } from "../position.ts";
import { Item, Owner } from "../world.ts";

const { c } = Item;

/** A row with this one key and no other. */
function assertRow(row: object | undefined, key: string, value: unknown): void {
  assert(row !== undefined);
  assertEquals(Object.keys(row), [key]);
  assertEquals((row as Record<string, unknown>)[key], value);
}

const ada = () => Item.where({ id: 1 });

/** Names in queries. */
export const NAME_POSITIONS: readonly Position[] = [
  names("key of select", async (key) => assertRow((await ada().select({ [key]: c.name }))[0], key, "Ada")),
  names("two keys of select", async (key) => {
    const [row] = await ada().select({ [key]: c.name, [`${key}2`]: c.id });
    assertEquals(Object.keys(row!).sort(), [key, `${key}2`].sort());
  }),
  names("key of a derived table", async (key) => {
    const inner = ada().select({ [key]: c.name });
    const rows = Item.query().from(inner).where(untyped({ [key]: "Ada" })).orderBy(key, `-${key}`);
    assertRow((await rows)[0], key, "Ada");
    assertEquals((await rows.where(untyped({ [`${key}__in`]: ["Ada"] }))).length, 1);
  }),
  names("key of a union", async (key) => {
    const one = ada().select({ [key]: c.name });
    assertRow((await one.union(one))[0], key, "Ada");
  }),
  names("key of a grouped select", async (key) => {
    assertRow((await ada().select({ [key]: fn.count() }).groupBy("name"))[0], key, 1);
  }),
  names("alias of a derived table", async (name) => {
    assertEquals(await Item.query().from(ada().select("name"), name), [{ name: "Ada" }]);
  }),
  names("alias of a model", async (name) => {
    assertEquals(await alias(Item, name).query().where({ id: 1 }).pluck("name"), ["Ada"]);
  }),
  names("alias in a subquery", async (name) => {
    const other = alias(Item, name);
    assertEquals(
      await Item.where((o) => o.age.lte(fn.least(o.age, o.age))).where({
        id__in: other.query().where((o) => o.age.eq(36)).select("id"),
      }).pluck("id"),
      [1],
    );
  }),
  names("name of a join", async (name) => {
    const query = ada().join({ [name]: Owner }, (o, j) => j[name]!.id.eq(o.ownerId));
    assertEquals(await query.select((_, j) => ({ v: j[name]!.title })), [{ v: "first" }]);
  }),
  names("name of a left join beside another", async (name) => {
    const query = ada().leftJoin({ Other: Owner }, (o, j) => j.Other.id.eq(o.ownerId))
      .leftJoin({ [name]: Owner }, (o, j) => j[name]!.id.eq(o.ownerId));
    assertEquals(await query.select((_, j) => ({ v: j[name]!.title, w: j.Other.title })), [{ v: "first", w: "first" }]);
  }),
  names("name of the join of a relation", async (name) => {
    const query = ada().join("owner", { as: name });
    assertEquals(await query.select((_, j) => ({ v: untyped((j as never)[name]["title"]) })), [{
      v: untyped("first"),
    }]);
  }),
  names("name of a cross join", async (name) => {
    assertEquals((await ada().crossJoin({ [name]: Owner })).length, 2);
  }),
  names("name of a lateral join", async (name) => {
    const query = ada().joinLateral({
      [name]: (o: Columns<Attributes<typeof Item>>) => Owner.where((w) => w.id.eq(o.ownerId)).select("title"),
    });
    assertEquals(await query.select((_, j) => ({ v: j[name]!.title })), [{ v: "first" }]);
  }, { requires: "lateral" }),
  names("name of a CTE", async (name) => {
    const table = cte(name, ada().select("id", "name"));
    assertEquals(await Item.query().from(table), [{ id: 1, name: "Ada" }]);
    assertEquals(await Item.query().join({ t: table }, (o, j) => j.t.id.eq(o.id)).pluck("name"), ["Ada"]);
  }, { requires: "cte" }),
  names("column of a CTE", async (key) => {
    assertRow((await Item.query().from(cte("t", ada().select({ [key]: c.name }))))[0], key, "Ada");
  }, { requires: "cte" }),
  names("name of a recursive CTE", async (name) => {
    const start = ada().select("id", "ownerId");
    const table = recursiveCte(
      name,
      start,
      (self) => Item.query().join({ self }, (o, j) => j.self.ownerId.eq(o.id)).select("id", "ownerId"),
      { maxDepth: 3 },
    );
    assert((await Item.query().from(table)).length > 0);
  }, { requires: "cte.recursive" }),
  names("name of a window", async (name) => {
    const query = ada().select({ v: fn.rowNumber().over(name) }).window(name, { orderBy: c.id });
    assertEquals(await query, [{ v: 1 }]);
  }, { requires: "windowFunctions" }),
  names("column of values()", async (key) => {
    assertRow((await Item.query().from(values({ [key]: "string" }, [{ [key]: "a" }])))[0], key, "a");
  }),
  names("column of no values()", async (key) => {
    assertEquals(await Item.query().from(values({ [key]: "string" }, [])), []);
  }),
  names("name of an aggregate of a relation", async (name) => {
    const [owner] = await Owner.where({ id: 1 }).withAggregate(name, "items", (o) => fn.max(o.name));
    assertEquals(Object.getOwnPropertyDescriptor(owner!, name)?.value, "Bob");
  }),
  names("sql.identifier", async (name) => {
    const query = Item.query().from(ada().select({ [name]: c.name }), "t");
    assertEquals(await query.where(sql<boolean>`${sql.identifier("t", name)} = ${"Ada"}`).count(), 1);
  }),
  names("collation", async (name) => {
    await Item.orderBy(c.name.collate(name).asc()).pluck("id");
  }, { mayBeMissing: true }),
];
