import { z } from "zod";
import type { Attributes, Instance, ModelClass, Values } from "@rhosocial/activerecord";
import { ActiveRecord, bytes, column, decimal, primaryKey, timestamps } from "@rhosocial/activerecord";
import { type Equals, type Flat, holds } from "./equals.ts";
import { type Comment, type Kinds, Post, User } from "./models.ts";

type Role = "admin" | "guest";

export async function recordsHaveTheTypesOfTheirFields(): Promise<void> {
  const user = await User.create({ name: "Ada" });
  holds<Equals<typeof user, User>>();
  holds<Equals<typeof user.id, number>>();
  holds<Equals<typeof user.name, string>>();
  holds<Equals<typeof user.age, number | null>>();
  holds<Equals<typeof user.profile, { theme: string } | undefined>>();
  holds<Equals<typeof user.role, Role>>();
  holds<Equals<typeof user.createdAt, Date>>();
  holds<Equals<typeof user.initial, string>>();
  holds<Equals<ReturnType<typeof user.greet>, string>>();
  holds<
    Equals<Attributes<typeof User>, {
      id: number;
      name: string;
      age: number | null;
      profile: { theme: string } | undefined;
      role: Role;
      createdAt: Date;
      updatedAt: Date;
    }>
  >();
  // @ts-expect-error: a field that does not exist
  user.nope;
  // @ts-expect-error: a value of another type
  user.age = "36";
  // @ts-expect-error: not one of the enum
  user.role = "owner";
  user.age = null;
  user.profile = undefined;
}

export function helpersHaveTheTypesTheirOptionsSay(kinds: Kinds): void {
  holds<Equals<typeof kinds.code, string>>();
  holds<Equals<typeof kinds.big, bigint>>();
  holds<Equals<typeof kinds.price, string>>();
  holds<Equals<typeof kinds.discount, string | null>>();
  holds<Equals<typeof kinds.tax, string>>();
  holds<Equals<typeof kinds.blob, Uint8Array | null>>();
  holds<Equals<typeof kinds.at, Temporal.Instant>>();
  holds<Equals<typeof kinds.day, Temporal.PlainDate | null>>();
  holds<Equals<typeof kinds.time, Temporal.PlainTime>>();
  holds<Equals<typeof kinds.local, Temporal.PlainDateTime>>();
  holds<Equals<typeof kinds.length, Temporal.Duration>>();
  holds<Equals<typeof kinds.tags, string[]>>();
  holds<Equals<typeof kinds.when, Date>>();
  holds<Equals<typeof kinds.upper, string>>();
  holds<Equals<typeof kinds.trimmed, number>>();
  holds<Equals<typeof kinds.secret, string | undefined>>();
  holds<Equals<typeof kinds.json, z.infer<ReturnType<typeof z.json>>>>();
}

export function mixinsAddTheirFields(post: Post, comment: Comment): void {
  holds<Equals<typeof post.createdAt, Date>>();
  holds<Equals<typeof post.updatedAt, Date>>();
  holds<Equals<typeof post.deletedAt, Date | null>>();
  holds<Equals<typeof comment.id, string>>();
  holds<Equals<typeof comment.version, number>>();
  // @ts-expect-error: comments have no timestamps()
  comment.createdAt;
}

export async function inputsTellRequiredFromOptional(): Promise<void> {
  holds<
    Equals<Flat<Values<typeof User>>, {
      name: string;
      id?: number | undefined;
      age?: number | null | undefined;
      profile?: { theme: string } | undefined;
      role?: Role | undefined;
      createdAt?: Date | undefined;
      updatedAt?: Date | undefined;
    }>
  >();
  holds<
    Equals<Flat<Values<typeof Comment>>, {
      postId: number;
      text: string | null;
      id?: string | undefined;
      version?: number | undefined;
    }>
  >();
  type Optional<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];
  holds<Equals<Optional<Values<typeof Kinds>>, "tax" | "blob" | "upper" | "secret">>();
  holds<Equals<Values<typeof Kinds>["trimmed"], string>>(); // before the transform

  await User.create({ name: "Ada", age: undefined }); // generated inputs pass undefined on
  // @ts-expect-error: name is missing
  await User.create({ age: 36 });
  // @ts-expect-error: a value of another type
  await User.create({ name: 1 });
  // @ts-expect-error: a field that does not exist
  await User.create({ name: "Ada", nope: 1 });
  // @ts-expect-error: name is missing in the second row
  await User.createMany([{ name: "Ada" }, {}]);
  // @ts-expect-error: name is missing
  await User.insertMany([{}]);
  // @ts-expect-error: a field that does not exist
  await User.upsert({ name: "Ada" }, { conflict: ["nope"] });
  new User({ age: 36 }); // the rest can be set before save()
  // @ts-expect-error: a value of another type
  new User({ age: "36" });
}

export async function updatesTakeOnlyFields(user: User): Promise<void> {
  await user.update({ age: 37, role: "admin" });
  // @ts-expect-error: a value of another type
  await user.update({ age: "37" });
  // @ts-expect-error: a field that does not exist
  await user.update({ nope: 1 });
  await User.where({ age: null }).updateAll({ age: User.c.age.plus(1), name: "x" });
  // @ts-expect-error: a value of another type
  await User.where({ age: null }).updateAll({ age: "1" });
  // @ts-expect-error: an expression of another type
  await User.where({ age: null }).updateAll({ age: User.c.name });
  // @ts-expect-error: a field that does not exist
  await User.updateAll({ nope: 1 }, { all: true });
  // @ts-expect-error: an unknown option
  await User.deleteAll({ al: true });
  await user.increment("age", 2);
  // @ts-expect-error: a field that does not exist
  await user.increment("nope");
}

export function optionsAreKnownByName(): void {
  // @ts-expect-error: an unknown option of a column
  column(z.string(), { uniqe: true });
  // @ts-expect-error: a default of another type
  column(z.int(), { default: "1" });
  // @ts-expect-error: a converter that gives another type
  column(z.date(), { type: "string", converter: { toDatabase: String, fromDatabase: String } });
  // @ts-expect-error: an unknown option of a helper
  decimal(10, 2, { nulable: true });
  // @ts-expect-error: a default of another type
  decimal(10, 2, { default: 1 });
  // @ts-expect-error: a helper has its type already
  bytes({ type: "string" });
  // @ts-expect-error: an unknown option of a key
  primaryKey({ nam: "code" });
  // @ts-expect-error: an unknown option of a model
  ActiveRecord.define("notes", { id: primaryKey() }, { nameing: "same" });
  // @ts-expect-error: not a field
  ActiveRecord.define("notes", { id: 1 });
  // @ts-expect-error: an unknown option of a mixin
  timestamps({ clock: () => new Date() });
  // @ts-expect-error: not an event
  User.on("afterSafe", () => {});
  User.on("afterSave", (user) => holds<Equals<typeof user, User>>());
}

export async function singleRecordsAreTyped(): Promise<void> {
  const [found, first, certain, all] = [await User.find(1), await User.first(), await User.findOrFail(1), User.all()];
  holds<Equals<typeof found, User | null>>();
  holds<Equals<typeof first, User | null>>();
  holds<Equals<typeof certain, User>>();
  holds<Equals<typeof all, Promise<User[]>>>();
  const by = await Post.findBy({ title: "x" });
  holds<Equals<typeof by, Post | null>>();
  holds<Equals<Instance<typeof Post>, Post>>();
  // @ts-expect-error: a field that does not exist
  await Post.findBy({ nope: "x" });
  const made = await User.findOrCreate({ name: "Ada" }, { age: 36 });
  holds<Equals<typeof made, User>>();
  const several = await User.createMany([{ name: "Ada" }]);
  holds<Equals<typeof several, User[]>>();
  const count = await User.insertMany([{ name: "Ada" }]);
  holds<Equals<typeof count, number>>();
  const reloaded = await certain.refresh();
  holds<Equals<typeof reloaded, User>>();
  const changed = await certain.save();
  holds<Equals<typeof changed, number>>();
}

export async function modelsCanBeExtended(): Promise<void> {
  class Admin extends User {
    powers(): string[] {
      return [this.name];
    }
  }
  const admins = await Admin.where({ role: "admin" });
  holds<Equals<typeof admins, Admin[]>>();
  const adults = await Admin.adults();
  holds<Equals<(typeof adults)[number], User>>(); // a scope without `this` parameter belongs to its class
}

abstract class AppRecord extends ActiveRecord {
  static newest<M extends ModelClass & Pick<typeof ActiveRecord, "query">>(this: M) {
    return this.query().limit(1);
  }
  get title(): string {
    return this.tableName;
  }
}

class Note extends AppRecord.define("notes", { id: primaryKey(), text: z.string() }, timestamps()) {}

export async function modelsInheritFromAClassOfTheApplication(): Promise<void> {
  const note = await Note.create({ text: "a" });
  holds<Equals<typeof note, Note>>();
  holds<Equals<typeof note.title, string>>();
  holds<Equals<typeof note.text, string>>();
  const newest = await Note.newest();
  holds<Equals<typeof newest, Note[]>>();
  // @ts-expect-error the fields are those of the model
  void note.nope;
}
