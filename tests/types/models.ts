import { z } from "zod";
import {
  ActiveRecord,
  array,
  bytes,
  column,
  decimal,
  duration,
  instant,
  optimisticLock,
  plainDate,
  plainDateTime,
  plainTime,
  primaryKey,
  softDelete,
  timestamps,
  uuidKey,
} from "@rhosocial/activerecord";

/** Models whose types the tests of this folder look at. */
export class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string(),
  age: z.int().nullable().default(null),
  profile: z.object({ theme: z.string() }).optional(),
  role: column(z.enum(["admin", "guest"]), { default: "guest" }),
}, timestamps()) {
  get posts() {
    return this.hasMany(() => Post, { foreignKey: "userId", dependent: "delete" });
  }
  get avatar() {
    return this.hasOne(() => Avatar);
  }
  get initial(): string {
    return this.name.charAt(0);
  }
  greet(): string {
    return `Hello ${this.name}`;
  }
  static adults() {
    return this.where({ age__gte: 18 });
  }
}

export class Post extends ActiveRecord.define(
  "posts",
  {
    id: primaryKey(),
    userId: z.int(),
    title: z.string(),
  },
  timestamps(),
  softDelete(),
) {
  get author() {
    return this.belongsTo(() => User, { foreignKey: "userId" });
  }
  get comments() {
    return this.hasMany(() => Comment);
  }
}

export class Comment extends ActiveRecord.define(
  "comments",
  {
    postId: z.int(),
    text: z.string().nullable(),
  },
  uuidKey(),
  optimisticLock(),
) {
  get post() {
    return this.belongsTo(() => Post);
  }
}

export class Avatar extends ActiveRecord.define("avatars", { userId: primaryKey(z.int()), file: z.string() }) {}

/** A field of every kind that has a helper of its own or a type that is not obvious. */
export class Kinds extends ActiveRecord.define("kinds", {
  code: primaryKey(z.string().length(2)),
  big: z.bigint(),
  price: decimal(10, 2),
  discount: decimal(10, 2, { nullable: true }),
  tax: decimal(10, 2, { default: "0.00" }),
  blob: bytes({ nullable: true, default: null }),
  at: instant(),
  day: plainDate({ nullable: true }),
  time: plainTime(),
  local: plainDateTime(),
  length: duration(),
  tags: array(decimal(5, 2)),
  when: z.date(),
  upper: column(z.string(), { generated: "upper(code)" }),
  trimmed: column(z.string().transform((text) => text.length), { type: "int" }),
  secret: column(z.string().optional(), {
    converter: { toDatabase: (text) => btoa(text), fromDatabase: (stored) => atob(String(stored)) },
  }),
  json: z.json(),
}, { readOnly: true }) {}
