import type { TextParameters } from "../backend/raw_text.ts";
import type { Expression, OrderTerm } from "../query/expression.ts";
import type { Condition, OrderField } from "../query/query_base.ts";
import type { QueryOf } from "./model_query.ts";
import type { Attributes, Instance, ModelClass, RelationBrand, Values } from "./model_types.ts";

/** What the handles of all kinds of relations can do. */
export interface RelationMethods<M extends ModelClass, T> extends RelationBrand<M>, PromiseLike<T> {
  /** Whether it can be read without waiting. */
  readonly isLoaded: boolean;
  /** Asks the database again. */
  reload(): Promise<T>;
  /** A query for the rows of this relation, to be refined. */
  query(): QueryOf<M>;
}

/** The records that belong to one owner: awaited they are loaded; loaded they can be iterated over. */
export interface HasMany<M extends ModelClass> extends RelationMethods<M, Instance<M>[]>, Iterable<Instance<M>> {
  /** Number of the loaded records. Throws `RelationNotLoadedError` when they are not loaded. */
  readonly length: number;
  /** The loaded records as an array. */
  toArray(): Instance<M>[];
  /** A query for some of them. */
  where(condition: Condition<Attributes<M>>): QueryOf<M>;
  /** A query for some of them, chosen by SQL text. */
  where(sql: string, params?: TextParameters): QueryOf<M>;
  /** A query for them in an order: `"name"`, `"-createdAt"`, expressions. */
  orderBy(...terms: readonly (OrderField<Attributes<M>> | OrderTerm | Expression<unknown>)[]): QueryOf<M>;
  /** A query for at most so many of them. */
  limit(count: number): QueryOf<M>;
  /** Their number, asked of the database. */
  count(): Promise<number>;
  /** Whether there are any, asked of the database. */
  exists(): Promise<boolean>;
  /** Makes and saves a record that belongs to the owner. */
  create(values: Partial<Values<M>>): Promise<Instance<M>>;
  /** Gives records to the owner and saves them, all or none. */
  add(...records: readonly Instance<M>[]): Promise<void>;
  /** Takes records away from the owner: deletes them by `dependent: "delete"`, else empties their key. */
  remove(...records: readonly Instance<M>[]): Promise<void>;
  /** Makes the given records the only ones of the owner, all or none. */
  set(records: readonly Instance<M>[]): Promise<void>;
}

/** The record whose key the owner holds, or null. */
export interface BelongsTo<M extends ModelClass> extends RelationMethods<M, Instance<M> | null> {
  /** The loaded record. Throws `RelationNotLoadedError` when it is not loaded. */
  readonly value: Instance<M> | null;
  /** Makes the owner belong to another record, or to none, and saves the owner. */
  set(record: Instance<M> | null): Promise<void>;
  /** Makes and saves a record, and makes the owner belong to it. */
  create(values: Values<M>): Promise<Instance<M>>;
}

/** The one record that holds the owner's key, or null. */
export interface HasOne<M extends ModelClass> extends RelationMethods<M, Instance<M> | null> {
  /** The loaded record. Throws `RelationNotLoadedError` when it is not loaded. */
  readonly value: Instance<M> | null;
  /** Makes a record the owner's, or none, and saves it. */
  set(record: Instance<M> | null): Promise<void>;
  /** Makes and saves the record of the owner. */
  create(values: Partial<Values<M>>): Promise<Instance<M>>;
}
