import fc from "fast-check";
import { cte, Expression, type Truth, values as valuesTable } from "../../../mod.ts";
import type { Source } from "../../../core/query/source.ts";
import { anyRows, type Built, type Queries, type QueryRecipe, type Rows } from "./built.ts";
import { condition } from "./expressions.ts";
import { literals } from "./literals.ts";
import { type BuildScope, columnOf, columnsOf, type Kind, PLAIN_KINDS } from "./scope.ts";

/** What a query reads, with what it sees of it. */
export interface Read {
  readonly query: Rows;
  readonly scope: BuildScope;
  /** Columns that together are different in all rows; none where there are no such. */
  readonly keys: readonly Expression<unknown>[] | null;
}

/** Makes it in one database. */
export type ReadRecipe = (scope: BuildScope) => Read;

function idOf(source: Source, name: string): Expression<unknown> {
  const { fields } = source.toSource(name).source;
  const { node, type } = fields.get("id")!; // models have one
  return new Expression(node, type);
}

/** A table, with a condition on its relations at times. */
export const models: fc.Arbitrary<ReadRecipe> = fc.record({
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
export function derived(queries: Queries): fc.Arbitrary<ReadRecipe> {
  return fc.tuple(queries, fc.boolean()).map(([make, isNamed]) => (scope: BuildScope): Read => {
    const built = make({ ...scope, columns: [] });
    const name = scope.name();
    const query = anyRows(scope.models.Item.query().from(isNamed ? cte(name, built.query) : built.query, name));
    return { query, scope: { ...scope, columns: [...outputColumns(built, name), ...scope.columns] }, keys: null };
  });
}

/** The columns of a query in the place of a table. */
export function outputColumns({ query, outputs }: Built, name: string) {
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
export const literalRows: fc.Arbitrary<ReadRecipe> = fc.array(
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
export function joined(read: fc.Arbitrary<ReadRecipe>, others: Queries): fc.Arbitrary<ReadRecipe> {
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

/** All pairs with the rows of one more table. */
export function crossJoined(read: fc.Arbitrary<ReadRecipe>): fc.Arbitrary<ReadRecipe> {
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
