import type { ArithmeticNode, ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { LogicalType } from "../types/database_type.ts";
import { isJSONPath } from "./json_condition.ts";

// Works on nodes and types, so that expressions can use it.

/** What can be done with two numbers. */
export type ArithmeticOperator = ArithmeticNode["operator"];

const NUMBER: LogicalType = { kind: "number" };
const INTEGERS: readonly unknown[] = ["int32", "int", "bigint"];

/** The type by which an expression is calculated with: a number inside JSON counts as such. */
export function numberType(
  { node, type }: { readonly node: ExpressionNode; readonly type: LogicalType | undefined },
): LogicalType | undefined {
  return isJSONPath(node) ? NUMBER : type;
}

/**
 * Type of a calculation: of a number and a decimal a number, of integers what fits both.
 *
 * @throws {QueryBuildError} when the left side is a decimal and the right side a number
 */
export function arithmeticType(
  left: LogicalType | undefined,
  right: LogicalType | undefined,
  { operator, place }: { readonly operator: ArithmeticOperator; readonly place: string },
): LogicalType | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const [a, b] = [left.kind, right.kind];
  if (a === "decimal" && b === "number") {
    throw new QueryBuildError(
      `${place} calculates with decimals, and not every number is one: fn.cast(…, "decimal")`,
    );
  }
  if (a === "number" || b === "number") return NUMBER;
  if (a === "decimal" || b === "decimal") return { kind: "decimal" };
  if (!INTEGERS.includes(a) || !INTEGERS.includes(b)) return left;
  if (operator === "/") return NUMBER;
  return a === "bigint" || b === "bigint" ? { kind: "bigint" } : { kind: "int" };
}
