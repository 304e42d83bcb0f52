import type { ExpressionNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import type { JSONPathNode, JSONStep } from "../../core/ast/json.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { type JSONCompilers, jsonObjectCall, jsonPathText } from "../../core/sql/compile_json.ts";
import { mysqlBuilder } from "./builder.ts";
import { writeContains, writeTypeName } from "./json_contains.ts";
import { isParameter, typed } from "./typed.ts";

interface Place {
  readonly operand: ExpressionNode;
  readonly path: readonly JSONStep[];
}

function bindSteps(path: readonly JSONStep[], builder: SQLBuilder): void {
  builder.bindText(mysqlBuilder(builder).syntax.checkedPath(jsonPathText(path)));
}

/** Writes a function of a document and a path. */
function writeCall(name: string, { operand, path }: Place, builder: SQLBuilder, between = ""): void {
  builder.sql += `${name}(`;
  builder.expression(operand);
  builder.sql += `, ${between}`;
  bindSteps(path, builder);
  builder.sql += ")";
}

function writeExtract(place: Place, builder: SQLBuilder): void {
  if (place.path.length === 0) builder.expression(typed(place.operand, builder));
  else writeCall("JSON_EXTRACT", place, builder);
}

/** Writes the condition that a place holds JSON of some types. */
function writeIsOf(place: Place, types: readonly string[], builder: SQLBuilder): void {
  writeTypeName(() => writeExtract(place, builder), builder);
  builder.sql += ` IN (${types.map((type) => `'${type}'`).join(", ")})`;
}

/** The places of which a path takes the first element: for the servers anything else is an array of itself. */
function arraysOf({ operand, path }: Place): readonly Place[] {
  return path.flatMap((step, i) => step === 0 ? [{ operand, path: path.slice(0, i) }] : []);
}

/** Writes an expression for the documents whose arrays on the path are some; NULL, or another expression, for others. */
function writeWhere(
  conditions: readonly (() => void)[],
  write: () => void,
  otherwise: (() => void) | null,
  builder: SQLBuilder,
): void {
  if (conditions.length === 0) return write();
  builder.sql += "CASE WHEN ";
  conditions.forEach((condition, i) => {
    if (i > 0) builder.sql += " AND ";
    condition();
  });
  builder.sql += " THEN ";
  write();
  if (otherwise !== null) {
    builder.sql += " ELSE ";
    otherwise();
  }
  builder.sql += " END";
}

function arrayConditions(place: Place, builder: SQLBuilder): (() => void)[] {
  return arraysOf(place).map((array) => () => writeIsOf(array, ["ARRAY"], builder));
}

const TYPES = {
  string: ["STRING"],
  number: ["INTEGER", "UNSIGNED INTEGER", "DOUBLE", "DECIMAL"],
  boolean: ["BOOLEAN"],
} as const;

function writePath({ operand, path, form }: JSONPathNode<ExpressionNode>, builder: SQLBuilder): void {
  const place = { operand, path };
  const conditions = arrayConditions(place, builder);
  if (form === "json") {
    conditions.push(() => {
      writeTypeName(() => writeExtract(place, builder), builder);
      builder.sql += " <> 'NULL'";
    });
    return writeWhere(conditions, () => writeExtract(place, builder), null, builder);
  }
  conditions.push(() => writeIsOf(place, TYPES[form], builder));
  writeWhere(
    conditions,
    () => {
      if (form === "number") {
        writeExtract(place, builder);
        builder.sql += " + 0e0";
        return;
      }
      // As text of the connection's collation, in which texts are equal only when every byte is.
      builder.sql += "CAST(JSON_UNQUOTE(";
      writeExtract(place, builder);
      builder.sql += ") AS CHAR)";
      if (form === "boolean") builder.sql += " = 'true'";
    },
    null,
    builder,
  );
}

/** Writes a time as JSON has it. */
function writeTime(node: ExpressionNode, kind: "date" | "instant" | "plainDateTime", builder: SQLBuilder): void {
  builder.sql += kind === "plainDateTime" ? "" : "CONCAT(";
  builder.sql += kind === "date" ? "LEFT(DATE_FORMAT(" : "DATE_FORMAT(";
  builder.expression(node);
  builder.sql += ", '%Y-%m-%dT%H:%i:%s.%f')";
  builder.sql += kind === "date" ? ", 23), 'Z')" : kind === "instant" ? ", 'Z')" : "";
}

/** Writes JSON as such, or as text of the connection's collation where JSON is text: the servers mix no collations. */
function writeDocument(node: ExpressionNode, builder: SQLBuilder): void {
  builder.sql += "CAST(";
  builder.expression(node);
  builder.sql += ` AS ${builder.dialect.castType(JSON_TYPE)})`;
}

const JSON_TYPE = { kind: "json" } as const;

/** Writes a value so that a function of JSON takes it for what it is; what JSON would round becomes text. */
export function writeJSONValue(given: ExpressionNode, builder: SQLBuilder): void {
  const kind = kindOf(given);
  const node = typed(given, builder);
  switch (kind) {
    case "json":
    case "array":
      builder.sql += "JSON_EXTRACT(";
      writeDocument(given, builder);
      builder.sql += ", '$')";
      return;
    case "boolean":
      builder.sql += "JSON_EXTRACT(CASE (";
      builder.operand(node);
      builder.sql += " <> 0) WHEN 0 THEN 'false' WHEN 1 THEN 'true' END, '$')";
      return;
    case "bigint":
    case "decimal":
    case "string":
    case "enum":
      if (kind === "string" && isParameter(node)) return builder.expression(node);
      builder.sql += "CAST(";
      builder.expression(node);
      builder.sql += " AS CHAR)";
      return;
    case "date":
    case "instant":
    case "plainDateTime":
      return writeTime(node, kind, builder);
    case "bytes":
      throw new QueryBuildError("Bytes cannot be put into JSON");
    default:
      builder.expression(node);
  }
}

/** How MySQL and MariaDB write what looks into JSON. */
export const jsonExpressions: JSONCompilers = {
  jsonPath: writePath,
  jsonContains: writeContains,
  jsonHasKey(place, builder) {
    builder.sql += "COALESCE(";
    writeWhere(
      arrayConditions(place, builder),
      () => writeCall("JSON_CONTAINS_PATH", place, builder, "'one', "),
      null,
      builder,
    );
    builder.sql += ", 0) = 1";
  },
  jsonLength(place, builder) {
    const conditions = [...arrayConditions(place, builder), () => writeIsOf(place, ["ARRAY"], builder)];
    writeWhere(
      conditions,
      () => {
        builder.sql += "JSON_LENGTH(";
        writeExtract(place, builder);
        builder.sql += ")";
      },
      null,
      builder,
    );
  },
  jsonSet({ operand, path, value }, builder) {
    const place = { operand, path };
    // An element of an array is only replaced, and so it is not made where there is none.
    const isElement = typeof path.at(-1) === "number";
    const conditions = arrayConditions(place, builder);
    if (!isElement) conditions.push(() => writeIsOf({ operand, path: path.slice(0, -1) }, ["OBJECT"], builder));
    writeWhere(
      conditions,
      () => {
        builder.sql += isElement ? "JSON_REPLACE(" : "JSON_SET(";
        writeDocument(operand, builder);
        builder.sql += ", ";
        bindSteps(path, builder);
        builder.sql += ", ";
        writeJSONValue(value, builder);
        builder.sql += ")";
      },
      () => writeDocument(operand, builder),
      builder,
    );
  },
  jsonObject: jsonObjectCall("JSON_OBJECT", writeJSONValue),
};
