import { assert, assertEquals, assertRejects } from "@std/assert";
import { OperationalError } from "../../../mod.ts";
import type { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { eachDriver } from "../../support/postgres.ts";

/** How many statements the server keeps for the connection. */
async function prepared(backend: PostgreSQLBackend): Promise<number> {
  const row = await backend.fetchOne<{ n: number }>("SELECT count(*)::int AS n FROM pg_prepared_statements");
  return row!.n;
}

eachDriver("what comes a second time is prepared, up to statementCacheSize", async (backend) => {
  for (let i = 0; i < 3; i++) {
    for (let n = 0; n < 20; n++) assertEquals(await backend.fetchOne(`SELECT ${n} AS n WHERE 1 = ?`, [1]), { n });
  }
  const kept = await prepared(backend);
  assert(kept >= 1 && kept <= 5, `${kept} are prepared`);
}, { poolSize: 1, statementCacheSize: 5 });

eachDriver("nothing is prepared where that is switched off", async (backend) => {
  for (let i = 0; i < 4; i++) await backend.fetchOne("SELECT 1 AS n WHERE 1 = ?", [1]);
  assertEquals(await prepared(backend), 0);
}, { poolSize: 1, prepare: false });

eachDriver("a connection whose statements are others than it once prepared is replaced", async (backend) => {
  const pid = async () => (await backend.fetchOne<{ pid: number }>("SELECT pg_backend_pid() AS pid"))!.pid;
  const first = await pid();
  for (let i = 0; i < 15; i++) {
    for (let n = 0; n < 6; n++) assertEquals(await backend.fetchOne(`SELECT ${n} AS n WHERE 1 = ?`, [1]), { n });
  }
  // npm:pg makes room instead, so that its connection stays.
  assertEquals(await pid() === first, backend.config.driver === "pg");
}, { poolSize: 1, statementCacheSize: 2 });

eachDriver("a statement that was prepared before its table changed runs on", async (backend) => {
  await backend.execute("CREATE TABLE t (a int)");
  await backend.execute("INSERT INTO t VALUES (1)");
  const all = () => backend.fetchAll("SELECT * FROM t WHERE a = ?", [1]);
  for (let i = 0; i < 3; i++) assertEquals(await all(), [{ a: 1 }]);
  await backend.execute("ALTER TABLE t ADD COLUMN b text DEFAULT 'x'");
  for (let i = 0; i < 3; i++) assertEquals(await all(), [{ a: 1, b: "x" }]);
  await backend.execute("ALTER TABLE t ALTER COLUMN a TYPE bigint");
  for (let i = 0; i < 3; i++) assertEquals(await all(), [{ a: 1, b: "x" }]);
}, { poolSize: 1 });

eachDriver("in a transaction such a statement fails, may be tried again, and then runs", async (backend) => {
  await backend.execute("CREATE TABLE t (a int)");
  const all = () => backend.fetchAll("SELECT * FROM t WHERE a = ?", [1]);
  for (let i = 0; i < 3; i++) await all();
  await backend.execute("ALTER TABLE t ADD COLUMN b int");
  const error = await assertRejects(() => backend.transaction(all), OperationalError);
  assertEquals([error.code, error.retryable], ["0A000", true]);
  await backend.execute("ALTER TABLE t ADD COLUMN c int");
  let tries = 0;
  await backend.transaction(async () => {
    tries++;
    await all();
  }, { retries: 2 });
  assert(tries <= 2);
}, { poolSize: 1 });

eachDriver("prepared statements that somebody has removed are prepared again", async (backend) => {
  const one = () => backend.fetchOne("SELECT 1 AS n WHERE 1 = ?", [1]);
  for (let i = 0; i < 3; i++) await one();
  await backend.execute("DEALLOCATE ALL");
  for (let i = 0; i < 3; i++) assertEquals(await one(), { n: 1 });
}, { poolSize: 1 });
