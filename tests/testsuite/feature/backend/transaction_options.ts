import assert from "node:assert/strict";
import { CancelledError, OperationalError, TimeoutError, TransactionError } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, makeUser, User } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** How a transaction runs. */
export const transactionOptions: SuiteGroup = group("backend/transaction_options", basicModels, (test) => {
  test("a timeout rolls back with TimeoutError, and later calls in the function get it too", async () => {
    let late: unknown;
    const error = await errorOf(TimeoutError, () =>
      User.transaction(async () => {
        await makeUser("Ada");
        await pause(60);
        late = await makeUser("Bob").catch((error) => error);
      }, { timeout: 20 }));
    assert.match(error.message, /20 ms/);
    await pause(60);
    assert.ok(late instanceof TimeoutError);
    assert.equal(await User.count(), 0);
  });

  test("a signal that is aborted rolls back with CancelledError", async () => {
    const controller = new AbortController();
    await errorOf(CancelledError, () =>
      User.transaction(async () => {
        await makeUser("Ada");
        controller.abort();
        await pause(10);
        await makeUser("Bob");
      }, { signal: controller.signal }));
    await errorOf(CancelledError, () => User.transaction(() => makeUser("Cid"), { signal: controller.signal }));
    assert.equal(await User.count(), 0);
  });

  test("a read-only transaction refuses writes", { requires: ["transactions.readOnly"] }, async () => {
    await makeUser("Ada");
    await User.transaction(async () => {
      assert.equal(await User.count(), 1);
      await errorOf(OperationalError, () => User.where({ name: "Ada" }).updateAll({ age: 1 }));
    }, { readOnly: true }).catch(() => {});
    assert.equal(await User.where({ age: 1 }).count(), 0);
    await makeUser("Bob");
  });

  test("isolation levels are known by the seeds' names in any case, others are refused", async () => {
    for (const isolation of ["SERIALIZABLE", "serializable", "repeatable_read", "read-committed", "Read Uncommitted"]) {
      await User.transaction(() => User.count(), { isolation });
    }
    const error = await errorOf(TransactionError, () => User.transaction(() => 1, { isolation: "chaos" }));
    assert.match(error.message, /"chaos".*SERIALIZABLE/);
    await User.transaction(async () => {
      await errorOf(TransactionError, () => User.transaction(() => 1, { isolation: "SERIALIZABLE" }));
    });
  });

  test("unknown and wrong options are refused by name", async () => {
    for (
      const options of [{ nope: 1 }, { retries: -1 }, { retries: 1.5 }, { timeout: 0 }, { timeout: NaN }, {
        timeout: -1,
      }]
    ) {
      const error = await errorOf(TransactionError, () => User.transaction(() => 1, options as never));
      assert.match(error.message, new RegExp(Object.keys(options)[0]!));
    }
    await errorOf(TransactionError, () => User.begin({ retries: 1 }));
  });
});
