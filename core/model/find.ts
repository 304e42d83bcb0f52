import { resolveScopes } from "../ast/default_scope.ts";
import { allOf, type ExpressionNode } from "../ast/expression.ts";
import { isSame } from "../ast/same.ts";
import { selectFrom, type SelectNode } from "../ast/statement.ts";
import type { RunResult } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { tracked } from "../query/execute.ts";
import { keyCondition, type KeyInput, type KeyValue, keyValues } from "../query/key.ts";
import { initialState, scopedWhere } from "../query/query_state.ts";
import type { KeyRequest } from "./coalesce.ts";
import { equals, prepared } from "./prepared.ts";
import { instantiate, type RecordBase } from "./record_base.ts";
import { type AnyModel, backendLoaded, backendOf, metaOf } from "./registry.ts";

/** The record with a key, or null; the shortest way there is, since it is the most used. */
export function findByKey(model: AnyModel, key: KeyInput): Promise<RecordBase | null> {
  try {
    const meta = metaOf(model);
    const backend = backendOf(model);
    if (backend === null) return backendLoaded(model).then(() => findByKey(model, key));
    const values = keyValues(meta, key);
    if (meta.options.coalesceFinds ?? backend.coalescesFinds) return together(model, meta, backend, values);
    return findAlone(model, meta, backend, values);
  } catch (error) {
    return Promise.reject(error);
  }
}

function findAlone(
  model: AnyModel,
  meta: ModelMeta,
  backend: StorageBackend,
  values: readonly unknown[],
): Promise<RecordBase | null> {
  try {
    const result = meta.host.defaultScope === null
      ? statement(meta, backend).run(values)
      : backend.run(scopedStatement(meta, values));
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

/** A default scope may say something else each time, so that its statement cannot be prepared once. */
function scopedStatement(meta: ModelMeta, values: readonly unknown[]): SelectNode {
  return {
    ...selectFrom(meta.table, meta.selection),
    where: allOf([keyCondition(meta, values as KeyValue[]), scopedWhere(initialState(meta))]), // keyValues() has checked them
    limit: 1,
  };
}

/** Look-ups that one statement can answer. */
interface Batch {
  /** What the default scope says to all of them. */
  readonly scope: ExpressionNode | null;
  readonly requests: KeyRequest[];
}

/** The look-ups that wait for the end of this tick: by what they see of the database, then by model. */
const waiting = new WeakMap<object, Map<ModelMeta, Batch[]>>();

/** Puts a look-up to the others of this tick. */
function together(
  model: AnyModel,
  meta: ModelMeta,
  backend: StorageBackend,
  values: readonly unknown[],
): Promise<RecordBase | null> {
  const { promise, resolve, reject } = Promise.withResolvers<RecordBase | null>();
  const view = backend.transactions.ambient() ?? backend.scope ?? backend;
  let byModel = waiting.get(view);
  if (byModel === undefined) waiting.set(view, byModel = new Map());
  // Those who look up in one tick may do it for different tenants.
  const scope = meta.defaultScope === null ? null : resolveScopes(meta.defaultScope);
  const batches = byModel.get(meta) ?? [];
  const others = batches.find((batch) => isSame(batch.scope, scope));
  if (others !== undefined) {
    others.requests.push({ values, resolve, reject });
    return promise;
  }
  const requests: KeyRequest[] = [{ values, resolve, reject }];
  const batch: Batch = { scope, requests };
  byModel.set(meta, [...batches, batch]);
  const close = () => byModel.set(meta, byModel.get(meta)!.filter((other) => other !== batch)); // set before
  tracked(meta, async () => {
    // Loading the module, or finding it loaded, gives the rest of the tick the time to join.
    const { findTogether } = await import("./coalesce.ts");
    close();
    const alone = (key: readonly unknown[]) => findAlone(model, meta, backend, key);
    await findTogether(requests, { model, meta, backend, findAlone: alone });
  }).catch((error) => {
    close();
    for (const request of requests) request.reject(error);
  });
  return promise;
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
