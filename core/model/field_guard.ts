import { ConfigurationError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { RecordHooks } from "./hooks.ts";

/** The model whose class is being looked at. */
let examined: ModelMeta | null = null;

const proven = new WeakSet<object>();

/**
 * Finds class fields that would hide a column: a field of a class is defined on each new object *after* the constructors of
 * its base classes, so it would overwrite what was loaded.
 */
export abstract class FieldGuard extends RecordHooks {
  /** Gives a stand-in that refuses such fields while a class is being looked at. */
  constructor() {
    super();
    if (examined === null) return;
    const meta = examined;
    return new Proxy(this, {
      defineProperty(target, key, descriptor) {
        if (typeof key === "string" && meta.fields.has(key)) {
          throw new ConfigurationError(
            `${meta.model} declares a class field "${key}" that hides the column of the same name: remove it, or write "declare ${key}: …"`,
          );
        }
        return Reflect.defineProperty(target, key, descriptor);
      },
    });
  }
}

/** Whether the object under construction is only there to look at its class. */
export function isExamining(): boolean {
  return examined !== null;
}

/**
 * Looks at a class, once, by making an object of it that is thrown away.
 *
 * @throws {ConfigurationError} that names the class field
 */
export function examineFields(model: object, meta: ModelMeta): void {
  if (proven.has(model)) return;
  const before = examined;
  examined = meta;
  try {
    Reflect.construct(model as new () => object, [{}]); // models are classes
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    // The class expects a record with values; what its own code makes of one without them is not our concern.
  } finally {
    examined = before;
  }
  proven.add(model);
}
