import type { AggregateName, AggregateNode, ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { argument, expectExpression, INT, JSON_TYPE, NUMBER, STRING } from "./arguments.ts";
import { Expression, type OrderTerm } from "./expression.ts";
import { inForm, isJSONPath } from "./json_condition.ts";
import { checkedOptions } from "./options.ts";
import type { IfNumber, Selected, Truth } from "./value_types.ts";
import { orderItem, windowDefinition, type WindowSpec } from "./window.ts";

const DECIMAL: LogicalType = { kind: "decimal" };
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
function sumType(type: LogicalType | undefined, name: "sum" | "avg"): LogicalType {
  switch (type?.kind) {
    case "decimal":
      // A sum has as many digits behind the point as what is summed.
      return name === "sum" && type.scale !== undefined ? { kind: "decimal", scale: type.scale } : DECIMAL;
    case "int":
    case "int32":
    case "bigint":
      return name === "sum" ? INTEGER_SUM : NUMBER;
    default:
      return NUMBER;
  }
}

/** Kinds of values that have a sum, or may have one. */
const SUMMED: readonly unknown[] = ["int32", "int", "bigint", "number", "decimal", "custom", undefined];

/** Databases differ in what they make of the sum of texts. */
function requireNumber(name: string, type: LogicalType | undefined, label = "Expression"): void {
  if (SUMMED.includes(type?.kind)) return;
  throw new QueryBuildError(`${name}() needs numbers: the values of ${label} are ${type?.kind}`);
}

/** What a sum gives: text for decimals, a number or bigint for integers. */
export type Sum<V> = V extends string ? string
  : V extends bigint ? number | bigint
  : V extends number ? number
  : V;

/** A value as JSON holds it. */
export type InJSON<V> = V extends Date | bigint ? string : V extends undefined ? null : V;

/** Options of the aggregates. */
export interface AggregateOptions {
  /** Counts equal values once. @default {false} */
  readonly distinct?: boolean;
  /** Only rows that fit are aggregated. */
  readonly filter?: Expression<Truth>;
}

/** Options of the aggregates that put values together. */
export interface ListOptions extends AggregateOptions {
  /** The order of the values. Needs the capability `aggregate.orderBy`. @default any order */
  readonly orderBy?: Expression<unknown> | OrderTerm | readonly (Expression<unknown> | OrderTerm)[];
}

/** Options of `groupConcat()`. */
export interface ConcatOptions extends ListOptions {
  /** What stands between the texts. @default {","} */
  readonly separator?: string;
}

/** The function over a window as an expression. */
export function over<V>(
  node: ExpressionNode,
  type: LogicalType | undefined,
  window: string | WindowSpec,
): Expression<V> {
  return new Expression<V>(
    { kind: "window", function: node, over: typeof window === "string" ? window : windowDefinition(window), type },
    type,
  );
}

/** What can go over a window. */
export interface OverWindow<V> {
  /** The aggregate over the rows around each row, which all stay: a window, or the name of one that `window()` has made. */
  over(window?: string | WindowSpec): Expression<V>;
}

/** An aggregate, for `select()` and `having()`, which can also go over a window. */
// An intersection, so that the type of its value is found by the class alone.
export type AggregateExpression<V> = Expression<V> & OverWindow<V>;

class Aggregate<V> extends Expression<V> implements OverWindow<V> {
  over(window: string | WindowSpec = {}): Expression<V> {
    return over<V>(this.node, this.type, window);
  }
}

const OPTIONS = ["distinct", "filter", "orderBy", "separator"] as const;

/** The parts of an aggregate that its options say. */
function optionsOf(name: string, options: ConcatOptions): Pick<AggregateNode, "distinct" | "filter" | "orderBy"> {
  const { distinct = false, filter, orderBy } = checkedOptions(`${name}()`, options, OPTIONS);
  const terms = orderBy === undefined ? [] : Array.isArray(orderBy) ? orderBy : [orderBy];
  return {
    distinct,
    filter: filter === undefined ? undefined : expectExpression(filter, name).node,
    orderBy: terms.length === 0 ? undefined : terms.map((term) => orderItem(term, `${name}()`)),
  };
}

/** An aggregate over an expression, or over rows. */
export function aggregate<V>(
  name: AggregateName,
  operand: Expression | null,
  options: AggregateOptions = {},
): AggregateExpression<V> {
  if (operand !== null || name !== "count") expectExpression(operand, name);
  const own = operand !== null && isJSONPath(operand.node) && name !== "count" ? NUMBER : operand?.type;
  if (name === "sum" || name === "avg") requireNumber(name, own, operand?.label);
  const type = name === "count" ? INT : name === "sum" || name === "avg" ? sumType(own, name) : own;
  return new Aggregate<V>(
    {
      kind: "aggregate",
      name,
      operand: operand === null ? null : name === "count" ? operand.node : inForm(operand.node, "number"),
      ...optionsOf(name, options),
      type,
    },
    type,
    operand?.label,
  );
}

function list<V>(name: "arrayAgg" | "jsonAgg", operand: Expression, options: ListOptions): AggregateExpression<V> {
  const { node, type: element } = expectExpression(operand, name);
  const type: LogicalType = name === "jsonAgg" || element === undefined ? JSON_TYPE : { kind: "array", element };
  return new Aggregate<V>(
    { kind: "aggregate", name, operand: node, ...optionsOf(name, options), type },
    type,
  );
}

/** The aggregates. */
export interface AggregateFunctions {
  /** Number of rows, or of values that are not NULL. */
  count(operand?: Expression | null, options?: AggregateOptions): AggregateExpression<number>;
  /** Sum; NULL of no values. Of decimals it is text, of integers a number or, beyond 2^53, a bigint. */
  sum<V>(
    operand: Expression<V> & IfNumber<V, unknown>,
    options?: AggregateOptions,
  ): AggregateExpression<Sum<NonNullable<V>> | null>;
  /** Average; NULL of no values. */
  avg<V>(
    operand: Expression<V> & IfNumber<V, unknown>,
    options?: AggregateOptions,
  ): AggregateExpression<(NonNullable<V> extends string ? string : number) | null>;
  /** Lowest value; NULL of no values. */
  min<V>(operand: Expression<V>, options?: AggregateOptions): AggregateExpression<V | null>;
  /** Highest value; NULL of no values. */
  max<V>(operand: Expression<V>, options?: AggregateOptions): AggregateExpression<V | null>;
  /** The values that are not NULL as one text; NULL of no values. */
  groupConcat(operand: Expression, options?: ConcatOptions): AggregateExpression<string | null>;
  /** The values as an array, NULL among them; NULL of no rows. */
  arrayAgg<V>(operand: Expression<V>, options?: ListOptions): AggregateExpression<Selected<V>[] | null>;
  /** The values as a JSON array, times and bigints as text; NULL of no rows. */
  jsonAgg<V>(operand: Expression<V>, options?: ListOptions): AggregateExpression<InJSON<V>[] | null>;
}

/** The aggregates, as `fn` has them. */
export const aggregateFunctions: AggregateFunctions = {
  count: (operand, options) => aggregate("count", operand ?? null, options),
  sum: (operand, options) => aggregate("sum", operand, options),
  avg: (operand, options) => aggregate("avg", operand, options),
  min: (operand, options) => aggregate("min", operand, options),
  max: (operand, options) => aggregate("max", operand, options),
  groupConcat(operand, options = {}) {
    const { type } = expectExpression(operand, "groupConcat");
    const text = argument(operand, "groupConcat", { type: STRING, form: "string" });
    const parts = optionsOf("groupConcat", options);
    const separator: unknown = options.separator ?? ",";
    if (typeof separator !== "string") {
      throw new QueryBuildError("Invalid separator of groupConcat(): expected a string");
    }
    return new Aggregate<string | null>({
      kind: "aggregate",
      name: "groupConcat",
      operand: type?.kind === "string" || text !== operand.node ? text : { kind: "cast", operand: text, type: STRING },
      ...parts,
      separator,
      type: STRING,
    }, STRING);
  },
  arrayAgg: (operand, options = {}) => list("arrayAgg", operand, options),
  jsonAgg: (operand, options = {}) => list("jsonAgg", operand, options),
};
