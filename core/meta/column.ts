import type { ExpressionNode } from "../ast/expression.ts";
import type { ReferentialAction } from "../ast/statement.ts";
import { ConfigurationError, type ValidationIssue } from "../errors.ts";
import type { FieldConverter, LogicalKind, LogicalType } from "../types/database_type.ts";
import type { Field, ZodSchema } from "./shape.ts";

/** What checking a value gave: the value to keep, or what is wrong with it. */
export type Checked = { readonly value: unknown } | {
  readonly issues: readonly ValidationIssue[];
};

/** Where a foreign key points. */
export interface Reference {
  /** The other table. */
  readonly table: string;
  /** Its schema, where tables have one. */
  readonly schema?: string;
  /** Its column. @default {"id"} */
  readonly column?: string;
  /** What happens to this row when the other one is removed. */
  readonly onDelete?: ReferentialAction;
  /** What happens to this row when the other one's key changes. */
  readonly onUpdate?: ReferentialAction;
}

/** An expression in SQL, as the `sql` tag makes it. */
export interface SQLExpression {
  /** The expression as data. */
  readonly node: ExpressionNode;
}

/** What can be said of a column beside the schema of its values. `Value` is what a record holds. */
export interface ColumnOptions<Value = unknown> {
  /** Name of the column in the database. @default the field's name in the model's naming */
  readonly name?: string;
  /** No two rows may have the same value. @default {false} */
  readonly unique?: boolean;
  /** The database keeps an index of it. @default {false} */
  readonly index?: boolean;
  /** Value that the database fills in: a constant or an expression of the `sql` tag. */
  readonly default?: Value | SQLExpression;
  /** The column whose values this one may have: `"users.id"` or the parts. Makes a foreign key in `createTable()`. */
  readonly references?: string | Reference;
  /** Converts the value of this one field, for example to encrypt it. */
  readonly converter?: FieldConverter<NonNullable<Value>>;
  /** How the value is stored, where the schema does not say it: a kind, or a kind with its parameters. */
  readonly type?: LogicalKind | LogicalType;
  /** The database computes the value: `true`, or the SQL expression for `createTable()`. Never written. */
  readonly generated?: boolean | string;
  /** Left out of `toJSON()` and of what the console shows. @default {false} */
  readonly hidden?: boolean;
}

/** What the library's own columns can also say. */
export interface ColumnSettings extends ColumnOptions {
  /** Part of the primary key. */
  readonly primaryKey?: boolean;
  /** The database makes the key. */
  readonly autoIncrement?: boolean;
  /** Value for a new row that has none, at the moment of the write. */
  readonly onInsert?: (moment: Date) => unknown;
  /** Value for a row that is changed, unless it was set. */
  readonly onUpdate?: (moment: Date) => unknown;
  /** What the column does for its model. */
  readonly role?: "version" | "deletedAt";
  /** Whether NULL is allowed, where there is no schema to ask. */
  readonly nullable?: boolean;
}

/** A field with what the database needs to know about it. */
export class Column<Out, In = Out, Optional extends boolean = false> implements Field<Out, In> {
  /** For types only: it does not exist at run time. */
  declare readonly _zod: { readonly output: Out; readonly input: In };
  /** Whether a new record may leave it out. */
  readonly optionalInput: Optional;
  /** The schema of the values, or null for the library's own columns. */
  readonly schema: ZodSchema | null;
  /** Checks a value where there is no schema. */
  readonly check: ((value: unknown) => Checked) | null;
  /** Everything else that was said. */
  readonly settings: ColumnSettings;

  /** Use `column()` or one of the helpers. */
  constructor(
    schema: ZodSchema | null,
    check: ((value: unknown) => Checked) | null,
    optionalInput: Optional,
    settings: ColumnSettings,
  ) {
    this.schema = schema;
    this.check = check;
    this.optionalInput = optionalInput;
    this.settings = settings;
  }
}

const OPTIONS = [
  "name",
  "unique",
  "index",
  "default",
  "references",
  "converter",
  "type",
  "generated",
  "hidden",
];

/** Refuses options that do not exist. */
export function checkColumnOptions(options: object): void {
  for (const name of Object.keys(options)) {
    if (!OPTIONS.includes(name)) {
      throw new ConfigurationError(
        `Unknown column option "${name}": known are ${OPTIONS.join(", ")}`,
      );
    }
  }
}

/** Whether the options give the column a value that a new record may leave to the database. */
export type HasDefault<O> = O extends
  { readonly default: NonNullable<unknown> | null } | { readonly generated: true | string } ? true
  : false;

/**
 * Says more about a column than its schema does.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { column } from "@rhosocial/activerecord";
 *
 * const email = column(z.email(), { unique: true, name: "email_address" });
 * const state = column(z.enum(["draft", "live"]), { default: "draft", index: true });
 * ```
 *
 * @throws {ConfigurationError} for an option that does not exist
 */
export function column<F extends Field, const O extends ColumnOptions<F["_zod"]["output"]>>(
  schema: F,
  options?: O,
): Column<F["_zod"]["output"], F["_zod"]["input"], F extends { readonly optionalInput: true } ? true : HasDefault<O>> {
  const given: ColumnOptions<F["_zod"]["output"]> = options ?? {};
  checkColumnOptions(given);
  const optional = given.default !== undefined ||
    (given.generated !== undefined && given.generated !== false);
  // The flag is the run-time form of the conditional type, which TypeScript cannot compute for an open parameter.
  type Optional = F extends { readonly optionalInput: true } ? true
    : HasDefault<O>;
  if (schema instanceof Column) {
    return new Column(schema.schema, schema.check, (schema.optionalInput || optional) as Optional, {
      ...schema.settings,
      ...given,
    });
  }
  return new Column(schema, null, optional as Optional, given);
}
