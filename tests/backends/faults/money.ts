import { z } from "zod";
import { ActiveRecord, column } from "../../../mod.ts";
import type { StorageBackend } from "../../../mod.ts";

/** Accounts whose balances always add up to the same. */
export class Account extends ActiveRecord.define("fault_accounts", {
  id: column(z.int(), { type: "int" }),
  balance: z.int(),
}, { primaryKey: "id" }) {}

/** One row for each transfer, written in its transaction. */
export class Transfer extends ActiveRecord.define("fault_transfers", {
  id: z.uuid(),
  sender: z.int(),
  receiver: z.int(),
  amount: z.int(),
}, { primaryKey: "id" }) {}

/** How many accounts there are. */
export const ACCOUNTS = 100;

/** What all balances are together. */
export const TOTAL = ACCOUNTS * 1_000;

/** Creates the tables and opens the accounts. */
export async function openAccounts(backend: StorageBackend): Promise<void> {
  Account.configure(backend);
  Transfer.configure(backend);
  await Account.createTable();
  await Transfer.createTable();
  await Account.insertMany(Array.from({ length: ACCOUNTS }, (_, id) => ({ id: id + 1, balance: TOTAL / ACCOUNTS })));
}

/** Moves money between two accounts chosen at random; the transfer is known by its id. */
export async function transfer(id: string): Promise<void> {
  const [sender, receiver] = twoAccounts();
  await Account.transaction(async () => {
    // Always in the same order, so that the accounts themselves cause no deadlocks.
    for (const account of [sender, receiver].sort((a, b) => a - b)) {
      const amount = account === sender ? -1 : 1;
      const found = await Account.findOrFail(account);
      await found.increment("balance", amount);
    }
    await Transfer.create({ id, sender, receiver, amount: 1 });
  });
}

function twoAccounts(): [number, number] {
  const first = 1 + Math.floor(Math.random() * ACCOUNTS);
  const second = 1 + (first + Math.floor(Math.random() * (ACCOUNTS - 1))) % ACCOUNTS;
  return [first, second];
}
