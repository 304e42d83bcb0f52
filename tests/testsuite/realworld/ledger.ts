import assert from "node:assert/strict";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  primaryKey,
  timestamps,
  uuidKey,
  ValidationError,
  type ValidationIssue,
} from "../../../mod.ts";
import { errorOf } from "../error_of.ts";
import { group, type SuiteGroup } from "../suite.ts";

class Account extends ActiveRecord.define("bank_accounts", {
  id: primaryKey(),
  owner: column(z.string(), { unique: true }),
  balance: z.bigint().default(0n),
}) {
  get entries() {
    return this.hasMany(() => Entry, { foreignKey: "accountId", dependent: "restrict" });
  }
  override *rules(): Iterable<ValidationIssue> {
    if (this.balance < 0n) yield { path: ["balance"], code: "overdrawn", message: "The account has not enough money" };
  }
}

class Entry extends ActiveRecord.define(
  "ledger_entries",
  {
    accountId: column(z.int(), { references: "bank_accounts.id" }),
    transfer: z.uuid(),
    amount: z.bigint(),
  },
  uuidKey(),
  timestamps(),
) {
  get account() {
    return this.belongsTo(() => Account);
  }
}

async function post(id: number, transfer: string, amount: bigint): Promise<void> {
  const account = await Account.findOrFail(id);
  await account.update({ balance: account.balance + amount });
  await account.entries.create({ transfer, amount });
}

/** Moves money; the number of the transfer is given when it has happened. */
function transferMoney(from: number, to: number, amount: bigint): Promise<string> {
  return Account.transaction(async () => {
    const transfer = crypto.randomUUID();
    // Whoever changes several rows changes them in one order, or two wait for each other.
    const steps = [[from, -amount], [to, amount]] as const;
    for (const [id, change] of steps.toSorted(([a], [b]) => a - b)) await post(id, transfer, change);
    return transfer;
  }, { isolation: "SERIALIZABLE", retries: 100 });
}

async function bank(...balances: readonly bigint[]): Promise<number[]> {
  const accounts = await Account.createMany(balances.map((balance, i) => ({ owner: `Owner ${i}`, balance })));
  return accounts.map((account) => account.id);
}

const balances = () => Account.orderBy("id").pluck("balance");

/** Money that is moved between accounts. */
export const ledger: SuiteGroup = group("realworld/ledger", [Account, Entry], (test) => {
  test("a transfer changes both accounts and leaves two entries that add up to nothing", async () => {
    const [a, b] = await bank(100n, 0n);
    const transfer = await transferMoney(a!, b!, 30n);
    assert.deepEqual(await balances(), [70n, 30n]);
    assert.deepEqual((await Entry.where({ transfer }).pluck("amount")).toSorted(), [-30n, 30n].toSorted());
    assert.equal(await Entry.where({ transfer }).sum("amount"), 0);
  });

  test("an account that has not enough money stops the transfer", async () => {
    const [a, b] = await bank(10n, 0n);
    const error = await errorOf(ValidationError, () => transferMoney(a!, b!, 11n));
    assert.deepEqual(error.issues.map((issue) => issue.code), ["overdrawn"]);
    assert.deepEqual([await balances(), await Entry.count()], [[10n, 0n], 0]);
  });

  test("a transfer to an account that does not exist is undone", async () => {
    const [a] = await bank(10n);
    await assert.rejects(transferMoney(a!, 4_711, 5n));
    assert.deepEqual([await balances(), await Entry.count()], [[10n], 0]);
  });

  test("many transfers at once neither make nor lose money", async () => {
    const ids = await bank(1_000n, 1_000n, 1_000n);
    const results = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) => transferMoney(ids[i % 3]!, ids[(i + 1 + i % 2) % 3]!, BigInt(i))),
    );
    assert.ok(
      results.every((result) => result.status === "fulfilled"),
      String(results.find((r) => r.status === "rejected")),
    );
    assert.equal((await balances()).reduce((sum, balance) => sum + balance), 3_000n);
    assert.equal(await Entry.count(), 120);
    assert.equal(await Entry.query().sum("amount"), 0);
    for (const account of await Account.with("entries")) {
      const booked = [...account.entries].reduce((sum, entry) => sum + entry.amount, 1_000n);
      assert.equal(account.balance, booked);
    }
  });

  test("a batch of transfers keeps what worked and undoes only what did not", async () => {
    const [a, b] = await bank(100n, 0n);
    const failed: bigint[] = [];
    await Account.transaction(async () => {
      for (const amount of [60n, 70n, 40n]) {
        await Account.transaction(async () => {
          const transfer = crypto.randomUUID();
          await post(b!, transfer, amount);
          await post(a!, transfer, -amount);
        }).catch(() => void failed.push(amount));
      }
    });
    assert.deepEqual(failed, [70n]);
    assert.deepEqual(await balances(), [0n, 100n]);
    assert.equal(await Entry.count(), 4);
  });

  test("balances near the end of 64 bits stay exact", async () => {
    const [a, b] = await bank(2n ** 62n, 2n ** 62n - 1n);
    await transferMoney(a!, b!, 2n ** 62n);
    assert.deepEqual(await balances(), [0n, 2n ** 63n - 1n]);
    await assert.rejects(transferMoney(b!, a!, 2n ** 63n));
  });
});
