import { assertEquals } from "@std/assert";
import { z } from "zod";
import { ActiveRecord, decimal, type Expression, fn, primaryKey, recursiveCte, sql } from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";

class Offer extends ActiveRecord.define("offers", {
  id: primaryKey(),
  shop: z.string(),
  price: decimal(10, 2, { nullable: true }),
}) {}

Offer.configure(new SQLiteBackend({ database: ":memory:" }));

const { c } = Offer;
const prices = Offer.select({ price: c.price });
const shops = Offer.select({ shop: c.shop });
const ofShop = Offer.where({ shop: "a" }).select({ price: c.price });

const SNAPSHOTS: Readonly<Record<string, readonly [{ toSQL(): { readonly sql: string } }, string]>> = {
  "groups of decimals": [
    Offer.select({ price: c.price, n: fn.count() }).groupBy(c.shop, c.price).having(fn.count().gt(1)),
    'SELECT "price", count(*) AS "n" FROM "offers" GROUP BY "shop", decimal_key("price") HAVING count(*) > ?',
  ],
  "windows over the same decimal": [
    Offer.select({ n: fn.count().over({ partitionBy: c.price, orderBy: c.id }) }),
    'SELECT count(*) OVER (PARTITION BY decimal_key("price") ORDER BY "id") AS "n" FROM "offers"',
  ],
  "distinct rows with a decimal": [
    Offer.query().distinct().orderBy("-price").limit(2),
    'SELECT "id", "shop", "price" FROM "offers" GROUP BY "id", "shop", decimal_key("price") ORDER BY ' +
    'decimal_key("price") DESC LIMIT 2',
  ],
  "distinct rows without one": [
    Offer.query().distinct().select({ shop: c.shop }),
    'SELECT DISTINCT "shop" FROM "offers"',
  ],
  "distinct groups": [
    Offer.query().distinct().select({ n: fn.max(c.price) }).groupBy(c.shop).orderBy(fn.max(c.price).desc()).limit(1),
    'WITH "activerecord_rows" ("c0", "o0") AS (SELECT decimal_max("price") AS "n", decimal_max("price") FROM ' +
    '"offers" GROUP BY "shop") SELECT "c0" AS "n" FROM "activerecord_rows" GROUP BY decimal_key("c0") ORDER BY' +
    ' decimal_key("o0") DESC LIMIT 1',
  ],
  "distinct rows with raw text": [
    Offer.query().distinct().select({ price: c.price, id: sql<number>`abs(${c.id})` }),
    'WITH "activerecord_rows" ("c0", "c1") AS (SELECT "price", abs("id") AS "id" FROM "offers") SELECT "c0" AS' +
    ' "price", "c1" AS "id" FROM "activerecord_rows" GROUP BY decimal_key("c0"), "c1"',
  ],
  "a union": [
    prices.union(ofShop),
    'SELECT "price" FROM (WITH "activerecord_rows" ("c0") AS (SELECT "price" FROM "offers" UNION ALL SELECT ' +
    '"price" FROM "offers" WHERE "shop" = ?) SELECT "c0" AS "price" FROM "activerecord_rows" GROUP BY ' +
    'decimal_key("c0")) AS "rows"',
  ],
  "a union of all rows": [
    prices.unionAll(ofShop),
    'SELECT "price" FROM (SELECT "price" FROM "offers" UNION ALL SELECT "price" FROM "offers" WHERE "shop" = ' +
    '?) AS "rows"',
  ],
  "an intersection": [
    prices.intersect(ofShop),
    'SELECT "price" FROM (WITH "activerecord_rows" ("c0", "side") AS (SELECT "price", ? FROM "offers" UNION ' +
    'ALL SELECT "price", ? FROM "offers" WHERE "shop" = ?) SELECT "c0" AS "price" FROM "activerecord_rows" ' +
    'GROUP BY decimal_key("c0") HAVING count(DISTINCT "side") = ?) AS "rows"',
  ],
  "a difference": [
    prices.except(prices.union(ofShop)),
    'SELECT "price" FROM (WITH "activerecord_rows" ("c0", "side") AS (SELECT "price", ? FROM "offers" UNION ' +
    'ALL SELECT "price", ? FROM (WITH "activerecord_rows" ("c0") AS (SELECT "price" FROM "offers" UNION ALL ' +
    'SELECT "price" FROM "offers" WHERE "shop" = ?) SELECT "c0" AS "price" FROM "activerecord_rows" GROUP BY ' +
    'decimal_key("c0")) AS "rows") SELECT "c0" AS "price" FROM "activerecord_rows" GROUP BY decimal_key("c0") ' +
    'HAVING max("side") = ?) AS "rows"',
  ],
  "an intersection of all rows": [
    prices.intersectAll(ofShop),
    'SELECT "price" FROM (SELECT "c0" AS "price" FROM (WITH "activerecord_rows" ("c0", "c1", "side") AS ' +
    '(SELECT * FROM (WITH "activerecord_operand" ("c0") AS (SELECT "price" FROM "offers") SELECT "c0", ' +
    'row_number() OVER (PARTITION BY decimal_key("c0")) AS "nth", ? FROM "activerecord_operand") UNION ALL ' +
    'SELECT * FROM (WITH "activerecord_operand" ("c0") AS (SELECT "price" FROM "offers" WHERE "shop" = ?) ' +
    'SELECT "c0", row_number() OVER (PARTITION BY decimal_key("c0")) AS "nth", ? FROM "activerecord_operand"))' +
    ' SELECT "c0" AS "c0", "c1" AS "nth" FROM "activerecord_rows" GROUP BY decimal_key("c0"), "c1" HAVING ' +
    'count(DISTINCT "side") = ?) AS "counted") AS "rows"',
  ],
  "a union without decimals": [
    shops.union(shops),
    'SELECT "shop" FROM (SELECT "shop" FROM "offers" UNION SELECT "shop" FROM "offers") AS "rows"',
  ],
  "aggregates of distinct values": [
    Offer.select({
      a: fn.count(c.price, { distinct: true }),
      b: fn.sum(c.price, { distinct: true, filter: c.id.gt(1) }),
      c: fn.max(c.price, { distinct: true }),
      d: fn.groupConcat(c.price, { distinct: true }),
      e: fn.arrayAgg(c.price, { distinct: true }),
      f: fn.count(c.id, { distinct: true }),
    }),
    'SELECT count(DISTINCT decimal_key("price")) AS "a", decimal_fold(\'sum\', decimal_distinct("price") FILTER ' +
    '(WHERE "id" > ?)) AS "b", decimal_max("price") AS "c", text_join(decimal_distinct("price"), ?) AS "d", ' +
    'nullif(decimal_distinct("price"), \'[]\') AS "e", count(DISTINCT "id") AS "f" FROM "offers"',
  ],
  "a recursive query without equal rows": [
    Offer.query().from(
      recursiveCte(
        "t",
        prices,
        (t) => Offer.query().from(t).select((t) => ({ price: t.price.times("1.0") as Expression<string | null> })),
        { distinct: true },
      ),
    ).select("price"),
    'WITH RECURSIVE "t" ("price") AS (SELECT decimal_normal("price") AS "price" FROM "offers" UNION SELECT ' +
    'decimal_normal((decimal_multiply("price", ?))) AS "price" FROM "t") SELECT "price" FROM "t"',
  ],
};

for (const [name, [query, expected]] of Object.entries(SNAPSHOTS)) {
  Deno.test(`SQLite's SQL of ${name}`, () => assertEquals(query.toSQL().sql, expected));
}
