import type { DeleteOptions, ReturningOptions, UpdateValues } from "../query/bulk.ts";
import { tracked } from "../query/execute.ts";
import type { Subquery } from "../query/expression.ts";
import type { InsertManyOptions } from "./bulk_create.ts";
import { createAll, createOne } from "./create.ts";
import type { Attributes, Instance, ModelClass, Values } from "./model_types.ts";
import { queryOf } from "./model_query.ts";
import { metaOf } from "./registry.ts";
import { RecordMethods } from "./record_methods.ts";
import type { UpdateManyOptions } from "./update_many.ts";
import type { UpsertManyOptions, UpsertOptions } from "./upsert.ts";

/** The name of a field of a model. */
export type FieldOf<M> = keyof Attributes<M> & string;

/** Type of a field that `insertFrom()` fills; what the model does not have cannot be filled. */
export type InsertedFrom<M, K> = K extends keyof Attributes<M> ? Attributes<M>[K] : never;

/** How every model class makes rows and changes them by their keys. */
export abstract class WriteStatics extends RecordMethods {
  /** Makes a record and saves it. Throws `ValidationError` with all issues. */
  static create<M extends ModelClass>(this: M, values: Values<M>): Promise<Instance<M>> {
    return createOne(this, values) as Promise<Instance<M>>; // made by this very class
  }
  /** Makes and saves several records, all or none, with as few statements as their events allow. */
  static createMany<M extends ModelClass>(
    this: M,
    rows: readonly (Values<M> | Instance<M>)[],
    options?: Pick<InsertManyOptions, "batchSize">,
  ): Promise<Instance<M>[]> {
    return createAll(this, rows as readonly object[], options) as Promise<Instance<M>[]>; // made by this very class
  }
  /**
   * Inserts rows without making records: checked, but without events; all or none. Gives their number. Rows that are iterated over,
   * also asynchronously, are never all in memory; the transaction lasts until the last one has come.
   */
  static insertMany<M extends ModelClass>(
    this: M,
    rows: Iterable<Values<M>> | AsyncIterable<Values<M>>,
    options?: InsertManyOptions,
  ): Promise<number> {
    const meta = metaOf(this);
    // What few programs need is loaded when it is called; tracked, so that a transaction waits for it.
    return tracked(meta, async () => {
      const { insertRows } = await import("./bulk_create.ts");
      return await insertRows(meta, rows as Iterable<object>, options); // values by field are objects
    });
  }
  /** Inserts what a query with `select()` gives, without loading it: its keys are the fields. Values are not checked. */
  static insertFrom<M extends ModelClass, R extends { readonly [K in keyof R]: InsertedFrom<M, K> }>(
    this: M,
    query: Subquery & PromiseLike<R[]>,
  ): Promise<number> {
    const meta = metaOf(this);
    return tracked(meta, async () => await (await import("./insert_from.ts")).insertFrom(meta, query));
  }
  /**
   * Inserts a row, or changes the one with the same unique key; without events. Gives the record as it is then.
   *
   * @example
   * ```ts ignore
   * await Page.upsert({ url, visits: 1 }, {
   *   conflict: ["url"],
   *   update: (existing, given) => ({ visits: existing.visits.plus(given.visits) }),
   *   where: (existing) => existing.locked.eq(false),
   * });
   * ```
   */
  static upsert<M extends ModelClass>(
    this: M,
    values: Values<M>,
    options: UpsertOptions<FieldOf<M>, Attributes<M>>,
  ): Promise<Instance<M>> {
    return tracked(metaOf(this), async () => {
      const { upsertOne } = await import("./upsert.ts");
      return await upsertOne(this, values as object, options as unknown as UpsertOptions) as Instance<M>; // made by this very class
    });
  }
  /** Inserts rows, or changes those with the same unique key; all or none, without events or records. Gives their number. */
  static upsertMany<M extends ModelClass>(
    this: M,
    rows: readonly Values<M>[],
    options: UpsertManyOptions<FieldOf<M>, Attributes<M>>,
  ): Promise<number> {
    const meta = metaOf(this);
    return tracked(meta, async () => {
      const { upsertRows } = await import("./upsert.ts");
      return await upsertRows(meta, rows as readonly object[], options as unknown as UpsertManyOptions); // typed by the caller
    });
  }
  /** Changes all rows, when `all` says that really all are meant, and gives fields of them back as they are then. */
  static updateAll<M extends ModelClass, K extends FieldOf<M>>(
    this: M,
    values: UpdateValues<Attributes<M>>,
    options: ReturningOptions<K>,
  ): Promise<Pick<Attributes<M>, K>[]>;
  /** Changes all rows with one statement, when `all` says that really all are meant, and gives their number. */
  static updateAll<M extends ModelClass>(
    this: M,
    values: UpdateValues<Attributes<M>>,
    options?: DeleteOptions,
  ): Promise<number>;
  static updateAll<M extends ModelClass>(
    this: M,
    values: UpdateValues<Attributes<M>>,
    options?: DeleteOptions,
  ): Promise<unknown> {
    return queryOf(this).updateAll(values, options);
  }
  /** Removes all rows, when `all` says that really all are meant, and gives fields of them back as they were. */
  static deleteAll<M extends ModelClass, K extends FieldOf<M>>(
    this: M,
    options: ReturningOptions<K>,
  ): Promise<Pick<Attributes<M>, K>[]>;
  /** Removes all rows with one statement, when `all` says that really all are meant, and gives their number. */
  static deleteAll<M extends ModelClass>(this: M, options?: DeleteOptions): Promise<number>;
  static deleteAll<M extends ModelClass>(this: M, options?: DeleteOptions): Promise<unknown> {
    return queryOf(this).deleteAll(options);
  }
  /**
   * Gives each of several rows values of its own, found by its key: one statement for many of them, checked, without events, all or
   * none. Gives the number of rows that were found.
   *
   * @example
   * ```ts ignore
   * await Item.updateMany([{ id: 1, rank: 3 }, { id: 2, rank: 1 }]);
   * ```
   */
  static updateMany<M extends ModelClass>(
    this: M,
    rows: readonly { readonly [K in keyof Attributes<M>]?: Attributes<M>[K] | undefined }[],
    options: UpdateManyOptions<FieldOf<M>> = {},
  ): Promise<number> {
    const meta = metaOf(this);
    return tracked(meta, async () => {
      const { updateRowsByKey } = await import("./update_many.ts");
      return await updateRowsByKey(meta, rows as readonly object[], options); // values by field are objects
    });
  }
}
