import assert from "node:assert/strict";
import { SQLiteConnectionConfig } from "../../../backends/sqlite/config.ts";
import { openConnection, type SQLiteConnection } from "../../../backends/sqlite/driver.ts";
import { listTables, readTableSchema, tableExists } from "../../../backends/sqlite/introspect.ts";
import type { SchemaQuery } from "../../../core/backend/table_schema.ts";

const SETUP = [
  "CREATE TABLE teams (code TEXT, part INT, PRIMARY KEY (part, code)) WITHOUT ROWID",
  "CREATE TABLE Users (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL UNIQUE, age INT DEFAULT (1 + 1)," +
  " double INT AS (age * 2), triple INT AS (age * 3) STORED, code TEXT, part INT, boss INT REFERENCES users," +
  " FOREIGN KEY (part, code) REFERENCES teams (part, code) ON DELETE CASCADE ON UPDATE SET NULL) STRICT",
  "CREATE INDEX users_age ON users (age, lower(email)) WHERE age > 1",
  "CREATE VIEW adults AS SELECT id FROM users",
  'CREATE TABLE "odd ""name" (key TEXT PRIMARY KEY, note)',
  "CREATE TEMP TABLE scratch (a)",
  "ATTACH ':memory:' AS other",
  "CREATE TABLE other.users (only_here)",
];

async function withDatabase(fn: (query: SchemaQuery) => Promise<void>): Promise<void> {
  const connection: SQLiteConnection = await openConnection(new SQLiteConnectionConfig(":memory:"));
  for (const sql of SETUP) connection.run(sql, [], "none");
  await fn((sql, params) => connection.run(sql, params, "rows").rows);
  connection.close();
}

Deno.test("tableExists() finds tables in any letter case and by schema, and no views", () =>
  withDatabase(async (query) => {
    const found = (name: string, schema?: string) => tableExists(query, name, schema);
    assert.deepEqual([await found("users"), await found("USERS"), await found('odd "name')], [true, true, true]);
    assert.deepEqual([await found("scratch"), await found("scratch", "main")], [true, false]);
    assert.deepEqual([await found("users", "other"), await found("teams", "other")], [true, false]);
    assert.deepEqual([await found("adults"), await found("none"), await found("users", "none")], [false, false, false]);
  }));

Deno.test("listTables() lists the tables of a schema without SQLite's own", () =>
  withDatabase(async (query) => {
    assert.deepEqual(await listTables(query), ["Users", 'odd "name', "teams"]);
    assert.deepEqual(await listTables(query, "other"), ["users"]);
  }));

Deno.test("readTableSchema() describes columns, keys and indexes", () =>
  withDatabase(async (query) => {
    const table = await readTableSchema(query, "users");
    assert.ok(table !== null);
    assert.deepEqual([table.name, table.schema, table.primaryKey], ["Users", "main", ["id"]]);
    assert.deepEqual(table.options, { type: "table", strict: true, withoutRowid: false });
    const plain = { nullable: true, default: null, primaryKey: 0, autoIncrement: false, generated: null };
    assert.deepEqual(table.columns, [
      { ...plain, name: "id", sqlType: "INTEGER", nullable: false, primaryKey: 1, autoIncrement: true },
      { ...plain, name: "email", sqlType: "TEXT", nullable: false },
      { ...plain, name: "age", sqlType: "INT", default: "1 + 1" },
      { ...plain, name: "double", sqlType: "INT", generated: "virtual" },
      { ...plain, name: "triple", sqlType: "INT", generated: "stored" },
      { ...plain, name: "code", sqlType: "TEXT" },
      { ...plain, name: "part", sqlType: "INT" },
      { ...plain, name: "boss", sqlType: "INT" },
    ]);
    assert.deepEqual(table.indexes, [
      { name: "sqlite_autoindex_Users_1", columns: ["email"], unique: true, partial: false, origin: "unique" },
      { name: "users_age", columns: ["age", null], unique: false, partial: true, origin: "index" },
    ]);
    assert.deepEqual(table.foreignKeys, [
      {
        name: null,
        columns: ["boss"],
        table: "users",
        references: ["id"],
        onDelete: "no action",
        onUpdate: "no action",
      },
      {
        name: null,
        columns: ["part", "code"],
        table: "teams",
        references: ["part", "code"],
        onDelete: "cascade",
        onUpdate: "set null",
      },
    ]);
  }));

Deno.test("readTableSchema() tells keys that the database does not make", () =>
  withDatabase(async (query) => {
    const teams = await readTableSchema(query, "teams");
    assert.deepEqual([teams?.primaryKey, teams?.options.withoutRowid], [["part", "code"], true]);
    assert.equal(teams?.columns.some(({ autoIncrement }) => autoIncrement), false);
    const odd = await readTableSchema(query, 'odd "name');
    assert.deepEqual(odd?.columns.map(({ autoIncrement }) => autoIncrement), [false, false]);
  }));

Deno.test("readTableSchema() looks into the schema that it is given and answers null for what is not there", () =>
  withDatabase(async (query) => {
    assert.deepEqual((await readTableSchema(query, "users", "other"))?.columns.map(({ name }) => name), ["only_here"]);
    assert.equal((await readTableSchema(query, "adults"))?.options.type, "view");
    assert.equal(await readTableSchema(query, "none"), null);
  }));
