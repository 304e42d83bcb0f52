import { RelationError } from "../errors.ts";
import { tracked } from "../query/execute.ts";
import { requireValues } from "../query/given_values.ts";
import type { QueryBase } from "../query/query_base.ts";
import { setValue, valueOf } from "./definition.ts";
import { RelationHandle } from "./handle.ts";
import type { LoadedRelation } from "./preload.ts";

/** What belongsTo and hasOne have in common: at most one record. */
export abstract class ToOneHandle<I extends object, Q extends QueryBase<never>> extends RelationHandle<I | null, Q> {
  protected override readLoaded(value: LoadedRelation["value"]): I | null {
    return value as I | null; // what was loaded for a relation to one is a record of the target or null
  }

  /** The loaded record, or null. Throws `RelationNotLoadedError` when nothing was loaded. */
  get value(): I | null {
    return this.readLoaded(this.loaded());
  }

  /** What `JSON.stringify` shows of it. */
  toJSON(): unknown {
    return this.isLoaded ? this.value : undefined;
  }
}

/** The record whose key the owner holds. */
export class BelongsToHandle<I extends object, Q extends QueryBase<never>> extends ToOneHandle<I, Q> {
  /** Makes the owner belong to another record, or to none, and saves the owner. */
  async set(record: I | null): Promise<void> {
    const { owner, ownerColumn, targetColumn, label, target } = this.relation;
    if (record !== null) this.expectTarget([record]);
    const key = record === null ? null : valueOf(record, targetColumn);
    if (key === undefined) {
      throw new RelationError(
        `${label} cannot be set to a ${target.model} that is not saved`,
      );
    }
    const before = valueOf(this.owner, ownerColumn);
    setValue(this.owner, ownerColumn, key);
    try {
      await owner.host.save(this.owner);
    } catch (error) {
      setValue(this.owner, ownerColumn, before);
      throw error;
    }
    this.keep(record);
  }

  /** Makes and saves a record, and makes the owner belong to it. */
  async create(values: object): Promise<I> {
    const { target, label } = this.relation;
    requireValues(values, { call: "create()", of: label });
    return await tracked(target, (backend) =>
      backend.transactions.internal(async () => {
        const record = target.host.build(values) as I; // the target makes its own records
        await target.host.save(record);
        await this.set(record);
        return record;
      }));
  }
}

/** The one record that holds the owner's key. */
export class HasOneHandle<I extends object, Q extends QueryBase<never>> extends ToOneHandle<I, Q> {
  /** Makes and saves the record of the owner. A record that was there before is released as by `set(null)`. */
  async create(values: object): Promise<I> {
    requireValues(values, { call: "create()", of: this.relation.label });
    const record = this.relation.target.host.build(values) as I; // the target makes its own records
    await this.set(record);
    return record;
  }

  /** Makes a record the owner's, or none; the one that was there is deleted by `dependent: "delete"`, else its key is emptied. */
  async set(record: I | null): Promise<void> {
    const { target, targetColumn, dependent } = this.relation;
    if (record !== null) this.expectTarget([record]);
    const key = this.ownerKey();
    await tracked(target, (backend) =>
      backend.transactions.internal(async () => {
        const current = await this.reload();
        const isSame = (other: object) =>
          target.primaryKey.every((column) => valueOf(other, column) === valueOf(current!, column));
        if (current !== null && (record === null || !isSame(record))) {
          if (dependent === "delete") await target.host.delete(current);
          else {
            setValue(current, targetColumn, null);
            await target.host.save(current);
          }
        }
        if (record === null) return;
        setValue(record, targetColumn, key);
        await target.host.save(record);
      }));
    this.keep(record);
  }
}
