import type { ModelMeta } from "../meta/model_meta.ts";
import { Expression } from "./expression.ts";

/** The columns of a model as expressions, by the names of its fields. */
export type Columns<C> = { readonly [K in keyof C]-?: Expression<C[K]> };

const KEY = Symbol("columns");

/** The columns of a model; made once. */
export function columnsOf<C>(meta: ModelMeta): Columns<C> {
  let columns = meta.kept.get(KEY);
  if (columns === undefined) {
    columns = Object.freeze(Object.fromEntries(meta.columns.map((column) => [
      column.field,
      new Expression(column.node, column.type, column.label),
    ])));
    meta.kept.set(KEY, columns);
  }
  return columns as Columns<C>; // the fields of the meta are the keys of C
}
