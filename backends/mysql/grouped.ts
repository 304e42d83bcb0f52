import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SelectNode } from "../../core/ast/statement.ts";

/** What has its own rules in a group, or what nobody can look into. */
const OPAQUE: ReadonlySet<unknown> = new Set([
  "aggregate",
  "window",
  "raw",
  "select",
  "compound",
  "values",
]);

function equals(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length &&
    keys.every((key) => equals(left[key as keyof typeof left], right[key as keyof typeof right]));
}

/** A part of a query with the least of its group for each expression that groups it. */
function settled<T>(part: T, keys: readonly ExpressionNode[]): T {
  if (typeof part !== "object" || part === null || part instanceof Date) return part;
  if (Array.isArray(part)) return part.map((item) => settled<unknown>(item, keys)) as T; // the same list
  if ("kind" in part && part.kind === "value") return part;
  const key = keys.find((candidate) => equals(candidate, part));
  if (key !== undefined) {
    const least: ExpressionNode = {
      kind: "aggregate",
      name: "min",
      operand: key,
      distinct: false,
      type: "type" in key ? key.type : undefined,
    };
    return least as T; // an expression in the place of another
  }
  if ("kind" in part && OPAQUE.has(part.kind)) return part;
  if (Object.getPrototypeOf(part) !== Object.prototype) return part;
  return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, settled(value, keys)])) as T; // the same shape
}

/**
 * A query with groups by expressions. The servers see that what is made of such an expression is the same for the whole group
 * only sometimes, and never in HAVING, so that any row's value, such as the least, is asked for.
 */
export function groupedSelect(node: SelectNode): SelectNode {
  const keys = node.groupBy.filter(({ kind }) => kind !== "column" && kind !== "raw" && kind !== "grouping");
  if (keys.length === 0) return node;
  const { columns, having, orderBy } = node;
  return { ...node, columns: settled(columns, keys), having: settled(having, keys), orderBy: settled(orderBy, keys) };
}
