import { assert, assertEquals, assertRejects } from "@std/assert";
import { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import { QueryError, type StorageBackend, UniqueViolationError } from "../../../mod.ts";
import { eachPlace, withBackend } from "../../support/sqlite.ts";

type QueryEvent = Parameters<Parameters<StorageBackend["on"]>[1]>[0];

/** The query events while a function runs. */
async function queriesOf(backend: SQLiteBackend, fn: () => Promise<unknown>): Promise<QueryEvent[]> {
  const events: QueryEvent[] = [];
  const off = backend.on("query", (event) => void events.push(event));
  await fn();
  off();
  return events;
}

function texts(events: readonly QueryEvent[]): unknown[] {
  return events.map((event) => "sql" in event ? `${event.kind}: ${event.sql}` : "");
}

eachPlace("on('query') tells of each statement, without values", async (backend) => {
  await backend.execute("CREATE TABLE t (a TEXT)");
  const events = await queriesOf(backend, async () => {
    await backend.execute("INSERT INTO t VALUES (?), (?)", ["secret", "secret"]);
    await backend.fetchAll("SELECT a FROM t WHERE a = ?", ["secret"]);
  });
  assertEquals(texts(events), ["statement: INSERT INTO t VALUES (?), (?)", "statement: SELECT a FROM t WHERE a = ?"]);
  for (const event of events) {
    assert("rows" in event && event.rows === 2 && event.durationMs >= 0 && event.error === undefined);
  }
  assert(!Deno.inspect(events, { depth: 9 }).includes("secret"));
});

eachPlace("on('query') tells of statements that fail, with the mapped error", async (backend) => {
  await backend.execute("CREATE TABLE t (a TEXT UNIQUE)");
  await backend.execute("INSERT INTO t VALUES ('secret')");
  const events = await queriesOf(backend, async () => {
    await assertRejects(() => backend.execute("INSERT INTO t VALUES (?)", ["secret"]), UniqueViolationError);
    await assertRejects(() => backend.execute("SELECT * FROM missing"), QueryError);
  });
  assertEquals(events.map((event) => "error" in event && (event.error as Error).name), [
    "UniqueViolationError",
    "QueryError",
  ]);
  assert(!Deno.inspect(events, { depth: 9 }).includes("secret"));
});

eachPlace("on('query') tells of the statements of a transaction", async (backend) => {
  await backend.execute("CREATE TABLE t (a TEXT)");
  const events = await queriesOf(backend, async () => {
    await backend.transaction(async () => {
      await backend.savepoint(() => backend.execute("INSERT INTO t VALUES ('a')"));
    });
    await backend.transaction(() => Promise.reject(new Error("no"))).catch(() => {});
    await backend.transaction(() => {}, { readOnly: true });
  });
  assertEquals(texts(events).map((text) => String(text).replace(/sp_\d+/, "sp_n")), [
    "transaction: BEGIN IMMEDIATE",
    'transaction: SAVEPOINT "sp_n"',
    "statement: INSERT INTO t VALUES ('a')",
    'transaction: RELEASE "sp_n"',
    "transaction: COMMIT",
    "transaction: BEGIN IMMEDIATE",
    "transaction: ROLLBACK",
    "transaction: BEGIN",
    "transaction: COMMIT",
  ]);
});

eachPlace("on('query') tells of streams", async (backend) => {
  await backend.execute("CREATE TABLE t (a INTEGER)");
  await backend.execute("INSERT INTO t VALUES (1), (2), (3)");
  const events = await queriesOf(backend, async () => {
    const table = { kind: "table", name: "t" } as const;
    const column = { expression: { kind: "column", name: "a" } } as const;
    const query = {
      kind: "select",
      distinct: false,
      columns: [column],
      from: table,
      where: null,
      groupBy: [],
      having: null,
      orderBy: [],
      limit: null,
      offset: null,
    } as const;
    for await (const _ of backend.stream(query, 2));
  });
  assertEquals(texts(events), ['statement: SELECT "a" FROM "t"']);
  assertEquals(events.map((event) => "rows" in event && event.rows), [3]);
});

eachPlace("on('connect') and on('disconnect') tell of the database", async (backend) => {
  const seen: string[] = [];
  backend.on("connect", ({ database }) => void seen.push(`connect ${database === backend.config.database}`));
  backend.on("disconnect", ({ database }) => void seen.push(`disconnect ${database === backend.config.database}`));
  await backend.execute("SELECT 1");
  await backend.connect();
  await backend.disconnect();
  await backend.disconnect();
  await backend.connect();
  assertEquals(seen, ["connect true", "disconnect true", "connect true"]);
});

eachPlace("off() and the function that on() gives stop a listener", async (backend) => {
  let count = 0;
  const listener = () => void count++;
  const off = backend.on("query", listener);
  await backend.execute("SELECT 1");
  off();
  off();
  await backend.execute("SELECT 1");
  backend.on("query", listener);
  backend.off("query", listener);
  await backend.execute("SELECT 1");
  assertEquals(count, 1);
});

eachPlace("a listener that fails goes to 'error' and never to the caller", async (backend) => {
  const errors: unknown[] = [];
  backend.on("error", ({ error }) => void errors.push(error));
  backend.on("query", () => {
    throw new Error("at once");
  });
  backend.on("query", () => Promise.reject(new Error("later")));
  const { rows } = await backend.execute("SELECT 1 AS one");
  assertEquals(rows[0]?.one, 1);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(errors.map((error) => (error as Error).message), ["at once", "later"]);
});

Deno.test("a listener of 'error' that fails itself is told to the console only", async () => {
  await withBackend("memory", async (backend) => {
    const original = console.error;
    const told: unknown[][] = [];
    console.error = (...args: unknown[]) => void told.push(args);
    try {
      backend.on("error", () => {
        throw new Error("again");
      });
      backend.on("query", () => {
        throw new Error("first");
      });
      await backend.execute("SELECT 1");
    } finally {
      console.error = original;
    }
    assertEquals(told.map(([, error]) => (error as Error).message), ["again"]);
  });
});

// ---- the steps of execute()

class Recording extends SQLiteBackend {
  readonly steps: string[] = [];
  protected override prepareSql(...args: Parameters<SQLiteBackend["prepareSql"]>) {
    this.steps.push("prepareSql");
    const { sql, params } = super.prepareSql(...args);
    return { sql: `${sql} -- tagged`, params };
  }
  protected override runQuery(...args: Parameters<SQLiteBackend["runQuery"]>) {
    this.steps.push(`runQuery ${args[1]}`);
    return super.runQuery(...args);
  }
  protected override commitIfNeeded() {
    this.steps.push("commitIfNeeded");
  }
  protected override fetchResults<R>(...args: Parameters<SQLiteBackend["fetchResults"]>) {
    this.steps.push("fetchResults");
    return super.fetchResults<R>(...args);
  }
  protected override handleError(error: unknown, sql: string): Error {
    this.steps.push("handleError");
    return new Error("handled", { cause: super.handleError(error, sql) });
  }
}

Deno.test("a subclass overrides the steps of execute()", async () => {
  await using backend = new Recording({ database: ":memory:" });
  await backend.connect();
  backend.steps.length = 0;
  assertEquals((await backend.execute("SELECT ? AS a", [1])).rows[0]?.a, 1);
  assertEquals(backend.steps, ["prepareSql", "runQuery SELECT ? AS a -- tagged", "commitIfNeeded", "fetchResults"]);
  backend.steps.length = 0;
  const error = await assertRejects(() => backend.execute("SELECT * FROM missing"), Error, "handled");
  assert(error.cause instanceof QueryError);
  assertEquals(backend.steps, ["prepareSql", "runQuery SELECT * FROM missing -- tagged", "handleError"]);
});
