import { RelationError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import {
  defineRelation,
  type RelationDefinition,
  type RelationKind,
  type RelationOptions,
} from "../relations/definition.ts";
import { recordMeta, state } from "./record_base.ts";
import { type AnyModel, metaOf, userPrototypes } from "./registry.ts";

/** Names of the getters that are running now, the innermost last: how a relation learns its name. */
const running: string[] = [];

const KEY = Symbol("relations");
const wrapped = new WeakSet<object>();

interface Known {
  readonly getters: ReadonlySet<string>;
  readonly found: Map<string, RelationDefinition | null>;
}

/** Where the definition of a getter that is only looked at is put. */
let probe: { found: RelationDefinition | null } | null = null;

/** Wraps the getters of a model's classes, once, so that a relation knows the name of the getter it is made in. */
export function wrapGetters(model: AnyModel, meta: ModelMeta): void {
  const getters = new Set<string>();
  for (const prototype of userPrototypes(model)) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      const { get } = descriptor;
      if (get === undefined) continue;
      getters.add(name);
      if (!wrapped.has(get)) {
        Object.defineProperty(prototype, name, {
          ...descriptor,
          get: naming(name, get),
        });
      }
    }
  }
  meta.kept.set(KEY, { getters, found: new Map() } satisfies Known);
}

function naming(name: string, getter: () => unknown): () => unknown {
  const wrapper = function (this: object): unknown {
    running.push(name);
    try {
      return getter.call(this);
    } finally {
      running.pop();
    }
  };
  wrapped.add(wrapper);
  return wrapper;
}

/** Finds or makes the definition of the relation whose getter is running. */
export function currentRelation(
  record: object,
  kind: RelationKind,
  target: () => AnyModel,
  options: RelationOptions,
): RelationDefinition {
  const name = running.at(-1);
  const owner = recordMeta(record);
  if (name === undefined) {
    throw new RelationError(
      `${owner.model}: ${kind}() must be called in a getter, such as "get posts() { return this.${kind}(…); }"`,
    );
  }
  const { found } = owner.kept.get(KEY) as Known; // kept when the meta was built
  let relation = found.get(name) ?? null;
  if (relation === null) {
    relation = defineRelation(kind, name, {
      owner,
      target: targetOf(`${owner.model}.${name}`, target),
      options,
    });
    found.set(name, relation);
  }
  if (probe !== null) probe.found = relation;
  return relation;
}

function targetOf(label: string, target: () => AnyModel): ModelMeta {
  const model: unknown = target();
  if (typeof model !== "function") {
    throw new RelationError(
      `Relation ${label} leads nowhere: its first argument must be a function that gives a model`,
    );
  }
  return metaOf(model as AnyModel); // refuses what is not a model
}

/**
 * The relation of a name, or null when there is none. Its getter is run once, on an object without values.
 *
 * @throws {RelationError} when the getter throws
 */
export function relationOf(meta: ModelMeta, name: string): RelationDefinition | null {
  const { getters, found } = meta.kept.get(KEY) as Known; // kept when the meta was built
  const known = found.get(name);
  if (known !== undefined) return known;
  if (!getters.has(name)) return null;
  const relation = look(meta, name);
  found.set(name, relation);
  return relation;
}

function look(meta: ModelMeta, name: string): RelationDefinition | null {
  const before = probe;
  probe = { found: null };
  try {
    Reflect.get(Object.create(meta.host.prototype), name);
    return probe.found;
  } catch (cause) {
    if (cause instanceof RelationError) throw cause;
    throw new RelationError(
      `Cannot find out what relation ${meta.model}.${name} is: its getter must not look at values of the record`,
      { cause },
    );
  } finally {
    probe = before;
  }
}

/** The names of all relations of a model. */
export function relationNames(meta: ModelMeta): string[] {
  const { getters } = meta.kept.get(KEY) as Known; // kept when the meta was built
  return [...getters].filter((name) => isRelation(meta, name));
}

/** A getter that looks at values of the record fails on an object without values: then it is no relation. */
function isRelation(meta: ModelMeta, name: string): boolean {
  try {
    return relationOf(meta, name) !== null;
  } catch (error) {
    if (error instanceof RelationError && error.cause !== undefined) return false;
    throw error;
  }
}

/** All relations of a model. */
export function relationsOf(meta: ModelMeta): RelationDefinition[] {
  return relationNames(meta).map((name) => relationOf(meta, name)!); // the names are those of relations
}

/** Forgets what was loaded for one relation of a record, or for all. */
export function forgetRelations(record: object, name?: string): void {
  if (!state.isRecord(record)) return;
  for (const known of name === undefined ? [...state.relations(record)?.keys() ?? []] : [name]) {
    state.setRelation(record, known, undefined);
  }
}
