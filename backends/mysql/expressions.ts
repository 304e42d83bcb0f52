import type {
  ArithmeticNode,
  ComparisonNode,
  ExpressionNode,
  InNode,
  PatternNode,
  QuantifiedNode,
  QueryNode,
  TupleNode,
  ValueNode,
} from "../../core/ast/expression.ts";
import { typeOf } from "../../core/ast/kind.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { likePattern, standardExpressions } from "../../core/sql/compile_expression.ts";
import type { LogicalType } from "../../core/types/database_type.ts";
import { aggregateExpressions } from "./aggregate_expressions.ts";
import { mysqlBuilder } from "./builder.ts";
import { calculated } from "./calculated.ts";
import { castExpressions } from "./casts.ts";
import { dateExpressions } from "./date_expressions.ts";
import { fulltextExpressions } from "./full_text.ts";
import { jsonExpressions } from "./json_expressions.ts";
import { comparedItems, foundAmong } from "./tuples.ts";
import { deeperWithLimit, withInner } from "./inner_query.ts";
import { ownText } from "./shared_texts.ts";
import { exact, isParameter, longText, typed } from "./typed.ts";
import { windowExpressions } from "./window_expressions.ts";

function isJSON(type: LogicalType | undefined): boolean {
  return type?.kind === "json" || type?.kind === "array";
}

/** Both sides of a comparison. */
function exactly<N extends { readonly left: ExpressionNode; readonly right: ExpressionNode }>(node: N): N {
  return { ...node, left: exact(node.left), right: exact(node.right) };
}

/** MariaDB finds nothing where an aggregate itself is looked for in a query that it writes into a table first. */
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
    const isOrder = node.operator !== "=" && node.operator !== "<>";
    const right = isOrder ? mysqlBuilder(builder).syntax.ordered(node.right) : node.right;
    return standardExpressions.comparison({ ...node, left: covered(node.left), right }, builder);
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
  if (node.operand.kind === "tuple" && node.items.length > 0) {
    builder.sql += node.negated ? "NOT (" : "(";
    builder.expression(foundAmong(node.operand, node.items as readonly TupleNode[])); // a tuple is looked for among tuples
    builder.sql += ")";
    return;
  }
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
    builder.bindText(list.json);
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

function compileInQuery(node: InNode, builder: SQLBuilder): void {
  const operand = covered(node.operand);
  const query = node.items as QueryNode; // the caller has looked
  withInner(deeperWithLimit(query), builder, (items) => standardExpressions.in({ ...node, operand, items }, builder));
}

function compilePattern(node: PatternNode, builder: SQLBuilder): void {
  if (node.match === "regex") return mysqlBuilder(builder).syntax.writeRegex(node, builder);
  const { collation } = mysqlBuilder(builder).syntax;
  const fold = !node.caseSensitive;
  builder.sql += fold ? "LOWER(" : "";
  builder.operand(fold ? ownText("lower", node.operand, builder) : node.operand);
  builder.sql += fold ? ") LIKE LOWER(" : " LIKE ";
  builder.bindText(likePattern(node.match, node.pattern));
  // In a table of another program the column's own collation may take small and capital letters for the same.
  builder.sql += `${fold ? ")" : ""} COLLATE ${collation} ESCAPE '!'`;
}

/** A whole number divided has its fraction; a decimal keeps as many digits as there is room for. */
function writeDivision({ left, right, type }: ArithmeticNode, builder: SQLBuilder): void {
  builder.sql += "CAST(";
  builder.expression(typed(left, builder));
  builder.sql += ` AS ${type?.kind === "decimal" ? dividendType(left) : "DOUBLE"}) / NULLIF(`;
  builder.expression(typed(right, builder));
  builder.sql += ", 0)";
}

/** A quotient has four digits behind the point more than the dividend, 30 at most; there is room for 65 in all. */
function dividendType(dividend: ExpressionNode): string {
  const { precision, scale = 0 } = typeOf(dividend) ?? {};
  return `DECIMAL(65,${precision === undefined ? 26 : Math.min(26, 65 - (precision - scale))})`;
}

function compileQuantified(node: QuantifiedNode, builder: SQLBuilder): void {
  withInner(
    deeperWithLimit(node.query),
    builder,
    (query) => standardExpressions.quantified({ ...node, query }, builder),
  );
}

function isText(node: ExpressionNode): boolean {
  return isParameter(node) && typeOf(node)?.kind === "string" && (node.kind !== "value" || node.value !== null);
}

/** How MySQL and MariaDB write each kind of expression. */
export const mysqlExpressions: ExpressionCompilers = {
  ...standardExpressions,
  ...aggregateExpressions,
  ...windowExpressions,
  ...castExpressions,
  ...dateExpressions,
  ...jsonExpressions,
  ...fulltextExpressions,
  comparison: compileComparison,
  in: compileIn,
  exists: (node, builder) =>
    withInner(node.query, builder, (query) => standardExpressions.exists({ ...node, query }, builder)),
  subquery: (node, builder) =>
    withInner(node.query, builder, (query) => standardExpressions.subquery({ ...node, query }, builder)),
  pattern: compilePattern,
  quantified: compileQuantified,
  arithmetic(node, builder) {
    if (node.operator === "/") return writeDivision(node, builder);
    standardExpressions.arithmetic(
      { ...node, left: calculated(node.left, builder), right: calculated(node.right, builder) },
      builder,
    );
  },
  between(node, builder) {
    standardExpressions.between({ ...node, low: exact(node.low), high: exact(node.high) }, builder);
  },
  distinctFrom({ left, right, negated }, builder) {
    if (!negated) builder.sql += "NOT ";
    if (isJSON(typeOf(left) ?? typeOf(right))) {
      return mysqlBuilder(builder).syntax.writeJSONEquals(left, right, builder, "<=>");
    }
    builder.sql += "(";
    builder.operand(exact(left));
    builder.sql += " <=> ";
    builder.operand(exact(right));
    builder.sql += ")";
  },
  case(node, builder) {
    // MIN and MAX of a choice among bare parameters are wrong on MySQL 9: no row of HAVING or of an order finds them.
    const results = [...node.branches.map(({ then }) => then), ...node.otherwise === null ? [] : [node.otherwise]];
    const asOthers = results.every(isParameter) ? typed : calculated;
    const result = (given: ExpressionNode) => isText(given) ? longText(given) : asOthers(given, builder);
    standardExpressions.case({
      ...node,
      branches: node.branches.map(({ when, then }) => ({ when, then: result(then) })),
      otherwise: node.otherwise === null ? null : result(node.otherwise),
    }, builder);
  },
  grouping({ mode, sets }, builder) {
    if (mode !== "rollup") return standardExpressions.grouping({ kind: "grouping", mode, sets }, builder);
    builder.need("rollup");
    // Its levels are single terms here.
    if (sets.some((set) => set.length !== 1)) builder.need("groupingSets");
    builder.list(sets.flat());
    builder.sql += " WITH ROLLUP";
  },
  excluded: (node, builder) => mysqlBuilder(builder).syntax.writeExcluded(node.name, builder),
};
