import type { ExpressionNode } from "../ast/expression.ts";
import type { JSONForm } from "../ast/json.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { isDecimalText, withScale } from "../types/decimal_text.ts";
import { Expression, type NullOf } from "./expression.ts";
import { inForm, isJSONPath } from "./json_condition.ts";
import type { IfNumber, IfText } from "./value_types.ts";

export type { NullOf };

/** Types of what functions give. */
export const INT: LogicalType = { kind: "int" };
export const NUMBER: LogicalType = { kind: "number" };
export const STRING: LogicalType = { kind: "string" };
export const BOOLEAN: LogicalType = { kind: "boolean" };
export const JSON_TYPE: LogicalType = { kind: "json" };

/** A text, or an expression that gives one. */
export type TextArgument = string | Expression<unknown>;

/** A number, or an expression that gives one. */
export type NumberArgument = number | Expression<unknown>;

/** Refuses an expression that gives no text. */
export type TextIn<A> = A extends Expression<infer V> ? IfText<V, unknown> : unknown;

/** Refuses the expressions of a list that give no text. */
export type TextsIn<A extends readonly unknown[]> = { readonly [I in keyof A]: A[I] & TextIn<A[I]> };

/** Refuses an expression that gives no number. */
export type NumberIn<A> = A extends Expression<infer V> ? IfNumber<V, unknown> : unknown;

/** The type of a value that stands alone. */
function literalType(value: unknown): LogicalType | undefined {
  switch (typeof value) {
    case "string":
      return STRING;
    case "number":
      return Number.isSafeInteger(value) ? INT : NUMBER;
    case "bigint":
      return { kind: "bigint" };
    case "boolean":
      return BOOLEAN;
    default:
      return value instanceof Date ? { kind: "date" } : undefined;
  }
}

/** An argument of a function as data: an expression, in the form in which JSON is taken, or a value of a type. */
export function argument(
  value: unknown,
  name: string,
  { type, form }: { readonly type: LogicalType | undefined; readonly form?: JSONForm },
): ExpressionNode {
  if (value instanceof Expression) return form === undefined ? value.node : inForm(value.node, form);
  if (value === undefined) throw new QueryBuildError(`${name}() was given undefined: use null for NULL`);
  return { kind: "value", value: besideDecimals(value, type), type: type ?? literalType(value), label: `${name}()` };
}

/** A decimal beside others has as many digits behind the point as they have, whichever of them is shown. */
export function besideDecimals(value: unknown, type: LogicalType | undefined): unknown {
  if (type?.kind !== "decimal" || type.scale === undefined || type.converter !== undefined) return value;
  return isDecimalText(value) ? withScale(value, type.scale) : value;
}

/** An expression as data; anything else is refused. */
export function expectExpression(value: unknown, name: string): Expression<unknown> {
  if (value instanceof Expression) return value;
  throw new QueryBuildError(`${name}() needs an expression, such as a column of a model`);
}

/** The type of the first argument that has one: of numbers inside JSON a number. What a plain value is, the others say. */
export function commonType(values: readonly unknown[]): LogicalType | undefined {
  const types = values.filter((value) => value instanceof Expression)
    .map((value) => isJSONPath(value.node) ? NUMBER : value.type)
    .filter((type) => type !== undefined);
  const literals = values.map(literalType).filter((type) => type !== undefined);
  const [first = literals[0]] = types;
  const isFraction = first?.kind === "int" && [...types, ...literals].some(({ kind }) => kind === "number");
  return isFraction ? NUMBER : first;
}
