import type { ExpressionNode, FunctionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { Compiler, FunctionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { call, standardFunctions } from "../../core/sql/compile_function.ts";
import { checkedCount } from "../../core/sql/compile_statement.ts";
import { calculated } from "./calculated.ts";
import { callWithOwnText } from "./shared_texts.ts";
import { isParameter, typed } from "./typed.ts";

/** A call whose values have their types. */
function typedCall(name: string): Compiler<FunctionNode> {
  const plain = call(name);
  return (node, builder) => plain({ ...node, args: node.args.map((arg) => calculated(arg, builder)) }, builder);
}

/** A function that gives a whole number. Of a short decimal the servers make a BIGINT, in which a product may have no room. */
function wholeCall(name: string): Compiler<FunctionNode> {
  const plain = typedCall(name);
  return (node, builder) => {
    const isDecimal = kindOf(node.args[0]!) === "decimal"; // always given
    builder.sql += isDecimal ? "CAST(" : "";
    plain(node, builder);
    builder.sql += isDecimal ? " AS DECIMAL(65,0))" : "";
  };
}

/** A function of several values, which the servers want two of at least. */
function ofSeveral(name: string): Compiler<FunctionNode> {
  const several = typedCall(name);
  return (node, builder) => {
    if (node.args.length > 1) return several(node, builder);
    builder.operand(typed(node.args[0]!, builder)); // there is one at least
  };
}

/** A function of numbers that is NULL where it has no result; in a write the servers would make an error of it. */
function partial(name: string, condition: string): Compiler<FunctionNode> {
  return ({ args: [operand] }, builder) => {
    builder.sql += "CASE WHEN ";
    builder.operand(operand!); // always given
    builder.sql += ` ${condition} THEN ${name}(`;
    builder.expression(operand!);
    builder.sql += ") END";
  };
}

/** Above, a DOUBLE has no fraction; a DECIMAL holds more. */
const LARGEST_FRACTION = "9007199254740992";

/** Digits behind the point that a DECIMAL can have. */
const MOST_PLACES = 30;

/** The number of digits; the servers want it as text of the statement, or round but keep the digits. */
function placesOf(node: ExpressionNode | undefined): number {
  return Math.min(MOST_PLACES, node?.kind === "value" ? checkedCount("number of digits", Number(node.value)) : 0);
}

/** A DOUBLE is rounded by the digits that are shown and not by its bits. */
function writeRounded(operand: ExpressionNode, places: number, builder: SQLBuilder): void {
  builder.sql += "CASE WHEN ABS(";
  builder.expression(operand);
  builder.sql += `) < ${LARGEST_FRACTION} THEN CAST(ROUND(CAST(`;
  builder.expression(operand);
  builder.sql += ` AS DECIMAL(65,30)), ${places}) AS DOUBLE) ELSE `;
  builder.expression(operand);
  builder.sql += " END";
}

/** How MySQL and MariaDB write each function. */
export const MYSQL_FUNCTIONS: FunctionCompilers = {
  ...standardFunctions,
  lower: callWithOwnText("lower"),
  upper: callWithOwnText("upper"),
  replace: callWithOwnText("replace"),
  padStart: callWithOwnText("lpad"),
  padEnd: callWithOwnText("rpad"),
  concat: call("CONCAT"),
  position({ args: [text, part] }, builder) {
    builder.sql += "LOCATE(";
    builder.list([part!, text!]); // both are always given
    builder.sql += ")";
  },
  repeat({ args: [text, times] }, builder) {
    // MySQL adds to the value of an aggregate or a query in place, each time that it is asked for; not to what is made of it.
    const isOther = !isParameter(text!); // both are always given
    builder.sql += isOther ? "repeat(CONCAT(" : "repeat(";
    builder.expression(text!);
    builder.sql += isOther ? "), " : ", ";
    builder.expression(times!);
    builder.sql += ")";
  },
  abs: typedCall("ABS"),
  ceil: wholeCall("CEIL"),
  floor: wholeCall("FLOOR"),
  trunc({ args: [operand] }, builder) {
    builder.sql += "TRUNCATE(";
    builder.expression(typed(operand!, builder)); // always given
    builder.sql += ", 0)";
  },
  round(node, builder) {
    const operand = typed(node.args[0]!, builder); // always given
    const places = placesOf(node.args[1]);
    const kind = kindOf(operand);
    if (kind === "number") return writeRounded(operand, places, builder);
    builder.sql += kind === "decimal" ? "CAST(" : "ROUND(";
    builder.expression(operand);
    builder.sql += kind === "decimal" ? ` AS DECIMAL(65,${places}))` : `, ${places})`;
  },
  ln: partial("LN", "> 0"),
  sqrt: partial("SQRT", ">= 0"),
  quotient({ args: [dividend, divisor] }, builder) {
    builder.sql += "(";
    builder.operand(dividend!); // both are always given
    builder.sql += " DIV NULLIF(";
    builder.expression(divisor!);
    builder.sql += ", 0))";
  },
  coalesce: typedCall("COALESCE"),
  nullif: typedCall("NULLIF"),
  greatest: ofSeveral("GREATEST"),
  least: ofSeveral("LEAST"),
  now: (_, builder) => builder.sql += "CURRENT_TIMESTAMP(6)",
};
