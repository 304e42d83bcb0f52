import type { ExpressionNode, FunctionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { Compiler, FunctionCompilers } from "../../core/sql/builder.ts";
import { call, joined, standardFunctions } from "../../core/sql/compile_function.ts";

/** Takes another function where the values are decimals, which are stored as text. */
function byKind(name: string, decimal: string): Compiler<FunctionNode> {
  const [ofNumbers, ofDecimals] = [call(name), call(decimal)];
  return (node, builder) => (kindOf(node) === "decimal" ? ofDecimals : ofNumbers)(node, builder);
}

const INTEGERS: ReadonlySet<string | undefined> = new Set(["int", "int32", "bigint"]);

/** Whole numbers are rounded already; rounding takes the number of places in any other case. */
const round: Compiler<FunctionNode> = (node, builder) => {
  if (INTEGERS.has(kindOf(node))) return builder.operand(node.args[0]!); // always given
  const places: ExpressionNode = node.args[1] ?? { kind: "value", value: 0, type: { kind: "int" } };
  byKind("number_round", "decimal_round")({ ...node, args: [node.args[0]!, places] }, builder);
};

/** How SQLite writes each function: its own, and those that the backend brings. */
export const SQLITE_FUNCTIONS: FunctionCompilers = {
  ...standardFunctions,
  lower: call("unicode_lower"),
  upper: call("unicode_upper"),
  length: call("length"),
  left(node, builder) {
    const [text, count] = node.args;
    builder.sql += "substr(";
    builder.list([text!, { kind: "value", value: 1, type: { kind: "int" } }, count!]); // both are always given
    builder.sql += ")";
  },
  right(node, builder) {
    const [text, count] = node.args;
    // A substring from the end of 0 characters would be the whole text.
    builder.sql += "substr(";
    builder.expression(text!); // both are always given
    builder.sql += ", -max(";
    builder.expression(count!);
    builder.sql += ", 0), max(";
    builder.expression(count!);
    builder.sql += ", 0))";
  },
  position: call("instr"),
  concat: joined("||"),
  repeat: call("text_repeat"),
  reverse: call("text_reverse"),
  padStart: call("text_pad_start"),
  padEnd: call("text_pad_end"),
  abs: byKind("abs", "decimal_abs"),
  round,
  ceil: byKind("number_ceil", "decimal_ceil"),
  floor: byKind("number_floor", "decimal_floor"),
  trunc: byKind("number_trunc", "decimal_trunc"),
  sign: call("number_sign"),
  sqrt: call("number_sqrt"),
  power: call("number_power"),
  exp: call("number_exp"),
  ln: call("number_ln"),
  quotient(node, builder) {
    const [left, right] = node.args;
    builder.sql += "(";
    builder.operand(left!); // both are always given
    builder.sql += " / nullif(";
    builder.expression(right!);
    builder.sql += ", 0))";
  },
  nullif: byKind("nullif", "decimal_nullif"),
  greatest: byKind("max", "decimal_greatest"),
  least: byKind("min", "decimal_least"),
  now: (_, builder) => builder.sql += "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')",
};
