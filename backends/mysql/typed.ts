import type { ExpressionNode } from "../../core/ast/expression.ts";
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
  boolean: "SIGNED",
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

const TEXTS: ReadonlySet<string | undefined> = new Set(["string", "enum", "uuid"]);

/** A value with its type, texts included, which would else have the collation of nothing. */
export function typedRowValue(node: ExpressionNode): ExpressionNode {
  if (node.kind !== "value" || !TEXTS.has(typeOf(node)?.kind)) return typedValue(node);
  return { kind: "raw", parts: ["CAST(", " AS CHAR)"], nodes: [node], isFragment: true };
}

/** NULL with a type. */
export function typedNull(type: LogicalType | undefined): ExpressionNode {
  const kind = type?.kind ?? "custom";
  const cast = kind === "decimal"
    ? `DECIMAL(${DIGITS},${FRACTION})`
    : CASTS[kind] ?? (kind === "bytes" ? "BINARY" : "CHAR");
  return { kind: "raw", parts: [`CAST(NULL AS ${cast})`], nodes: [], isFragment: true };
}

/** A whole number as part of the text: an expression with a parameter is never the same as another, and so groups nothing. */
export function inlined(node: ExpressionNode): ExpressionNode {
  if (node.kind !== "value" || node.type?.kind !== "int" || !Number.isSafeInteger(node.value)) return node;
  return { kind: "raw", parts: [String(node.value)], nodes: [], isFragment: true };
}
