import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  DeadlockError,
  LockTimeoutError,
  OperationalError,
  primaryKey,
  TransactionError,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { type Place, sleep, type TestServer } from "../../../support/mysql.ts";

class Item extends ActiveRecord.define("tx_items", {
  id: primaryKey(),
  name: column(z.string(), { unique: true }),
  count: z.int().default(0),
}) {}

/** Two rows, each locked by one of two transactions that then want the other's. */
async function deadlock(
  { backend }: Pick<Place, "backend">,
  afterwards: () => Promise<void>,
): Promise<PromiseSettledResult<void>[]> {
  const [a, b] = await Item.createMany([{ name: "a" }, { name: "b" }]);
  const locked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const flow = (mine: number, first: number, second: number) =>
    backend.transaction(async () => {
      await Item.where({ id: first }).updateAll({ count: 1 });
      locked[mine]!.resolve();
      await locked[1 - mine]!.promise;
      try {
        await Item.where({ id: second }).updateAll({ count: 1 });
      } catch (error) {
        assertInstanceOf(error, DeadlockError);
        await afterwards();
      }
    });
  return await Promise.allSettled([flow(0, a!.id, b!.id), flow(1, b!.id, a!.id)]);
}

/** What transactions do on these servers and nowhere else. */
export function transactionCases({ test, isMariaDB }: TestServer): void {
  const itemTest: TestServer["test"] = (name, fn, options) =>
    test(name, async (place) => {
      Item.configure(place.backend);
      await Item.createTable();
      await fn(place);
    }, options);

  itemTest("after a deadlock COMMIT does not pretend success", async (place) => {
    const ends = await deadlock(place, () => Promise.resolve());
    const failed = ends.filter((end) => end.status === "rejected");
    assertEquals(failed.length, 1);
    assertInstanceOf(failed[0]!.reason, DeadlockError);
    assertEquals(failed[0]!.reason.retryable, true);
  });

  itemTest("after a deadlock no statement is sent any more, which would be committed at once", async (place) => {
    const ends = await deadlock(place, async () => {
      await assertRejects(() => Item.create({ name: "ghost" }), DeadlockError);
      await assertRejects(() => Item.transaction(() => Item.create({ name: "ghost" })), DeadlockError);
    });
    assertEquals(ends.filter((end) => end.status === "rejected").length, 1);
    assertEquals(await Item.where({ name: "ghost" }).count(), 0);
    assertEquals((await Item.orderBy("id").pluck("count")).map(Number), [1, 1]);
  });

  itemTest("a deadlock inside a savepoint is a deadlock, not a savepoint that does not exist", async ({ backend }) => {
    const [a, b] = await Item.createMany([{ name: "a" }, { name: "b" }]);
    const locked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const flow = (mine: number, first: number, second: number) =>
      backend.transaction(async () => {
        await Item.where({ id: first }).updateAll({ count: 1 });
        locked[mine]!.resolve();
        await locked[1 - mine]!.promise;
        await backend.transaction(() => Item.where({ id: second }).updateAll({ count: 1 }));
      });
    const ends = await Promise.allSettled([flow(0, a!.id, b!.id), flow(1, b!.id, a!.id)]);
    const failed = ends.filter((end) => end.status === "rejected");
    assertEquals(failed.length, 1);
    assertInstanceOf(failed[0]!.reason, DeadlockError);
  });

  itemTest("a transaction that was chosen by a deadlock is tried again", async ({ backend }) => {
    const [a, b] = await Item.createMany([{ name: "a" }, { name: "b" }]);
    const flow = (first: number, second: number) =>
      backend.transaction(async () => {
        await Item.where({ id: first }).updateAll({ count: Item.c.count.plus(1) });
        await sleep(20);
        await Item.where({ id: second }).updateAll({ count: Item.c.count.plus(1) });
      }, { retries: 10 });
    await Promise.all([flow(a!.id, b!.id), flow(b!.id, a!.id), flow(a!.id, b!.id), flow(b!.id, a!.id)]);
    assertEquals((await Item.orderBy("id").pluck("count")).map(Number), [4, 4]);
  });

  itemTest("a lock that is not given free in time undoes the statement only", async ({ backend }) => {
    const { id } = await Item.create({ name: "a" });
    await backend.transaction(async () => {
      await Item.where({ id }).updateAll({ count: 1 });
      await backend.transactions.outside(() =>
        backend.transaction(async () => {
          await backend.execute("SET innodb_lock_wait_timeout = 1");
          await Item.create({ name: "kept" });
          const error = await assertRejects(() => Item.where({ id }).updateAll({ count: 2 }), LockTimeoutError);
          assertEquals(error.retryable, true);
        })
      );
    });
    assertEquals(await Item.where({ name: "kept" }).count(), 1);
    assertEquals((await Item.findOrFail(id)).count, 1);
  });

  itemTest("statements that commit by themselves are refused inside a transaction", async ({ backend }) => {
    const texts = [
      "CREATE TABLE other (a INT)",
      "  /* note */ create or replace view v as select 1",
      "ALTER TABLE tx_items ADD extra INT",
      "DROP TABLE tx_items",
      "TRUNCATE TABLE tx_items",
      "-- note\nRENAME TABLE tx_items TO other",
      "LOCK TABLES tx_items WRITE",
      "# note\nANALYZE TABLE tx_items",
    ];
    await backend.transaction(async () => {
      await Item.create({ name: "a" });
      for (const text of texts) {
        await assertRejects(() => backend.execute(text), TransactionError, "inside a transaction", text);
      }
      await assertRejects(() => Item.createTable({ ifNotExists: true }), TransactionError);
      await backend.execute("CREATE TEMPORARY TABLE passing (a INT)");
      await backend.execute("DROP TEMPORARY TABLE passing");
      await Item.create({ name: "b" });
    });
    await assertRejects(() =>
      backend.transaction(async () => {
        await Item.create({ name: "c" });
        throw new RangeError("roll back");
      }), RangeError);
    assertEquals(await Item.count(), 2);
  });

  itemTest("a procedure that commits by itself ends the transaction with an error", async ({ backend }) => {
    await backend.execute("CREATE PROCEDURE finish() BEGIN COMMIT; END");
    const error = await assertRejects(() =>
      backend.transaction(async () => {
        await Item.create({ name: "a" });
        await backend.execute("CALL finish()");
        await Item.create({ name: "ghost" });
      }), TransactionError);
    assert(error.message.includes("has committed the transaction by itself"), error.message);
    assertEquals(await Item.query().pluck("name"), ["a"]);
    await backend.transaction(() => Item.create({ name: "b" }));
    assertEquals(await Item.count(), 2);
  });

  itemTest("isolation levels hold for one transaction, and the next has the server's", async ({ backend }) => {
    const variable = isMariaDB ? "@@tx_isolation" : "@@transaction_isolation";
    const before = await backend.fetchOne(`SELECT ${variable} AS level`);
    for (const isolation of ["READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]) {
      await backend.transaction(() => Item.count(), { isolation });
    }
    assertEquals(await backend.fetchOne(`SELECT ${variable} AS level`), before);
    const seen = async (isolation: string) => {
      const counts: number[] = [];
      await backend.transaction(async () => {
        counts.push(await Item.count());
        await backend.transactions.outside(() => Item.create({ name: isolation }));
        counts.push(await Item.count());
      }, { isolation });
      return counts[1]! - counts[0]!;
    };
    assertEquals(await seen("READ COMMITTED"), 1);
    assertEquals(await seen("REPEATABLE READ"), 0);
  });

  itemTest("a read-only transaction refuses writes, and a deferrable one is refused", async ({ backend }) => {
    await assertRejects(
      () => backend.transaction(() => Item.create({ name: "a" }), { readOnly: true }),
      OperationalError,
      "read-only",
    );
    await assertRejects(() => backend.transaction(() => Item.count(), { deferrable: true }), UnsupportedFeatureError);
    assertEquals(await Item.count(), 0);
  });

  itemTest(
    "findOrCreate() in a transaction finds the row that another one has committed meanwhile",
    async ({ backend }) => {
      await backend.transaction(async () => {
        assertEquals(await Item.count(), 0); // the snapshot begins here
        await backend.transactions.outside(() => Item.create({ name: "a", count: 7 }));
        const found = await Item.findOrCreate({ name: "a" }, { count: 1 });
        assertEquals(found.count, 7);
      }, { isolation: "REPEATABLE READ" });
    },
  );
}
