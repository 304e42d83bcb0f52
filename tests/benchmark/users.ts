/** The data that every contender works on. It depends on nothing but a number, so it can be checked everywhere. */

/** Users in the tables before anything is measured; their ids are 1 to this. */
export const USERS = 10_000;
/** Users with posts: those with the lowest ids. */
export const OWNERS = 1_000;
/** Posts of each of them. */
export const POSTS_EACH = 10;

/** What is inserted. */
export interface UserValues {
  readonly name: string;
  readonly email: string;
  readonly age: number;
  readonly active: boolean;
  readonly createdAt: Date;
  readonly profile: Profile;
}

/** The JSON column of a user. */
export interface Profile {
  readonly theme: string;
  readonly tags: readonly string[];
  readonly score: number;
  readonly address: { readonly city: string; readonly zip: string };
}

/** A user as a plain object, to be compared. */
export interface PlainUser extends UserValues {
  readonly id: number;
}

/** A post as a plain object, to be compared. */
export interface PlainPost {
  readonly userId: number;
  readonly title: string;
}

const START = Date.UTC(2024, 0, 1);

/** The values of a user; the user with this id has them too. */
export function userValues(number: number): UserValues {
  return {
    name: `User Number ${number}`,
    email: `user${number}@example.org`,
    age: number % 80,
    active: number % 2 === 0,
    createdAt: new Date(START + number * 61_000),
    profile: { theme: "dark", tags: ["a", "b", "c"], score: number, address: { city: "Oslo", zip: "0150" } },
  };
}

/** The user with an id, as the tables hold it at first. */
export function plainUser(id: number): PlainUser {
  return { id, ...userValues(id) };
}

/** The posts of a user, as the tables hold them. */
export function plainPosts(userId: number): PlainPost[] {
  return Array.from({ length: POSTS_EACH }, (_, post) => ({ userId, title: `Post ${post} of user ${userId}` }));
}

/** The text of every post. */
export const BODY = "Each post has a text of some length, as posts do. ".repeat(3);

/** Gives what operations need: users that are not there yet, ids of users that are. */
export class Source {
  #made = 10_000_000;

  /** Values of a user that no table holds. */
  newUser(): UserValues {
    return userValues(++this.#made);
  }

  /** Values of several users that no table holds. */
  newUsers(count: number): UserValues[] {
    return Array.from({ length: count }, () => this.newUser());
  }

  /** The id of a user. */
  id(): number {
    return 1 + Math.floor(Math.random() * USERS);
  }

  /** The first of a hundred ids of users with posts. */
  firstOwner(): number {
    return 1 + Math.floor(Math.random() * (OWNERS - 99));
  }
}
