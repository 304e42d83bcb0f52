import type { ExpressionNode } from "../../core/ast/expression.ts";
import { type QueryNode, type SelectNode, sourceNames } from "../../core/ast/statement.ts";

const QUERIES: ReadonlySet<unknown> = new Set(["select", "compound", "values"] satisfies QueryNode["kind"][]);

/** The parts of a node in which no expression stands. */
export const TYPES: ReadonlySet<string> = new Set(["type", "source"]);

/** Whether a node is a query. */
export function isQuery(node: { readonly kind: string }): node is QueryNode {
  return QUERIES.has(node.kind);
}

/** Whether there is a query inside of an expression, or of a list of them. */
export function holdsQuery(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    if (QUERIES.has(node.kind)) return true;
    if (node.kind === "column" || node.kind === "value") return false;
  }
  return Object.values(node).some(holdsQuery);
}

/** Whether a query, or a part of one, uses columns of a query around it; `known` are the names of the tables that it reads. */
export function isCorrelated(value: unknown, known: ReadonlySet<string> = new Set()): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.some((item) => isCorrelated(item, known));
  const node = value as Partial<ExpressionNode | QueryNode>; // looked at only
  if (node.kind === "column") return node.table !== undefined && !known.has(node.table);
  if (node.kind === "value" || node.kind === "slot") return false;
  const inner = node.kind === "select" ? new Set([...known, ...sourceNames(node as SelectNode)]) : known; // it is one
  return Object.entries(value).some(([key, part]) => !TYPES.has(key) && isCorrelated(part, inner));
}

/** Whether it is SQL text of the user: nobody knows what it speaks of. */
export function isUserText(node: ExpressionNode): boolean {
  return node.kind === "identifier" || node.kind === "raw" && /\D/.test(node.parts.join(""));
}

/** Whether SQL text of the user stands inside of an expression, or of a query. */
export function holdsUserText(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    if (isUserText(node as ExpressionNode)) return true; // looked at only
    if (node.kind === "column" || node.kind === "value") return false;
  }
  return Object.values(node).some(holdsUserText);
}

/** Whether an expression is made of aggregates, of functions over windows, or of what is looked for in JSON. */
export function holdsKind(kind: "aggregate" | "window" | "jsonContains", node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    if (node.kind === kind) return true;
    if (QUERIES.has(node.kind) || node.kind === "value" || node.kind === "column" || node.kind === "window") {
      return false;
    }
  }
  return Object.values(node).some((part) => holdsKind(kind, part));
}

/** Whether a query inside of an expression, or of a list of them, uses columns of what is around it. */
export function holdsCorrelated(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    if (QUERIES.has(node.kind)) return isCorrelated(node);
    if (node.kind === "column" || node.kind === "value") return false;
  }
  return Object.values(node).some(holdsCorrelated);
}
