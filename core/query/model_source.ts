import type { ModelMeta } from "../meta/model_meta.ts";
import type { FromNode } from "../ast/statement.ts";
import { DerivedSource, type OutputColumn, type QuerySource } from "./source.ts";

/** The columns of a model as those of a result. */
export function outputsOf({ columns }: ModelMeta): OutputColumn[] {
  return columns.map(({ field, name, type, empty, nullable, hidden }) => ({
    field,
    name,
    type,
    empty,
    nullable,
    hidden,
  }));
}

/** A model with the rows of a query in the place of its table. The query has the scopes of the model already. */
export function replaced(meta: ModelMeta, table: FromNode): QuerySource {
  return new DerivedSource(meta.model, table, outputsOf(meta), { key: keyOf(meta) });
}

function keyOf({ primaryKey }: ModelMeta): string[] {
  return primaryKey.map(({ field }) => field);
}

/** Whether a query reads the table of its model, under whatever name, and not the rows of another query. */
export function readsOwnTable({ meta, source }: { readonly meta: ModelMeta; readonly source: QuerySource }): boolean {
  return source.table.kind === "table" && source.table.name === meta.table.name;
}

const KEY = Symbol("aliases");

/** A model under another name; the same one for the same name. */
export function aliased(meta: ModelMeta, alias: string): QuerySource {
  if (alias === meta.table.name) return meta;
  let known = meta.kept.get(KEY) as Map<string, QuerySource> | undefined; // only set below
  if (known === undefined) meta.kept.set(KEY, known = new Map());
  let source = known.get(alias);
  if (source === undefined) {
    const { defaultScope } = meta.host;
    source = new DerivedSource(meta.model, { ...meta.table, alias }, outputsOf(meta), {
      key: keyOf(meta),
      deletedAt: meta.deletedAt?.field,
      defaultScope: defaultScope === null ? null : { kind: "defaultScope", scope: defaultScope, alias },
    });
    // A program may make up names without end.
    if (known.size < 1_000) known.set(alias, source);
  }
  return source;
}
