import { ConfigurationError } from "../errors.ts";
import type { ModelHost, ModelMeta } from "../meta/model_meta.ts";
import { build } from "./create.ts";
import { emit, hears, type RecordHooks } from "./hooks.ts";
import { instantiate, type RecordBase, state } from "./record_base.ts";
import { defaultScope } from "./default_scope.ts";
import { type AnyModel, backendLoaded, backendOf, userPrototypes } from "./registry.ts";
import { wrapGetters } from "./relation_getters.ts";

/** What a record of any model can do, as the layers below need it. */
interface Writable {
  save(): Promise<number>;
  delete(): Promise<number>;
}

/** The model class's side of its meta. */
export function modelHost(model: AnyModel): ModelHost {
  return {
    prototype: model.prototype,
    backend: () => backendOf(model),
    backendLoaded: () => backendLoaded(model),
    defaultScope: defaultScope(model),
    instantiate: (rows, backend) => instantiate(model, rows, backend),
    afterLoad,
    save: (record) => (record as Writable).save(), // the layers below pass records of models only, here and below
    delete: (record) => (record as Writable).delete(),
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

/** Siblings are looked at in groups of this many, so that one load never asks for all rows of a large result. */
const GROUP = 1_000;

/** Stand-ins for the groups of one result. */
const groups = new WeakMap<object, object[]>();

function siblings(record: object): { readonly group: object; readonly records: readonly object[] } {
  const all = state.siblings(record as RecordBase);
  const index = all?.indexOf(record) ?? -1;
  // The list belongs to the user, who may have taken the record out of it.
  if (all === undefined || index < 0) return { group: record, records: [record] };
  const number = Math.floor(index / GROUP);
  const records = all.slice(number * GROUP, (number + 1) * GROUP).filter((other) =>
    other?.constructor === record.constructor && state.isRecord(other) && state.row(other) !== null
  );
  let known = groups.get(all);
  if (known === undefined) groups.set(all, known = []);
  return { group: known[number] ??= {}, records };
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
