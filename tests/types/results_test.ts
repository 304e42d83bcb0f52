import { fn, sql } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { Kinds, Post, User } from "./models.ts";

export async function selectGivesPlainRows(): Promise<void> {
  const some = await User.select("id", "age").where({ age__gte: 18 }).orderBy("-age").limit(1);
  holds<Equals<typeof some, Pick<{ id: number; age: number | null }, "id" | "age">[]>>();
  const [row] = some;
  holds<Equals<typeof row, { id: number; age: number | null } | undefined>>();
  // @ts-expect-error: a column that was not selected
  row!.name;
  // @ts-expect-error: a field that does not exist
  User.select("nope");
  // @ts-expect-error: plain rows are not records
  row!.save();

  const named = await Post.select({
    author: Post.c.userId,
    posts: fn.count(),
    first: fn.min(Post.c.createdAt),
    deleted: fn.max(Post.c.deletedAt),
    initial: sql<string>`substr(${Post.c.title}, 1, 1)`,
    unknown: sql`1`,
    big: Post.c.id.gt(10),
  }).groupBy("userId", sql`5`).having(fn.count().gt(1));
  holds<
    Equals<typeof named, {
      author: number;
      posts: number;
      first: Date | null;
      deleted: Date | null;
      initial: string;
      unknown: unknown;
      big: boolean;
    }[]>
  >();
  const grouped = await Post.query().groupBy("userId").select((c) => ({ author: c.userId, posts: fn.count() }));
  holds<Equals<typeof grouped, { author: number; posts: number }[]>>();
  // @ts-expect-error: a field that does not exist
  Post.query().groupBy("nope");
  // @ts-expect-error: a name that was not given
  named[0]!.title;
  // @ts-expect-error: not an expression
  Post.select({ id: 1 });
  // @ts-expect-error: a field that does not exist
  Post.select("id").groupBy("nope");
  const one = await User.query().select("name").first();
  holds<Equals<typeof one, Pick<{ name: string }, "name"> | null>>();
  const only = await User.select("name").oneOrFail();
  holds<Equals<typeof only, Pick<{ name: string }, "name">>>();
  const [last, maybe] = [await User.select("name").orderBy("name").last(), await User.select("name").one()];
  holds<Equals<typeof last, Pick<{ name: string }, "name"> | null>>();
  holds<Equals<typeof maybe, Pick<{ name: string }, "name"> | null>>();
  const counts = await Post.select({ author: Post.c.userId, posts: fn.count() }).groupBy("userId").pluck("posts");
  holds<Equals<typeof counts, number[]>>();
  const pairs = await Post.select({ author: Post.c.userId, at: Post.c.deletedAt }).pluck("author", "at");
  holds<Equals<typeof pairs, [number, Date | null][]>>();
  const first = await User.select({ years: User.c.age }).pick("years");
  holds<Equals<typeof first, number | null>>();
  // @ts-expect-error: a column that was not selected
  User.select("name").pluck("age");
  // @ts-expect-error: a column that was not selected
  User.select("name").pick("name", "age");
  // The names of what is selected are in the order, beside the fields.
  User.select({ years: User.c.age, n: fn.count() }).groupBy("age").orderBy("-n", "years", "-age", User.c.age);
  User.select({ n: fn.count() }).union(User.select({ n: User.c.id })).orderBy("-n");
  User.select({ years: fn.coalesce(User.c.age, 0), n: fn.count() }).groupBy("years", "role");
  // @ts-expect-error: neither selected nor a field
  User.select({ n: fn.count() }).groupBy("m");
  // @ts-expect-error: neither selected nor a field
  User.select({ n: fn.count() }).orderBy("m");
  // @ts-expect-error: neither selected nor a field
  User.select({ n: fn.count() }).orderBy("n", "-m");
  // @ts-expect-error: what was selected before and is no more
  User.select({ n: fn.count() }).select("name").orderBy("n");
  for await (const streamed of User.select("name").stream()) holds<Equals<typeof streamed.name, string>>();
}

export async function pluckAndPickGiveValues(): Promise<void> {
  const ages = await User.pluck("age");
  holds<Equals<typeof ages, (number | null)[]>>();
  const pairs = await User.query().pluck("id", "role");
  holds<Equals<typeof pairs, [number, "admin" | "guest"][]>>();
  const [several, both] = [await User.pluck("id", "age"), await User.pick("id", "age")];
  holds<Equals<typeof several, [number, number | null][]>>();
  holds<Equals<typeof both, [number, number | null] | null>>();
  const name = await User.where({ id: 1 }).pick("name");
  holds<Equals<typeof name, string | null>>();
  const pair = await User.where({ id: 1 }).pick("name", "profile");
  holds<Equals<typeof pair, [string, { theme: string } | undefined] | null>>();
  // @ts-expect-error: a field that does not exist
  await User.pluck("nope");
  // @ts-expect-error: a field that does not exist
  await User.query().pick("name", "nope");
}

export async function aggregatesHaveTheTypeOfWhatIsAggregated(): Promise<void> {
  const count = await User.count("age");
  holds<Equals<typeof count, number>>();
  const [sum, decimals, bigs] = [await User.sum("age"), await Kinds.sum("price"), await Kinds.sum("big")];
  holds<Equals<typeof sum, number | null>>();
  holds<Equals<typeof decimals, string | null>>();
  holds<Equals<typeof bigs, number | bigint | null>>();
  const [average, exact] = [await User.avg("age"), await Kinds.avg("discount")];
  holds<Equals<typeof average, number | null>>();
  holds<Equals<typeof exact, string | null>>();
  const [oldest, newest, day] = [await User.max("age"), await User.max("createdAt"), await Kinds.min("day")];
  holds<Equals<typeof oldest, number | null>>();
  holds<Equals<typeof newest, Date | null>>();
  holds<Equals<typeof day, Temporal.PlainDate | null>>();
  const exists = await User.exists();
  holds<Equals<typeof exists, boolean>>();
  // @ts-expect-error: a field that does not exist
  await User.sum("nope");
}

export function functionsHaveTypes(): void {
  holds<Equals<ReturnType<typeof fn.count>["_value"], number>>();
  const total = fn.sum(User.c.age);
  holds<Equals<(typeof total)["_value"], number | null>>();
  const exact = fn.sum(Kinds.c.price);
  holds<Equals<(typeof exact)["_value"], string | null>>();
  const average = fn.avg(User.c.age);
  holds<Equals<(typeof average)["_value"], number | null>>();
  const optional = fn.avg(Kinds.c.discount);
  holds<Equals<(typeof optional)["_value"], string | null>>();
  const age = fn.coalesce(User.c.age, 0);
  holds<Equals<(typeof age)["_value"], number>>();
  const alias = User.c.age.as("years");
  holds<Equals<(typeof alias)["alias"], "years">>();
  // @ts-expect-error: a value of another type
  fn.coalesce(User.c.age, "none");
}

export async function streamsAndBatchesGiveRecords(): Promise<void> {
  for await (const user of User.where({ age__gte: 18 }).stream({ batchSize: 10 })) holds<Equals<typeof user, User>>();
  for await (const users of User.query().inBatches({ size: 10 })) holds<Equals<typeof users, User[]>>();
  const users = await User.query();
  holds<Equals<typeof users, User[]>>();
  const last = await User.query().last();
  holds<Equals<typeof last, User | null>>();
  const only = await User.query().oneOrFail();
  holds<Equals<typeof only, User>>();
  const text = User.query().toSQL();
  holds<Equals<typeof text.sql, string>>();
  holds<Equals<typeof text.params, readonly unknown[]>>();
  // @ts-expect-error: an unknown option
  User.query().stream({ size: 10 });
}
