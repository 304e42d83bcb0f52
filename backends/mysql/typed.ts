import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalKind, LogicalType } from "../../core/types/database_type.ts";

/** The type of a node whose stored form is the one of its kind. */
export function typeOf(node: ExpressionNode): LogicalType | undefined {
  return "type" in node && typeof node.type === "object" && node.type.converter === undefined ? node.type : undefined;
}

/** Room for digits before and after the point of a DECIMAL. */
const DIGITS = 65;
const FRACTION = 30;

function isParameter(node: ExpressionNode): boolean {
  return node.kind === "value" || node.kind === "slot";
}

/** Number of digits behind the point of a decimal as text. */
function fractionOf(node: ExpressionNode): number | null {
  const text = node.kind === "value" ? String(node.value) : null;
  return text === null || !/^[+-]?\d*(?:\.\d*)?$/.test(text) ? null : text.split(".")[1]?.length ?? 0;
}

/**
 * A parameter with the type DECIMAL. The driver sends decimals as text, which is compared exactly with a column, but which the
 * servers calculate with as a DOUBLE.
 */
export function exact(node: ExpressionNode): ExpressionNode {
  const type = typeOf(node);
  if (type?.kind !== "decimal" || !isParameter(node)) return node;
  const { precision = DIGITS - FRACTION, scale = 0 } = type;
  const fraction = Math.min(FRACTION, fractionOf(node) ?? DIGITS - (precision - scale));
  return { kind: "raw", parts: ["CAST(", ` AS DECIMAL(${DIGITS},${fraction}))`], nodes: [node], isFragment: true };
}

const CASTS: { readonly [K in LogicalKind]?: string } = {
  int32: "SIGNED",
  int: "SIGNED",
  bigint: "SIGNED",
  number: "DOUBLE",
  date: "DATETIME(6)",
  instant: "DATETIME(6)",
  plainDateTime: "DATETIME(6)",
  plainDate: "DATE",
  plainTime: "TIME(6)",
};

/** A value with its type, where nothing beside it tells it. */
export function typedValue(node: ExpressionNode): ExpressionNode {
  if (node.kind !== "value") return node;
  const cast = CASTS[typeOf(node)?.kind ?? "custom"];
  if (cast === undefined) return exact(node);
  return { kind: "raw", parts: ["CAST(", ` AS ${cast})`], nodes: [node], isFragment: true };
}

/**
 * Where a parameter is a column of an inner query or of a union, the servers make room for 65,535 bytes. Of a longer one MySQL
 * keeps the beginning without a word, MariaDB what is left of its length modulo 65,536, if it does not crash.
 */
const LONGEST_BARE = 16_383;

/** A value with room for all of it, for what is selected; a short one as it is. */
export function roomyValue(node: ExpressionNode, builder: SQLBuilder): ExpressionNode {
  if (node.kind !== "value" || (typeof node.value !== "string" && typeof node.value !== "object")) {
    return node;
  }
  const encoded = builder.encode(node.value, node.type, node.label);
  const isText = typeof encoded === "string";
  if (!(isText || encoded instanceof Uint8Array) || encoded.length <= LONGEST_BARE) return node;
  const parts = isText ? ["CAST(CAST(", " AS BINARY) AS CHAR)"] : ["CAST(", ` AS BINARY(${encoded.length}))`];
  return { kind: "raw", parts, nodes: [node], isFragment: true };
}

/** A whole number as part of the text: an expression with a parameter is never the same as another, and so groups nothing. */
export function inlined(node: ExpressionNode): ExpressionNode {
  if (node.kind !== "value" || node.type?.kind !== "int" || !Number.isSafeInteger(node.value)) return node;
  return { kind: "raw", parts: [String(node.value)], nodes: [], isFragment: true };
}
