/** This library, through its public API alone. */

import { z } from "zod";
import { ActiveRecord, primaryKey, type StorageBackend } from "../../../mod.ts";
import { backendModule, type DatabaseName } from "../databases.ts";
import type { UserValues } from "../users.ts";
import { chunksOf, type Contender, nextAge } from "./contender.ts";

class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string().max(100),
  email: z.string().max(190),
  age: z.int32(),
  active: z.boolean(),
  createdAt: z.date(),
  profile: z.object({
    theme: z.string(),
    tags: z.array(z.string()),
    score: z.number(),
    address: z.object({ city: z.string(), zip: z.string() }),
  }),
}) {
  get posts() {
    return this.hasMany(() => Post, { foreignKey: "userId" });
  }
}

class Post extends ActiveRecord.define("posts", {
  id: primaryKey(),
  userId: z.int32(),
  title: z.string(),
  body: z.string(),
  createdAt: z.date(),
}) {}

/** The input types of zod hold arrays that may be changed; the values are not. */
type NewUser = Parameters<typeof User.create<typeof User>>[0];
const input = (user: UserValues) => user as NewUser;

/** Puts the models on the backend of a database. */
export async function openContender(location: string, database: DatabaseName): Promise<Contender<User>> {
  const backend = await openBackend(location, database);
  ActiveRecord.configure(backend);
  return {
    insert: async (user) => (await User.create(input(user))).id,
    insertMany: (users) => User.insertMany(users.map(input)),
    insertEach: (users) =>
      User.transaction(async () => {
        for (const user of users) await User.create(input(user));
      }),
    insertFrom: (users) =>
      User.transaction(async () => {
        // insertMany() takes arrays.
        for await (const chunk of chunksOf(users, 1_000)) await User.insertMany(chunk.map(input));
      }),
    find: (id) => User.findOrFail(id),
    read: (count) => User.query().orderBy("id").limit(count).all(),
    stream: () => User.query().orderBy("id").stream(),
    filter: (age, count) => User.where({ age__gte: age }).orderBy("-id").limit(count).all(),
    async raiseAge(id) {
      const user = await User.findOrFail(id);
      user.age = nextAge(user.age);
      await user.save();
    },
    owners: (first, last) => User.where({ id__between: [first, last] }).orderBy("id").with("posts").all(),
    findSQL: (id) => User.where({ id }).limit(1).toSQL(),
    queryPageSQL: (age) =>
      User.where({ age__gte: age, active: true }).where((c) => c.name.like("A%").or(c.email.like("%.org")))
        .orderBy("-createdAt", "id").limit(20).offset(40).toSQL(),
    toPlainUser: ({ id, name, email, age, active, createdAt, profile }) => ({
      id,
      name,
      email,
      age,
      active,
      createdAt,
      profile,
    }),
    toPlainPosts: (user) => [...user.posts].map(({ userId, title }) => ({ userId, title })),
    close: () => backend.disconnect(),
  };
}

const CLASSES: Readonly<Record<DatabaseName, string>> = {
  sqlite: "SQLiteBackend",
  postgres: "PostgreSQLBackend",
  mariadb: "MariaDBBackend",
  mysql: "MySQLBackend",
};

async function openBackend(location: string, database: DatabaseName): Promise<StorageBackend> {
  const options = database === "sqlite" ? { database: location } : { url: location, poolSize: 10 };
  // What the modules of all backends have in common.
  const module: Record<string, new (config: typeof options) => StorageBackend> = await import(
    backendModule(database).href
  );
  const Backend = module[CLASSES[database]];
  if (Backend === undefined) throw new Error(`backends/${database}/mod.ts exports no ${CLASSES[database]}`);
  return new Backend(options);
}
