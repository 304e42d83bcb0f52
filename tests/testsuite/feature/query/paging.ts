import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  decimal,
  fn,
  InvalidCursorError,
  primaryKey,
  QueryBuildError,
  type QueryOf,
  sql,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Item extends ActiveRecord.define("page_items", {
  id: primaryKey(),
  rank: z.int().nullable(),
  name: z.string().max(20),
  price: decimal(10, 2, { nullable: true }),
  at: z.date().nullable(),
  score: z.number().nullable(),
  state: z.enum(["open", "closed", "new"]).nullable().default(null),
  flag: z.boolean().default(false),
  big: z.bigint().nullable().default(null),
  code: z.uuid().nullable().default(null),
  secret: column(z.string().max(20).default("s"), { hidden: true }),
}) {}

class Entry extends ActiveRecord.define("page_entries", {
  station: primaryKey(z.string().max(20)),
  hour: primaryKey(z.int()),
  value: z.int(),
}) {}

/** Rows with many equal values and NULLs, always the same. */
async function fill(count = 60): Promise<void> {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const maybe = <T>(value: T): T | null => next(4) === 0 ? null : value;
  await Item.insertMany(Array.from({ length: count }, () => ({
    rank: maybe(next(4) - 1),
    name: `n${next(3)}`,
    price: maybe(`${next(12)}.${next(2)}0`),
    at: maybe(new Date(Date.UTC(2030, 0, 1 + next(3), 0, 0, 0, next(2) * 500))),
    score: maybe(next(5) / 4),
    state: maybe((["open", "closed", "new"] as const)[next(3)]!),
    flag: next(2) === 0,
    big: maybe(2n ** 60n + BigInt(next(4))),
    code: maybe(`00000000-0000-4000-8000-00000000000${next(4)}`),
  })));
}

type Query = QueryOf<typeof Item>;

/** Goes through all pages, and back again. */
async function walk(query: Query, size: number): Promise<number[]> {
  const pages: number[][] = [];
  let cursor: string | null = null;
  let back: string | null = null;
  do {
    const page: Awaited<ReturnType<Query["cursor"]>> = await query.cursor(cursor, { size });
    assert.equal(page.previous === null, pages.length === 0);
    pages.push(page.items.map(({ id }) => id));
    cursor = page.next;
    back = page.previous;
  } while (cursor !== null);
  const returned = [pages.at(-1)!];
  while (back !== null) {
    const page: Awaited<ReturnType<Query["cursor"]>> = await query.cursor(back, { size });
    assert.ok(page.next !== null);
    returned.unshift(page.items.map(({ id }) => id));
    back = page.previous;
  }
  assert.deepEqual(returned, pages);
  return pages.flat();
}

const { c } = Item;
const ORDERS: Readonly<Record<string, (query: Query) => Query>> = {
  "the key": (query) => query,
  "a field with NULLs": (query) => query.orderBy("rank"),
  "a field with NULLs, descending": (query) => query.orderBy("-rank"),
  "several fields in mixed directions": (query) => query.orderBy("-rank", "name", "-score"),
  "NULLs put first": (query) => query.orderBy(c.rank.desc({ nulls: "first" }), c.score.asc({ nulls: "first" })),
  "NULLs put last": (query) => query.orderBy(c.score.asc({ nulls: "last" }), c.rank.desc({ nulls: "last" })),
  "decimals": (query) => query.orderBy("price", "-id"),
  "moments": (query) => query.orderBy("-at", "price"),
  "numbers with fractions": (query) => query.orderBy("-score"),
  "words of an enum": (query) => query.orderBy("-state", "rank"),
  "yes and no": (query) => query.orderBy("flag", "-state"),
  "large integers": (query) => query.orderBy("-big", "name"),
  "UUIDs": (query) => query.orderBy("code", "-flag"),
  "an expression": (query) => query.orderBy(fn.coalesce(c.rank, 7), "-name"),
  "a template": (query) => query.orderBy(sql`${c.rank} + 1`),
  "the key in the middle": (query) => query.orderBy("name", "-id", "rank"),
};

/** Pages by number and by cursor. */
export const paging: SuiteGroup = group("query/paging", [...basicModels, Item, Entry], (test) => {
  test("paginate() gives a page with totals", async () => {
    await fill(23);
    const ids = await Item.query().orderBy("id").pluck("id");
    const first = await Item.query().paginate(1, 10);
    assert.deepEqual({ ...first, items: first.items.map(({ id }) => id) }, {
      items: ids.slice(0, 10),
      ...{ page: 1, size: 10, total: 23, pages: 3, hasPrevious: false, hasNext: true },
    });
    const last = await Item.query().paginate(3, 10);
    assert.deepEqual([last.items.length, last.hasPrevious, last.hasNext], [3, true, false]);
    const beyond = await Item.query().paginate(9, 10);
    assert.deepEqual([beyond.items, beyond.total, beyond.hasNext], [[], 23, false]);
    assert.equal((await Item.query().paginate()).size, 25);
    assert.ok(first.items[0] instanceof Item);
  });

  test("paginate() counts what fits the conditions, with relations loaded", async ({ backend }) => {
    for (const name of ["Ada", "Bob", "Cid"]) {
      const user = await makeUser(name);
      await user.posts.create({ title: name });
    }
    const query = User.where({ name__ne: "Bob" }).orderBy("-name").with("posts");
    const page = await assertQueries(backend, 3, () => query.paginate(1, 5));
    assert.deepEqual([page.total, page.items.map((user) => user.posts.length)], [2, [1, 1]]);
  });

  test("paginate() of nothing asks only for the number", async ({ backend }) => {
    const page = await assertQueries(backend, 1, () => User.query().paginate(1, 5));
    assert.deepEqual([page.items, page.total, page.pages, page.hasPrevious], [[], 0, 0, false]);
  });

  test("pages of rows with equal values leave none out", async () => {
    await fill(30);
    const seen: number[] = [];
    for (let number = 1; number <= 10; number++) {
      seen.push(...(await Item.orderBy("name").paginate(number, 3)).items.map(({ id }) => id));
    }
    assert.equal(new Set(seen).size, 30);
  });

  test("paginate() of plain rows and of groups", async () => {
    await fill(30);
    const rows = await Item.select("id", "name").orderBy("-id").paginate(2, 7);
    assert.deepEqual([rows.items.length, Object.keys(rows.items[0]!), rows.total], [7, ["id", "name"], 30]);
    const groups = Item.select({ name: c.name, n: fn.count() }).groupBy("name");
    const page = await groups.orderBy("name").paginate(2, 2);
    assert.deepEqual([page.items.map(({ name }) => name), page.total, page.pages], [["n2"], 3, 2]);
    await errorOf(QueryBuildError, () => groups.paginate(1, 2));
  });

  test("a page and a size that cannot be are refused, naming them", async ({ backend }) => {
    const query = User.query();
    await assertQueries(backend, 0, async () => {
      for (const page of [0, -1, 1.5, NaN, "2" as never]) {
        assert.match(
          (await errorOf(QueryBuildError, () => query.paginate(page, 5))).message,
          /page of paginate of User/,
        );
      }
      for (const size of [0, -1, 1.5, NaN, "2" as never]) {
        assert.match(
          (await errorOf(QueryBuildError, () => query.paginate(1, size))).message,
          /size of paginate of User/,
        );
        assert.match(
          (await errorOf(QueryBuildError, () => query.cursor(null, { size }))).message,
          /size of cursor of User/,
        );
      }
      for (const sized of [query.limit(5), query.offset(5)]) {
        assert.match((await errorOf(QueryBuildError, () => sized.paginate())).message, /(limit|offset) in paginate/);
        assert.match((await errorOf(QueryBuildError, () => sized.cursor())).message, /(limit|offset) in cursor/);
      }
    });
  });

  for (const [name, ordered] of Object.entries(ORDERS)) {
    test(`cursor() gives every row once, forward and back, in the order of ${name}`, async () => {
      await fill();
      const query = ordered(Item.query());
      for (const size of [1, 7, 60]) {
        const seen = await walk(query, size);
        // The rows of equal places come by key, which the plain query need not do.
        assert.deepEqual(seen, await query.orderBy("id").pluck("id"), `pages of ${size}`);
      }
    });
  }

  test("cursor() is not led astray by rows that come and go", async () => {
    await fill(20);
    const query = Item.orderBy("name", "-id");
    const first = await query.cursor(null, { size: 5 });
    const expected = (await query.pluck("id")).slice(5, 10);
    await first.items[0]!.delete();
    await first.items[4]!.delete(); // the very row at which the page ended
    await Item.create({ rank: 1, name: "a", price: null, at: null, score: null }); // before all others
    const second = await query.cursor(first.next, { size: 5 });
    assert.deepEqual(second.items.map(({ id }) => id), expected);
  });

  test("cursor() goes by a composite key, with conditions and relations", async () => {
    await Entry.insertMany(
      ["a", "b"].flatMap((station) => [1, 2, 3].map((hour) => ({ station, hour, value: hour % 2 }))),
    );
    const query = Entry.where({ value: 1 }).orderBy("value");
    const first = await query.cursor(null, { size: 3 });
    const second = await query.cursor(first.next, { size: 3 });
    const names = [...first.items, ...second.items].map(({ station, hour }) => `${station}${hour}`);
    assert.deepEqual([names, second.next], [["a1", "a3", "b1", "b3"], null]);
    await User.insertMany([userValues("Ada"), userValues("Bob")]);
    const [user] = (await User.with("posts").cursor(null, { size: 1 })).items;
    assert.equal(user!.posts.length, 0);
  });

  test("cursor() of plain rows gives only what was selected", async () => {
    await fill(10);
    const query = Item.select("name").orderBy("-rank");
    const first = await query.cursor(null, { size: 6 });
    const second = await query.cursor(first.next, { size: 6 });
    assert.deepEqual([first.items.length, second.items.length], [6, 4]);
    assert.deepEqual(Object.keys(first.items[0]!), ["name"]);
  });

  test("cursor() of an empty table leads nowhere", async () => {
    assert.deepEqual(await Item.query().cursor(), { items: [], next: null, previous: null });
  });

  test("a cursor of another query is refused, naming the clause", async ({ backend }) => {
    await fill(10);
    const { next } = await Item.where({ name: "n1" }).orderBy("rank").cursor(null, { size: 1 });
    const others = {
      where: [
        Item.where({ name: "n2" }).orderBy("rank"),
        Item.query().orderBy("rank"),
        Item.where({ id: 1 }).orderBy("rank"),
      ],
      orderBy: [Item.where({ name: "n1" }).orderBy("-rank"), Item.where({ name: "n1" })],
      from: [Post.query()],
    };
    await assertQueries(backend, 0, async () => {
      for (const [clause, queries] of Object.entries(others)) {
        for (const query of queries) {
          const error = await errorOf(InvalidCursorError, () => query.cursor(next));
          assert.deepEqual([error.clause, error.message.includes(clause)], [clause, true]);
          assert.ok(error instanceof QueryBuildError);
        }
      }
    });
  });

  test("a cursor that was changed is refused, in any of its letters", async ({ backend }) => {
    await fill(10);
    const query = Item.orderBy("rank");
    const next = (await query.cursor(null, { size: 1 })).next!;
    assert.match(next, /^[\w-]+$/); // fits into a URL
    await assertQueries(backend, 0, async () => {
      for (let i = 0; i < next.length - 1; i++) {
        const changed = `${next.slice(0, i)}${next[i] === "A" ? "B" : "A"}${next.slice(i + 1)}`;
        assert.equal((await errorOf(InvalidCursorError, () => query.cursor(changed))).clause, "cursor");
      }
      for (const broken of ["", "x", next.slice(4), `${next}AAAA`, "é", "' OR 1=1 --"]) {
        await errorOf(InvalidCursorError, () => query.cursor(broken));
      }
      await errorOf(QueryBuildError, () => query.cursor(5 as never));
    });
  });

  test("cursors are signed with the key of the backend", async ({ backend }) => {
    await fill(5);
    const query = Item.orderBy("rank");
    try {
      backend.cursorKey = "a secret of the application";
      const { next } = await query.cursor(null, { size: 2 });
      assert.equal((await query.cursor(next, { size: 2 })).items.length, 2);
      backend.cursorKey = new TextEncoder().encode("a secret of the application");
      assert.equal((await query.cursor(next, { size: 2 })).items.length, 2);
      backend.cursorKey = "another secret of the application";
      await errorOf(InvalidCursorError, () => query.cursor(next));
      backend.cursorKey = "short";
      await assert.rejects(() => query.cursor(null, { size: 2 }), /cursorKey: it has 5 bytes/);
    } finally {
      backend.cursorKey = undefined;
    }
  });

  test("cursor() refuses an order by a hidden field, groups and distinct rows", async () => {
    await errorOf(QueryBuildError, () => Item.orderBy("secret").cursor());
    await errorOf(QueryBuildError, () => Item.query().distinct().cursor());
    await errorOf(QueryBuildError, () => Item.select("name").groupBy("name").orderBy("name").cursor());
  });

  test("eachRecord() gives every record once while rows are changed and removed", async () => {
    await fill(25);
    const seen: number[] = [];
    for await (const item of Item.where({ name__ne: "n9" }).eachRecord({ batchSize: 4 })) {
      seen.push(item.id);
      if (seen.length % 3 === 0) await item.delete();
      else await item.update({ name: "n1", rank: 99 });
    }
    assert.deepEqual(seen.length, 25);
    assert.equal(new Set(seen).size, 25);
    for await (const _ of Item.query().eachRecord({ batchSize: 2 })) break;
    assert.equal(await Item.count(), 17);
  });
});
