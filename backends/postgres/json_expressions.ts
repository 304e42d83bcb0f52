import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { JSONPathNode, JSONStep } from "../../core/ast/json.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { type JSONCompilers, jsonObjectCall, jsonPathText } from "../../core/sql/compile_json.ts";
import { arrayText } from "./array_text.ts";
import { postgresBuilder, writeTyped } from "./builder.ts";

const TEXT = { kind: "string" } as const;

interface Place {
  readonly operand: ExpressionNode;
  readonly path: readonly JSONStep[];
}

/** Writes a function of JSON and a path, which takes keys for keys and positions for positions, and NULL where neither is. */
function writeCall(name: string, { operand, path }: Place, builder: SQLBuilder): void {
  builder.sql += `${name}(`;
  writeTyped(operand, builder);
  builder.sql += ", CAST(";
  postgresBuilder(builder).text(`strict ${jsonPathText(path)}`);
  builder.sql += " AS JSONPATH), '{}', TRUE)";
}

function writePlace(place: Place, builder: SQLBuilder): void {
  if (place.path.length === 0) return writeTyped(place.operand, builder);
  writeCall("jsonb_path_query_first", place, builder);
}

function writeWhen(place: Place, type: string, write: () => void, builder: SQLBuilder): void {
  builder.sql += "CASE jsonb_typeof(";
  writePlace(place, builder);
  builder.sql += `) WHEN '${type}' THEN `;
  write();
  builder.sql += " END";
}

const CASTS = { string: "", number: "NUMERIC", boolean: "BOOLEAN" } as const;

function writePath({ operand, path, form }: JSONPathNode<ExpressionNode>, builder: SQLBuilder): void {
  const place = { operand, path };
  if (form === "json") {
    builder.sql += "nullif(";
    writePlace(place, builder);
    builder.sql += ", 'null')";
    return;
  }
  const type = CASTS[form];
  writeWhen(place, form, () => {
    builder.sql += type === "" ? "(" : "CAST(";
    writePlace(place, builder);
    builder.sql += ` #>> '{}'${type === "" ? "" : ` AS ${type}`})`;
  }, builder);
}

/** Writes a value as JSON: times and what JSON would round as text, NULL as JSON's null. */
export function writeJSONValue(node: ExpressionNode, builder: SQLBuilder): void {
  const kind = "type" in node ? node.type?.kind : undefined;
  if (kind === "bytes") throw new QueryBuildError("Bytes cannot be put into JSON");
  builder.sql += "coalesce(to_jsonb(";
  if (kind === "decimal" || kind === "bigint") {
    builder.sql += "CAST(";
    writeTyped(node, builder);
    builder.sql += " AS TEXT)";
  } else if (kind === "date" || kind === "instant") {
    builder.sql += "to_char(";
    writeTyped(node, builder);
    builder.sql += ` AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.${kind === "date" ? "MS" : "US"}"Z"')`;
  } else writeTyped(node, builder);
  builder.sql += "), 'null')";
}

function writeSet({ operand, path }: Place, value: ExpressionNode, adds: boolean, builder: SQLBuilder): void {
  builder.sql += " THEN jsonb_set(";
  writeTyped(operand, builder);
  builder.sql += ", CAST(";
  builder.bind(arrayText(path.map(String)), TEXT, undefined);
  builder.sql += " AS TEXT[]), ";
  writeJSONValue(value, builder);
  builder.sql += `, ${adds}) ELSE `;
  writeTyped(operand, builder);
  builder.sql += " END";
}

/** How PostgreSQL writes what looks into JSON. */
export const jsonExpressions: JSONCompilers = {
  jsonPath: writePath,
  jsonContains({ operand, path, value }, builder) {
    writePath({ kind: "jsonPath", operand, path, form: "json", type: { kind: "json" } }, builder);
    builder.sql += " @> ";
    writeTyped(value, builder);
  },
  jsonHasKey(node, builder) {
    builder.sql += "coalesce(";
    writeCall("jsonb_path_exists", node, builder);
    builder.sql += ", FALSE)";
  },
  jsonLength(node, builder) {
    writeWhen(node, "array", () => {
      builder.sql += "jsonb_array_length(";
      writePlace(node, builder);
      builder.sql += ")";
    }, builder);
  },
  jsonSet({ operand, path, value }, builder) {
    const isElement = typeof path.at(-1) === "number";
    builder.sql += "CASE WHEN ";
    if (isElement) writeCall("jsonb_path_exists", { operand, path }, builder);
    else {
      builder.sql += "jsonb_typeof(";
      writePlace({ operand, path: path.slice(0, -1) }, builder);
      builder.sql += ") = 'object'";
    }
    writeSet({ operand, path }, value, !isElement, builder);
  },
  jsonObject: jsonObjectCall(
    "jsonb_build_object",
    writeJSONValue,
    (key, builder) => postgresBuilder(builder).text(key),
  ),
};
