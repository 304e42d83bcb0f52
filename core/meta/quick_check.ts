import type { ZodSchema } from "./shape.ts";

/** Says of a value that its schema accepts it and leaves it as it is. What it does not say, the schema decides. */
export type QuickCheck = (value: unknown) => boolean;

/** What of zod's own description of a schema is read; see {@linkcode quickCheckOf}. */
interface Definition {
  readonly type: string;
  readonly check?: string;
  readonly format?: string;
  readonly coerce?: boolean;
  readonly innerType?: SchemaNode;
  readonly entries?: Readonly<Record<string, string | number>>;
  readonly values?: readonly unknown[];
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
}

interface CheckDefinition {
  readonly check: string;
  readonly value?: unknown;
  readonly inclusive?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly length?: number;
}

interface SchemaNode {
  readonly _zod: { readonly def: Definition };
}

/**
 * A check without zod for the schemas that most columns have: plain texts, numbers, booleans, dates, enums and literals, with limits,
 * nullable or optional. It saves most of the time that checking a row takes. Null where the schema can do more than refuse, or where
 * anything in it is not known: then zod alone decides, as it does about every value that is not plainly right.
 */
export function quickCheckOf(schema: ZodSchema): QuickCheck | null {
  const { def } = (schema as unknown as SchemaNode)._zod; // readZod() has refused what is no schema
  if (def.coerce === true) return null;
  const checks: QuickCheck[] = [];
  for (const check of def.checks ?? []) {
    const limit = limitOf(check._zod.def);
    if (limit === null) return null;
    checks.push(limit);
  }
  const base = baseOf(def);
  if (base === null) return null;
  const [first, second, third] = checks;
  if (first === undefined) return base;
  if (second === undefined) return (value) => base(value) && first(value);
  return third === undefined ? (value) => base(value) && first(value) && second(value) : null;
}

function baseOf(def: Definition): QuickCheck | null {
  switch (def.type) {
    case "string":
      return def.format === undefined ? (value) => typeof value === "string" : null;
    case "number":
      return numberOf(def.format);
    case "boolean":
      return (value) => typeof value === "boolean";
    case "bigint":
      return def.format === undefined ? (value) => typeof value === "bigint" : null;
    case "date":
      return (value) => value instanceof Date && !Number.isNaN(value.getTime());
    case "enum": {
      const texts = Object.values(def.entries ?? {});
      // An enum of TypeScript also holds the names of its numbers.
      return oneOf(texts.filter((value) => typeof value === "string"), texts.length);
    }
    case "literal":
      return oneOf((def.values ?? []).filter((value) => typeof value === "string"), def.values?.length ?? 0);
    case "nullable":
      return inner(def, (value) => value === null);
    case "optional":
      return inner(def, (value) => value === undefined);
    default:
      return null;
  }
}

function numberOf(format: string | undefined): QuickCheck | null {
  switch (format) {
    case undefined:
      return (value) => Number.isFinite(value);
    case "safeint":
      return (value) => Number.isSafeInteger(value);
    case "int32":
      return (value) => Number.isInteger(value) && (value as number) >= -(2 ** 31) && (value as number) < 2 ** 31; // it is a number
    default:
      return null;
  }
}

function oneOf(texts: readonly unknown[], expected: number): QuickCheck | null {
  if (texts.length === 0 || texts.length !== expected) return null;
  const known = new Set(texts);
  return (value) => known.has(value);
}

function inner({ innerType }: Definition, isEmpty: QuickCheck): QuickCheck | null {
  const check = innerType === undefined ? null : quickCheckOf(innerType as unknown as ZodSchema); // a schema of zod as well
  return check === null ? null : (value) => isEmpty(value) || check(value);
}

/** A limit of zod's; the values are of the right type already. One that zod would skip for a value it also accepts. */
function limitOf({ check, value: limit, inclusive, minimum, maximum, length }: CheckDefinition): QuickCheck | null {
  switch (check) {
    case "max_length":
      return maximum === undefined ? null : (value) => (value as string).length <= maximum;
    case "min_length":
      return minimum === undefined ? null : (value) => (value as string).length >= minimum;
    case "length_equals":
      return length === undefined ? null : (value) => (value as string).length === length;
    case "greater_than":
      return isComparable(limit)
        ? inclusive === true ? (value) => value as number >= limit : (value) => value as number > limit
        : null;
    case "less_than":
      return isComparable(limit)
        ? inclusive === true ? (value) => value as number <= limit : (value) => value as number < limit
        : null;
    default:
      return null;
  }
}

/** Whether a limit can be compared by `<`: numbers, bigints and dates, which are compared as such. */
function isComparable(limit: unknown): limit is number {
  return typeof limit === "number" || typeof limit === "bigint" || limit instanceof Date;
}
