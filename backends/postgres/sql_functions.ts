import type { ExpressionNode, FunctionNode } from "../../core/ast/expression.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import type { Compiler, FunctionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { standardFunctions } from "../../core/sql/compile_function.ts";
import { writeTyped, writeTypedList } from "./builder.ts";

const INTEGERS: ReadonlySet<string | undefined> = new Set(["int", "int32", "bigint"]);

function typed(name: string): Compiler<FunctionNode> {
  return ({ args }, builder) => {
    builder.sql += `${name}(`;
    writeTypedList(args, builder);
    builder.sql += ")";
  };
}

function writeCast(node: ExpressionNode, type: string, builder: SQLBuilder): void {
  builder.sql += "CAST(";
  writeTyped(node, builder);
  builder.sql += ` AS ${type})`;
}

/** A function that gives what it is given; of integers the server makes numbers. */
function same(name: string): Compiler<FunctionNode> {
  return (node, builder) => {
    const isInteger = INTEGERS.has(node.type?.kind);
    builder.sql += isInteger ? `CAST(${name}(` : `${name}(`;
    writeTypedList(node.args, builder);
    builder.sql += isInteger ? ") AS BIGINT)" : ")";
  };
}

/** A function of numbers that is NULL where it has no result. */
function partial(name: string, condition: string): Compiler<FunctionNode> {
  return ({ args: [operand] }, builder) => {
    builder.sql += "CASE WHEN ";
    writeCast(operand!, "DOUBLE PRECISION", builder); // always given
    builder.sql += ` ${condition} THEN ${name}(`;
    writeCast(operand!, "DOUBLE PRECISION", builder);
    builder.sql += ") END";
  };
}

/** PostgreSQL leaves NULLs out; here one of them makes the whole NULL. */
function extreme(name: string): Compiler<FunctionNode> {
  return ({ args }, builder) => {
    builder.sql += "CASE WHEN ";
    args.forEach((arg, i) => {
      if (i > 0) builder.sql += " OR ";
      builder.sql += "(";
      writeTyped(arg, builder);
      builder.sql += ") IS NULL";
    });
    builder.sql += ` THEN NULL ELSE ${name}(`;
    writeTypedList(args, builder);
    builder.sql += ") END";
  };
}

/** How PostgreSQL writes each function. */
export const POSTGRESQL_FUNCTIONS: FunctionCompilers = {
  ...standardFunctions,
  abs(node, builder) {
    // The lowest integer of 32 bits has no positive counterpart.
    if (node.type?.kind !== "int32") return typed("abs")(node, builder);
    builder.sql += "abs(";
    writeCast(node.args[0]!, "BIGINT", builder); // always given
    builder.sql += ")";
  },
  ceil: same("ceil"),
  floor: same("floor"),
  trunc: same("trunc"),
  round(node, builder) {
    const [operand, places] = node.args;
    // By digits and not by bits, half away from zero.
    builder.sql += "CAST(round(";
    writeCast(operand!, "NUMERIC", builder); // always given
    builder.sql += ", ";
    if (places === undefined) builder.sql += "0";
    else writeCast(places, "INTEGER", builder);
    // What gives an integer of 32 bits may hold more, as abs() does.
    const type: LogicalType = node.type?.kind === "int32" ? { kind: "int" } : node.type ?? { kind: "number" };
    builder.sql += `) AS ${builder.dialect.castType(type)})`;
  },
  sign({ args: [operand] }, builder) {
    builder.sql += "CAST(sign(";
    writeTyped(operand!, builder); // always given
    builder.sql += ") AS INTEGER)";
  },
  sqrt: partial("sqrt", ">= 0"),
  ln: partial("ln", "> 0"),
  exp({ args: [operand] }, builder) {
    builder.sql += "exp(";
    writeCast(operand!, "DOUBLE PRECISION", builder); // always given
    builder.sql += ")";
  },
  power({ args: [base, exponent] }, builder) {
    builder.sql += "power(";
    writeCast(base!, "DOUBLE PRECISION", builder); // both are always given
    builder.sql += ", ";
    writeCast(exponent!, "DOUBLE PRECISION", builder);
    builder.sql += ")";
  },
  quotient({ args: [dividend, divisor] }, builder) {
    builder.sql += "CAST(div(";
    writeCast(dividend!, "NUMERIC", builder); // both are always given
    builder.sql += ", nullif(";
    writeCast(divisor!, "NUMERIC", builder);
    builder.sql += ", 0)) AS BIGINT)";
  },
  coalesce: typed("coalesce"),
  nullif: typed("nullif"),
  greatest: extreme("greatest"),
  least: extreme("least"),
  now: (_, builder) => builder.sql += "statement_timestamp()",
};
