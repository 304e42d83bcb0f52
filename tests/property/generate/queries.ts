import fc from "fast-check";
import { anyRows, type Built, type Queries } from "./built.ts";
import { grouped } from "./groups.ts";
import { crossJoined, derived, joined, literalRows, models, outputColumns, type ReadRecipe } from "./reads.ts";
import { type BuildScope, columnOf, comparable } from "./scope.ts";
import {
  filtered,
  type Item,
  items,
  kindsOf,
  oneOfEach,
  orderOf,
  orders,
  orderTerm,
  selectionOf,
  wheres,
} from "./selections.ts";
import { windowed } from "./windows.ts";

/** Rows as they are, perhaps each once. */
function plain(read: fc.Arbitrary<ReadRecipe>, list: fc.Arbitrary<readonly Item[]>): Queries {
  return fc.record({ read, list, where: wheres, distinct: fc.boolean() })
    .map(({ read, list, where, distinct }) => (scope: BuildScope): Built => {
      const from = read(scope);
      const hasJSON = from.scope.columns.some(({ kind }) => kind === "json");
      const chosen = list.filter(({ kind }) => kind !== "json" || hasJSON);
      const given = chosen.length > 0
        ? chosen
        : [{ kind: "int" as const, recipe: (inner: BuildScope) => columnOf(inner, "int", 0) }];
      const query = anyRows(filtered(from, where).select(selectionOf(from.scope, given)));
      const hasKeys = given.every(({ kind }) => kind !== "json");
      return { query: distinct && hasKeys ? query.distinct() : query, outputs: kindsOf(given), isOrdered: false };
    });
}

/** Rows in an order of their own. */
function ordered(read: fc.Arbitrary<ReadRecipe>): Queries {
  return fc.record({
    read,
    list: fc.array(items, { minLength: 1, maxLength: 3 }),
    where: wheres,
    order: fc.array(orders, { maxLength: 2 }),
    limit: fc.option(fc.nat(6)),
    offset: fc.option(fc.nat(4)),
  }).map(({ read, list, where, order, limit, offset }) => (scope: BuildScope): Built => {
    const from = read(scope);
    const hasJSON = from.scope.columns.some(({ kind }) => kind === "json");
    const given = list.map((item): Item =>
      item.kind !== "json" || hasJSON ? item : { kind: "int", recipe: (inner) => columnOf(inner, "int", 0) }
    );
    const query = anyRows(filtered(from, where).select(selectionOf(from.scope, given)));
    const outputs = kindsOf(given);
    if (from.keys === null) return { query, outputs, isOrdered: false };
    const sorted = query.orderBy(...orderOf(from.scope, order, from.keys));
    const limited = limit === null ? sorted : sorted.limit(limit);
    return { query: offset === null ? limited : limited.offset(offset), outputs, isOrdered: true };
  });
}

const OPERATIONS = ["union", "unionAll", "intersect", "intersectAll", "except", "exceptAll"] as const;

function compound(first: Queries, others: Queries): Queries {
  return fc.record({
    first,
    second: others,
    third: fc.option(others, { freq: 4 }),
    operation: fc.constantFrom(...OPERATIONS),
  })
    .map(({ first, second, third, operation }) => (scope: BuildScope): Built => {
      const start = first(scope);
      const rest = [second, ...third === null ? [] : [third]].map((make) => make(scope).query);
      return { query: anyRows(start.query[operation](...rest)), outputs: start.outputs, isOrdered: false };
    });
}

/** The rows of a query in the order of all of its columns, some of them only. */
function wrapped(queries: Queries): Queries {
  return fc.record({
    queries,
    order: fc.array(fc.record({ descending: fc.boolean(), nulls: fc.constantFrom("first", "last") }), {
      minLength: 9,
      maxLength: 9,
    }),
    limit: fc.option(fc.nat(6)),
    offset: fc.option(fc.nat(3)),
  }).map(({ queries, order, limit, offset }) => (scope: BuildScope): Built => {
    const inner = queries(scope);
    if (inner.isOrdered || Object.values(inner.outputs).includes("json")) return inner;
    const name = scope.name();
    const query = anyRows(scope.models.Item.query().from(inner.query, name));
    const terms = outputColumns(inner, name).map(({ kind, expression }, i) =>
      orderTerm(comparable(scope, kind, expression), order[i % order.length]!)
    );
    const sorted = query.orderBy(...terms);
    const limited = limit === null ? sorted : sorted.limit(limit);
    return { query: offset === null ? limited : limited.offset(offset), outputs: inner.outputs, isOrdered: true };
  });
}

const simple = plain(models, oneOfEach);
const compounds = compound(simple, simple);
const tables = fc.oneof(
  { weight: 4, arbitrary: models },
  { weight: 1, arbitrary: derived(fc.oneof(simple, compounds)) },
  { weight: 1, arbitrary: literalRows },
);
const joins = joined(tables, simple);
const reads = fc.oneof(
  { weight: 4, arbitrary: tables },
  { weight: 3, arbitrary: joins },
  { weight: 1, arbitrary: joined(joins, simple) },
  { weight: 1, arbitrary: crossJoined(tables) },
);

/** Queries of every form. */
export const queries: Queries = fc.oneof(
  { weight: 3, arbitrary: ordered(reads) },
  { weight: 2, arbitrary: wrapped(plain(reads, fc.array(items, { minLength: 1, maxLength: 4 }))) },
  { weight: 3, arbitrary: wrapped(grouped(reads)) },
  { weight: 2, arbitrary: wrapped(windowed(reads)) },
  { weight: 1, arbitrary: wrapped(compound(plain(reads, oneOfEach), simple)) },
);
