import { assertEquals } from "@std/assert";
import { onlyReads, plainlyReads } from "../../core/sql/statement_kind.ts";

for (
  const [sql, reads, isPlain] of [
    ["SELECT 1", true, true],
    [" /* a */ -- b\n values (1)", true, true],
    ["(SELECT 1) UNION (SELECT 2)", false, true],
    ["WITH a AS (SELECT 1) SELECT * FROM a", false, true],
    ["TABLE a", false, true],
    ["SELECT replace(deleted, 'a', 'b') FROM t;", true, true],
    ["DELETE FROM t", false, false],
    ["CALL p()", false, false],
    ["WITH a AS (DELETE FROM t RETURNING id) SELECT * FROM a", false, false],
    ["SELECT * INTO u FROM t", true, false],
    ["SELECT 1; DROP TABLE t", true, false],
    ["EXPLAIN DELETE FROM t", true, false],
    ["EXPLAIN QUERY PLAN UPDATE t SET a = 1", true, false],
    ["EXPLAIN (FORMAT JSON) DELETE FROM t", true, false],
    ["EXPLAIN (FORMAT JSON, ANALYZE) SELECT 1", true, false],
    ["EXPLAIN (ANALYZE, FORMAT JSON) DELETE FROM t", false, false],
    ["explain analyze verbose insert into t values (1)", false, false],
    ["EXPLAIN ANALYSE /* a */ SELECT 1", true, false],
    ["EXPLAIN ANALYZE /*!80032 FORMAT=TREE */ SELECT 1", true, false],
    ["EXPLAIN ANALYZE FORMAT=TREE DELETE FROM t", false, false],
    ["ANALYZE FORMAT=JSON SELECT 1", true, false],
    ["ANALYZE FORMAT=JSON DELETE FROM t", false, false],
    ["ANALYZE t", false, false],
  ] as const
) {
  Deno.test(`SQL text ${reads ? "only reads" : "may write"}: ${sql}`, () => {
    assertEquals([onlyReads(sql), plainlyReads(sql)], [reads, isPlain]);
  });
}
