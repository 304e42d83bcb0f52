import { all, any, exists, fn, sql, tuple } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { Comment, Kinds, Post, User } from "./models.ts";

const { age, id, name, profile, role, createdAt } = User.c;
const { price, discount, big, day, at, time, local, blob, json, tags } = Kinds.c;

export function conditionsSayWhetherTheyMayBeNull(): void {
  const values = [id.gt(1), age.gte(1), age.eq(1), age.in([1]), age.between(1, 2)] as const;
  holds<Equals<(typeof values)[0]["_value"], boolean>>();
  holds<Equals<(typeof values)[1]["_value"], boolean | null>>();
  holds<Equals<(typeof values)[2]["_value"], boolean | null>>();
  holds<Equals<(typeof values)[3]["_value"], boolean | null>>();
  holds<Equals<(typeof values)[4]["_value"], boolean | null>>();
  holds<Equals<ReturnType<typeof age.isNull>["_value"], boolean>>();
  holds<Equals<ReturnType<typeof age.isDistinctFrom>["_value"], boolean>>();
  // What is compared with may be NULL as well.
  const older = age.plus(1);
  const beside = [id.gt(age), id.eq(age), id.ne(older), id.between(1, age), id.between(age, 1), id.lte(id)] as const;
  holds<Equals<(typeof beside)[0]["_value"], boolean | null>>();
  holds<Equals<(typeof beside)[1]["_value"], boolean | null>>();
  holds<Equals<(typeof beside)[2]["_value"], boolean | null>>();
  holds<Equals<(typeof beside)[3]["_value"], boolean | null>>();
  holds<Equals<(typeof beside)[4]["_value"], boolean | null>>();
  holds<Equals<(typeof beside)[5]["_value"], boolean>>();
  const [some, every] = [id.gte(any(User.select("age"))), id.lt(all(User.select("id")))];
  holds<Equals<(typeof some)["_value"], boolean | null>>();
  holds<Equals<(typeof every)["_value"], boolean>>();
  const [among, outside, listed] = [id.in(User.select("age")), id.notIn(User.select("id")), id.in([1])];
  holds<Equals<(typeof among)["_value"], boolean | null>>();
  holds<Equals<(typeof outside)["_value"], boolean>>();
  holds<Equals<(typeof listed)["_value"], boolean>>();
  const [choice, object, time, text] = [
    role.eq("admin"),
    Kinds.c.json.eq({ a: 1 }),
    createdAt.lt(createdAt),
    name.eq(Comment.c.text),
  ];
  holds<Equals<(typeof choice)["_value"], boolean>>();
  holds<Equals<null extends (typeof object)["_value"] ? true : false, true>>();
  holds<Equals<(typeof time)["_value"], boolean>>();
  holds<Equals<(typeof text)["_value"], boolean | null>>();
  const pairs = [
    tuple(id, name).in(User.select("id", "age")),
    tuple(id, name).notIn(User.select("id", "name")),
  ] as const;
  holds<Equals<(typeof pairs)[0]["_value"], boolean | null>>();
  holds<Equals<(typeof pairs)[1]["_value"], boolean>>();
  // @ts-expect-error: a key that the JSON lacks
  profile.eq({ theme: "dark", nope: 1 });
  const [like, maybe] = [name.like("A%"), Comment.c.text.contains("a")];
  holds<Equals<(typeof like)["_value"], boolean>>();
  holds<Equals<(typeof maybe)["_value"], boolean | null>>();
  const [sure, unsure, negated] = [id.gt(1).and(name.eq("a")), id.gt(1).or(age.gt(1)), age.gt(1).not()];
  holds<Equals<(typeof sure)["_value"], boolean>>();
  holds<Equals<(typeof unsure)["_value"], boolean | null>>();
  holds<Equals<(typeof negated)["_value"], boolean | null>>();
  const [both, one] = [tuple(id, name).eq([1, "a"]), tuple(id, age).in([[1, 2]])];
  holds<Equals<(typeof both)["_value"], boolean>>();
  holds<Equals<(typeof one)["_value"], boolean | null>>();
}

export async function selectedConditionsAreNullLikeTheirRows(): Promise<void> {
  const rows = await User.select({ adult: age.gte(18), first: id.eq(1), profile, has: exists(Post.query()) });
  holds<
    Equals<typeof rows, {
      adult: boolean | null;
      first: boolean;
      profile: { theme: string } | null; // what a record reads as undefined is null in plain rows
      has: boolean;
    }[]>
  >();
}

export function comparisonsTakeValuesOfTheirType(): void {
  age.eq(null).and(age.ne(null), age.isDistinctFrom(null), age.isNotDistinctFrom(5));
  age.gt(id).and(id.lt(age), age.in([1, 2]), age.notIn(Post.select("userId")), age.between(1, id));
  age.gt(any(User.select("age"))).and(id.lte(all(User.select("id"))));
  big.gt(5n).and(price.gte("1.50"), day.lt(new Temporal.PlainDate(2024, 1, 1)), role.eq("admin"));
  // @ts-expect-error: nothing is greater than NULL
  age.gt(null);
  // @ts-expect-error: nothing is less than NULL
  age.lte(null);
  // @ts-expect-error: both ends have a value
  age.between(null, 5);
  // @ts-expect-error: NULL is in no list
  age.in([null]);
  // @ts-expect-error: NULL is in no list
  age.notIn([1, null]);
  // @ts-expect-error: undefined is no value
  age.eq(undefined);
  // @ts-expect-error: undefined is no value, even of an optional field
  profile.eq(undefined);
  // @ts-expect-error: undefined is no value
  age.isDistinctFrom(undefined);
  // @ts-expect-error: not one of the enum
  role.in(["owner"]);
  // @ts-expect-error: a bigint is no decimal
  price.eq(5n);
  // @ts-expect-error: a day is no moment
  createdAt.lt(new Temporal.PlainDate(2024, 1, 1));
  // @ts-expect-error: a query is compared through any(), all() or scalar()
  age.eq(User.select("age"));
  // @ts-expect-error: a query of texts
  id.eq(User.select("name").scalar());
  // @ts-expect-error: not a query
  any([1]);
  // @ts-expect-error: not a query
  exists(5);
  // @ts-expect-error: NULL in a tuple
  tuple(age, name).eq([null, "a"]);
  // @ts-expect-error: a single expression is no tuple
  tuple(age, "a");
}

export function textsAreLookedAtAsTexts(): void {
  name.like("A%").and(name.ilike("a%"), name.contains("a"), name.icontains("a"), role.startsWith("ad"));
  name.endsWith("a").and(name.regex("a+"), name.collate("C").eq("a"), profile.at("theme").like("d%"));
  sql`x`.like("a%");
  // @ts-expect-error: a number has no pattern
  age.like("1%");
  // @ts-expect-error: a time has no pattern
  createdAt.ilike("2024%");
  // @ts-expect-error: a number holds no text
  age.icontains("1");
  // @ts-expect-error: a number does not begin with a text
  age.startsWith("1");
  // @ts-expect-error: a time does not end with a text
  createdAt.endsWith("1");
  // @ts-expect-error: a number fits no regular expression
  age.regex("1");
  // @ts-expect-error: a number has no collation
  age.collate("C");
  // @ts-expect-error: a pattern is a text
  name.like(5);
  // @ts-expect-error: a function of texts
  fn.lower(age);
  // @ts-expect-error: a function of texts
  fn.substring(createdAt, 1);
  // @ts-expect-error: texts are put together
  fn.concat(name, age);
  // @ts-expect-error: a function of texts
  fn.padStart(id, 5);
  // @ts-expect-error: a count is a number
  fn.left(name, "1");
  // @ts-expect-error: a text to fill up with
  fn.padEnd(name, 5, 0);
  // @ts-expect-error: texts are replaced by texts
  fn.replace(name, "a", 1);
  const [cut, place, joined] = [fn.substring(Comment.c.text, 2), fn.position(name, "a"), fn.concat(name, role, "x")];
  holds<Equals<(typeof cut)["_value"], string | null>>();
  holds<Equals<(typeof place)["_value"], number>>();
  holds<Equals<(typeof joined)["_value"], string>>();
}

export function conditionsAreJoined(): void {
  // @ts-expect-error: a number is no condition
  age.and(id.gt(1));
  // @ts-expect-error: a number is no condition
  id.gt(1).and(age);
  // @ts-expect-error: a text is no condition
  id.gt(1).or(name);
  // @ts-expect-error: a number has no opposite
  age.not();
  // @ts-expect-error: a condition is an expression
  id.gt(1).and(true);
}

export function numbersAreCalculatedWith(): void {
  const [sum, rest, tenth] = [age.plus(1), big.modulo(3n), fn.round(price, 1)];
  holds<Equals<(typeof sum)["_value"], number | null>>();
  holds<Equals<(typeof rest)["_value"], bigint | null>>();
  holds<Equals<(typeof tenth)["_value"], string>>();
  const quotient = big.dividedBy(2n);
  holds<Equals<(typeof quotient)["_value"], number | null>>();
  const [sign, root, power] = [fn.sign(discount), fn.sqrt(id), fn.power(2, age)];
  holds<Equals<(typeof sign)["_value"], number | null>>();
  holds<Equals<(typeof root)["_value"], number | null>>();
  holds<Equals<(typeof power)["_value"], number | null>>();
  fn.abs(sql<number>`x`).plus(1);
  // @ts-expect-error: a number that may be NULL is added to one that may not
  id.plus(age);
  // @ts-expect-error: times are not added: fn.dateAdd()
  createdAt.plus(new Date());
  // @ts-expect-error: days are not subtracted: fn.dateDiff()
  day.minus(day);
  // @ts-expect-error: a bigint is calculated with bigints
  big.times(2);
  // @ts-expect-error: a function of numbers
  fn.abs(createdAt);
  // @ts-expect-error: a function of numbers
  fn.round(id.gt(1));
  // @ts-expect-error: a function of numbers
  fn.sqrt(blob);
  // @ts-expect-error: digits are a number
  fn.round(price, "1");
  // @ts-expect-error: a number or an expression
  fn.power("2", 3);
  // @ts-expect-error: a function of numbers
  fn.quotient(id, day);
}

export function choicesKeepTheirTypes(): void {
  const [sure, last, least] = [fn.coalesce(age, id, 0), fn.greatest(age, 1), fn.least(id, 5)];
  holds<Equals<(typeof sure)["_value"], number>>();
  holds<Equals<(typeof last)["_value"], number | null>>();
  holds<Equals<(typeof least)["_value"], number>>();
  const [none, chosen] = [fn.nullif(name, "a"), fn.case().when(age.gt(1), name).else("none")];
  holds<Equals<(typeof none)["_value"], string | null>>();
  holds<Equals<(typeof chosen)["_value"], string>>();
  const [whole, yes] = [fn.cast(name, "int"), fn.cast(id, "boolean")];
  holds<Equals<(typeof whole)["_value"], number>>();
  holds<Equals<(typeof yes)["_value"], boolean>>();
  // @ts-expect-error: values of different types
  fn.greatest(age, "x");
  // @ts-expect-error: values of different types
  fn.coalesce(age, name);
  // @ts-expect-error: values of different types
  fn.nullif(age, "x");
  // @ts-expect-error: a number is no condition
  fn.case().when(age, 1);
  // @ts-expect-error: a function that does not exist
  fn.lcase(name);
}

export function timesAreCalculatedWith(): void {
  const [month, part, later, days] = [
    fn.dateTrunc("month", day),
    fn.datePart("year", createdAt),
    fn.dateAdd(at, 1, "hour", { zone: "Europe/Oslo" }),
    fn.dateDiff("day", createdAt, new Date()),
  ];
  holds<Equals<(typeof month)["_value"], Temporal.PlainDate | null>>();
  holds<Equals<(typeof part)["_value"], number>>();
  holds<Equals<(typeof later)["_value"], Temporal.Instant>>();
  holds<Equals<(typeof days)["_value"], number>>();
  fn.dateAdd(local, id, "day");
  // @ts-expect-error: a text is no time
  fn.dateTrunc("day", name);
  // @ts-expect-error: a time of day has no date
  fn.datePart("day", time);
  // @ts-expect-error: a number is no time
  fn.dateAdd(age, 1, "day");
  // @ts-expect-error: times of different types
  fn.dateDiff("day", createdAt, day);
  // @ts-expect-error: a text is no time
  fn.dateDiff("day", name, createdAt);
  // @ts-expect-error: a part, but no unit
  fn.dateTrunc("epoch", createdAt);
  // @ts-expect-error: an amount is a number
  fn.dateAdd(createdAt, "1", "day");
  // @ts-expect-error: an unknown option
  fn.dateTrunc("day", createdAt, { tz: "Europe/Oslo" });
}

export function pathsInJSONHaveTheTypeOfTheirPlace(): void {
  const [theme, anything, length] = [profile.at("theme"), json.at("x", 0, "y"), tags.length()];
  holds<Equals<(typeof theme)["_value"], string | null>>();
  holds<Equals<(typeof length)["_value"], number | null>>();
  anything.eq("whatever");
  profile.hasKey("theme").and(profile.contains({ theme: "a" }), tags.contains("1.00"), tags.contains(["1.00", "2.00"]));
  const set = fn.jsonSet(profile, ["theme"], name);
  holds<Equals<(typeof set)["_value"], { theme: string } | undefined>>();
  // @ts-expect-error: not a place of an array
  tags.at("x");
  // @ts-expect-error: elements of another type
  tags.contains(5);
  // @ts-expect-error: an expression of another type
  fn.jsonSet(profile, ["theme"], age);
  // @ts-expect-error: no such key
  fn.jsonSet(profile, ["nope"], "dark");
  // @ts-expect-error: an object is made of expressions
  fn.jsonObject({ name: "Ada" });
}

export function aggregatesMayBeNull(): void {
  const [count, least, list, texts] = [
    fn.count(age, { distinct: true, filter: age.gt(1) }),
    fn.min(profile),
    fn.arrayAgg(profile),
    fn.groupConcat(name, { separator: "; ", orderBy: [name, id.desc()] }),
  ];
  holds<Equals<(typeof count)["_value"], number>>();
  holds<Equals<(typeof least)["_value"], { theme: string } | null | undefined>>();
  holds<Equals<(typeof list)["_value"], ({ theme: string } | null)[] | null>>();
  holds<Equals<(typeof texts)["_value"], string | null>>();
  // @ts-expect-error: times have no sum
  fn.sum(createdAt);
  // @ts-expect-error: conditions have no average
  fn.avg(id.gt(1));
  // @ts-expect-error: bytes have no sum
  fn.sum(blob);
  // @ts-expect-error: an unknown option
  fn.count(age, { distinc: true });
  // @ts-expect-error: a number is no condition
  fn.count(age, { filter: id });
  // @ts-expect-error: an order is made of expressions
  fn.jsonAgg(name, { orderBy: "name" });
  // @ts-expect-error: a separator is a text
  fn.groupConcat(name, { separator: 1 });
  // @ts-expect-error: an expression is needed
  fn.max("age");
}

export function windowsAreTyped(): void {
  const frame = { unit: "rows", start: { preceding: 1 }, end: "currentRow", exclude: "ties" } as const;
  const [place, share, before, first, nth, moving] = [
    fn.rank().over({ partitionBy: role, orderBy: [age.desc({ nulls: "last" }), id] }),
    fn.percentRank().over("w"),
    fn.lag(id).over(),
    fn.firstValue(name).over("w"),
    fn.nthValue(age, 2).over(),
    fn.avg(age).over({ orderBy: id, frame }),
  ];
  holds<Equals<(typeof place)["_value"], number>>();
  holds<Equals<(typeof share)["_value"], number>>();
  holds<Equals<(typeof before)["_value"], number | null>>();
  holds<Equals<(typeof first)["_value"], string | null>>();
  holds<Equals<(typeof nth)["_value"], number | null>>();
  holds<Equals<(typeof moving)["_value"], number | null>>();
  // @ts-expect-error: a partition is made of expressions
  fn.rowNumber().over({ partitionBy: ["role"] });
  // @ts-expect-error: an unknown option
  fn.rowNumber().over({ order: id });
  // @ts-expect-error: an unknown unit
  fn.sum(age).over({ frame: { unit: "row" } });
  // @ts-expect-error: an offset is a number
  fn.sum(age).over({ frame: { start: { preceding: "1" } } });
  // @ts-expect-error: a fallback of another type
  fn.lag(age, 1, "x");
  // @ts-expect-error: a number of groups
  fn.ntile("4");
}

export function ordersAndNames(): void {
  User.orderBy(age.asc({ nulls: "first" }), id.desc());
  const years = age.as("years");
  holds<Equals<(typeof years)["_value"], number | null>>();
  // @ts-expect-error: neither end
  age.asc({ nulls: "middle" });
  // @ts-expect-error: selections are named by their keys
  User.select({ x: age.as("years") });
  const [text, part, list] = [sql<number>`1`, sql.identifier("a", "b"), sql.join([1, 2])];
  holds<Equals<(typeof text)["_value"], number>>();
  holds<Equals<(typeof part)["_value"], never>>();
  holds<Equals<(typeof list)["_value"], never>>();
  // @ts-expect-error: a name is a text
  sql.identifier(5);
  // @ts-expect-error: SQL is a text
  sql.raw(5);
  // @ts-expect-error: a list is needed
  sql.join("a, b");
}
