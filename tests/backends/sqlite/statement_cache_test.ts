import assert from "node:assert/strict";
import { StatementCache } from "../../../backends/sqlite/statement_cache.ts";

function cacheOf(capacity: number): { cache: StatementCache<string>; evicted: string[] } {
  const evicted: string[] = [];
  return { cache: new StatementCache(capacity, (statement) => evicted.push(statement)), evicted };
}

Deno.test("StatementCache.set() lets the statement go that was used longest ago", () => {
  const { cache, evicted } = cacheOf(3);
  for (const sql of ["a", "b", "c"]) cache.set(sql, `<${sql}>`);
  for (const sql of ["a", "c", "c", "a", "a"]) assert.equal(cache.get(sql), `<${sql}>`);
  cache.set("d", "<d>");
  cache.set("e", "<e>");
  assert.deepEqual([evicted, cache.size], [["<b>", "<c>"], 3]);
  assert.deepEqual(["a", "b", "c", "d", "e"].map((sql) => cache.get(sql)), ["<a>", undefined, undefined, "<d>", "<e>"]);
});

Deno.test("StatementCache.get() forgets a statement that had to go although it was used last", () => {
  const { cache, evicted } = cacheOf(1);
  cache.set("a", "<a>");
  assert.equal(cache.get("a"), "<a>");
  cache.set("b", "<b>");
  assert.deepEqual([cache.get("a"), cache.get("b"), evicted], [undefined, "<b>", ["<a>"]]);
});

Deno.test("StatementCache.set() keeps nothing without room", () => {
  const { cache, evicted } = cacheOf(0);
  assert.deepEqual([cache.set("a", "<a>"), cache.get("a"), evicted], [false, undefined, []]);
});

Deno.test("StatementCache.clear() lets go of all", () => {
  const { cache, evicted } = cacheOf(2);
  cache.set("a", "<a>");
  cache.get("a");
  cache.clear();
  assert.deepEqual([cache.get("a"), cache.size, evicted], [undefined, 0, ["<a>"]]);
});
