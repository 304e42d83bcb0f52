/**
 * JSON on MySQL and MariaDB: a JSON column, queries by path, and what a JSON array contains.
 *
 *     deno run --allow-net=localhost:3306 examples/mysql_json_features.ts mysql://root:secret@localhost:3306/test
 *
 * With a URL that begins with `mariadb://` it runs on MariaDB.
 */

import { z } from "zod";
import { ActiveRecord, primaryKey } from "@rhosocial/activerecord";
import { MariaDBBackend } from "@rhosocial/activerecord/backends/mariadb";
import { MySQLBackend } from "@rhosocial/activerecord/backends/mysql";

const [url] = Deno.args;
if (url === undefined) {
  console.error("Give the URL of a database: mysql_json_features.ts mysql://user:password@host:3306/database");
  Deno.exit(2);
}

class User extends ActiveRecord.define("examples_users", {
  id: primaryKey(),
  name: z.string().max(255),
  profile: z.object({
    preferences: z.object({ theme: z.enum(["dark", "light"]), notifications: z.boolean() }),
    languages: z.array(z.string()),
  }),
}) {}

await using backend = url.startsWith("mariadb:") ? new MariaDBBackend(url) : new MySQLBackend(url);
User.configure(backend);

// ---- a table with a JSON column

await User.dropTable({ ifExists: true });
await User.createTable();
await User.createMany([
  { name: "Ada", profile: { preferences: { theme: "dark", notifications: true }, languages: ["en", "fr"] } },
  { name: "Bob", profile: { preferences: { theme: "light", notifications: true }, languages: ["en"] } },
  { name: "Cid", profile: { preferences: { theme: "dark", notifications: false }, languages: ["es"] } },
]);
console.log(`${backend.name} ${backend.serverVersion}: ${await User.count()} users`);

// ---- rows by path: the path and the value are parameters

const dark = await backend.jsonPathQuery<{ name: string }>("examples_users", "profile", "$.preferences.theme", "dark");
console.log(`Dark theme: ${dark.map(({ name }) => name).join(", ")}`);

// ---- the same as a condition of a model, so that records come back

const notified = backend.dialect.jsonPathEquals("profile", "preferences.notifications", true);
const listeners = await User.where(notified.sql, notified.params).orderBy("name");
console.log(`Notifications on: ${listeners.map((user) => user.name).join(", ")}`);

// ---- what an array contains

const speaks = backend.dialect.jsonContains("profile", "en", "$.languages");
console.log(`Speak English: ${(await User.where(speaks.sql, speaks.params).pluck("name")).sort().join(", ")}`);

// ---- a change inside the document is seen, and saved

const ada = (await User.findBy({ name: "Ada" }))!;
ada.profile.preferences.notifications = false;
console.log(`Changed: ${ada.dirtyFields.join(", ")}`);
await ada.save();
console.log(`Notifications on now: ${(await User.where(notified.sql, notified.params).pluck("name")).join(", ")}`);

await User.dropTable();
