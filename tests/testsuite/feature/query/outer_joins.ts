import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  alias,
  any,
  type Columns,
  cte,
  exists,
  type Expression,
  fn,
  primaryKey,
  type Source,
  type Truth,
  tuple,
} from "../../../../mod.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Visit extends ActiveRecord.define("outer_visits", {
  id: primaryKey(z.int()),
  place: z.string().max(20).nullable(),
  size: z.int().nullable(),
  seen: z.date().nullable(),
}) {}

const { c } = Visit;
const late = new Date("2024-05-01T00:00:00.000Z");
const early = new Date("1970-01-01T00:00:00.000Z");

/** What is computed for each visit but the first, of which nothing may be NULL. */
const computed = () =>
  Visit.where({ id__gt: 1 }).select({
    id: c.id,
    place: fn.coalesce(c.place, "?"),
    size: fn.coalesce(c.size, 4),
    seen: fn.coalesce(c.seen, early),
    one: fn.cast(c.id.gt(0), "int"),
  });

async function visits(): Promise<void> {
  await Visit.insertMany([
    { id: 1, place: "a", size: 7, seen: late },
    { id: 2, place: null, size: null, seen: null },
  ]);
}

type Row = Readonly<Record<keyof typeof NOTHING, unknown>>;

interface Computed {
  readonly id: number | null;
  readonly place: string | null;
  readonly size: number | null;
  readonly seen: Date | null;
  readonly one: number | null;
}

/** Columns of visits that need not be there. */
type Other = Columns<{ readonly [K in "id" | "size"]: number | null } & { readonly place: string | null }>;

/** What is made of it. */
const made = (own: Columns<Computed>) => ({
  seen: own.seen,
  later: fn.greatest(own.seen, late),
  isBefore: fn.case().when(own.seen.lt(late), true).else(false),
  isSame: own.seen.eq(own.seen),
  size: fn.coalesce(own.size, fn.least(own.size, 9)),
  place: fn.greatest(own.place, "!"),
  one: own.one.plus(1),
});

const NOTHING = { seen: null, later: null, isBefore: false, isSame: null, size: null, place: null, one: null };
const SECOND = { seen: early, later: late, isBefore: true, isSame: true, size: 4, place: "?", one: 2 };

/** Queries that are joined from the outside, and what they compute. */
export const outerJoins: SuiteGroup = group("query/outer joins", [Visit], (test) => {
  /** Asks twice, once in a query of its own: a server may read a prepared query in another way when it runs again. */
  const expectRows = async (query: Source & { all(): Promise<readonly Row[]> }) => {
    for (const asked of [query, query, Visit.query().from(query), Visit.query().from(query)]) {
      const rows = await asked.all() as readonly Row[]; // those of the query
      assert.deepEqual(rows.toSorted((a, b) => Number(a.isBefore) - Number(b.isBefore)), [NOTHING, SECOND]);
    }
  };

  test("what a query computes is NULL where it has no row, whatever is made of it", async () => {
    await visits();
    const joined = Visit.query().leftJoin({ other: computed() }, (own, { other }) => other.id.eq(own.id));
    await expectRows(joined.select((_, { other }) => made(other)));
    const deeper = Visit.query().from(computed());
    const below = Visit.query().leftJoin({ other: deeper }, (own, { other }) => other.id.eq(own.id));
    await expectRows(below.select((_, { other }) => made(other)));
  });

  test("so it is of a query with a name, and of one that reads it", { requires: ["cte"] }, async () => {
    await visits();
    const named = cte("named", computed());
    const joined = Visit.query().leftJoin({ named }, (own, j) => j.named.id.eq(own.id));
    await expectRows(joined.select((_, j) => made(j.named)));
    const other = Visit.query().from(named);
    const below = Visit.query().leftJoin({ other }, (own, j) => j.other.id.eq(own.id));
    await expectRows(below.select((_, j) => made(j.other)));
  });

  test("so it is in front of a right join", { requires: ["join.right"] }, async () => {
    await visits();
    const joined = Visit.query().from(computed()).rightJoin({ own: Visit }, (other, { own }) => own.id.eq(other.id));
    await expectRows(joined.select(made));
  });

  test("a join that looks in a query finds partners only where the query has rows", async () => {
    await visits();
    await Visit.insertMany([3, 4].map((id) => ({ id, place: "b", size: id, seen: null })));
    const twin = alias(Visit, "twin");
    const ids = (place: string) => Visit.where({ place }).select("size");
    const like = (own: typeof c, place: string) =>
      exists(twin.query().where(twin.c.place.eq(place).and(twin.c.size.eq(own.size))));
    const found = async (on: (own: typeof c) => Expression<boolean | null>) => {
      const joined = Visit.query().leftJoin({ other: Visit }, (_, { other }) => on(other));
      return await joined.orderBy("id").select((own, { other }) => ({ id: own.id, other: other.id })).all();
    };
    const none = [1, 2, 3, 4].map((id) => ({ id, other: null }));
    const first = [1, 2, 3, 4].map((id) => ({ id, other: 1 }));
    assert.deepEqual(await found((own) => own.size.in(ids("nowhere"))), none);
    assert.deepEqual(await found((own) => own.size.in(ids("a"))), first);
    assert.deepEqual(await found((own) => own.id.isNotNull().and(like(own, "nowhere"))), none);
    assert.deepEqual(await found((own) => own.id.isNotNull().and(like(own, "a"))), first);
    assert.deepEqual(await found((own) => own.size.eq(any(ids("nowhere")))), none);
    assert.deepEqual(await found((own) => own.id.eq(1).and(own.size.notIn(ids("b")))), first);
  });

  test("so does an inner join in front of a right join", { requires: ["join.right"] }, async () => {
    await visits();
    await Visit.create({ id: 3, place: "b", size: 3, seen: null });
    const pairs = Visit.query()
      .join({ other: Visit }, (_, { other }) => other.size.in(Visit.where({ place: "nowhere" }).select("size")))
      .rightJoin({ last: Visit }, (_, { last }) => last.id.isNotNull());
    const rows = await pairs.select((_, { other, last }) => ({ other: other.id, last: last.id }))
      .orderBy((_, { last }) => last.id);
    assert.deepEqual(rows, [1, 2, 3].map((last) => ({ other: null, last })));
  });

  test("a row without partner has no value, whatever is looked for beside other conditions", async () => {
    await visits();
    const conditions: readonly ((own: typeof c, other: Other) => Expression<Truth>)[] = [
      (own, other) => own.size.eq(4).or(other.size.eq(5)),
      (own, other) => own.size.eq(4).or(other.size.eq(own.size)),
      (own, other) => own.size.eq(4).or(other.size.in([5])),
      (own, other) => own.size.eq(4).or(tuple(other.size, other.id).eq([5, 6])),
      (own, other) => own.size.eq(4).or(tuple(other.size, other.id).in([[5, 6], [7, 8]])),
      (own, other) => own.size.eq(4).or(tuple(other.size, own.size).gte([8, 6])),
      (own, other) => own.size.isNull().or(other.size.ne(5).not()),
      (own, other) => own.size.ne(4).and(other.size.ne(5)).not(),
      (own, other) => own.size.eq(4).or(own.size.eq(6).or(other.size.eq(5).and(own.id.eq(1)))),
      (_, other) => fn.coalesce(other.place, other.place).eq("b").or(other.size.eq(5)),
      (_, other) => other.id.eq(9).or(other.size.eq(5)),
    ];
    for (const condition of conditions) {
      const joined = Visit.query().leftJoin({ other: Visit }, (own, { other }) => other.id.eq(own.id.plus(9)));
      const found = joined.where({ id: 1 }).where((own, { other }) => condition(own, other));
      assert.deepEqual(await found.select((own, { other }) => ({ id: own.id, size: other.size })), []);
      const present = Visit.query().leftJoin({ other: Visit }, (own, { other }) => other.id.eq(own.id))
        .where({ id: 1 }).where((own, { other }) => condition(own, other).or(other.size.eq(7)));
      assert.deepEqual(await present.select((own, { other }) => ({ id: own.id, size: other.size })), [
        { id: 1, size: 7 },
      ]);
    }
    const inner = Visit.where({ id: 1 }).leftJoin({ other: Visit }, (own, { other }) => other.id.eq(own.id.plus(9)))
      .join({ last: Visit }, (own, { other, last }) => own.size.eq(4).or(other.size.eq(5)).and(last.id.isNotNull()));
    assert.deepEqual(await inner.select((own) => ({ id: own.id })), []);
  });
});
