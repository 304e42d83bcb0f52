import assert from "node:assert/strict";
import {
  fn,
  ForeignKeyViolationError,
  RelationError,
  StaleRecordError,
  UniqueViolationError,
  ValidationError,
} from "../../../mod.ts";
import { assertQueries } from "../assert_queries.ts";
import { errorOf } from "../error_of.ts";
import { Customer, ecommerceModels, Order, OrderItem, Product } from "../fixtures/ecommerce.ts";
import { group, type SuiteGroup } from "../suite.ts";

interface Line {
  readonly sku: string;
  readonly quantity: number;
}

class OutOfStock extends Error {
  override name = "OutOfStock";
}

/** Takes what is ordered from the stock and makes the order, all or nothing. */
function checkout(customer: Customer, lines: readonly Line[]): Promise<Order> {
  return Order.transaction(async (tx) => {
    const order = await customer.orders.create({});
    let total = 0;
    for (const { sku, quantity } of lines) {
      const product = await Product.findBy({ sku });
      if (product === null || product.stock < quantity) throw new OutOfStock(`${sku} is not available`);
      await product.update({ stock: product.stock - quantity });
      await order.items.create({ productId: product.id, quantity, priceCents: product.priceCents });
      total += product.priceCents * quantity;
    }
    await order.update({ totalCents: total, status: "paid", paidAt: new Date() });
    tx.afterCommit(() => void confirmations.push(order.id));
    return order;
  }, { isolation: "SERIALIZABLE", retries: 100 });
}

const confirmations: number[] = [];

async function shop(): Promise<{ ada: Customer; bob: Customer }> {
  confirmations.length = 0;
  const [ada, bob] = await Customer.createMany([
    { name: "Ada", email: "Ada@Example.org", address: { street: "Main 1", city: "London" } },
    { name: "Bob", email: "bob@example.org" },
  ]);
  await Product.insertMany([
    { sku: "TEA", name: "Tea", priceCents: 350, stock: 10, listPrice: "3.99" },
    { sku: "POT", name: "Pot", priceCents: 2_400, stock: 2 },
    { sku: "CUP", name: "Cup", priceCents: 800, stock: 0 },
  ]);
  return { ada: ada!, bob: bob! };
}

const stock = async () => Object.fromEntries(await Product.orderBy("sku").pluck("sku", "stock"));

/** A small shop. */
export const realShop: SuiteGroup = group("realworld/shop", ecommerceModels, (test) => {
  test("a checkout takes the stock, makes the order with its lines and confirms it once", async () => {
    const { ada } = await shop();
    const order = await checkout(ada, [{ sku: "TEA", quantity: 3 }, { sku: "POT", quantity: 1 }]);
    assert.deepEqual(await stock(), { CUP: 0, POT: 1, TEA: 7 });
    const stored = (await Order.with("customer", "items.product").find(order.id))!;
    assert.deepEqual([stored.status, stored.totalCents, stored.customer.value?.name], ["paid", 3_450, "Ada"]);
    assert.deepEqual(
      [...stored.items].map((item) => [item.product.value?.sku, item.quantity]).sort(),
      [["POT", 1], ["TEA", 3]],
    );
    assert.deepEqual(confirmations, [order.id]);
    assert.equal(ada.email, "ada@example.org");
  });

  test("a checkout that cannot be delivered leaves no trace", async () => {
    const { ada } = await shop();
    await errorOf(OutOfStock, () => checkout(ada, [{ sku: "TEA", quantity: 3 }, { sku: "CUP", quantity: 1 }]));
    assert.deepEqual(await stock(), { CUP: 0, POT: 2, TEA: 10 });
    assert.deepEqual([await Order.count(), await OrderItem.count(), confirmations], [0, 0, []]);
    assert.equal((await checkout(ada, [{ sku: "TEA", quantity: 10 }])).totalCents, 3_500);
  });

  test("customers who buy at the same time never sell more than there is", async () => {
    const { ada, bob } = await shop();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => checkout(i % 2 === 0 ? ada : bob, [{ sku: "TEA", quantity: 3 }])),
    );
    const sold = results.filter((result) => result.status === "fulfilled").length;
    assert.equal(
      sold,
      3,
      results.map((result) => result.status === "rejected" ? String(result.reason) : "").join("\n"),
    );
    assert.equal((await stock()).TEA, 1);
    assert.equal(await OrderItem.query().sum("quantity"), 9);
    assert.equal(confirmations.length, 3);
  });

  test("two clerks who change a product at the same time do not overwrite each other", async () => {
    await shop();
    const [one, two] = await Promise.all([Product.findBy({ sku: "POT" }), Product.findBy({ sku: "POT" })]);
    await one!.update({ priceCents: 2_500 });
    await errorOf(StaleRecordError, () => two!.update({ priceCents: 2_300 }));
    assert.equal((await Product.findBy({ sku: "POT" }))?.priceCents, 2_500);
  });

  test("a product that was ordered, and a customer with orders, cannot be deleted", async () => {
    const { ada, bob } = await shop();
    const order = await checkout(ada, [{ sku: "POT", quantity: 1 }]);
    await errorOf(RelationError, () => ada.delete());
    const pot = (await Product.findBy({ sku: "POT" }))!;
    await errorOf(RelationError, () => pot.delete());
    assert.equal(await bob.delete(), 1);
    assert.equal(await order.delete(), 1);
    assert.equal(await OrderItem.count(), 0);
    assert.equal(await ada.delete(), 1);
    assert.equal(await pot.delete(), 1);
  });

  test("the database itself refuses an order of nobody and the same product twice", {
    requires: ["foreignKeys"],
  }, async () => {
    const { ada } = await shop();
    const error = await errorOf(ForeignKeyViolationError, () => Order.create({ customerId: 4_711 }));
    assert.ok(error.issues.length > 0);
    const order = await checkout(ada, [{ sku: "TEA", quantity: 1 }]);
    const [item] = await order.items;
    const twice = await errorOf(
      UniqueViolationError,
      () => order.items.create({ productId: item!.productId, quantity: 1, priceCents: 1 }),
    );
    assert.deepEqual(twice.issues.map((issue) => issue.path[0]), ["orderId", "productId"]);
    await errorOf(ForeignKeyViolationError, () => Customer.where({ id: ada.id }).deleteAll());
    assert.equal(await OrderItem.count(), 1);
  });

  test("a row that the database removes with its order is gone", { requires: ["foreignKeys"] }, async () => {
    const { ada } = await shop();
    const order = await checkout(ada, [{ sku: "TEA", quantity: 1 }]);
    await Order.where({ id: order.id }).deleteAll();
    assert.equal(await OrderItem.count(), 0);
  });

  test("rules of an order hold", async () => {
    const { ada } = await shop();
    const order = await ada.orders.create({});
    const error = await errorOf(ValidationError, () => order.update({ status: "paid" }));
    assert.deepEqual(error.issues.map((issue) => issue.path), [["paidAt"]]);
    assert.equal((await Order.findOrFail(order.id)).status, "open");
    await order.update({ status: "paid", paidAt: new Date() });
    await errorOf(ValidationError, () => order.update({ status: "lost" as never }));
  });

  test("a report of the revenue by customer and product", async ({ backend }) => {
    const { ada, bob } = await shop();
    await checkout(ada, [{ sku: "TEA", quantity: 2 }]);
    await checkout(ada, [{ sku: "POT", quantity: 1 }]);
    await checkout(bob, [{ sku: "TEA", quantity: 1 }]);
    const revenue = await Order.where({ status: "paid" })
      .select({ customerId: Order.c.customerId, orders: fn.count(), cents: fn.sum(Order.c.totalCents) })
      .groupBy("customerId").having(fn.sum(Order.c.totalCents).gt(1_000)).orderBy(fn.sum(Order.c.totalCents).desc());
    assert.deepEqual(revenue, [{ customerId: ada.id, orders: 2, cents: 3_100 }]);
    const sold = await OrderItem.query().select({ productId: OrderItem.c.productId, n: fn.sum(OrderItem.c.quantity) })
      .groupBy("productId").orderBy(fn.sum(OrderItem.c.quantity).desc()).limit(1);
    assert.equal((await Product.findOrFail(sold[0]!.productId)).sku, "TEA");
    const customers = await assertQueries(
      backend,
      3,
      () =>
        Customer.with({ orders: (orders) => orders.orderBy("-totalCents").limit(1) }, "orders.items").orderBy("name")
          .all(),
    );
    assert.deepEqual(customers.map((customer) => customer.orders.toArray()[0]!.totalCents), [2_400, 350]);
  });

  test("prices change for many products at once, and the list price stays exact", async () => {
    await shop();
    assert.equal(await Product.available().updateAll({ priceCents: Product.c.priceCents.plus(10) }), 2);
    assert.deepEqual(await Product.orderBy("sku").pluck("priceCents"), [800, 2_410, 360]);
    assert.equal((await Product.findBy({ sku: "TEA" }))?.listPrice, "3.99");
    assert.deepEqual(await Product.orderBy("sku").pluck("version"), [1, 2, 2]);
  });
});
