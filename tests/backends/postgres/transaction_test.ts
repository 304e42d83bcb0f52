import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  column,
  ConnectionError,
  primaryKey,
  QueryError,
  TransactionError,
  UniqueViolationError,
  UnknownOutcomeError,
} from "../../../mod.ts";
import { PostgreSQLBackend } from "../../../backends/postgres/mod.ts";
import { eachDriver, sleep } from "../../support/postgres.ts";

class Note extends ActiveRecord.define("notes", {
  id: primaryKey(),
  text: column(z.string(), { unique: true }),
}) {}

const LEVELS = ["READ UNCOMMITTED", "READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"] as const;

eachDriver("a transaction has the isolation and the mode that were asked for", async (backend) => {
  const settings = () =>
    backend.fetchOne(
      "SELECT current_setting('transaction_isolation') AS level, current_setting('transaction_read_only') AS reads," +
        " current_setting('transaction_deferrable') AS waits",
    );
  for (const isolation of LEVELS) {
    assertEquals(await backend.transaction(settings, { isolation }), {
      level: isolation.toLowerCase(),
      reads: "off",
      waits: "off",
    });
  }
  assertEquals(
    await backend.transaction(settings, { isolation: "SERIALIZABLE", readOnly: true, deferrable: true }),
    { level: "serializable", reads: "on", waits: "on" },
  );
  await assertRejects(() => backend.transaction(settings, { deferrable: true }), TransactionError, "readOnly");
});

eachDriver("COMMIT after a failed statement is never reported as done", async (backend) => {
  Note.configure(backend);
  await Note.createTable();
  const error = await assertRejects(
    () =>
      backend.transaction(async () => {
        await Note.create({ text: "a" });
        await assertRejects(() => backend.execute("SELECT * FROM nowhere"), QueryError);
      }),
    TransactionError,
    "rolled back instead of committed",
  );
  assertInstanceOf(error.driverError, Error);
  assertEquals(await Note.count(), 0);
  assertEquals(backend.pool.stats().busy, 0);
});

eachDriver("a failure inside a nested transaction is undone with it", async (backend) => {
  Note.configure(backend);
  await Note.createTable();
  await backend.transaction(async (tx) => {
    await Note.create({ text: "a" });
    await assertRejects(() => backend.transaction(() => Note.create({ text: "a" })), UniqueViolationError);
    const mark = await tx.savepoint();
    await assertRejects(() => backend.execute("SELECT * FROM nowhere"), QueryError);
    await tx.rollbackTo(mark);
    await Note.create({ text: "b" });
  });
  assertEquals(await Note.orderBy("id").pluck("text"), ["a", "b"]);
});

eachDriver("DDL is part of a transaction", async (backend) => {
  await assertRejects(() =>
    backend.transaction(async () => {
      Note.configure(backend);
      await Note.createTable();
      await Note.create({ text: "a" });
      throw new RangeError("no");
    }), RangeError);
  assertEquals(await backend.tableExists("notes"), false);
});

eachDriver("a constraint that is checked at COMMIT rolls back and says why", async (backend) => {
  await backend.execute("CREATE TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
  await backend.execute("INSERT INTO t VALUES (1)");
  await assertRejects(
    () => backend.transaction(() => backend.execute("INSERT INTO t VALUES (1)")),
    UniqueViolationError,
  );
  assertEquals((await backend.fetchAll("SELECT n FROM t")).length, 1);
});

eachDriver("a transaction is not ended by text of any form", async (backend) => {
  await backend.execute("CREATE TABLE t (n int)");
  for (const sql of ["ABORT", "abort work", "PREPARE TRANSACTION 'x'", "/* x */ ROLLBACK", "END", "COMMIT AND CHAIN"]) {
    await backend.transaction(async () => {
      await backend.execute("INSERT INTO t VALUES (1)");
      await assertRejects(() => backend.execute(sql), TransactionError, undefined, sql);
      throw new RangeError("undone");
    }).catch((error) => assertInstanceOf(error, RangeError, sql));
    assertEquals(await backend.fetchAll("SELECT n FROM t"), []);
  }
});

eachDriver(
  "a connection that is lost while COMMIT runs leaves an unknown outcome, before it a known one",
  async (backend, url) => {
    await using killer = new PostgreSQLBackend({ url });
    const kill = (pid: number) => killer.execute("SELECT pg_terminate_backend(?)", [pid]);
    const ownPid = async () => (await backend.fetchOne<{ pid: number }>("SELECT pg_backend_pid() AS pid"))!.pid;
    // A trigger that runs at COMMIT makes it slow.
    await backend.execute("CREATE TABLE t (n int)");
    await backend.execute(
      "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(5); RETURN NULL; END'",
    );
    await backend.execute(
      "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()",
    );
    let pid = 0;
    const work = backend.transaction(async () => {
      pid = await ownPid();
      await backend.execute("INSERT INTO t VALUES (1)");
    }).catch((error) => error);
    await sleep(200);
    await kill(pid);
    assertInstanceOf(await work, UnknownOutcomeError);
    const before = await backend.transaction(async () => {
      await kill(await ownPid());
      await sleep(50);
    }).catch((error) => error);
    assertInstanceOf(before, ConnectionError);
    assert(!(before instanceof UnknownOutcomeError));
    assertEquals(await backend.fetchAll("SELECT n FROM t"), []);
  },
);

eachDriver(
  "a stream that is left early frees its connection, and one that is killed is an error",
  async (backend, url) => {
    await using killer = new PostgreSQLBackend({ url });
    Note.configure(backend);
    await Note.createTable();
    await Note.insertMany(Array.from({ length: 500 }, (_, i) => ({ text: `${i}` })));
    for (let i = 0; i < 5; i++) {
      for await (const note of Note.where({ id__gt: i }).orderBy("id").stream({ batchSize: 10 })) {
        assertEquals(note.id, i + 1);
        break;
      }
    }
    assertEquals(backend.pool.stats().busy, 0);
    let count = 0;
    for await (const _ of Note.query().select("id").stream({ batchSize: 7 })) count++;
    assertEquals(count, 500);
    let read = 0;
    await assertRejects(async () => {
      for await (const _ of Note.query().stream({ batchSize: 10 })) {
        if (++read === 15) {
          await killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity" +
              " WHERE datname = current_database() AND state = 'idle in transaction'",
          );
        }
      }
    }, ConnectionError);
    assert(read < 500);
    assertEquals(await Note.count(), 500);
  },
  { poolSize: 2 },
);

eachDriver("resetSession sets back what a user of a connection has changed", async (backend) => {
  await backend.execute("SET application_name = 'changed'");
  await backend.execute("CREATE TEMP TABLE t (n int)");
  const { rows } = await backend.execute("SELECT current_setting('application_name') AS name, to_regclass('t') AS t");
  assertEquals([rows[0]?.name, rows[0]?.t], ["activerecord", null]);
}, { poolSize: 1, resetSession: true });
