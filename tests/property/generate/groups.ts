import fc from "fast-check";
import { type Expression, fn } from "../../../mod.ts";
import { anyRows, type Built, type Queries } from "./built.ts";
import { condition, values } from "./expressions.ts";
import { column } from "./recipes.ts";
import type { ReadRecipe } from "./reads.ts";
import { type BuildScope, columnOf, comparable, PLAIN_KINDS } from "./scope.ts";
import { filtered, type Item, items, kindsOf, wheres } from "./selections.ts";

const aggregates: fc.Arbitrary<Item> = fc.record({
  kind: fc.constantFrom(...PLAIN_KINDS),
  at: fc.nat(9),
  distinct: fc.boolean(),
  filter: fc.option(condition, { freq: 3 }),
}).chain(({ kind, at, distinct, filter }) =>
  (kind === "int" || kind === "decimal" || kind === "text" || kind === "boolean" || kind === "day" || kind === "moment"
    ? values[kind]
    : column(kind)).map((operand): Item => {
      const options = (scope: BuildScope) => filter === null ? {} : { filter: filter(scope) };
      const isNumeric = kind === "int" || kind === "bigint" || kind === "decimal" || kind === "number";
      const isExact = kind === "int" || kind === "decimal";
      if (at === 0) return { kind: "int", recipe: (scope) => fn.count(null, options(scope)) };
      if (at <= 2) return { kind: "int", recipe: (scope) => fn.count(operand(scope), { distinct, ...options(scope) }) };
      if (at <= 4 && isNumeric) {
        return {
          kind,
          recipe: (scope) => fn.sum(operand(scope), { distinct, ...options(scope) }),
        };
      }
      if (at === 5 && isExact) {
        const average = (scope: BuildScope) => fn.avg(operand(scope), { distinct, ...options(scope) });
        return { kind: kind === "int" ? "number" : kind, recipe: (scope) => fn.round(average(scope), 2) };
      }
      return {
        kind,
        recipe: (scope) => {
          const value = comparable(scope, kind, operand(scope));
          return at % 2 === 0 ? fn.min(value, options(scope)) : fn.max(value, options(scope));
        },
      };
    })
);

const keysOfGroup: fc.Arbitrary<readonly Item[]> = fc.array(
  fc.constantFrom(...PLAIN_KINDS).chain((kind) =>
    fc.oneof(column(kind), values[kind]).map((recipe): Item => ({ kind, recipe }))
  ),
  { maxLength: 2 },
);

/** One row for each group. */
export function grouped(read: fc.Arbitrary<ReadRecipe>): Queries {
  return fc.record({
    read,
    keys: keysOfGroup,
    where: wheres,
    having: fc.option(condition, { freq: 2 }),
    aggregates: fc.array(aggregates, { minLength: 1, maxLength: 3 }),
    after: fc.array(items.filter(({ kind }) => kind !== "json"), { maxLength: 1 }),
  }).map(({ read, keys, where, having, aggregates, after }) => (scope: BuildScope): Built => {
    const from = read(scope);
    const made = keys.map(({ kind, recipe }) => ({ kind, expression: recipe(from.scope) }));
    const totals = aggregates.map(({ kind, recipe }) => ({ kind, expression: recipe(from.scope) }));
    const within: BuildScope = {
      ...from.scope,
      keys: made.filter(({ expression }) => expression.node.kind === "column"),
      columns: [...made, ...totals, ...anyOfEach(from.scope)],
    };
    const rest = after.map(({ kind, recipe }) => ({ kind, expression: recipe(within) }));
    const list = [...made, ...totals, ...rest];
    const selection = Object.fromEntries(list.map(({ expression }, i) => [`v${i}`, expression]));
    const query = anyRows(filtered(from, where).select(selection)).groupBy(...made.map(({ expression }) => expression));
    return {
      query: having === null ? query : query.having(() => having(within)),
      outputs: kindsOf(list),
      isOrdered: false,
    };
  });
}

/** An aggregate of each kind, so that expressions of groups find all kinds. */
function anyOfEach(scope: BuildScope) {
  return PLAIN_KINDS.map((kind) => ({
    kind,
    expression: fn.max(comparable(scope, kind, columnOf(scope, kind, 0))) as Expression<unknown>, // of its kind
  }));
}
