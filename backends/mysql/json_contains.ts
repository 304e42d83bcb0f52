import type { ExpressionNode } from "../../core/ast/expression.ts";
import type { JSONContainsNode, JSONPathNode, JSONStep } from "../../core/ast/json.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { SQLBuilder } from "../../core/sql/builder.ts";
import { jsonNull } from "../../core/types/json.ts";
import { mysqlBuilder } from "./builder.ts";

// JSON_CONTAINS takes an array for a holder of what its elements hold at any depth, so that [[1]] would hold 1. Therefore the
// value that is looked for, which is known when the SQL is written, becomes a condition for each of its parts.

/** What is looked into, and how many lists it is inside of. */
interface Holder {
  readonly operand: ExpressionNode;
  readonly path: readonly JSONStep[];
  readonly depth: number;
}

const JSON_TYPE = { kind: "json" } as const;

function placeOf({ operand, path }: Holder): JSONPathNode<ExpressionNode> {
  return { kind: "jsonPath", operand, path, form: "json", type: JSON_TYPE };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Writes the name of the type of JSON, as text that can be compared with any: the servers give it in a collation of their own. */
export function writeTypeName(write: () => void, builder: SQLBuilder): void {
  builder.sql += "CAST(JSON_TYPE(";
  write();
  builder.sql += ") AS CHAR)";
}

function writeType(holder: Holder, type: "ARRAY" | "OBJECT", builder: SQLBuilder): void {
  writeTypeName(() => builder.expression(placeOf(holder)), builder);
  builder.sql += ` = '${type}'`;
}

/** Writes that an array has an element that holds a value. */
function writeElement(holder: Holder, value: unknown, builder: SQLBuilder): void {
  const table = `element${holder.depth + 1}`;
  builder.sql += "EXISTS (SELECT 1 FROM JSON_TABLE(";
  builder.expression(placeOf(holder));
  builder.sql += `, '$[*]' COLUMNS (\`item\` JSON PATH '$')) AS \`${table}\` WHERE `;
  const operand: ExpressionNode = { kind: "raw", parts: [`\`${table}\`.\`item\``], nodes: [], isFragment: true };
  writeHolds({ operand, path: [], depth: holder.depth + 1 }, value, builder);
  builder.sql += ")";
}

/** Writes that a value is the same, or that an array or object holds all parts of one. */
function writeHolds(holder: Holder, value: unknown, builder: SQLBuilder): void {
  if (value === null || value === jsonNull) {
    // An element that is JSON's null has become NULL, as has a key that is missing.
    if (holder.path.length === 0) {
      builder.expression(placeOf(holder));
      builder.sql += " IS NULL";
      return;
    }
    builder.expression({ kind: "jsonHasKey", operand: holder.operand, path: holder.path });
    builder.sql += " AND ";
    builder.operand(placeOf(holder));
    builder.sql += " IS NULL";
    return;
  }
  if (Array.isArray(value)) {
    writeType(holder, "ARRAY", builder);
    for (const item of value) {
      builder.sql += " AND ";
      writeElement(holder, item, builder);
    }
    return;
  }
  if (isObject(value)) {
    writeType(holder, "OBJECT", builder);
    for (const [key, item] of Object.entries(value)) {
      if (item === undefined) continue; // JSON leaves it out
      if (!key.isWellFormed()) {
        throw new QueryBuildError("Invalid key in the JSON that is searched for: it holds a lone surrogate");
      }
      builder.sql += " AND (";
      writeHolds({ ...holder, path: [...holder.path, key] }, item, builder);
      builder.sql += ")";
    }
    return;
  }
  mysqlBuilder(builder).syntax.writeJSONEquals(placeOf(holder), { kind: "value", value, type: JSON_TYPE }, builder);
}

/** Writes whether JSON at a place holds a value; NULL where there is no JSON. */
export function writeContains(node: JSONContainsNode<ExpressionNode>, builder: SQLBuilder): void {
  const { operand, path, value } = node;
  if (value.kind !== "value") throw new QueryBuildError("JSON can only be searched for a value");
  const holder: Holder = { operand, path, depth: 0 };
  // A Date or a custom class is what its JSON is.
  const wanted: unknown = JSON.parse(String(builder.encode(value.value, value.type, value.label)));
  builder.sql += "CASE WHEN ";
  builder.operand(placeOf(holder));
  builder.sql += " IS NOT NULL THEN COALESCE((";
  writeHolds(holder, wanted, builder);
  if (!Array.isArray(wanted)) {
    builder.sql += ") OR (";
    writeType(holder, "ARRAY", builder);
    builder.sql += " AND ";
    writeElement(holder, wanted, builder);
  }
  builder.sql += "), 0) END";
}
