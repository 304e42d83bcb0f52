import { assertEquals, assertThrows } from "@std/assert";
import { MariaDBBackend } from "../../backends/mariadb/mod.ts";
import { MySQLBackend } from "../../backends/mysql/mod.ts";
import type { ExpressionNode } from "../../core/ast/expression.ts";
import { type Assignment, type ConflictNode, selectFrom } from "../../core/ast/statement.ts";
import { UnsupportedFeatureError } from "../../mod.ts";

const mysql = new MySQLBackend({ database: "unused" });
const mariadb = new MariaDBBackend({ database: "unused" });

const here = (name: string): ExpressionNode => ({ kind: "column", name, table: "t" });
const given = (name: string): ExpressionNode => ({ kind: "excluded", name });
const lower = (left: ExpressionNode, right: ExpressionNode): ExpressionNode => ({
  kind: "comparison",
  operator: "<",
  left,
  right,
});
const raw = (...parts: string[]): ExpressionNode => ({ kind: "raw", parts, nodes: [] });
const set = (column: string, value: ExpressionNode): Assignment => ({ column, value });

/** What stands behind the assignment that looks at the key. */
function assignmentsOf({ dialect, types }: MySQLBackend, conflict: Omit<ConflictNode, "columns">): string {
  const { sql } = dialect.createBuilder(types).statement({
    kind: "insert",
    table: { kind: "table", name: "t" },
    columns: ["k", "a", "b"],
    rows: [[given("k"), given("a"), given("b")]],
    onConflict: { columns: ["k"], ...conflict },
    returning: [],
  });
  const guard = "`t`.`k`, `t`.`k`), ";
  return sql.slice(sql.indexOf(guard) + guard.length);
}

const SNAPSHOTS: Readonly<Record<string, readonly [conflict: Omit<ConflictNode, "columns">, onMySQL: string]>> = {
  "without a condition": [
    { update: [set("a", given("a")), set("b", given("b"))] },
    "`a` = `activerecord_new`.`a`, `b` = `activerecord_new`.`b`",
  ],
  "on a condition": [
    { update: [set("a", given("a")), set("b", given("b"))], where: lower(here("c"), given("c")) },
    "`a` = IF(`t`.`c` < `activerecord_new`.`c`, `activerecord_new`.`a`, `t`.`a`), " +
    "`b` = IF(`t`.`c` < `activerecord_new`.`c`, `activerecord_new`.`b`, `t`.`b`)",
  ],
  "on a condition that reads what is changed, which is changed last": [
    { update: [set("a", given("a")), set("b", given("b"))], where: lower(here("a"), given("a")) },
    "`b` = IF(`t`.`a` < `activerecord_new`.`a`, `activerecord_new`.`b`, `t`.`b`), " +
    "`a` = IF(`t`.`a` < `activerecord_new`.`a`, `activerecord_new`.`a`, `t`.`a`)",
  ],
  "on a condition in SQL text": [
    { update: [set("a", given("a")), set("b", given("b"))], where: raw("A > 1") },
    "`b` = IF(A > 1, `activerecord_new`.`b`, `t`.`b`), `a` = IF(A > 1, `activerecord_new`.`a`, `t`.`a`)",
  ],
  "that makes a column of another": [
    { update: [set("a", given("a")), set("b", here("a")), set("c", here("b"))] },
    "`c` = `t`.`b`, `b` = `t`.`a`, `a` = `activerecord_new`.`a`",
  ],
};

for (const [name, [conflict, text]] of Object.entries(SNAPSHOTS)) {
  Deno.test(`MySQL's and MariaDB's SQL of an upsert ${name}`, () => {
    assertEquals(assignmentsOf(mysql, conflict), text);
    assertEquals(assignmentsOf(mariadb, conflict), text.replaceAll(/`activerecord_new`\.(`\w`)/g, "VALUES($1)"));
  });
}

Deno.test("an upsert whose columns need each other's old value is refused on MySQL and MariaDB", () => {
  const both = [set("a", given("a")), set("b", given("b"))];
  const tangles: readonly Omit<ConflictNode, "columns">[] = [
    { update: [set("a", here("b")), set("b", here("a"))] },
    { update: [set("a", raw("b + 1")), set("b", { kind: "identifier", path: ["t", "a"] })] },
    { update: both, where: lower(here("a"), here("b")) },
    { update: [set("a", here("b")), set("b", given("b"))], where: lower(here("a"), given("a")) },
  ];
  for (const conflict of tangles) {
    for (const backend of [mysql, mariadb]) {
      const error = assertThrows(() => assignmentsOf(backend, conflict), UnsupportedFeatureError, '"a", "b" need');
      assertEquals(error.feature, conflict.where === undefined ? "an exchange of columns" : "upsert.where");
    }
  }
});

/** An UPDATE of all rows. */
function updateOf({ dialect, types }: MySQLBackend, set: readonly Assignment[]): string {
  const table = { kind: "table", name: "t" } as const;
  return dialect.createBuilder(types).statement({ kind: "update", table, set, where: null, returning: [] }).sql;
}

Deno.test("an UPDATE on MySQL and MariaDB changes a column after those that read it, or is refused", () => {
  const other: ExpressionNode = {
    kind: "subquery",
    query: selectFrom({ kind: "table", name: "t" }, [{ expression: { kind: "column", name: "b" } }]),
  };
  for (const backend of [mysql, mariadb]) {
    assertEquals(
      updateOf(backend, [set("a", raw("1")), set("b", { kind: "column", name: "a" }), set("c", here("b"))]),
      "UPDATE `t` SET `c` = `b`, `b` = `a`, `a` = 1",
    );
    assertThrows(() => updateOf(backend, [set("a", here("b")), set("b", here("a"))]), UnsupportedFeatureError);
    // Other rows of the table are no reason to refuse it.
    assertEquals(
      updateOf(backend, [set("a", other), set("b", here("a"))]).startsWith("UPDATE `t` SET `b` = `a`, `a` = "),
      true,
    );
  }
});
