import {
  type ComparisonOperator,
  type ExpressionNode,
  joinedBy,
  type PatternMatch,
  type ValueNode,
} from "../ast/expression.ts";
import type { OrderItem, QueryNode } from "../ast/statement.ts";
import { widthOf } from "../ast/width.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { type ArithmeticOperator, arithmeticType, numberType } from "./arithmetic.ts";
import {
  checkSteps,
  compareJSON,
  formOfType,
  inForm,
  isJSONPath,
  jsonContains,
  jsonIn,
  jsonPath,
  placeOf,
} from "./json_condition.ts";
import { checkedOptions } from "./options.ts";
import { isComparable } from "./same_kind.ts";
import type { OutputColumn } from "./source.ts";
import type { IfNumber, IfText, Missing, Truth } from "./value_types.ts";
import type { Containable, JSONAt, JSONKey } from "./json_types.ts";

/** A query that can stand for its rows inside an expression. */
export interface Subquery {
  /** The query as data. */
  toNode(): QueryNode;
  /** The columns of the result, where they are known. */
  outputs?(): readonly OutputColumn[];
}

/** A query that stands for its rows, which are of the type `R` where that is known. */
export interface RowsSubquery<R> extends Subquery {
  /** For types only: it does not exist at run time. */
  readonly _row?: R;
}

/** Whether a value is a query. A key `toNode` alone makes none: an object from JSON may have it. */
export function isSubquery(value: unknown): value is Subquery {
  return typeof value === "object" && value !== null && "toNode" in value && typeof value.toNode === "function";
}

/** A query that gives one value for each row, as data. */
export function oneColumn(query: Subquery, place: string): QueryNode {
  const node = query.toNode();
  const width = widthOf(node);
  if (width === 1) return node;
  throw new QueryBuildError(
    `${place} needs a query of one column, this one has ${width}: select() the one that is meant`,
  );
}

/** Refuses a comparison that some databases refuse, and of which others make what they like. */
export function requireComparable(own: LogicalType | undefined, other: LogicalType | undefined, place: string): void {
  if (isComparable(own, other)) return;
  throw new QueryBuildError(
    `${place} compares values of different types, ${own?.kind} with ${other?.kind}: fn.cast() makes them alike`,
  );
}

/** A term of an order, made by `asc()` or `desc()`. */
export class OrderTerm {
  /** The term as data. */
  readonly item: OrderItem;
  /** Use `expression.asc()` or `expression.desc()`. */
  constructor(item: OrderItem) {
    this.item = item;
  }
}

/** An expression under a name, made by `as()`. */
export class AliasedExpression<V, N extends string> {
  /** For types only: it does not exist at run time. */
  declare readonly _value: V;
  /** The expression. */
  readonly expression: Expression<V>;
  /** Its name in the result. */
  readonly alias: N;
  /** Use `expression.as(name)`. */
  constructor(expression: Expression<V>, alias: N) {
    this.expression = expression;
    this.alias = alias;
  }
}

/** What a value is compared with: a value, or an expression with values of the type `W`, which may be NULL. */
export type Comparand<V, W extends V | null | undefined = V | null | undefined> = NonNullable<V> | Expression<W>;

/** A value, or an expression that gives one. */
export type Operand<V> = V | Expression<V> | Expression<NonNullable<V>>;

/** What a value is calculated with: decimals, which are text, with whole numbers as well. */
export type Calculated<V> = IfNumber<
  V,
  Operand<V> | (NonNullable<V> extends string ? Expression<number> | Expression<bigint> : never)
>;

const BOOLEAN: LogicalType = { kind: "boolean" };

/** A condition, which is read as true or false where it is selected. */
function condition(node: ExpressionNode): Expression<boolean> {
  return new Expression<boolean>(node, BOOLEAN);
}

/** Where NULLs come, when it is one of the two ends. */
function checkedNulls(nulls: "first" | "last" | undefined): "first" | "last" | undefined {
  if (nulls === undefined || nulls === "first" || nulls === "last") return nulls;
  throw new QueryBuildError('Invalid nulls in orderBy: expected "first" or "last"');
}

/** Null when one of the arguments may be NULL. */
export type NullOf<A> = A extends Expression<infer V> ? null extends V ? null : undefined extends V ? null : never
  : never;

/** An expression of a query: a column, a function of columns, a condition. Immutable. */
export class Expression<out V = unknown> {
  /** For types only: it does not exist at run time. */
  declare readonly _value: V;
  /** The expression as data. */
  readonly node: ExpressionNode;
  /** Type by which its values are read and written. */
  readonly type: LogicalType | undefined;
  /** Name for messages, such as `User.age`. */
  readonly label: string | undefined;

  /** Made by columns, functions and the `sql` tag. */
  constructor(node: ExpressionNode, type?: LogicalType, label?: string) {
    this.node = node;
    this.type = type;
    this.label = label;
  }

  /** A value beside this expression, to be encoded by its type. */
  protected operand(value: unknown, method: string): ExpressionNode {
    if (value instanceof Expression) {
      if (!isJSONPath(this.node) && !isJSONPath(value.node)) this.#requireComparable(value.type, method);
      // A place inside JSON is compared as what the other side is.
      return isJSONPath(this.node) ? value.node : inForm(value.node, formOfType(this.type));
    }
    if (value === undefined) {
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.${method}() was given undefined: use null for NULL`,
      );
    }
    return { kind: "value", value, type: this.type, label: this.label };
  }

  #requireComparable(type: LogicalType | undefined, method: string): void {
    requireComparable(this.type, type, `${this.label ?? "Expression"}.${method}()`);
  }

  /** This side of a comparison with an expression. */
  #beside(value: unknown): ExpressionNode {
    return value instanceof Expression ? inForm(this.node, formOfType(value.type)) : this.node;
  }

  #compare(operator: ComparisonOperator, value: unknown, method: string): Expression<boolean> {
    if (value === null) {
      if (operator === "=" || operator === "<>") {
        return condition({
          kind: "nullTest",
          operand: this.node,
          negated: operator === "<>",
        });
      }
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.${method}() was given null: no value is greater or less than NULL`,
      );
    }
    const right = this.operand(value, method);
    if (isJSONPath(this.node) && !(value instanceof Expression)) {
      return condition(compareJSON(this.node, operator, value, this.label));
    }
    return condition({ kind: "comparison", operator, left: this.#beside(value), right });
  }

  /** Equal; `eq(null)` is `IS NULL`. */
  eq<W extends V | null | undefined = never>(value: Comparand<V, W> | null): Expression<boolean | Missing<V | W>> {
    return this.#compare("=", value, "eq");
  }
  /** Not equal, as SQL has it: NULL is neither equal nor unequal. `ne(null)` is `IS NOT NULL`. */
  ne<W extends V | null | undefined = never>(value: Comparand<V, W> | null): Expression<boolean | Missing<V | W>> {
    return this.#compare("<>", value, "ne");
  }
  /** Greater. */
  gt<W extends V | null | undefined = never>(value: Comparand<V, W>): Expression<boolean | Missing<V | W>> {
    return this.#compare(">", value, "gt");
  }
  /** Greater or equal. */
  gte<W extends V | null | undefined = never>(value: Comparand<V, W>): Expression<boolean | Missing<V | W>> {
    return this.#compare(">=", value, "gte");
  }
  /** Less. */
  lt<W extends V | null | undefined = never>(value: Comparand<V, W>): Expression<boolean | Missing<V | W>> {
    return this.#compare("<", value, "lt");
  }
  /** Less or equal. */
  lte<W extends V | null | undefined = never>(value: Comparand<V, W>): Expression<boolean | Missing<V | W>> {
    return this.#compare("<=", value, "lte");
  }
  /** One of the values, or of the rows of a query with one column. No value is in an empty list. */
  in<R = never>(values: readonly NonNullable<V>[] | RowsSubquery<R>): Expression<boolean | Missing<V | R[keyof R]>> {
    return this.#in(values, false, "in");
  }
  /** None of the values. Every value is outside an empty list. */
  notIn<R = never>(
    values: readonly NonNullable<V>[] | RowsSubquery<R>,
  ): Expression<boolean | Missing<V | R[keyof R]>> {
    return this.#in(values, true, "notIn");
  }
  #in(values: readonly V[] | Subquery, negated: boolean, method: string): Expression<boolean> {
    const isQuery = isSubquery(values);
    if (!isQuery && !Array.isArray(values)) {
      throw new QueryBuildError(`${this.label ?? "Expression"}.${method}() needs a list or a query`);
    }
    if (!isQuery && isJSONPath(this.node) && !values.some((value) => value === null || value === undefined)) {
      return condition(jsonIn(this.node, values, negated, this.label));
    }
    if (isQuery) this.#requireComparable(values.outputs?.()[0]?.type, method);
    const items = isQuery
      ? oneColumn(values, `${this.label ?? "Expression"}.${method}()`)
      : values.map((value): ValueNode => {
        if (value === null || value === undefined) {
          throw new QueryBuildError(
            `${
              this.label ?? "Expression"
            }.${method}() was given a list that holds ${value}: test for NULL with isNull()`,
          );
        }
        return { kind: "value", value, type: this.type, label: this.label };
      });
    return condition({ kind: "in", operand: this.node, items, negated });
  }
  /** From `low` to `high`, both included. */
  between<W extends V | null | undefined = never, H extends V | null | undefined = never>(
    low: Comparand<V, W>,
    high: Comparand<V, H>,
  ): Expression<boolean | Missing<V | W | H>> {
    if (low === null || high === null) {
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.between() was given null: both ends must have a value`,
      );
    }
    if (isJSONPath(this.node) && !(low instanceof Expression) && !(high instanceof Expression)) {
      return this.gte(low).and(this.lte(high));
    }
    return condition({
      kind: "between",
      operand: this.#beside(low),
      low: this.operand(low, "between"),
      high: this.operand(high, "between"),
    });
  }
  /** NULL. */
  isNull(): Expression<boolean> {
    return condition({
      kind: "nullTest",
      operand: this.node,
      negated: false,
    });
  }
  /** Not NULL. */
  isNotNull(): Expression<boolean> {
    return condition({
      kind: "nullTest",
      operand: this.node,
      negated: true,
    });
  }

  #match(match: PatternMatch, pattern: string, caseSensitive: boolean, method: string): Expression<boolean> {
    if (typeof pattern !== "string") {
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.${method}() was given ${
          pattern === null ? "null" : `a ${typeof pattern}`
        }: expected a string`,
      );
    }
    return condition({
      kind: "pattern",
      match,
      operand: inForm(this.node, "string"),
      pattern,
      caseSensitive,
    });
  }
  /** Fits a pattern with `%` and `_`, which a backslash makes literal. Case-sensitive. */
  like<T>(this: Expression<T>, pattern: IfText<T, string>): Expression<boolean | Missing<T>> {
    return this.#match("like", pattern, true, "like");
  }
  /** Fits a pattern, whatever the case. */
  ilike<T>(this: Expression<T>, pattern: IfText<T, string>): Expression<boolean | Missing<T>> {
    return this.#match("like", pattern, false, "ilike");
  }
  /**
   * Holds a text, taken literally. JSON holds a value when an array has it among its elements, or all elements of a given
   * array, and an object has the keys of a given one with values that hold theirs.
   */
  contains<T>(this: Expression<T>, value: Containable<T>): Expression<boolean | Missing<T>> {
    if (this.type?.kind === "json") {
      if (value === undefined) {
        throw new QueryBuildError(`${this.label ?? "Expression"}.contains() was given undefined`);
      }
      return condition(jsonContains(this.node, value, this.label));
    }
    return this.#match("contains", value as string, true, "contains"); // looked at there
  }
  /** Holds a text, whatever the case. */
  icontains<T>(this: Expression<T>, text: IfText<T, string>): Expression<boolean | Missing<T>> {
    return this.#match("contains", text, false, "icontains");
  }
  /** Begins with a text, taken literally. */
  startsWith<T>(this: Expression<T>, text: IfText<T, string>): Expression<boolean | Missing<T>> {
    return this.#match("startsWith", text, true, "startsWith");
  }
  /** Ends with a text, taken literally. */
  endsWith<T>(this: Expression<T>, text: IfText<T, string>): Expression<boolean | Missing<T>> {
    return this.#match("endsWith", text, true, "endsWith");
  }
  /** Fits a regular expression of the database. */
  regex<T>(this: Expression<T>, pattern: IfText<T, string>): Expression<boolean | Missing<T>> {
    return this.#match("regex", pattern, true, "regex");
  }

  #conditionNode(other: unknown, method: string): ExpressionNode {
    if (other instanceof Expression) return other.node;
    throw new QueryBuildError(`${this.label ?? "Expression"}.${method}() takes conditions, such as User.c.age.gt(18)`);
  }

  /** Both. */
  and<const O extends readonly Expression<Truth>[]>(
    this: Expression<Truth>,
    ...others: O
  ): Expression<boolean | Missing<V | O[number]["_value"]>> {
    return condition(joinedBy("and", [this.node, ...others.map((other) => this.#conditionNode(other, "and"))]));
  }
  /** At least one. */
  or<const O extends readonly Expression<Truth>[]>(
    this: Expression<Truth>,
    ...others: O
  ): Expression<boolean | Missing<V | O[number]["_value"]>> {
    return condition(joinedBy("or", [this.node, ...others.map((other) => this.#conditionNode(other, "or"))]));
  }
  /** Not. */
  not(this: Expression<Truth>): Expression<boolean | Missing<V>> {
    return condition({ kind: "not", operand: this.node });
  }

  /** Not the same, where NULL is a value like others: never NULL itself. */
  isDistinctFrom(value: Comparand<V> | null): Expression<boolean> {
    return this.#distinct(value, false, "isDistinctFrom");
  }
  /** The same, where NULL is the same as NULL: never NULL itself. */
  isNotDistinctFrom(value: Comparand<V> | null): Expression<boolean> {
    return this.#distinct(value, true, "isNotDistinctFrom");
  }
  #distinct(value: unknown, negated: boolean, method: string): Expression<boolean> {
    return condition({
      kind: "distinctFrom",
      left: this.#beside(value),
      right: this.operand(value, method),
      negated,
    });
  }

  // ---- inside JSON

  /**
   * What is at a path inside JSON: keys of objects, positions in arrays from 0. Every step is bound as a parameter.
   *
   * JSON's null and what is missing are both NULL, so `isNull()` finds both and `hasKey()` tells them apart. Comparisons go by
   * JSON's own types: `eq(5)` finds the number 5 however it is written, and neither `"5"` nor `true`; a value of another type
   * is unequal, and neither less nor greater. Objects and arrays are equal by value. An order puts numbers by value and texts
   * by their characters. Selected, it is what JSON holds.
   *
   * @example
   * ```ts ignore
   * User.where((c) => c.profile.at("address", "city").eq("Oslo"));
   * User.query().orderBy((c) => c.profile.at("age").desc());
   * ```
   *
   * @throws {QueryBuildError} for an expression that is no JSON, and for a step that is neither a key nor a position
   */
  at<T, A extends JSONKey<T>>(this: Expression<T>, a: A): Expression<JSONAt<T, A>>;
  /** What is at a path of two steps. */
  at<T, A extends JSONKey<T>, B extends JSONKey<JSONAt<T, A>>>(
    this: Expression<T>,
    a: A,
    b: B,
  ): Expression<JSONAt<JSONAt<T, A>, B>>;
  /** What is at a path of three steps. */
  at<T, A extends JSONKey<T>, B extends JSONKey<JSONAt<T, A>>, D extends JSONKey<JSONAt<JSONAt<T, A>, B>>>(
    this: Expression<T>,
    a: A,
    b: B,
    c: D,
  ): Expression<JSONAt<JSONAt<JSONAt<T, A>, B>, D>>;
  at(...steps: readonly unknown[]): Expression<unknown> {
    const label = this.#requireJSON("at");
    const node = jsonPath(this.node, checkSteps(steps, label));
    return new Expression(node, node.type, `${label}.at(${node.path.map((step) => JSON.stringify(step)).join(", ")})`);
  }
  /** Whether an object has a key, even with null behind it; false where there is no object. */
  hasKey(key: string): Expression<boolean> {
    const { operand, path } = placeOf(this.node);
    return condition({
      kind: "jsonHasKey",
      operand,
      path: [...path, ...checkSteps([key], this.#requireJSON("hasKey"))],
    });
  }
  /** Number of elements of an array inside JSON; NULL where there is no array. */
  length(): Expression<number | null> {
    this.#requireJSON("length");
    return new Expression({ kind: "jsonLength", ...placeOf(this.node) }, { kind: "int" });
  }
  #requireJSON(method: string): string {
    const label = this.label ?? "Expression";
    if (this.type?.kind === "json") return label;
    throw new QueryBuildError(
      `${label}.${method}() needs JSON: its values are ${this.type?.kind ?? "of no known type"}`,
    );
  }

  // ---- calculation

  #arithmetic(operator: ArithmeticOperator, value: unknown, method: string): Expression<never> {
    const own = numberType(this);
    const right = value instanceof Expression
      ? inForm(value.node, "number")
      : new Expression(this.node, own, this.label).operand(value, method);
    const other = value instanceof Expression ? numberType(value) : own;
    const type = arithmeticType(own, other, { operator, place: `${this.label ?? "Expression"}.${method}()` });
    return new Expression(
      { kind: "arithmetic", operator, left: inForm(this.node, "number"), right, type },
      type,
      this.label,
    );
  }
  /** Sum. */
  plus<T>(this: Expression<T>, value: Calculated<NoInfer<T>>): Expression<T> {
    return this.#arithmetic("+", value, "plus");
  }
  /** Difference. */
  minus<T>(this: Expression<T>, value: Calculated<NoInfer<T>>): Expression<T> {
    return this.#arithmetic("-", value, "minus");
  }
  /** Product. */
  times<T>(this: Expression<T>, value: Calculated<NoInfer<T>>): Expression<T> {
    return this.#arithmetic("*", value, "times");
  }
  /**
   * Quotient with its fraction, of integers too; NULL when the divisor is 0. A quotient of decimals has as many digits as the
   * database gives it: `fn.round()` settles them.
   */
  dividedBy<T>(this: Expression<T>, value: Calculated<NoInfer<T>>): Expression<(T extends bigint ? number : T) | null> {
    return this.#arithmetic("/", value, "dividedBy");
  }
  /** Remainder of a division of whole numbers, with the sign of the dividend; NULL when the divisor is 0. */
  modulo<T>(this: Expression<T>, value: Calculated<NoInfer<T>>): Expression<T | null> {
    return this.#arithmetic("%", value, "modulo");
  }

  /** Compared and ordered by the rules of a collation, whose names are the database's own. */
  collate<T>(this: Expression<T>, collation: IfText<T, string>): Expression<T> {
    return new Expression({ kind: "collate", operand: inForm(this.node, "string"), collation }, this.type, this.label);
  }

  /** Ascending order. */
  asc(options: { nulls?: "first" | "last" } = {}): OrderTerm {
    const { nulls } = checkedOptions("asc()", options, ["nulls"]);
    return new OrderTerm({ expression: this.node, descending: false, nulls: checkedNulls(nulls) });
  }
  /** Descending order. */
  desc(options: { nulls?: "first" | "last" } = {}): OrderTerm {
    const { nulls } = checkedOptions("desc()", options, ["nulls"]);
    return new OrderTerm({ expression: this.node, descending: true, nulls: checkedNulls(nulls) });
  }
  /** Gives it a name in the result. */
  as<N extends string>(alias: N): AliasedExpression<V, N> {
    return new AliasedExpression(this, alias);
  }
}
