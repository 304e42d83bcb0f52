import type { ModelMeta } from "../meta/model_meta.ts";
import type { FromNode } from "../ast/statement.ts";
import { DerivedSource, type OutputColumn, type QuerySource } from "./source.ts";

/** The columns of a model as those of a result. */
export function outputsOf({ columns }: ModelMeta): OutputColumn[] {
  return columns.map(({ field, name, type, empty }) => ({ field, name, type, empty }));
}

/** A model with something else in the place of its table, whose columns have the same names. */
export function replaced(meta: ModelMeta, table: FromNode, options: { readonly hidesDeleted: boolean }): QuerySource {
  return new DerivedSource(meta.model, table, outputsOf(meta), {
    key: meta.primaryKey.map(({ field }) => field),
    deletedAt: options.hidesDeleted ? meta.deletedAt?.field : undefined,
  });
}

const KEY = Symbol("aliases");

/** A model under another name; the same one for the same name. */
export function aliased(meta: ModelMeta, alias: string): QuerySource {
  if (alias === meta.table.name) return meta;
  let known = meta.kept.get(KEY) as Map<string, QuerySource> | undefined; // only set below
  if (known === undefined) meta.kept.set(KEY, known = new Map());
  let source = known.get(alias);
  if (source === undefined) {
    source = replaced(meta, { ...meta.table, alias }, { hidesDeleted: true });
    // A program may make up names without end.
    if (known.size < 1_000) known.set(alias, source);
  }
  return source;
}
