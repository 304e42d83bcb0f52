import type { FunctionNode } from "../ast/expression.ts";
import type { Compiler, FunctionCompilers } from "./builder.ts";

/** Writes a call of a function by its name in the database. */
export function call(name: string): Compiler<FunctionNode> {
  return (node, builder) => {
    builder.sql += `${name}(`;
    builder.list(node.args);
    builder.sql += ")";
  };
}

/** Writes the arguments with an operator between them, in parentheses. */
export function joined(operator: string): Compiler<FunctionNode> {
  return (node, builder) => {
    builder.sql += "(";
    node.args.forEach((arg, i) => {
      if (i > 0) builder.sql += ` ${operator} `;
      builder.operand(arg);
    });
    builder.sql += ")";
  };
}

/** How standard SQL, or what most databases agree on, writes each function. */
export const standardFunctions: FunctionCompilers = {
  lower: call("lower"),
  upper: call("upper"),
  length: call("char_length"),
  trim: call("trim"),
  trimStart: call("ltrim"),
  trimEnd: call("rtrim"),
  substring: call("substr"),
  left: call("left"),
  right: call("right"),
  replace: call("replace"),
  concat: joined("||"),
  position(node, builder) {
    const [text, part] = node.args;
    builder.sql += "position(";
    builder.operand(part!); // both are always given, see the functions
    builder.sql += " IN ";
    builder.operand(text!);
    builder.sql += ")";
  },
  repeat: call("repeat"),
  reverse: call("reverse"),
  padStart: call("lpad"),
  padEnd: call("rpad"),
  abs: call("abs"),
  round: call("round"),
  ceil: call("ceil"),
  floor: call("floor"),
  trunc: call("trunc"),
  sign: call("sign"),
  sqrt: call("sqrt"),
  power: call("power"),
  exp: call("exp"),
  ln: call("ln"),
  quotient: call("div"),
  coalesce: call("coalesce"),
  nullif: call("nullif"),
  greatest: call("greatest"),
  least: call("least"),
  now: (_, builder) => builder.sql += "CURRENT_TIMESTAMP",
};
