import type { JSONForm, JSONStep } from "../../../core/ast/json.ts";
import { Decimal } from "./decimal.ts";
import { JSONValue, keyOf, type Value } from "./value.ts";

/** What is at a path; undefined where there is nothing. */
export function at(value: Value, path: readonly JSONStep[]): unknown {
  let found: unknown = value instanceof JSONValue ? value.json : undefined;
  for (const step of path) {
    if (typeof found !== "object" || found === null || Array.isArray(found) !== (typeof step === "number")) {
      return undefined;
    }
    found = Object.hasOwn(found, step) ? found[step as keyof typeof found] : undefined;
  }
  return found;
}

/** What is at a path in a form; NULL where there is another type. */
export function inForm(found: unknown, form: JSONForm): Value {
  if (found === undefined || found === null) return null;
  if (form === "json") return new JSONValue(found);
  const type: string = typeof found;
  return type === form ? found as string | number | boolean : null; // just looked at
}

/** Whether JSON holds other JSON. */
export function holds(outer: unknown, inner: unknown): boolean {
  if (Array.isArray(outer)) {
    const list = Array.isArray(inner) ? inner : [inner];
    return list.every((item) => outer.some((own) => holdsElement(own, item)));
  }
  return holdsElement(outer, inner);
}

function holdsElement(own: unknown, item: unknown): boolean {
  if (Array.isArray(own) && Array.isArray(item)) return holds(own, item);
  if (typeof own === "object" && own !== null && typeof item === "object" && item !== null) {
    if (Array.isArray(own) || Array.isArray(item)) return false;
    return Object.entries(item).every(([key, value]) =>
      Object.hasOwn(own, key) && holdsElement(own[key as keyof typeof own], value)
    );
  }
  return keyOf(new JSONValue(own)) === keyOf(new JSONValue(item));
}

/** A value as JSON has it. */
export function toJSON(value: Value): unknown {
  if (value instanceof JSONValue) return value.json;
  if (value instanceof Decimal) return value.toString();
  return typeof value === "bigint" ? Number(value) : value;
}
