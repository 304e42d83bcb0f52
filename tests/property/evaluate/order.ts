import type { OrderItem } from "../../../core/ast/statement.ts";
import { evaluate } from "./expression.ts";
import type { Scope } from "./scope.ts";
import { compare, JSONValue, type Value } from "./value.ts";

/** What is ordered inside JSON is a number or a text. */
function plain(value: Value): Value {
  return value instanceof JSONValue ? value.json as string | number : value;
}

function compareItem({ descending, nulls }: OrderItem, left: Value, right: Value): number {
  if (left === null || right === null) {
    if (left === right) return 0;
    if (nulls === undefined) throw new TypeError("An order with NULLs must say where they go");
    return (left === null) === (nulls === "first") ? -1 : 1;
  }
  const order = compare(plain(left), plain(right));
  return descending ? -order : order;
}

/** Compares two rows by an order. */
export function compareRows(orderBy: readonly OrderItem[], left: Scope, right: Scope): number {
  for (const item of orderBy) {
    const order = compareItem(item, evaluate(item.expression, left), evaluate(item.expression, right));
    if (order !== 0) return order;
  }
  return 0;
}

/** Rows in an order. */
export function sorted(rows: readonly Scope[], orderBy: readonly OrderItem[]): readonly Scope[] {
  return orderBy.length === 0 ? rows : rows.toSorted((left, right) => compareRows(orderBy, left, right));
}
