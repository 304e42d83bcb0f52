import { DatabaseSync } from "node:sqlite";
import { type Admin, openAdmin } from "../support/servers/admin.ts";
import { type DatabaseName, openContender } from "./databases.ts";
import { analyzeStatements, tableStatements, vacuumStatements } from "./tables.ts";
import { BODY, plainPosts, type PlainUser, userValues } from "./users.ts";

/** The tables of a database, looked after with the driver alone. */
export interface Store extends AsyncDisposable {
  /** Makes the tables with so many users, the first of them with posts. */
  create(users: number, owners: number): Promise<void>;
  countUsers(): Promise<number>;
  /** The user with an id, as the driver reads it. */
  user(id: number): Promise<PlainUser>;
  /** The user that was inserted last. */
  lastUser(): Promise<PlainUser>;
  /** Removes users beyond so many, which a benchmark has inserted. */
  removeAdded(users: number): Promise<void>;
}

/** Opens a database: the path of a file, or a URL. */
export async function openStore(database: DatabaseName, location: string): Promise<Store> {
  const sql = database === "sqlite" ? openFile(location) : await openAdmin(database, location);
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await sql.query(statement);
  };
  const number = async (expression: string) => {
    const [row] = await sql.query(`SELECT ${expression} AS number FROM users`);
    return Number(row?.number);
  };
  // Statements of the driver need the tables, so it is opened for each use.
  const withDriver = async <T>(fn: (driver: Awaited<ReturnType<typeof openContender>>) => Promise<T>): Promise<T> => {
    const driver = await openContender(database, "driver", location);
    try {
      return await fn(driver);
    } finally {
      await driver.close();
    }
  };
  const user = (id: number) => withDriver(async (driver) => driver.toPlainUser(await driver.find(id)));
  return {
    async create(users, owners) {
      await run(tableStatements(database));
      await withDriver(async (driver) => {
        await driver.insertFrom(numberedUsers(users));
      });
      for (let first = 1; first <= owners; first += 100) {
        await sql.query(insertPosts(first, Math.min(first + 99, owners)));
      }
      await run(analyzeStatements(database));
    },
    countUsers: () => number("count(*)"),
    user,
    lastUser: async () => user(await number("max(id)")),
    removeAdded: (users) => run([`DELETE FROM users WHERE id > ${users}`, ...vacuumStatements(database)]),
    [Symbol.asyncDispose]: async () => await sql[Symbol.asyncDispose](),
  };
}

function openFile(path: string): Admin {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA busy_timeout = 5000");
  return {
    query: (sql) => Promise.resolve(database.prepare(sql).all()),
    [Symbol.asyncDispose]: () => Promise.resolve(database.close()),
  };
}

/** Users for a table that is empty. */
async function* numberedUsers(count: number) {
  for (let number = 1; number <= count; number++) yield userValues(number);
}

/** The texts are made here, of letters, digits and spaces. */
function insertPosts(firstUser: number, lastUser: number): string {
  const users = Array.from({ length: lastUser - firstUser + 1 }, (_, i) => firstUser + i);
  const rows = users.flatMap(plainPosts).map(({ userId, title }) =>
    `(${userId}, '${title}', '${BODY}', '2024-01-01 00:00:00')`
  );
  return `INSERT INTO posts (user_id, title, body, created_at) VALUES ${rows.join(", ")}`;
}
