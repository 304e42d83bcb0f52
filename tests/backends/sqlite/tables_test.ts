import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import type { SQLiteBackend } from "../../../backends/sqlite/mod.ts";
import {
  ActiveRecord,
  bytes,
  CheckViolationError,
  column,
  decimal,
  ForeignKeyViolationError,
  IntegrityError,
  NotNullViolationError,
  primaryKey,
  QueryError,
  sql,
  timestamps,
  UniqueViolationError,
} from "../../../mod.ts";
import { eachPlace, withBackend } from "../../support/sqlite.ts";

/** Models with everything that DDL can say, on their own backend. */
function models(backend: SQLiteBackend) {
  class Team extends ActiveRecord.define("teams", {
    id: primaryKey(),
    code: column(z.string().max(8), { unique: true }),
  }) {}
  class Member extends ActiveRecord.define("members", {
    id: primaryKey(),
    teamId: column(z.int(), { references: { table: "teams", onDelete: "cascade", onUpdate: "restrict" }, index: true }),
    bossId: column(z.int().nullable().default(null), { references: { table: "members", onDelete: "set null" } }),
    role: column(z.enum(["admin", "o'user"]), { default: "o'user" }),
    score: column(z.int(), { default: 5 }),
    ratio: column(z.number(), { default: -0.5 }),
    isActive: column(z.boolean(), { default: true }),
    note: column(z.string().nullable(), { default: null }),
    joined: column(z.date(), { default: sql`strftime('%Y-%m-%dT%H:%M:%fZ')` }),
    price: decimal(10, 2, { default: "1.50" }),
    photo: bytes({ nullable: true, default: null }),
    twice: column(z.int(), { generated: "score * 2" }),
  }, {
    unique: [["teamId", "note"]],
    checks: { score: sql`score BETWEEN 0 AND 10` },
    indexes: [
      { fields: ["role", "score"] },
      { fields: ["note"], unique: true, name: "active_notes", where: sql`is_active = 1` },
    ],
  }, timestamps()) {}
  for (const model of [Team, Member]) model.configure(backend);
  return { Team, Member };
}

async function created(backend: SQLiteBackend) {
  const made = models(backend);
  await made.Team.createTable();
  await made.Member.createTable();
  await made.Team.create({ code: "a" });
  return made;
}

eachPlace("createTable() makes a STRICT table with the columns of the model", async (backend) => {
  await created(backend);
  const { name, schema, primaryKey, options, columns } = await backend.getTableSchema("members");
  assertEquals([name, schema, primaryKey], ["members", "main", ["id"]]);
  assertEquals(options, { type: "table", strict: true, withoutRowid: false });
  assertEquals(
    columns.map(({ name, sqlType, nullable, default: value }) => [name, sqlType, nullable, value]),
    [
      ["id", "INTEGER", false, null],
      ["team_id", "INTEGER", false, null],
      ["boss_id", "INTEGER", true, null],
      ["role", "TEXT", false, "'o''user'"],
      ["score", "INTEGER", false, "5"],
      ["ratio", "REAL", false, "-0.5"],
      ["is_active", "INTEGER", false, "1"],
      ["note", "TEXT", true, "NULL"],
      ["joined", "TEXT", false, "strftime('%Y-%m-%dT%H:%M:%fZ')"],
      ["price", "TEXT", false, "'1.50'"],
      ["photo", "BLOB", true, "NULL"],
      ["twice", "INTEGER", false, null],
      ["created_at", "TEXT", false, null],
      ["updated_at", "TEXT", false, null],
    ],
  );
  assertEquals(columns.filter((column) => column.autoIncrement).map((column) => column.name), ["id"]);
  assertEquals(columns.filter((column) => column.generated === "stored").map((column) => column.name), ["twice"]);
  assertEquals(await backend.getColumns("members"), columns);
});

eachPlace("createTable() makes indexes, uniques and foreign keys", async (backend) => {
  await created(backend);
  const { indexes, foreignKeys } = await backend.getTableSchema("members");
  const shown = indexes.map(({ name, columns, unique, partial, origin }) => ({
    name: origin === "unique" ? "(unique)" : name,
    columns,
    unique,
    partial,
  }));
  for (
    const expected of [
      { name: "(unique)", columns: ["team_id", "note"], unique: true, partial: false },
      { name: "members_team_id_idx", columns: ["team_id"], unique: false, partial: false },
      { name: "members_role_score_idx", columns: ["role", "score"], unique: false, partial: false },
      { name: "active_notes", columns: ["note"], unique: true, partial: true },
    ]
  ) assert(shown.some((index) => Deno.inspect(index) === Deno.inspect(expected)), Deno.inspect(shown));
  assertEquals(foreignKeys, [
    {
      name: null,
      columns: ["team_id"],
      table: "teams",
      references: ["id"],
      onDelete: "cascade",
      onUpdate: "restrict",
    },
    {
      name: null,
      columns: ["boss_id"],
      table: "members",
      references: ["id"],
      onDelete: "set null",
      onUpdate: "no action",
    },
  ]);
});

eachPlace("the database fills in what the model leaves to it, and the record knows", async (backend) => {
  const { Member } = await created(backend);
  const member = await Member.create({ teamId: 1 });
  assertEquals(
    [member.id, member.role, member.score, member.ratio, member.isActive, member.note, member.price, member.twice],
    [1, "o'user", 5, -0.5, true, null, "1.50", 10],
  );
  assert(member.joined instanceof Date && Math.abs(member.joined.getTime() - Date.now()) < 60_000);
  assertEquals(member.photo, null);
  member.score = 7;
  await member.save();
  assertEquals([member.twice, member.isDirty], [14, false]);
  const loaded = await Member.findOrFail(1);
  assertEquals([loaded.twice, loaded.joined.getTime()], [14, member.joined.getTime()]);
});

eachPlace("the constraints of the table refuse what the model let through", async (backend) => {
  const { Member, Team } = await created(backend);
  const insert = (columns: string, values: string) =>
    backend.execute(
      `INSERT INTO members (team_id, ratio, created_at, updated_at, ${columns}) VALUES (1, 0, '', '', ${values})`,
    );
  const check = await assertRejects(() => insert("score", "11"), CheckViolationError);
  assertEquals(check.constraint, "members_score_check");
  const role = await assertRejects(() => insert("role", "'guest'"), CheckViolationError);
  assertEquals(role.constraint, "members_role_check");
  await assertRejects(() => insert("role", "NULL"), NotNullViolationError);
  await assertRejects(() => insert("score", "'many'"), IntegrityError);
  await assertRejects(() => insert("boss_id", "99"), ForeignKeyViolationError);
  await assertRejects(() => insert("twice", "1"), QueryError);
  const unique = await assertRejects(() => Team.create({ code: "a" }), UniqueViolationError);
  assertEquals(unique.issues.map(({ path, code }) => [path, code]), [[["code"], "unique"]]);
  await Member.create({ teamId: 1, note: "x" });
  await assertRejects(() => Member.create({ teamId: 1, note: "x", isActive: false }), UniqueViolationError);
  assertEquals(await Member.count(), 1);
});

eachPlace("a partial index holds only the rows of its condition", async (backend) => {
  const { Member, Team } = await created(backend);
  await Team.create({ code: "b" });
  await Member.create({ teamId: 1, note: "x", isActive: false });
  await Member.create({ teamId: 2, note: "x" });
  await Team.create({ code: "c" });
  await assertRejects(() => Member.create({ teamId: 3, note: "x" }), UniqueViolationError);
});

eachPlace("foreign keys are enforced, with their actions", async (backend) => {
  const { Member, Team } = await created(backend);
  const boss = await Member.create({ teamId: 1, note: "boss" });
  await Team.create({ code: "b" });
  await Member.create({ teamId: 2, note: "other", bossId: boss.id });
  await assertRejects(() => backend.execute("UPDATE teams SET id = 9 WHERE id = 1"), ForeignKeyViolationError);
  await (await Team.findOrFail(1)).delete();
  assertEquals((await Member.query()).map((member) => [member.note, member.bossId]), [["other", null]]);
});

eachPlace("keys are not given again after their row was deleted", async (backend) => {
  const { Team } = await created(backend);
  const last = await Team.create({ code: "z" });
  const before = last.id;
  await last.delete();
  assert((await Team.create({ code: "y" })).id > before);
});

eachPlace("createTable() makes composite keys and keys of text", async (backend) => {
  class Seat extends ActiveRecord.define("seats", { row: z.string(), number: z.int(), taken: z.boolean() }, {
    primaryKey: ["row", "number"],
  }) {}
  class Country
    extends ActiveRecord.define("countries", { code: primaryKey(z.string().length(2)), name: z.string() }) {}
  Seat.configure(backend);
  Country.configure(backend);
  await Seat.createTable();
  await Country.createTable();
  assertEquals((await backend.getTableSchema("seats")).primaryKey, ["row", "number"]);
  assertEquals((await backend.getTableSchema("countries")).primaryKey, ["code"]);
  await Seat.create({ row: "A", number: 1, taken: false });
  await Seat.create({ row: "A", number: 2, taken: false });
  const twice = await assertRejects(
    () => Seat.create({ row: "A", number: 1, taken: true }),
    UniqueViolationError,
  );
  assertEquals(twice.issues.map(({ path }) => path), [["row"], ["number"]]);
  const seat = await Seat.findOrFail({ row: "A", number: 2 });
  seat.taken = true;
  await seat.save();
  assertEquals((await Seat.findOrFail(["A", 2])).taken, true);
  assertEquals((await Seat.findOrFail(["A", 1])).taken, false);
  await Country.create({ code: "NO", name: "Norway" });
  await assertRejects(
    () => backend.execute("INSERT INTO countries (code, name) VALUES (NULL, 'x')"),
    NotNullViolationError,
  );
});

eachPlace("tableExists() and dropTable() go by name, in any case of letters", async (backend) => {
  const { Team, Member } = await created(backend);
  assertEquals([await backend.tableExists("teams"), await backend.tableExists("TEAMS")], [true, true]);
  assertEquals([await backend.tableExists("nope"), await backend.tableExists("te%")], [false, false]);
  assertEquals([await backend.tableExists("teams", "main"), await backend.tableExists("teams", "temp")], [true, false]);
  await backend.execute("CREATE VIEW busy AS SELECT 1 AS a");
  assertEquals(await backend.tableExists("busy"), false);
  assertEquals((await backend.getColumns("busy")).map((column) => column.name), ["a"]);
  assertEquals(await backend.listTables(), ["members", "teams"]);
  assertEquals(await Member.tableExists(), true);
  await Member.dropTable();
  assertEquals(await Member.tableExists(), false);
  await assertRejects(() => Member.dropTable(), QueryError);
  await Member.dropTable({ ifExists: true });
  await backend.dropTable("teams");
  assertEquals(await Team.tableExists(), false);
  await assertRejects(() => backend.getTableSchema("teams"), QueryError, '"teams" does not exist');
  await assertRejects(() => backend.getColumns("teams"), QueryError);
  await assertRejects(() => Team.first(), QueryError);
});

eachPlace("createTable() twice is refused unless ifNotExists is given", async (backend) => {
  const { Team, Member } = await created(backend);
  await assertRejects(() => Team.createTable(), QueryError);
  await Team.createTable({ ifNotExists: true });
  await Member.createTable({ ifNotExists: true });
  assertEquals(await Team.count(), 1);
});

eachPlace("createTable() makes the table and its indexes, or nothing", async (backend) => {
  class Bad extends ActiveRecord.define("bad", { id: primaryKey(), name: column(z.string(), { index: true }) }, {
    indexes: [{ fields: ["name"], name: "broken", where: sql`nothing > 1` }],
  }) {}
  Bad.configure(backend);
  await assertRejects(() => Bad.createTable(), QueryError);
  assertEquals(await backend.tableExists("bad"), false);
});

eachPlace("createTable() takes part in a transaction", async (backend) => {
  const { Team } = models(backend);
  await backend.transaction(async () => {
    await Team.createTable();
    assert(await Team.tableExists());
    throw new Error("back");
  }).catch(() => {});
  assertEquals(await Team.tableExists(), false);
});

eachPlace("names that need quotes are quoted everywhere", async (backend) => {
  class Odd extends ActiveRecord.define('od"d table; --', {
    id: primaryKey(),
    select: column(z.string(), { name: 'se"lect', unique: true }),
    group: column(z.enum(["a"]), { index: true }),
  }) {}
  Odd.configure(backend);
  await Odd.createTable();
  const odd = await Odd.create({ select: "x", group: "a" });
  odd.select = "y";
  await odd.save();
  assertEquals((await Odd.where({ select: "y", group: "a" }).orderBy("-select"))[0]?.id, 1);
  assertEquals((await backend.getTableSchema('od"d table; --')).columns[1]?.name, 'se"lect');
  await Odd.dropTable();
});

Deno.test("getTableSchema() knows tables that were not made by a model", async () => {
  await withBackend("memory", async (backend) => {
    await backend.execute(
      "CREATE TABLE plain (a, b VARCHAR(10) DEFAULT ('x' || 'y'), c INT PRIMARY KEY) WITHOUT ROWID",
    );
    const schema = await backend.getTableSchema("plain");
    assertEquals(schema.options, { type: "table", strict: false, withoutRowid: true });
    assertEquals(
      schema.columns.map(({ name, sqlType, nullable, autoIncrement }) => [
        name,
        sqlType,
        nullable,
        autoIncrement,
      ]),
      [["a", "", true, false], ["b", "VARCHAR(10)", true, false], ["c", "INT", false, false]],
    );
  });
});
