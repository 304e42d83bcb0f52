import { allOf, type ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import { describeValueType } from "../types/type_registry.ts";
import { Expression, isSubquery, type Subquery } from "./expression.ts";
import { holdsValues } from "./given_values.ts";
import type { QuerySource } from "./source.ts";
import type { Truth } from "./value_types.ts";

/** The lookups of each kind, which {@linkcode Conditions} joins into one type. */
export type Lookups<C> =
  & { readonly [K in keyof C]?: C[K] | null }
  & { readonly [K in keyof C & string as `${K}__${"eq" | "ne"}`]?: C[K] | null }
  & { readonly [K in keyof C & string as `${K}__${"gt" | "gte" | "lt" | "lte"}`]?: NonNullable<C[K]> }
  & { readonly [K in keyof C & string as `${K}__${"in" | "notin"}`]?: readonly NonNullable<C[K]>[] | Subquery }
  & { readonly [K in keyof C & string as `${K}__between`]?: readonly [NonNullable<C[K]>, NonNullable<C[K]>] }
  & { readonly [K in keyof C & string as `${K}__isnull`]?: boolean }
  & {
    readonly [
      K in keyof C & string as C[K] extends string | null | undefined
        ? `${K}__${"like" | "ilike" | "contains" | "icontains" | "startswith" | "endswith" | "regex"}`
        : never
    ]?: string;
  };

/**
 * Conditions by field, joined with AND. A bare field means equality, `null` means `IS NULL`; suffixes choose another
 * comparison: `age__gte`, `name__like`, `id__in`, `deletedAt__isnull`, …
 */
// One mapped type with its variance declared: for an intersection TypeScript would find it out, which fails with TS2590.
export type Conditions<in out C> = { readonly [K in keyof Lookups<C>]: Lookups<C>[K] };

type Apply = (column: Expression, value: NonNullable<unknown>, key: string) => Expression<Truth>;

/** Every lookup: what it makes of a column and a value. */
const LOOKUPS: Readonly<Record<string, Apply>> = {
  eq: (column, value) => column.eq(value),
  ne: (column, value) => column.ne(value),
  gt: (column, value) => column.gt(value),
  gte: (column, value) => column.gte(value),
  lt: (column, value) => column.lt(value),
  lte: (column, value) => column.lte(value),
  in: (column, value, key) => column.in(expectList(value, key)),
  notin: (column, value, key) => column.notIn(expectList(value, key)),
  between(column, value, key) {
    if (!Array.isArray(value) || value.length !== 2) {
      throw new QueryBuildError(
        `Invalid value of ${key}: expected a list of two`,
      );
    }
    return column.between(value[0], value[1]);
  },
  isnull(column, value, key) {
    if (typeof value !== "boolean") {
      throw new QueryBuildError(
        `Invalid value of ${key}: expected true or false`,
      );
    }
    return value ? column.isNull() : column.isNotNull();
  },
  like: (column, value) => column.like(value as string), // checked by the expression, as below
  ilike: (column, value) => column.ilike(value as string),
  contains: (column, value) => column.contains(value as string),
  icontains: (column, value) => column.icontains(value as string),
  startswith: (column, value) => column.startsWith(value as string),
  endswith: (column, value) => column.endsWith(value as string),
  regex: (column, value) => column.regex(value as string),
};

function expectList(value: unknown, key: string): readonly NonNullable<unknown>[] | Subquery {
  if (Array.isArray(value)) return value;
  if (isSubquery(value)) return value;
  throw new QueryBuildError(
    `Invalid value of ${key}: expected a list or a query`,
  );
}

interface Condition {
  readonly column: Expression;
  readonly apply: Apply;
  /** What it is called in messages. */
  readonly label: string;
}

const KEY = Symbol("conditions");

function conditionOf(source: QuerySource, key: string): Condition {
  let known = source.kept.get(KEY) as Map<string, Condition> | undefined; // only set below
  if (known === undefined) source.kept.set(KEY, known = new Map());
  let condition = known.get(key);
  if (condition === undefined) {
    condition = parseKey(source, key);
    known.set(key, condition);
  }
  return condition;
}

/** Splits `age__gte` into field and lookup. A field whose own name has the form of one wins. */
function parseKey(source: QuerySource, key: string): Condition {
  const at = source.fields.has(key) ? -1 : key.lastIndexOf("__");
  const column = source.column(at < 0 ? key : key.slice(0, at), "where");
  const lookup = at < 0 ? "eq" : key.slice(at + 2);
  const apply = Object.hasOwn(LOOKUPS, lookup) ? LOOKUPS[lookup] : undefined;
  if (apply === undefined) {
    throw new QueryBuildError(
      `Unknown lookup "${lookup}" in where of ${source.model}: known are ${Object.keys(LOOKUPS).join(", ")}`,
    );
  }
  return {
    column: new Expression(column.node, column.type, column.label),
    apply,
    label: `"${key}" in where of ${source.model}`,
  };
}

/** Turns an object of conditions into one expression; null when it is empty. */
export function conditionsNode(source: QuerySource, conditions: object): ExpressionNode | null {
  const operands: ExpressionNode[] = [];
  for (const [key, value] of Object.entries(conditions)) {
    if (value === undefined) {
      throw new QueryBuildError(
        `Condition "${key}" of ${source.model} is undefined: use null for NULL, or leave the key out to have no condition`,
      );
    }
    const { column, apply, label } = conditionOf(source, key);
    // Null and undefined are refused by the expression, where they mean nothing.
    operands.push(apply(column, value as NonNullable<unknown>, label).node);
  }
  if (operands.length === 0 && !holdsValues(conditions)) {
    throw new QueryBuildError(
      `Invalid condition in where of ${source.model}: a ${describeValueType(conditions)} says nothing about any field` +
        (conditions instanceof Promise ? ", it must be awaited" : ""),
    );
  }
  return allOf(operands);
}
