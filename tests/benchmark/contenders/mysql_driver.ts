/** `npm:mysql2` by itself, on MySQL and MariaDB: prepared statements, rows as objects, values as the driver converts them. */

import { connectMySQL, type MySQLClient } from "../drivers.ts";
import type { PlainUser, UserValues } from "../users.ts";
import { chunksOf, type Contender, groupPosts, nextAge } from "./contender.ts";

const COLUMNS = "id, name, email, age, active, created_at, profile";
const INSERT = "INSERT INTO users (name, email, age, active, created_at, profile) VALUES ";

/** A row as the driver gives it. */
interface UserRow extends Omit<PlainUser, "createdAt" | "active"> {
  readonly active: number;
  readonly created_at: Date;
  posts: PostRow[];
}

interface PostRow {
  readonly user_id: number;
  readonly title: string;
}

const valuesOf = ({ name, email, age, active, createdAt, profile }: UserValues) => //
[name, email, age, active ? 1 : 0, createdAt, JSON.stringify(profile)];

async function insert(client: MySQLClient, user: UserValues): Promise<number> {
  const [result] = await client.execute(`${INSERT}(?, ?, ?, ?, ?, ?)`, valuesOf(user));
  return (result as { insertId: number }).insertId; // what the driver gives for an INSERT
}

async function insertMany(client: MySQLClient, users: readonly UserValues[]): Promise<void> {
  await client.query(`${INSERT}?`, [users.map(valuesOf)]);
}

/** Connects to a database. */
export async function openContender(url: string): Promise<Contender<UserRow>> {
  const pool = await connectMySQL(url, 10);
  const run = async <Row>(sql: string, values: readonly unknown[]): Promise<Row[]> => {
    const [rows] = await pool.execute(sql, values);
    return rows as Row[]; // what the columns of the statement are
  };
  const users = (rest: string, values: readonly unknown[]) =>
    run<UserRow>(`SELECT ${COLUMNS} FROM users ${rest}`, values);
  const find = async (id: number): Promise<UserRow> => (await users("WHERE id = ?", [id]))[0]!;
  const inTransaction = async (fn: (client: MySQLClient) => Promise<void>) => {
    const connection = await pool.getConnection();
    await connection.beginTransaction();
    await fn(connection);
    await connection.commit();
    connection.release();
  };
  return {
    insert: (user) => insert(pool, user),
    insertMany: (rows) => insertMany(pool, rows),
    insertEach: (rows) =>
      inTransaction(async (client) => {
        for (const user of rows) await insert(client, user);
      }),
    insertFrom: (rows) =>
      inTransaction(async (client) => {
        for await (const chunk of chunksOf(rows, 1_000)) await insertMany(client, chunk);
      }),
    find,
    // A LIMIT cannot be bound as a number; texts of numbers are taken by both servers.
    read: (count) => users("ORDER BY id LIMIT ?", [String(count)]),
    stream: () =>
      // as above
      pool.pool.query(`SELECT ${COLUMNS} FROM users ORDER BY id`).stream() as AsyncIterable<unknown> as AsyncIterable<
        UserRow
      >,
    filter: (age, count) => users("WHERE age >= ? ORDER BY id DESC LIMIT ?", [age, String(count)]),
    async raiseAge(id) {
      const { age } = await find(id);
      await run("UPDATE users SET age = ? WHERE id = ?", [nextAge(age), id]);
    },
    async owners(first, last) {
      const owners = await users("WHERE id BETWEEN ? AND ? ORDER BY id", [first, last]);
      for (const owner of owners) owner.posts = [];
      const ids = owners.map(({ id }) => id);
      const posts = await run<PostRow>(
        `SELECT id, user_id, title, body, created_at FROM posts WHERE user_id IN (${
          ids.map(() => "?").join(", ")
        }) ORDER BY id`,
        ids,
      );
      return groupPosts(owners, posts, (post) => post.user_id);
    },
    toPlainUser: ({ posts: _, created_at, active, ...user }) => ({
      ...user,
      active: active === 1,
      createdAt: created_at,
    }),
    toPlainPosts: ({ posts }) => posts.map(({ user_id, title }) => ({ userId: user_id, title })),
    close: () => pool.end(),
  };
}
