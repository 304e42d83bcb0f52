import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import { jsonNull } from "../types/json.ts";
import type { InJSON } from "./aggregate.ts";
import { expectExpression, JSON_TYPE } from "./arguments.ts";
import { Expression } from "./expression.ts";
import { checkSteps } from "./json_condition.ts";
import type { JSONAt, JSONKey } from "./json_types.ts";

/** A value for JSON, or an expression that gives one. */
export type JSONInput<V> = V | Expression<V>;

/** Functions of JSON. */
export interface JSONFunctions {
  /**
   * JSON with another value at a path, for `updateAll()`. A key is added where its object lacks it; where the object itself is
   * missing, or an array has no such element, nothing changes; NULL stays NULL.
   *
   * @example
   * ```ts ignore
   * await User.where({ id: 1 }).updateAll({ profile: fn.jsonSet(User.c.profile, ["address", "city"], "Oslo") });
   * ```
   */
  jsonSet<T, A extends JSONKey<T>>(
    target: Expression<T>,
    path: readonly [A],
    value: JSONInput<JSONAt<T, A>>,
  ): Expression<T>;
  /** JSON with another value at a path of two steps. */
  jsonSet<T, A extends JSONKey<T>, B extends JSONKey<JSONAt<T, A>>>(
    target: Expression<T>,
    path: readonly [A, B],
    value: JSONInput<JSONAt<JSONAt<T, A>, B>>,
  ): Expression<T>;
  /** JSON with another value at a path of three steps. */
  jsonSet<T, A extends JSONKey<T>, B extends JSONKey<JSONAt<T, A>>, C extends JSONKey<JSONAt<JSONAt<T, A>, B>>>(
    target: Expression<T>,
    path: readonly [A, B, C],
    value: JSONInput<JSONAt<JSONAt<JSONAt<T, A>, B>, C>>,
  ): Expression<T>;
  /** A JSON object of expressions, such as the operand of `fn.jsonAgg()`. */
  jsonObject<const O extends Readonly<Record<string, Expression<unknown>>>>(
    entries: O,
  ): Expression<{ -readonly [K in keyof O]: InJSON<O[K]["_value"]> }>;
}

/** Functions of JSON, as `fn` has them. */
export const jsonFunctions: JSONFunctions = {
  jsonSet(target: Expression<unknown>, path: readonly unknown[], value: unknown): Expression<never> {
    const { node, type, label = "The expression" } = expectExpression(target, "jsonSet");
    if (type?.kind !== "json") throw new QueryBuildError(`${label} is no JSON: jsonSet() needs a JSON column`);
    if (!Array.isArray(path) || path.length === 0) {
      throw new QueryBuildError(`jsonSet() of ${label} needs a path as a list of steps, such as ["address", "city"]`);
    }
    if (value === undefined) throw new QueryBuildError(`jsonSet() of ${label} was given undefined`);
    const given: ExpressionNode = value instanceof Expression
      ? value.node
      : { kind: "value", value: value === null ? jsonNull : value, type: JSON_TYPE, label };
    return new Expression(
      { kind: "jsonSet", operand: node, path: checkSteps(path, label), value: given, type },
      type,
      label,
    );
  },
  jsonObject(entries) {
    if (typeof entries !== "object" || entries === null) {
      throw new QueryBuildError("jsonObject() needs expressions by key");
    }
    const nodes = Object.entries(entries).map(([key, value]) => ({
      key,
      value: expectExpression(value, "jsonObject").node,
    }));
    return new Expression({ kind: "jsonObject", entries: nodes, type: JSON_TYPE }, JSON_TYPE);
  },
};
