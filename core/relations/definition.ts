import { RelationError } from "../errors.ts";
import type { ColumnMeta } from "../meta/column_meta.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { isComparable } from "../query/same_kind.ts";

/** The kinds of relations. */
export type RelationKind = "belongsTo" | "hasOne" | "hasMany";

/** What happens to the rows of a relation when their owner is deleted. */
export type Dependent = "delete" | "nullify" | "restrict";

/** What can be said of a relation. */
export interface RelationOptions {
  /** Field that holds the key: of the owner for belongsTo, of the target for the others. */
  readonly foreignKey?: string;
  /** Field that the foreign key points to. @default the primary key */
  readonly referencedKey?: string;
  /** What happens to the target's rows when the owner is deleted. Nothing when left out. */
  readonly dependent?: Dependent;
}

const OPTIONS = ["foreignKey", "referencedKey", "dependent"];
const DEPENDENT: readonly unknown[] = [
  undefined,
  "delete",
  "nullify",
  "restrict",
];

/** A relation as data: which field of the owner fits which field of the target. */
export interface RelationDefinition {
  readonly name: string;
  readonly kind: RelationKind;
  /** Model and name, for messages. */
  readonly label: string;
  readonly owner: ModelMeta;
  readonly target: ModelMeta;
  /** Field of the owner whose value is looked for. */
  readonly ownerColumn: ColumnMeta;
  /** Field of the target in which it is looked for. */
  readonly targetColumn: ColumnMeta;
  readonly dependent: Dependent | undefined;
}

/** Checks what was said of a relation and fills in what was not. */
export function defineRelation(kind: RelationKind, name: string, { owner, target, options }: {
  owner: ModelMeta;
  target: ModelMeta;
  options: RelationOptions;
}): RelationDefinition {
  const label = `${owner.model}.${name}`;
  for (const option of Object.keys(options)) {
    if (!OPTIONS.includes(option)) {
      throw new RelationError(
        `Unknown option "${option}" of relation ${label}: known are ${OPTIONS.join(", ")}`,
      );
    }
  }
  if (!DEPENDENT.includes(options.dependent)) {
    throw new RelationError(
      `Invalid dependent of relation ${label}: "delete", "nullify" or "restrict"`,
    );
  }
  const [holder, referenced] = kind === "belongsTo" ? [owner, target] : [target, owner];
  const foreignKey = options.foreignKey ??
    (kind === "belongsTo" ? `${name}Id` : `${owner.model.charAt(0).toLowerCase()}${owner.model.slice(1)}Id`);
  const foreign = columnOf(holder, foreignKey, `foreignKey of relation ${label}`);
  const key = options.referencedKey === undefined
    ? keyOf(referenced, label)
    : columnOf(referenced, options.referencedKey, `referencedKey of relation ${label}`);
  if (!isComparable(foreign.type, key.type)) {
    throw new RelationError(
      `Relation ${label} compares values of different types: ${foreign.label} is ${foreign.type.kind}, ${key.label} is ${key.type.kind}`,
    );
  }
  const [ownerColumn, targetColumn] = kind === "belongsTo" ? [foreign, key] : [key, foreign];
  return {
    name,
    kind,
    label,
    owner,
    target,
    ownerColumn,
    targetColumn,
    dependent: options.dependent,
  };
}

function columnOf(meta: ModelMeta, field: string, what: string): ColumnMeta {
  const column = meta.fields.get(field);
  if (column === undefined) {
    throw new RelationError(
      `Invalid ${what}: ${meta.model} has no field "${field}", it has ${[...meta.fields.keys()].join(", ")}`,
    );
  }
  return column;
}

function keyOf(meta: ModelMeta, label: string): ColumnMeta {
  const [key, second] = meta.primaryKey;
  if (key === undefined || second !== undefined) {
    throw new RelationError(
      `Relation ${label} needs referencedKey: ${meta.model} has no primary key of a single field`,
    );
  }
  return key;
}

/** The value of a record's field. */
export function valueOf(record: object, column: ColumnMeta): unknown {
  return (record as Record<string, unknown>)[column.field]; // records have their fields as properties
}

/** Gives a record's field a value. */
export function setValue(record: object, column: ColumnMeta, value: unknown): void {
  (record as Record<string, unknown>)[column.field] = value; // records have their fields as properties
}

/** A value as the key of a map: equal for equal keys, also where one of them is a bigint and the other a number. */
export function mapKey(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object" || value === null) return value;
  return value instanceof Date ? value.getTime() : String(value); // bytes and the classes of Temporal, which say all they hold
}
