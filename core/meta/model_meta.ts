import type { DefaultScopeNode } from "../ast/expression.ts";
import type { FullTextDefinition } from "../ast/full_text.ts";
import type { SelectItem, TableNode } from "../ast/statement.ts";
import type { MaybePromise } from "../backend/result.ts";
import type { StorageBackend } from "../backend/storage_backend.ts";
import { ConfigurationError, QueryBuildError } from "../errors.ts";
import { shownName } from "../types/shown_name.ts";
import type { TypeRegistry } from "../types/type_registry.ts";
import type { SQLExpression } from "./column.ts";
import { type ColumnMeta, columnMeta } from "./column_meta.ts";
import type { Naming } from "./naming.ts";
import { type RecordCode, recordCode } from "./record_code.ts";
import type { LazyProperty } from "./row_loader.ts";
import { RowPlan } from "./row_plan.ts";
import type { Shape } from "./shape.ts";

/** An index over several fields. */
export interface IndexOptions {
  /** Fields, in their order. */
  readonly fields: readonly string[];
  /** No two rows may have the same values in these fields. @default {false} */
  readonly unique?: boolean;
  /** Name of the index. @default made of the names of table and columns */
  readonly name?: string;
  /** Only rows that fit this condition are in the index. */
  readonly where?: SQLExpression;
}

/** An index in which the texts of some fields are searched for words. */
export interface FullTextIndexOptions {
  /** Fields, in their order. */
  readonly fields: readonly string[];
  /** Name of the index. @default made of the names of table and columns */
  readonly name?: string;
  /** The language whose word endings are known, such as `english`, where the database knows it. @default words as they are */
  readonly language?: string;
}

/** What can be said of a model beside its fields. */
export interface ModelOptions {
  /** Field or fields of the primary key. @default the fields made by `primaryKey()`, else `id` */
  readonly primaryKey?: string | readonly string[];
  /** Schema of the table, where the database has schemas. */
  readonly schema?: string;
  /** How the names of fields become names of columns. @default {"snake"} */
  readonly naming?: Naming;
  /** Indexes over several fields. */
  readonly indexes?: readonly IndexOptions[];
  /** Groups of fields that no two rows may have in common. */
  readonly unique?: readonly (readonly string[])[];
  /** Conditions that every row must meet, by name. */
  readonly checks?: Readonly<Record<string, SQLExpression>>;
  /** Messages for violated constraints, by the name of the constraint. */
  readonly constraints?: Readonly<Record<string, string>>;
  /** Indexes for full-text search. */
  readonly fullText?: readonly FullTextIndexOptions[];
  /** Refuses every write. @default {false} */
  readonly readOnly?: boolean;
  /** Answers look-ups by key that are made in one tick with one statement. @default that of the backend */
  readonly coalesceFinds?: boolean;
}

const OPTIONS = [
  "primaryKey",
  "schema",
  "naming",
  "indexes",
  "unique",
  "checks",
  "constraints",
  "readOnly",
  "coalesceFinds",
  "fullText",
];

/** What a model class does for the layers below it, which know the model only as data. */
export interface ModelHost {
  /** The prototype of its records. */
  readonly prototype: object;
  /** The backend, or null while it is still being loaded. Throws `ConfigurationError` when there is none. */
  backend(): StorageBackend | null;
  /** The backend, when it has been loaded. */
  backendLoaded(): Promise<StorageBackend>;
  /** Stands for the condition that every query of the model has unless it is `unscoped()`; null for a model without one. */
  readonly defaultScope: symbol | null;
  /** The property of a column that is decoded when it is first read, by its position. */
  lazyProperty(index: number): LazyProperty;
  /** Makes records of rows that hold all columns in the order of the model. */
  instantiate(rows: readonly unknown[][], backend: StorageBackend): object[];
  /** Calls the `afterLoad` handlers, if there are any. */
  afterLoad(records: readonly object[]): Promise<void> | undefined;
  /** Saves a record; at once where nothing has to be waited for. */
  save(record: object): MaybePromise<number>;
  /** Deletes a record. */
  delete(record: object): Promise<number>;
  /** Whether an object is a record of the model or of a class that extends it. */
  isRecord(value: object): boolean;
  /** Makes a new record. */
  build(values: object): object;
  /** What was loaded for a relation of a record; undefined when nothing was. */
  loaded(record: object, relation: string): unknown;
  /** Keeps what was loaded for a relation of a record; undefined forgets it. */
  setLoaded(record: object, relation: string, value: unknown): void;
  /** The records that were loaded together with this one, itself included, and an object that stands for the group. */
  siblings(record: object): { readonly group: object; readonly records: readonly object[] };
}

/** What a model is, as data. */
export class ModelMeta {
  /** Name of the class. */
  readonly model: string;
  /** Its table. */
  readonly table: TableNode;
  /** Its columns, in the order of the shape. */
  readonly columns: readonly ColumnMeta[];
  /** Its columns by the names of the fields. */
  readonly fields: ReadonlyMap<string, ColumnMeta>;
  /** The columns of the primary key; empty for a table without one. */
  readonly primaryKey: readonly ColumnMeta[];
  /** All columns as a result: one object for the whole life of the model, so that its text can be kept. */
  readonly selection: readonly SelectItem[];
  /** The column that counts changes, if there is one. */
  readonly version: ColumnMeta | undefined;
  /** The columns to which the library gives a value in a new row that has none. */
  readonly madeOnInsert: readonly ColumnMeta[];
  /** The columns to which the library gives a value with every change. */
  readonly madeOnUpdate: readonly ColumnMeta[];
  /** The columns that the database computes. */
  readonly generated: readonly ColumnMeta[];
  /** The columns whose values come from the library or the database with a write, so that its rollback takes them back. */
  readonly restored: readonly ColumnMeta[];
  /** The column that marks a deleted row, if there is one. */
  readonly deletedAt: ColumnMeta | undefined;
  /** The condition that every query has unless it is `unscoped()`, found out when it runs; null where there is none. */
  readonly defaultScope: DefaultScopeNode | null;
  /** Its indexes for full-text search. */
  readonly fullText: readonly FullTextDefinition[];
  /** What was said of the model. */
  readonly options: ModelOptions;
  /** The model class's side. */
  readonly host: ModelHost;
  /** Things that other layers keep per model, by a key of their own. */
  readonly kept: Map<unknown, unknown> = new Map();
  readonly #keptFor = new WeakMap<StorageBackend, Map<unknown, unknown>>();
  #lastKept: { readonly backend: StorageBackend; readonly kept: Map<unknown, unknown> } | null = null;
  #plan: RowPlan | null = null;
  #code: RecordCode | null = null;

  /** Built once per model class, on first use. */
  constructor(
    model: string,
    table: string,
    shape: Shape,
    { options, host }: { options: ModelOptions; host: ModelHost },
  ) {
    this.model = model;
    this.options = options;
    this.host = host;
    this.table = { kind: "table", name: table, schema: options.schema };
    this.columns = Object.entries(shape).map(([field, definition], index) =>
      columnMeta(model, field, definition, {
        index,
        naming: options.naming ?? "snake",
        table,
      })
    );
    this.fields = new Map(this.columns.map((column) => [column.field, column]));
    this.selection = this.columns.map((column) => ({
      expression: column.node,
    }));
    this.primaryKey = this.#keyOf(options.primaryKey);
    this.version = this.columns.find((column) => column.role === "version");
    this.madeOnInsert = this.columns.filter((column) => column.onInsert !== undefined);
    this.madeOnUpdate = this.columns.filter((column) => column.onUpdate !== undefined);
    this.generated = this.columns.filter((column) => column.isGenerated);
    this.restored = this.columns.filter((column) => column.autoIncrement || column === this.version);
    this.deletedAt = this.columns.find((column) => column.role === "deletedAt");
    const { defaultScope } = host;
    this.defaultScope = defaultScope === null ? null : { kind: "defaultScope", scope: defaultScope, alias: table };
    if (options.fullText !== undefined && !Array.isArray(options.fullText)) {
      throw new ConfigurationError(`Invalid fullText of ${model}: expected a list of indexes`);
    }
    this.fullText = (options.fullText ?? []).map((index) => this.#fullTextIndex(index));
    this.#refuseSameNames();
  }

  #fullTextIndex({ fields, name, language }: FullTextIndexOptions): FullTextDefinition {
    if (!Array.isArray(fields) || fields.length === 0) {
      throw new ConfigurationError(`Invalid fullText of ${this.model}: it needs a list of fields`);
    }
    const columns = fields.map((field) => this.column(field, "fullText").name);
    const [key, second] = this.primaryKey;
    return {
      name: name ?? `${this.table.name}_${columns.join("_")}_fts`,
      columns,
      key: key === undefined || second !== undefined
        ? null
        : { name: key.name, isInteger: ["int", "int32", "bigint"].includes(key.type.kind) },
      language,
    };
  }

  #keyOf(said: string | readonly string[] | undefined): readonly ColumnMeta[] {
    if (said !== undefined) {
      return (typeof said === "string" ? [said] : said).map((field) => this.column(field, "primaryKey"));
    }
    const marked = this.columns.filter((column) => column.primaryKey);
    if (marked.length > 0) return marked;
    const id = this.fields.get("id");
    return id === undefined ? [] : [id];
  }

  #refuseSameNames(): void {
    const seen = new Map<string, string>();
    for (const { name, field } of this.columns) {
      const other = seen.get(name.toLowerCase());
      if (other !== undefined) {
        throw new ConfigurationError(
          `Invalid model ${this.model}: fields "${other}" and "${field}" have the same column "${name}"`,
        );
      }
      seen.set(name.toLowerCase(), field);
    }
  }

  /** The column of a field. Throws `QueryBuildError` that names the clause and the fields there are. */
  column(field: string, clause: string): ColumnMeta {
    const column = this.fields.get(field);
    if (column === undefined) {
      throw new QueryBuildError(
        `Unknown field ${shownName(field)} in ${clause} of ${this.model}: it has ${[...this.fields.keys()].join(", ")}`,
      );
    }
    return column;
  }

  /** The only column of the primary key, for what needs a single one. */
  singleKey(purpose: string): ColumnMeta {
    const [key, second] = this.primaryKey;
    if (key === undefined || second !== undefined) {
      throw new ConfigurationError(
        `${this.model} ${
          key === undefined ? "has no primary key" : "has a composite primary key"
        }: ${purpose} needs one of a single field`,
      );
    }
    return key;
  }

  /** Things that other layers keep per model and backend, by a key of their own. Most models have one backend. */
  keptFor(backend: StorageBackend): Map<unknown, unknown> {
    if (this.#lastKept?.backend === backend) return this.#lastKept.kept;
    let kept = this.#keptFor.get(backend);
    if (kept === undefined) this.#keptFor.set(backend, kept = new Map());
    this.#lastKept = { backend, kept };
    return kept;
  }

  /** What goes over the fields of its records; made when the first record is. */
  get code(): RecordCode {
    return this.#code ??= recordCode(this.columns);
  }

  /** The codecs of the columns on a backend. */
  plan(types: TypeRegistry): RowPlan {
    const plan = this.#plan;
    return plan !== null && plan.types === types
      ? plan
      : this.#plan = new RowPlan(this.columns, types, this.host.lazyProperty);
  }
}

/** Refuses options that do not exist. */
export function checkModelOptions(table: string, options: object): void {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      throw new ConfigurationError(
        `Unknown option "${name}" for the model of table "${table}": known are ${OPTIONS.join(", ")}`,
      );
    }
  }
}
