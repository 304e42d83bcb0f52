import assert from "node:assert/strict";
import { z } from "zod";
import { ActiveRecord, instant, primaryKey, QueryBuildError } from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Reading extends ActiveRecord.define("readings", {
  station: primaryKey(z.string()),
  hour: primaryKey(z.int()),
  value: z.number().default(0),
}) {}

/** The same times as they are, and as a Date holds them. */
class Moment extends ActiveRecord.define("moments", { at: primaryKey(instant()), number: z.int() }) {}
class RoundedMoment extends ActiveRecord.define("moments", { at: primaryKey(z.date()), number: z.int() }) {}

async function people(count: number): Promise<void> {
  await User.insertMany(Array.from({ length: count }, (_, i) => userValues(`User ${i}`, { age: i })));
}

/** Many rows, one after the other. */
export const stream: SuiteGroup = group("query/stream", [...basicModels, Reading, Moment], (test) => {
  test("stream() gives every record once, in order", async () => {
    await people(25);
    const ages: (number | null)[] = [];
    for await (const user of User.orderBy("-age").stream({ batchSize: 10 })) {
      assert.ok(user instanceof User && user.isPersisted);
      ages.push(user.age);
    }
    assert.deepEqual(ages, Array.from({ length: 25 }, (_, i) => 24 - i));
  });

  test("ending the loop of a stream early leaves the database usable", async () => {
    await people(25);
    for (let round = 0; round < 10; round++) {
      for await (const user of User.orderBy("id").stream({ batchSize: 2 })) if (user.age === 3) break;
    }
    await User.where({ age: 3 }).updateAll({ name: "Three" });
    await errorOf(RangeError, async () => {
      for await (const _ of User.query().stream()) throw new RangeError("stop");
    });
    assert.equal((await User.findBy({ age: 3 }))?.name, "Three");
  });

  test("records of a stream can be saved in its loop", async () => {
    await people(25);
    let count = 0;
    for await (const user of User.orderBy("id").stream({ batchSize: 4 })) {
      await user.update({ name: `Seen ${user.age}` });
      count++;
    }
    assert.equal(count, 25);
    assert.equal(await User.where({ name__startswith: "Seen " }).count(), 25);
  });

  test("records can be inserted and queried in the loop of a stream", async () => {
    await people(5);
    for await (const user of User.orderBy("id").limit(5).stream({ batchSize: 2 })) {
      await Post.create({ title: user.name, userId: user.id });
      assert.equal(await Post.where({ userId: user.id }).count(), 1);
    }
    assert.equal(await Post.count(), 5);
  });

  test("stream() inside a transaction sees the transaction's own rows", async () => {
    await User.transaction(async () => {
      await people(3);
      let count = 0;
      for await (const _ of User.query().stream()) count++;
      assert.equal(count, 3);
    });
  });

  test("stream() loads relations for each group of records, and sends afterLoad", async ({ backend }) => {
    await people(3);
    const loads: string[] = [];
    const offs = [
      User.on("afterLoad", (user) => void (user.name = `${user.name}!`)),
      backend.on("query", ({ sql }) => {
        if (sql.includes("posts")) loads.push(sql);
      }),
    ];
    const seen: string[] = [];
    try {
      for await (const user of User.with("posts").orderBy("id").stream({ batchSize: 2 })) {
        assert.equal(user.posts.length, 0);
        seen.push(user.name);
      }
    } finally {
      offs.forEach((off) => off());
    }
    assert.deepEqual(seen, ["User 0!", "User 1!", "User 2!"]);
    assert.equal(loads.length, 2);
  });

  test("a stream of plain rows gives rows", async () => {
    await people(3);
    const rows: unknown[] = [];
    for await (const row of User.select("age").orderBy("age").stream({ batchSize: 2 })) rows.push(row);
    assert.deepEqual(rows, [{ age: 0 }, { age: 1 }, { age: 2 }]);
  });

  test("stream() of no rows ends at once, and refuses a wrong size", async ({ backend }) => {
    for await (const _ of User.query().stream()) assert.fail("there are no rows");
    await people(1);
    await errorOf(QueryBuildError, () => User.query().stream({ batchSize: 0 }).next());
    for (const size of [0, -1, 1.5, NaN, Infinity]) {
      await errorOf(QueryBuildError, async () => {
        for await (const _ of backend.stream(User.query().toNode(), size)) assert.fail("rows of no group");
      });
    }
  });

  test("inBatches() gives lists in the order of the key", async ({ backend }) => {
    await people(25);
    const sizes: number[] = [];
    await assertQueries(backend, 3, async () => {
      for await (const batch of User.query().inBatches({ size: 10 })) sizes.push(batch.length);
    });
    assert.deepEqual(sizes, [10, 10, 5]);
  });

  test("inBatches() misses no row and gives none twice while rows are deleted", async () => {
    await people(25);
    const seen: (number | null)[] = [];
    for await (const batch of User.query().inBatches({ size: 10 })) {
      seen.push(...batch.map((user) => user.age));
      for (const user of batch) await user.delete();
    }
    assert.deepEqual(seen, Array.from({ length: 25 }, (_, i) => i));
    assert.equal(await User.count(), 0);
  });

  test("inBatches() respects conditions and a limit", async () => {
    await people(25);
    const seen: (number | null)[] = [];
    for await (const batch of User.where({ age__gte: 5 }).limit(12).inBatches({ size: 5 })) {
      seen.push(...batch.map((user) => user.age));
    }
    assert.deepEqual(seen, Array.from({ length: 12 }, (_, i) => i + 5));
  });

  test("inBatches() goes by a composite key", async () => {
    const values = ["a", "b"].flatMap((station) => [1, 2, 3].map((hour) => ({ station, hour })));
    await Reading.insertMany(values);
    const seen: string[] = [];
    for await (const batch of Reading.query().inBatches({ size: 2 })) {
      seen.push(batch.map(({ station, hour }) => `${station}${hour}`).join(" "));
    }
    assert.deepEqual(seen, ["a1 a2", "a3 b1", "b2 b3"]);
  });

  test("inBatches() goes by keys that are finer than the values of records", async ({ backend }) => {
    const start = Temporal.Instant.from("2024-05-01T10:00:00Z");
    await Moment.insertMany([1, 2, 3, 4].map((number) => ({ at: start.add({ microseconds: 400 * number }), number })));
    RoundedMoment.configure(backend);
    for (const size of [1, 2, 3]) {
      const seen: number[] = [];
      for await (const batch of RoundedMoment.query().inBatches({ size })) {
        seen.push(...batch.map(({ number }) => number));
        assert.ok(seen.length <= 4, `${size} at once: ${seen.join(" ")} …`);
      }
      assert.deepEqual(seen, [1, 2, 3, 4]);
    }
  });

  test("inBatches() refuses an order, an offset and a wrong size", async () => {
    await errorOf(QueryBuildError, () => User.orderBy("name").inBatches().next());
    await errorOf(QueryBuildError, () => User.query().offset(1).inBatches().next());
    await errorOf(QueryBuildError, () => User.query().inBatches({ size: 0 }).next());
  });
});
