import type { PlainPost, PlainUser, UserValues } from "../users.ts";

/** A value, or a promise of it: the driver of SQLite answers at once. */
export type MaybePromise<T> = T | Promise<T>;

/** One way to do the work that is measured. What is loaded is whatever it would hand to an application. */
export interface Contender<Loaded = unknown> {
  /** Inserts one user, gives its id. */
  insert(user: UserValues): MaybePromise<number>;
  /** Inserts many users, all or none, in the quickest way there is. */
  insertMany(users: readonly UserValues[]): unknown;
  /** Inserts users one after the other in a transaction. */
  insertEach(users: readonly UserValues[]): unknown;
  /** Inserts any number of users, all or none, without holding them all. */
  insertFrom(users: AsyncIterable<UserValues>): Promise<unknown>;
  /** The user with a key. */
  find(id: number): MaybePromise<Loaded>;
  /** The first users by id. */
  read(count: number): MaybePromise<readonly Loaded[]>;
  /** All users by id, without holding them all. */
  stream(): Iterable<Loaded> | AsyncIterable<Loaded>;
  /** Users of some age and above, those with the highest ids first. */
  filter(age: number, count: number): MaybePromise<readonly Loaded[]>;
  /** Loads a user, changes it, saves it. */
  raiseAge(id: number): unknown;
  /** Users from one id to another, each with its posts. */
  owners(first: number, last: number): MaybePromise<readonly Loaded[]>;
  /** Builds the SQL of `find()`; only where SQL is built. */
  findSQL?(id: number): unknown;
  /** Builds the SQL of a query with several conditions, an order and a limit; only where SQL is built. */
  queryPageSQL?(age: number): unknown;
  /** What a record holds, to be compared; not measured. */
  toPlainUser(record: Loaded): PlainUser;
  /** The posts that `owners()` loaded, to be compared; not measured. */
  toPlainPosts(owner: Loaded): readonly PlainPost[];
  /** Lets the database go. */
  close(): MaybePromise<void>;
}

/** The age after a birthday; ages stay spread as they were. */
export function nextAge(age: number): number {
  return (age + 1) % 80;
}

/** Cuts a stream into arrays. */
export async function* chunksOf<T>(values: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let chunk: T[] = [];
  for await (const value of values) {
    chunk.push(value);
    if (chunk.length === size) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Gives each owner its posts. */
export function groupPosts<Owner extends { readonly id: number; posts: Post[] }, Post>(
  owners: Owner[],
  posts: readonly Post[],
  ownerOf: (post: Post) => number,
): Owner[] {
  const byId = new Map(owners.map((owner) => [owner.id, owner]));
  for (const post of posts) byId.get(ownerOf(post))?.posts.push(post);
  return owners;
}
