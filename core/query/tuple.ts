import type { ComparisonOperator, ExpressionNode, QueryNode, TupleNode } from "../ast/expression.ts";
import { widthOf } from "../ast/width.ts";
import { QueryBuildError } from "../errors.ts";
import { argument, BOOLEAN, expectExpression } from "./arguments.ts";
import { Expression, isSubquery, requireComparable, type RowsSubquery, type Subquery } from "./expression.ts";
import type { Missing } from "./value_types.ts";

/** The values of a tuple of expressions. */
export type TupleValues<E extends readonly Expression<unknown>[]> = {
  readonly [I in keyof E]: E[I] extends Expression<infer V> ? NonNullable<V> | Expression<V> : never;
};

/** What a comparison of a tuple gives: NULL as well where one of its expressions may be NULL. */
export type TupleTruth<E extends readonly Expression<unknown>[]> = boolean | Missing<E[number]["_value"]>;

/** Several expressions that are compared as one, made by `tuple()`: by the first that differs. */
export class Tuple<const in out E extends readonly Expression<unknown>[]> {
  readonly #items: E;

  /** Use `tuple()`. */
  constructor(items: E) {
    this.#items = items;
  }

  #node(): TupleNode {
    return { kind: "tuple", items: this.#items.map(({ node }) => node) };
  }

  #values(values: TupleValues<E>, method: string): TupleNode {
    const given: unknown = values;
    if (!Array.isArray(given) || given.length !== this.#items.length) {
      throw new QueryBuildError(`${method}() of a tuple needs ${this.#items.length} values`);
    }
    return {
      kind: "tuple",
      items: given.map((value, i): ExpressionNode => {
        if (value === null) {
          throw new QueryBuildError(`${method}() of a tuple was given null: test for NULL with isNull()`);
        }
        const { type, label } = this.#items[i]!; // as many as there are values
        if (value instanceof Expression) requireComparable(type, value.type, `${method}() of a tuple`);
        const node = argument(value, "tuple", { type });
        return node.kind === "value" ? { ...node, label } : node;
      }),
    };
  }

  #compare(operator: ComparisonOperator, values: TupleValues<E>, method: string): Expression<boolean> {
    return new Expression(
      { kind: "comparison", operator, left: this.#node(), right: this.#values(values, method) },
      BOOLEAN,
    );
  }

  /** All equal. */
  eq(values: TupleValues<E>): Expression<TupleTruth<E>> {
    return this.#compare("=", values, "eq");
  }
  /** One at least not equal. */
  ne(values: TupleValues<E>): Expression<TupleTruth<E>> {
    return this.#compare("<>", values, "ne");
  }
  /** Greater by the first that differs. */
  gt(values: TupleValues<E>): Expression<TupleTruth<E>> {
    return this.#compare(">", values, "gt");
  }
  /** Greater by the first that differs, or equal. */
  gte(values: TupleValues<E>): Expression<TupleTruth<E>> {
    return this.#compare(">=", values, "gte");
  }
  /** Less by the first that differs. */
  lt(values: TupleValues<E>): Expression<TupleTruth<E>> {
    return this.#compare("<", values, "lt");
  }
  /** Less by the first that differs, or equal. */
  lte(values: TupleValues<E>): Expression<TupleTruth<E>> {
    return this.#compare("<=", values, "lte");
  }
  /** One of the lists of values, or of the rows of a query with as many columns. */
  in<R = never>(
    rows: readonly TupleValues<E>[] | RowsSubquery<R>,
  ): Expression<TupleTruth<E> | Missing<R[keyof R]>> {
    return this.#in(rows, false, "in");
  }
  /** None of the lists of values. */
  notIn<R = never>(
    rows: readonly TupleValues<E>[] | RowsSubquery<R>,
  ): Expression<TupleTruth<E> | Missing<R[keyof R]>> {
    return this.#in(rows, true, "notIn");
  }
  #query(query: Subquery, method: string): QueryNode {
    const node = query.toNode();
    const [width, needed] = [widthOf(node), this.#items.length];
    if (width !== needed) {
      throw new QueryBuildError(`${method}() of a tuple needs a query of ${needed} columns, this one has ${width}`);
    }
    const outputs = query.outputs?.() ?? [];
    this.#items.forEach(({ type }, i) => requireComparable(type, outputs[i]?.type, `${method}() of a tuple`));
    return node;
  }
  #in(rows: readonly TupleValues<E>[] | Subquery, negated: boolean, method: string): Expression<boolean> {
    if (!isSubquery(rows) && !Array.isArray(rows)) {
      throw new QueryBuildError(`${method}() of a tuple needs a list or a query`);
    }
    const items = isSubquery(rows) ? this.#query(rows, method) : rows.map((row) => this.#values(row, method));
    return new Expression({ kind: "in", operand: this.#node(), items, negated }, BOOLEAN);
  }
}

/**
 * Several expressions that are compared as one.
 *
 * @example
 * ```ts ignore
 * User.where((c) => tuple(c.lastName, c.firstName).gt(["Lovelace", "Ada"]));
 * ```
 *
 * @throws {QueryBuildError} for fewer than two
 */
export function tuple<const E extends readonly Expression<unknown>[]>(...items: E): Tuple<E> {
  if (items.length < 2) throw new QueryBuildError("tuple() needs at least two expressions");
  items.forEach((item) => expectExpression(item, "tuple"));
  return new Tuple<E>(items);
}
