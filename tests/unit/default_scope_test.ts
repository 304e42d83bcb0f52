import { assertEquals, assertStrictEquals } from "@std/assert";
import { allOf, anyOf, type ExpressionNode } from "../../core/ast/expression.ts";
import { defineScope, isPlainlyScoped, resolveScopes } from "../../core/ast/default_scope.ts";
import { renamed } from "../../core/ast/rename.ts";
import { selectFrom, type SelectNode } from "../../core/ast/statement.ts";

const table = { kind: "table", name: "items" } as const;
const items = [{ expression: { kind: "column", name: "id" } }] as const;
const one: ExpressionNode = { kind: "comparison", operator: "=", left: items[0].expression, right: value(1) };

function value(given: unknown): ExpressionNode {
  return { kind: "value", value: given };
}

/** The node of a scope whose condition can be changed; it is told the name of the table. */
function scopeOf(current: { condition: (alias: string) => ExpressionNode | null }): ExpressionNode {
  return { kind: "defaultScope", scope: defineScope("Item", (alias) => current.condition(alias)), alias: "items" };
}

function select(where: ExpressionNode | null): SelectNode {
  return { ...selectFrom(table, items), where };
}

Deno.test("resolveScopes() puts the condition of a scope in its place, anew each time", () => {
  const current = { condition: (alias: string): ExpressionNode => ({ kind: "column", name: "a", table: alias }) };
  const statement = select(scopeOf(current));
  assertEquals(resolveScopes(statement).where, { kind: "column", name: "a", table: "items" });
  current.condition = () => one;
  assertStrictEquals(resolveScopes(statement).where, one);
  assertEquals(statement.where?.kind, "defaultScope");
});

Deno.test("resolveScopes() gives back what has no scope as it is", () => {
  const statement = select(allOf([one, { kind: "in", operand: value(1), items: select(one), negated: false }]));
  assertStrictEquals(resolveScopes(statement), statement);
  const scoped = select(scopeOf({ condition: () => one }));
  assertStrictEquals(resolveScopes(scoped).columns, items); // texts of lists are kept by identity
});

Deno.test("a scope that leaves nothing out leaves no trace", () => {
  const everything = scopeOf({ condition: () => null });
  assertEquals(resolveScopes(select(everything)).where, null);
  assertStrictEquals(resolveScopes(select(allOf([one, everything]))).where, one);
  assertEquals(resolveScopes(select(allOf([everything, everything]))).where, null);
  assertEquals(resolveScopes(select(anyOf([everything, one]))).where, null);
  assertEquals(resolveScopes(select(allOf([one, anyOf([everything, one])]))).where, one);
  const joined = { ...select(null), joins: [{ kind: "left", table, on: everything }] } as const;
  assertEquals(resolveScopes(joined).joins[0]?.on, null);
  const part: ExpressionNode = { kind: "exists", query: select(everything) };
  assertEquals(resolveScopes(select({ kind: "not", operand: part })).where, {
    kind: "not",
    operand: { kind: "exists", query: select(null) },
  });
});

Deno.test("isPlainlyScoped() sees the scope of what a statement reads itself, not those of its parts", () => {
  const scope = scopeOf({ condition: () => one });
  const { kind, where, returning } = { kind: "delete", where: allOf([one, scope]), returning: [] } as const;
  for (const statement of [select(scope), select(allOf([one, scope])), { kind, table, where, returning } as const]) {
    assertEquals(isPlainlyScoped(statement), true);
  }
  for (const statement of [select(null), select(one), select(anyOf([one, scope]))]) {
    assertEquals(isPlainlyScoped(statement), false);
  }
});

Deno.test("renamed() gives a scope the other name of its table", () => {
  const scope = scopeOf({ condition: (alias) => ({ kind: "column", name: "a", table: alias }) });
  assertEquals(resolveScopes(renamed(scope, "items", "other")), { kind: "column", name: "a", table: "other" });
  assertEquals(resolveScopes(renamed(scope, "others", "other")), { kind: "column", name: "a", table: "items" });
});
