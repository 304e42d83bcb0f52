import { allOf } from "../ast/expression.ts";
import { selectFrom } from "../ast/statement.ts";
import type { RunResult } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { type KeyInput, keyValues } from "../query/key.ts";
import { initialState, scopedWhere } from "../query/query_state.ts";
import { equals, prepared } from "./prepared.ts";
import { instantiate, type RecordBase } from "./record_base.ts";
import { type AnyModel, backendLoaded, backendOf, metaOf } from "./registry.ts";

/** The record with a key, or null; the shortest way there is, since it is the most used. */
export function findByKey(model: AnyModel, key: KeyInput): Promise<RecordBase | null> {
  try {
    const meta = metaOf(model);
    const backend = backendOf(model);
    if (backend === null) return backendLoaded(model).then(() => findByKey(model, key));
    const result = statement(meta, backend).run(keyValues(meta, key));
    return result instanceof Promise
      ? result.then((rows) => first(model, meta, backend, rows))
      : first(model, meta, backend, result);
  } catch (error) {
    return Promise.reject(error);
  }
}

function statement(meta: ModelMeta, backend: StorageBackend) {
  return prepared(meta, backend, "find", () => ({
    ...selectFrom(meta.table, meta.selection),
    where: allOf([
      ...meta.primaryKey.map(equals),
      scopedWhere(initialState(meta)),
    ]),
    limit: 1,
  }));
}

function first(
  model: AnyModel,
  meta: ModelMeta,
  backend: StorageBackend,
  { rows }: RunResult,
): Promise<RecordBase | null> {
  if (rows.length === 0) return Promise.resolve(null);
  const records = instantiate(model, rows, backend);
  const loading = meta.host.afterLoad(records);
  return loading === undefined ? Promise.resolve(records[0]!) : loading.then(() => records[0]!);
}
