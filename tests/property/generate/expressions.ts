import fc from "fast-check";
import { conditions, subqueries } from "./condition_recipes.ts";
import { column, type Condition, DEPTH, type Recipes, type Tied } from "./recipes.ts";
import type { BuildScope, Kind } from "./scope.ts";
import { bigints, choices, daysOf, decimals, ints, momentsOf, numbers, textRecipes } from "./value_recipes.ts";

const recipes = fc.letrec<Tied>((tie) => ({
  int: ints(tie),
  bigint: bigints(tie),
  decimal: decimals(tie),
  number: numbers(tie),
  text: textRecipes(tie),
  boolean: fc.oneof(DEPTH, column("boolean"), tie("condition"), ...choices("boolean", tie)),
  day: daysOf(tie),
  moment: momentsOf(tie),
  condition: conditions(tie),
  subquery: subqueries(tie),
  json: column("json"),
}));

/** Expressions by the kind of their values. */
export const values: Readonly<Record<Kind, Recipes>> = recipes;

/** Conditions. */
export const condition: fc.Arbitrary<(scope: BuildScope) => Condition> = recipes.condition.map(
  (recipe) => (scope: BuildScope) => recipe(scope) as Condition, // conditions are
);
