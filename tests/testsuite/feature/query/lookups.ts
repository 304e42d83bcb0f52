import assert from "node:assert/strict";
import { QueryBuildError } from "../../../../mod.ts";
import { errorOf } from "../../error_of.ts";
import { basicModels, Post, User, userValues } from "../../fixtures/basic.ts";
import { group, type SuiteGroup } from "../../suite.ts";

/** Takes any condition, since some of them are wrong on purpose. */
async function found(condition: object): Promise<string[]> {
  return await User.where(condition as { readonly age?: number }).orderBy("id").pluck("name");
}

async function ages(): Promise<void> {
  await User.insertMany([
    userValues("Ada", { age: 36 }),
    userValues("Bob", { age: 20 }),
    userValues("Cid", { age: 50 }),
    userValues("Dan", { age: null }),
  ]);
}

async function texts(...list: string[]): Promise<void> {
  await User.insertMany(list.map((name, i) => ({ name, email: `${i}@example.org` })));
}

/** Every suffix of a condition. */
export const lookups: SuiteGroup = group("query/lookups", basicModels, (test) => {
  test("eq, ne, gt, gte, lt and lte compare as SQL does, and NULL fits none of them", async () => {
    await ages();
    assert.deepEqual(await found({ age: 36 }), ["Ada"]);
    assert.deepEqual(await found({ age__eq: 36 }), ["Ada"]);
    assert.deepEqual(await found({ age__ne: 36 }), ["Bob", "Cid"]);
    assert.deepEqual(await found({ age__gt: 36 }), ["Cid"]);
    assert.deepEqual(await found({ age__gte: 36 }), ["Ada", "Cid"]);
    assert.deepEqual(await found({ age__lt: 36 }), ["Bob"]);
    assert.deepEqual(await found({ age__lte: 36 }), ["Ada", "Bob"]);
  });

  test("nothing is greater or less than null", async () => {
    for (const key of ["age__gt", "age__gte", "age__lt", "age__lte"]) {
      await errorOf(QueryBuildError, () => found({ [key]: null }));
    }
  });

  test("in and notin take lists of any length, and an empty list holds nothing", async () => {
    await ages();
    assert.deepEqual(await found({ age__in: [20, 36] }), ["Ada", "Bob"]);
    assert.deepEqual(await found({ age__notin: [20, 36] }), ["Cid"]);
    assert.deepEqual(await found({ age__in: [] }), []);
    assert.deepEqual(await found({ age__notin: [] }), ["Ada", "Bob", "Cid", "Dan"]);
    assert.deepEqual(await found({ age__in: [36] }), ["Ada"]);
    assert.deepEqual(await found({ age__in: Array.from({ length: 40_000 }, (_, i) => i + 30) }), ["Ada", "Cid"]);
    assert.deepEqual(await found({ age__notin: Array.from({ length: 40_000 }, (_, i) => i + 30) }), ["Bob"]);
    assert.deepEqual(await found({ name__in: Array.from({ length: 17 }, () => "Ada") }), ["Ada"]);
  });

  test("a null or undefined inside a list, and what is no list, are refused", async () => {
    for (const value of [[1, null], [undefined], 1, "12", null, { length: 0 }]) {
      await errorOf(QueryBuildError, () => found({ age__in: value }));
      await errorOf(QueryBuildError, () => found({ age__notin: value }));
    }
  });

  test("between includes both ends and refuses anything but two values", async () => {
    await ages();
    assert.deepEqual(await found({ age__between: [20, 36] }), ["Ada", "Bob"]);
    assert.deepEqual(await found({ age__between: [36, 20] }), []);
    for (const value of [[1], [1, 2, 3], 1, [null, 1], [1, undefined]]) {
      await errorOf(QueryBuildError, () => found({ age__between: value }));
    }
  });

  test("isnull takes true and false and nothing else", async () => {
    await ages();
    assert.deepEqual(await found({ age__isnull: true }), ["Dan"]);
    assert.deepEqual(await found({ age__isnull: false }), ["Ada", "Bob", "Cid"]);
    for (const value of [1, "true", null]) await errorOf(QueryBuildError, () => found({ age__isnull: value }));
  });

  test("text lookups tell capital letters from small ones, their i forms do not", async () => {
    await texts("Straw", "STRAW", "straw", "Hay");
    assert.deepEqual(await found({ name__like: "Str%" }), ["Straw"]);
    assert.deepEqual(await found({ name__contains: "tra" }), ["Straw", "straw"]);
    assert.deepEqual(await found({ name__startswith: "s" }), ["straw"]);
    assert.deepEqual(await found({ name__endswith: "W" }), ["STRAW"]);
    assert.deepEqual(await found({ name__ilike: "sTr%" }), ["Straw", "STRAW", "straw"]);
    assert.deepEqual(await found({ name__icontains: "TrA" }), ["Straw", "STRAW", "straw"]);
    assert.deepEqual(await found({ name: "straw" }), ["straw"]);
    assert.deepEqual(await found({ name__in: ["STRAW", "hay"] }), ["STRAW"]);
  });

  test("the i forms know letters beyond ASCII", async () => {
    await texts("Ägypten", "ÄGYPTEN", "Ungarn");
    assert.deepEqual(await found({ name__icontains: "ägypt" }), ["Ägypten", "ÄGYPTEN"]);
    assert.deepEqual(await found({ name__ilike: "äg%" }), ["Ägypten", "ÄGYPTEN"]);
  });

  test("contains, icontains, startswith and endswith take every character literally", async () => {
    await texts("100%", "100x", "a_b", "axb", "c*d", "cxd", "e?f", "[g]", "g", "h\\i", "hi");
    assert.deepEqual(await found({ name__contains: "0%" }), ["100%"]);
    assert.deepEqual(await found({ name__endswith: "%" }), ["100%"]);
    assert.deepEqual(await found({ name__contains: "_" }), ["a_b"]);
    assert.deepEqual(await found({ name__startswith: "a_" }), ["a_b"]);
    assert.deepEqual(await found({ name__contains: "*" }), ["c*d"]);
    assert.deepEqual(await found({ name__contains: "?" }), ["e?f"]);
    assert.deepEqual(await found({ name__startswith: "[" }), ["[g]"]);
    assert.deepEqual(await found({ name__endswith: "]" }), ["[g]"]);
    assert.deepEqual(await found({ name__contains: "\\" }), ["h\\i"]);
    assert.deepEqual(await found({ name__icontains: "A_" }), ["a_b"]);
    assert.deepEqual(await found({ name__icontains: "%" }), ["100%"]);
    assert.deepEqual(await found({ name__icontains: "H\\" }), ["h\\i"]);
  });

  test("like knows percent and underscore, and a backslash makes them literal", async () => {
    await texts("100%", "100x", "a_b", "axb", "c*d", "cxd");
    assert.deepEqual(await found({ name__like: "100_" }), ["100%", "100x"]);
    assert.deepEqual(await found({ name__like: "100\\%" }), ["100%"]);
    assert.deepEqual(await found({ name__like: "a\\_b" }), ["a_b"]);
    assert.deepEqual(await found({ name__like: "c*d" }), ["c*d"]);
    assert.deepEqual(await found({ name__ilike: "A\\_B" }), ["a_b"]);
    assert.deepEqual(await found({ name__like: "%x%" }), ["100x", "axb", "cxd"]);
    assert.deepEqual(await found({ name__like: "x" }), []);
  });

  test("the empty text is contained in every text", async () => {
    await texts("a", "b");
    assert.deepEqual(await found({ name__contains: "" }), ["a", "b"]);
    assert.deepEqual(await found({ name__startswith: "" }), ["a", "b"]);
    assert.deepEqual(await found({ name__like: "" }), []);
  });

  test("text lookups refuse what is no text", async () => {
    for (const lookup of ["like", "ilike", "contains", "icontains", "startswith", "endswith", "regex"]) {
      await errorOf(QueryBuildError, () => found({ [`name__${lookup}`]: 1 }));
      await errorOf(QueryBuildError, () => found({ [`name__${lookup}`]: null }));
    }
  });

  test(
    "regex fits a regular expression and tells capital letters from small ones",
    { requires: ["regex"] },
    async () => {
      await texts("Ada", "ada", "Bob");
      assert.deepEqual(await found({ name__regex: "^A" }), ["Ada"]);
      assert.deepEqual(await found({ name__regex: "^.d.$" }), ["Ada", "ada"]);
      assert.deepEqual(await found({ name__regex: "^[^Aa]" }), ["Bob"]);
    },
  );

  test("booleans and enums are looked up by their values", async () => {
    await User.insertMany([userValues("Ada"), userValues("Bob", { isActive: false })]);
    assert.deepEqual(await found({ isActive: true }), ["Ada"]);
    assert.deepEqual(await found({ isActive__ne: true }), ["Bob"]);
    assert.deepEqual(await found({ isActive__in: [true, false] }), ["Ada", "Bob"]);
    await Post.insertMany([{ title: "a", status: "draft" }, { title: "b", status: "published" }, { title: "c" }]);
    assert.deepEqual(await Post.where({ status: "draft" }).orderBy("id").pluck("title"), ["a", "c"]);
    assert.deepEqual(await Post.where({ status__in: ["published", "archived"] }).pluck("title"), ["b"]);
  });

  test("dates are compared as points in time", async () => {
    const day = (number: number) => new Date(Date.UTC(2024, 0, number, 12, 30, 15, 123));
    await Post.insertMany([1, 2, 3].map((number) => ({ title: `day ${number}`, publishedAt: day(number) })));
    assert.deepEqual(await Post.where({ publishedAt: day(2) }).pluck("title"), ["day 2"]);
    assert.deepEqual(await Post.where({ publishedAt__gt: day(2) }).pluck("title"), ["day 3"]);
    assert.deepEqual(await Post.where({ publishedAt__between: [day(1), day(2)] }).count(), 2);
    assert.deepEqual(await Post.where({ publishedAt__in: [day(1), day(3)] }).count(), 2);
  });
});
