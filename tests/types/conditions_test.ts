import { z } from "zod";
import {
  ActiveRecord,
  type Columns,
  type Conditions,
  type Expression,
  fn,
  primaryKey,
  sql,
} from "@rhosocial/activerecord";
import type { Attributes, QueryOf } from "@rhosocial/activerecord";
import { type Equals, holds } from "./equals.ts";
import { type Kinds, Post, User } from "./models.ts";

type UserConditions = Conditions<Attributes<typeof User>>;
type KindConditions = Conditions<Attributes<typeof Kinds>>;

export function lookupsHaveTheTypesOfTheirFields(): void {
  holds<Equals<UserConditions["age"], number | null | undefined>>();
  holds<Equals<UserConditions["age__ne"], number | null | undefined>>();
  holds<Equals<UserConditions["age__gte"], number | undefined>>();
  holds<Equals<UserConditions["age__between"], readonly [number, number] | undefined>>();
  holds<Equals<UserConditions["age__isnull"], boolean | undefined>>();
  holds<Equals<UserConditions["name__like"], string | undefined>>();
  holds<Equals<UserConditions["createdAt__lt"], Date | undefined>>();
  holds<Equals<UserConditions["role"], "admin" | "guest" | null | undefined>>();
  holds<Equals<UserConditions["role__startswith"], string | undefined>>();
  holds<Equals<KindConditions["day__gt"], Temporal.PlainDate | undefined>>();
  holds<Equals<"age__like" extends keyof UserConditions ? true : false, false>>();
  holds<Equals<"createdAt__contains" extends keyof UserConditions ? true : false, false>>();
}

export function objectsAreChecked(): void {
  User.where({ name: "Ada", age__gte: 18, role__in: ["admin"], createdAt__lt: new Date(), age__isnull: false });
  User.where({ age: null, profile: { theme: "dark" } });
  // @ts-expect-error: a field that does not exist
  User.where({ nope: 1 });
  // @ts-expect-error: a lookup that does not exist
  User.where({ age__nope: 1 });
  // @ts-expect-error: a value of another type
  User.where({ age: "18" });
  // @ts-expect-error: undefined is no condition
  User.where({ age: undefined });
  // @ts-expect-error: a value of another type
  User.where({ age__gte: "18" });
  // @ts-expect-error: nothing is greater than NULL
  User.where({ age__gte: null });
  // @ts-expect-error: a list is needed
  User.where({ age__in: 18 });
  // @ts-expect-error: a list with another type
  User.where({ age__in: ["18"] });
  // @ts-expect-error: NULL is in no list
  User.where({ age__in: [null] });
  // @ts-expect-error: two ends
  User.where({ age__between: [1] });
  // @ts-expect-error: a text lookup of a number
  User.where({ age__like: "1%" });
  // @ts-expect-error: true or false
  User.where({ age__isnull: 1 });
  // @ts-expect-error: not one of the enum
  User.where({ role: "owner" });
}

export function callbacksAndExpressionsAreChecked(): void {
  User.where((c) => {
    holds<Equals<typeof c, Columns<Attributes<typeof User>>>>();
    holds<Equals<typeof c.age, Expression<number | null>>>();
    return c.age.gte(18).or(c.name.like("A%"), c.role.in(["admin"])).and(c.createdAt.lt(new Date())).not();
  });
  User.where(User.c.age.plus(1).gt(User.c.age)).where(fn.lower(User.c.name).eq("ada"));
  // @ts-expect-error: a field that does not exist
  User.where((c) => c.nope.eq(1));
  // @ts-expect-error: a value of another type
  User.where((c) => c.age.eq("18"));
  // @ts-expect-error: a list of another type
  User.where((c) => c.age.in(["18"]));
  // @ts-expect-error: a callback gives a condition
  User.where((c) => c.age.plus(1));
  // @ts-expect-error: a callback gives a condition
  User.where(() => true);
  // @ts-expect-error: an expression of another type
  User.c.age.eq(User.c.name);
  User.where("age > ?", [18]).where("age > :low", { low: 18 });
  // @ts-expect-error: parameters are a list or a map
  User.where("age > ?", 18);
  User.where(sql`lower(${User.c.name}) = ${"ada"}`).where(sql<boolean>`true`);
  User.where({ id__in: Post.select("userId") }).where((c) => c.id.notIn(Post.select("userId")));
}

export function everyFormWorksOnQueriesToo(): void {
  const query = User.adults().orWhere((c) => c.age.isNull()).not({ name: "Tim" });
  holds<Equals<typeof query, QueryOf<typeof User>>>();
  // @ts-expect-error: a query of another model
  const other: QueryOf<typeof Post> = query;
  void other;
  // @ts-expect-error: a field that does not exist
  query.where({ nope: 1 });
  // @ts-expect-error: a field that does not exist
  query.orWhere({ nope: 1 });
  // @ts-expect-error: a field that does not exist
  query.not({ nope: 1 });
  // @ts-expect-error: a field that does not exist
  User.not({ nope: 1 });
  // @ts-expect-error: a field that does not exist
  User.exists({ nope: 1 });
}

export function ordersAndSizesAreChecked(): void {
  User.orderBy("name", "-createdAt", User.c.age.desc({ nulls: "last" }), fn.lower(User.c.name));
  User.orderBy((c) => c.age.desc(), (c) => c.name);
  // @ts-expect-error: a field that does not exist
  User.orderBy((c) => c.nope);
  // @ts-expect-error: a field that does not exist
  User.orderBy("nope");
  // @ts-expect-error: not a direction
  User.orderBy("name desc");
  // @ts-expect-error: an unknown option
  User.c.age.desc({ null: "last" });
  // @ts-expect-error: a number
  User.limit("10");
  // @ts-expect-error: a number
  User.query().offset(null);
}

export function aFieldMayHaveTheNameOfALookup(): void {
  class Odd extends ActiveRecord.define("odd", { id: primaryKey(), size__gt: z.string(), size: z.int() }) {}
  Odd.where({ size__gt__in: ["x"] });
}

export async function transactionsAreTyped(): Promise<void> {
  const made = await User.transaction(async (tx) => {
    tx.afterCommit(() => {});
    return await User.create({ name: "Ada" });
  }, { isolation: "SERIALIZABLE", retries: 3 });
  holds<Equals<typeof made, User>>();
  // @ts-expect-error: an unknown option
  await User.transaction(() => 1, { retry: 3 });
  // @ts-expect-error: an unknown option
  await User.begin({ readonly: true });
}
