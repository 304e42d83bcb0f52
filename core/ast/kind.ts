import type { LogicalKind, LogicalType } from "../types/database_type.ts";
import type { ExpressionNode } from "./expression.ts";

/** Kinds of expressions that are true or false. */
const CONDITIONS: ReadonlySet<ExpressionNode["kind"]> = new Set(
  [
    "comparison",
    "logic",
    "not",
    "nullTest",
    "in",
    "between",
    "pattern",
    "exists",
    "distinctFrom",
    "jsonContains",
    "jsonHasKey",
  ] as const,
);

/** Whether an expression is true or false, by what it is. */
export function isCondition({ kind }: ExpressionNode): boolean {
  return CONDITIONS.has(kind);
}

/** The type of a node whose stored form is the one of its kind. */
export function typeOf(node: ExpressionNode): LogicalType | undefined {
  return "type" in node && typeof node.type === "object" && node.type.converter === undefined ? node.type : undefined;
}

/** What the values of an expression mean, where a converter of the user does not change it. */
export function kindOf(node: ExpressionNode): LogicalKind | undefined {
  return isCondition(node) ? "boolean" : typeOf(node)?.kind;
}
