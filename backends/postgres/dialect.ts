import type {
  AggregateNode,
  ExpressionNode,
  InNode,
  PatternNode,
  RawNode,
  ValueNode,
} from "../../core/ast/expression.ts";
import { QueryBuildError, TypeConversionError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { likePattern, standardExpressions } from "../../core/sql/compile_expression.ts";
import { standardStatements } from "../../core/sql/compile_statement.ts";
import { SQLDialect } from "../../core/sql/dialect.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import type { DatabaseType, LogicalType, TypeMapping } from "../../core/types/database_type.ts";
import { arrayText } from "./array_text.ts";
import { tsvectorExpressions, tsvectorStatements } from "./full_text.ts";
import { postgresPlans } from "./plan.ts";
import { POSTGRESQL_TYPE_MAPPINGS } from "./types.ts";

/** PostgreSQL cuts longer names without a word, after which two may be one. */
const LONGEST_NAME = 63;

const utf8 = new TextEncoder();

function typeOf(node: ExpressionNode): LogicalType | undefined {
  return "type" in node ? node.type : undefined;
}

/** A list travels as one parameter, so that the text of a statement is the same whatever its length. */
function compileIn(node: InNode, builder: SQLBuilder): void {
  if (!Array.isArray(node.items) || node.items.length === 0) return standardExpressions.in(node, builder);
  const values = (node.items as readonly ValueNode[]).map(unrounded);
  const encoded = values.map(({ value, type, label }) => builder.encode(value, type, label));
  builder.operand(node.operand);
  builder.sql += node.negated ? " <> ALL (" : " = ANY (";
  builder.bind(arrayText(encoded), TEXT, undefined);
  builder.sql += ")";
}

const TEXT: LogicalType = { kind: "string" };

/** Kinds that are texts for the server. */
const TEXTUAL: ReadonlySet<string | undefined> = new Set([undefined, "string", "enum", "custom"]);

function compilePattern(node: PatternNode, builder: SQLBuilder): void {
  const { match, pattern, caseSensitive, operand } = node;
  if (TEXTUAL.has(typeOf(operand)?.kind)) builder.operand(operand);
  else {
    builder.sql += "CAST(";
    builder.expression(operand);
    builder.sql += " AS TEXT)";
  }
  if (match === "regex") {
    builder.sql += caseSensitive ? " ~ " : " ~* ";
    builder.bind(pattern, TEXT, undefined);
    return;
  }
  builder.sql += caseSensitive ? " LIKE " : " ILIKE ";
  builder.bind(likePattern(match, pattern), TEXT, undefined);
  builder.sql += " ESCAPE '!'";
}

/** PostgreSQL gives a wider type for sums and averages of integers; a sum that does not fit 64 bits is an error. */
function compileAggregate(node: AggregateNode, builder: SQLBuilder): void {
  const kind = node.operand === null ? undefined : typeOf(node.operand)?.kind;
  const isInteger = kind === "int" || kind === "int32" || kind === "bigint";
  if (!isInteger || node.name !== "sum" && node.name !== "avg") return standardExpressions.aggregate(node, builder);
  builder.sql += "CAST(";
  standardExpressions.aggregate(node, builder);
  builder.sql += node.name === "sum" ? " AS BIGINT)" : " AS DOUBLE PRECISION)";
}

/** What stands before a value that has nothing beside it from which the server could know its type. */
const BARE = /(?:^|\b(?:select|distinct|then|else|returning|limit|offset)\s)\s*$/i;

/** The same for a later item of a list behind SELECT. */
const BARE_ITEM = /^\s*select\s(?:(?!\b(?:from|where|values|union|intersect|except)\b)[^()]|\([^()]*\))*,\s*$/i;

const LIST = /\b(?:any|all|some)\s*\(\s*$/i;

/**
 * A text with values between its parts. The server knows the type of a parameter from what stands beside it; where that is
 * nothing it would take it for text, so that a cast says what it is.
 */
function compileRaw(node: RawNode, builder: SQLBuilder): void {
  builder.sql += node.parts[0]!;
  for (let i = 0; i < node.nodes.length; i++) {
    const inner = node.nodes[i]!;
    const next = node.parts[i + 1]!;
    if (inner.kind === "value" && inner.type === undefined) bindUntyped(inner, next, builder);
    else if (inner.kind === "raw" && inner.isFragment) builder.expression(inner);
    else builder.operand(inner);
    builder.sql += next;
  }
}

function bindUntyped({ value, label }: ValueNode, next: string, builder: SQLBuilder): void {
  const isCast = next.startsWith("::");
  const before = builder.sql;
  // The last words decide; a text of many rows is not searched from its start for each of its values.
  const near = before.slice(-64);
  if (Array.isArray(value)) return bindArray(value, { isCast: isCast || LIST.test(near), label }, builder);
  builder.bind(value, undefined, label);
  if (isCast) return;
  if (BARE.test(near) || BARE_ITEM.test(before)) builder.sql += castOf(value);
  // Beside an integer the server would take it for one.
  else if (typeof value === "number" && !Number.isSafeInteger(value)) builder.sql += "::numeric";
}

/** An empty array tells nothing of its elements, and as a value of JSON it would be taken for an empty object. */
function bindArray(
  value: readonly unknown[],
  { isCast, label }: { readonly isCast: boolean; readonly label: string | undefined },
  builder: SQLBuilder,
): void {
  const sample = value.find((element) => element !== null);
  if (sample === undefined && !isCast) {
    throw new TypeConversionError(
      "Cannot bind an array without elements to SQL text: write its type behind it, such as ?::int[] or ?::jsonb",
    );
  }
  builder.bind(arrayText(value.map((element) => builder.encode(element, undefined, label))), TEXT, label);
  if (!isCast) builder.sql += `${castOf(sample)}[]`;
}

function castOf(value: unknown): string {
  switch (typeof value) {
    case "number":
      return Number.isSafeInteger(value) ? "::bigint" : "::double precision";
    case "bigint":
      return "::bigint";
    case "boolean":
      return "::boolean";
    case "object":
      if (value instanceof Date || value instanceof Temporal.Instant) return "::timestamptz";
      if (value instanceof Temporal.PlainDate) return "::date";
      if (value instanceof Temporal.PlainTime) return "::time";
      if (value instanceof Temporal.PlainDateTime) return "::timestamp";
      if (value instanceof Temporal.Duration) return "::interval";
      if (value instanceof Uint8Array) return "::bytea";
      return value === null ? "" : "::jsonb";
    case "symbol":
      return "::jsonb";
    default:
      return "::text";
  }
}

/** A column that rounds to two digits can be compared with a number of three. */
function unrounded<Node extends ExpressionNode>(node: Node): Node {
  if (node.kind !== "value" || node.type?.kind !== "decimal") return node;
  const { scale: _, ...type } = node.type;
  return { ...node, type };
}

const expressions: ExpressionCompilers = {
  ...standardExpressions,
  ...tsvectorExpressions,
  comparison: (node, builder) =>
    standardExpressions.comparison({ ...node, left: unrounded(node.left), right: unrounded(node.right) }, builder),
  between: (node, builder) =>
    standardExpressions.between({ ...node, low: unrounded(node.low), high: unrounded(node.high) }, builder),
  in: compileIn,
  pattern: compilePattern,
  aggregate: compileAggregate,
  raw: compileRaw,
};

const statements: StatementCompilers = { ...standardStatements, ...tsvectorStatements };

/** How PostgreSQL writes SQL. */
export class PostgreSQLDialect extends SQLDialect {
  /** `postgresql`. */
  override readonly name = "postgresql";
  /** How each kind of expression is written. */
  override readonly expressions: ExpressionCompilers = expressions;
  /** How each kind of statement is written. */
  override readonly statements: StatementCompilers = statements;
  /** A key may still be given, as when rows are copied. */
  override readonly autoIncrement = { clause: "GENERATED BY DEFAULT AS IDENTITY", isPrimaryKey: false };

  /** How the server says what it means to do. */
  override readonly plans: PlanReader = postgresPlans;

  /** `$1`, `$2` and so on. */
  override getPlaceholder(index: number): string {
    return `$${index}`;
  }

  /** The types of PostgreSQL. */
  override getTypeMappings(): Readonly<Record<DatabaseType, TypeMapping>> {
    return POSTGRESQL_TYPE_MAPPINGS;
  }

  /** SQL of a type. */
  override formatType(type: LogicalType): string {
    if (type.sqlType !== undefined) return type.sqlType;
    if (type.kind === "array") return `${this.formatType(type.element ?? { kind: "json" })}[]`;
    return type.kind === "duration" ? "INTERVAL" : super.formatType(type);
  }

  /** Quotes a name that has been checked, and refuses one that the server would cut. */
  protected override quote(name: string): string {
    if (name.length > LONGEST_NAME / 3 && utf8.encode(name).length > LONGEST_NAME) {
      throw new QueryBuildError(
        `Invalid name ${JSON.stringify(name)}: PostgreSQL allows ${LONGEST_NAME} bytes`,
      );
    }
    return super.quote(name);
  }
}
