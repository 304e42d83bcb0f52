import { after, type MaybePromise, promised } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { ConfigurationError, QueryBuildError, RecordNotFound } from "../errors.ts";
import type { Listener, Off } from "../events/emitter.ts";
import { requireValues } from "../query/given_values.ts";
import type { QueryState } from "../query/query_state.ts";
import type { RelationOptions } from "../relations/definition.ts";
import { HasManyHandle } from "../relations/has_many.ts";
import { BelongsToHandle, HasOneHandle } from "../relations/to_one.ts";
import { dependentsOf } from "./dependents.ts";
import { changedColumns, type Changes, changesOf, fieldOf, resetFields, savedChanges, setField } from "./dirty.ts";
import { addListener, type RecordEvent, removeListener } from "./hooks.ts";
import { incrementField } from "./increment.ts";
import { ModelQuery } from "./model_query.ts";
import type { Attributes, ModelClass } from "./model_types.ts";
import { deleteRecord } from "./delete.ts";
import { saveRecord } from "./persistence.ts";
import { refreshRecord } from "./refresh.ts";
import { markRow } from "./update.ts";
import { type Fields, RecordBase, recordMeta, state } from "./record_base.ts";
import { currentRelation, forgetRelations } from "./relation_getters.ts";
import type { BelongsTo, HasMany, HasOne } from "./relation_handles.ts";
import { inspectable, serialize } from "./serialize.ts";
import { checkRecord, NO_RULES, type Rules } from "./validation.ts";

/** The backend of a record, for what must answer at once. */
function backendNow(record: RecordBase): StorageBackend {
  const backend = recordMeta(record).host.backend();
  if (backend === null) {
    throw new ConfigurationError(
      `The backend of ${record.constructor.name} is still being loaded: await configure() first`,
    );
  }
  return backend;
}

/** Makes the query of a handle; the handle's interface has its types. */
function handleQuery(query: QueryState): ModelQuery<object, never> {
  return new ModelQuery<object, never>(query);
}

/** An operation on a record. */
type Operation<T> = (record: RecordMethods, backend: StorageBackend) => MaybePromise<T>;

/** Runs an operation on a record so that a transaction around it waits for its end. */
function onBackend<T>(record: RecordMethods, operation: Operation<T>): Promise<T> {
  return promised(() => operate(record, operation));
}

/** The same, with the outcome at once where nothing has to be waited for. */
function operate<T>(record: RecordMethods, operation: Operation<T>): MaybePromise<T> {
  const { host } = recordMeta(record);
  return after(host.backend() ?? host.backendLoaded(), (backend) => {
    const run = () => backend.transactions.track(() => operation(record, backend));
    const ready = backend.ready();
    return ready === undefined ? run() : ready.then(run);
  });
}

/** Saves a record by its own `save()`; at once where that is the one of the library and nothing has to be waited for. */
export function save(record: RecordMethods): MaybePromise<number> {
  return record.save === RecordMethods.prototype.save ? operate(record, saveRecord) : record.save();
}

/** What every record can do. */
export abstract class RecordMethods extends RecordBase {
  // ---- state

  /** Whether the record has no row yet. */
  get isNew(): boolean {
    return state.row(this) === null;
  }
  /** Whether the record has a row. */
  get isPersisted(): boolean {
    return state.row(this) !== null;
  }
  /** Whether a saved record differs from its row. What was changed in place is seen; a value set back is clean. */
  get isDirty(): boolean {
    return this.isPersisted &&
      changedColumns(this, backendNow(this)).length > 0;
  }
  /** The fields that differ from the row. */
  get dirtyFields(): string[] {
    return changedColumns(this, backendNow(this)).map((column) => column.field);
  }
  /** Whether the calling code is inside a transaction of the model's backend. */
  get inTransaction(): boolean {
    return backendNow(this).inTransaction;
  }
  /** Name of the table. */
  get tableName(): string {
    return recordMeta(this).table.name;
  }
  /** Whether the model's backend is connected. */
  isConnected(): boolean {
    return (backendNow(this) as { isConnected(): boolean }).isConnected();
  }
  /** What differs from the row: value before and now, by field. */
  changes(): Changes {
    return this.isNew ? {} : changesOf(this, backendNow(this));
  }
  /** What the last save has changed: value before and after, by field. */
  previousChanges(): Changes {
    return savedChanges(this, backendNow(this));
  }
  /** Sets all fields back to the row; of a new record, empties them. */
  reset(): void {
    resetFields(this, backendNow(this));
  }

  // ---- writing and reading

  /** Inserts the record, or updates what has changed. Gives the number of rows: 0 when nothing had changed. */
  save(): Promise<number> {
    return onBackend(this, saveRecord);
  }
  /** Sets fields and saves. */
  async update(values: Partial<FieldsOf<this>>): Promise<number> {
    const meta = recordMeta(this);
    requireValues(values, { call: "update()", of: meta.model, list: "updateMany()" });
    for (const [field, value] of Object.entries(values)) {
      const column = meta.fields.get(field);
      if (column === undefined) {
        throw new QueryBuildError(`Unknown field ${JSON.stringify(field)} in update() of ${meta.model}`);
      }
      if (value !== undefined) setField(this, column, value);
    }
    return await this.save();
  }
  /** Deletes the row, or marks it as deleted, after what depends on it. Gives the number of rows. */
  delete(): Promise<number> {
    return onBackend(this, (_, backend) =>
      deleteRecord(this, backend, {
        dependents: dependentsOf(this, recordMeta(this)),
        force: false,
      }));
  }
  /** Deletes the row, even where the model only marks rows as deleted. */
  forceDelete(): Promise<number> {
    return onBackend(this, (_, backend) =>
      deleteRecord(this, backend, {
        dependents: dependentsOf(this, recordMeta(this)),
        force: true,
      }));
  }
  /** Takes the mark of a deleted row away. */
  async restore(): Promise<number> {
    const { deletedAt, model } = recordMeta(this);
    if (deletedAt === undefined) {
      throw new ConfigurationError(
        `${model} has no softDelete(): there is nothing to restore`,
      );
    }
    if (this.isNew) {
      throw new RecordNotFound(`Cannot restore a ${model} that is not saved`);
    }
    if (fieldOf(this, deletedAt) === null) return 0;
    return await onBackend(this, (_, backend) => markRow(this, deletedAt, null, backend));
  }
  /** Reads the row again, drops unsaved changes and loaded relations. */
  async refresh(): Promise<this> {
    await onBackend(this, refreshRecord);
    forgetRelations(this);
    return this;
  }
  /** The same as `refresh()`. */
  reload(): Promise<this> {
    return this.refresh();
  }
  /** Adds to a number in the database, so that two callers at once both count; the field then has the new value. */
  increment(field: string & keyof this, by: number | bigint = 1): Promise<number> {
    return onBackend(this, (_, backend) => incrementField(this, field, by, backend));
  }
  /** Subtracts from a number in the database. */
  decrement(field: string & keyof this, by: number | bigint = 1): Promise<number> {
    return this.increment(field, -by as number | bigint); // a minus keeps the type
  }
  /** Turns a boolean round and saves. */
  async toggle(field: string & keyof this): Promise<number> {
    const column = recordMeta(this).column(field, "toggle()");
    if (column.type.kind !== "boolean") {
      throw new QueryBuildError(`Cannot toggle ${column.label}: it is not a boolean`);
    }
    setField(this, column, !fieldOf(this, column));
    return await this.save();
  }
  /** Sets the times of the last change, and the given times, to now, and saves. */
  async touch(...fields: readonly (string & keyof this)[]): Promise<number> {
    const meta = recordMeta(this);
    const columns = [
      ...meta.madeOnUpdate,
      ...fields.map((field) => meta.column(field, "touch()")),
    ];
    if (columns.length === 0) {
      throw new ConfigurationError(
        `${meta.model} has no timestamps(): touch() needs the names of fields`,
      );
    }
    const moment = new Date();
    for (const column of columns) {
      setField(this, column, column.onUpdate === undefined ? moment : column.onUpdate(moment));
    }
    return await this.save();
  }

  // ---- validation

  /** Checks all fields and rules. Throws `ValidationError` with everything that is wrong. */
  async validate(): Promise<void> {
    await checkRecord(this, recordMeta(this).columns, { withRules: true });
  }
  /** Rules of the record as a whole: override it and give what is wrong. */
  rules(): Rules {
    return NO_RULES;
  }

  // ---- events

  /** Listens to an event of this record only. Returns the function that stops it. */
  on(event: RecordEvent, listener: (record: this) => void | Promise<void>): Off {
    return addListener(this, event, listener as Listener<never>); // this record is what it receives
  }
  /** Removes a listener of this record. */
  off(event: RecordEvent, listener: (record: this) => void | Promise<void>): void {
    removeListener(this, event, listener as Listener<never>); // as above
  }

  // ---- relations

  /** The records of another model that hold the key of this one. To be called in a getter. */
  protected hasMany<M extends ModelClass>(target: () => M, options: TargetRelationOptions<M> = {}): HasMany<M> {
    const relation = currentRelation(this, "hasMany", target, options);
    // The interface is the class with the types of the model filled in.
    return new HasManyHandle<object, ModelQuery<object, never>>(this, relation, handleQuery) as unknown as HasMany<M>;
  }
  /** The one record of another model that holds the key of this one. To be called in a getter. */
  protected hasOne<M extends ModelClass>(target: () => M, options: TargetRelationOptions<M> = {}): HasOne<M> {
    const relation = currentRelation(this, "hasOne", target, options);
    return new HasOneHandle<object, ModelQuery<object, never>>(this, relation, handleQuery) as unknown as HasOne<M>; // as above
  }
  /** The record of another model whose key this one holds. To be called in a getter. */
  protected belongsTo<M extends ModelClass>(target: () => M, options: OwnerRelationOptions = {}): BelongsTo<M> {
    const relation = currentRelation(this, "belongsTo", target, options);
    return new BelongsToHandle<object, ModelQuery<object, never>>(this, relation, handleQuery) as unknown as BelongsTo<
      M
    >; // as above
  }
  /** Forgets what was loaded for one relation, or for all, so that it is loaded anew. */
  clearRelations(name?: string): void {
    forgetRelations(this, name);
  }

  // ---- as plain data

  /** The record for JSON: bigints as text, bytes as base64, loaded relations, without hidden fields. */
  toJSON(): Record<string, unknown> {
    return serialize(this);
  }
  /** What the console shows. */
  [Symbol.for("Deno.customInspect")](inspect: (value: unknown, options?: unknown) => string, options: unknown): string {
    return `${this.constructor.name} ${state.isRecord(this) ? inspect(inspectable(this), options) : "{}"}`;
  }
  /** What the console of Node shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): unknown {
    return inspectable(this);
  }
}

/** The fields of a record, without its methods and relations. */
export type FieldsOf<I> = Omit<I, keyof RecordMethods>;

/** Options of a relation whose key the target holds. */
export interface TargetRelationOptions<M> extends Omit<RelationOptions, "foreignKey"> {
  /** Field of the target that holds the key. @default the owner's name with `Id` */
  readonly foreignKey?: keyof Attributes<M> & string;
}

/** Options of a relation whose key the owner holds. */
export type OwnerRelationOptions = Omit<RelationOptions, "dependent">;

export type { Fields };
