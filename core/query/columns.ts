import { Expression } from "./expression.ts";
import { knownNames } from "./known_names.ts";
import type { QuerySource } from "./source.ts";

/** The columns of a model as expressions, by the names of its fields. */
export type Columns<C> = { readonly [K in keyof C]-?: Expression<C[K]> };

const KEY = Symbol("columns");

/** The columns of a model, or of what stands in its place; made once. */
export function columnsOf<C>(source: QuerySource): Columns<C> {
  let columns = source.kept.get(KEY);
  if (columns === undefined) {
    const known = Object.fromEntries(source.columns.map((column) => [
      column.field,
      new Expression(column.node, column.type, column.label),
    ]));
    columns = knownNames(known, (name) => source.column(name, "an expression")); // throws, since it is none of them
    source.kept.set(KEY, columns);
  }
  return columns as Columns<C>; // the fields of the source are the keys of C
}
