import type { CaseNode, ExpressionNode, FunctionName } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalKind } from "../types/database_type.ts";
import { shownName } from "../types/shown_name.ts";
import { argument, commonType, expectExpression } from "./arguments.ts";
import { Expression } from "./expression.ts";
import { formOfType, inForm } from "./json_condition.ts";
import type { Truth } from "./value_types.ts";

interface Branch {
  readonly when: Expression<Truth>;
  readonly then: unknown;
}

/** A choice among values by conditions, made by `fn.case()`. Immutable. */
export class Case<out V> {
  /** For types only: it does not exist at run time. */
  declare readonly _value: V;
  readonly #branches: readonly Branch[];

  /** Use `fn.case()`. */
  constructor(branches: readonly Branch[]) {
    this.#branches = branches;
  }

  /** The value when a condition is true and none before it was. */
  when<const W>(condition: Expression<Truth>, value: W | Expression<W>): Case<V | W> {
    expectExpression(condition, "when");
    return new Case<V | W>([...this.#branches, { when: condition, then: value }]);
  }
  /** The value when no condition is true. */
  else<const W>(value: W | Expression<W>): Expression<V | W> {
    return this.#expression<V | W>([value]);
  }
  /** NULL when no condition is true. */
  end(): Expression<V | null> {
    return this.#expression<V | null>([]);
  }

  #expression<T>(otherwise: readonly unknown[]): Expression<T> {
    if (this.#branches.length === 0) throw new QueryBuildError("case() needs at least one when()");
    const type = commonType([...this.#branches.map(({ then }) => then), ...otherwise]);
    const value = (given: unknown) => argument(given, "case", { type });
    const node: CaseNode = {
      kind: "case",
      branches: this.#branches.map(({ when, then }) => ({ when: when.node, then: value(then) })),
      otherwise: otherwise.length === 0 ? null : value(otherwise[0]),
      type,
    };
    return new Expression<T>(node, type);
  }
}

/** What values become by `fn.cast()`. */
export interface CastValues {
  /** A whole number; a fraction is cut off. */
  readonly int: number;
  /** A whole number of 64 bits; a fraction is cut off. */
  readonly bigint: bigint;
  /** A number. */
  readonly number: number;
  /** An exact decimal. */
  readonly decimal: string;
  /** A text. */
  readonly string: string;
  /** True for every number but 0. */
  readonly boolean: boolean;
}

const CASTS: ReadonlySet<string> = new Set<keyof CastValues & LogicalKind>([
  "int",
  "bigint",
  "number",
  "decimal",
  "string",
  "boolean",
]);

/** Functions that choose among values, and conversions. */
export interface ChoiceFunctions {
  /**
   * A choice by conditions: `fn.case().when(c.age.lt(18), "minor").else("adult")`; `end()` instead of `else()` gives NULL
   * when no condition is true.
   */
  case(): Case<never>;
  /**
   * The first that is not NULL. A value beside decimals has as many digits behind the point as they have, as `"0.00"` of
   * `fn.coalesce(fn.sum(c.price), "0")`; given more digits, MySQL and MariaDB show as many of all of them, others of itself alone.
   */
  coalesce<V>(first: Expression<V>, ...others: readonly (Expression<V> | NonNullable<V>)[]): Expression<NonNullable<V>>;
  /** NULL when both are equal, else the first. */
  nullif<V>(operand: Expression<V>, value: V | Expression<V>): Expression<V | null>;
  /** The greatest; NULL when one is NULL. */
  greatest<V>(first: Expression<V>, ...others: readonly (Expression<V> | NonNullable<V>)[]): Expression<V>;
  /** The least; NULL when one is NULL. */
  least<V>(first: Expression<V>, ...others: readonly (Expression<V> | NonNullable<V>)[]): Expression<V>;
  /** A value as another type; what is inside JSON only where it has that type. */
  cast<V, const K extends keyof CastValues>(
    operand: Expression<V>,
    kind: K,
  ): Expression<CastValues[K] | (null extends V ? null : undefined extends V ? null : never)>;
}

function choose<V>(name: FunctionName, first: Expression<V>, others: readonly unknown[]): Expression<never> {
  const { type, label } = expectExpression(first, name);
  const args: ExpressionNode[] = [
    first.node,
    ...others.map((other) => {
      const node = argument(other, name, { type });
      return node.kind === "value" ? { ...node, label } : node;
    }),
  ];
  return new Expression<never>({ kind: "function", name, args, type }, type);
}

/** What is alone is the greatest, the least and the first of all. */
function several<V>(name: FunctionName, first: Expression<V>, others: readonly unknown[]): Expression<never> {
  return others.length === 0 ? expectExpression(first, name) as Expression<never> : choose(name, first, others);
}

/** Functions that choose among values, as `fn` has them. */
export const choiceFunctions: ChoiceFunctions = {
  case: () => new Case<never>([]),
  coalesce: (first, ...others) => several("coalesce", first, others),
  nullif: (operand, value) => choose("nullif", operand, [value]),
  greatest: (first, ...others) => several("greatest", first, others),
  least: (first, ...others) => several("least", first, others),
  cast(operand, kind) {
    if (!CASTS.has(kind)) {
      throw new QueryBuildError(`Invalid type of cast(): ${shownName(kind)} (one of ${[...CASTS].join(", ")})`);
    }
    const type = { kind };
    const { node } = expectExpression(operand, "cast");
    const taken = inForm(node, formOfType(type));
    const isDone = taken !== node && (kind === "string" || kind === "number" || kind === "boolean");
    return new Expression(isDone ? taken : { kind: "cast", operand: taken, type }, type, operand.label);
  },
};
