/** What can be had from `node:sqlite` by hand: rows as arrays, made into objects of a class with every value converted. */

import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Profile } from "../users.ts";
import { type Contender, groupPosts, nextAge } from "./contender.ts";
import { PRAGMAS, preparedWrites, prepareReads, prepareUpdate } from "./sqlite_statements.ts";

type UserRow = [number, string, string, number, number, string, string];
type PostRow = [number, number, string, string, string];

class User {
  posts: Post[] = [];
  constructor(
    readonly id: number,
    readonly name: string,
    readonly email: string,
    public age: number,
    readonly active: boolean,
    readonly createdAt: Date,
    readonly profile: Profile,
  ) {}
}

class Post {
  constructor(
    readonly id: number,
    readonly userId: number,
    readonly title: string,
    readonly body: string,
    readonly createdAt: Date,
  ) {}
}

// JSON.parse() cannot know that it is given profiles.
const toUser = (row: UserRow) =>
  new User(row[0], row[1], row[2], row[3], row[4] === 1, new Date(row[5]), JSON.parse(row[6]) as Profile);
const toPost = (row: PostRow) => new Post(row[0], row[1], row[2], row[3], new Date(row[4]));

/** Opens a database file. */
export function openContender(path: string): Contender<User> {
  const database = new DatabaseSync(path);
  database.exec(PRAGMAS);
  const reads = prepareReads((sql) => prepareArrays(database, sql));
  const update = prepareUpdate(database);
  // What the columns of the statements are; the driver's types know rows as objects only.
  const users = (rows: unknown) => (rows as UserRow[]).map(toUser);
  const find = (id: number) => toUser(reads.byId.get(id) as unknown as UserRow);
  return {
    ...preparedWrites(database),
    find,
    read: (count) => users(reads.first.all(count)),
    *stream() {
      for (const row of reads.all.iterate()) yield toUser(row as unknown as UserRow); // as above
    },
    filter: (age, count) => users(reads.filtered.all(age, count)),
    raiseAge(id) {
      const user = find(id);
      user.age = nextAge(user.age);
      update.run(user.age, user.id);
    },
    owners(first, last) {
      const posts = (reads.posts.all(first, last) as unknown as PostRow[]).map(toPost); // as above
      return groupPosts(users(reads.between.all(first, last)), posts, (post) => post.userId);
    },
    toPlainUser: ({ posts: _, ...user }) => user,
    toPlainPosts: ({ posts }) => posts.map(({ userId, title }) => ({ userId, title })),
    close: () => database.close(),
  };
}

function prepareArrays(database: DatabaseSync, sql: string): StatementSync {
  // Deno has this method, its types do not know it yet.
  const statement = database.prepare(sql) as StatementSync & { setReturnArrays(on: boolean): void };
  statement.setReturnArrays(true);
  return statement;
}
