import type {
  CastNode,
  ComparisonNode,
  ComparisonOperator,
  ExpressionNode,
  InNode,
  PatternNode,
  TupleNode,
  ValueNode,
} from "../../core/ast/expression.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { likePattern, standardExpressions } from "../../core/sql/compile_expression.ts";
import type { LogicalKind, LogicalType } from "../../core/types/database_type.ts";
import { aggregateExpressions } from "./aggregate_expressions.ts";
import { mysqlBuilder } from "./builder.ts";
import { dateExpressions } from "./date_expressions.ts";
import { isCondition, jsonExpressions } from "./json_expressions.ts";
import { exact, typedValue, typeOf } from "./typed.ts";

function isJSON(type: LogicalType | undefined): boolean {
  return type?.kind === "json" || type?.kind === "array";
}

/** Both sides of a calculation or a list. */
function exactly<N extends { readonly left: ExpressionNode; readonly right: ExpressionNode }>(node: N): N {
  return { ...node, left: exact(node.left), right: exact(node.right) };
}

/**
 * A comparison of tuples as comparisons of their values. MariaDB takes a tuple with a NULL for one that never fits, and so
 * turns outer joins into inner ones, though what differs before the NULL decides.
 */
function comparedItems(operator: ComparisonOperator, left: TupleNode, right: TupleNode): ExpressionNode {
  const pairs = left.items.map((item, i) => [item, right.items[i]!] as const); // of the same length
  const compare = (at: number, by: ComparisonOperator): ExpressionNode => {
    const [a, b] = pairs[at]!; // one of them
    return { kind: "comparison", operator: by, left: a, right: b };
  };
  const joined = (word: "and" | "or", operands: readonly ExpressionNode[]): ExpressionNode => ({
    kind: "logic",
    operator: word,
    operands,
  });
  if (operator === "=" || operator === "<>") {
    return joined(operator === "=" ? "and" : "or", pairs.map((_, i) => compare(i, operator)));
  }
  const strict = operator.startsWith(">") ? ">" : "<";
  const last = pairs.length - 1;
  return pairs.map((_, i) => compare(i, i === last ? operator : strict))
    .reduceRight((rest, decided, i) => joined("or", [decided, joined("and", [compare(i, "="), rest])]));
}

/** MariaDB finds no rows where an aggregate itself is looked for in a query that it writes into a table first. */
function covered(node: ExpressionNode): ExpressionNode {
  if (node.kind !== "aggregate") return node;
  return { kind: "function", name: "coalesce", args: [node], type: node.type };
}

function compileComparison(node: ComparisonNode, builder: SQLBuilder): void {
  if (node.left.kind === "tuple" && node.right.kind === "tuple") {
    builder.sql += "(";
    builder.expression(comparedItems(node.operator, node.left, node.right));
    builder.sql += ")";
    return;
  }
  if (node.right.kind === "quantified") {
    return standardExpressions.comparison({ ...node, left: covered(node.left) }, builder);
  }
  if (isJSON(typeOf(node.left) ?? typeOf(node.right)) && (node.operator === "=" || node.operator === "<>")) {
    if (node.operator === "<>") builder.sql += "NOT ";
    return mysqlBuilder(builder).syntax.writeJSONEquals(node.left, node.right, builder);
  }
  const isColumn = node.left.kind === "column" || node.right.kind === "column";
  standardExpressions.comparison(isColumn ? node : exactly(node), builder);
}

function compileIn(node: InNode, builder: SQLBuilder): void {
  if (!Array.isArray(node.items)) return compileInQuery(node, builder);
  if (node.items.some((item) => item.kind === "tuple")) return standardExpressions.in(node, builder);
  const items = node.items as readonly ValueNode[]; // there are no tuples among them
  if (isJSON(typeOf(node.operand)) && items.length > 0) {
    if (node.negated) builder.sql += "NOT ";
    builder.sql += "(";
    items.forEach((item, i) => {
      if (i > 0) builder.sql += " OR ";
      mysqlBuilder(builder).syntax.writeJSONEquals(node.operand, item, builder);
    });
    builder.sql += ")";
    return;
  }
  const list = items.length > LONGEST_LIST ? listOf(items, builder) : null;
  if (list !== null) {
    builder.operand(node.operand);
    builder.sql += node.negated ? " NOT IN (" : " IN (";
    builder.sql += "SELECT `item` FROM JSON_TABLE(";
    builder.bind(list.json, { kind: "string" }, undefined);
    builder.sql += `, '$[*]' COLUMNS (\`item\` ${list.type} PATH '$')) AS \`list\`)`;
    return;
  }
  // What exact() gives is written like a value.
  standardExpressions.in({ ...node, items: padded(items.map(exact)) as InNode["items"] }, builder);
}

/** Lists longer than this travel as one JSON parameter, so that their statements stay few and under the limit for parameters. */
const LONGEST_LIST = 1_000;

/** A list as JSON with the type of its items, where JSON can carry them without changing them. */
function listOf(items: readonly ValueNode[], builder: SQLBuilder): { json: string; type: string } | null {
  const encoded = items.map((item) => builder.encode(item.value, item.type, item.label));
  if (encoded.every((value) => typeof value === "bigint" || Number.isSafeInteger(value))) {
    return { json: `[${encoded.join(",")}]`, type: "BIGINT" };
  }
  // Other types are texts as well, but are not compared as such.
  const isText = items.every(({ type }) => type !== undefined && TEXTS.has(type.kind));
  return isText && encoded.every((value) => typeof value === "string")
    ? { json: JSON.stringify(encoded), type: `LONGTEXT COLLATE ${mysqlBuilder(builder).syntax.collation}` }
    : null;
}

const TEXTS: ReadonlySet<string> = new Set(["string", "enum", "uuid"]);

/** Repeats the last value up to a power of two, so that lists of similar length share a prepared statement. */
function padded<T>(items: readonly T[]): readonly T[] {
  if (items.length < 2 || items.length > LONGEST_LIST) return items;
  const length = 2 ** Math.ceil(Math.log2(items.length));
  return [...items, ...new Array<T>(length - items.length).fill(items.at(-1)!)];
}

/**
 * A query in the place of a list. The servers refuse a LIMIT there, and in UPDATE and DELETE a query of the same table: both are
 * possible one level deeper, where DISTINCT keeps the level from being merged away.
 */
function compileInQuery(node: InNode, builder: SQLBuilder): void {
  const query = node.items as Exclude<InNode["items"], readonly unknown[]>; // the caller has looked
  const changes = mysqlBuilder(builder).changesRows;
  const isLimited = query.kind === "select" && (query.limit !== null || query.offset !== null);
  if (!changes && !isLimited) return standardExpressions.in({ ...node, operand: covered(node.operand) }, builder);
  builder.operand(covered(node.operand));
  builder.sql += node.negated ? " NOT IN (SELECT * FROM (" : " IN (SELECT * FROM (";
  builder.statement(isLimited || query.kind !== "select" ? query : { ...query, distinct: true });
  builder.sql += ") AS `picked`)";
}

function compilePattern(node: PatternNode, builder: SQLBuilder): void {
  if (node.match === "regex") return mysqlBuilder(builder).syntax.writeRegex(node, builder);
  const { collation } = mysqlBuilder(builder).syntax;
  const fold = !node.caseSensitive;
  builder.sql += fold ? "LOWER(" : "";
  builder.operand(node.operand);
  builder.sql += fold ? ") LIKE LOWER(" : " LIKE ";
  builder.bind(likePattern(node.match, node.pattern), { kind: "string" }, undefined);
  // In a table of another program the column's own collation may take small and capital letters for the same.
  builder.sql += `${fold ? ")" : ""} COLLATE ${collation} ESCAPE '!'`;
}

/** The word for a type behind CAST. */
const CASTS: { readonly [K in LogicalKind]?: string } = {
  int: "SIGNED",
  int32: "SIGNED",
  bigint: "SIGNED",
  number: "DOUBLE",
  json: "JSON",
};

function compileCast({ operand, type }: CastNode, builder: SQLBuilder): void {
  const from = isCondition(operand) ? "boolean" : typeOf(operand)?.kind;
  const around = (before: string, after: string) => {
    builder.sql += before;
    builder.operand(exact(operand));
    builder.sql += after;
  };
  switch (type.kind) {
    case "boolean":
      return around("(", " <> 0)");
    case "string":
      if (from === "boolean") return around("CASE ", " WHEN 0 THEN 'false' WHEN 1 THEN 'true' END");
      return around("CAST(", type.length === undefined ? " AS CHAR)" : ` AS CHAR(${type.length}))`);
    case "decimal":
      return around("CAST(", from === "int" || from === "bigint" ? " AS DECIMAL(65,0))" : " AS DECIMAL(65,30))");
    case "int":
    case "bigint":
      // The servers would round.
      if (from === "number" || from === "decimal") return around("CAST(truncate(", ", 0) AS SIGNED)");
      return around("CAST(", " AS SIGNED)");
    default:
      return around("CAST(", ` AS ${CASTS[type.kind] ?? "CHAR"})`);
  }
}

/** How MySQL and MariaDB write each kind of expression. */
export const mysqlExpressions: ExpressionCompilers = {
  ...standardExpressions,
  comparison: compileComparison,
  in: compileIn,
  pattern: compilePattern,
  arithmetic: (node, builder) => standardExpressions.arithmetic(exactly(node), builder),
  between(node, builder) {
    standardExpressions.between({ ...node, low: exact(node.low), high: exact(node.high) }, builder);
  },
  function(node, builder) {
    standardExpressions.function({ ...node, args: node.args.map(exact) }, builder);
  },
  case(node, builder) {
    standardExpressions.case({
      ...node,
      branches: node.branches.map(({ when, then }) => ({ when, then: typedValue(then) })),
      otherwise: node.otherwise === null ? null : typedValue(node.otherwise),
    }, builder);
  },
  cast: compileCast,
  distinctFrom(node, builder) {
    if (isJSON(typeOf(node.left) ?? typeOf(node.right))) {
      builder.sql += node.negated ? "(" : "NOT (";
      mysqlBuilder(builder).syntax.writeJSONEquals(node.left, node.right, builder);
      builder.sql += " <=> 1)";
      return;
    }
    builder.sql += node.negated ? "(" : "NOT (";
    builder.operand(node.left);
    builder.sql += " <=> ";
    builder.operand(node.right);
    builder.sql += ")";
  },
  grouping(node, builder) {
    const isRollup = node.mode === "rollup" && node.sets.every((set) => set.length === 1);
    if (!isRollup) return standardExpressions.grouping(node, builder);
    builder.need("rollup");
    builder.list(node.sets.flat());
    builder.sql += " WITH ROLLUP";
  },
  ...aggregateExpressions,
  ...dateExpressions,
  ...jsonExpressions,
  excluded: (node, builder) => mysqlBuilder(builder).syntax.writeExcluded(node.name, builder),
};
