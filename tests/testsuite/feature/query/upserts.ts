import assert from "node:assert/strict";
import {
  fn,
  QueryBuildError,
  sql,
  UniqueViolationError,
  UnsupportedFeatureError,
  ValidationError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { Page } from "../../fixtures/pages.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Rows that are inserted, or changed where their key is there already. */
export const upserts: SuiteGroup = group("query/upserts", [Page], (test) => {
  const upsert = { requires: ["upsert"] } as const;
  const conditional = { requires: ["upsert", "upsert.where"] } as const;

  test("upsert() with a function makes the new values of those that are there and those given", upsert, async () => {
    const options = {
      conflict: ["url"],
      update: (existing: typeof Page.c, given: typeof Page.c) => ({
        visits: existing.visits.plus(given.visits),
        price: "1.50",
      }),
    } as const;
    const first = await Page.upsert({ url: "/a", visits: 2 }, options);
    const second = await Page.upsert({ url: "/a", visits: 5, price: "9.00" }, options);
    assert.deepEqual([second.id, second.visits, second.price, second.version], [first.id, 7, "1.50", 2]);
    assert.ok(second.updatedAt >= first.updatedAt && second.createdAt.getTime() === first.createdAt.getTime());
    assert.equal(await Page.count(), 1);
  });

  test("upsert() with a condition leaves a row that does not fit as it is, and gives it", conditional, async () => {
    const options = {
      conflict: ["url"],
      where: (existing: typeof Page.c, given: typeof Page.c) => existing.visits.lt(given.visits),
    } as const;
    await Page.upsert({ url: "/a", visits: 5 }, options);
    const kept = await Page.upsert({ url: "/a", visits: 3 }, options);
    assert.deepEqual([kept.visits, kept.version, kept.isPersisted], [5, 1, true]);
    assert.equal((await Page.upsert({ url: "/a", visits: 8 }, options)).visits, 8);
  });

  test("a condition of upsert() compares decimals by value", conditional, async () => {
    const options = {
      conflict: ["url"],
      where: (existing: typeof Page.c, given: typeof Page.c) => existing.price.lt(given.price),
    } as const;
    await Page.upsert({ url: "/a", price: "9.50" }, options);
    assert.equal((await Page.upsert({ url: "/a", price: "10.00" }, options)).price, "10.00");
    assert.equal((await Page.upsert({ url: "/a", price: "9.75" }, options)).price, "10.00");
  });

  test(
    "a condition of upsert() that is no expression is refused",
    conditional,
    async () => {
      const options = { conflict: ["url"], where: (() => true) as never } as const;
      await errorOf(QueryBuildError, () => Page.upsert({ url: "/a" }, options));
      assert.equal(await Page.count(), 0);
    },
  );

  test("a condition that the database cannot put to an upsert is refused", async ({ backend }) => {
    if (!backend.supports("upsert") || backend.supports("upsert.where")) return;
    await assertQueries(
      backend,
      0,
      () =>
        errorOf(
          UnsupportedFeatureError,
          () => Page.upsert({ url: "/a" }, { conflict: ["url"], where: (existing) => existing.visits.gt(1) }),
        ),
    );
  });

  test("a condition of upsert() sees each row as it was, whatever is changed", conditional, async () => {
    const since = new Date("2020-01-01T00:00:00.123Z");
    await Page.upsert({ url: "/a", visits: 5, price: "2.50", tags: ["x"], createdAt: since }, { conflict: ["url"] });
    const counted = (limit: number) => ({
      conflict: ["url"],
      update: (existing: typeof Page.c, given: typeof Page.c) => ({
        visits: existing.visits.plus(given.visits),
        price: given.price,
        tags: ["y"],
      }),
      where: (existing: typeof Page.c) => existing.visits.lt(limit),
    } as const);
    const kept = await Page.upsert({ url: "/a", visits: 1, price: "9.99" }, counted(5));
    assert.deepEqual([kept.visits, kept.price, kept.tags, kept.version], [5, "2.50", ["x"], 1]);
    assert.equal(kept.createdAt.getTime(), since.getTime());
    const changed = await Page.upsert({ url: "/a", visits: 1, price: "9.99" }, counted(6));
    assert.deepEqual([changed.visits, changed.price, changed.tags, changed.version], [6, "9.99", ["y"], 2]);
    assert.equal(changed.createdAt.getTime(), since.getTime());
    // A condition that is NULL fits no more than one that is false.
    await Page.where({ url: "/a" }).updateAll({ price: null });
    const free = { conflict: ["url"], where: (existing: typeof Page.c) => existing.price.lt("5.00") } as const;
    assert.equal((await Page.upsert({ url: "/a", visits: 9 }, free)).visits, 6);
    const text = { conflict: ["url"], where: () => sql<boolean>`write_pages.visits = ${6}` } as const;
    assert.equal((await Page.upsert({ url: "/a", visits: 7, price: "1.00" }, text)).visits, 7);
  });

  test("upsert() with a condition leaves all alone when another unique key is in the way", conditional, async () => {
    const [one, other] = await Page.createMany([{ url: "/a", visits: 1 }, { url: "/b", visits: 2 }]);
    const options = { conflict: ["url"], where: (existing: typeof Page.c) => existing.visits.lt(100) } as const;
    await errorOf(UniqueViolationError, () => Page.upsert({ id: other!.id, url: "/new", visits: 50 }, options));
    await errorOf(
      UniqueViolationError,
      () => Page.upsertMany([{ url: "/a", visits: 9 }, { id: one!.id, url: "/new" }], options),
    );
    assert.deepEqual(await Page.orderBy("url").pluck("url", "visits"), [["/a", 1], ["/b", 2]]);
  });

  test(
    "upsertMany() with a condition changes those that fit, and inserts those that are not there",
    conditional,
    async ({ backend }) => {
      await Page.insertMany([{ url: "/a", visits: 5 }, { url: "/b", visits: 1 }, { url: "/c", visits: 3 }]);
      const rows = [{ url: "/a", visits: 4 }, { url: "/b", visits: 4 }, { url: "/c", visits: 4 }, {
        url: "/d",
        visits: 4,
      }];
      const where = (existing: typeof Page.c, given: typeof Page.c) => existing.visits.lt(given.visits);
      const count = await assertQueries(backend, 1, () => Page.upsertMany(rows, { conflict: ["url"], where }));
      const found = await Page.orderBy("url").pluck("visits", "version");
      assert.deepEqual([count, found], [4, [[5, 1], [4, 2], [4, 2], [4, 1]]]);
    },
  );

  test(
    "columns of upsert() that are made of each other get the values from before, or nothing",
    upsert,
    async ({ backend }) => {
      await Page.upsert({ url: "/a", visits: 5, price: "2.00" }, { conflict: ["url"] });
      const made = (existing: typeof Page.c) => ({ visits: 7, price: fn.cast(existing.visits, "decimal") });
      const page = await Page.upsert({ url: "/a" }, { conflict: ["url"], update: made });
      assert.deepEqual([page.visits, Number(page.price)], [7, 5]);
      const swap = (existing: typeof Page.c) => ({
        visits: fn.coalesce(fn.cast(existing.price, "int"), 0),
        price: fn.cast(existing.visits, "decimal"),
      });
      const both = (existing: typeof Page.c) => existing.visits.gt(1).and(existing.price.gt("1.00"));
      const changes: readonly (readonly [() => Promise<unknown>, visits: number, price: number])[] = [
        [() => Page.upsert({ url: "/a" }, { conflict: ["url"], update: swap }), 5, 7],
        [
          () => Page.upsertMany([{ url: "/a", visits: 3, price: "4.00" }], { conflict: ["url"], update: swap }),
          5,
          7,
        ],
        ...backend.supports("upsert.where")
          ? [[
            () => Page.upsert({ url: "/a", visits: 3, price: "4.00" }, { conflict: ["url"], where: both }),
            3,
            4,
          ]] as const
          : [],
      ];
      for (const [change, visits, price] of changes) {
        await Page.where({ url: "/a" }).updateAll({ visits: 7, price: "5.00" });
        const sent: string[] = [];
        const off = backend.on("query", ({ sql }) => void sent.push(sql));
        const error = await change().then(() => null, (reason) => reason);
        off();
        const found = (await Page.query().pluck("visits", "price")).map((values) => values.map(Number));
        if (error === null) assert.deepEqual(found, [[visits, price]]);
        else {
          assert.ok(error instanceof UnsupportedFeatureError, String(error));
          assert.deepEqual([sent, found], [[], [[7, 5]]]);
        }
      }
    },
  );

  test("upsertMany() inserts and changes rows with few statements", upsert, async ({ backend }) => {
    await Page.insertMany([{ url: "/1", visits: 10 }, { url: "/2", visits: 20 }]);
    const rows = Array.from({ length: 50 }, (_, i) => ({ url: `/${i}`, visits: i }));
    const count = await assertQueries(backend, 1, () => Page.upsertMany(rows, { conflict: ["url"] }));
    assert.deepEqual([count, await Page.count(), await Page.where({ url: "/2" }).pick("visits")], [50, 50, 2]);
    const added = {
      update: (existing: typeof Page.c, given: typeof Page.c) => ({ visits: existing.visits.plus(given.visits) }),
    };
    await assertQueries(
      backend,
      2,
      () => Page.upsertMany(rows.slice(0, 4), { conflict: ["url"], batchSize: 2, ...added }),
    );
    assert.equal(await Page.where({ url: "/3" }).pick("visits"), 6);
    assert.equal(await Page.upsertMany([], { conflict: ["url"] }), 0);
  });

  test(
    "upsertMany() refuses the same key twice, wrong rows and an unknown field, and writes nothing",
    upsert,
    async () => {
      await errorOf(
        QueryBuildError,
        () => Page.upsertMany([{ url: "/a" }, { url: "/b" }, { url: "/a" }], { conflict: ["url"] }),
      );
      const error = await errorOf(
        ValidationError,
        () => Page.upsertMany([{ url: "/a" }, { url: "/b", visits: -1 }], { conflict: ["url"] }),
      );
      assert.deepEqual(error.issues.map(({ path }) => path), [[1, "visits"]]);
      await errorOf(QueryBuildError, () => Page.upsertMany([{ url: "/a" }], { conflict: [] }));
      const wrong = { conflict: ["url"], update: () => ({}) } as const;
      await errorOf(QueryBuildError, () => Page.upsertMany([{ url: "/a" }], wrong));
      assert.equal(await Page.count(), 0);
    },
  );
});
