import fc from "fast-check";
import type { Columns } from "../../core/query/columns.ts";
import {
  cte,
  Expression,
  fn,
  type FrameEnd,
  type FrameSpec,
  type OrderTerm,
  type RowQuery,
  type Truth,
  values as valuesTable,
} from "../../mod.ts";
import type { Source } from "../../core/query/source.ts";
import { column, condition, values } from "./expressions.ts";
import { literals } from "./literals.ts";
import { type BuildScope, columnOf, columnsOf, comparable, type Kind, PLAIN_KINDS, type Recipe } from "./scope.ts";

type AnyRow = Record<string, unknown>;

/** A query whose columns are found while it is made. */
export type Rows = RowQuery<AnyRow, AnyRow, Readonly<Record<string, Columns<AnyRow>>>>;

/** A query with what it gives. */
export interface Built {
  readonly query: Rows;
  /** Kinds of its columns by name. */
  readonly outputs: Readonly<Record<string, Kind>>;
  /** Whether it says the order of all of its rows. */
  readonly isOrdered: boolean;
}

/** Makes a query in one database. */
export type QueryRecipe = (scope: BuildScope) => Built;

type Queries = fc.Arbitrary<QueryRecipe>;
type Plain = Exclude<Kind, "json">;

function anyRows(query: unknown): Rows {
  return query as Rows; // columns are looked for at run time
}

// ---- what is read

/** What a query reads, with what it sees of it. */
interface Read {
  readonly query: Rows;
  readonly scope: BuildScope;
  /** Columns that together are different in all rows; none where there are no such. */
  readonly keys: readonly Expression<unknown>[] | null;
}

type ReadRecipe = (scope: BuildScope) => Read;

function idOf(source: Source, name: string): Expression<unknown> {
  const { fields } = source.toSource(name).source;
  const { node, type } = fields.get("id")!; // models have one
  return new Expression(node, type);
}

const models: fc.Arbitrary<ReadRecipe> = fc.record({
  isNote: fc.boolean(),
  related: fc.option(fc.tuple(fc.nat(5), condition, fc.boolean()), { freq: 6 }),
}).map(({ isNote, related }) => (scope: BuildScope): Read => {
  const model = isNote ? scope.models.Note : scope.models.Item;
  const name = isNote ? "notes" : "items";
  let query: { select(field: "id"): unknown } = model.query();
  if (related !== null) {
    const [at, where, isThere] = related;
    const paths = isNote ? ["item", "item.children"] : ["parent", "children", "notes", "children.notes"];
    const path = paths[at % paths.length]!;
    const refine = (rows: RelatedRows) => rows.where((c) => where({ ...scope, columns: columnsOfRecord(c) }));
    const whereHas = model.query() as unknown as RelatedQuery; // the paths are those of the model
    query = isThere ? whereHas.whereHas(path, refine) : whereHas.whereDoesntHave(path, refine);
  }
  return {
    query: anyRows(query.select("id")),
    scope: { ...scope, columns: [...columnsOf(model, name), ...scope.columns] },
    keys: [idOf(model, name)],
  };
});

interface RelatedRows {
  where(make: (columns: Readonly<Record<string, Expression<unknown>>>) => Expression<Truth>): RelatedRows;
}

interface RelatedQuery {
  whereHas(path: string, refine: (rows: RelatedRows) => RelatedRows): { select(field: "id"): unknown };
  whereDoesntHave(path: string, refine: (rows: RelatedRows) => RelatedRows): { select(field: "id"): unknown };
}

const FIELD_KINDS: Readonly<Record<string, Kind>> = {
  id: "int",
  parentId: "int",
  tiny: "int",
  size: "int",
  big: "bigint",
  price: "decimal",
  weight: "number",
  name: "text",
  title: "text",
  flag: "boolean",
  born: "day",
  seen: "moment",
  info: "json",
};

function columnsOfRecord(record: Readonly<Record<string, Expression<unknown>>>) {
  return Object.entries(FIELD_KINDS).map(([field, kind]) => ({ kind, expression: record[field]! }));
}

/** A query in the place of a table, as such or with a name. */
function derived(queries: Queries): fc.Arbitrary<ReadRecipe> {
  return fc.tuple(queries, fc.boolean()).map(([make, isNamed]) => (scope: BuildScope): Read => {
    const built = make({ ...scope, columns: [] });
    const name = scope.name();
    const query = anyRows(scope.models.Item.query().from(isNamed ? cte(name, built.query) : built.query, name));
    return { query, scope: { ...scope, columns: [...outputColumns(built, name), ...scope.columns] }, keys: null };
  });
}

function outputColumns({ query, outputs }: Built, name: string) {
  return query.outputs().map((output) => ({
    kind: outputs[output.field]!, // the query has been made with these
    expression: new Expression({ kind: "column", name: output.name, table: name, type: output.type }, output.type),
  }));
}

const VALUE_KINDS = {
  int: "int",
  bigint: "bigint",
  decimal: "decimal",
  number: "number",
  text: "string",
  boolean: "boolean",
  day: "plainDate",
  moment: "date",
} as const;

/** Rows of literal values. */
const literalRows: fc.Arbitrary<ReadRecipe> = fc.array(
  fc.record(Object.fromEntries(PLAIN_KINDS.map((kind) => [kind, fc.option(literals[kind], { freq: 4 })]))),
  { maxLength: 4 },
).map((rows) => (scope: BuildScope): Read => {
  const name = scope.name();
  const table = valuesTable(VALUE_KINDS, rows as never); // of the kinds of the columns
  return {
    query: anyRows(scope.models.Item.query().from(table, name)),
    scope: { ...scope, columns: [...columnsOf(table, name), ...scope.columns] },
    keys: null,
  };
});

const JOINS = ["join", "leftJoin", "rightJoin", "fullJoin"] as const;

/** One more table. */
function joined(read: fc.Arbitrary<ReadRecipe>, others: Queries): fc.Arbitrary<ReadRecipe> {
  return fc.record({
    read,
    kind: fc.constantFrom(...JOINS),
    other: fc.oneof({ weight: 3, arbitrary: fc.boolean() }, { weight: 1, arbitrary: others }),
    on: fc.option(fc.tuple(fc.nat(7), fc.nat(7)), { freq: 6 }),
    and: fc.option(condition),
  }).map(({ read, kind, other, on, and }) => (scope: BuildScope): Read => {
    const left = read(scope);
    const name = scope.name();
    const [source, columns, key] = partner(scope, other, name);
    const within: BuildScope = { ...left.scope, columns: [...columns, ...left.scope.columns] };
    // PostgreSQL joins fully by equality only.
    const linked = on === null && kind !== "fullJoin"
      ? columnOf({ ...within, columns }, "int", 0).isNotNull()
      : columnOf({ ...within, columns }, "int", on?.[0] ?? 0).eq(columnOf(left.scope, "int", on?.[1] ?? 0));
    const full = and === null || kind === "fullJoin" ? linked : linked.and(and(within));
    return {
      query: anyRows(left.query[kind]({ [name]: source }, () => full)),
      scope: within,
      keys: left.keys === null || key === null ? null : [...left.keys, key],
    };
  });
}

function partner(scope: BuildScope, other: boolean | QueryRecipe, name: string) {
  if (typeof other === "boolean") {
    const model: Source = other ? scope.models.Note : scope.models.Item;
    return [model as typeof scope.models.Item, columnsOf(model, name), idOf(model, name)] as const; // as a source only
  }
  const built = other({ ...scope, columns: [] });
  return [built.query, outputColumns(built, name), null] as const;
}

function crossJoined(read: fc.Arbitrary<ReadRecipe>): fc.Arbitrary<ReadRecipe> {
  return fc.tuple(read, fc.boolean()).map(([make, isNote]) => (scope: BuildScope): Read => {
    const left = make(scope);
    const name = scope.name();
    const [source, columns, key] = partner(scope, isNote, name);
    return {
      query: anyRows(left.query.crossJoin({ [name]: source as typeof scope.models.Item })), // as a source only
      scope: { ...left.scope, columns: [...columns, ...left.scope.columns] },
      keys: left.keys === null || key === null ? null : [...left.keys, key],
    };
  });
}

// ---- what is given

interface OrderSpec {
  readonly kind: Plain;
  readonly recipe: Recipe;
  readonly descending: boolean;
  readonly nulls: "first" | "last";
}

const orders: fc.Arbitrary<OrderSpec> = fc.constantFrom(...PLAIN_KINDS).chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    recipe: values[kind],
    descending: fc.boolean(),
    nulls: fc.constantFrom("first", "last"),
  })
);

function orderTerm(
  expression: Expression<unknown>,
  { descending, nulls }: Omit<OrderSpec, "recipe" | "kind">,
): OrderTerm {
  return descending ? expression.desc({ nulls }) : expression.asc({ nulls });
}

function orderOf(scope: BuildScope, order: readonly OrderSpec[], keys: readonly Expression<unknown>[]): OrderTerm[] {
  return [
    ...order.map((spec) => orderTerm(comparable(scope, spec.kind, spec.recipe(scope)), spec)),
    ...keys.map((key) => key.asc({ nulls: "last" })),
  ];
}

/** An expression under a kind. */
interface Item {
  readonly kind: Kind;
  readonly recipe: Recipe;
}

const items: fc.Arbitrary<Item> = fc.constantFrom(...PLAIN_KINDS, "json" as const).chain((kind) =>
  values[kind].map((recipe) => ({ kind, recipe }))
);

/** One expression of each kind, so that queries around it find all kinds. */
const oneOfEach: fc.Arbitrary<readonly Item[]> = fc.tuple(
  ...PLAIN_KINDS.map((kind) =>
    (kind === "int" || kind === "bigint" || kind === "decimal" || kind === "number" ? column(kind) : values[kind]).map((
      recipe,
    ): Item => ({ kind, recipe }))
  ),
);

function selectionOf(scope: BuildScope, list: readonly Item[]) {
  return Object.fromEntries(list.map(({ recipe }, i) => [`v${i}`, recipe(scope)]));
}

function kindsOf(list: readonly { readonly kind: Kind }[]): Record<string, Kind> {
  return Object.fromEntries(list.map(({ kind }, i) => [`v${i}`, kind]));
}

function filtered({ query, scope }: Read, where: ((scope: BuildScope) => Expression<Truth>) | null): Rows {
  return where === null ? query : query.where(() => where(scope));
}

const wheres = fc.option(condition, { freq: 4 });

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

// ---- groups

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
function grouped(read: fc.Arbitrary<ReadRecipe>): Queries {
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

// ---- windows

const starts: readonly FrameEnd[] = ["unboundedPreceding", "currentRow", { preceding: 1 }, { preceding: 2 }];
const ends: readonly FrameEnd[] = ["currentRow", "unboundedFollowing", { following: 1 }];

const frames: fc.Arbitrary<FrameSpec> = fc.record({
  unit: fc.constantFrom("rows" as const, "range" as const),
  start: fc.constantFrom(...starts),
  end: fc.constantFrom(...ends),
}).map(({ unit, start, end }) =>
  unit === "rows" ? { unit, start, end } : {
    unit,
    start: typeof start === "string" ? start : "unboundedPreceding",
    end: typeof end === "string" ? end : "currentRow",
  }
);

const WINDOW_FUNCTIONS: readonly {
  readonly kind: Kind;
  /** Whether rows that are equal in the order would have different values. */
  readonly needsKey: boolean;
  readonly make: (
    scope: BuildScope,
    at: number,
  ) => { over(window: Parameters<ReturnType<typeof fn.rowNumber>["over"]>[0]): Expression<unknown> };
}[] = [
  { kind: "int", needsKey: true, make: () => fn.rowNumber() },
  { kind: "int", needsKey: false, make: () => fn.rank() },
  { kind: "int", needsKey: false, make: () => fn.denseRank() },
  { kind: "number", needsKey: false, make: () => fn.percentRank() },
  { kind: "number", needsKey: false, make: () => fn.cumeDist() },
  { kind: "int", needsKey: true, make: (_, at) => fn.ntile(at + 1) },
  { kind: "int", needsKey: true, make: (scope, at) => fn.lag(columnOf(scope, "int", at), at) },
  { kind: "decimal", needsKey: true, make: (scope, at) => fn.lead(columnOf(scope, "decimal", at), 1, "7.25") },
  { kind: "day", needsKey: true, make: (scope, at) => fn.lead(columnOf(scope, "day", at)) },
  { kind: "text", needsKey: true, make: (scope, at) => fn.firstValue(columnOf(scope, "text", at)) },
  { kind: "bigint", needsKey: true, make: (scope, at) => fn.lastValue(columnOf(scope, "bigint", at)) },
  { kind: "moment", needsKey: true, make: (scope, at) => fn.nthValue(columnOf(scope, "moment", at), 2) },
  { kind: "int", needsKey: true, make: (scope, at) => fn.sum(columnOf(scope, "int", at)) },
  { kind: "decimal", needsKey: true, make: (scope, at) => fn.sum(columnOf(scope, "decimal", at)) },
  { kind: "number", needsKey: true, make: (scope, at) => fn.sum(columnOf(scope, "number", at)) },
  { kind: "int", needsKey: true, make: (scope, at) => fn.count(columnOf(scope, "text", at)) },
  { kind: "int", needsKey: true, make: () => fn.count() },
  { kind: "decimal", needsKey: true, make: (scope, at) => fn.max(columnOf(scope, "decimal", at)) },
  { kind: "day", needsKey: true, make: (scope, at) => fn.min(columnOf(scope, "day", at)) },
];

/** Rows with functions over the rows around them. */
function windowed(read: fc.Arbitrary<ReadRecipe>): Queries {
  const windowItems = fc.record({
    which: fc.constantFrom(...WINDOW_FUNCTIONS),
    at: fc.nat(3),
    partition: fc.option(fc.constantFrom("int", "boolean", "text", "decimal").chain((kind) => values[kind])),
    order: fc.array(orders, { maxLength: 2 }),
    frame: fc.option(frames),
  });
  return fc.record({ read, where: wheres, list: fc.array(windowItems, { minLength: 1, maxLength: 2 }) })
    .map(({ read, where, list }) => (scope: BuildScope): Built => {
      const from = read(scope);
      const made = list.filter(({ which }) => !which.needsKey || from.keys !== null).map((item) => {
        const { which, at, partition, order, frame } = item;
        const keys = which.needsKey ? from.keys ?? [] : [];
        const terms = orderOf(from.scope, order, keys);
        const expression = which.make(from.scope, at).over({
          ...partition === null ? {} : { partitionBy: partition(from.scope) },
          ...terms.length === 0 ? {} : { orderBy: terms },
          ...frame === null || terms.length === 0 ? {} : { frame },
        });
        return { kind: which.kind, expression };
      });
      const list2 = [{ kind: "int" as const, expression: columnOf(from.scope, "int", 0) }, ...made];
      const selection = Object.fromEntries(list2.map(({ expression }, i) => [`v${i}`, expression]));
      return { query: anyRows(filtered(from, where).select(selection)), outputs: kindsOf(list2), isOrdered: false };
    });
}

// ---- sets

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
