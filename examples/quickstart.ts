/**
 * A short tour on an in-memory database. Every line that starts with › is SQL that ran.
 *
 *     deno run examples/quickstart.ts
 */

import { z } from "zod";
import { ActiveRecord, column, fn, primaryKey, softDelete, timestamps, ValidationError } from "@rhosocial/activerecord";
import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";

// ---- two models

class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string().min(1).max(100),
  email: column(z.email(), { unique: true }),
  age: z.int().min(0).nullable().default(null),
}, timestamps()) {
  get posts() {
    return this.hasMany(() => Post, { foreignKey: "userId", dependent: "delete" });
  }
  static adults() {
    return this.where({ age__gte: 18 });
  }
  override beforeSave() {
    this.email = this.email.toLowerCase();
  }
}

class Post extends ActiveRecord.define("posts", {
  id: primaryKey(),
  userId: column(z.int(), { references: "users.id", index: true }),
  title: z.string().min(1),
}, softDelete()) {
  get author() {
    return this.belongsTo(() => User, { foreignKey: "userId" });
  }
}

// ---- the story

const backend = new SQLiteBackend({ database: ":memory:" });
ActiveRecord.configure(backend);
backend.on("query", ({ sql }) => say(`  › ${sql}`, "dim"));

chapter("A table is made from its model");
await User.createTable();
await Post.createTable();

chapter("create() inserts a row and gives a typed record");
const ada = await User.create({ name: "Ada", email: "Ada@Example.org", age: 36 });
say(`User ${ada.id} is ${ada.name} <${ada.email}>: beforeSave() wrote the address in small letters`);
await User.createMany([
  { name: "Grace", email: "grace@example.org", age: 85 },
  { name: "Tim", email: "tim@example.org", age: 9 },
]);
await ada.posts.create({ title: "Notes on the engine" });
await ada.posts.create({ title: "Poetical science" });

chapter("What is wrong is said at once, and nothing is sent");
try {
  await User.create({ name: "", email: "not an address", age: -1 });
} catch (error) {
  if (!(error instanceof ValidationError)) throw error;
  for (const { path, message } of error.issues) say(`✗ ${path.join(".")}: ${message}`);
}

chapter("Queries are typed, immutable and can be awaited");
const adults = await User.adults().where((c) => c.age.gt(80).or(c.name.eq("Ada"))).orderBy("-age");
say(`Oldest first: ${adults.map((user) => `${user.name} (${user.age})`).join(", ")}`);
const [ages] = await User.select({ average: fn.avg(User.c.age), oldest: fn.max(User.c.age) });
say(`Average age ${ages?.average?.toFixed(1)}, the oldest is ${ages?.oldest}`);

chapter("with() loads a relation for all records: two queries, however many users");
for (const user of await User.with("posts").orderBy("name")) {
  say(`${user.name} wrote ${user.posts.length} posts${[...user.posts].map((post) => `\n  - ${post.title}`).join("")}`);
}

chapter("save() writes only what has changed");
ada.age = 37;
say(`Changes: ${JSON.stringify(ada.changes())}`);
await ada.save();
say(`Saving again writes ${await ada.save()} rows`);

chapter("A transaction that fails leaves no trace");
try {
  await User.transaction(async () => {
    ada.name = "Augusta";
    await ada.save();
    throw new Error("second thoughts");
  });
} catch (error) {
  say(`Rolled back: ${(error as Error).message}`);
}
say(`In the database she is still ${(await User.findOrFail(ada.id)).name}`);

chapter("softDelete() marks rows instead of removing them");
const post = (await Post.first())!;
await post.delete();
say(`Posts now: ${await Post.count()}, with the deleted one: ${await Post.withDeleted().count()}`);
await post.restore();
say(`Restored: ${await Post.count()}`);

say("\nThis was examples/quickstart.ts. Next: README.md");
await backend.disconnect();

// ---- printing

function chapter(title: string): void {
  say(`\n${title}`, "bold");
}

function say(text: string, style: "bold" | "dim" | "plain" = "plain"): void {
  const css = { bold: "font-weight: bold", dim: "color: gray", plain: "" }[style];
  console.log(`%c${text.replaceAll("%", "%%")}`, css);
}
