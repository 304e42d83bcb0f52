import { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { SQLiteBackend } from "../../backends/sqlite/mod.ts";
import { ActiveRecord, primaryKey } from "../../mod.ts";

/** Rows that the tables hold before anything is measured. */
const USERS = 10_000;
const OWNERS = 1_000;
const POSTS_EACH = 10;

/** The same work done by the library and by the bare driver. */
export interface Workload {
  /** What is measured. */
  readonly name: string;
  /** Through the library. */
  readonly ours: () => unknown;
  /** With the driver's prepared statements, rows made into objects by hand. */
  readonly driver: () => unknown;
}

class User extends ActiveRecord.define("users", {
  id: primaryKey(),
  name: z.string().max(100),
  email: z.string().max(190),
  age: z.int(),
  active: z.boolean(),
  createdAt: z.date(),
  profile: z.object({ theme: z.string(), tags: z.array(z.string()) }),
}) {
  get posts() {
    return this.hasMany(() => Post, { foreignKey: "userId" });
  }
}

class Post extends ActiveRecord.define("posts", {
  id: primaryKey(),
  userId: z.int(),
  title: z.string(),
}, { indexes: [{ fields: ["userId"] }] }) {}

let made = 0;

function newUser() {
  const number = ++made;
  return {
    name: `User ${number}`,
    email: `user${number}@example.org`,
    age: number % 80,
    active: number % 2 === 0,
    createdAt: new Date(Date.UTC(2024, 0, 1) + number * 61_000),
    profile: { theme: "dark", tags: ["a", "b"] },
  };
}

const users = (count: number) => Array.from({ length: count }, newUser);
const someId = () => 1 + Math.floor(Math.random() * USERS);

const COLUMNS = "id, name, email, age, active, created_at, profile";

type Row = [number, string, string, number, number, string, string];

function toObject([id, name, email, age, active, createdAt, profile]: Row) {
  return { id, name, email, age, active: active === 1, createdAt: new Date(createdAt), profile: JSON.parse(profile) };
}

/** Makes two equal databases in a folder and the workloads over them. */
export async function prepareWorkloads(folder: string): Promise<{ workloads: Workload[]; close: () => Promise<void> }> {
  const backend = new SQLiteBackend({ database: `${folder}/ours.db` });
  ActiveRecord.configure(backend);
  await User.createTable();
  await Post.createTable();
  await User.insertMany(users(USERS));
  await Post.insertMany(
    Array.from({ length: OWNERS * POSTS_EACH }, (_, i) => ({ userId: 1 + i % OWNERS, title: `Post ${i}` })),
  );
  await backend.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  await Deno.copyFile(`${folder}/ours.db`, `${folder}/driver.db`);

  const database = new DatabaseSync(`${folder}/driver.db`);
  database.exec("PRAGMA journal_mode = wal; PRAGMA synchronous = normal");
  const insert = database.prepare(
    "INSERT INTO users (name, email, age, active, created_at, profile) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const select = (rest: string) => {
    // Deno has this method, its types do not know it yet.
    const statement = database.prepare(`SELECT ${COLUMNS} FROM users ${rest}`) as
      & ReturnType<DatabaseSync["prepare"]>
      & {
        setReturnArrays(on: boolean): void;
      };
    statement.setReturnArrays(true);
    return statement;
  };
  const [byKey, many, filtered] = [
    select("WHERE id = ?"),
    select("ORDER BY id LIMIT 1000"),
    select("WHERE age >= ? ORDER BY id DESC LIMIT 20"),
  ];
  const update = database.prepare("UPDATE users SET age = ? WHERE id = ?");
  const add = () => {
    const { name, email, age, active, createdAt, profile } = newUser();
    return insert.run(name, email, age, active ? 1 : 0, createdAt.toISOString(), JSON.stringify(profile));
  };
  const rows = (values: unknown): Row[] => values as Row[]; // arrays, by setReturnArrays()
  const inTransaction = (count: number) => {
    database.exec("BEGIN");
    for (let i = 0; i < count; i++) add();
    database.exec("COMMIT");
  };

  const workloads: Workload[] = [
    { name: "insert one row", ours: () => User.create(newUser()), driver: add },
    { name: "insert 1,000 rows", ours: () => User.insertMany(users(1_000)), driver: () => inTransaction(1_000) },
    { name: "find by key", ours: () => User.find(someId()), driver: () => toObject(rows([byKey.get(someId())])[0]!) },
    {
      name: "read 1,000 rows",
      ours: () => User.query().orderBy("id").limit(1_000),
      driver: () => rows(many.all()).map(toObject),
    },
    {
      name: "filter, order, limit 20",
      ours: () => User.where({ age__gte: 70 }).orderBy("-id").limit(20),
      driver: () => rows(filtered.all(70)).map(toObject),
    },
    {
      name: "load, change, save",
      async ours() {
        const user = await User.findOrFail(someId());
        user.age = (user.age + 1) % 90;
        await user.save();
      },
      driver() {
        const user = toObject(rows([byKey.get(someId())])[0]!);
        update.run((user.age + 1) % 90, user.id);
      },
    },
    {
      name: "transaction of 10 inserts",
      ours: () =>
        User.transaction(async () => {
          for (const user of users(10)) await User.create(user);
        }),
      driver: () => inTransaction(10),
    },
  ];
  return {
    workloads,
    async close() {
      database.close();
      await backend.disconnect();
    },
  };
}
