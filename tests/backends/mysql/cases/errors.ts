import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { z } from "zod";
import {
  ActiveRecord,
  CancelledError,
  CheckViolationError,
  column,
  ConnectionError,
  type DatabaseError,
  ForeignKeyViolationError,
  IntegrityError,
  LockTimeoutError,
  NotNullViolationError,
  OperationalError,
  primaryKey,
  QueryError,
  sql,
  TimeoutError,
  UniqueViolationError,
  UnknownOutcomeError,
} from "../../../../mod.ts";
import { sleep, type TestServer } from "../../../support/mysql.ts";

class Owner extends ActiveRecord.define("err_owners", {
  id: primaryKey(),
  email: column(z.string(), { unique: true }),
  nick: column(z.string().nullable().default(null), { unique: true }),
  age: z.int32().nullable().default(null),
}, { checks: { adult: sql`age >= 18` } }) {}

class Pet extends ActiveRecord.define("err_pets", {
  id: primaryKey(),
  ownerId: column(z.int(), { references: "err_owners.id" }),
  name: z.string().max(5),
}) {}

type ErrorClass<E> = new (...args: never[]) => E;

/** What the servers refuse, as errors of the tree. */
export function errorCases({ test, isMariaDB }: TestServer): void {
  const errorTest: TestServer["test"] = (name, fn, options) =>
    test(name, async (place) => {
      Owner.configure(place.backend);
      Pet.configure(place.backend);
      await Owner.createTable();
      await Pet.createTable();
      await fn(place);
    }, options);

  errorTest("constraints are told with their names, tables and columns, and never with values", async ({ backend }) => {
    const owner = await Owner.create({ email: "s3cret" });
    await Pet.create({ ownerId: owner.id, name: "Rex" });
    const refused = async <E extends DatabaseError>(
      type: ErrorClass<E>,
      text: string,
      params: readonly unknown[],
      place: Partial<Pick<DatabaseError, "constraint" | "table" | "columns" | "code">>,
    ) => {
      const error = await assertRejects(() => backend.execute(text, params), type, undefined, text);
      assertEquals(error.constructor, type, text);
      for (const [name, value] of Object.entries(place)) assertEquals(error[name as keyof DatabaseError], value, text);
      assert(!/s3cret|4711/.test(`${error.message}${error.stack}${Deno.inspect(error)}`), text);
      assertInstanceOf(error.driverError, Error);
      return error;
    };
    const insert = "INSERT INTO `err_owners` (`id`, `email`, `nick`, `age`) VALUES (?, ?, ?, ?)";
    await refused(UniqueViolationError, insert, [5, "s3cret", null, null], {
      constraint: "err_owners_email_key",
      table: "err_owners",
      code: 1062,
    });
    await refused(UniqueViolationError, insert, [owner.id, "x for key 'no.no'", null, null], {
      constraint: "err_owners_pkey",
    });
    await refused(NotNullViolationError, insert, [5, null, null, null], { columns: ["email"], code: 1048 });
    await refused(NotNullViolationError, "INSERT INTO err_owners (nick) VALUES (?)", ["s3cret"], {
      columns: ["email"],
      code: 1364,
    });
    await refused(CheckViolationError, insert, [5, "s3cret4", null, 17], {
      constraint: "err_owners_adult_check",
      table: "err_owners",
      code: isMariaDB ? 4025 : 3819,
    });
    await refused(ForeignKeyViolationError, "INSERT INTO err_pets (owner_id, name) VALUES (?, 'x')", [4711], {
      constraint: "err_pets_owner_id_fkey",
      table: "err_pets",
      columns: ["owner_id"],
      code: 1452,
    });
    await refused(ForeignKeyViolationError, "DELETE FROM err_owners WHERE id = ?", [owner.id], {
      constraint: "err_pets_owner_id_fkey",
      code: 1451,
    });
    await refused(OperationalError, "INSERT INTO err_pets (owner_id, name) VALUES (?, ?)", [owner.id, "s3crets3cret"], {
      columns: ["name"],
      code: 1406,
    });
    await refused(OperationalError, insert, [5, "s3cret5", null, 2 ** 40], { columns: ["age"], code: 1264 });
    await refused(OperationalError, insert, [5, "s3cret6", null, "s3cret"], { columns: ["age"], code: 1366 });
    await refused(QueryError, "SELECT ? FROM nowhere", ["s3cret"], { table: "nowhere", code: 1146 });
    await refused(QueryError, "SELECT nope FROM err_owners WHERE email = ?", ["s3cret"], {
      columns: ["nope"],
      code: 1054,
    });
    await refused(QueryError, "SELEKT ?", ["s3cret"], { code: 1064 });
    await refused(QueryError, "CREATE TABLE err_owners (a INT)", [], { table: "err_owners", code: 1050 });
    await refused(QueryError, "DROP TABLE nowhere", [], { table: "nowhere", code: 1051 });
    await refused(QueryError, "SELECT nofunction(1)", [], { code: 1305 });
    await backend.execute(
      "CREATE TRIGGER no_bob BEFORE INSERT ON err_owners FOR EACH ROW IF NEW.email = 'bob' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 's3cret'; END IF",
    );
    await refused(IntegrityError, insert, [5, "bob", null, null], { code: 1644 });
  });

  errorTest("a violated constraint is an issue of its fields", async () => {
    await Owner.create({ email: "a", nick: "n" });
    const unique = await assertRejects(() => Owner.create({ email: "b", nick: "n" }), UniqueViolationError);
    assertEquals(unique.issues.map(({ path }) => path), [["nick"]]);
    const parent = await assertRejects(() => Pet.create({ ownerId: 99, name: "Rex" }), ForeignKeyViolationError);
    assertEquals(parent.issues.map(({ path }) => path), [["ownerId"]]);
    const key = await assertRejects(() => Owner.create({ id: 1, email: "c" }), UniqueViolationError);
    assertEquals(key.issues.map(({ path }) => path), [["id"]]);
  });

  errorTest("an upsert that meets another unique key changes nothing", async ({ backend }) => {
    const [a, b] = await Owner.createMany([{ email: "a", nick: "na" }, { email: "b", nick: "nb" }]);
    const before = await backend.fetchAll("SELECT * FROM err_owners ORDER BY id");
    for (
      const values of [{ email: "c", nick: "na" }, { email: "b", nick: "na" }, { id: a!.id, email: "c" }, {
        id: a!.id,
        email: "b",
      }]
    ) {
      await assertRejects(() => Owner.upsert(values, { conflict: ["email"] }), UniqueViolationError);
      await backend.transaction(async () => {
        await assertRejects(() => Owner.upsert(values, { conflict: ["email"] }), UniqueViolationError);
      });
    }
    assertEquals(await backend.fetchAll("SELECT * FROM err_owners ORDER BY id"), before);
    const same = await Owner.upsert({ email: "b", nick: "new", age: 20 }, { conflict: ["email"] });
    assertEquals([same.id, same.nick, same.age], [b!.id, "new", 20]);
    const kept = await Owner.upsert({ email: "b", nick: "nb", age: 30 }, { conflict: ["email"], update: ["age"] });
    assertEquals([kept.nick, kept.age], ["new", 30]);
    const made = await Owner.upsert({ email: "d", nick: null }, { conflict: ["nick"] });
    assertEquals([made.id > b!.id, made.email], [true, "d"]);
    // NULL is in nobody's way, but the address is.
    await assertRejects(
      () => Owner.upsert({ email: "d", nick: null, age: 40 }, { conflict: ["nick"] }),
      UniqueViolationError,
    );
  });

  errorTest("time limits of the server and of the statement are TimeoutErrors", async ({ backend }) => {
    const started = performance.now();
    await Owner.insertMany(Array.from({ length: 500 }, (_, i) => ({ email: `${i}` })));
    const slow =
      "SELECT COUNT(*) FROM err_owners a, err_owners b, err_owners c, err_owners d WHERE REVERSE(CONCAT(a.id, b.id, c.id, d.id)) = 'x'";
    await assertRejects(() => backend.execute(slow), TimeoutError);
    await assertRejects(() => backend.execute(`CREATE TABLE counts AS ${slow}`), TimeoutError);
    assert(performance.now() - started < 10_000);
    assertEquals(await Owner.count(), 500);
  }, { statementTimeout: 200, poolSize: 2 });

  errorTest("a lock that must not be waited for is a LockTimeoutError", async ({ backend }) => {
    const { id } = await Owner.create({ email: "a" });
    await backend.transaction(async () => {
      await Owner.where({ id }).updateAll({ age: 20 });
      await backend.transactions.outside(async () => {
        await assertRejects(
          () => backend.fetchAll("SELECT * FROM err_owners WHERE id = ? FOR UPDATE NOWAIT", [id]),
          LockTimeoutError,
        );
      });
    });
  });

  errorTest(
    "a query that is killed is cancelled, a connection that is killed is lost",
    async ({ backend, another }) => {
      const killer = another();
      const idOf = async () => Number((await backend.fetchOne<{ id: number }>("SELECT CONNECTION_ID() AS id"))!.id);
      const running = async (what: string, text: string, options = {}) => {
        const id = await idOf();
        const result = backend.execute(text, [], options).then(() => null, (error) => error);
        for (;;) {
          const found = await killer.fetchOne(
            "SELECT 1 AS yes FROM information_schema.processlist WHERE id = ? AND info LIKE '%SLEEP%'",
            [id],
          );
          if (found !== null) break;
          await sleep(5);
        }
        await killer.execute(`KILL ${what} ${id}`);
        return await result;
      };
      await Owner.create({ email: "a" });
      const sleeper = "UPDATE err_owners SET age = 20 + SLEEP(20)";
      assertInstanceOf(await running("QUERY", sleeper), CancelledError);
      assertInstanceOf(await running("CONNECTION", sleeper), UnknownOutcomeError);
      assertInstanceOf(await running("CONNECTION", "SELECT SLEEP(20) FROM err_owners"), ConnectionError);
      assertEquals((await Owner.first())?.age, null);
      // A query that may be repeated is.
      const id = await idOf();
      await killer.execute(`KILL CONNECTION ${id}`);
      assertEquals(await Owner.count(), 1);
      await assertRejects(() =>
        backend.transaction(async () => {
          await Owner.create({ email: "b" });
          await killer.execute(`KILL CONNECTION ${await idOf()}`);
          await sleep(20);
          await Owner.create({ email: "c" });
        }), ConnectionError);
      assertEquals(await Owner.count(), 1);
    },
    { poolSize: 1 },
  );

  errorTest(
    "a statement larger than the server takes is refused before it costs the connection",
    async ({ backend }) => {
      const { size } = (await backend.fetchOne<{ size: number }>("SELECT @@max_allowed_packet AS size"))!;
      const id = async () => (await backend.fetchOne("SELECT CONNECTION_ID() AS id"))!.id;
      const before = await id();
      const error = await assertRejects(
        () => backend.execute("SELECT LENGTH(?) AS n", ["x".repeat(size)]),
        OperationalError,
      );
      assertEquals(error.code, 1153);
      assertEquals(await id(), before);
      const most = size - 2_000;
      assertEquals(await backend.fetchOne("SELECT LENGTH(?) AS n", ["x".repeat(most)]), { n: most } as never);
    },
    { poolSize: 1 },
  );

  test("a table that is full says so", async ({ backend }) => {
    await backend.transaction(async () => {
      await backend.execute("SET SESSION max_heap_table_size = 16384");
      await backend.execute("CREATE TEMPORARY TABLE small (a VARCHAR(1000)) ENGINE=MEMORY");
      const error = await assertRejects(
        async () => {
          for (let i = 0; i < 100; i++) await backend.execute("INSERT INTO small VALUES (?)", ["s3cret".repeat(100)]);
        },
        OperationalError,
        "is full",
      );
      assertEquals([error.code, error.table], [1114, "small"]);
    });
  });
}
