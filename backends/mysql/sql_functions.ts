import type { ExpressionNode, FunctionNode } from "../../core/ast/expression.ts";
import type { Compiler, FunctionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { call, standardFunctions } from "../../core/sql/compile_function.ts";
import { exactDigits, inlined, typedValue, typeOf } from "./typed.ts";

/** A call whose whole numbers are written into the text. */
function inline(name: string): Compiler<FunctionNode> {
  const write = call(name);
  return (node, builder) => write({ ...node, args: node.args.map(inlined) }, builder);
}

/** A call whose values have their types. */
function typed(name: string): Compiler<FunctionNode> {
  const write = call(name);
  return (node, builder) => write({ ...node, args: node.args.map(typedValue) }, builder);
}

function write(node: ExpressionNode, builder: SQLBuilder): void {
  builder.operand(exactDigits(node));
}

/** How MySQL and MariaDB write each function. */
export const MYSQL_FUNCTIONS: FunctionCompilers = {
  ...standardFunctions,
  concat: call("concat"),
  substring: inline("substr"),
  left: inline("left"),
  right: inline("right"),
  repeat: inline("repeat"),
  padStart: inline("lpad"),
  padEnd: inline("rpad"),
  round(node, builder) {
    const [operand, places] = node.args;
    const digits = inlined(places ?? { kind: "value", value: 0, type: { kind: "int" } });
    const isFraction = typeOf(node)?.kind === "number";
    // By digits and not by bits, half away from zero.
    builder.sql += isFraction ? "(round(CAST(" : "round(";
    write(operand!, builder); // always given
    builder.sql += isFraction ? " AS DECIMAL(65,20)), " : ", ";
    builder.expression(digits);
    builder.sql += isFraction ? ") + 0e0)" : ")";
  },
  trunc({ args: [operand] }, builder) {
    builder.sql += "truncate(";
    write(operand!, builder); // always given
    builder.sql += ", 0)";
  },
  quotient({ args: [dividend, divisor] }, builder) {
    builder.sql += "(";
    write(dividend!, builder); // both are always given
    builder.sql += " DIV nullif(";
    write(divisor!, builder);
    builder.sql += ", 0))";
  },
  coalesce: typed("coalesce"),
  nullif: typed("nullif"),
  greatest: typed("greatest"),
  least: typed("least"),
  now: (_, builder) => builder.sql += "utc_timestamp(3)",
};
