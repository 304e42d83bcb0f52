import type { ExpressionNode, TupleNode, ValueNode } from "../../core/ast/expression.ts";
import { typeOf } from "../../core/ast/kind.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalKind } from "../../core/types/database_type.ts";

/** Whether the servers are sent a node as a parameter. */
export function isParameter(node: ExpressionNode): boolean {
  return node.kind === "value" || node.kind === "slot";
}

/** Room for digits before and after the point of a DECIMAL. */
const DIGITS = 65;
const FRACTION = 30;

function cast(operand: ExpressionNode, scale: number): ExpressionNode {
  return { kind: "cast", operand, type: { kind: "decimal", precision: DIGITS, scale } };
}

/**
 * A parameter with the type DECIMAL. The driver sends decimals as text, which is compared exactly with a column, but which the
 * servers calculate with as a DOUBLE.
 */
export function exact(node: ExpressionNode): ExpressionNode {
  if (node.kind === "tuple") return { ...node, items: node.items.map(exact) } satisfies TupleNode;
  const type = typeOf(node);
  if (type?.kind !== "decimal" || !isParameter(node)) return node;
  const { precision = DIGITS - FRACTION, scale = 0 } = type;
  return cast(node, Math.min(FRACTION, DIGITS - (precision - scale)));
}

/** Kinds that are sent as text. */
const TEXTUAL: ReadonlySet<string | undefined> = new Set(
  ["date", "instant", "plainDate", "plainDateTime", "plainTime", "json", "array"] satisfies LogicalKind[],
);

/** Digits behind the point of a decimal. */
function scaleOf({ value, type, label }: ValueNode, builder: SQLBuilder): number {
  const text = String(builder.encode(value, type, label));
  const point = text.indexOf(".");
  return point < 0 ? 0 : Math.min(FRACTION, text.length - point - 1);
}

/**
 * A parameter with its type, where nothing beside it tells what it is or where its text would be taken for the result: a decimal
 * with as many digits as it has, times, JSON.
 */
export function typed(node: ExpressionNode, builder: SQLBuilder): ExpressionNode {
  if (!isParameter(node) || node.kind === "value" && node.value === null) return node;
  const type = typeOf(node);
  if (type?.kind === "decimal") return node.kind === "value" ? cast(node, scaleOf(node, builder)) : exact(node);
  return TEXTUAL.has(type?.kind) ? { kind: "cast", operand: node, type: { kind: type!.kind } } : node; // it has a kind
}

/** Characters of a text that is put together, or that stands in rows: without a number the servers would cut it, or crash. */
const LONGEST_TEXT = 16_000_000;

/** A text that may be long, whatever the servers know of its length. */
export function longText(operand: ExpressionNode): ExpressionNode {
  return { kind: "cast", operand, type: { kind: "string", length: LONGEST_TEXT } };
}

const TEXTS: ReadonlySet<string | undefined> = new Set(["string", "enum", "uuid", "duration"] satisfies LogicalKind[]);

/**
 * A parameter as a column of rows, with its type. Of a bare one MySQL keeps 65,535 bytes in a union, without a word, and MariaDB
 * crashes when it is longer than the server has guessed. No CAST makes long bytes.
 */
export function column(node: ExpressionNode, builder: SQLBuilder): ExpressionNode {
  if (!isParameter(node)) return node;
  const kind = typeOf(node)?.kind;
  if (node.kind === "value" && node.value === null && kind !== undefined && !TEXTS.has(kind) && kind !== "bytes") {
    return { kind: "cast", operand: node, type: { kind } };
  }
  if (kind === "bytes") return { kind: "raw", parts: ["FROM_BASE64(TO_BASE64(", "))"], nodes: [node] };
  return TEXTS.has(kind) ? longText(node) : typed(node, builder);
}
