import fc from "fast-check";
import type { Expression, Truth } from "../../../mod.ts";
import { type BuildScope, columnOf, type Kind, type PlainKind, type Recipe } from "./scope.ts";

/** Expressions of any form. */
export type Recipes = fc.Arbitrary<Recipe>;
/** An expression, of a kind that the recipe knows. */
export type Value = Expression<unknown>;
/** An expression that is true, false or NULL. */
export type Condition = Expression<Truth>;

/** All recipes, which are made of each other. */
export type Tied = {
  readonly int: Recipe;
  readonly bigint: Recipe;
  readonly decimal: Recipe;
  readonly number: Recipe;
  readonly text: Recipe;
  readonly boolean: Recipe;
  readonly day: Recipe;
  readonly moment: Recipe;
  readonly condition: Recipe;
  readonly subquery: Recipe;
  readonly json: Recipe;
};

/** Stands for a recipe that may not be made yet. */
export type Tie = fc.LetrecTypedTie<Tied>;

/** How deep they are nested: all of them count together. */
export const DEPTH = { depthSize: "small", withCrossShrink: true, depthIdentifier: "expression" } as const;

/** Any column of a kind. */
export function column(kind: Kind): Recipes {
  return fc.nat(7).map((at) => (scope: BuildScope) => columnOf(scope, kind, at));
}

/** A function of one expression. */
export function of1(a: Recipes, make: (a: Value, scope: BuildScope) => Value): Recipes {
  return a.map((first) => (scope: BuildScope) => make(first(scope), scope));
}

/** A function of two expressions. */
export function of2(a: Recipes, b: Recipes, make: (a: Value, b: Value, scope: BuildScope) => Value): Recipes {
  return fc.tuple(a, b).map(([first, second]) => (scope: BuildScope) => make(first(scope), second(scope), scope));
}

/** A function of an expression and a value. */
export function with1<T>(
  a: Recipes,
  values: fc.Arbitrary<T>,
  make: (a: Value, value: T, scope: BuildScope) => Value,
): Recipes {
  return fc.tuple(a, values).map(([first, value]) => (scope: BuildScope) => make(first(scope), value, scope));
}

/** Something of a JSON column; where there is none, a column of a kind. */
export function jsonOr(make: (info: Expression<JSONInfo>) => Value, kind: PlainKind = "int"): Recipes {
  return fc.nat(3).map((at) => (scope: BuildScope) => {
    if (!scope.columns.some((candidate) => candidate.kind === "json")) return columnOf(scope, kind, at);
    return make(columnOf(scope, "json", at) as Expression<JSONInfo>); // JSON columns hold nothing else
  });
}

/** What JSON columns hold. */
export type JSONInfo = {
  count?: number | null;
  word?: string | null;
  on?: boolean | null;
  list?: number[];
  deep?: { word?: string; count?: number };
};
