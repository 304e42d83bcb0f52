import type { AggregateNode } from "../../core/ast/expression.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { checkAggregate, writeAggregate } from "../../core/sql/compile_aggregate.ts";
import { standardExpressions } from "../../core/sql/compile_expression.ts";
import { writeOver } from "../../core/sql/compile_window.ts";
import { kindOf } from "./comparable.ts";
import { writeJSONValue } from "./json_expressions.ts";

/** An aggregate of decimals, which are stored as text. */
function isDecimal({ operand, name }: AggregateNode): boolean {
  return operand !== null && kindOf(operand) === "decimal" && ["sum", "avg", "min", "max"].includes(name);
}

/** Writes the aggregate that makes a list, which SQLite has under one name only. */
function writeList(node: AggregateNode, builder: SQLBuilder): void {
  const { operand, separator: _, ...rest } = node;
  writeAggregate({ ...rest, operand }, builder, {
    name: "json_group_array",
    operand: () => node.name === "jsonAgg" ? writeJSONValue(operand!, builder) : builder.expression(operand!), // lists have one
  });
}

function writeGroupConcat(node: AggregateNode, builder: SQLBuilder): void {
  if (!node.distinct) return writeAggregate(node, builder, { name: "group_concat" });
  // With DISTINCT an aggregate takes one argument only.
  builder.sql += "text_join(";
  writeList(node, builder);
  builder.sql += ", ";
  builder.bind(node.separator ?? ",", { kind: "string" }, undefined);
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
    writeAggregate(node, builder, { name: isDecimal(node) ? `decimal_${node.name}` : node.name });
  },
  window(node, builder) {
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
