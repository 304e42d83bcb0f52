import { z } from "zod";
import type { BelongsTo, HasMany, HasOne, RelationKeys, RelationPath, TargetOf } from "@rhosocial/activerecord";
import { ActiveRecord, primaryKey } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { type Avatar, type Comment, Post, User } from "./models.ts";

export async function gettersGiveTypedHandles(user: User, post: Post): Promise<void> {
  holds<Equals<typeof user.posts, HasMany<typeof Post>>>();
  holds<Equals<typeof user.avatar, HasOne<typeof Avatar>>>();
  holds<Equals<typeof post.author, BelongsTo<typeof User>>>();
  holds<Equals<TargetOf<typeof post.author>, typeof User>>();
  // @ts-expect-error: a relation to another model
  const comments: HasMany<typeof Post> = post.comments;
  void comments;
  const [posts, avatar, author] = [await user.posts, await user.avatar, await post.author];
  holds<Equals<typeof posts, Post[]>>();
  holds<Equals<typeof avatar, Avatar | null>>();
  holds<Equals<typeof author, User | null>>();
  for (const loaded of user.posts) holds<Equals<typeof loaded, Post>>();
  holds<Equals<typeof user.posts.length, number>>();
  holds<Equals<typeof post.author.value, User | null>>();
  holds<Equals<typeof post.author.isLoaded, boolean>>();
  // @ts-expect-error: a relation to one has no length
  post.author.length;
  // @ts-expect-error: a relation to many has no single value
  user.posts.value;
  // @ts-expect-error: a relation is no field
  await User.create({ name: "Ada", posts: [] });
}

export async function handlesAreQueriedAndWritten(user: User, post: Post, comment: Comment): Promise<void> {
  const found = await user.posts.where({ title__like: "A%" }).orderBy("-createdAt").first();
  holds<Equals<typeof found, Post | null>>();
  const titles = await user.posts.query().pluck("title");
  holds<Equals<typeof titles, string[]>>();
  const made = await user.posts.create({ title: "New" }); // its key comes from the owner
  holds<Equals<typeof made, Post>>();
  await user.posts.add(post, made);
  await user.posts.set([post]);
  await post.author.set(user);
  await post.author.set(null);
  // @ts-expect-error: a field that does not exist
  user.posts.where({ nope: 1 });
  // @ts-expect-error: a value of another type
  await user.posts.create({ title: 1 });
  // @ts-expect-error: a record of another model
  await user.posts.add(comment);
  // @ts-expect-error: a record of another model
  await post.author.set(comment);
  // @ts-expect-error: name is missing
  await post.author.create({ age: 1 });
}

export function pathsAreCompletedAndChecked(): void {
  holds<Equals<RelationKeys<User>, "posts" | "avatar">>();
  holds<Equals<RelationKeys<Comment>, "post">>();
  holds<Equals<RelationKeys<Avatar>, never>>();
  holds<Equals<"posts.comments.post.author" extends RelationPath<User> ? true : false, true>>();
  holds<Equals<"posts.nope" extends RelationPath<User> ? true : false, false>>();
  holds<Equals<"initial" extends RelationPath<User> ? true : false, false>>();
  User.with("posts", "avatar", "posts.author", "posts.comments.post.author");
  // @ts-expect-error: a relation that does not exist
  User.with("nope");
  // @ts-expect-error: a relation that does not exist behind one that does
  User.with("posts.nope");
  // @ts-expect-error: a field is no relation
  User.with("name");
  // @ts-expect-error: a getter that gives a text is no relation
  User.query().with("initial");
  // @ts-expect-error: there is nothing behind a model without relations
  User.with("avatar.user");
}

export async function modifiersGetTheQueryOfTheirRelation(): Promise<void> {
  const users = await User.with({
    posts: (query) => {
      holds<Equals<typeof query, ReturnType<typeof Post.query<typeof Post>>>>();
      return query.where({ title__contains: "x" }).orderBy("-createdAt").limit(3).with("comments");
    },
    avatar: true,
  });
  holds<Equals<typeof users, User[]>>();
  // @ts-expect-error: a relation that does not exist
  User.with({ nope: true });
  // @ts-expect-error: a field of another model
  User.with({ posts: (query) => query.where({ age: 1 }) });
  // @ts-expect-error: not a query
  User.with({ posts: () => 1 });
  // @ts-expect-error: true or a function
  User.with({ posts: false });
}

export function optionsOfRelationsAreChecked(): void {
  class Good extends ActiveRecord.define("good", { id: primaryKey(), userId: z.int() }) {
    get user() {
      return this.belongsTo(() => User, { foreignKey: "userId", referencedKey: "id" });
    }
  }
  class Bad extends ActiveRecord.define("bad", { id: primaryKey(), userId: z.int() }) {
    get posts() {
      // @ts-expect-error: not a field of the target
      return this.hasMany(() => Post, { foreignKey: "authorId" });
    }
    get others() {
      // @ts-expect-error: an unknown option
      return this.hasMany(() => Post, { foreignkey: "userId" });
    }
    get kept() {
      // @ts-expect-error: not one of the three
      return this.hasMany(() => Post, { foreignKey: "userId", dependent: "destroy" });
    }
    get user() {
      // @ts-expect-error: nothing depends on the one that holds the key
      return this.belongsTo(() => User, { dependent: "delete" });
    }
  }
  void [Good, Bad];
}
