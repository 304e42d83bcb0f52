import type { ColumnNode, ExpressionNode } from "../ast/expression.ts";
import { ConfigurationError } from "../errors.ts";
import { type FieldConverter, type LogicalType, problemOfType } from "../types/database_type.ts";
import { type Checked, Column, type ColumnSettings, type Reference, type SQLExpression } from "./column.ts";
import { changedByJSON } from "./json_values.ts";
import { columnName, type Naming } from "./naming.ts";
import type { Field, ZodSchema } from "./shape.ts";
import { readZod } from "./zod_fields.ts";

/** Everything that is known about one field of a model, as data. */
export interface ColumnMeta {
  /** Position among the columns of the model, and of its value in a row. */
  readonly index: number;
  /** Name of the property. */
  readonly field: string;
  /** Name in the database. */
  readonly name: string;
  /** Model and field, for messages. */
  readonly label: string;
  readonly type: LogicalType;
  /** The column as an expression. */
  readonly node: ColumnNode;
  /** Whether the database may hold NULL. */
  readonly nullable: boolean;
  /** What NULL is read as: undefined where the schema knows no null. */
  readonly empty: null | undefined;
  /** Whether a new record may leave the field out. */
  readonly optional: boolean;
  /** Whether the schema replaces a missing value. */
  readonly hasDefault: boolean;
  /** Value that the database fills in. */
  readonly databaseDefault: ExpressionNode | undefined;
  /** Whether the database computes it, so that it is never written. */
  readonly isGenerated: boolean;
  readonly generatedAs: string | undefined;
  readonly autoIncrement: boolean;
  readonly primaryKey: boolean;
  readonly unique: boolean;
  readonly indexed: boolean;
  readonly hidden: boolean;
  readonly references: Reference | undefined;
  readonly role: "version" | "deletedAt" | undefined;
  readonly onInsert: ((moment: Date) => unknown) | undefined;
  readonly onUpdate: ((moment: Date) => unknown) | undefined;
  /** JSON that is parsed when it is first read. */
  readonly isLazy: boolean;
  readonly schema: ZodSchema | null;
  readonly check: ((value: unknown) => Checked) | null;
}

/** Derives the column of a field from its schema and what was said about it. */
export function columnMeta(
  model: string,
  field: string,
  definition: Field,
  { index, naming, table }: { index: number; naming: Naming; table: string },
): ColumnMeta {
  const label = `${model}.${field}`;
  const given = definition instanceof Column ? definition : null;
  const schema = given === null ? definition : given.schema;
  const settings: ColumnSettings = given?.settings ?? {};
  const read = schema === null ? null : readField(label, schema);
  const said = typeof settings.type === "string" ? { kind: settings.type } : settings.type;
  const base = said ?? read?.type ?? null;
  if (base === null) {
    throw new ConfigurationError(
      `Invalid field ${label}: ${read?.problem ?? "it has no type"}; say it with column(schema, { type })`,
    );
  }
  const problem = problemOfType(base);
  if (problem !== null) throw new ConfigurationError(`Invalid field ${label}: ${problem}`);
  if (schema !== null && said === undefined && base.kind === "json" && settings.converter === undefined) {
    refuseChangedByJSON(label, schema);
  }
  // The converter's own types were checked where the column was written.
  const type: LogicalType = settings.converter === undefined
    ? base
    : { ...base, converter: settings.converter as FieldConverter };
  const name = settings.name ?? columnName(field, naming);
  const nullable = settings.nullable ??
    ((read?.nullable ?? false) || (read?.optional ?? false));
  return {
    index,
    field,
    name,
    label,
    type,
    node: { kind: "column", name, table, type },
    nullable: nullable && settings.primaryKey !== true,
    empty: read !== null && read.optional && !read.nullable ? undefined : null,
    optional: (given?.optionalInput ?? false) || (read?.optional ?? false) ||
      (read?.hasDefault ?? false),
    hasDefault: read?.hasDefault ?? false,
    databaseDefault: defaultNode(settings.default, { type, label, check: given?.check ?? null }),
    isGenerated: settings.generated !== undefined &&
      settings.generated !== false,
    generatedAs: typeof settings.generated === "string" ? settings.generated : undefined,
    autoIncrement: settings.autoIncrement ?? false,
    primaryKey: settings.primaryKey ?? false,
    unique: settings.unique ?? false,
    indexed: settings.index ?? false,
    hidden: settings.hidden ?? false,
    references: settings.references === undefined ? undefined : parseReference(label, settings.references),
    role: settings.role,
    onInsert: settings.onInsert,
    onUpdate: settings.onUpdate,
    isLazy: type.kind === "json" && type.converter === undefined,
    schema,
    check: given?.check ?? null,
  };
}

function readField(label: string, schema: ZodSchema) {
  try {
    return readZod(schema);
  } catch (error) {
    if (error instanceof ConfigurationError) {
      error.message = `${label}: ${error.message}`;
    }
    throw error;
  }
}

/** What JSON would change without a word is refused where the model is defined. */
function refuseChangedByJSON(label: string, schema: ZodSchema): void {
  const found = changedByJSON(schema);
  if (found === null) return;
  throw new ConfigurationError(
    `Invalid field ${label}: JSON cannot hold the ${found.type} at ${label}${found.path}; use a string or number there, give the column a ` +
      `converter, or say column(schema, { type: "json" }) to store what JSON makes of it`,
  );
}

/** A default is a value like any other of its column: checked, and in the form in which it is read back. */
function defaultNode(
  value: unknown,
  { type, label, check }: Pick<ColumnMeta, "type" | "label" | "check">,
): ExpressionNode | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "object" && value !== null && "node" in value) {
    return (value as SQLExpression).node; // made by the sql tag
  }
  if (typeof value === "function") {
    throw new ConfigurationError(
      `Invalid default of ${label}: the database fills it in, so it is a value or sql\`…\`; a function belongs into .default() of a schema`,
    );
  }
  const checked: Checked = value === null || check === null ? { value } : check(value);
  if ("issues" in checked) {
    throw new ConfigurationError(`Invalid default of ${label}: ${checked.issues[0]?.message ?? "it is refused"}`);
  }
  return { kind: "value", value: checked.value, type, label };
}

function parseReference(label: string, reference: string | Reference): Reference {
  if (typeof reference !== "string") return reference;
  const parts = reference.split(".");
  const [table, column] = parts;
  if (parts.length > 2 || !table || column === "") {
    throw new ConfigurationError(
      `Invalid references of ${label}: ${JSON.stringify(reference)} (expected "table.column" or an object)`,
    );
  }
  return { table, column: column ?? "id" };
}
