import { RelationError } from "../errors.ts";
import { tracked } from "../query/execute.ts";
import { requireValues } from "../query/given_values.ts";
import type { Condition, QueryBase, TextParameters } from "../query/query_base.ts";
import { mapKey, setValue, valueOf } from "./definition.ts";
import { RelationHandle } from "./handle.ts";
import { loadedOf, type LoadedRelation } from "./preload.ts";

/** The records that belong to one owner. */
export class HasManyHandle<I extends object, Q extends QueryBase<never>> extends RelationHandle<I[], Q>
  implements Iterable<I> {
  protected override readLoaded(value: LoadedRelation["value"]): I[] {
    return value as I[]; // what was loaded for a hasMany is a list of records of the target
  }

  /** The loaded records, one after the other. */
  [Symbol.iterator](): Iterator<I> {
    return this.readLoaded(this.loaded())[Symbol.iterator]();
  }

  /** Number of the loaded records. */
  get length(): number {
    return this.readLoaded(this.loaded()).length;
  }

  /** The loaded records as an array. */
  toArray(): I[] {
    return [...this];
  }

  /** What `JSON.stringify` shows of it. */
  toJSON(): unknown {
    return this.isLoaded ? this.toArray() : undefined;
  }

  /** A query for some of them. */
  where(condition: Condition<never> | string, params?: TextParameters): Q {
    return this.query().where(condition as string, params); // the handle's type says which conditions fit
  }

  /** A query for them in an order. */
  orderBy(...terms: readonly never[]): Q {
    return this.query().orderBy(...terms);
  }

  /** A query for at most so many of them. */
  limit(count: number): Q {
    return this.query().limit(count);
  }

  /** Their number, asked of the database. */
  count(): Promise<number> {
    return this.query().count();
  }

  /** Whether there are any, asked of the database. */
  exists(): Promise<boolean> {
    return this.query().exists();
  }

  /** Makes and saves a record that belongs to the owner. */
  async create(values: object): Promise<I> {
    const { target, targetColumn, label } = this.relation;
    requireValues(values, { call: "create()", of: label });
    const record = target.host.build({
      ...values,
      [targetColumn.field]: this.ownerKey(),
    }) as I; // the target makes its own records
    await target.host.save(record);
    this.#change((list) => [...list, record]);
    return record;
  }

  /** Gives records to the owner and saves them, all or none. */
  async add(...records: readonly I[]): Promise<void> {
    await this.#save(records, this.ownerKey());
    this.#change((
      list,
    ) => [...list, ...records.filter((record) => !list.some((other) => this.#isSame(other, record)))]);
  }

  /** Takes records away from the owner: deletes them when the relation says `dependent: "delete"`, else empties their key. */
  async remove(...records: readonly I[]): Promise<void> {
    const { target, dependent, label } = this.relation;
    this.expectTarget(records);
    const key = mapKey(this.ownerKey());
    const foreign = records.filter((record) => mapKey(valueOf(record, this.relation.targetColumn)) !== key);
    if (foreign.length > 0) {
      throw new RelationError(
        `${label}.remove() was given a ${target.model} that does not belong to it`,
      );
    }
    // A deleted record has lost its key, so what it is the same as has to be found out before.
    const gone = new Set(this.isLoaded ? this.#loadedLike(records) : []);
    if (dependent === "delete") {
      await tracked(target, (backend) =>
        backend.transactions.internal(async () => {
          for (const record of records) await target.host.delete(record);
        }));
    } else await this.#save(records, null);
    this.#change((list) => list.filter((loaded) => !gone.has(loaded)));
  }

  /** Makes the given records the only ones of the owner, all or none. */
  async set(records: readonly I[]): Promise<void> {
    if (!Array.isArray(records)) throw new RelationError(`set() of ${this.relation.label} takes a list of records`);
    this.expectTarget(records);
    await tracked(this.relation.target, (backend) =>
      backend.transactions.internal(async () => {
        const current = this.readLoaded((await this.#fresh()).value);
        const gone = current.filter((record) => !records.some((kept) => this.#isSame(kept, record)));
        if (gone.length > 0) await this.remove(...gone);
        await this.add(...records);
      }));
    this.keep([...records]);
  }

  /** Whether two records are the same row. */
  #isSame(a: object, b: object): boolean {
    const keyOf = (record: object) => this.relation.target.primaryKey.map((column) => mapKey(valueOf(record, column)));
    const [left, right] = [keyOf(a), keyOf(b)];
    return a === b || left.every((value, i) => value !== undefined && value === right[i]);
  }

  /** The loaded records that are the same rows as the given ones. */
  #loadedLike(records: readonly I[]): I[] {
    return this.toArray().filter((loaded) => records.some((record) => this.#isSame(loaded, record)));
  }

  async #fresh(): Promise<LoadedRelation> {
    await this.reload();
    return loadedOf(this.owner, this.relation)!; // just loaded
  }

  async #save(records: readonly I[], key: unknown): Promise<void> {
    const { target, targetColumn } = this.relation;
    this.expectTarget(records);
    const before = records.map((record) => valueOf(record, targetColumn));
    try {
      await tracked(target, (backend) =>
        backend.transactions.internal(async () => {
          for (const record of records) {
            setValue(record, targetColumn, key);
            await target.host.save(record);
          }
        }));
    } catch (error) {
      records.forEach((record, i) => setValue(record, targetColumn, before[i]));
      throw error;
    }
  }

  /** Keeps what is loaded in line with what was written. */
  #change(change: (list: I[]) => I[]): void {
    if (this.isLoaded) this.keep(change(this.readLoaded(this.loaded())));
  }
}
