import { fn, sql } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { Avatar, Comment, Kinds, Post, User } from "./models.ts";

export async function staticsGiveWhatQueriesGive(): Promise<void> {
  const [all, last] = [await User.all(), await User.last()];
  holds<Equals<typeof all, User[]>>();
  holds<Equals<typeof last, User | null>>();
  const [some, marked, every] = [
    await Post.onlyDeleted(),
    await Post.withDeleted().first(),
    await Post.unscoped().oneOrFail(),
  ];
  holds<Equals<typeof some, Post[]>>();
  holds<Equals<typeof marked, Post | null>>();
  holds<Equals<typeof every, Post>>();
  const [count, ids, distinct] = [await User.count(), await User.ids(), await User.count("age", { distinct: true })];
  holds<Equals<typeof count, number>>();
  holds<Equals<typeof ids, unknown[]>>();
  holds<Equals<typeof distinct, number>>();
  const sums = [await Kinds.sum("price"), await Kinds.avg("price")] as const;
  holds<Equals<typeof sums, readonly [string | null, string | null]>>();
  const least = await Kinds.query().min("day");
  holds<Equals<typeof least, Temporal.PlainDate | null>>();
  const rows = await User.select((c) => ({ name: c.name, old: c.age.gt(60) }));
  holds<Equals<typeof rows, { name: string; old: boolean | null }[]>>();
  const restored = await Post.onlyDeleted().restore();
  holds<Equals<typeof restored, number>>();
  // @ts-expect-error: a field that does not exist
  await User.count("nope");
  // @ts-expect-error: an unknown option
  await User.count("age", { distinc: true });
  // @ts-expect-error: an unknown option
  await User.query().count("age", { filter: true });
  // @ts-expect-error: times have no sum
  await User.sum("createdAt");
  // @ts-expect-error: times have no average
  await User.query().avg("createdAt");
  // @ts-expect-error: JSON arrays have no sum
  await Kinds.query().sum("tags");
  // @ts-expect-error: a field that does not exist
  await User.min("nope");
  // @ts-expect-error: a field that does not exist
  await User.query().max("nope");
  // @ts-expect-error: a field that does not exist
  await User.pluck("id", "nope");
  // @ts-expect-error: a field that does not exist
  await User.pick("nope");
  // @ts-expect-error: a callback gives expressions
  User.select(() => ({ n: 1 }));
}

export async function recordsAreFoundByTheirKey(): Promise<void> {
  const found = await User.query().join("posts").find(1);
  holds<Equals<typeof found, User | null>>();
  await User.find({ id: 1 });
  await Comment.find("0190");
  await Avatar.findOrFail([1]);
  await Kinds.find({ code: "no", day: new Temporal.PlainDate(2024, 1, 1) });
  // @ts-expect-error: a field that does not exist
  await User.find({ nope: 1 });
  // @ts-expect-error: a value of another type
  await User.find({ id: "1" });
  // @ts-expect-error: a key is not NULL
  await User.find(null);
  // @ts-expect-error: a field that does not exist
  await User.query().find({ nope: 1 });
  // @ts-expect-error: a value of another type
  await User.findOrFail({ id: new Date() });
  // @ts-expect-error: a field that does not exist
  await User.findOrCreate({ nope: 1 });
  // @ts-expect-error: a value of another type
  await User.findOrCreate({ name: 1 });
  // @ts-expect-error: a field that does not exist
  await User.findOrCreate({ name: "a" }, { nope: 1 });
}

export async function sqlTextGivesRecords(): Promise<void> {
  const list = await User.findBySql("SELECT * FROM users WHERE id = :id", { id: 1 }, { reads: true, timeout: 5 });
  holds<Equals<typeof list, User[]>>();
  // @ts-expect-error: SQL is a text
  await User.findBySql(5);
  // @ts-expect-error: parameters are a list or a map
  await User.findBySql("SELECT 1", 5);
  // @ts-expect-error: an unknown option
  await User.findBySql("SELECT 1", [], { write: true });
  // @ts-expect-error: an object of conditions is no SQL
  await User.findBySql({ id: 1 });
}

export async function writesOfAllRows(): Promise<void> {
  const changed = await User.updateAll({ age: 5, name: fn.upper(User.c.name) }, { all: true });
  holds<Equals<typeof changed, number>>();
  const after = await User.updateAll({ age: 5 }, { all: true, returning: ["id", "age"] });
  holds<Equals<typeof after, Pick<{ id: number; age: number | null }, "id" | "age">[]>>();
  const gone = await Comment.deleteAll({ all: true });
  holds<Equals<typeof gone, number>>();
  const before = await Comment.deleteAll({ all: true, returning: ["text"] });
  holds<Equals<typeof before, Pick<{ text: string | null }, "text">[]>>();
  await User.where({ id: 1 }).updateAll({ profile: { theme: "a" }, age: sql<number>`1`, name: undefined });
  // @ts-expect-error: a field that does not exist
  await User.updateAll({ age: 5 }, { all: true, returning: ["nope"] });
  // @ts-expect-error: a field that does not exist
  await Comment.deleteAll({ all: true, returning: ["nope"] });
  // @ts-expect-error: a list of fields
  await Comment.deleteAll({ all: true, returning: "text" });
  // @ts-expect-error: a value of another type
  await User.updateAll({ age: "5" }, { all: true });
  // @ts-expect-error: a field that may not be NULL
  await User.where({ id: 1 }).updateAll({ name: null });
  // @ts-expect-error: an expression that may be NULL
  await User.where({ id: 1 }).updateAll({ name: fn.nullif(User.c.name, "a") });
  // @ts-expect-error: an unknown option
  await User.where({ id: 1 }).deleteAll({ limit: 1 });
  // @ts-expect-error: a relation is no field
  await User.where({ id: 1 }).updateAll({ posts: [] });
}

export async function writesOfGivenRows(): Promise<void> {
  const row = await User.upsert({ name: "a" }, { conflict: ["name"], update: ["age", "role"] });
  holds<Equals<typeof row, User>>();
  const count = await Post.insertFrom(User.select({ userId: User.c.id, title: User.c.name }));
  holds<Equals<typeof count, number>>();
  // @ts-expect-error: a key is needed
  await User.upsert({ name: "a" }, {});
  // @ts-expect-error: a field that does not exist
  await User.upsert({ nam: "a" }, { conflict: ["name"] });
  // @ts-expect-error: a field that does not exist
  await User.upsert({ name: "a" }, { conflict: ["name"], update: ["nope"] });
  // @ts-expect-error: a condition is an expression
  await User.upsert({ name: "a" }, { conflict: ["name"], where: () => true });
  // @ts-expect-error: a number is no condition
  await User.upsert({ name: "a" }, { conflict: ["name"], where: (existing) => existing.age });
  // @ts-expect-error: an unknown option
  await User.upsert({ name: "a" }, { conflict: ["name"], returning: ["id"] });
  // @ts-expect-error: a value of another type
  await User.upsertMany([{ name: 1 }], { conflict: ["name"] });
  // @ts-expect-error: an unknown option
  await User.upsertMany([{ name: "a" }], { conflict: ["name"], size: 5 });
  // @ts-expect-error: an unknown option
  await User.insertMany([{ name: "a" }], { ignore: true });
  // @ts-expect-error: an unknown option
  await User.createMany([{ name: "a" }], { onProgress: () => {} });
  // @ts-expect-error: an unknown option
  await User.updateMany([{ id: 1 }], { conflict: ["id"] });
  // @ts-expect-error: records are no rows of columns
  await Post.insertFrom([{ userId: 1, title: "a" }]);
  // @ts-expect-error: a column that may be NULL
  await Post.insertFrom(User.select({ userId: User.c.age, title: User.c.name }));
}

export async function handlesOfRelationsAreQueries(user: User, post: Post): Promise<void> {
  const [count, exists] = [await user.posts.count(), await user.posts.exists()];
  holds<Equals<typeof count, number>>();
  holds<Equals<typeof exists, boolean>>();
  const gone = await user.posts.where({ title: "a" }).deleteAll({ returning: ["id"] });
  holds<Equals<typeof gone, Pick<{ id: number }, "id">[]>>();
  const rows = await post.author.query().select("name");
  holds<Equals<(typeof rows)[number]["name"], string>>();
  // @ts-expect-error: a field that does not exist
  user.posts.orderBy("nope");
  // @ts-expect-error: a size is a number
  user.posts.limit("5");
  // @ts-expect-error: a record of another model
  await user.posts.remove(user);
  // @ts-expect-error: fields of another model
  user.posts.query().where({ age: 5 });
}

export async function cachesAndSearches(): Promise<void> {
  const kept = await User.cache(() => User.where({ id: 1 }).pick("age"));
  holds<Equals<typeof kept, number | null>>();
  const found = Post.fullText("a", { fields: ["title"], mode: "phrase", prefix: true, index: "x" });
  const marked = found.highlight("title", { open: "[", close: "]" });
  holds<Equals<(typeof marked)["_value"], string | null>>();
  holds<Equals<(typeof found.rank)["_value"], number>>();
  // @ts-expect-error: a text is searched for
  Post.fullText(5);
  // @ts-expect-error: a field that does not exist
  Post.fullText("a", { fields: ["nope"] });
  // @ts-expect-error: true or false
  Post.query().match("a", { ranked: 1 });
  // @ts-expect-error: a field that does not exist
  User.select("id").match("a", { fields: ["nope"] });
  // @ts-expect-error: a number of words
  found.excerpt("title", { words: "5" });
}
