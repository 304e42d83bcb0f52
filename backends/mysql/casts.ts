import type { ExpressionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import type { LogicalKind, LogicalType } from "../../core/types/database_type.ts";
import { isParameter } from "./typed.ts";

const WHOLE: ReadonlySet<string | undefined> = new Set(["int", "int32", "bigint", "boolean"] satisfies LogicalKind[]);

/** The word that CAST takes for a type, on both servers. */
export function castType({ kind, precision = 65, scale = 30, length }: LogicalType): string {
  switch (kind) {
    case "int":
    case "int32":
    case "bigint":
    case "boolean":
      return "SIGNED";
    case "number":
      return "DOUBLE";
    case "decimal":
      return `DECIMAL(${precision},${scale})`;
    case "date":
    case "instant":
    case "plainDateTime":
      return "DATETIME(6)";
    case "plainDate":
      return "DATE";
    case "plainTime":
      return "TIME(6)";
    case "bytes":
      return "BINARY"; // a length would fill the rest with zeros
    default:
      return length === undefined ? "CHAR" : `CHAR(${length})`;
  }
}

function writeAs(type: string, operand: ExpressionNode, builder: SQLBuilder): void {
  builder.sql += "CAST(";
  builder.expression(operand);
  builder.sql += ` AS ${type})`;
}

/** How the servers write CAST. */
export const castExpressions: Pick<ExpressionCompilers, "cast"> = {
  cast({ operand, type }, builder) {
    const from = kindOf(operand);
    const name = builder.dialect.castType(type);
    if (from === type.kind && isParameter(operand)) return writeAs(name, operand, builder);
    if (type.kind === "boolean") {
      builder.operand(operand);
      builder.sql += " <> 0";
    } else if (type.kind === "string" && from === "boolean") {
      builder.sql += "CASE ";
      builder.operand(operand);
      builder.sql += " WHEN 0 THEN 'false' WHEN 1 THEN 'true' END";
    } else if (name === "SIGNED" && !WHOLE.has(from)) {
      // The servers would round; and of a text they would read no more than a DOUBLE holds.
      builder.sql += "CAST(TRUNCATE(";
      if (from === "string") writeAs("DECIMAL(65,30)", operand, builder);
      else builder.expression(operand);
      builder.sql += ", 0) AS SIGNED)";
    } else if (type.kind === "decimal" && type.scale === undefined && WHOLE.has(from)) {
      writeAs("DECIMAL(65,0)", operand, builder);
    } else writeAs(name, operand, builder);
  },
};
