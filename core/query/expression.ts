import type { ComparisonOperator, ExpressionNode, PatternMatch, ValueNode } from "../ast/expression.ts";
import type { OrderItem, SelectNode } from "../ast/statement.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";

/** A query that can stand for its rows inside an expression. */
export interface Subquery {
  /** The query as data. */
  toNode(): SelectNode;
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

/** A value, or an expression that gives one. */
export type Operand<V> = V | Expression<V> | Expression<NonNullable<V>>;

/** An expression of a query: a column, a function of columns, a condition. Immutable. */
export class Expression<V = unknown> {
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
    if (value instanceof Expression) return value.node;
    if (value === undefined) {
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.${method}() was given undefined: use null for NULL`,
      );
    }
    return { kind: "value", value, type: this.type, label: this.label };
  }

  #compare(operator: ComparisonOperator, value: unknown, method: string): Expression<boolean> {
    if (value === null) {
      if (operator === "=" || operator === "<>") {
        return new Expression({
          kind: "nullTest",
          operand: this.node,
          negated: operator === "<>",
        });
      }
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.${method}() was given null: no value is greater or less than NULL`,
      );
    }
    return new Expression({
      kind: "comparison",
      operator,
      left: this.node,
      right: this.operand(value, method),
    });
  }

  /** Equal; `eq(null)` is `IS NULL`. */
  eq(value: Operand<V> | null): Expression<boolean> {
    return this.#compare("=", value, "eq");
  }
  /** Not equal, as SQL has it: NULL is neither equal nor unequal. `ne(null)` is `IS NOT NULL`. */
  ne(value: Operand<V> | null): Expression<boolean> {
    return this.#compare("<>", value, "ne");
  }
  /** Greater. */
  gt(value: Operand<V>): Expression<boolean> {
    return this.#compare(">", value, "gt");
  }
  /** Greater or equal. */
  gte(value: Operand<V>): Expression<boolean> {
    return this.#compare(">=", value, "gte");
  }
  /** Less. */
  lt(value: Operand<V>): Expression<boolean> {
    return this.#compare("<", value, "lt");
  }
  /** Less or equal. */
  lte(value: Operand<V>): Expression<boolean> {
    return this.#compare("<=", value, "lte");
  }
  /** One of the values, or of the rows of a query with one column. No value is in an empty list. */
  in(values: readonly V[] | Subquery): Expression<boolean> {
    return this.#in(values, false, "in");
  }
  /** None of the values. Every value is outside an empty list. */
  notIn(values: readonly V[] | Subquery): Expression<boolean> {
    return this.#in(values, true, "notIn");
  }
  #in(values: readonly V[] | Subquery, negated: boolean, method: string): Expression<boolean> {
    const items = "toNode" in values ? values.toNode() : values.map((value): ValueNode => {
      if (value === null || value === undefined) {
        throw new QueryBuildError(
          `${this.label ?? "Expression"}.${method}() was given a list that holds ${value}: test for NULL with isNull()`,
        );
      }
      return { kind: "value", value, type: this.type, label: this.label };
    });
    return new Expression({ kind: "in", operand: this.node, items, negated });
  }
  /** From `low` to `high`, both included. */
  between(low: Operand<V>, high: Operand<V>): Expression<boolean> {
    if (low === null || high === null) {
      throw new QueryBuildError(
        `${this.label ?? "Expression"}.between() was given null: both ends must have a value`,
      );
    }
    return new Expression({
      kind: "between",
      operand: this.node,
      low: this.operand(low, "between"),
      high: this.operand(high, "between"),
    });
  }
  /** NULL. */
  isNull(): Expression<boolean> {
    return new Expression({
      kind: "nullTest",
      operand: this.node,
      negated: false,
    });
  }
  /** Not NULL. */
  isNotNull(): Expression<boolean> {
    return new Expression({
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
    return new Expression({
      kind: "pattern",
      match,
      operand: this.node,
      pattern,
      caseSensitive,
    });
  }
  /** Fits a pattern with `%` and `_`, which a backslash makes literal. Case-sensitive. */
  like(pattern: string): Expression<boolean> {
    return this.#match("like", pattern, true, "like");
  }
  /** Fits a pattern, whatever the case. */
  ilike(pattern: string): Expression<boolean> {
    return this.#match("like", pattern, false, "ilike");
  }
  /** Holds a text, taken literally. */
  contains(text: string): Expression<boolean> {
    return this.#match("contains", text, true, "contains");
  }
  /** Holds a text, whatever the case. */
  icontains(text: string): Expression<boolean> {
    return this.#match("contains", text, false, "icontains");
  }
  /** Begins with a text, taken literally. */
  startsWith(text: string): Expression<boolean> {
    return this.#match("startsWith", text, true, "startsWith");
  }
  /** Ends with a text, taken literally. */
  endsWith(text: string): Expression<boolean> {
    return this.#match("endsWith", text, true, "endsWith");
  }
  /** Fits a regular expression of the database. */
  regex(pattern: string): Expression<boolean> {
    return this.#match("regex", pattern, true, "regex");
  }

  /** Both. */
  and(...others: readonly Expression<boolean>[]): Expression<boolean> {
    return new Expression({
      kind: "logic",
      operator: "and",
      operands: [this.node, ...others.map((other) => other.node)],
    });
  }
  /** At least one. */
  or(...others: readonly Expression<boolean>[]): Expression<boolean> {
    return new Expression({
      kind: "logic",
      operator: "or",
      operands: [this.node, ...others.map((other) => other.node)],
    });
  }
  /** Not. */
  not(): Expression<boolean> {
    return new Expression({ kind: "not", operand: this.node });
  }

  #arithmetic(operator: "+" | "-" | "*" | "/", value: unknown, method: string): Expression<V> {
    return new Expression<V>(
      {
        kind: "arithmetic",
        operator,
        left: this.node,
        right: this.operand(value, method),
      },
      this.type,
      this.label,
    );
  }
  /** Sum. */
  plus(value: Operand<V>): Expression<V> {
    return this.#arithmetic("+", value, "plus");
  }
  /** Difference. */
  minus(value: Operand<V>): Expression<V> {
    return this.#arithmetic("-", value, "minus");
  }
  /** Product. */
  times(value: Operand<V>): Expression<V> {
    return this.#arithmetic("*", value, "times");
  }

  /** Ascending order. */
  asc({ nulls }: { nulls?: "first" | "last" } = {}): OrderTerm {
    return new OrderTerm({ expression: this.node, descending: false, nulls });
  }
  /** Descending order. */
  desc({ nulls }: { nulls?: "first" | "last" } = {}): OrderTerm {
    return new OrderTerm({ expression: this.node, descending: true, nulls });
  }
  /** Gives it a name in the result. */
  as<N extends string>(alias: N): AliasedExpression<V, N> {
    return new AliasedExpression(this, alias);
  }
}
