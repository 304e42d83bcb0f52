import type { CursorPage, Page, QueryPlan } from "@rhosocial/activerecord";
import { fn, sql } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { Comment, Post, User } from "./models.ts";

export async function pagesGiveRecordsOrRows(): Promise<void> {
  const page = await User.where({ age__gte: 18 }).with("posts").paginate(1, 20);
  holds<Equals<typeof page, Page<User>>>();
  const rows = await User.select("id", "age").orderBy("-age").paginate(2);
  holds<Equals<typeof rows.items, Pick<{ id: number; age: number | null }, "id" | "age">[]>>();
  const first = await User.orderBy("-age").cursor(null, { size: 20 });
  holds<Equals<typeof first, CursorPage<User>>>();
  holds<Equals<typeof first.next, string | null>>();
  const named = await Post.select({ author: Post.c.userId }).cursor(first.next);
  holds<Equals<typeof named.items, { author: number }[]>>();
  for await (const user of User.query().eachRecord({ batchSize: 5 })) holds<Equals<typeof user, User>>();
  // @ts-expect-error: a page is a number
  await User.query().paginate("1");
  // @ts-expect-error: an unknown option
  await User.query().cursor(null, { limit: 5 });
}

export async function joinedQueriesKeepTheirRows(): Promise<void> {
  const joined = User.query().join("posts");
  const page = await joined.orderBy((_, j) => j.posts.title).paginate(1, 20);
  holds<Equals<typeof page, Page<User>>>();
  const locked = joined.forUpdate({ of: ["users"] }).useIndex("a").withOptions({ timeout: 5 });
  const rows = await locked.where((_, j) => j.posts.title.eq("x")).select((u, j) => ({
    id: u.id,
    title: j.posts.title,
  }))
    .forShare().cursor(null);
  holds<Equals<typeof rows, CursorPage<{ id: number; title: string }>>>();
  const merged = User.where({ id: 1 }).merge(joined).select((_, j) => ({ title: j.posts.title }));
  holds<Equals<Awaited<typeof merged>, { title: string }[]>>();
  const both = await User.query().join("posts", { unscoped: true }).merge(User.adults());
  holds<Equals<typeof both, User[]>>();
  const united = await User.query().union(User.adults()).match("a").orderBy("name").paginate();
  holds<Equals<typeof united, Page<User>>>();
  // @ts-expect-error: nothing of that name is joined
  joined.forUpdate().where((_, j) => j.comments.id.eq(1));
}

export async function locksHintsAndPlansKeepTheQuery(): Promise<void> {
  const users = await User.where({ id: 1 }).forUpdate({ skipLocked: true, of: ["users"] }).useIndex("a").optimizerHint(
    "b",
  );
  holds<Equals<typeof users, User[]>>();
  const rows = await User.select("name").forShare().keepJoinOrder().withOptions({ timeout: 5, tags: { a: "b" } });
  holds<Equals<typeof rows, Pick<{ name: string }, "name">[]>>();
  const plan = await User.query().explain({ analyze: true });
  holds<Equals<typeof plan, QueryPlan>>();
  // @ts-expect-error: an unknown word
  User.query().useIndex("a", { action: "drop" });
  // @ts-expect-error: tags are texts
  User.query().withOptions({ tags: { a: 5 } });
}

export async function scopesAndTextGiveRecords(): Promise<void> {
  const merged = await User.where({ id: 1 }).merge(User.adults());
  holds<Equals<typeof merged, User[]>>();
  // @ts-expect-error: a query of another model
  User.query().merge(Post.query());
  const found = await User.findBySql("SELECT * FROM users WHERE id = ?", [1]);
  holds<Equals<typeof found, User[]>>();
  const same = await User.findBySql(sql`SELECT * FROM users`);
  holds<Equals<typeof same, User[]>>();
  const kept = await User.cache(async () => (await User.find(1))?.name);
  holds<Equals<typeof kept, string | undefined>>();
}

export async function searchesAreTyped(): Promise<void> {
  const posts = await Post.query().match("a b", { fields: ["title"], mode: "any" });
  holds<Equals<typeof posts, Post[]>>();
  const search = Post.fullText("a");
  const rows = await Post.where(search.matches).select({
    rank: search.rank,
    part: search.excerpt("title", { words: 5 }),
  });
  holds<Equals<typeof rows, { rank: number; part: string | null }[]>>();
  // @ts-expect-error: a field that does not exist
  Post.query().match("a", { fields: ["nope"] });
  // @ts-expect-error: a field that does not exist
  search.highlight("nope");
  // @ts-expect-error: an unknown mode
  Post.fullText("a", { mode: "regex" });
}

export async function writesOfManyRowsAreTyped(): Promise<void> {
  const count = await User.updateMany([{ id: 1, age: 5 }, { id: 2, name: "x", age: null }], { key: "id" });
  holds<Equals<typeof count, number>>();
  // @ts-expect-error: a field that does not exist
  await User.updateMany([{ id: 1, nope: 1 }]);
  // @ts-expect-error: a value of another type
  await User.updateMany([{ id: 1, age: "5" }]);
  // @ts-expect-error: a key that does not exist
  await User.updateMany([{ id: 1 }], { key: "nope" });

  await User.upsert({ name: "a" }, {
    conflict: ["name"],
    update: (existing, given) => ({ age: existing.age.plus(given.age), role: "admin" as const }),
    where: (existing, given) => existing.age.lt(given.age),
  });
  const upserted = await User.upsertMany([{ name: "a" }], { conflict: ["name"], update: ["age"] });
  holds<Equals<typeof upserted, number>>();
  // @ts-expect-error: a field that does not exist
  await User.upsert({ name: "a" }, { conflict: ["name"], update: (existing) => ({ age: existing.nope }) });
  // @ts-expect-error: a value of another type
  await User.upsert({ name: "a" }, { conflict: ["name"], update: () => ({ role: "king" }) });

  await Post.insertFrom(User.select({ userId: User.c.id, title: User.c.name }));
  // @ts-expect-error: a field that the model does not have
  await Post.insertFrom(User.select("id", "age"));
  // @ts-expect-error: a value of another type
  await Post.insertFrom(User.select({ userId: User.c.name }));

  const changed = await User.where({ id: 1 }).updateAll({ age: User.select({ n: fn.count() }) }, {
    returning: ["id", "age"],
  });
  holds<Equals<typeof changed, Pick<{ id: number; age: number | null }, "id" | "age">[]>>();
  const gone = await Comment.where({ postId: 1 }).deleteAll({ returning: ["text"] });
  holds<Equals<typeof gone, Pick<{ text: string | null }, "text">[]>>();
  const plain = await User.where({ id: 1 }).deleteAll();
  holds<Equals<typeof plain, number>>();
  // @ts-expect-error: a field that does not exist
  await User.where({ id: 1 }).deleteAll({ returning: ["nope"] });

  const rows = async function* () {
    yield await Promise.resolve({ name: "a" });
  };
  await User.insertMany(rows(), { onProgress: ({ rows }) => holds<Equals<typeof rows, number>>() });
  await User.insertMany(new Set([{ name: "a" }]));
  // @ts-expect-error: a required field is missing
  await User.insertMany([{ age: 5 }]);
}
