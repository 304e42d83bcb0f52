import type { ExpressionNode, TupleNode, ValueNode } from "../../core/ast/expression.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalKind, LogicalType } from "../../core/types/database_type.ts";

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

/** The type of a node whose stored form is the one of its kind. */
export function typeOf(node: ExpressionNode): LogicalType | undefined {
  return "type" in node && typeof node.type === "object" && node.type.converter === undefined ? node.type : undefined;
}

/** What the values of an expression mean, where a converter of the user does not change it. */
export function kindOf(node: ExpressionNode): LogicalKind | undefined {
  return CONDITIONS.has(node.kind) ? "boolean" : typeOf(node)?.kind;
}

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

/** Kinds whose parameters are texts or bytes of a length that only their value has. */
const LONG: ReadonlySet<string | undefined> = new Set(
  ["string", "enum", "uuid", "duration", "bytes"] satisfies LogicalKind[],
);

/** A column of rows that has no length holds 65,535 bytes, and MySQL cuts the rest without a word; this is one of longer texts. */
const LONG_TEXT = 16_000_000;

/** From this many UTF-16 units on a text may be longer than 65,535 bytes. */
const LONGEST_SHORT = 16_383;

function isLong(node: ExpressionNode): boolean {
  if (node.kind !== "value") return true; // a value that comes later may be
  const { value } = node;
  return typeof value === "string"
    ? value.length > LONGEST_SHORT
    : value instanceof Uint8Array && value.length > 65_535;
}

/**
 * A parameter as a column of rows, with its type. MariaDB gives such a column no room for a long text when it is a bare parameter
 * of one part of a union, and crashes.
 */
export function column(node: ExpressionNode, builder: SQLBuilder): ExpressionNode {
  if (!isParameter(node) || node.kind === "value" && node.value === null) return node;
  const type = typeOf(node);
  if (!LONG.has(type?.kind)) return typed(node, builder);
  if (node.kind === "value" && node.value instanceof Uint8Array && node.value.length > 65_535) {
    // A length would fill shorter bytes with zeros; what a function gives has the room that it needs.
    return { kind: "raw", parts: ["FROM_BASE64(TO_BASE64(", "))"], nodes: [node], isFragment: true };
  }
  const { kind } = type!; // the list holds kinds
  return { kind: "cast", operand: node, type: isLong(node) ? { kind, length: LONG_TEXT } : { kind } };
}
