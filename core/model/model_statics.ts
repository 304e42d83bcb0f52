import type { StorageBackend } from "../backend/storage_backend.ts";
import type { Transaction } from "../backend/transaction.ts";
import type { TransactionOptions } from "../backend/transaction_options.ts";
import type { TextParameters } from "../backend/raw_text.ts";
import { ConfigurationError, RecordNotFound } from "../errors.ts";
import type { Listener, Off } from "../events/emitter.ts";
import type { Shape } from "../meta/shape.ts";
import { type Columns, columnsOf } from "../query/columns.ts";
import { tracked } from "../query/execute.ts";
import type { Expression } from "../query/expression.ts";
import { FullText, type FullTextOptions } from "../query/full_text.ts";
import type { Sum } from "../query/aggregate.ts";
import type { KeyInput, KeyOf } from "../query/key.ts";
import type { Condition, OrderBy } from "../query/query_base.ts";
import { aliased } from "../query/model_source.ts";
import type { PlacedSource } from "../query/source.ts";
import type { SelectedRow, Selection } from "../query/row_items.ts";
import type { RowQuery } from "../query/row_query.ts";
import type { NumberField } from "../query/value_types.ts";
import { findOrCreate } from "./create.ts";
import { findByKey } from "./find.ts";
import type { FindBySqlOptions } from "./find_by_sql.ts";
import { addListener, type RecordEvent, removeListener } from "./hooks.ts";
import { type QueryOf, queryOf, type RelationModifiers } from "./model_query.ts";
import type { Attributes, Instance, ModelClass, RelationPath, Values } from "./model_types.ts";
import { type AnyModel, backendLoaded, backendOf, loadBackend, metaOf, setBackend } from "./registry.ts";
import { createTable, dropTable, tableExists } from "./tables.ts";
import { type FieldOf, WriteStatics } from "./write_statics.ts";

/** A backend class, as `configure(config, Backend)` takes it. */
export type BackendClass<Config> = new (config: Config) => StorageBackend;

/** Configuration by the name of a registered backend. */
export interface NamedBackend {
  /** Name of the backend: `"sqlite"`, … */
  readonly backend: string;
  /** The options of that backend. */
  readonly [option: string]: unknown;
}

async function ready(model: AnyModel): Promise<StorageBackend> {
  return backendOf(model) ?? await backendLoaded(model);
}

/** What every model class can do; `ActiveRecord` adds `define()`. */
export abstract class ModelStatics extends WriteStatics {
  /** The fields of the model, as they were given to `define()`. */
  static readonly shape: Shape;

  /** Name of the table. */
  static get tableName(): string {
    return metaOf(this).table.name;
  }

  /** The backend of the model. Throws `ConfigurationError` when there is none. */
  static get backend(): StorageBackend {
    const backend = backendOf(this);
    if (backend === null) {
      throw new ConfigurationError(
        `The backend of ${this.name} is still being loaded: await configure() first`,
      );
    }
    return backend;
  }

  /**
   * Gives the model, and the models that extend it, a backend. It connects on first use.
   *
   * @example
   * ```ts
   * import { ActiveRecord } from "@rhosocial/activerecord";
   * import { SQLiteBackend } from "@rhosocial/activerecord/backends/sqlite";
   *
   * ActiveRecord.configure(new SQLiteBackend({ database: ":memory:" }));
   * ActiveRecord.configure({ database: ":memory:" }, SQLiteBackend);
   * await ActiveRecord.configure({ backend: "sqlite", database: ":memory:" });
   * ```
   *
   * @throws {ConfigurationError} for a wrong configuration or an unknown backend
   */
  static configure(backend: StorageBackend): void;
  /** Gives the model a backend of a class, made of a configuration. */
  static configure<Config>(config: Config, Backend: BackendClass<Config>): void;
  /** Gives the model a backend by name; its modules are loaded now. */
  static configure(config: NamedBackend): Promise<StorageBackend>;
  static configure(first: unknown, Backend?: BackendClass<unknown>): void | Promise<StorageBackend> {
    if (Backend !== undefined) return setBackend(this, new Backend(first));
    if (isBackend(first)) return setBackend(this, first);
    if (
      typeof first === "object" && first !== null && "backend" in first &&
      typeof first.backend === "string"
    ) {
      const { backend, ...config } = first;
      return loadBackend(this, backend as string, config); // the condition above has looked
    }
    throw new ConfigurationError(
      "configure() takes a backend, a configuration and a backend class, or { backend: name, … }",
    );
  }

  // ---- queries

  /** A query for all records. */
  static query<M extends ModelClass>(this: M): QueryOf<M> {
    return queryOf(this);
  }
  /** All records. */
  static all<M extends ModelClass>(this: M): Promise<Instance<M>[]> {
    return queryOf(this).all();
  }
  /** Records that fit, by any of five forms of conditions: see `ModelQuery.where`. */
  static where<M extends ModelClass>(
    this: M,
    condition: Condition<Attributes<M>> | string,
    params?: TextParameters,
  ): QueryOf<M> {
    return queryOf(this).where(condition, params);
  }
  /** Records that do not fit. */
  static not<M extends ModelClass>(
    this: M,
    condition: Condition<Attributes<M>> | string,
    params?: TextParameters,
  ): QueryOf<M> {
    return queryOf(this).not(condition, params);
  }
  /** Records in an order: `"name"`, `"-createdAt"`, expressions, callbacks over the typed columns. */
  static orderBy<M extends ModelClass>(this: M, ...terms: readonly OrderBy<Attributes<M>>[]): QueryOf<M> {
    return queryOf(this).orderBy(...terms);
  }
  /** At most so many records. */
  static limit<M extends ModelClass>(this: M, count: number): QueryOf<M> {
    return queryOf(this).limit(count);
  }
  /** Records with relations: see `ModelQuery.with`. */
  static with<M extends ModelClass>(
    this: M,
    ...relations: readonly (RelationPath<Instance<M>> | RelationModifiers<Instance<M>>)[]
  ): QueryOf<M> {
    return queryOf(this).with(...relations);
  }
  /**
   * The model as what a query can read from or join.
   *
   * @internal
   */
  static toSource(alias: string): PlacedSource {
    return { source: aliased(metaOf(this), alias), ctes: [] };
  }
  /** A query without the default scopes of the model. */
  static unscoped<M extends ModelClass>(this: M): QueryOf<M> {
    return queryOf(this).unscoped();
  }
  /** A query that also sees rows marked as deleted. */
  static withDeleted<M extends ModelClass>(this: M): QueryOf<M> {
    return queryOf(this).withDeleted();
  }
  /** A query that sees only rows marked as deleted. */
  static onlyDeleted<M extends ModelClass>(this: M): QueryOf<M> {
    return queryOf(this).onlyDeleted();
  }
  /** A search for words in a full-text index of the model, as expressions: whether a row is found, how well, an excerpt. */
  static fullText<M extends ModelClass>(
    this: M,
    text: string,
    options?: FullTextOptions<FieldOf<M>>,
  ): FullText<FieldOf<M>> {
    return new FullText(metaOf(this), text, options);
  }
  /** Plain rows instead of records: some fields, or named expressions. */
  static select<M extends ModelClass, K extends FieldOf<M>>(
    this: M,
    ...fields: readonly K[]
  ): RowQuery<Attributes<M>, Pick<Attributes<M>, K>>;
  /** Plain rows of named expressions. */
  static select<M extends ModelClass, S extends Selection>(
    this: M,
    selection: S | ((columns: Columns<Attributes<M>>) => S),
  ): RowQuery<Attributes<M>, SelectedRow<S>>;
  static select<M extends ModelClass>(this: M, ...selection: readonly unknown[]): unknown {
    return queryOf(this).select(...selection as readonly FieldOf<M>[]); // the overloads above are those of the query
  }

  // ---- single records

  /** The record with a primary key, or null. */
  static find<M extends ModelClass>(this: M, key: KeyOf<Attributes<M>>): Promise<Instance<M> | null> {
    return findByKey(this, key as KeyInput) as Promise<Instance<M> | null>; // made by this very class
  }
  /** The record with a primary key. Throws `RecordNotFound` when there is none. */
  static async findOrFail<M extends ModelClass>(this: M, key: KeyOf<Attributes<M>>): Promise<Instance<M>> {
    const record = await findByKey(this, key as KeyInput); // values of fields are values of keys
    if (record === null) {
      throw new RecordNotFound(`No ${this.name} has this key`, {
        table: metaOf(this).table.name,
      });
    }
    return record as Instance<M>; // made by this very class
  }
  /** The first record that fits, or null. */
  static findBy<M extends ModelClass>(this: M, condition: Condition<Attributes<M>>): Promise<Instance<M> | null> {
    return queryOf(this).where(condition).limit(1).all()
      .then((found) => found[0] ?? null);
  }
  /**
   * Records made of the rows of SQL text with parameters, or of an `sql` template. The text must give all columns of the model; what
   * it gives beside them is left out.
   *
   * @example
   * ```ts ignore
   * const users = await User.findBySql("SELECT * FROM users WHERE length(name) > ?", [3]);
   * const same = await User.findBySql(sql`SELECT * FROM users WHERE length(name) > ${3}`);
   * ```
   *
   * @throws {QueryError} when a column of the model is missing, or there twice
   */
  static findBySql<M extends ModelClass>(
    this: M,
    text: string | Expression<unknown>,
    params?: TextParameters,
    options: FindBySqlOptions = {},
  ): Promise<Instance<M>[]> {
    return tracked(metaOf(this), async (backend) => {
      const { findBySql } = await import("./find_by_sql.ts");
      return await findBySql(this, backend, text, { ...options, params }) as Instance<M>[]; // made by this very class
    });
  }
  /** The first record by primary key, or null. */
  static first<M extends ModelClass>(this: M): Promise<Instance<M> | null> {
    return queryOf(this).first();
  }
  /** The last record by primary key, or null. */
  static last<M extends ModelClass>(this: M): Promise<Instance<M> | null> {
    return queryOf(this).last();
  }
  /** The record that fits, made and saved when there is none. Two callers at once get the same row. */
  static findOrCreate<M extends ModelClass>(
    this: M,
    conditions: Partial<Attributes<M>>,
    values?: Partial<Values<M>>,
  ): Promise<Instance<M>> {
    return findOrCreate(this, conditions, values ?? {}) as Promise<Instance<M>>; // made by this very class
  }

  // ---- numbers and values

  /** Number of records, or of values of a field that are not NULL. */
  static count<M extends ModelClass>(
    this: M,
    field?: FieldOf<M>,
    options?: { readonly distinct?: boolean },
  ): Promise<number> {
    return queryOf(this).count(field, options);
  }
  /** Whether any record fits. */
  static exists<M extends ModelClass>(this: M, condition?: Condition<Attributes<M>>): Promise<boolean> {
    const query = queryOf(this);
    return (condition === undefined ? query : query.where(condition)).exists();
  }
  /** Sum of a field; null of no values. */
  static sum<M extends ModelClass, K extends NumberField<Attributes<M>>>(
    this: M,
    field: K,
  ): Promise<Sum<NonNullable<Attributes<M>[K]>> | null> {
    return queryOf(this).sum(field);
  }
  /** Average of a field; null of no values. */
  static avg<M extends ModelClass, K extends NumberField<Attributes<M>>>(
    this: M,
    field: K,
  ): Promise<(NonNullable<Attributes<M>[K]> extends string ? string : number) | null> {
    return queryOf(this).avg(field);
  }
  /** Lowest value of a field; null of no values. */
  static min<M extends ModelClass, K extends FieldOf<M>>(
    this: M,
    field: K,
  ): Promise<NonNullable<Attributes<M>[K]> | null> {
    return queryOf(this).min(field);
  }
  /** Highest value of a field; null of no values. */
  static max<M extends ModelClass, K extends FieldOf<M>>(
    this: M,
    field: K,
  ): Promise<NonNullable<Attributes<M>[K]> | null> {
    return queryOf(this).max(field);
  }
  /** The values of one field of all records. */
  static pluck<M extends ModelClass, K extends FieldOf<M>>(this: M, field: K): Promise<Attributes<M>[K][]>;
  /** Lists of the values of several fields of all records. */
  static pluck<M extends ModelClass, const K extends readonly FieldOf<M>[]>(
    this: M,
    ...fields: K
  ): Promise<{ -readonly [I in keyof K]: Attributes<M>[K[I]] }[]>;
  static pluck<M extends ModelClass>(this: M, ...fields: readonly FieldOf<M>[]): Promise<unknown[]> {
    return queryOf(this).pluck(...fields);
  }
  /** The value of one field of the first record, or null. */
  static pick<M extends ModelClass, K extends FieldOf<M>>(this: M, field: K): Promise<Attributes<M>[K] | null>;
  /** The values of several fields of the first record, or null. */
  static pick<M extends ModelClass, const K extends readonly FieldOf<M>[]>(
    this: M,
    ...fields: K
  ): Promise<{ -readonly [I in keyof K]: Attributes<M>[K[I]] } | null>;
  static pick<M extends ModelClass>(this: M, ...fields: readonly FieldOf<M>[]): Promise<unknown> {
    return queryOf(this).pick(...fields);
  }
  /** The primary keys of all records. */
  static ids<M extends ModelClass>(this: M): Promise<unknown[]> {
    return queryOf(this).ids();
  }

  // ---- transactions

  /** Runs a function in a transaction of the model's backend; every model call in it is part of it. */
  static async transaction<T>(fn: (tx: Transaction) => T | Promise<T>, options?: TransactionOptions): Promise<T> {
    return await (await ready(this)).transaction(fn, options);
  }
  /** Starts a transaction for the scope of `await using`; it is rolled back at the end unless `commit()` was called. */
  static begin(options?: TransactionOptions): Promise<Transaction> {
    const backend = backendOf(this);
    return backend === null ? backendLoaded(this).then((loaded) => loaded.begin(options)) : backend.begin(options);
  }

  /**
   * Keeps the results of queries while a function runs: the same query again is answered without the database. Every write of the
   * backend empties what is kept; a write of another process is not noticed.
   */
  static async cache<T>(fn: () => T | Promise<T>): Promise<T> {
    return await (await ready(this)).cache(fn);
  }

  // ---- tables

  /** Creates the table of the model and its indexes. */
  static createTable(options?: { readonly ifNotExists?: boolean }): Promise<void> {
    return createTable(this, options);
  }
  /** Removes the table of the model. */
  static dropTable(options?: { readonly ifExists?: boolean }): Promise<void> {
    return dropTable(this, options);
  }
  /** Whether the table of the model exists. */
  static tableExists(): Promise<boolean> {
    return tableExists(this);
  }

  // ---- events

  /** Listens to an event of all records of the model. Returns the function that stops it. */
  static on<M extends ModelClass>(
    this: M,
    event: RecordEvent,
    listener: (record: Instance<M>) => void | Promise<void>,
  ): Off {
    return addListener(this, event, listener as Listener<never>); // the records of the model are what it receives
  }
  /** Removes a listener. */
  static off<M extends ModelClass>(
    this: M,
    event: RecordEvent,
    listener: (record: Instance<M>) => void | Promise<void>,
  ): void {
    removeListener(this, event, listener as Listener<never>); // as above
  }

  /** The columns of the model as expressions. `define()` gives them their types. */
  static get c(): unknown {
    return columnsOf(metaOf(this));
  }
}

function isBackend(value: unknown): value is StorageBackend {
  return typeof value === "object" && value !== null &&
    "transactions" in value && "run" in value;
}
