import type { AggregateName, FunctionName } from "../ast/expression.ts";
import type { LogicalType } from "../types/database_type.ts";
import { Expression } from "./expression.ts";

const INT: LogicalType = { kind: "int" };
const NUMBER: LogicalType = { kind: "number" };
const DECIMAL: LogicalType = { kind: "decimal" };
const STRING: LogicalType = { kind: "string" };
/** A sum of integers: a number when it is safe, else a bigint. */
const INTEGER_SUM: LogicalType = {
  kind: "bigint",
  converter: { toDatabase: (value) => value, fromDatabase: narrow },
};

function narrow(value: unknown): unknown {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** Type of a sum or an average, by the type of what is summed. */
export function sumType(type: LogicalType | undefined, name: "sum" | "avg"): LogicalType {
  switch (type?.kind) {
    case "decimal":
      return DECIMAL;
    case "int":
    case "int32":
    case "bigint":
      return name === "sum" ? INTEGER_SUM : NUMBER;
    default:
      return NUMBER;
  }
}

/** An aggregate over an expression, or over rows. */
export function aggregate<V>(name: AggregateName, operand: Expression | null, distinct: boolean): Expression<V> {
  const type = name === "count" ? INT : name === "sum" || name === "avg" ? sumType(operand?.type, name) : operand?.type;
  return new Expression<V>(
    {
      kind: "aggregate",
      name,
      operand: operand === null ? null : operand.node,
      distinct,
    },
    type,
    operand?.label,
  );
}

function call<V>(name: FunctionName, args: readonly Expression[], type: LogicalType | undefined): Expression<V> {
  return new Expression<V>({
    kind: "function",
    name,
    args: args.map((arg) => arg.node),
  }, type);
}

/** What a sum gives: text for decimals, a number or bigint for integers. */
export type Sum<V> = V extends string ? string
  : V extends bigint ? number | bigint
  : V extends number ? number
  : V;

/** Options of the aggregates. */
export interface AggregateOptions {
  /** Counts equal values once. @default {false} */
  readonly distinct?: boolean;
}

/** The functions of SQL, by the same names on every database. */
export interface SQLFunctions {
  /** Number of rows, or of values that are not NULL. */
  count(operand?: Expression, options?: AggregateOptions): Expression<number>;
  /** Sum; NULL of no values. Of decimals it is text, of integers a number or, beyond 2^53, a bigint. */
  sum<V>(operand: Expression<V>, options?: AggregateOptions): Expression<Sum<NonNullable<V>> | null>;
  /** Average; NULL of no values. */
  avg<V>(
    operand: Expression<V>,
    options?: AggregateOptions,
  ): Expression<(NonNullable<V> extends string ? string : number) | null>;
  /** Lowest value; NULL of no values. */
  min<V>(operand: Expression<V>): Expression<V | null>;
  /** Highest value; NULL of no values. */
  max<V>(operand: Expression<V>): Expression<V | null>;
  /** In small letters. */
  lower(operand: Expression): Expression<string>;
  /** In capital letters. */
  upper(operand: Expression): Expression<string>;
  /** Number of characters. */
  length(operand: Expression): Expression<number>;
  /** Without sign. */
  abs<V>(operand: Expression<V>): Expression<V>;
  /** The first that is not NULL. */
  coalesce<V>(first: Expression<V>, ...others: readonly (Expression<V> | NonNullable<V>)[]): Expression<NonNullable<V>>;
}

/**
 * The functions of SQL, for `select()`, `having()` and conditions.
 *
 * @example
 * ```ts
 * import { z } from "zod";
 * import { ActiveRecord, fn, primaryKey } from "@rhosocial/activerecord";
 *
 * class Sale extends ActiveRecord.define("sales", { id: primaryKey(), shop: z.string(), amount: z.int() }) {}
 *
 * const byShop = () => Sale.select({ shop: Sale.c.shop, total: fn.sum(Sale.c.amount) }).groupBy("shop");
 * ```
 */
export const fn: SQLFunctions = {
  count: (operand, { distinct = false } = {}) => aggregate("count", operand ?? null, distinct),
  sum: (operand, { distinct = false } = {}) => aggregate("sum", operand, distinct),
  avg: (operand, { distinct = false } = {}) => aggregate("avg", operand, distinct),
  min: (operand) => aggregate("min", operand, false),
  max: (operand) => aggregate("max", operand, false),
  lower: (operand) => call("lower", [operand], STRING),
  upper: (operand) => call("upper", [operand], STRING),
  length: (operand) => call("length", [operand], INT),
  abs: (operand) => call("abs", [operand], operand.type),
  coalesce(first, ...others) {
    if (others.length === 0) return first as Expression<never>; // what is alone cannot be replaced
    const { type, label } = first;
    const args = others.map((other) =>
      other instanceof Expression ? other : new Expression({ kind: "value", value: other, type, label })
    );
    return call("coalesce", [first, ...args], type);
  },
};
