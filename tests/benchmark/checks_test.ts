import { assertRejects } from "@std/assert";
import { AssertionError } from "node:assert";
import { withPath } from "../support/sqlite.ts";
import type { Contender } from "./contenders/contender.ts";
import { openContender } from "./databases.ts";
import { openStore } from "./store.ts";
import { OWNERS, Source, USERS } from "./users.ts";
import { listWorkloads } from "./workloads.ts";

/** A contender that does nearly what it should. */
function faulty(driver: Contender): Contender {
  return {
    ...driver,
    insert: (user) => driver.insert({ ...user, age: user.age + 1 }),
    insertMany: (users) => driver.insertMany(users.slice(1)),
    insertEach: (users) => driver.insertEach([...users].reverse()),
    find: (id) => driver.find(id === 1 ? 2 : id),
    read: (count) => driver.read(count - 1),
    filter: (age, count) => driver.filter(age + 1, count),
    raiseAge: () => {},
    owners: (first, last) => driver.owners(first + 1, last + 1),
    findSQL: () => ({ sql: "" }),
    queryPageSQL: () => ({ sql: "SELECT 1" }),
  };
}

Deno.test("every workload refuses a contender that does not do the work, and takes one that does", async () => {
  await withPath(async (path) => {
    await using store = await openStore("sqlite", path);
    await store.create(USERS, OWNERS);
    const driver = await openContender("sqlite", "driver", path);
    const source = new Source();
    for (const workload of listWorkloads(100)) {
      const attempt = async () => await workload.check(faulty(driver), source, store);
      await assertRejects(attempt, AssertionError, undefined, workload.id);
      if (workload.isFor(driver)) await workload.check(driver, source, store);
      await store.removeAdded(USERS);
    }
    await driver.close();
  });
});
