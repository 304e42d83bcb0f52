import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { z } from "zod";
import {
  ActiveRecord,
  alias,
  all,
  any,
  ConfigurationError,
  cte,
  exists,
  fn,
  InvalidCursorError,
  notExists,
  primaryKey,
  type QueryOf,
  recursiveCte,
  softDelete,
  sql,
  tuple,
} from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { group, type Requirement, type SuiteGroup } from "../../suite.ts";

/** The tenant for whom code runs, as a web server would know it. */
const tenant = new AsyncLocalStorage<number>();

function scoped<Q>(query: { where(condition: { tenantId: number }): Q }): Q | typeof query {
  const current = tenant.getStore();
  if (current === undefined) throw new Error("A default scope was asked without a tenant");
  return current === EVERYBODY ? query : query.where({ tenantId: current });
}

/** A tenant who sees everything: for him the scope adds no condition. */
const EVERYBODY = 0;

class Shop extends ActiveRecord.define("kept_shops", { id: primaryKey(z.int()), name: z.string().max(20) }) {
  get orders() {
    return this.hasMany(() => Order, { foreignKey: "shopId" });
  }
}

class Order extends ActiveRecord.define("kept_orders", {
  id: primaryKey(z.int()),
  shopId: z.int(),
  tenantId: z.int(),
  cents: z.int(),
  parentId: z.int().nullable().default(null),
}, softDelete()) {
  static defaultScope(query: QueryOf<typeof Order>) {
    return scoped(query);
  }
  get shop() {
    return this.belongsTo(() => Shop, { foreignKey: "shopId" });
  }
  get lines() {
    return this.hasMany(() => Line, { foreignKey: "orderId" });
  }
}

class Line extends ActiveRecord.define("kept_lines", {
  id: primaryKey(z.int()),
  orderId: z.int(),
  tenantId: z.int(),
  text: z.string().max(20),
}) {
  static defaultScope(query: QueryOf<typeof Line>) {
    return scoped(query);
  }
  get order() {
    return this.belongsTo(() => Order, { foreignKey: "orderId" });
  }
}

/** A table that is written from queries. */
class Copy extends ActiveRecord.define("kept_copies", { id: primaryKey(z.int()), cents: z.int() }) {}

/** Two shops, with orders of tenants 1 and 2 in both; a third shop where only tenant 2 has ordered. */
async function fill(): Promise<void> {
  await Shop.insertMany([{ id: 1, name: "north" }, { id: 2, name: "south" }, { id: 3, name: "west" }]);
  await Order.insertMany([
    { id: 1, shopId: 1, tenantId: 1, cents: 100 },
    { id: 2, shopId: 2, tenantId: 1, cents: 200, parentId: 1 },
    { id: 3, shopId: 1, tenantId: 2, cents: 700 },
    { id: 4, shopId: 2, tenantId: 2, cents: 800, parentId: 3 },
    { id: 5, shopId: 3, tenantId: 2, cents: 900, parentId: 4 },
  ]);
  await Line.insertMany(
    [1, 2, 3, 4, 5].map((id) => ({ id, orderId: id, tenantId: id < 3 ? 1 : 2, text: `line ${id}` })),
  );
  await Copy.insertMany([{ id: 10, cents: 0 }, { id: 11, cents: 0 }]);
}

/** What is made once, while a tenant is served, and what it gives when it runs. */
type Position = () => () => Promise<unknown>;

/** A part of a query in each place where one can be. */
const positions: Readonly<Record<string, Position>> = {
  "a query itself": () => {
    const query = Order.orderBy("id");
    return async () => [await query.ids(), await query.count(), await query.sum("cents"), (await query.last())?.id];
  },
  "a join by relation": () => {
    const query = Shop.query().join("orders").orderBy("id", (_, j) => j.orders.id).select((c, j) => ({
      id: c.id,
      cents: j.orders.cents,
    }));
    return () => query.all();
  },
  "a left join by a path of relations": () => {
    const query = Shop.query().leftJoin("orders.lines").orderBy("id", (_, j) => j["orders.lines"].id)
      .select((c, j) => ({ id: c.id, text: j["orders.lines"].text }));
    return () => query.all();
  },
  "a join of a model": () => {
    const query = Shop.query().leftJoin({ o: Order }, (c, j) => j.o.shopId.eq(c.id)).orderBy("id", (_, j) => j.o.id)
      .select((c, j) => ({ id: c.id, cents: j.o.cents }));
    return () => query.all();
  },
  "a join of an alias": () => {
    const other = alias(Order, "other");
    const query = Shop.query().join({ other }, (c, j) => j.other.shopId.eq(c.id)).orderBy((_, j) => j.other.id)
      .select((_, j) => ({ cents: j.other.cents }));
    return () => query.all();
  },
  "a join of a query": () => {
    const totals = Order.query().select({ shop: Order.c.shopId, cents: fn.sum(Order.c.cents) }).groupBy("shopId");
    const query = Shop.query().join({ totals }, (c, j) => j.totals.shop.eq(c.id)).orderBy("id")
      .select((c, j) => ({ id: c.id, cents: j.totals.cents }));
    return () => query.all();
  },
  "a cross join": () => {
    const query = Shop.query().crossJoin({ o: Order });
    return () => query.count();
  },
  "whereHas": () => {
    const query = Shop.query().whereHas("orders").orderBy("id");
    const behind = Shop.query().whereHas("orders.lines", (q) => q.where({ text__like: "line%" })).orderBy("id");
    return async () => [await query.ids(), await behind.ids()];
  },
  "whereDoesntHave": () => {
    const query = Shop.query().whereDoesntHave("orders").orderBy("id");
    return () => query.ids();
  },
  "withCount and withAggregate": () => {
    const query = Shop.query().orderBy("id").withCount("orders")
      .withAggregate("cents", "orders", (o) => fn.sum(o.cents));
    return async () => (await query).map((shop) => [shop.ordersCount, shop.cents]);
  },
  "an eager load": () => {
    const query = Shop.query().orderBy("id").with({ orders: (q) => q.orderBy("-id").limit(5).with("lines") });
    return async () =>
      (await query).map(({ orders }) => [...orders].map((order) => [order.id, [...order.lines].map(({ id }) => id)]));
  },
  "a list in where": () => {
    const query = Shop.where({ id__in: Order.select("shopId") }).orderBy("id");
    const without = Shop.where({ id__notin: Order.select("shopId") }).orderBy("id");
    const pairs = Shop.where((c) => tuple(c.id, c.id).in(Order.select({ a: Order.c.shopId, b: Order.c.shopId })))
      .orderBy("id");
    return async () => [await query.ids(), await without.ids(), await pairs.ids()];
  },
  "exists and notExists": () => {
    const some = Shop.where((c) => exists(Order.where((o) => o.shopId.eq(c.id)))).orderBy("id");
    const none = Shop.where((c) => notExists(Order.where((o) => o.shopId.eq(c.id)))).orderBy("id");
    return async () => [await some.ids(), await none.ids()];
  },
  "any and all": () => {
    const query = Shop.where((c) => c.id.eq(any(Order.select("shopId")))).orderBy("id");
    const most = Order.unscoped().where((c) => c.cents.gte(all(Order.select("cents")))).orderBy("id");
    return async () => [await query.ids(), await most.ids()];
  },
  "a value in select, in order and in an sql template": () => {
    const dearest = Order.query().select({ cents: fn.max(Order.c.cents) });
    const selected = Shop.query().orderBy("id").select({ id: Shop.c.id, dearest: dearest.scalar() });
    const counted = Order.query().select({ count: fn.count() });
    const templated = Shop.where(sql`${Shop.c.id} < ${counted}`).orderBy("id");
    const ordered = Shop.query().orderBy((c) => fn.case().when(c.id.eq(counted.scalar()), 0).else(1), "id");
    return async () => [await selected, await templated.ids(), await ordered.ids()];
  },
  "a query in from": () => {
    const query = Shop.query().from(Order.where({ cents__gt: 100 }), "o").orderBy("id").select("id");
    return () => query.all();
  },
  "a CTE": () => {
    const orders = cte("kept", Order.query().select("id", "shopId"));
    const further = cte("further", Shop.query().join({ orders }, (c, j) => j.orders.shopId.eq(c.id)).select("id"));
    const query = Shop.query().from(further).orderBy("id");
    return () => query.all();
  },
  "a recursive CTE": () => {
    const tree = recursiveCte(
      "tree",
      Order.where({ parentId: null }).select("id"),
      (tree) => Order.query().join({ tree }, (c, j) => j.tree.id.eq(c.parentId)).select("id"),
      { maxDepth: 5 },
    );
    const query = Shop.query().from(tree).orderBy("id");
    return () => query.all();
  },
  "the arms of a set operation": () => {
    const records = Order.where({ cents__lt: 500 }).union(Order.where({ cents__gt: 500 })).orderBy("id");
    const rows = Shop.select("id").unionAll(Order.select("id")).orderBy("id");
    return async () => [await records.ids(), await rows, await records.count()];
  },
  "a relation's query": () => {
    const shop = new Shop({ id: 1, name: "north" });
    const query = shop.orders.where({ cents__gt: 0 });
    return async () => [await query.ids(), await shop.orders.count()];
  },
  "updateAll with a subquery": () => {
    const query = Copy.where({ id: 10 });
    const value = Order.query().select({ cents: fn.max(Order.c.cents) });
    return async () => {
      await query.updateAll({ cents: value });
      return await query.pick("cents");
    };
  },
  "updateAll of a query with a subquery": () => {
    const query = Shop.where({ id__in: Order.select("shopId") });
    return () => query.updateAll({ name: "seen" });
  },
  "updateAll of a query with a join": () => {
    const query = Shop.query().join("orders");
    return () => query.updateAll({ name: "joined" });
  },
  "deleteAll with a subquery": () => {
    const query = Shop.where({ id__in: Order.select("shopId") });
    return async () => {
      const gone = await query.deleteAll();
      await Shop.deleteAll({ all: true });
      await Shop.insertMany([{ id: 1, name: "north" }, { id: 2, name: "south" }, { id: 3, name: "west" }]);
      return gone;
    };
  },
  "insertFrom": () => {
    const query = Order.query().select("id", "cents");
    return async () => {
      const added = await Copy.insertFrom(query);
      await Copy.where({ id__lt: 10 }).deleteAll();
      return added;
    };
  },
  "a stream, batches, pages": () => {
    const query = Shop.query().whereHas("orders").orderBy("id");
    const rows = Shop.query().join("orders").orderBy("id", (_, j) => j.orders.id).select((_, j) => ({
      cents: j.orders.cents,
    }));
    return async () => {
      const found: unknown[] = [];
      for await (const shop of query.stream()) found.push(shop.id);
      for await (const row of rows.stream()) found.push(row);
      for await (const batch of Shop.query().whereHas("orders").inBatches({ size: 1 })) found.push(batch.length);
      const page = await query.paginate(1, 2);
      return [found, page.total, page.items.length, (await rows.paginate(1, 9)).total];
    };
  },
  "a cursor": () => {
    const query = Shop.query().join("orders").orderBy("id");
    return async () => {
      const first = await query.cursor(null, { size: 1 });
      const second = await query.cursor(first.next, { size: 9 });
      return [first.items.length, second.items.length];
    };
  },
  "the text of a query": () => {
    const query = Shop.query().join("orders").whereHas("orders.lines");
    return () => Promise.resolve(query.toSQL());
  },
};

/** Positions that not every database has. */
const furtherPositions: Readonly<Record<string, readonly [Requirement, Position]>> = {
  "a right join": ["join.right", () => {
    const query = Shop.query().rightJoin("orders").select((c, j) => ({ id: c.id, cents: j.orders.cents }))
      .orderBy((_, j) => j.orders.id);
    return () => query.all();
  }],
  "a full join": ["join.full", () => {
    const query = Order.query().fullJoin({ s: Shop }, (c, j) => j.s.id.eq(c.shopId))
      .select((c, j) => ({ cents: c.cents, shop: j.s.id })).orderBy((_, j) => j.s.id);
    return () => query.all();
  }],
  "a lateral join": ["lateral", () => {
    const query = Shop.query().joinLateral({
      top: (c) => Order.where((o) => o.shopId.eq(c.id)).orderBy("-cents").limit(1).select("cents"),
    }).orderBy("id").select((c, j) => ({ id: c.id, cents: j.top.cents }));
    return () => query.all();
  }],
  "the other arms of a set operation": ["intersect", () => {
    const query = Shop.select("id").intersect(Order.select({ id: Order.c.shopId })).orderBy("id");
    return () => query.all();
  }],
  "the plan of a query": ["explain", () => {
    const query = Shop.query().join("orders");
    return async () => (await query.explain()).sql + JSON.stringify(query.toSQL().params);
  }],
};

/** Makes what runs for one tenant, and runs it for another: it must do what is made for him. */
async function holds(name: string, position: Position): Promise<void> {
  const kept = await tenant.run(1, () => Promise.resolve(position()));
  const outside = position(); // as a constant of a module is made: for nobody
  for (const id of [2, 1, EVERYBODY, 2]) {
    const fresh = await tenant.run(id, () => position()());
    assert.deepEqual(await tenant.run(id, kept), fresh, `${name}, kept from tenant 1 and run by ${id}`);
    assert.deepEqual(await tenant.run(id, outside), fresh, `${name}, made by nobody and run by ${id}`);
  }
  assert.notDeepEqual(await tenant.run(1, kept), await tenant.run(2, kept), `${name} is the same for both`);
}

/** Queries that are kept while default scopes change. */
export const keptQueries: SuiteGroup = group("query/kept_queries", [Shop, Order, Line, Copy], (test) => {
  for (const [name, position] of Object.entries(positions)) {
    test(`the default scope is that of who runs the query: ${name}`, async () => {
      await fill();
      await holds(name, position);
    });
  }
  for (const [name, [requirement, position]] of Object.entries(furtherPositions)) {
    test(`the default scope is that of who runs the query: ${name}`, { requires: [requirement] }, async () => {
      await fill();
      await holds(name, position);
    });
  }

  test("a scope that leaves nothing out for somebody leaves nothing behind in the text", async () => {
    await fill();
    const query = Shop.query().leftJoin("orders").whereHas("orders");
    const text = (id: number) => tenant.run(id, () => query.toSQL().sql.replaceAll(/[`"]/g, ""));
    assert.match(text(1), /tenant_id/);
    assert.doesNotMatch(text(EVERYBODY), /tenant_id|1 = 1/);
    assert.doesNotMatch(tenant.run(EVERYBODY, () => Line.query().toSQL().sql), /WHERE/);
  });

  test("unscoped() of a part leaves out the scope of that part and of no other", async () => {
    await fill();
    const query = Shop.where({ id__in: Order.unscoped().select("shopId") }).join("orders").orderBy("id").distinct();
    assert.deepEqual(await tenant.run(1, () => query.ids()), [1, 2]);
    assert.deepEqual(await tenant.run(2, () => query.ids()), [1, 2, 3]);
    const open = Shop.query().join("orders", { unscoped: true });
    assert.equal(await open.count(), 5); // nobody asks for the tenant
  });

  test("a prepared statement has the conditions of who runs it", async ({ backend }) => {
    await fill();
    const statement = tenant.run(1, () => backend.prepare(Shop.query().join("orders").toNode()));
    assert.equal((await tenant.run(1, () => statement.run([]))).rows.length, 2);
    assert.equal((await tenant.run(2, () => statement.run([]))).rows.length, 3);
  });

  test("kept results are those of who runs the query", async () => {
    await fill();
    const query = Shop.query().join("orders");
    await Shop.cache(async () => {
      assert.equal(await tenant.run(1, () => query.count()), 2);
      assert.equal(await tenant.run(2, () => query.count()), 3);
    });
  });

  test("look-ups of one tick for several tenants are answered to each by his own scope", async ({ backend }) => {
    await fill();
    const before = backend.coalescesFinds;
    backend.coalescesFinds = true;
    try {
      const found = await Promise.all([1, 2, 1, 2].map((id, i) => tenant.run(id, () => Order.find(i < 2 ? 1 : 3))));
      assert.deepEqual(found.map((order) => order?.id ?? null), [1, null, null, 3]);
    } finally {
      backend.coalescesFinds = before;
    }
  });

  test("a cursor of one tenant is none for another", async () => {
    await fill();
    const query = Shop.query().join("orders").orderBy("id");
    const { next } = await tenant.run(1, () => query.cursor(null, { size: 1 }));
    await errorOf(InvalidCursorError, () => tenant.run(2, () => query.cursor(next)));
  });

  test("default scopes that use each other in a circle are refused", async ({ backend }) => {
    class One extends ActiveRecord.define("kept_orders", { id: primaryKey(z.int()), shopId: z.int() }) {
      static defaultScope(query: QueryOf<typeof One>): unknown {
        return query.where({ shopId__in: Other.select("id") });
      }
    }
    class Other extends ActiveRecord.define("kept_shops", { id: primaryKey(z.int()) }) {
      static defaultScope(query: QueryOf<typeof Other>): unknown {
        return query.where({ id__in: One.select("shopId") });
      }
    }
    for (const model of [One, Other]) model.configure(backend);
    const error = await errorOf(ConfigurationError, () => One.all());
    assert.match(error.message, /defaultScope of One uses itself/);
  });
});
