import { type Columns, columnsOf } from "../query/columns.ts";
import { aliased } from "../query/model_source.ts";
import { initialState } from "../query/query_state.ts";
import type { PlacedSource, Source } from "../query/source.ts";
import { ModelQuery, type QueryOf } from "./model_query.ts";
import type { Attributes, Instance, ModelClass } from "./model_types.ts";
import { metaOf } from "./registry.ts";

/** A model under another name, made by `alias()`. */
export interface ModelAlias<M extends ModelClass> extends Source {
  /** For types only: it does not exist at run time. */
  readonly _row: Attributes<M>;
  /** The columns under that name. */
  readonly c: Columns<Attributes<M>>;
  /** A query for all records, under that name. */
  query(): QueryOf<M>;
}

/**
 * A model under another name, for a query that reads the same table twice, such as a subquery about rows of its own table.
 *
 * @example
 * ```ts ignore
 * const other = alias(User, "other");
 * await User.where((c) => notExists(other.query().where((o) => o.age.gt(c.age)))); // the oldest
 * ```
 */
export function alias<M extends ModelClass>(model: M, name: string): ModelAlias<M> {
  const meta = metaOf(model);
  const source = aliased(meta, name);
  const made: Omit<ModelAlias<M>, "_row"> = {
    c: columnsOf<Attributes<M>>(source),
    query: () => new ModelQuery<Instance<M>, Attributes<M>>(initialState(meta, source)),
    toSource: (other): PlacedSource => ({ source: aliased(meta, other), ctes: [] }),
  };
  return made as ModelAlias<M>; // the row is for types only
}
