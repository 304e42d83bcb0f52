import { ConfigurationError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";

/** What is known about the class that is being looked at. */
interface Examination {
  readonly model: object;
  readonly meta: ModelMeta;
  /** The object that is made to look at it, once its base classes have made it. */
  record: object | null;
}

let current: Examination | null = null;

const proven = new WeakSet<object>();

/** Whether the object of a class that is under construction is only there to look at the class. */
export function isExamined(model: object): boolean {
  return current !== null && current.model === model;
}

/**
 * Gives an object that is there to look at its class the columns as accessors, which code of the class may read and set. A class
 * field, which is *defined*, takes the place of one.
 */
export function standIn(record: object): void {
  if (current === null) return;
  current.record = record;
  for (const field of current.meta.fields.keys()) {
    let held: unknown;
    const get = () => held;
    places.add(get);
    const set = (value: unknown) => void (held = value);
    Object.defineProperty(record, field, { get, set, enumerable: true, configurable: true });
  }
}

/** The getters of columns of such objects. */
const places = new WeakSet<() => unknown>();

/**
 * Finds class fields that would hide a column: a field of a class is defined on each new object *after* the constructors of its base
 * classes, so it would overwrite what was loaded. Looks at a class once, by making an object of it that is thrown away.
 *
 * @throws {ConfigurationError} that names the class field
 */
export function examineFields(model: object, meta: ModelMeta): void {
  if (proven.has(model)) return;
  const before = current;
  const examination: Examination = current = { model, meta, record: null };
  try {
    Reflect.construct(model as new () => object, [{}]); // models are classes
  } catch {
    // The class expects a record with values; what its own code makes of one without them is not our concern.
  } finally {
    current = before;
  }
  const { record } = examination;
  for (const field of record === null ? [] : meta.fields.keys()) {
    const property = Object.getOwnPropertyDescriptor(record, field);
    if (property === undefined || (property.get !== undefined && places.has(property.get))) continue;
    throw new ConfigurationError(
      `${meta.model} declares a class field "${field}" that hides the column of the same name: remove it, or write "declare ${field}: …"`,
    );
  }
  proven.add(model);
}
