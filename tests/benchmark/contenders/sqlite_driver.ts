/** `node:sqlite` by itself: prepared statements, rows as objects, nothing converted. */

import { DatabaseSync } from "node:sqlite";
import type { Profile } from "../users.ts";
import { type Contender, groupPosts, nextAge } from "./contender.ts";
import { PRAGMAS, preparedWrites, prepareReads, prepareUpdate } from "./sqlite_statements.ts";

/** A row as the driver gives it. */
interface UserRow {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly active: number;
  readonly created_at: string;
  readonly profile: string;
  posts: PostRow[];
}

interface PostRow {
  readonly user_id: number;
  readonly title: string;
}

/** Opens a database file. */
export function openContender(path: string): Contender<UserRow> {
  const database = new DatabaseSync(path);
  database.exec(PRAGMAS);
  const reads = prepareReads((sql) => database.prepare(sql));
  const update = prepareUpdate(database);
  // What the columns of the statements are; the driver's types know them as values of any type.
  const users = (rows: unknown) => rows as UserRow[];
  const user = (row: unknown) => row as UserRow;
  return {
    ...preparedWrites(database),
    find: (id) => user(reads.byId.get(id)),
    read: (count) => users(reads.first.all(count)),
    stream: () => reads.all.iterate() as Iterable<unknown> as Iterable<UserRow>, // as above
    filter: (age, count) => users(reads.filtered.all(age, count)),
    raiseAge(id) {
      const { age } = user(reads.byId.get(id));
      update.run(nextAge(age), id);
    },
    owners(first, last) {
      const owners = users(reads.between.all(first, last));
      for (const owner of owners) owner.posts = [];
      const posts = reads.posts.all(first, last) as unknown as PostRow[]; // as above
      return groupPosts(owners, posts, (post) => post.user_id);
    },
    toPlainUser: ({ id, name, email, age, active, created_at, profile }) => ({
      id,
      name,
      email,
      age,
      active: active === 1,
      createdAt: new Date(created_at),
      profile: JSON.parse(profile) as Profile, // what was inserted
    }),
    toPlainPosts: ({ posts }) => posts.map(({ user_id, title }) => ({ userId: user_id, title })),
    close: () => database.close(),
  };
}
