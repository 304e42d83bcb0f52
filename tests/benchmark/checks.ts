/** That the work is really done, told by the driver and by the data that is known beforehand. */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import type { Contender } from "./contenders/contender.ts";
import type { Store } from "./store.ts";
import { plainPosts, plainUser, type Source, USERS, type UserValues } from "./users.ts";

/** One for each kind of work; each throws an `AssertionError` that shows the difference. */
export const checks = {
  async insert(contender: Contender, source: Source, store: Store): Promise<void> {
    const user = source.newUser();
    await added(store, [user], async () => {
      const id = await contender.insert(user);
      deepStrictEqual(await store.user(id), { id, ...user });
    });
  },

  async insertMany(contender: Contender, source: Source, store: Store): Promise<void> {
    const users = source.newUsers(1_000);
    await added(store, users, () => contender.insertMany(users));
  },

  async insertEach(contender: Contender, source: Source, store: Store): Promise<void> {
    const users = source.newUsers(10);
    await added(store, users, () => contender.insertEach(users));
  },

  async find(contender: Contender): Promise<void> {
    for (const id of [1, 77, USERS]) deepStrictEqual(contender.toPlainUser(await contender.find(id)), plainUser(id));
  },

  async read(contender: Contender, count: number): Promise<void> {
    const records = await contender.read(count);
    strictEqual(records.length, count);
    for (const index of [0, count >> 1, count - 1]) {
      deepStrictEqual(contender.toPlainUser(records[index]), plainUser(index + 1));
    }
  },

  async filter(contender: Contender): Promise<void> {
    const all = Array.from({ length: USERS }, (_, i) => plainUser(USERS - i));
    const records = await contender.filter(70, 20);
    deepStrictEqual(
      records.map((record) => contender.toPlainUser(record)),
      all.filter(({ age }) => age >= 70).slice(0, 20),
    );
  },

  async raiseAge(contender: Contender, _source: Source, store: Store): Promise<void> {
    const id = USERS / 2 + 1;
    const before = await store.user(id);
    for (let times = 0; times < 80; times++) await contender.raiseAge(id);
    deepStrictEqual(await store.user(id), before); // ages go round
    await contender.raiseAge(id);
    deepStrictEqual(await store.user(id), { ...before, age: (before.age + 1) % 80 });
  },

  async owners(contender: Contender): Promise<void> {
    const owners = await contender.owners(201, 300);
    strictEqual(owners.length, 100);
    owners.forEach((owner, index) => {
      deepStrictEqual(contender.toPlainUser(owner), plainUser(201 + index));
      deepStrictEqual(contender.toPlainPosts(owner), plainPosts(201 + index));
    });
  },

  async concurrentFinds(contender: Contender, flows: number): Promise<void> {
    const ids = Array.from({ length: flows }, (_, i) => 1 + i);
    const records = await Promise.all(ids.map((id) => contender.find(id)));
    deepStrictEqual(records.map((record) => contender.toPlainUser(record)), ids.map(plainUser));
  },

  findSQL(contender: Contender): void {
    match(textOf(contender.findSQL?.(7)), /^SELECT .+ WHERE /s);
  },

  queryPageSQL(contender: Contender): void {
    match(textOf(contender.queryPageSQL?.(18)), /^SELECT .+ WHERE .+ AND .+ OR .+ ORDER BY .+ LIMIT /s);
  },
} as const;

/** Does something, and finds exactly these users added. */
async function added(store: Store, users: readonly UserValues[], work: () => unknown): Promise<void> {
  const before = await store.countUsers();
  await work();
  strictEqual(await store.countUsers(), before + users.length);
  const { id: _, ...last } = await store.lastUser();
  deepStrictEqual(last, users.at(-1));
}

function textOf(statement: unknown): string {
  const { sql } = statement as { sql?: unknown }; // what toSQL() gives, as far as this check knows
  return String(sql);
}
