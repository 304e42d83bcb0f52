import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import { ActiveRecord, ConnectionError, fn, primaryKey, QueryBuildError, QueryError, sql } from "../../../mod.ts";
import { eachPlace, withPath } from "../../support/sqlite.ts";

const ROWS = 1_000;

async function numbers(backend: SQLiteBackend) {
  class Item extends ActiveRecord.define("items", { id: primaryKey(), value: z.int() }) {}
  Item.configure(backend);
  await Item.createTable();
  await Item.insertMany(Array.from({ length: ROWS }, (_, i) => ({ value: i })));
  return Item;
}

eachPlace("stream() gives every record once, in order", async (backend) => {
  const Item = await numbers(backend);
  const values: number[] = [];
  for await (const item of Item.query().orderBy("id").stream({ batchSize: 7 })) {
    assert(item instanceof Item);
    values.push(item.value);
  }
  assertEquals(values, Array.from({ length: ROWS }, (_, i) => i));
});

eachPlace("stream() of plain rows and of no rows", async (backend) => {
  const Item = await numbers(backend);
  let sum = 0;
  for await (
    const { doubled } of Item.where({ value__lt: 10 }).select({ doubled: fn.abs(Item.c.value) }).stream()
  ) {
    sum += doubled;
  }
  assertEquals(sum, 45);
  for await (const _ of Item.where({ value__lt: 0 }).stream()) throw new Error("a row");
});

eachPlace("stream() refuses a batch size that is none, and a wrong query fails at its first row", async (backend) => {
  const Item = await numbers(backend);
  for (const batchSize of [0, -1, 1.5, NaN]) {
    await assertRejects(() => Item.query().stream({ batchSize }).next(), QueryBuildError, "batchSize");
  }
  await assertRejects(() => Item.where(sql<boolean>`nothing > 1`).stream().next(), QueryError);
  assertEquals(await Item.count(), ROWS);
});

eachPlace("stream() that is left early leaves the backend free for everything", async (backend) => {
  const Item = await numbers(backend);
  for (let i = 0; i < 20; i++) {
    for await (const _ of Item.query().stream({ batchSize: 10 })) break;
  }
  await Item.transaction(() => Item.updateAll({ value: 0 }, { all: true }));
  await Item.dropTable();
  await backend.disconnect();
});

Deno.test("stream() that is left early holds no snapshot: the log of the file can be emptied", async () => {
  await withPath(async (path) => {
    await using backend = new SQLiteBackend({ database: path });
    const Item = await numbers(backend);
    for await (const _ of Item.query().stream({ batchSize: 1 })) {
      await Item.create({ value: -1 });
      break;
    }
    await assertRejects(
      async () => {
        for await (const _ of Item.query().stream({ batchSize: 1 })) throw new Error("by the caller");
      },
      Error,
      "by the caller",
    );
    const row = await backend.fetchOne<{ busy: number }>("PRAGMA wal_checkpoint(TRUNCATE)");
    assertEquals(row?.busy, 0);
    assertEquals((await Deno.stat(`${path}-wal`)).size, 0);
  });
});

Deno.test("after disconnect() the files of the database can be removed", async () => {
  await withPath(async (path) => {
    const backend = new SQLiteBackend({ database: path });
    const Item = await numbers(backend);
    const left = Item.query().stream({ batchSize: 1 });
    await left.next();
    for await (const _ of Item.query().stream({ batchSize: 1 })) break;
    await left.return();
    await backend.disconnect();
    const files = [...Deno.readDirSync(path.replace(/app\.db$/, ""))].map(({ name }) => name);
    assertEquals(files, ["app.db"]);
  });
});

Deno.test("disconnect() while a stream is open ends it with an error, and closes its connection", async () => {
  await withPath(async (path) => {
    const backend = new SQLiteBackend({ database: path });
    const Item = await numbers(backend);
    let seen = 0;
    await assertRejects(async () => {
      for await (const _ of Item.query().stream({ batchSize: 1 })) {
        if (++seen === 3) await backend.disconnect();
      }
    }, ConnectionError);
    const files = [...Deno.readDirSync(path.replace(/app\.db$/, ""))].map(({ name }) => name);
    assertEquals(files, ["app.db"]);
  });
});

eachPlace("writes are possible while a stream is read, and each row is given once", async (backend) => {
  const Item = await numbers(backend);
  let seen = 0;
  for await (const item of Item.query().orderBy("id").stream({ batchSize: 50 })) {
    seen++;
    item.value += ROWS;
    await item.save();
    if (seen % 100 === 0) {
      await Item.transaction(async () => {
        await Item.create({ value: -1 });
        await Item.create({ value: -2 });
      });
    }
  }
  assertEquals(seen, ROWS);
  assertEquals(await Item.where({ value__gte: ROWS }).count(), ROWS);
  assertEquals(await Item.where({ value__lt: 0 }).count(), 20);
});

eachPlace("several streams run beside each other", async (backend) => {
  const Item = await numbers(backend);
  const read = async (low: number) => {
    let count = 0;
    for await (const _ of Item.where({ value__gte: low }).stream({ batchSize: 13 })) {
      count++;
      if (count % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return count;
  };
  const lows = [0, 100, 200, 300, 400, 500, 600, 700];
  assertEquals(await Promise.all(lows.map(read)), lows.map((low) => ROWS - low));
  let pairs = 0;
  for await (const outer of Item.where({ value__lt: 5 }).stream({ batchSize: 1 })) {
    for await (const inner of Item.where({ value__lt: 5 }).stream({ batchSize: 1 })) {
      if (inner.value === outer.value) pairs++;
    }
  }
  assertEquals(pairs, 5);
});

eachPlace("a stream inside a transaction sees its writes, and survives its rollback", async (backend) => {
  const Item = await numbers(backend);
  await assertRejects(
    () =>
      Item.transaction(async () => {
        await Item.updateAll({ value: 7 }, { all: true });
        await Item.create({ value: 7 });
        let seen = 0;
        for await (const item of Item.query().stream({ batchSize: 9 })) {
          assertEquals(item.value, 7);
          if (++seen < 5) await Item.create({ value: 7 });
        }
        assertEquals(seen >= ROWS + 1 && seen <= ROWS + 5, true);
        throw new Error("back");
      }),
    Error,
    "back",
  );
  assertEquals(await Item.where({ value: 7 }).count(), 1);
  assertEquals(await Item.count(), ROWS);
});

eachPlace("an open stream does not see a transaction that is not committed", async (backend) => {
  const Item = await numbers(backend);
  await Item.transaction(async () => {
    await Item.deleteAll({ all: true });
    const outside = backend.transactions.outside(async () => {
      if (backend.config.isMemory) return ROWS; // it would have to wait for the end of the transaction
      let seen = 0;
      for await (const _ of Item.query().stream()) seen++;
      return seen;
    });
    assertEquals(await outside, ROWS);
  });
});

eachPlace("inBatches() goes by key while rows are changed and removed", async (backend) => {
  const Item = await numbers(backend);
  const sizes: number[] = [];
  for await (const batch of Item.query().inBatches({ size: 300 })) {
    sizes.push(batch.length);
    await Item.where({ id__in: batch.map((item) => item.id) }).deleteAll();
  }
  assertEquals(sizes, [300, 300, 300, 100]);
  assertEquals(await Item.count(), 0);
});
