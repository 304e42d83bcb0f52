import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { QueryBuildError, QueryError } from "../../../../mod.ts";
import type { TestServer } from "../../../support/mysql.ts";

const PROFILES = [
  { name: "ada", profile: { theme: "dark", tags: ["a", "b"], notify: { email: true, count: 2 }, "a key": null } },
  { name: "bob", profile: { theme: "light", tags: [], notify: { email: false, count: 2.5 } } },
  { name: "cid", profile: { theme: 'it\'s "x" \\', tags: ["b", ["c"]] } },
];

/** JSON paths and containment. */
export function jsonCases({ test, isMariaDB }: TestServer): void {
  const jsonTest: TestServer["test"] = (name, fn) =>
    test(name, async (place) => {
      await place.backend.execute("CREATE TABLE `json users` (name VARCHAR(20), profile JSON)");
      for (const { name, profile } of PROFILES) {
        await place.backend.execute("INSERT INTO `json users` VALUES (?, ?)", [name, JSON.stringify(profile)]);
      }
      await fn(place);
    });

  jsonTest("a path query finds rows by text, number, boolean, null, array and object", async ({ backend }) => {
    const names = async (path: string, value: unknown) =>
      (await backend.jsonPathQuery<{ name: string }>("json users", "profile", path, value)).map(({ name }) => name);
    assertEquals(await names("$.theme", "dark"), ["ada"]);
    assertEquals(await names("theme", "dark"), ["ada"]);
    assertEquals(await names(".theme", 'it\'s "x" \\'), ["cid"]);
    assertEquals(await names("$.notify.email", true), ["ada"]);
    assertEquals(await names("$.notify.count", 2), ["ada"]);
    assertEquals(await names("$.notify.count", "2"), []);
    assertEquals(await names("$.notify.count", 2.5), ["bob"]);
    assertEquals(await names('$."a key"', null), ["ada"]);
    assertEquals(await names("$.tags[0]", "a"), ["ada"]);
    assertEquals(await names("$.tags[1][0]", "c"), ["cid"]);
    assertEquals(await names("$.tags", []), ["bob"]);
    assertEquals(await names("$.notify", { count: 2, email: true }), ["ada"]);
    assertEquals(await names("$.nothing", 1), []);
    assertEquals((await backend.executeJsonPathQuery("json users", "profile", "$.theme", "dark")).affectedRows, 1);
  });

  jsonTest("a path that is none is refused before it is sent", async ({ backend }) => {
    const wrong = [
      "",
      "$",
      "$.",
      "$..a",
      "$.a'",
      "$.a[x]",
      "$.a[-1]",
      "$.a[*]",
      "$.*",
      "$**.a",
      "$.a OR 1=1",
      '$."a',
      "a.b c",
      "$.a\0",
    ];
    for (const path of wrong.filter((path) => path !== "$")) {
      await assertRejects(
        () => backend.jsonPathQuery("json users", "profile", path, 1),
        QueryBuildError,
        undefined,
        path,
      );
      assertThrows(() => backend.dialect.jsonPathExtract("profile", path), QueryBuildError);
    }
    await assertRejects(() => backend.jsonPathQuery("json users", "profile", 1 as never, 1), QueryBuildError);
    await assertRejects(() => backend.jsonPathQuery("", "profile", "$.a", 1), QueryBuildError);
    assertEquals(backend.normalizeJsonPath("a.b[0]"), "$.a.b[0]");
  });

  jsonTest("jsonPathExtract() and jsonContains() are pieces of a statement", async ({ backend }) => {
    const { dialect } = backend;
    const theme = dialect.jsonPathExtract("profile", "theme");
    const rows = await backend.fetchAll<{ theme: string }>(
      `SELECT ${theme.sql} AS theme FROM \`json users\``,
      theme.params,
    );
    assertEquals(rows.map(({ theme }) => JSON.parse(theme)), ["dark", "light", 'it\'s "x" \\']);
    const names = async (value: unknown, path?: string) => {
      const { sql, params } = dialect.jsonContains("profile", value, path);
      return (await backend.fetchAll<{ name: string }>(`SELECT name FROM \`json users\` WHERE ${sql}`, params))
        .map(({ name }) => name);
    };
    assertEquals(await names("b", "$.tags"), ["ada", "cid"]);
    assertEquals(await names(["c"], "$.tags"), ["cid"]);
    assertEquals(await names({ theme: "dark" }), ["ada"]);
    assertEquals(await names({ notify: { email: true } }), ["ada"]);
    assertEquals(await names("b' OR '1'='1", "$.tags"), []);
  });

  jsonTest(
    "a key with a minus in front is found, or refused by a server that would not find it",
    async ({ backend }) => {
      const doc = JSON.stringify({ "-k": { "-1": 1 }, 'a."-b': 2 });
      await backend.execute("INSERT INTO `json users` VALUES (?, ?)", ["minus", doc]);
      const names = async (path: string, value: unknown) =>
        (await backend.jsonPathQuery<{ name: string }>("json users", "profile", path, value)).map(({ name }) => name);
      assertEquals(await names('$."a.\\"-b"', 2), ["minus"]);
      if (isMariaDB) {
        for (const path of ['$."-k"', '$."-k"."-1"', '$[0]."-k"']) {
          await assertRejects(() => names(path, 1), QueryBuildError, "begin with a minus");
        }
      } else assertEquals(await names('$."-k"."-1"', 1), ["minus"]);
    },
  );

  test("a table of a name beyond U+FFFF is not there", async ({ backend }) => {
    for (const [name, schema] of [["😀"], ["users", "a😀"]] as const) {
      assertEquals(await backend.tableExists(name, schema), false);
      await assertRejects(() => backend.getTableSchema(name, schema), QueryError, "does not exist");
    }
    assertEquals(await backend.listTables("😀"), []);
  });
}
