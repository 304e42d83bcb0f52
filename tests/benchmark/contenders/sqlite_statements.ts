import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { UserValues } from "../users.ts";
import { chunksOf, type Contender } from "./contender.ts";

/** The columns of a user, in the order that rows hold them. */
export const USER_COLUMNS = "id, name, email, age, active, created_at, profile";

/** The statements that write, used by hand; both ways of reading share them. */
export function preparedWrites(
  database: DatabaseSync,
): Pick<Contender, "insert" | "insertMany" | "insertEach" | "insertFrom"> {
  const insert = database.prepare(
    "INSERT INTO users (name, email, age, active, created_at, profile) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const [begin, commit] = [database.prepare("BEGIN IMMEDIATE"), database.prepare("COMMIT")];
  const run = ({ name, email, age, active, createdAt, profile }: UserValues) =>
    Number(
      insert.run(name, email, age, active ? 1 : 0, createdAt.toISOString(), JSON.stringify(profile)).lastInsertRowid,
    );
  const runEach = (users: readonly UserValues[]) => {
    begin.run();
    for (const user of users) run(user);
    commit.run();
  };
  return {
    insert: run,
    insertMany: runEach,
    insertEach: runEach,
    async insertFrom(users) {
      begin.run();
      for await (const chunk of chunksOf(users, 1_000)) for (const user of chunk) run(user);
      commit.run();
    },
  };
}

/** The statements that read users and posts, and the one that changes an age. */
export function prepareReads(prepare: (sql: string) => StatementSync) {
  return {
    byId: prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id = ?`),
    first: prepare(`SELECT ${USER_COLUMNS} FROM users ORDER BY id LIMIT ?`),
    all: prepare(`SELECT ${USER_COLUMNS} FROM users ORDER BY id`),
    filtered: prepare(`SELECT ${USER_COLUMNS} FROM users WHERE age >= ? ORDER BY id DESC LIMIT ?`),
    between: prepare(`SELECT ${USER_COLUMNS} FROM users WHERE id BETWEEN ? AND ? ORDER BY id`),
    posts: prepare("SELECT id, user_id, title, body, created_at FROM posts WHERE user_id BETWEEN ? AND ? ORDER BY id"),
  };
}

/** The statement that changes an age. */
export function prepareUpdate(database: DatabaseSync): StatementSync {
  return database.prepare("UPDATE users SET age = ? WHERE id = ?");
}

/** Settings as those of the library. */
export const PRAGMAS = "PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA busy_timeout = 5000";
