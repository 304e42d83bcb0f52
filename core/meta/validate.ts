import type { MaybePromise } from "../backend/result.ts";
import type { ValidationIssue } from "../errors.ts";
import type { Checked } from "./column.ts";
import type { ColumnMeta } from "./column_meta.ts";
import type { ZodSchema } from "./shape.ts";

/** What zod's `safeParse` answers. */
interface ParseResult {
  readonly success: boolean;
  readonly data?: unknown;
  readonly error?: {
    readonly issues: readonly {
      readonly path: readonly PropertyKey[];
      readonly code?: string;
      readonly message: string;
    }[];
  };
}

/** The two functions of a zod schema that are called. */
interface Parser {
  safeParse(value: unknown): ParseResult;
  safeParseAsync(value: unknown): Promise<ParseResult>;
}

/** What a value is checked by: a column, or the type of an array's elements. */
export interface Checkable {
  /** Name of the field, or index in the array. */
  readonly field: PropertyKey;
  /** The schema, or null where there is `check`. */
  readonly schema: ZodSchema | null;
  /** Checks the value where there is no schema. */
  readonly check: ((value: unknown) => Checked) | null;
}

/** Checks a value by its field's schema and gives what the schema makes of it. A promise only where the schema is asynchronous. */
export function checkValue(column: Checkable, value: unknown): MaybePromise<Checked> {
  if (column.check !== null) return within(column, column.check(value));
  if (column.schema === null) return { value };
  const parser = column.schema as unknown as Parser; // only its types are declared, to keep zod out of them
  try {
    return toChecked(column, parser.safeParse(value));
  } catch (error) {
    if (!isAsyncError(error)) throw error;
    return parser.safeParseAsync(value).then((result) => toChecked(column, result));
  }
}

/** zod throws this when a schema with asynchronous parts is parsed synchronously. */
function isAsyncError(error: unknown): boolean {
  return error instanceof Error &&
    (error.constructor.name === "$ZodAsyncError" ||
      error.name === "$ZodAsyncError");
}

function toChecked(column: Checkable, result: ParseResult): Checked {
  if (result.success) return { value: result.data };
  const issues = (result.error?.issues ?? []).map(({ path, code = "invalid", message }): ValidationIssue => ({
    path: [column.field, ...path],
    code,
    message,
  }));
  return { issues };
}

function within(column: Checkable, checked: Checked): Checked {
  if (!("issues" in checked)) return checked;
  return {
    issues: checked.issues.map((issue) => ({
      ...issue,
      path: [column.field, ...issue.path],
    })),
  };
}

/** The issue of a field that has no value and needs one. */
export function requiredIssue(column: ColumnMeta): ValidationIssue {
  return {
    path: [column.field],
    code: "required",
    message: "Required: the field has no value",
  };
}

/** The issue of a field that only the database may fill in. */
export function generatedIssue(column: ColumnMeta): ValidationIssue {
  return { path: [column.field], code: "generated", message: "The database computes this field: leave it out" };
}
