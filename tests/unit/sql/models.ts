import { z } from "zod";
import { ActiveRecord, column, decimal, primaryKey, softDelete } from "../../../mod.ts";
import { dialects } from "./dialects.ts";

/** Models of the snapshots. */
export class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: column(z.string().max(50), { unique: true }),
  age: z.int().nullable(),
  price: decimal(10, 2),
  seenAt: z.date(),
  data: z.object({ tags: z.array(z.string()), theme: z.string() }),
}) {
  get posts() {
    return this.hasMany(() => Post, { foreignKey: "userId" });
  }
}

export class Post extends ActiveRecord.define(
  "posts",
  { id: primaryKey(), userId: z.int(), title: z.string().max(50) },
  { fullText: [{ fields: ["title"] }] },
  softDelete(),
) {}

/** A table of a schema, by another name than its fields. */
export class Line extends ActiveRecord.define("lines", { orderNo: primaryKey(z.int()), sumTotal: z.int() }, {
  schema: "shop",
}) {}

ActiveRecord.configure(dialects.sqlite);
