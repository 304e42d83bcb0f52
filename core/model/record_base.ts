import type { StorageBackend } from "../backend/storage_backend.ts";
import { TypeConversionError, ValidationError, type ValidationIssue } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import type { LazyProperty, RowLoader } from "../meta/row_loader.ts";
import type { RowPlan } from "../meta/row_plan.ts";
import { checkValue, generatedIssue } from "../meta/validate.ts";
import { requireValues } from "../query/given_values.ts";
import { parseJSONText } from "../types/json.ts";
import { examineFields, isExamined, standIn } from "./field_guard.ts";
import { RecordHooks } from "./hooks.ts";
import { type AnyModel, metaOf, userPrototypes } from "./registry.ts";

/** A record as a bag of fields, for code that goes over the columns of a model. */
export type Fields = Record<string, unknown>;

/** What few records need. */
interface Extra {
  /** Values that the schema has accepted, by column; for JSON the text that it had then. */
  accepted: unknown[] | null;
  /** Checks that were started by the constructor and are not done yet, by field. */
  checking: Map<ColumnMeta, Promise<unknown>> | null;
  /** Changes of the last save. */
  previous: SavedChanges | null;
}

/** What a save has written, in the driver's values. */
export interface SavedChanges {
  /** The row before; null for a new one. */
  readonly before: readonly unknown[] | null;
  /** The row after. */
  readonly after: readonly unknown[];
  /** The columns that were written. */
  readonly columns: readonly ColumnMeta[];
}

/** Stands for a column of which no value was accepted. */
const NOTHING = Symbol("nothing");

/** How a loaded row travels into the constructor of its class. Nobody outside this module can fill it. */
const channel: {
  model: object | null;
  row: unknown[];
  load: RowLoader;
  siblings: object[] | null;
} = {
  model: null,
  row: [],
  load: () => {},
  siblings: null,
};

/** How the functions of this folder reach the private state of a record. */
export interface RecordState {
  /** The row as the database holds it; null for a new record. */
  row(record: RecordBase): unknown[] | null;
  /** Sets the row, and with it what counts as unchanged. */
  setRow(record: RecordBase, row: unknown[] | null): void;
  /** Whether a lazily decoded column may differ from its row. */
  isTouched(record: RecordBase, column: ColumnMeta): boolean;
  /** Forgets the decoded value of a column, so that it is decoded anew. */
  forget(record: RecordBase, column: ColumnMeta): void;
  /** The values that the schema has accepted, by column, as they are compared; null where there are none. */
  accepted(record: RecordBase): readonly unknown[] | null;
  /** Whether the schema has accepted exactly this value already. */
  isAccepted(record: RecordBase, column: ColumnMeta, value: unknown): boolean;
  /** Remembers that the schema has accepted a value. */
  accept(record: RecordBase, column: ColumnMeta, value: unknown): void;
  /** A check that the constructor started, once. */
  takeCheck(record: RecordBase, column: ColumnMeta): Promise<unknown> | undefined;
  /** Changes of the last save, if there was one. */
  previous(record: RecordBase): SavedChanges | null;
  /** Keeps the changes of a save. */
  setPrevious(record: RecordBase, changes: SavedChanges | null): void;
  /** What was loaded for a relation. */
  relation(record: RecordBase, name: string): unknown;
  /** Keeps what was loaded for a relation; undefined forgets it. */
  setRelation(record: RecordBase, name: string, value: unknown): void;
  /** Everything that was loaded. */
  relations(record: RecordBase): ReadonlyMap<string, unknown> | null;
  /** The records that were loaded together with it, itself included; null when it came alone. */
  siblings(record: RecordBase): readonly object[] | null;
  /** Whether an object was made by the constructor of a model, and not by `Object.create`. */
  isRecord(value: object): value is RecordBase;
}

/** The private state of records. Set once by the class above; not exported from the package. */
export let state: RecordState;

/** The property of a column of that position which is decoded when it is first read. Set once by the class below. */
export let lazyProperty: (index: number) => LazyProperty;

/** The state of a record, and how it gets its fields. Everything else is in `ActiveRecord`. */
export abstract class RecordBase extends RecordHooks {
  /** The row as the database holds it, in the driver's values; null for a new record. */
  #row: unknown[] | null = null;
  #siblings: object[] | null = null;
  /** The JSON values that were read or set, by column. */
  #json: unknown[] | null = null;
  #relations: Map<string, unknown> | null = null;
  #extra: Extra | null = null;

  /** Makes a new record of checked values, or takes the row that is being loaded. */
  constructor(attributes?: object) {
    super();
    if (channel.model !== null && channel.model === new.target) this.#load();
    else if (isExamined(new.target)) standIn(this);
    else {
      const meta = metaOf(new.target);
      examineFields(new.target, meta);
      this.#initialise(meta, attributes);
    }
  }

  #load(): void {
    const { row, load } = channel;
    channel.model = null;
    this.#row = row;
    this.#siblings = channel.siblings;
    load(this, row);
  }

  #initialise(meta: ModelMeta, attributes: object = {}): void {
    requireValues(attributes, { call: "The constructor", of: meta.model, list: "createMany()" });
    const issues: ValidationIssue[] = [];
    meta.code.assign<RecordBase, ValidationIssue[]>(this, attributes, RecordBase.#checkGiven, issues);
    if (issues.length > 0) throw new ValidationError(meta.model, issues);
  }

  /** Gives a value to its schema, and sets what the schema makes of it. */
  static #checkGiven(record: RecordBase, index: number, given: unknown, issues: ValidationIssue[]): void {
    const column = recordMeta(record).columns[index]!;
    if (column.isGenerated) {
      issues.push(generatedIssue(column));
      return;
    }
    const checked = checkValue(column, given);
    if (checked instanceof Promise) {
      checked.catch(() => {}); // save() waits for it and throws
      (record.#own().checking ??= new Map()).set(column, checked);
    } else if ("issues" in checked) issues.push(...checked.issues);
    else {
      const fields = record as unknown as Fields; // the columns of the model are the fields of this record
      record.#accept(column, fields[column.field] = checked.value);
    }
  }

  #own(): Extra {
    return this.#extra ??= {
      accepted: null,
      checking: null,
      previous: null,
    };
  }

  #accept(column: ColumnMeta, value: unknown): void {
    const accepted = this.#own().accepted ??= new Array(recordMeta(this).columns.length).fill(NOTHING);
    accepted[column.index] = comparable(column, value);
  }

  /** Properties of lazily decoded columns, by position: shared, so that all records keep one hidden class. */
  static readonly #lazyProperties: LazyProperty[] = [];

  static #lazyProperty(index: number): LazyProperty {
    return RecordBase.#lazyProperties[index] ??= {
      get(this: RecordBase): unknown {
        const json = this.#json;
        if (json !== null && index in json) return json[index];
        return this.#decodeJSON(index);
      },
      set(this: RecordBase, value: unknown): void {
        (this.#json ??= [])[index] = value;
      },
    };
  }

  #decodeJSON(index: number): unknown {
    const raw = this.#row === null ? null : this.#row[index];
    const column = recordMeta(this).columns[index]!;
    let value: unknown;
    try {
      value = raw === null ? column.empty : typeof raw === "string" ? parseJSONText(raw) : raw;
    } catch (error) {
      const reason = error instanceof SyntaxError
        ? "its text is malformed"
        : error instanceof Error
        ? error.message
        : String(error);
      throw new TypeConversionError(
        `${column.label}: Cannot read JSON: ${reason}`,
      );
    }
    return (this.#json ??= [])[index] = value;
  }

  static {
    lazyProperty = RecordBase.#lazyProperty;
    state = {
      row: (record) => record.#row,
      setRow(record, row) {
        record.#row = row;
        if (record.#extra !== null) record.#extra.accepted = null;
      },
      /** Whether a lazily decoded column may differ from its row: it was read, set, or is a plain field. */
      isTouched(record, column) {
        if (record.#json !== null && column.index in record.#json) return true;
        return Object.getOwnPropertyDescriptor(record, column.field)?.get ===
          undefined;
      },
      forget(record, column) {
        if (record.#json !== null) delete record.#json[column.index];
      },
      accepted: (record) => record.#extra?.accepted ?? null,
      isAccepted(record, column, value) {
        const accepted = record.#extra?.accepted ?? null;
        return accepted !== null && accepted[column.index] === comparable(column, value);
      },
      accept: (record, column, value) => record.#accept(column, value),
      takeCheck(record, column) {
        const check = record.#extra?.checking?.get(column);
        record.#extra?.checking?.delete(column);
        return check;
      },
      previous: (record) => record.#extra?.previous ?? null,
      setPrevious(record, changes) {
        if (record.#extra !== null || changes !== null) record.#own().previous = changes;
      },
      relation: (record, name) => record.#relations?.get(name),
      setRelation(record, name, value) {
        if (value === undefined) record.#relations?.delete(name);
        else (record.#relations ??= new Map()).set(name, value);
      },
      relations: (record) => record.#relations,
      siblings: (record) => record.#siblings,
      isRecord: (value): value is RecordBase => #row in value,
    };
  }
}

/** Bigints, which JSON does not know, as text that no number has. */
function bigintText(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}

/** What a value is compared by: JSON and arrays by their text, since they may be changed in place. */
function comparable(column: ColumnMeta, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (column.type.kind === "array") return JSON.stringify(value, bigintText);
  if (!column.isLazy) return value;
  try {
    return JSON.stringify(value);
  } catch {
    return value; // it cannot be stored either: saving it says why
  }
}

/** The meta of a record's model. */
export function recordMeta(record: object): ModelMeta {
  return metaOf(record.constructor as AnyModel); // records are made by model classes only
}

type Constructor = new (attributes?: object) => RecordBase;

const withParameters = new WeakMap<object, boolean>();

/** Whether the constructors of the user's classes declare parameters: those are given the decoded values. */
function declaresParameters(model: AnyModel): boolean {
  let known = withParameters.get(model);
  if (known === undefined) withParameters.set(model, known = findParameters(model));
  return known;
}

function findParameters(model: AnyModel): boolean {
  return userPrototypes(model).some(({ constructor }) => constructor.length > 0);
}

/**
 * Records know at most this many that were loaded with them: enough to load a relation for all of them at once, few enough that one
 * record which is kept does not keep a large result. (A WeakRef to the result would do without, but V8 keeps the target of each new
 * one until the event loop turns, which doubled the time of loading.)
 */
const WINDOW = 256;

/** Makes records of rows that hold all columns in the order of the model. */
export function instantiate(model: AnyModel, rows: readonly unknown[][], backend: StorageBackend): RecordBase[] {
  const meta = metaOf(model);
  examineFields(model, meta);
  const plan = meta.plan(backend.types);
  const records: RecordBase[] = new Array(rows.length);
  const type = model as unknown as Constructor; // only classes made by define() have a meta
  const { load } = plan;
  let siblings: object[] | null = null;
  const withValues = declaresParameters(model);
  try {
    for (let i = 0; i < rows.length; i++) {
      if (i % WINDOW === 0 && rows.length - i > 1) siblings = [];
      channel.model = model;
      channel.row = rows[i]!;
      channel.load = load;
      channel.siblings = siblings;
      const record = records[i] = withValues ? new type(decoded(meta, plan, rows[i]!)) : new type();
      siblings?.push(record);
    }
  } finally {
    channel.model = null; // a constructor that threw before super() has left it there
  }
  remember(backend, records);
  return records;
}

/** The values of a row by field, for a constructor that wants them. */
function decoded(meta: ModelMeta, plan: RowPlan, row: readonly unknown[]): Fields {
  const values: Fields = {};
  for (const column of meta.columns) {
    const value = row[column.index];
    values[column.field] = value === null ? column.empty : plan.decode[column.index]?.(value) ?? value;
  }
  return values;
}

/** A transaction that may be retried has to know which records were loaded inside. */
function remember(backend: StorageBackend, records: readonly object[]): void {
  const loaded = backend.transactions.ambient()?.loaded;
  if (loaded) { for (const record of records) loaded.add(record); }
}
