import type { AggregateNode, ExpressionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { checkAggregate, filterAsCase } from "../../core/sql/compile_aggregate.ts";
import { standardExpressions } from "../../core/sql/compile_expression.ts";
import { writeOrder } from "../../core/sql/compile_order.ts";
import { mysqlBuilder } from "./builder.ts";
import { writeJSONValue } from "./json_expressions.ts";
import { orderOf } from "./order.ts";
import { typed } from "./typed.ts";
import { quoteText } from "./types.ts";

/** Writes GROUP_CONCAT, which takes a separator as text of the statement only. */
function writeGroupConcat(
  { distinct, orderBy, filter, separator = "," }: AggregateNode,
  write: () => void,
  builder: SQLBuilder,
): void {
  builder.sql += `GROUP_CONCAT(${distinct ? "DISTINCT " : ""}`;
  builder.within("an aggregate", () => {
    if (filter === undefined) write();
    else {
      builder.sql += "CASE WHEN ";
      builder.expression(filter);
      builder.sql += " THEN ";
      write();
      builder.sql += " END";
    }
    if (orderBy !== undefined && orderBy.length > 0) {
      builder.need("aggregate.orderBy");
      builder.sql += " ";
      writeOrder(orderOf(orderBy, mysqlBuilder(builder).syntax.orderTerms), builder);
    }
  });
  builder.sql += ` SEPARATOR ${quoteText(separator)})`;
}

/** Highest unsigned integer of 64 bits: to add to it is an error. */
const HIGHEST = "18446744073709551615";

/**
 * Writes a text that is NULL when it is longer than the server's `max_allowed_packet`, and makes that an error. Without values
 * it is NULL by right.
 */
function writeWhole(node: AggregateNode, operand: ExpressionNode | null, write: () => void, builder: SQLBuilder): void {
  const count = filterAsCase({ kind: "aggregate", name: "count", operand, distinct: false, filter: node.filter });
  builder.sql += "COALESCE(";
  write();
  builder.sql += ", CASE WHEN ";
  builder.expression(count);
  builder.sql += ` > 0 THEN ${HIGHEST} + (1 + (`;
  builder.expression(count);
  builder.sql += " IS NULL)) END)";
}

/** Writes a list as JSON. The servers' own aggregate has no order on MySQL, and no way to leave rows out. */
function writeList(node: AggregateNode, operand: ExpressionNode, builder: SQLBuilder): void {
  const writeText = () => {
    builder.sql += "CONCAT('[', ";
    writeGroupConcat({ ...node, separator: "," }, () => {
      builder.sql += "CAST(JSON_EXTRACT(JSON_ARRAY(";
      writeJSONValue(operand, builder);
      builder.sql += "), '$[0]') AS CHAR)";
    }, builder);
    builder.sql += ", ']')";
  };
  mysqlBuilder(builder).syntax.writeJSONText(() => writeWhole(node, null, writeText, builder), builder);
}

function writeTexts(node: AggregateNode, operand: ExpressionNode, builder: SQLBuilder): void {
  const writeText = () => writeGroupConcat(node, () => builder.expression(typed(operand, builder)), builder);
  if (!mysqlBuilder(builder).syntax.cutsTexts) return writeText();
  // What was cut is as long as a text may be, up to one character, so that nothing can be put in front of it.
  writeWhole(node, operand, () => {
    builder.sql += "SUBSTR(CONCAT('    ', ";
    writeText();
    builder.sql += "), 5)";
  }, builder);
}

const LISTS: ReadonlySet<AggregateNode["name"]> = new Set(["groupConcat", "arrayAgg", "jsonAgg"]);

/** How MySQL and MariaDB write aggregates. */
export const aggregateExpressions: Pick<ExpressionCompilers, "aggregate"> = {
  aggregate(node, builder) {
    const { operand } = node;
    if (operand !== null && LISTS.has(node.name)) {
      checkAggregate(node, builder);
      return (node.name === "groupConcat" ? writeTexts : writeList)(node, operand, builder);
    }
    const filtered = filterAsCase(node);
    if (node.name !== "avg" || operand === null || kindOf(operand) === "decimal") {
      return standardExpressions.aggregate(filtered, builder);
    }
    checkAggregate(node, builder);
    // AVG of whole numbers would be rounded to four digits.
    builder.sql += `avg(${node.distinct ? "DISTINCT " : ""}`;
    builder.within("an aggregate", () => builder.operand(filtered.operand!)); // it has one
    builder.sql += " + 0e0)";
  },
};
