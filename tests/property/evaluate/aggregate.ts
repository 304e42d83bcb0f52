import type { AggregateNode } from "../../../core/ast/expression.ts";
import { Decimal } from "./decimal.ts";
import { evaluate, truthOf } from "./expression.ts";
import { toJSON } from "./json.ts";
import { sorted } from "./order.ts";
import type { Scope } from "./scope.ts";
import { compare, JSONValue, keyOf, toNumber, type Value } from "./value.ts";

function sum(values: readonly Value[]): Value {
  return values.reduce((total, value) => {
    if (total instanceof Decimal && value instanceof Decimal) return total.plus(value);
    return typeof total === "bigint" && typeof value === "bigint" ? total + value : toNumber(total) + toNumber(value);
  });
}

function average(values: readonly Value[]): Value {
  const total = sum(values);
  if (total instanceof Decimal) return total.over(new Decimal(BigInt(values.length), 0));
  return toNumber(total) / values.length;
}

function distinct(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [keyOf(value), value])).values()];
}

/** The value of an aggregate over rows. */
export function aggregateValue(node: AggregateNode, group: readonly Scope[]): Value {
  const { operand, filter, orderBy, name } = node;
  const rows = filter === undefined ? group : group.filter((row) => truthOf(filter, row) === true);
  if (operand === null) return BigInt(rows.length);
  const inOrder = orderBy === undefined ? rows : sorted(rows, orderBy);
  const all = inOrder.map((row) => evaluate(operand, row));
  if (name === "jsonAgg") return all.length === 0 ? null : new JSONValue(all.map(toJSON));
  const given = all.filter((value) => value !== null);
  const values = node.distinct ? distinct(given) : given;
  if (name === "count") return BigInt(values.length);
  if (values.length === 0) return null;
  switch (name) {
    case "sum":
      return sum(values);
    case "avg":
      return average(values);
    case "min":
      return values.reduce((best, value) => compare(value, best) < 0 ? value : best);
    case "max":
      return values.reduce((best, value) => compare(value, best) > 0 ? value : best);
    case "groupConcat":
      return values.join(node.separator ?? ",");
    default:
      throw new TypeError(`No evaluation of ${name}()`);
  }
}
