import fc from "fast-check";
import type { Expression, OrderTerm, Truth } from "../../../mod.ts";
import type { Rows } from "./built.ts";
import { condition, values } from "./expressions.ts";
import { column } from "./recipes.ts";
import type { Read } from "./reads.ts";
import { type BuildScope, comparable, type Kind, PLAIN_KINDS, type PlainKind, type Recipe } from "./scope.ts";

interface OrderSpec {
  readonly kind: PlainKind;
  readonly recipe: Recipe;
  readonly descending: boolean;
  readonly nulls: "first" | "last";
}

/** Terms of an order. */
export const orders: fc.Arbitrary<OrderSpec> = fc.constantFrom(...PLAIN_KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    recipe: values[kind],
    descending: fc.boolean(),
    nulls: fc.constantFrom("first", "last"),
  })
);

/** An expression as a term of an order. */
export function orderTerm(
  expression: Expression<unknown>,
  { descending, nulls }: Omit<OrderSpec, "recipe" | "kind">,
): OrderTerm {
  return descending ? expression.desc({ nulls }) : expression.asc({ nulls });
}

/** An order that ends with keys, so that it is one of all rows where there are such. */
export function orderOf(
  scope: BuildScope,
  order: readonly OrderSpec[],
  keys: readonly Expression<unknown>[],
): OrderTerm[] {
  return [
    ...order.map((spec) => orderTerm(comparable(scope, spec.kind, spec.recipe(scope)), spec)),
    ...keys.map((key) => key.asc({ nulls: "last" })),
  ];
}

/** An expression under a kind. */
export interface Item {
  readonly kind: Kind;
  readonly recipe: Recipe;
}

/** What can be selected. */
export const items: fc.Arbitrary<Item> = fc.constantFrom(...PLAIN_KINDS, "json" as const).chain((kind) =>
  values[kind].map((recipe) => ({ kind, recipe }))
);

/** One expression of each kind, so that queries around it find all kinds. */
export const oneOfEach: fc.Arbitrary<readonly Item[]> = fc.tuple(
  ...PLAIN_KINDS.map((kind) =>
    (kind === "int" || kind === "bigint" || kind === "decimal" || kind === "number" ? column(kind) : values[kind]).map((
      recipe,
    ): Item => ({ kind, recipe }))
  ),
);

/** What is selected, under names. */
export function selectionOf(scope: BuildScope, list: readonly Item[]) {
  return Object.fromEntries(list.map(({ recipe }, i) => [`v${i}`, recipe(scope)]));
}

/** Kinds of what is selected, under the same names. */
export function kindsOf(list: readonly { readonly kind: Kind }[]): Record<string, Kind> {
  return Object.fromEntries(list.map(({ kind }, i) => [`v${i}`, kind]));
}

/** The rows that fit a condition. */
export function filtered({ query, scope }: Read, where: ((scope: BuildScope) => Expression<Truth>) | null): Rows {
  return where === null ? query : query.where(() => where(scope));
}

/** Conditions of rows. */
export const wheres = fc.option(condition, { freq: 4 });
