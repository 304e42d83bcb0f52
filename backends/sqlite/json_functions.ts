import { parseJSONText } from "../../core/types/json.ts";
import { type ScalarFunction, strict } from "./scalar_function.ts";

type Holds = (container: unknown, candidate: unknown) => boolean;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether JSON holds other JSON: an array its elements in any order, an object its keys with what their values hold. */
const holds: Holds = (container, candidate) => {
  if (Array.isArray(container) && Array.isArray(candidate)) {
    return candidate.every((item) => container.some((own) => holdsElement(own, item)));
  }
  if (isObject(container) && isObject(candidate)) {
    return Object.entries(candidate).every(([key, value]) =>
      Object.hasOwn(container, key) && holdsElement(container[key], value)
    );
  }
  return container === candidate || isSameNumber(container, candidate);
};

/** Inside of JSON, an array does not hold a single value in the place of an array of it. */
const holdsElement: Holds = (container, candidate) =>
  Array.isArray(container) === Array.isArray(candidate) && holds(container, candidate);

function isSameNumber(left: unknown, right: unknown): boolean {
  const isNumber = (value: unknown) => typeof value === "number" || typeof value === "bigint";
  return isNumber(left) && isNumber(right) && left == right; // deno-lint-ignore-line eqeqeq
}

/** Functions of JSON that SQLite lacks. */
export const JSON_FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  json_holds: strict((container, candidate) => {
    const [outer, inner] = [parseJSONText(String(container)), parseJSONText(String(candidate))];
    const isHeld = Array.isArray(outer) && !Array.isArray(inner)
      ? outer.some((own) => holdsElement(own, inner))
      : holds(outer, inner);
    return isHeld ? 1n : 0n;
  }),
};
