import type { ExpressionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { JSONPathNode, JSONStep } from "../../core/ast/json.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { type JSONCompilers, jsonObjectCall, jsonPathText } from "../../core/sql/compile_json.ts";

/** Writes a function of a document and a path. */
function writeCall(name: string, operand: ExpressionNode, path: readonly JSONStep[], builder: SQLBuilder): void {
  builder.sql += `${name}(`;
  builder.expression(operand);
  builder.sql += ", ";
  builder.bindText(jsonPathText(path));
  builder.sql += ")";
}

function writePath({ operand, path, form }: JSONPathNode<ExpressionNode>, builder: SQLBuilder): void {
  if (form === "json") {
    builder.need("json.path");
    builder.sql += "nullif(";
    builder.operand(operand);
    builder.sql += " -> ";
    builder.bindText(jsonPathText(path));
    builder.sql += ", 'null')";
    return;
  }
  builder.sql += "CASE ";
  writeCall("json_type", operand, path, builder);
  if (form === "boolean") {
    builder.sql += " WHEN 'true' THEN 1 WHEN 'false' THEN 0 END";
    return;
  }
  for (const type of form === "string" ? ["text"] : ["integer", "real"]) {
    builder.sql += ` WHEN '${type}' THEN `;
    writeCall("json_extract", operand, path, builder);
  }
  builder.sql += " END";
}

/** Writes a value in the order of JSON: numbers by value before texts. */
export function writeJSONOrder({ operand, path }: JSONPathNode<ExpressionNode>, builder: SQLBuilder): void {
  writeCall("json_extract", operand, path, builder);
}

/** Writes a value so that a function of JSON takes it for what it is. */
export function writeJSONValue(node: ExpressionNode, builder: SQLBuilder): void {
  switch (kindOf(node)) {
    case "json":
    case "array":
      builder.sql += "json(";
      builder.expression(node);
      builder.sql += ")";
      return;
    case "boolean":
      builder.sql += "json(CASE ";
      builder.operand(node);
      builder.sql += " WHEN 0 THEN 'false' WHEN 1 THEN 'true' END)";
      return;
    case "bigint":
      builder.sql += "CAST(";
      builder.expression(node);
      builder.sql += " AS TEXT)";
      return;
    case "bytes":
      throw new QueryBuildError("Bytes cannot be put into JSON");
    default:
      builder.expression(node);
  }
}

/** How SQLite writes what looks into JSON. */
export const jsonExpressions: JSONCompilers = {
  jsonPath: writePath,
  jsonContains({ operand, path, value }, builder) {
    builder.sql += "json_holds(";
    writePath({ kind: "jsonPath", operand, path, form: "json", type: { kind: "json" } }, builder);
    builder.sql += ", ";
    builder.expression(value);
    builder.sql += ")";
  },
  jsonHasKey({ operand, path }, builder) {
    writeCall("json_type", operand, path, builder);
    builder.sql += " IS NOT NULL";
  },
  jsonLength({ operand, path }, builder) {
    builder.sql += "CASE ";
    writeCall("json_type", operand, path, builder);
    builder.sql += " WHEN 'array' THEN ";
    writeCall("json_array_length", operand, path, builder);
    builder.sql += " END";
  },
  jsonSet({ operand, path, value }, builder) {
    const write = (name: string) => {
      builder.sql += `${name}(`;
      builder.expression(operand);
      builder.sql += ", ";
      builder.bindText(jsonPathText(path));
      builder.sql += ", ";
      writeJSONValue(value, builder);
      builder.sql += ")";
    };
    // An element of an array is only replaced, and so it is not made where there is none.
    if (typeof path.at(-1) === "number") return write("json_replace");
    builder.sql += "CASE ";
    writeCall("json_type", operand, path.slice(0, -1), builder);
    builder.sql += " WHEN 'object' THEN ";
    write("json_set");
    builder.sql += " ELSE ";
    builder.expression(operand);
    builder.sql += " END";
  },
  jsonObject: jsonObjectCall("json_object", writeJSONValue),
};
