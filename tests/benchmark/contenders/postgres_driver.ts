/** `npm:postgres` by itself: prepared statements, rows as objects, values as the driver converts them. */

import { connectPostgres, type PostgresClient } from "../drivers.ts";
import type { PlainUser, UserValues } from "../users.ts";
import { chunksOf, type Contender, groupPosts, nextAge } from "./contender.ts";

const COLUMNS = "id, name, email, age, active, created_at, profile";
const INSERT = "INSERT INTO users (name, email, age, active, created_at, profile) VALUES ";

/** A row as the driver gives it. */
interface UserRow extends Omit<PlainUser, "createdAt"> {
  readonly created_at: Date;
  posts: PostRow[];
}

interface PostRow {
  readonly user_id: number;
  readonly title: string;
}

/** Connects to a database. */
export async function openContender(url: string): Promise<Contender<UserRow>> {
  const client = await connectPostgres(url, 10);
  const run = async <Row>(sql: string, values: readonly unknown[], on: PostgresClient = client): Promise<Row[]> => {
    const rows: unknown = await on.unsafe(sql, values, { prepare: true });
    return rows as Row[]; // what the columns of the statement are
  };
  const users = (rest: string, values: readonly unknown[]) =>
    run<UserRow>(`SELECT ${COLUMNS} FROM users ${rest}`, values);
  const find = async (id: number): Promise<UserRow> => (await users("WHERE id = $1", [id]))[0]!;
  const valuesOf = ({ name, email, age, active, createdAt, profile }: UserValues) => //
  [name, email, age, active, createdAt, client.json(profile)];
  const insert = async (user: UserValues, on = client): Promise<number> => {
    const [row] = await run<{ id: number }>(`${INSERT}($1, $2, $3, $4, $5, $6) RETURNING id`, valuesOf(user), on);
    return row!.id;
  };
  const insertMany = (rows: readonly UserValues[], on = client) => {
    const groups = rows.map((_, row) => `(${[1, 2, 3, 4, 5, 6].map((column) => `$${row * 6 + column}`).join(", ")})`);
    return run(INSERT + groups.join(", "), rows.flatMap(valuesOf), on);
  };
  return {
    insert: (user) => insert(user),
    insertMany: (rows) => insertMany(rows),
    insertEach: (rows) =>
      client.begin(async (transaction) => {
        for (const user of rows) await insert(user, transaction);
      }),
    insertFrom: (rows) =>
      client.begin(async (transaction) => {
        for await (const chunk of chunksOf(rows, 1_000)) await insertMany(chunk, transaction);
      }),
    find,
    read: (count) => users("ORDER BY id LIMIT $1", [count]),
    async *stream() {
      for await (const rows of client.unsafe(`SELECT ${COLUMNS} FROM users ORDER BY id`).cursor(500)) {
        yield* rows as unknown[] as UserRow[]; // as above
      }
    },
    filter: (age, count) => users("WHERE age >= $1 ORDER BY id DESC LIMIT $2", [age, count]),
    async raiseAge(id) {
      const { age } = await find(id);
      await run("UPDATE users SET age = $1 WHERE id = $2", [nextAge(age), id]);
    },
    async owners(first, last) {
      const owners = await users("WHERE id BETWEEN $1 AND $2 ORDER BY id", [first, last]);
      for (const owner of owners) owner.posts = [];
      const posts = await run<PostRow>(
        "SELECT id, user_id, title, body, created_at FROM posts WHERE user_id = ANY($1) ORDER BY id",
        [owners.map(({ id }) => id)],
      );
      return groupPosts(owners, posts, (post) => post.user_id);
    },
    toPlainUser: ({ posts: _, created_at, ...user }) => ({ ...user, createdAt: created_at }),
    toPlainPosts: ({ posts }) => posts.map(({ user_id, title }) => ({ userId: user_id, title })),
    close: () => client.end(),
  };
}
