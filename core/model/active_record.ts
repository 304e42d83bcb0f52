import { ConfigurationError } from "../errors.ts";
import type { ModelOptions } from "../meta/model_meta.ts";
import type { Input, Output, Shape } from "../meta/shape.ts";
import type { Columns } from "../query/columns.ts";
import { modelHost, prepareModel } from "./host.ts";
import type { Mixin, MixinShape } from "./mixin.ts";
import { ModelStatics } from "./model_statics.ts";
import { setDefinition, setHostFactory, setRootPrototype } from "./registry.ts";

/** A class on which `define()` is called: `ActiveRecord`, or a class of the application between it and its models. */
export type RecordClass = abstract new (...args: never) => ActiveRecord;

/** The static members that a model has from the class on which it was defined. */
export type StaticsOf<P> = Omit<P, "prototype" | "shape" | "c" | "define">;

/** The class that `define()` gives: to be extended, or used as it is. */
export type Base<S extends Shape, P extends RecordClass = typeof ActiveRecord> = StaticsOf<P> & {
  /** Makes a new record. Values are checked; what is missing can be set before `save()`. */
  new (attributes?: Partial<Input<S>>): InstanceType<P> & Output<S>;
  /** The fields of the model. */
  readonly shape: S;
  /** The columns of the model as expressions. */
  readonly c: Columns<Output<S>>;
};

/** Names that no field can have: a record with a `then` would be awaited for ever. */
const RESERVED: ReadonlySet<string> = new Set(["then", "constructor", "__proto__", "prototype"]);

/**
 * The base of all models: a class is a table, an instance is a row.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { ActiveRecord, primaryKey } from "@rhosocial/activerecord";
 * import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
 *
 * class Note extends ActiveRecord.define("notes", { id: primaryKey(), text: z.string().min(1) }) {}
 *
 * Note.configure(new SQLiteBackend({ database: ":memory:" }));
 * await Note.createTable();
 * const note = await Note.create({ text: "hello" });
 * const found = await Note.where({ text__startswith: "he" }).first();
 * if (found?.id !== note.id) throw new Error("not found");
 * ```
 */
export abstract class ActiveRecord extends ModelStatics {
  /**
   * Defines a model: a table with typed fields, options, and mixins that add more of both. The model inherits from the class
   * on which `define()` is called, so what all models of an application share can be in a class between.
   *
   * @example
   * ```ts
   * import { z } from "zod";
   * import { ActiveRecord, primaryKey } from "@rhosocial/activerecord";
   *
   * abstract class AppRecord extends ActiveRecord {
   *   describe(): string {
   *     return `${this.tableName} ${this.isNew ? "(new)" : ""}`;
   *   }
   * }
   * class Note extends AppRecord.define("notes", { id: primaryKey(), text: z.string() }) {}
   *
   * const describe = (note: Note) => note.describe();
   * ```
   *
   * @throws {ConfigurationError} for a field that collides with a member of every record, or an unknown option
   */
  static define<const S extends Shape, P extends RecordClass, const X extends readonly Mixin<Shape>[] = []>(
    this: P,
    table: string,
    shape: S,
    ...mixins: X
  ): Base<S & MixinShape<X>, P>;
  /** Defines a model with options, such as `{ naming: "pascal" }`. */
  static define<const S extends Shape, P extends RecordClass, const X extends readonly Mixin<Shape>[] = []>(
    this: P,
    table: string,
    shape: S,
    options: ModelOptions,
    ...mixins: X
  ): Base<S & MixinShape<X>, P>;
  static define(
    this: RecordClass,
    table: string,
    shape: Shape,
    ...rest: readonly (ModelOptions | Mixin<Shape>)[]
  ): unknown {
    if (typeof table !== "string" || table === "") throw new ConfigurationError("define() needs the name of a table");
    const mixins = rest.filter((part) => isMixin(part));
    const options = Object.assign({}, ...rest.filter((part) => !isMixin(part)));
    const fields: Record<string, Shape[string]> = { ...shape };
    for (const { name, shape: added } of mixins) {
      for (const [field, definition] of Object.entries(added)) {
        if (Object.hasOwn(fields, field)) {
          throw new ConfigurationError(
            `Table "${table}" has the field "${field}" twice: the mixin ${name}() adds it too`,
          );
        }
        fields[field] = definition;
      }
    }
    for (const field of Object.keys(fields)) {
      if (RESERVED.has(field) || field in this.prototype) {
        throw new ConfigurationError(
          `Field "${field}" of table "${table}" collides with a member of every record: give it another name and column(…, { name: "${field}" })`,
        );
      }
    }
    // The class is made of whatever class define() was called on.
    const base = class extends (this as typeof ActiveRecord) {};
    Object.defineProperty(base, "name", { value: table });
    Object.defineProperty(base, "shape", { value: Object.freeze(fields), enumerable: true });
    setDefinition(base, { table, shape: fields, options });
    return base;
  }
}

function isMixin(part: ModelOptions | Mixin<Shape>): part is Mixin<Shape> {
  return "shape" in part;
}

setRootPrototype(ActiveRecord.prototype);
setHostFactory(modelHost, prepareModel);
