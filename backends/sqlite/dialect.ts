import type { IndexHint } from "../../core/ast/clauses.ts";
import type { ExpressionNode, InNode, PatternNode, ValueNode } from "../../core/ast/expression.ts";
import type { ColumnDefinition, StatementNode } from "../../core/ast/statement.ts";
import type { ExpressionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { likePattern, standardExpressions } from "../../core/sql/compile_expression.ts";
import { compileSelect, standardStatements, writeLimitOffset } from "../../core/sql/compile_statement.ts";
import { SQLDialect } from "../../core/sql/dialect.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import type { DatabaseType, TypeMapping } from "../../core/types/database_type.ts";
import { expandFullText, fts5Expressions, fts5Statements } from "./full_text.ts";
import { sqlitePlans } from "./plan.ts";
import { SQLITE_TYPE_MAPPINGS } from "./types.ts";
import { writeUpdateFromRows } from "./update_rows.ts";

/** Lists longer than this travel as one JSON parameter, so that their statements stay few and under the parameter limit. */
const LONGEST_LIST = 16;

/** SQLite has no OFFSET without LIMIT; -1 means no limit. */
function limitOffset(limit: number | null, offset: number | null): string {
  return writeLimitOffset(limit, offset).replace(/^ OFFSET/, " LIMIT -1 OFFSET");
}

/** A GLOB pattern, which is case-sensitive where SQLite's LIKE is not. */
function globPattern(match: PatternNode["match"], text: string): string {
  const literal = (part: string) => part.replace(/[*?[]/g, "[$&]");
  switch (match) {
    case "contains":
      return `*${literal(text)}*`;
    case "startsWith":
      return `${literal(text)}*`;
    case "endsWith":
      return `*${literal(text)}`;
    default:
      return text.replace(
        /\\([\s\S])|[%_]|[^\\%_]+/g,
        (part, escaped?: string) =>
          escaped !== undefined ? literal(escaped) : part === "%" ? "*" : part === "_" ? "?" : literal(part),
      );
  }
}

function typeOf(node: ExpressionNode): string | undefined {
  return "type" in node && typeof node.type === "object" && node.type.converter === undefined
    ? node.type.kind
    : undefined;
}

/** Wraps what is stored as text but is not compared as text: decimals by value, JSON whatever the order of its keys. */
function comparable(node: ExpressionNode, kind: string | undefined): ExpressionNode {
  if (kind === "decimal") return { kind: "raw", parts: ["decimal_key(", ")"], nodes: [node] };
  if (kind === "json") return { kind: "raw", parts: [JSON_KEY_START, JSON_KEY_END], nodes: [node] };
  return node;
}

/**
 * A text that is equal for equal JSON: every leaf with its path, in the order of the paths; NULL for NULL. The inner SELECT
 * keeps a column named like one of json_tree's own, such as `json` or `value`, from being taken for it.
 */
const JSON_KEY_START = "nullif((SELECT json_group_array(leaf) FROM (SELECT json_array(fullkey, " +
  "CASE WHEN type IN ('integer', 'real') THEN 'number' ELSE type END, atom + 0.0, CASE WHEN type = 'text' THEN atom END) AS leaf FROM (SELECT ";
const JSON_KEY_END = " AS document) AS source, json_tree(source.document) ORDER BY fullkey)), '[]')";

function isText(kind: string | undefined): boolean {
  return kind === "decimal" || kind === "json";
}

/** Values that a JSON array can carry without changing their type. */
function jsonList(items: readonly ValueNode[], builder: SQLBuilder): string | null {
  const encoded = items.map((item) => builder.encode(item.value, item.type, item.label));
  if (
    !encoded.every((value) => typeof value === "string" || typeof value === "bigint" || Number.isSafeInteger(value))
  ) return null;
  return `[${encoded.map((value) => typeof value === "string" ? JSON.stringify(value) : String(value)).join(",")}]`;
}

/** Repeats the last value up to a power of two, so that lists of similar length share a prepared statement. */
function padded(items: readonly ValueNode[]): readonly ValueNode[] {
  const length = 2 ** Math.ceil(Math.log2(Math.max(1, items.length)));
  return items.length === 0 || items.length > LONGEST_LIST || length === items.length
    ? items
    : [...items, ...new Array<ValueNode>(length - items.length).fill(items.at(-1)!)];
}

function compileIn(node: InNode, builder: SQLBuilder): void {
  const kind = typeOf(node.operand);
  if (!Array.isArray(node.items) || isText(kind)) {
    const items = Array.isArray(node.items)
      ? node.items.map((item) => comparable(item, kind)) as readonly ValueNode[]
      : node.items;
    return standardExpressions.in({ ...node, operand: comparable(node.operand, kind), items }, builder);
  }
  const json = node.items.length > LONGEST_LIST ? jsonList(node.items, builder) : null;
  if (json === null) return standardExpressions.in({ ...node, items: padded(node.items) }, builder);
  builder.operand(node.operand);
  builder.sql += node.negated ? " NOT IN (SELECT value FROM json_each(" : " IN (SELECT value FROM json_each(";
  builder.bind(json, { kind: "string" }, undefined);
  builder.sql += "))";
}

/** Binds a pattern as text by cast: a bare parameter behind LIKE or GLOB is prepared anew for each value. */
function bindPattern(pattern: string, builder: SQLBuilder): void {
  builder.sql += "cast(";
  builder.bind(pattern, { kind: "string" }, undefined);
  builder.sql += " AS TEXT)";
}

const IS_ASCII = /^[\0-\x7f]*$/;

function compilePattern(node: PatternNode, builder: SQLBuilder): void {
  // SQLite's own LIKE knows only the capitals of ASCII.
  if (!node.caseSensitive && node.match !== "regex" && !IS_ASCII.test(node.pattern)) {
    builder.sql += "unicode_lower(";
    builder.expression(node.operand);
    builder.sql += ") LIKE ";
    bindPattern(likePattern(node.match, node.pattern.toLowerCase()), builder);
    builder.sql += " ESCAPE '!'";
    return;
  }
  builder.operand(node.operand);
  if (node.match === "regex") {
    builder.sql += " REGEXP ";
    builder.bind(node.pattern, { kind: "string" }, undefined);
  } else if (node.caseSensitive) {
    builder.sql += " GLOB ";
    bindPattern(globPattern(node.match, node.pattern), builder);
  } else {
    builder.sql += " LIKE ";
    bindPattern(likePattern(node.match, node.pattern), builder);
    builder.sql += " ESCAPE '!'";
  }
}

const expressions: ExpressionCompilers = {
  ...standardExpressions,
  ...fts5Expressions,
  in: compileIn,
  pattern: compilePattern,
  comparison(node, builder) {
    const kind = typeOf(node.left) ?? typeOf(node.right);
    if (!isText(kind)) return standardExpressions.comparison(node, builder);
    standardExpressions.comparison(
      { ...node, left: comparable(node.left, kind), right: comparable(node.right, kind) },
      builder,
    );
  },
  between(node, builder) {
    const kind = typeOf(node.operand);
    if (!isText(kind)) return standardExpressions.between(node, builder);
    const { operand, low, high } = node;
    standardExpressions.between({
      ...node,
      operand: comparable(operand, kind),
      low: comparable(low, kind),
      high: comparable(high, kind),
    }, builder);
  },
  aggregate(node, builder) {
    if (node.operand === null || typeOf(node.operand) !== "decimal" || node.name === "count") {
      return standardExpressions.aggregate(node, builder);
    }
    builder.sql += `decimal_${node.name}(${node.distinct ? "DISTINCT " : ""}`;
    builder.expression(node.operand);
    builder.sql += ")";
  },
};

const select = compileSelect(limitOffset);

const statements: StatementCompilers = {
  ...standardStatements,
  ...fts5Statements,
  updateRows: writeUpdateFromRows,
  select(node, builder) {
    const decimals = node.orderBy.some((item) => typeOf(item.expression) === "decimal");
    if (!decimals) return select(node, builder);
    const orderBy = node.orderBy.map((item) => ({
      ...item,
      expression: comparable(item.expression, typeOf(item.expression) === "decimal" ? "decimal" : undefined),
    }));
    select({ ...node, orderBy }, builder);
  },
};

/** How SQLite writes SQL. */
export class SQLiteDialect extends SQLDialect {
  /** `sqlite`. */
  override readonly name = "sqlite";
  /** How each kind of expression is written. */
  override readonly expressions: ExpressionCompilers = expressions;
  /** How each kind of statement is written. */
  override readonly statements: StatementCompilers = statements;
  /** AUTOINCREMENT keeps the key of a removed row from being given again. */
  override readonly autoIncrement = { clause: "PRIMARY KEY AUTOINCREMENT", isPrimaryKey: true };
  /** A STRICT table refuses a text in an INTEGER column. */
  override readonly tableSuffix = " STRICT";

  /** How SQLite says what it means to do. */
  override readonly plans: PlanReader = sqlitePlans;

  /** The types of a STRICT table. */
  override getTypeMappings(): Readonly<Record<DatabaseType, TypeMapping>> {
    return SQLITE_TYPE_MAPPINGS;
  }

  /** LIMIT and OFFSET as text; OFFSET alone gets `LIMIT -1`, which SQLite asks for. */
  override formatLimitOffset(limit: number | null, offset: number | null): string {
    return limitOffset(limit, offset);
  }

  /** A full-text index is a table of its own with triggers. */
  override expand(statement: StatementNode): readonly StatementNode[] {
    return expandFullText(statement, (name) => this.quoteIdentifier(name));
  }

  /** One index that must be used, or none at all. */
  override writeIndexHint({ action, indexes }: IndexHint, builder: SQLBuilder): void {
    builder.need("hints.index");
    if (indexes.length > 1) builder.need("hints.indexList");
    if (action === "ignore" && indexes.length > 0) builder.need("hints.ignoreIndex");
    builder.sql += indexes.length === 0 ? " NOT INDEXED" : ` INDEXED BY ${this.quoteIdentifier(indexes[0]!)}`;
  }

  /** SQL type of a column. */
  override columnType(column: ColumnDefinition): string {
    // The exact word makes the column the row's own key.
    return column.autoIncrement ? "INTEGER" : super.columnType(column);
  }
}
