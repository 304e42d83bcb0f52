import type {
  AggregateNode,
  ArithmeticNode,
  CaseNode,
  CastNode,
  ExpressionNode,
  InNode,
  PatternNode,
  RawNode,
  ValueNode,
} from "../../core/ast/expression.ts";
import { isCondition } from "../../core/ast/kind.ts";
import { QueryBuildError, TypeConversionError } from "../../core/errors.ts";
import type { OrderItem } from "../../core/ast/statement.ts";
import type { WindowNode } from "../../core/ast/window.ts";
import type { ExpressionCompilers, FunctionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { checkAggregate, writeAggregate } from "../../core/sql/compile_aggregate.ts";
import { likePattern, standardExpressions } from "../../core/sql/compile_expression.ts";
import { standardStatements } from "../../core/sql/compile_statement.ts";
import { writeOver } from "../../core/sql/compile_window.ts";
import { SQLDialect } from "../../core/sql/dialect.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import type { DatabaseType, LogicalType, TypeMapping } from "../../core/types/database_type.ts";
import type { TypeRegistry } from "../../core/types/type_registry.ts";
import { arrayText } from "./array_text.ts";
import { postgresBuilder, PostgreSQLBuilder, writeTyped } from "./builder.ts";
import { dateExpressions } from "./date_expressions.ts";
import { jsonExpressions, writeJSONValue } from "./json_expressions.ts";
import { refuseOuterLock } from "./locks.ts";
import { POSTGRESQL_FUNCTIONS } from "./sql_functions.ts";
import { tsvectorExpressions, tsvectorStatements } from "./full_text.ts";
import { postgresPlans } from "./plan.ts";
import { POSTGRESQL_TYPE_MAPPINGS } from "./types.ts";
import { unrounded } from "./unrounded.ts";

/** PostgreSQL cuts longer names without a word, after which two may be one. */
const LONGEST_NAME = 63;

const utf8 = new TextEncoder();

function typeOf(node: ExpressionNode): LogicalType | undefined {
  if (isCondition(node)) return { kind: "boolean" };
  return "type" in node ? node.type : undefined;
}

/** A list travels as one parameter, so that the text of a statement is the same whatever its length. */
function compileIn(node: InNode, builder: SQLBuilder): void {
  const isList = Array.isArray(node.items) && node.items.length > 0 && node.operand.kind !== "tuple";
  if (!isList) return standardExpressions.in(node, builder);
  const values = node.items as readonly ValueNode[]; // a list of anything else is written as such
  builder.operand(node.operand);
  builder.sql += node.negated ? " <> ALL (" : " = ANY (";
  postgresBuilder(builder).once(node.items, () => {
    const encoded = values.map(unrounded).map(({ value, type, label }) => builder.encode(value, type, label));
    builder.bind(arrayText(encoded), TEXT, undefined);
  });
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
  const bind = (text: string) => postgresBuilder(builder).once(node, () => builder.bind(text, TEXT, undefined));
  if (match === "regex") {
    builder.sql += caseSensitive ? " ~ " : " ~* ";
    return bind(pattern);
  }
  builder.sql += caseSensitive ? " LIKE " : " ILIKE ";
  bind(likePattern(match, pattern));
  builder.sql += " ESCAPE '!'";
}

/** PostgreSQL gives a wider type for sums and averages of integers; a sum that does not fit 64 bits is an error. */
function narrowed({ operand, name }: AggregateNode): string | null {
  const kind = operand === null ? undefined : typeOf(operand)?.kind;
  if (kind !== "int" && kind !== "int32" && kind !== "bigint") return null;
  return name === "sum" ? " AS BIGINT)" : name === "avg" ? " AS DOUBLE PRECISION)" : null;
}

/** The server has no least and greatest of truth values under these names. */
const OF_CONDITIONS: Readonly<Record<string, string>> = { min: "bool_and", max: "bool_or" };

function writeBareAggregate(node: AggregateNode, builder: SQLBuilder): void {
  const ofConditions = OF_CONDITIONS[node.name];
  if (ofConditions !== undefined && node.operand !== null && typeOf(node.operand)?.kind === "boolean") {
    checkAggregate(node, builder);
    return writeAggregate(node, builder, { name: ofConditions });
  }
  if (node.name !== "jsonAgg") return standardExpressions.aggregate(node, builder);
  checkAggregate(node, builder);
  writeAggregate(node, builder, {
    name: "jsonb_agg",
    operand: () => writeJSONValue(node.operand!, builder), // a list has one
  });
}

function compileAggregate(node: AggregateNode, builder: SQLBuilder): void {
  const cast = narrowed(node);
  if (cast !== null) builder.sql += "CAST(";
  writeBareAggregate(node, builder);
  if (cast !== null) builder.sql += cast;
}

/** A cast around an aggregate stands around its window as well. */
function compileWindow(node: WindowNode<ExpressionNode, OrderItem>, builder: SQLBuilder): void {
  const { function: called } = node;
  const cast = called.kind === "aggregate" ? narrowed(called) : null;
  if (called.kind !== "aggregate" || cast === null) return standardExpressions.window(node, builder);
  builder.sql += "CAST(";
  writeOver(node, builder, () => writeBareAggregate(called, builder));
  builder.sql += cast;
}

/** Both sides with their types, since two parameters would tell nothing of each other. */
function compileArithmetic(node: ArithmeticNode, builder: SQLBuilder): void {
  const divides = node.operator === "/" || node.operator === "%";
  const type = node.operator === "/" && node.type?.kind !== "decimal" ? "DOUBLE PRECISION" : null;
  const write = (side: ExpressionNode) => {
    // The result of two integers of 32 bits would have to fit 32 bits as well.
    const cast = type ?? (typeOf(side)?.kind === "int32" ? "BIGINT" : null);
    builder.sql += cast === null ? "(" : "CAST(";
    writeTyped(side, builder);
    builder.sql += cast === null ? ")" : ` AS ${cast})`;
  };
  if (!divides) {
    const isTyped = node.left.kind === "value" || node.right.kind === "value" && node.left.kind !== "column" ||
      [node.left, node.right].some((side) => typeOf(side)?.kind === "int32");
    if (!isTyped) {
      return standardExpressions.arithmetic(
        { ...node, left: unrounded(node.left), right: unrounded(node.right) },
        builder,
      );
    }
  }
  write(node.left);
  builder.sql += ` ${node.operator} ${divides ? "nullif(" : ""}`;
  write(node.right);
  builder.sql += divides ? ", 0)" : "";
}

function compileCase(node: CaseNode, builder: SQLBuilder): void {
  if (node.branches.length === 0) throw new QueryBuildError("A case needs at least one branch");
  builder.sql += "CASE";
  for (const { when, then } of node.branches) {
    builder.sql += " WHEN ";
    builder.expression(when);
    builder.sql += " THEN ";
    writeTyped(then, builder);
  }
  if (node.otherwise !== null) {
    builder.sql += " ELSE ";
    writeTyped(node.otherwise, builder);
  }
  builder.sql += " END";
}

function compileCast({ operand, type }: CastNode, builder: SQLBuilder): void {
  const from = typeOf(operand)?.kind;
  // A value that only has to say what it is.
  if (operand.kind === "value" && from === type.kind) return writeTyped(operand, builder);
  const isWhole = type.kind === "int" || type.kind === "bigint";
  if (type.kind === "boolean") {
    writeTyped(operand, builder);
    builder.sql += " <> 0";
  } else if (isWhole && from !== "boolean" && from !== "int" && from !== "bigint") {
    // The server would round.
    builder.sql += "CAST(trunc(CAST(";
    writeTyped(operand, builder);
    builder.sql += " AS NUMERIC)) AS BIGINT)";
  } else {
    builder.sql += isWhole && from === "boolean" ? "CAST(CAST(" : "CAST(";
    writeTyped(operand, builder);
    builder.sql += isWhole && from === "boolean" ? " AS INTEGER) AS BIGINT)" : ` AS ${builder.dialect.castType(type)})`;
  }
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
  builder.rawText(node, (inner, next) => {
    if (inner.kind === "value" && inner.type === undefined) bindUntyped(inner, next, builder);
    else builder.operand(inner);
  });
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

const expressions: ExpressionCompilers = {
  ...standardExpressions,
  ...dateExpressions,
  ...jsonExpressions,
  ...tsvectorExpressions,
  value: (node, builder) => postgresBuilder(builder).value(node),
  arithmetic: compileArithmetic,
  case: compileCase,
  cast: compileCast,
  window: compileWindow,
  comparison: (node, builder) =>
    standardExpressions.comparison({ ...node, left: unrounded(node.left), right: unrounded(node.right) }, builder),
  between: (node, builder) =>
    standardExpressions.between({ ...node, low: unrounded(node.low), high: unrounded(node.high) }, builder),
  in: compileIn,
  pattern: compilePattern,
  aggregate: compileAggregate,
  raw: compileRaw,
};

const statements: StatementCompilers = {
  ...standardStatements,
  ...tsvectorStatements,
  select(node, builder) {
    // A value that is selected has nothing beside it from which the server could know its type.
    const isBare = node.columns.some(({ expression }) => expression.kind === "value" && expression.type !== undefined);
    const columns = isBare
      ? node.columns.map((item) => ({ ...item, expression: typedValue(item.expression) }))
      : node.columns;
    const query = isBare ? { ...node, columns } : node;
    refuseOuterLock(node);
    postgresBuilder(builder).query(query, () => standardStatements.select(query, builder));
  },
  values(node, builder) {
    const rows = node.rows.map((row) => row.map(typedValue));
    if (rows.length > 0) return standardStatements.values({ ...node, rows }, builder);
    // Without a type the server would take the columns for text.
    const nulls = node.columns.map((_, i) => typedValue({ kind: "value", value: null, type: node.types?.[i] }));
    standardStatements.values({ ...node, rows: [nulls] }, builder);
    builder.sql += " WHERE 1 = 0";
  },
};

/** A value with its type. */
function typedValue(node: ExpressionNode): ExpressionNode {
  return node.kind === "value" && node.type !== undefined ? { kind: "cast", operand: node, type: node.type } : node;
}

/** How PostgreSQL writes SQL. */
export class PostgreSQLDialect extends SQLDialect {
  /** `postgresql`. */
  override readonly name = "postgresql";
  /** How each kind of expression is written. */
  override readonly expressions: ExpressionCompilers = expressions;
  /** How each kind of statement is written. */
  override readonly statements: StatementCompilers = statements;
  /** How each function is written. */
  override readonly functions: FunctionCompilers = POSTGRESQL_FUNCTIONS;
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

  /** SQL of a type without its limits, as CAST takes it. */
  override castType(type: LogicalType): string {
    const { length: _length, precision: _precision, scale: _scale, ...bare } = type;
    return this.formatType(bare);
  }

  /** A builder for one statement. */
  override createBuilder(types: TypeRegistry): SQLBuilder {
    return new PostgreSQLBuilder(this, types);
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
