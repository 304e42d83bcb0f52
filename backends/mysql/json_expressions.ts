import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { JSONPathNode, JSONStep } from "../../core/ast/json.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { jsonPathText } from "../../core/sql/compile_json.ts";
import { mysqlBuilder } from "./builder.ts";
import { typeOf } from "./typed.ts";

const TEXT = { kind: "string" } as const;

interface Place {
  readonly operand: ExpressionNode;
  readonly path: readonly JSONStep[];
}

function bindSteps(path: readonly JSONStep[], builder: SQLBuilder): void {
  builder.bind(mysqlBuilder(builder).syntax.checkedPath(jsonPathText(path)), TEXT, undefined);
}

function writeCall(name: string, { operand, path }: Place, builder: SQLBuilder): void {
  builder.sql += `${name}(`;
  builder.expression(operand);
  builder.sql += ", ";
  bindSteps(path, builder);
  builder.sql += ")";
}

function writePlace(place: Place, builder: SQLBuilder): void {
  writeCall("JSON_EXTRACT", place, builder);
}

/** Texts that the servers make have collations of their own, which no column and no parameter has. */
function writeCollation(builder: SQLBuilder): void {
  builder.sql += ` COLLATE ${mysqlBuilder(builder).syntax.collation}`;
}

function writeType(place: Place, builder: SQLBuilder): void {
  builder.sql += "CONVERT(JSON_TYPE(";
  writePlace(place, builder);
  builder.sql += ") USING utf8mb4)";
  writeCollation(builder);
}

function writeWhen(place: Place, types: string, write: () => void, builder: SQLBuilder): void {
  builder.sql += "CASE WHEN ";
  writeType(place, builder);
  builder.sql += ` IN (${types}) THEN `;
  write();
  builder.sql += " END";
}

const TYPES = {
  string: "'STRING'",
  number: "'INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL'",
  boolean: "'BOOLEAN'",
} as const;
const READ = { string: "", number: " + 0e0", boolean: " = 'true'" } as const;

function writePath({ operand, path, form }: JSONPathNode<ExpressionNode>, builder: SQLBuilder): void {
  const place = { operand, path };
  if (form === "json") {
    builder.sql += "CASE WHEN ";
    writeType(place, builder);
    builder.sql += " <> 'NULL' THEN ";
    writePlace(place, builder);
    builder.sql += " END";
    return;
  }
  writeWhen(place, TYPES[form], () => {
    builder.sql += "(JSON_UNQUOTE(";
    writePlace(place, builder);
    builder.sql += ")";
    if (form !== "number") writeCollation(builder);
    builder.sql += `${READ[form]})`;
  }, builder);
}

/** Writes a value as JSON: times and what JSON would round as text. */
export function writeJSONValue(node: ExpressionNode, isCondition: boolean, builder: SQLBuilder): void {
  const kind = isCondition ? "boolean" : typeOf(node)?.kind;
  const around = (before: string, after: string) => {
    builder.sql += before;
    builder.expression(node);
    builder.sql += after;
  };
  switch (kind) {
    case "bytes":
      throw new QueryBuildError("Bytes cannot be put into JSON");
    case "json":
    case "array":
      return around("JSON_EXTRACT(", ", '$')");
    case "boolean":
      return around("JSON_EXTRACT(CASE (", ") WHEN 0 THEN 'false' WHEN 1 THEN 'true' END, '$')");
    case "decimal":
    case "bigint":
      return around("CAST(", " AS CHAR)");
    case "date":
      return around("CONCAT(LEFT(DATE_FORMAT(", ", '%Y-%m-%dT%H:%i:%s.%f'), 23), 'Z')");
    case "instant":
      return around("DATE_FORMAT(", ", '%Y-%m-%dT%H:%i:%s.%fZ')");
    default:
      return around("", "");
  }
}

/** Kinds of expressions that are true or false. */
const CONDITIONS: ReadonlySet<ExpressionNode["kind"]> = new Set(
  [
    "comparison",
    "logic",
    "not",
    "nullTest",
    "in",
    "between",
    "pattern",
    "exists",
    "distinctFrom",
    "jsonContains",
    "jsonHasKey",
  ] as const,
);

/** Whether an expression is true or false. */
export function isCondition(node: ExpressionNode): boolean {
  return CONDITIONS.has(node.kind);
}

/** How MySQL and MariaDB write what looks into JSON. */
export const jsonExpressions: Pick<
  ExpressionCompilers,
  "jsonPath" | "jsonContains" | "jsonHasKey" | "jsonLength" | "jsonSet" | "jsonObject"
> = {
  jsonPath: writePath,
  jsonContains({ operand, path, value }, builder) {
    builder.sql += "JSON_CONTAINS(";
    writePath({ kind: "jsonPath", operand, path, form: "json", type: { kind: "json" } }, builder);
    builder.sql += ", ";
    builder.expression(value);
    builder.sql += ") = 1";
  },
  jsonHasKey({ operand, path }, builder) {
    builder.sql += "COALESCE(JSON_CONTAINS_PATH(";
    builder.expression(operand);
    builder.sql += ", 'one', ";
    bindSteps(path, builder);
    builder.sql += "), 0) = 1";
  },
  jsonLength(node, builder) {
    writeWhen(node, "'ARRAY'", () => writeCall("JSON_LENGTH", node, builder), builder);
  },
  jsonSet({ operand, path, value }, builder) {
    const write = (name: string) => {
      builder.sql += `${name}(`;
      builder.expression(operand);
      builder.sql += ", ";
      bindSteps(path, builder);
      builder.sql += ", ";
      writeJSONValue(value, isCondition(value), builder);
      builder.sql += ")";
    };
    // An element of an array is only replaced, and so it is not made where there is none.
    if (typeof path.at(-1) === "number") return write("JSON_REPLACE");
    builder.sql += "CASE WHEN ";
    writeType({ operand, path: path.slice(0, -1) }, builder);
    builder.sql += " = 'OBJECT' THEN ";
    write("JSON_SET");
    builder.sql += " ELSE ";
    builder.expression(operand);
    builder.sql += " END";
  },
  jsonObject({ entries }, builder) {
    builder.sql += "JSON_OBJECT(";
    entries.forEach(({ key, value }, i) => {
      if (i > 0) builder.sql += ", ";
      builder.bind(key, TEXT, undefined);
      builder.sql += ", ";
      writeJSONValue(value, isCondition(value), builder);
    });
    builder.sql += ")";
  },
};
