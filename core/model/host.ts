import { ConfigurationError } from "../errors.ts";
import type { ModelHost, ModelMeta } from "../meta/model_meta.ts";
import { build } from "./create.ts";
import { emit, hears, type RecordHooks } from "./hooks.ts";
import { instantiate, lazyProperty, type RecordBase, state } from "./record_base.ts";
import { defaultScope } from "./default_scope.ts";
import { type RecordMethods, save } from "./record_methods.ts";
import { type AnyModel, backendLoaded, backendOf, userPrototypes } from "./registry.ts";
import { wrapGetters } from "./relation_getters.ts";

/** The model class's side of its meta. */
export function modelHost(model: AnyModel): ModelHost {
  return {
    prototype: model.prototype,
    backend: () => backendOf(model),
    backendLoaded: () => backendLoaded(model),
    defaultScope: defaultScope(model),
    lazyProperty,
    instantiate: (rows, backend) => instantiate(model, rows, backend),
    afterLoad,
    save: (record) => save(record as RecordMethods), // the layers below pass records of models only, here and below
    delete: (record) => (record as RecordMethods).delete(),
    build: (values) => build(model, values),
    isRecord: (value) => value instanceof (model as unknown as new () => object),
    loaded: (record, relation) => state.isRecord(record) ? state.relation(record, relation) : undefined,
    setLoaded: (record, relation, value) => state.setRelation(record as RecordBase, relation, value),
    siblings,
  };
}

function afterLoad(records: readonly object[]): Promise<void> | undefined {
  const first = records[0] as RecordHooks | undefined;
  if (first === undefined || !hears(first, "afterLoad")) return undefined;
  return (async () => {
    for (const record of records) await emit(record as RecordHooks, "afterLoad");
  })();
}

function siblings(record: object): { readonly group: object; readonly records: readonly object[] } {
  const window = state.siblings(record as RecordBase);
  if (window === null) return { group: record, records: [record] };
  const records = window.filter((other) => state.row(other as RecordBase) !== null); // a window holds records only
  return { group: window, records: records.includes(record) ? records : [record] };
}

/** Looks at a model class when its meta is built: refuses members that hide columns, teaches its relations their names. */
export function prepareModel(model: AnyModel, meta: ModelMeta): void {
  for (const prototype of userPrototypes(model)) {
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (meta.fields.has(name)) {
        throw new ConfigurationError(
          `${meta.model} declares a member "${name}" that hides the column of the same name`,
        );
      }
    }
  }
  wrapGetters(model, meta);
}
