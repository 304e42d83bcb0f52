import type { AggregateNode, ExpressionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { checkAggregate, writeAggregate } from "../../core/sql/compile_aggregate.ts";
import { standardExpressions } from "../../core/sql/compile_expression.ts";
import { writeOver } from "../../core/sql/compile_window.ts";
import { comparable } from "./comparable.ts";
import { writeJSONValue } from "./json_expressions.ts";
import { refuseTextRanges } from "./range_frames.ts";

/** An aggregate of decimals, which are stored as text. */
function isDecimal({ operand, name }: AggregateNode): boolean {
  return operand !== null && kindOf(operand) === "decimal" && ["sum", "avg", "min", "max"].includes(name);
}

/** Writes the list of the decimals that differ by value, each as it came first. */
function writeDistinctDecimals(node: AggregateNode, builder: SQLBuilder): void {
  const { separator: _, ...rest } = node;
  writeAggregate({ ...rest, distinct: false }, builder, { name: "decimal_distinct" });
}

/** Writes the aggregate of the decimals that differ by value, where it depends on that. */
function writeOfDistinctDecimals(node: AggregateNode, operand: ExpressionNode, builder: SQLBuilder): void {
  switch (node.name) {
    case "count":
      return writeAggregate({ ...node, operand: comparable(operand, "decimal") }, builder, { name: "count" });
    case "sum":
    case "avg":
      builder.sql += `decimal_fold('${node.name}', `;
      writeDistinctDecimals(node, builder);
      builder.sql += ")";
      return;
    default:
      return writeAggregate({ ...node, distinct: false }, builder, { name: `decimal_${node.name}` });
  }
}

/** Writes the aggregate that makes a list, which SQLite has under one name only. */
function writeList(node: AggregateNode, builder: SQLBuilder): void {
  const { operand, separator: _, ...rest } = node;
  if (node.distinct && operand !== null && kindOf(operand) === "decimal") return writeDistinctDecimals(node, builder);
  writeAggregate({ ...rest, operand }, builder, {
    name: "json_group_array",
    operand: () => node.name === "jsonAgg" ? writeJSONValue(operand!, builder) : builder.expression(operand!), // lists have one
  });
}

function writeGroupConcat(node: AggregateNode, builder: SQLBuilder): void {
  if (!node.distinct) return writeAggregate(node, builder, { name: "group_concat" });
  // With DISTINCT an aggregate takes one argument only.
  builder.sql += "text_join(";
  const { operand } = node;
  // Decimals are texts already, and differ by their values.
  const isOfDecimals = operand?.kind === "cast" && kindOf(operand.operand) === "decimal";
  writeList(isOfDecimals ? { ...node, operand: operand.operand } : node, builder);
  builder.sql += ", ";
  builder.bindText(node.separator ?? ",");
  builder.sql += ")";
}

/** How SQLite writes aggregates and windows over them. */
export const aggregateExpressions: Pick<ExpressionCompilers, "aggregate" | "window"> = {
  aggregate(node, builder) {
    checkAggregate(node, builder);
    if (node.name === "groupConcat") return writeGroupConcat(node, builder);
    if (node.name === "arrayAgg" || node.name === "jsonAgg") {
      builder.sql += "nullif(";
      writeList(node, builder);
      builder.sql += ", '[]')";
      return;
    }
    const { operand } = node;
    if (operand !== null && node.distinct && kindOf(operand) === "decimal") {
      return writeOfDistinctDecimals(node, operand, builder);
    }
    writeAggregate(node, builder, { name: isDecimal(node) ? `decimal_${node.name}` : node.name });
  },
  window(node, builder) {
    refuseTextRanges(node, builder);
    const { function: called } = node;
    if (called.kind !== "aggregate") return standardExpressions.window(node, builder);
    const isList = called.name === "arrayAgg" || called.name === "jsonAgg";
    if (!isList && !isDecimal(called)) return standardExpressions.window(node, builder);
    // A function around an aggregate stands around its window as well.
    builder.sql += isList ? "nullif(" : `decimal_fold('${called.name}', `;
    writeOver(node, builder, () => writeList(called, builder));
    builder.sql += isList ? ", '[]')" : ")";
  },
};
