import { alias, any, cte, exists, fn, recursiveCte, tuple, values } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { Comment, Kinds, Post, User } from "./models.ts";

export async function joinsHaveTheColumnsOfWhatIsJoined(): Promise<void> {
  const inner = await User.query().join("posts").select((c, j) => ({
    name: c.name,
    title: j.posts.title,
    at: j.posts.deletedAt,
  }));
  holds<Equals<typeof inner, { name: string; title: string; at: Date | null }[]>>();
  const left = await User.query().leftJoin("posts").select((c, j) => ({ name: c.name, title: j.posts.title }));
  holds<Equals<typeof left, { name: string; title: string | null }[]>>();
  const right = await User.query().rightJoin("posts").select((c, j) => ({ name: c.name, title: j.posts.title }));
  holds<Equals<typeof right, { name: string | null; title: string }[]>>();
  const full = await User.query().join("avatar").fullJoin("posts")
    .select((c, j) => ({ name: c.name, file: j.avatar.file, title: j.posts.title }));
  holds<Equals<typeof full, { name: string | null; file: string | null; title: string | null }[]>>();
  const records = await User.query().join("posts").join("posts.comments", { as: "said" }).where((_, j) =>
    j.said.version.gt(1)
  );
  holds<Equals<typeof records, User[]>>();
  const named = await Post.query().leftJoin({ w: User }, (c, j) => j.w.id.eq(c.userId)).select((_, j) => ({
    age: j.w.age,
    role: j.w.role,
  }));
  holds<Equals<typeof named, { age: number | null; role: "admin" | "guest" | null }[]>>();
  const boss = alias(User, "boss");
  const aliased = await Post.query().join({ boss }, (c, j) => j.boss.id.eq(c.userId)).select((_, j) => ({
    name: j.boss.name,
  }));
  holds<Equals<typeof aliased, { name: string }[]>>();
  // @ts-expect-error: no such relation
  User.query().join("initial");
  // @ts-expect-error: no such relation behind posts
  User.query().join("posts.avatar");
  // @ts-expect-error: a column that the joined model lacks
  User.query().join("posts").where((_, j) => j.posts.name.eq("x"));
  // @ts-expect-error: nothing of that name is joined
  User.query().join("posts").where((_, j) => j.avatar.file.eq("x"));
  // @ts-expect-error: values of another type
  Post.query().join({ w: User }, (c, j) => j.w.name.eq(c.userId));
  // @ts-expect-error: rows without a record
  (await User.query().rightJoin("posts"))[0]!.save();
  // @ts-expect-error: a condition is needed
  User.query().leftJoin({ w: Post });
}

export async function relationConditionsAndCounts(): Promise<void> {
  const users = await User.query().whereHas("posts.comments", (q) => q.where({ text__contains: "x" }))
    .withCount("posts").withCount({ avatar: (q) => q.where({ file: "a" }) })
    .withAggregate("last", "posts", (p) => fn.max(p.createdAt));
  const user = users[0]!;
  holds<Equals<typeof user.postsCount, number>>();
  holds<Equals<typeof user.avatarCount, number>>();
  holds<Equals<typeof user.last, Date | null>>();
  user.greet();
  // @ts-expect-error: cannot be set
  user.postsCount = 1;
  // @ts-expect-error: a field that the relation's model lacks
  User.query().whereHas("posts", (q) => q.where({ name: "x" }));
  // @ts-expect-error: no such relation
  User.query().withCount("initial");
  // @ts-expect-error: a column that the relation's model lacks
  User.query().withAggregate("x", "posts", (p) => fn.max(p.name));
  const ordered = await User.query().withCount("posts").with("posts").where({ id: 1 }).orderBy("-postsCount", "name")
    .limit(1);
  holds<Equals<(typeof ordered)[0]["postsCount"], number>>();
  User.query().withAggregate("last", "posts", (p) => fn.max(p.createdAt)).orderBy("last");
  const counted = User.query().withCount("posts").withCount({ avatar: true })
    .withAggregate("last", "posts", (p) => fn.max(p.createdAt));
  counted.join("posts").where({ id: 1 }).leftJoin({ w: Post }, (c, j) => j.w.userId.eq(c.id)).with("posts").limit(2)
    .merge(counted).orderBy("-postsCount", "avatarCount", "name").orderBy("-last", (_, j) => j.posts.title);
  // @ts-expect-error: none of what is counted
  counted.orderBy("firstCount");
  // @ts-expect-error: what is read with records is no field of theirs
  counted.where({ postsCount: 1 });
  // @ts-expect-error: plain rows have what is selected only
  counted.select("id").orderBy("postsCount");
  // @ts-expect-error: it is not counted
  User.query().withCount("posts").orderBy("avatarCount");
  // @ts-expect-error: it is no field
  User.query().orderBy("postsCount");
}

export async function subqueriesHaveTheTypeOfTheirColumn(): Promise<void> {
  const rows = await User.query().select((c) => ({
    posts: Post.where((p) => p.userId.eq(c.id)).select({ n: fn.count() }).scalar(),
    has: exists(Post.where((p) => p.userId.eq(c.id))),
  }));
  holds<Equals<typeof rows, { posts: number | null; has: boolean }[]>>();
  User.where((c) => c.age.gt(any(User.select("age"))));
  // @ts-expect-error: a query of texts
  User.where((c) => c.age.gt(any(User.select("name"))));
  const totals = Post.query().select({ user: Post.c.userId, posts: fn.count() }).groupBy("userId");
  const from = User.query().from(totals).where({ posts__gt: 1 }).orderBy("-posts");
  const derived = await from;
  holds<Equals<typeof derived, { user: number; posts: number }[]>>();
  const narrowed = await from.select("posts");
  holds<Equals<typeof narrowed, Pick<{ user: number; posts: number }, "posts">[]>>();
  // @ts-expect-error: a column that the table lacks
  from.where({ title: "x" });
  const given = values({ id: User.c.id, since: "date", price: "decimal" }, [{ id: 1, since: new Date(0), price: "1" }]);
  const joined = await User.query().join({ given }, (c, j) => j.given.id.eq(c.id)).select((_, j) => ({
    since: j.given.since,
    price: j.given.price,
  }));
  holds<Equals<typeof joined, { since: Date; price: string }[]>>();
  // @ts-expect-error: a value of another type
  values({ id: "int" }, [{ id: "1" }]);
  // @ts-expect-error: a value is missing
  values({ id: "int", name: "string" }, [{ id: 1 }]);
}

export async function namedQueriesAreTables(): Promise<void> {
  const long = cte("long", Post.select("userId", "title"));
  const rows = await User.query().from(long);
  holds<Equals<typeof rows, { userId: number; title: string }[]>>();
  const records = await User.query().join({ long }, (c, j) => j.long.userId.eq(c.id));
  holds<Equals<typeof records, User[]>>();
  const tree = recursiveCte(
    "tree",
    Post.select("id", "userId"),
    (tree) => Post.query().join({ tree }, (c, j) => c.userId.eq(j.tree.depth)).select("id", "userId"),
    { maxDepth: 3, cycle: "id" },
  );
  const node = (await User.query().from(tree))[0]!;
  holds<Equals<typeof node.depth, number>>();
  holds<Equals<typeof node.path, string>>();
  holds<Equals<typeof node.userId, number>>();
  const titles = (tree: typeof long) =>
    Post.query().join({ tree }, (c, j) => c.userId.eq(j.tree.userId)).select("title");
  // @ts-expect-error: other columns
  recursiveCte("tree", Post.select("userId", "title"), titles);
  // @ts-expect-error: no such column
  recursiveCte("tree", Post.select("id"), (tree) => User.query().from(tree), { cycle: "title" });
  // @ts-expect-error: the columns of the CTE
  User.query().from(long).where({ id: 1 });
}

export async function setOperationsKeepTheirRows(): Promise<void> {
  const records = await User.where({ age: 1 }).union(User.where({ age: 2 })).orderBy("-age");
  holds<Equals<typeof records, User[]>>();
  const rows = await User.query().select({ text: User.c.name }).unionAll(Post.query().select({ text: Post.c.title }))
    .where({ text__startswith: "a" });
  holds<Equals<typeof rows, { text: string }[]>>();
  const counted = await User.where({ age: 1 }).intersectAll(User.query()).exceptAll(User.where({ age: 2 }));
  holds<Equals<typeof counted, User[]>>();
  const texts = await User.query().select({ text: User.c.name }).exceptAll(Post.query().select({ text: Post.c.title }))
    .intersectAll(User.query().select({ text: User.c.name }));
  holds<Equals<typeof texts, { text: string }[]>>();
  // @ts-expect-error: records of another model
  User.query().union(Post.query());
  // @ts-expect-error: records of another model
  User.query().exceptAll(Post.query());
  // @ts-expect-error: columns of other types
  User.query().select({ text: User.c.name }).union(Post.query().select({ text: Post.c.id }));
  // @ts-expect-error: columns of other types
  User.query().select({ text: User.c.name }).intersectAll(Post.query().select({ text: Post.c.id }));
}

export function expressionsHaveExactTypes(): void {
  const { age, name, profile } = User.c;
  const kind = fn.case().when(age.lt(18), "young").when(age.gte(18), "old").end();
  holds<Equals<(typeof kind)["_value"], "young" | "old" | null>>();
  const part = age.dividedBy(2);
  holds<Equals<(typeof part)["_value"], number | null>>();
  const quotient = Kinds.c.price.dividedBy("3");
  holds<Equals<(typeof quotient)["_value"], string | null>>();
  const total = Kinds.c.price.times(User.c.id);
  holds<Equals<(typeof total)["_value"], string>>();
  // @ts-expect-error: a number is text of digits beside a decimal
  Kinds.c.price.times(2);
  // @ts-expect-error: a whole number has no digits behind the point
  User.c.id.times(Kinds.c.price);
  const text = fn.concat(name, "-", Comment.c.text);
  holds<Equals<(typeof text)["_value"], string | null>>();
  const upper = fn.upper(name);
  holds<Equals<(typeof upper)["_value"], string>>();
  const length = fn.length(Comment.c.text);
  holds<Equals<(typeof length)["_value"], number | null>>();
  const cast = fn.cast(age, "string");
  holds<Equals<(typeof cast)["_value"], string | null>>();
  const day = fn.dateTrunc("day", User.c.createdAt);
  holds<Equals<(typeof day)["_value"], Date>>();
  const month = fn.datePart("month", Kinds.c.day);
  holds<Equals<(typeof month)["_value"], number | null>>();
  const running = fn.sum(Kinds.c.price).over({ orderBy: Kinds.c.code });
  holds<Equals<(typeof running)["_value"], string | null>>();
  const [before, sure] = [fn.lag(name).over(), fn.lag(name, 1, "").over()];
  holds<Equals<(typeof before)["_value"], string | null>>();
  holds<Equals<(typeof sure)["_value"], string>>();
  const sum = fn.coalesce(fn.sum(age), 0);
  holds<Equals<(typeof sum)["_value"], number>>();
  const list = fn.jsonAgg(fn.jsonObject({ name, at: User.c.createdAt }));
  holds<Equals<(typeof list)["_value"], { name: string; at: string }[] | null>>();
  const theme = profile.at("theme");
  holds<Equals<(typeof theme)["_value"], string | null>>();
  tuple(age, name).in([[1, "x"]]);
  fn.jsonSet(profile, ["theme"], "dark");
  User.where((c) => c.profile.contains({ theme: "x" }));
  // @ts-expect-error: no such key
  profile.at("nope");
  // @ts-expect-error: no key behind a text
  profile.at("theme", "x");
  // @ts-expect-error: no JSON
  name.at("x");
  // @ts-expect-error: a value of another type
  profile.at("theme").eq(5);
  // @ts-expect-error: a value of another type
  fn.jsonSet(profile, ["theme"], 5);
  // @ts-expect-error: a value of another type
  profile.contains({ theme: 5 });
  // @ts-expect-error: a tuple of another width
  tuple(age, name).eq([1]);
  // @ts-expect-error: values in another order
  tuple(age, name).in([["x", 1]]);
  // @ts-expect-error: an unknown unit
  fn.dateTrunc("decade", User.c.createdAt);
  // @ts-expect-error: an unknown type
  fn.cast(age, "varchar");
  // @ts-expect-error: only aggregates and window functions go over a window
  name.over();
  // @ts-expect-error: a window function is no value without its window
  User.select({ n: fn.rowNumber() });
  // @ts-expect-error: a number that may be NULL is added to one that may not
  User.c.id.plus(age);
}
