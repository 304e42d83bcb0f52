import { createBackend } from "../backend/registry.ts";
import { StorageBackend } from "../backend/storage_backend.ts";
import { ConfigurationError } from "../errors.ts";
import { checkModelOptions, type ModelHost, ModelMeta, type ModelOptions } from "../meta/model_meta.ts";
import type { Shape } from "../meta/shape.ts";

/** What `define()` leaves on the class for the day when the meta is built. */
export interface Definition {
  readonly table: string;
  readonly shape: Shape;
  readonly options: ModelOptions;
}

/** Any class that may be a model. */
export type AnyModel = abstract new (...args: never) => object;

const DEFINITION = Symbol("definition");
const META = Symbol("meta");
const BACKEND = Symbol("backend");

interface ModelStatics {
  readonly name: string;
  readonly [DEFINITION]?: Definition;
  [META]?: { readonly owner: object; readonly meta: ModelMeta };
  [BACKEND]?: BackendHolder;
}

/** A backend, or one that is being loaded. */
interface BackendHolder {
  backend: StorageBackend | null;
  readonly loading: Promise<StorageBackend> | null;
}

function statics(model: AnyModel): ModelStatics {
  return model as unknown as ModelStatics; // the symbols are private to this module, so only it puts them there
}

/** Leaves the definition on a base class. */
export function setDefinition(model: AnyModel, definition: Definition): void {
  checkModelOptions(definition.table, definition.options);
  Object.defineProperty(model, DEFINITION, { value: definition });
}

let root: object | null = null;

/** Says which prototype is the end of what users write. */
export function setRootPrototype(prototype: object): void {
  root = prototype;
}

/** The prototypes of the user's classes, from the model's own up to the library's. */
export function userPrototypes(model: AnyModel): object[] {
  const found: object[] = [];
  for (let type: object = model.prototype; type !== root && type !== null; type = Object.getPrototypeOf(type)) {
    found.push(type);
  }
  return found;
}

type HostFactory = (model: AnyModel) => ModelHost;
type Preparation = (model: AnyModel, meta: ModelMeta) => void;
let factory:
  | { readonly host: HostFactory; readonly prepare: Preparation }
  | null = null;

/** Says how the host of a model is made and what is done to a model when its meta is built. */
export function setHostFactory(host: HostFactory, prepare: Preparation): void {
  factory = { host, prepare };
}

/**
 * The meta of a model class; built on first use.
 *
 * @throws {ConfigurationError} for a class that was not made with `define()`, or with a definition that is wrong
 */
export function metaOf(model: AnyModel): ModelMeta {
  const known = statics(model)[META];
  // A subclass inherits the symbol but not the meta: it has a name, a table and getters of its own.
  return known !== undefined && known.owner === model ? known.meta : buildMeta(model);
}

function buildMeta(model: AnyModel): ModelMeta {
  const { name, [DEFINITION]: definition } = statics(model);
  if (definition === undefined) {
    throw new ConfigurationError(
      `${name} is not a model: extend ActiveRecord.define(table, fields)`,
    );
  }
  const table = tableNameOf(model) ?? definition.table;
  const meta = new ModelMeta(name === "" ? table : name, table, definition.shape, {
    options: withStaticKey(model, definition.options),
    host: factory!.host(model),
  });
  factory!.prepare(model, meta);
  Object.defineProperty(model, META, {
    value: { owner: model, meta },
    configurable: true,
  });
  return meta;
}

/** The value of a static that the user has set, and not one that is computed by a getter of ours. */
export function staticValue(model: AnyModel, key: string): unknown {
  for (let type: object | null = model; type !== null; type = Object.getPrototypeOf(type)) {
    const descriptor = Object.getOwnPropertyDescriptor(type, key);
    if (descriptor !== undefined) return descriptor.value;
  }
  return undefined;
}

/** `static tableName`, and the seeds' `static __table_name__` and `static __tablename__`. */
function tableNameOf(model: AnyModel): string | undefined {
  const names = ["tableName", "__table_name__", "__tablename__"].map((key) => staticValue(model, key));
  return names.find((name) => typeof name === "string");
}

/** `static primaryKey = "code"` says the same as the option. */
function withStaticKey(model: AnyModel, options: ModelOptions): ModelOptions {
  const key = staticValue(model, "primaryKey");
  if (typeof key === "string") return { ...options, primaryKey: key };
  return Array.isArray(key) ? { ...options, primaryKey: key.map(String) } : options;
}

// ---- backends

/** Gives a model, and the models that extend it, a backend. */
export function setBackend(model: AnyModel, backend: StorageBackend): void {
  statics(model)[BACKEND] = { backend, loading: null };
}

/** Gives a model a backend by name; its modules are loaded at once, it connects on first use. */
export function loadBackend(model: AnyModel, name: string, config: object): Promise<StorageBackend> {
  const loading = createBackend(name, config);
  const holder: BackendHolder = { backend: null, loading };
  statics(model)[BACKEND] = holder;
  // A failure is given to whoever uses the backend; the caller of configure() may wait for it but need not.
  loading.then((backend) => holder.backend = backend, () => {});
  return loading;
}

function holderOf(model: AnyModel): BackendHolder {
  const holder = statics(model)[BACKEND] ?? ownBackend(model);
  if (holder === undefined) {
    throw new ConfigurationError(
      `${model.name} has no backend: call ActiveRecord.configure(backend), or ${model.name}.configure(config, Backend), before its first use`,
    );
  }
  return holder;
}

/** `static backend = …`, and the seeds' `static __backend__`, say the same as `configure(backend)`. */
function ownBackend(model: AnyModel): BackendHolder | undefined {
  const backend = staticValue(model, "backend") ?? staticValue(model, "__backend__");
  if (!(backend instanceof StorageBackend)) return undefined;
  return { backend, loading: null };
}

/** The backend of a model, or null while it is being loaded. */
export function backendOf(model: AnyModel): StorageBackend | null {
  return holderOf(model).backend;
}

/** The backend of a model when it has been loaded. */
export async function backendLoaded(model: AnyModel): Promise<StorageBackend> {
  const holder = holderOf(model);
  return holder.backend ?? await holder.loading!; // one of the two is there
}
