import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, type Expression, fn, primaryKey, QueryBuildError, type Truth } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Doc extends ActiveRecord.define("docs", {
  id: primaryKey(z.int()),
  num: z.int().default(0),
  data: z.object({
    theme: z.string().optional(),
    n: z.number().nullable().optional(),
    on: z.boolean().optional(),
    any: z.json().optional(),
    address: z.object({ city: z.string(), geo: z.array(z.number()).optional() }).optional(),
    tags: z.array(z.string()).optional(),
    lines: z.array(z.object({ sku: z.string(), count: z.int() })).optional(),
  }).nullable(),
  odd: z.record(z.string(), z.number()).default({}),
}) {}

const { c } = Doc;

async function docs(): Promise<void> {
  await Doc.insertMany([
    {
      id: 1,
      num: 5,
      data: {
        theme: "dark",
        n: 5,
        on: true,
        any: "5",
        address: { city: "Oslo", geo: [59.9, 10.7] },
        tags: ["a", "b"],
        lines: [{ sku: "x", count: 2 }, { sku: "y", count: 1 }],
      },
    },
    { id: 2, num: 10, data: { theme: "Light", n: 10, on: false, any: 5, address: { city: "Rome" }, tags: [] } },
    { id: 3, data: { theme: "5", n: null, any: true } },
    { id: 4, data: {} },
    { id: 5, data: null },
    { id: 6, data: { n: -1.5, any: { b: [1, { c: 2 }], a: null } } },
  ]);
}

const requires = ["json.path"] as const;
const ids = (condition: Expression<Truth>) => Doc.where(condition).orderBy("id").ids();

/** Places inside JSON. */
export const jsonPaths: SuiteGroup = group("query/json paths", [Doc], (test) => {
  test("what is at a path is selected as JSON holds it; null and missing are null", { requires }, async () => {
    await docs();
    const rows = await Doc.query().orderBy("id").select({
      theme: c.data.at("theme"),
      n: c.data.at("n"),
      on: c.data.at("on"),
      city: c.data.at("address", "city"),
      second: c.data.at("tags", 1),
      sku: c.data.at("lines", 0, "sku"),
    });
    assert.deepEqual(rows.map(Object.values), [
      ["dark", 5, true, "Oslo", "b", "x"],
      ["Light", 10, false, "Rome", null, null],
      ["5", null, null, null, null, null],
      [null, null, null, null, null, null],
      [null, null, null, null, null, null],
      [null, -1.5, null, null, null, null],
    ]);
    const objects = await Doc.where({ id__in: [1, 6] }).orderBy("id").select({
      address: c.data.at("address"),
      any: c.data.at("any"),
    });
    assert.deepEqual(objects, [
      { address: { city: "Oslo", geo: [59.9, 10.7] }, any: "5" },
      { address: null, any: { b: [1, { c: 2 }], a: null } },
    ]);
    assert.deepEqual(await Doc.where({ id: 1 }).select({ geo: c.data.at("address").at("geo", 1) }), [{ geo: 10.7 }]);
  });

  test("equality goes by JSON's own types", { requires }, async () => {
    await docs();
    assert.deepEqual(await ids(c.data.at("n").eq(5)), [1]);
    assert.deepEqual(await ids(c.data.at("any").eq("5")), [1]);
    assert.deepEqual(await ids(c.data.at("any").eq(5)), [2]);
    assert.deepEqual(await ids(c.data.at("any").eq(true)), [3]);
    assert.deepEqual(await ids(c.data.at("any").eq(1)), []);
    assert.deepEqual(await ids(c.data.at("on").eq(false)), [2]);
    assert.deepEqual(await ids(c.data.at("theme").eq("dark")), [1]);
    assert.deepEqual(await ids(c.data.at("any").eq({ a: null, b: [1, { c: 2 }] })), [6]);
    assert.deepEqual(await ids(c.data.at("tags").eq([])), [2]);
    assert.deepEqual(await ids(c.data.at("n").eq(-1.5)), [6]);
  });

  test("inequality is true for other types, and for nothing where there is nothing", { requires }, async () => {
    await docs();
    assert.deepEqual(await ids(c.data.at("any").ne(5)), [1, 3, 6]);
    assert.deepEqual(await ids(c.data.at("n").ne(5)), [2, 6]);
    assert.deepEqual(await ids(c.data.at("n").eq(5).not()), [2, 6]);
    assert.deepEqual(await ids(c.data.at("n").isNull()), [3, 4, 5]);
    assert.deepEqual(await ids(c.data.at("n").eq(null)), [3, 4, 5]);
    assert.deepEqual(await ids(c.data.at("n").isNotNull()), [1, 2, 6]);
    assert.deepEqual(await ids(c.data.at("n").in([5, 10, 7])), [1, 2]);
    assert.deepEqual(await ids(c.data.at("any").in(["5", 5])), [1, 2]);
    assert.deepEqual(await ids(c.data.at("any").notIn([5, "7"])), [1, 3, 6]);
    assert.deepEqual(await ids(c.data.at("n").in([])), []);
  });

  test("numbers are compared by value and texts as texts, never one with the other", { requires }, async () => {
    await docs();
    assert.deepEqual(await ids(c.data.at("n").gt(5)), [2]);
    assert.deepEqual(await ids(c.data.at("n").lt(6)), [1, 6]);
    assert.deepEqual(await ids(c.data.at("n").between(-2, 5)), [1, 6]);
    assert.deepEqual(await ids(c.data.at("any").gte(1)), [2]);
    assert.deepEqual(await ids(c.data.at("any").gte("1")), [1]);
    assert.deepEqual(await ids(c.data.at("n").eq(c.num)), [1, 2]);
    assert.deepEqual(await ids(c.num.gt(c.data.at("n"))), [6]);
    assert.deepEqual(await ids(c.data.at("theme").like("%ar%")), [1]);
    assert.deepEqual(await ids(c.data.at("theme").ilike("LIGHT")), [2]);
    assert.deepEqual(await ids(c.data.at("theme").startsWith("d")), [1]);
  });

  test("contains() looks for elements, for parts of objects and for parts of texts", { requires }, async () => {
    await docs();
    assert.deepEqual(await ids(c.data.at("tags").contains("a")), [1]);
    assert.deepEqual(await ids(c.data.at("tags").contains(["b", "a"])), [1]);
    assert.deepEqual(await ids(c.data.at("tags").contains(["a", "z"])), []);
    assert.deepEqual(await ids(c.data.at("tags").contains([])), [1, 2]);
    assert.deepEqual(await ids(c.data.contains({ address: { city: "Oslo" } })), [1]);
    assert.deepEqual(await ids(c.data.contains({ lines: [{ sku: "y", count: 1 }] })), [1]);
    assert.deepEqual(await ids(c.data.contains({ theme: "da" })), []);
    assert.deepEqual(await ids(c.data.at("theme").contains("igh")), [2]);
    assert.deepEqual(await ids(c.data.at("address", "geo").contains(10.7)), [1]);
  });

  test("hasKey() tells null from missing, length() counts elements", { requires }, async () => {
    await docs();
    assert.deepEqual(await ids(c.data.hasKey("n")), [1, 2, 3, 6]);
    assert.deepEqual(await ids(c.data.at("n").isNull().and(c.data.hasKey("n"))), [3]);
    assert.deepEqual(await ids(c.data.at("address").hasKey("geo")), [1]);
    assert.deepEqual(await ids(c.data.hasKey("n").not()), [4, 5]);
    assert.deepEqual(await ids(c.data.at("tags").length().eq(2)), [1]);
    const rows = await Doc.query().orderBy("id").select({ tags: c.data.at("tags").length(), all: c.data.length() });
    assert.deepEqual(rows.map(({ tags, all }) => [tags, all]), [
      [2, null],
      [0, null],
      [null, null],
      [null, null],
      [null, null],
      [null, null],
    ]);
  });

  test("orders, groups and calculations go by value", { requires }, async () => {
    await docs();
    const some = Doc.where({ id__in: [1, 2, 6] });
    assert.deepEqual(await some.orderBy(c.data.at("n").asc()).ids(), [6, 1, 2]);
    assert.deepEqual(await some.orderBy((d) => d.data.at("n").desc()).ids(), [2, 1, 6]);
    assert.deepEqual(await Doc.query().orderBy(c.data.at("n").asc({ nulls: "last" }), "id").ids(), [6, 1, 2, 3, 4, 5]);
    assert.deepEqual(await Doc.query().select({ sum: fn.sum(c.data.at("n")), max: fn.max(c.data.at("n")) }), [
      { sum: 13.5, max: 10 },
    ]);
    assert.deepEqual(
      await Doc.where({ id: 1 }).select({ next: c.data.at("n").plus(1), upper: fn.upper(c.data.at("theme")) }),
      [
        { next: 6, upper: "DARK" },
      ],
    );
    assert.deepEqual(await Doc.query().select({ n: fn.cast(c.data.at("n"), "int") }).where({ id: 6 }), [{ n: -1 }]);
    const groups = await Doc.where((d) => d.data.at("on").isNotNull()).select({ on: c.data.at("on"), n: fn.count() })
      .groupBy(c.data.at("on"));
    assert.deepEqual(groups.toSorted((a, b) => Number(a.on) - Number(b.on)), [{ on: false, n: 1 }, { on: true, n: 1 }]);
  });

  test("jsonSet() is refused a path that is text", { requires }, async () => {
    const error = await errorOf(QueryBuildError, () => fn.jsonSet(c.data, "address.city" as never, "Bern" as never));
    assert.match(error.message, /a list of steps/);
  });

  test("jsonSet() changes one path of many rows and leaves the rest", { requires }, async () => {
    await docs();
    assert.equal(
      await Doc.where({ id__lt: 6 }).updateAll({ data: fn.jsonSet(c.data, ["address", "city"], "Bern") }),
      5,
    );
    assert.deepEqual((await Doc.find(1))!.data?.address, { city: "Bern", geo: [59.9, 10.7] });
    assert.deepEqual((await Doc.find(2))!.data?.address, { city: "Bern" });
    assert.deepEqual((await Doc.find(4))!.data, {}); // there is no address to hold it
    assert.equal((await Doc.find(5))!.data, null);
    await Doc.where({ id: 4 }).updateAll({ data: fn.jsonSet(c.data, ["n"], 7) });
    await Doc.where({ id: 3 }).updateAll({ data: fn.jsonSet(c.data, ["on"], false) });
    await Doc.where({ id: 2 }).updateAll({ data: fn.jsonSet(c.data, ["n"], null) });
    await Doc.where({ id: 1 }).updateAll({ data: fn.jsonSet(c.data, ["tags", 1], "z") });
    await Doc.where({ id: 6 }).updateAll({ data: fn.jsonSet(c.data, ["n"], c.num) });
    assert.deepEqual((await Doc.find(4))!.data, { n: 7 });
    assert.equal((await Doc.find(3))!.data?.on, false);
    assert.equal((await Doc.find(2))!.data?.n, null);
    assert.deepEqual((await Doc.find(1))!.data?.tags, ["a", "z"]);
    assert.equal((await Doc.find(6))!.data?.n, 0);
    await Doc.where({ id: 1 }).updateAll({ data: fn.jsonSet(c.data, ["tags", 9], "never") });
    await Doc.where({ id: 1 }).updateAll({ data: fn.jsonSet(c.data, ["lines"], [{ sku: "q", count: 1 }]) });
    assert.deepEqual((await Doc.find(1))!.data?.tags, ["a", "z"]);
    assert.deepEqual((await Doc.find(1))!.data?.lines, [{ sku: "q", count: 1 }]);
  });

  test("hostile keys are keys like others", { requires }, async () => {
    const keys = [
      `a.b`,
      `'`,
      `"`,
      `\\`,
      `$`,
      `[0]`,
      `*`,
      `a"."b`,
      `'; DROP TABLE docs; --`,
      ` `,
      `é`,
      `"]`,
      `#-1`,
      `\n`,
    ];
    await Doc.create({ id: 1, data: null, odd: Object.fromEntries(keys.map((key, i) => [key, i])) });
    for (const [i, key] of keys.entries()) {
      assert.deepEqual(await ids(c.odd.at(key).eq(i)), [1], `the key ${JSON.stringify(key)}`);
      assert.deepEqual(await ids(c.odd.hasKey(key)), [1]);
      await Doc.where({ id: 1 }).updateAll({ odd: fn.jsonSet(c.odd, [key], i + 100) });
    }
    assert.deepEqual((await Doc.find(1))!.odd, Object.fromEntries(keys.map((key, i) => [key, i + 100])));
    for (const key of ["x", `x"`, `$."a.b"`, `a.`]) assert.deepEqual(await ids(c.odd.hasKey(key)), []);
  });

  test("what is no JSON or no path is refused", async () => {
    const error = await errorOf(QueryBuildError, () => c.num.at("x" as never));
    assert.match(error.message, /Doc\.num\.at\(\) needs JSON/);
    await errorOf(QueryBuildError, () => c.data.at("tags", -1));
    await errorOf(QueryBuildError, () => c.data.at("tags", 1.5));
    await errorOf(QueryBuildError, () => c.data.at({} as never));
    await errorOf(QueryBuildError, () => c.odd.at("a\0b"));
    await errorOf(QueryBuildError, () => c.data.at("n").gt(true as never));
    await errorOf(QueryBuildError, () => c.data.at("n").eq(new Date() as never));
    await errorOf(QueryBuildError, () => c.data.at("n").eq(undefined as never));
    await errorOf(QueryBuildError, () => fn.jsonSet(c.data, [] as never, 1 as never));
    await errorOf(QueryBuildError, () => fn.jsonSet(c.num as never, ["a"] as never, 1 as never));
    await errorOf(QueryBuildError, () => c.num.hasKey("x"));
  });
});
