import type { ExpressionNode } from "../../core/ast/expression.ts";
import { typeOf } from "../../core/ast/kind.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalKind } from "../../core/types/database_type.ts";
import { mysqlBuilder } from "./builder.ts";
import { typed } from "./typed.ts";

const WHOLE: ReadonlySet<string | undefined> = new Set(["int", "int32", "bigint"] satisfies LogicalKind[]);

/** Whether a parameter is sent as a whole number. */
function isWhole(node: ExpressionNode, builder: SQLBuilder): boolean {
  if (node.kind === "slot") return WHOLE.has(typeOf(node)?.kind);
  if (node.kind !== "value" || node.value === null || !WHOLE.has(node.type?.kind)) return false;
  if (node.type?.converter === undefined) return true;
  const encoded = builder.encode(node.value, node.type, node.label);
  return typeof encoded === "bigint" || Number.isSafeInteger(encoded);
}

/**
 * A parameter with its type, where the result is of the types of all operands. MySQL guesses the type of a whole number from what
 * stands beside it: beside a sum, which is a DECIMAL, one with 30 digits behind the point, which the result would have as well.
 */
export function calculated(node: ExpressionNode, builder: SQLBuilder): ExpressionNode {
  if (!mysqlBuilder(builder).syntax.guessesTypes || !isWhole(node, builder)) return typed(node, builder);
  return { kind: "raw", parts: ["CAST(", " AS SIGNED)"], nodes: [node] };
}
