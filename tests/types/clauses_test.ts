import {
  alias,
  type CompiledStatement,
  cte,
  cube,
  exists,
  fn,
  groupingSets,
  type QueryPlan,
  recursiveCte,
  rollup,
  sql,
  values,
} from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { Comment, Kinds, Post, User } from "./models.ts";

export async function joinsOfAllKinds(): Promise<void> {
  const path = await User.query().leftJoin("posts.comments", { as: "said" }).select((_, j) => ({
    text: j.said.text,
    version: j.said.version,
  }));
  holds<Equals<typeof path, { text: string | null; version: number | null }[]>>();
  const cross = await User.query().crossJoin({ post: Post }).select((c, j) => ({ name: c.name, title: j.post.title }));
  holds<Equals<typeof cross, { name: string; title: string }[]>>();
  const model = await User.query().join(Post, (c, posts) => posts.userId.eq(c.id));
  holds<Equals<typeof model, User[]>>();
  const after = await User.query().leftJoin("avatar").join("posts").rightJoin({ w: User }, (c, j) => j.w.id.eq(c.id))
    .select((c, j) => ({ a: j.avatar.file, p: j.posts.title, w: j.w.name, own: c.name }));
  holds<Equals<typeof after, { a: string | null; p: string | null; w: string; own: string | null }[]>>();
  const rows = await User.query().rightJoin("posts");
  holds<Equals<(typeof rows)[number]["age"], number | null>>();
  holds<Equals<(typeof rows)[number]["name"], string | null>>();
  holds<Equals<(typeof rows)[number]["profile"], { theme: string } | null>>();
  const plain = await User.select("name").fullJoin({ p: Post }, (c, j) => j.p.userId.eq(c.id));
  holds<Equals<(typeof plain)[number]["name"], string | null>>();
  const both = await User.select("name").leftJoin({ p: Post }, (c, j) => j.p.userId.eq(c.id)).select((c, j) => ({
    name: c.name,
    title: j.p.title,
  }));
  holds<Equals<typeof both, { name: string; title: string | null }[]>>();
  // @ts-expect-error: an unknown option
  User.query().join("posts", { alias: "p" });
  // @ts-expect-error: a name is a text
  User.query().join("posts", { as: 5 });
  // @ts-expect-error: a relation joined under a name has only that name
  User.query().join("posts", { as: "p" }).where((_, j) => j.posts.id.eq(1));
  // @ts-expect-error: a column of a model that is not joined
  Post.query().where((c) => c.age.gt(1));
  // @ts-expect-error: a condition is no number
  Post.query().leftJoin({ w: User }, (_, j) => j.w.age);
  // @ts-expect-error: a source is no text
  User.query().crossJoin({ p: "posts" });
  // @ts-expect-error: a column that the joined model lacks
  User.query().crossJoin({ p: Post }).orderBy((_, j) => j.p.name);
  // @ts-expect-error: a column that the joined model lacks
  User.query().join(Post, (c, posts) => posts.name.eq(c.name));
  // @ts-expect-error: columns of other types
  User.query().join(Post, (c, posts) => posts.title.eq(c.id));
  // @ts-expect-error: no such relation
  User.query().leftJoin("comments");
  // @ts-expect-error: no such relation
  User.query().rightJoin("nope");
  // @ts-expect-error: no such relation behind one that is there
  User.query().fullJoin("posts.nope");
}

export async function lateralJoins(): Promise<void> {
  const newest = (id: number) => Post.where({ userId: id }).orderBy("-id").limit(1).select("title");
  const inner = await User.query().joinLateral({ p: (u) => newest(1).where((c) => c.userId.eq(u.id)) })
    .select((c, j) => ({ name: c.name, title: j.p.title }));
  holds<Equals<typeof inner, { name: string; title: string }[]>>();
  const left = await User.select("id").leftJoinLateral({
    p: (u) => Post.where((p) => p.userId.eq(u.id)).select("title"),
  })
    .select((_, j) => ({ title: j.p.title }));
  holds<Equals<typeof left, { title: string | null }[]>>();
  const records = await User.query().leftJoinLateral({ p: () => newest(1) });
  holds<Equals<typeof records, User[]>>();
  // @ts-expect-error: a column that the outer model lacks
  User.query().joinLateral({ p: (u) => Post.where((p) => p.userId.eq(u.nope)) });
  // @ts-expect-error: a number is no query
  User.query().joinLateral({ p: () => 5 });
  // @ts-expect-error: a column that was not selected
  User.query().joinLateral({ p: () => newest(1) }).where((_, j) => j.p.userId.eq(1));
}

export async function relationsInConditions(): Promise<void> {
  const users = await User.query().whereDoesntHave("posts").orWhereHas("avatar", (q) => q.where({ file: "a" }));
  holds<Equals<typeof users, User[]>>();
  const [user] = await User.query().withAggregate("themes", "posts", () => sql<string | undefined>`x`);
  holds<Equals<NonNullable<typeof user>["themes"], string | null>>();
  // @ts-expect-error: no such relation
  User.query().whereHas("nope");
  // @ts-expect-error: no such relation behind one that is there
  User.query().whereDoesntHave("posts.avatar");
  // @ts-expect-error: a field is no relation
  User.query().orWhereHas("name");
  // @ts-expect-error: a modifier gives a query
  User.query().whereHas("posts", () => true);
  // @ts-expect-error: a field that the relation's model lacks
  User.query().withCount({ posts: (q) => q.where({ nope: 1 }) });
  // @ts-expect-error: true or a modifier
  User.query().withCount({ posts: false });
  // @ts-expect-error: no such relation
  User.query().withAggregate("x", "nope", () => fn.count());
  // @ts-expect-error: an expression is needed
  User.query().withAggregate("x", "posts", () => 5);
}

export async function groupsAndTheirConditions(): Promise<void> {
  const { role, age, id } = User.c;
  const rows = await User.query().groupBy((c) => rollup(c.role, [c.age, c.name])).select({ role, n: fn.count() })
    .having(fn.count().gt(1)).having((c) => fn.max(c.age).gt(5));
  holds<Equals<typeof rows, { role: "admin" | "guest"; n: number }[]>>();
  User.select({ n: fn.count() }).groupBy(
    "role",
    age,
    cube(role, age),
    groupingSets([role], []),
    (c) => [c.name, "age"],
  );
  // @ts-expect-error: a number is no condition
  User.select("id").having(age);
  // @ts-expect-error: a text is no condition
  User.select("id").having("age > 1");
  // @ts-expect-error: groupings are made of expressions
  rollup("role");
  // @ts-expect-error: groupings are made of expressions
  cube("role");
  // @ts-expect-error: lists of expressions
  groupingSets(role);
  // @ts-expect-error: a field that does not exist
  User.query().groupBy((c) => c.nope);
  // @ts-expect-error: a field that does not exist
  User.select({ n: fn.count() }).groupBy((c) => [c.role, "nope"]);
  // @ts-expect-error: records have no having()
  User.query().having(fn.count().gt(1));
  const window = User.select({ n: fn.rowNumber().over("w") }).window(
    "w",
    (c) => ({ partitionBy: c.role, orderBy: id }),
  );
  holds<Equals<Awaited<typeof window>, { n: number }[]>>();
  // @ts-expect-error: an unknown option
  User.select("id").window("w", { partition: role });
  // @ts-expect-error: a field that does not exist
  User.select("id").window("w", (c) => ({ orderBy: c.nope }));
}

export async function queriesAsTables(): Promise<void> {
  const optional = User.select("id", "profile");
  const rows = await Post.query().from(optional);
  holds<Equals<(typeof rows)[number], { id: number; profile: { theme: string } | undefined }>>();
  const models = await Post.query().from(User).where({ age__gt: 1 }).select("name");
  holds<Equals<(typeof models)[number]["name"], string>>();
  const given = values({ at: "instant", day: Kinds.c.day }, [{ at: Temporal.Now.instant(), day: null }]);
  const joined = await User.query().leftJoin({ given }, () => sql<boolean>`true`).select((_, j) => ({
    at: j.given.at,
    day: j.given.day,
  }));
  holds<Equals<typeof joined, { at: Temporal.Instant | null; day: Temporal.PlainDate | null }[]>>();
  const counted = cte("counted", Post.select({ user: Post.c.userId, n: fn.count() }).groupBy("userId"), {
    materialized: true,
  });
  const left = await User.query().leftJoin({ counted }, (c, j) => j.counted.user.eq(c.id)).select((c, j) => ({
    name: c.name,
    n: j.counted.n,
  }));
  holds<Equals<typeof left, { name: string; n: number | null }[]>>();
  const named = await User.query().withCte(counted).where("id IN (SELECT user FROM counted)");
  holds<Equals<typeof named, User[]>>();
  const walk = recursiveCte(
    "walk",
    Post.select("id", "userId"),
    (self) => Post.query().join({ self }, (c, j) => c.userId.eq(j.self.id)).select("id", "userId"),
  );
  const wider = (self: typeof walk) =>
    Post.query().join({ self }, (c, j) => c.userId.eq(j.self.id)).select("id", "userId", "title");
  // @ts-expect-error: more columns than the start
  recursiveCte("walk", Post.select("id", "userId"), wider);
  // @ts-expect-error: depth comes with maxDepth
  User.query().from(walk).orderBy("depth");
  // @ts-expect-error: a source is no text
  User.query().from("posts");
  // @ts-expect-error: a kind that does not exist
  values({ a: "varchar" }, []);
  // @ts-expect-error: a column that may not be NULL
  values({ id: User.c.id }, [{ id: null }]);
  // @ts-expect-error: an unknown option
  cte("x", User.query(), { materialised: true });
  // @ts-expect-error: a query is needed
  cte("x", User.c);
  // @ts-expect-error: a name is a text
  cte(5, User.query());
  // @ts-expect-error: a query is no CTE
  User.query().withCte(User.query());
  const step = (self: typeof walk) => Post.query().join({ self }, (c, j) => c.id.eq(j.self.id)).select("id", "userId");
  // @ts-expect-error: a depth is a number
  recursiveCte("t", Post.select("id", "userId"), step, { maxDepth: "3" });
  const boss = alias(User, "boss");
  const idle = await User.where((c) => exists(boss.query().where((b) => b.age.gt(c.age))));
  holds<Equals<typeof idle, User[]>>();
  // @ts-expect-error: a field that does not exist
  boss.c.nope;
  // @ts-expect-error: a name is a text
  alias(User, 5);
  // @ts-expect-error: a model is needed
  alias("users", "x");
}

export async function setOperationsOfAllKinds(): Promise<void> {
  const ids = User.select("id");
  const rows = await ids.union(Post.select("id"), Comment.select({ id: Comment.c.postId })).intersect(ids).except(ids);
  holds<Equals<(typeof rows)[number]["id"], number>>();
  const records = await User.query().unionAll(User.query(), User.adults()).except(User.adults()).first();
  holds<Equals<typeof records, User | null>>();
  // @ts-expect-error: columns of other names
  ids.union(Post.select("userId"));
  // @ts-expect-error: fewer columns
  Post.select("id", "userId").unionAll(ids);
  // @ts-expect-error: more columns
  ids.union(Post.select("id", "userId"));
  // @ts-expect-error: one of several has more columns
  ids.exceptAll(Post.select("id"), Post.select("id", "userId"));
  // @ts-expect-error: one of several has other columns
  ids.except(Post.select("id"), User.select("name"));
  // @ts-expect-error: records of another model
  User.query().intersect(Post.query());
  // @ts-expect-error: rows are no records
  User.query().except(ids);
  // @ts-expect-error: records are no rows
  ids.exceptAll(User.query());
  // @ts-expect-error: the columns are those of the whole
  ids.union(ids).where({ name: "a" });
}

export function singleValuesOfQueries(): void {
  const { age } = User.c;
  const scalar = User.select({ most: fn.max(age) }).scalar();
  holds<Equals<(typeof scalar)["_value"], number | null>>();
  User.where({ age__in: User.select("age"), id__notin: Post.select("userId") }).where((c) => c.age.gt(scalar));
  // @ts-expect-error: a value of another type
  scalar.eq("x");
  // @ts-expect-error: records have no single value
  User.query().scalar();
}

export async function locksHintsAndOptions(): Promise<void> {
  const query = User.query().forShare({ nowait: true }).useIndex(["a", "b"], { action: "force" }).optimizerHint("x")
    .keepJoinOrder().withOptions({ signal: AbortSignal.timeout(5), timeout: 5, tags: { route: "/a" } });
  holds<Equals<Awaited<typeof query>, User[]>>();
  const text = query.toSQL({ tags: { a: "b" } });
  holds<Equals<typeof text, CompiledStatement>>();
  const plan = await User.select("id").forUpdate().explain();
  holds<Equals<typeof plan, QueryPlan>>();
  // @ts-expect-error: an unknown option
  User.query().forUpdate({ wait: true });
  // @ts-expect-error: a list of tables
  User.query().forShare({ of: "users" });
  // @ts-expect-error: a name is a text
  User.query().useIndex(5);
  // @ts-expect-error: a hint is a text
  User.query().optimizerHint(5);
  // @ts-expect-error: an unknown option
  User.query().withOptions({ retries: 5 });
  // @ts-expect-error: an unknown option
  User.query().explain({ analyse: true });
  // @ts-expect-error: an unknown option
  User.query().toSQL({ dialect: "sqlite" });
}

export async function pagesStreamsAndBatches(): Promise<void> {
  for await (const row of User.select("id", "age").stream({ batchSize: 5 })) {
    holds<Equals<typeof row.age, number | null>>();
  }
  for await (const batch of User.query().join("posts").inBatches()) holds<Equals<typeof batch, User[]>>();
  const grouped = await Post.select({ user: Post.c.userId, n: fn.count() }).groupBy("userId").orderBy("userId")
    .paginate();
  holds<Equals<typeof grouped.items, { user: number; n: number }[]>>();
  const one = await User.query().join("posts").one();
  holds<Equals<typeof one, User | null>>();
  // @ts-expect-error: an unknown option
  User.query().inBatches({ batchSize: 5 });
  // @ts-expect-error: an unknown option
  User.query().eachRecord({ size: 5 });
  // @ts-expect-error: a size is a number
  User.query().stream({ batchSize: "5" });
  // @ts-expect-error: a cursor is a text
  User.query().cursor(5);
  // @ts-expect-error: a size is a number
  User.query().paginate(1, "20");
  // @ts-expect-error: plain rows are not read by key
  User.select("id").find(1);
  // @ts-expect-error: a table of queries has no records
  User.query().from(Post).updateAll({ title: "x" });
}
