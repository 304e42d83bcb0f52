import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  primaryKey,
  QueryBuildError,
  TransactionError,
  UnsupportedFeatureError,
} from "../../../../mod.ts";
import { assertQueries } from "../../assert_queries.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

class Place extends ActiveRecord.define("places", {
  id: primaryKey(),
  name: column(z.string().max(50), { index: true }),
}) {}

/** Locks of rows and hints for the planner. */
export const locks: SuiteGroup = group("query/locks", [...basicModels, Place], (test) => {
  test("forUpdate() and forShare() give the rows inside a transaction", { requires: ["locks"] }, async () => {
    const ada = await makeUser("Ada");
    await User.transaction(async () => {
      assert.equal((await User.where({ id: ada.id }).forUpdate().first())?.name, "Ada");
      assert.equal((await User.where({ id: ada.id }).forShare().all()).length, 1);
      assert.equal(await User.where({ id: ada.id }).forUpdate().count(), 1);
      assert.equal(await User.where({ id: ada.id }).forUpdate().exists(), true);
    });
  });

  test("forUpdate() keeps another transaction from changing a row until the first ends", {
    requires: ["locks", "locks.nowait", "sharedDatabase"],
  }, async ({ openSecond }) => {
    const ada = await makeUser("Ada");
    const second = await openSecond();
    const statement = User.where({ id: ada.id }).forUpdate({ nowait: true }).toNode();
    await User.transaction(async () => {
      await User.where({ id: ada.id }).forUpdate().all();
      await assert.rejects(() => second.transaction(async () => void await second.run(statement)));
    });
    await second.transaction(async () => assert.equal((await second.run(statement)).rows.length, 1));
  });

  test("skipLocked leaves out what somebody else has locked", {
    requires: ["locks", "locks.skipLocked", "sharedDatabase"],
  }, async ({ openSecond }) => {
    const [ada] = [await makeUser("Ada"), await makeUser("Bob")];
    const second = await openSecond();
    const statement = User.select("name").forUpdate({ skipLocked: true }).toNode();
    await User.transaction(async () => {
      await User.where({ id: ada.id }).forUpdate().all();
      const { rows } = await second.transaction(async () => await second.run(statement));
      assert.deepEqual(rows.map(([name]) => name), ["Bob"]);
    });
  });

  test("a lock outside a transaction is refused, since it would be gone at once", { requires: ["locks"] }, async ({
    backend,
  }) => {
    await assertQueries(backend, 0, () => errorOf(TransactionError, () => User.query().forUpdate().all()));
  });

  test("a lock of a table that is not read, and of rows that are made of several, is refused", async ({ backend }) => {
    const wrong = [
      [User.query().forUpdate({ of: ["nope"] }), 'Unknown table "nope" in "of" of forUpdate(): the query reads users'],
      [User.query().forShare().distinct(), "forShare() locks rows, and those of distinct()"],
      [User.select("age").groupBy("age").forUpdate(), "groupBy()"],
    ] as const;
    await User.transaction(async () => {
      for (const [query, part] of wrong) {
        const { message } = await assertQueries(backend, 0, () => errorOf(QueryBuildError, () => query.all()));
        assert.ok(message.includes(part), message);
      }
    });
  });

  test("locks and hints that the database lacks are refused before anything is sent", async ({ backend }) => {
    const cases = [
      ["locks", () => User.query().forUpdate()],
      ["locks.nowait", () => User.query().forUpdate({ nowait: true })],
      ["locks.skipLocked", () => User.query().forShare({ skipLocked: true })],
      ["locks.of", () => User.query().forUpdate({ of: ["users"] })],
      ["hints.index", () => User.query().useIndex("users_email_key")],
      ["hints.indexList", () => User.query().useIndex(["users_email_key", "other"])],
      ["hints.ignoreIndex", () => User.query().useIndex("users_email_key", { action: "ignore" })],
      ["hints.optimizer", () => User.query().optimizerHint("SET_VAR(sort_buffer_size = 16)")],
      ["hints.joinOrder", () => User.query().keepJoinOrder()],
    ] as const;
    for (const [capability, query] of cases) {
      if (backend.supports(capability)) continue;
      await assertQueries(backend, 0, async () => {
        await errorOf(UnsupportedFeatureError, () => backend.transaction(async () => void await query().all()));
        await errorOf(UnsupportedFeatureError, () => query().toSQL());
      });
    }
  });

  test("useIndex() gives the same rows with an index, and without any", { requires: ["hints.index"] }, async () => {
    await Place.create({ name: "Rome" });
    const query = Place.where({ name: "Rome" });
    for (const hinted of [query.useIndex("places_name_idx"), query.useIndex([]), query.useIndex()]) {
      assert.deepEqual(await hinted.pluck("name"), ["Rome"]);
      assert.equal(await hinted.count(), 1);
    }
  });

  test("wrong locks and hints are refused when they are built", async () => {
    // deno-lint-ignore no-explicit-any
    const query: any = User.query();
    for (
      const build of [
        () => query.forUpdate({ nowait: true, skipLocked: true }),
        () => query.forShare({ of: "users" }),
        () => query.forShare({ of: [""] }),
        () => query.useIndex("a", { action: "drop" }),
        () => query.useIndex([1]),
        () => query.useIndex(""),
        () => query.optimizerHint(""),
        () => query.optimizerHint(5),
      ]
    ) assert.match((await errorOf(QueryBuildError, build)).message, / of User/, String(build));
  });
});
