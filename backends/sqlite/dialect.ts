import type { IndexHint } from "../../core/ast/clauses.ts";
import type { ExpressionNode, InNode, PatternNode, TupleNode, ValueNode } from "../../core/ast/expression.ts";
import { kindOf } from "../../core/ast/kind.ts";
import {
  type ColumnDefinition,
  type CommonTableNode,
  type QueryNode,
  selectFrom,
  type StatementNode,
} from "../../core/ast/statement.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, FunctionCompilers, SQLBuilder, StatementCompilers } from "../../core/sql/builder.ts";
import { compileCompound, writeValues } from "../../core/sql/compile_compound.ts";
import { likePattern, standardExpressions } from "../../core/sql/compile_expression.ts";
import { compileSelect, standardStatements, writeLimitOffset, writeRows } from "../../core/sql/compile_statement.ts";
import { SQLDialect } from "../../core/sql/dialect.ts";
import type { PlanReader } from "../../core/sql/plan_reader.ts";
import {
  type DatabaseType,
  databaseTypeOf,
  type LogicalType,
  type TypeMapping,
} from "../../core/types/database_type.ts";
import { aggregateExpressions } from "./aggregate_expressions.ts";
import { refuseChangedRows } from "./changed_rows.ts";
import { commonKind, comparable, isText, kindsOfQuery } from "./comparable.ts";
import { withoutAll } from "./counted_sets.ts";
import { dateExpressions } from "./date_expressions.ts";
import { expandFullText, fts5Expressions, fts5Statements } from "./full_text.ts";
import { refuseLostNames } from "./derived_names.ts";
import { jsonExpressions, writeJSONOrder } from "./json_expressions.ts";
import { sqlitePlans } from "./plan.ts";
import { quantifiedComparison } from "./quantified.ts";
import { byValue, compoundByValue, holdsDecimal } from "./same_rows.ts";
import { SQLITE_FUNCTIONS } from "./sql_functions.ts";
import { SQLITE_TYPE_MAPPINGS } from "./types.ts";
import { writeUpdateFromRows } from "./update_rows.ts";

/** Lists longer than this travel as one JSON parameter, so that their statements stay few and under the parameter limit. */
const LONGEST_LIST = 16;

/** SQLite refuses longer patterns of LIKE and GLOB, which could keep it busy for ever. */
const LONGEST_PATTERN = 50_000;

const utf8 = new TextEncoder();

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

function isTuple(node: ExpressionNode): node is TupleNode {
  return node.kind === "tuple";
}

/** Values of a tuple are compared one by one, each by what it means. */
function comparableTuple(tuple: TupleNode, kinds: readonly (string | undefined)[]): TupleNode {
  return { ...tuple, items: tuple.items.map((item, i) => comparable(item, kinds[i])) };
}

/** SQLite takes a list of tuples only as rows of VALUES. */
function compileTupleIn(node: InNode, tuples: readonly TupleNode[], builder: SQLBuilder): void {
  const kinds = isTuple(node.operand) ? node.operand.items.map(kindOf) : [];
  builder.expression(isTuple(node.operand) ? comparableTuple(node.operand, kinds) : node.operand);
  builder.sql += node.negated ? " NOT IN (VALUES " : " IN (VALUES ";
  builder.list(tuples.map((tuple) => comparableTuple(tuple, kinds)));
  builder.sql += ")";
}

/** A query whose columns are compared by what they mean. */
function comparableQuery(query: QueryNode, kinds: readonly (string | undefined)[]): QueryNode {
  if (!kinds.some(isText)) return query;
  switch (query.kind) {
    case "select":
      // What makes rows equal or orders them is not what they are compared by.
      if (query.distinct || query.orderBy.length > 0) break;
      return {
        ...query,
        columns: query.columns.map((item, i) => ({ ...item, expression: comparable(item.expression, kinds[i]) })),
      };
    case "compound":
      break;
    case "values":
      return { ...query, rows: query.rows.map((row) => row.map((value, i) => comparable(value, kinds[i]))) };
  }
  const names = kinds.map((_, i) => `c${i}`);
  const table: CommonTableNode = { name: "compared", columns: names, query, recursive: false };
  return {
    ...selectFrom(
      { kind: "table", name: table.name },
      names.map((name, i) => ({ expression: comparable({ kind: "column", name }, kinds[i]) })),
    ),
    with: [table],
  };
}

function compileInQuery(node: InNode, query: QueryNode, builder: SQLBuilder): void {
  const own = isTuple(node.operand) ? node.operand.items : [node.operand];
  const others = kindsOfQuery(query);
  const kinds = own.map((item, i) => [kindOf(item), others[i]].find(isText));
  standardExpressions.in({
    ...node,
    operand: isTuple(node.operand) ? comparableTuple(node.operand, kinds) : comparable(node.operand, kinds[0]),
    items: comparableQuery(query, kinds),
  }, builder);
}

function compileIn(node: InNode, builder: SQLBuilder): void {
  const kind = kindOf(node.operand);
  const { items } = node;
  if ("kind" in items) return compileInQuery(node, items, builder);
  const tuples = items.filter(isTuple);
  if (tuples.length > 0) return compileTupleIn(node, tuples, builder);
  const values = items as readonly ValueNode[]; // there are no tuples among them
  if (isText(kind)) {
    return standardExpressions.in({
      ...node,
      operand: comparable(node.operand, kind),
      // What is in the list only has to be written.
      items: values.map((item) => comparable(item, kind)) as readonly ValueNode[],
    }, builder);
  }
  const json = values.length > LONGEST_LIST ? jsonList(values, builder) : null;
  if (json === null) return standardExpressions.in({ ...node, items: padded(values) }, builder);
  builder.operand(node.operand);
  builder.sql += node.negated ? " NOT IN (SELECT value FROM json_each(" : " IN (SELECT value FROM json_each(";
  builder.bindText(json);
  builder.sql += "))";
}

/** Binds a pattern as text by cast: a bare parameter behind LIKE or GLOB is prepared anew for each value. */
function bindPattern(pattern: string, builder: SQLBuilder): void {
  if (pattern.length > LONGEST_PATTERN / 3 && utf8.encode(pattern).length > LONGEST_PATTERN) {
    throw new QueryBuildError(
      `Cannot match a pattern of more than ${LONGEST_PATTERN} bytes: SQLite takes no longer one`,
    );
  }
  builder.sql += "cast(";
  builder.bindText(pattern);
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
    builder.bindText(node.pattern);
  } else if (node.caseSensitive) {
    builder.sql += " GLOB ";
    bindPattern(globPattern(node.match, node.pattern), builder);
  } else {
    builder.sql += " LIKE ";
    bindPattern(likePattern(node.match, node.pattern), builder);
    builder.sql += " ESCAPE '!'";
  }
}

const DECIMAL_OPERATORS = {
  "+": "decimal_add",
  "-": "decimal_subtract",
  "*": "decimal_multiply",
  "/": "decimal_divide",
  "%": "decimal_modulo",
} as const;

const expressions: ExpressionCompilers = {
  ...standardExpressions,
  ...fts5Expressions,
  in: compileIn,
  pattern: compilePattern,
  comparison(node, builder) {
    const { left, right } = node;
    if (right.kind === "quantified") return builder.expression(quantifiedComparison(node, right));
    if (isTuple(left) && isTuple(right)) {
      const kinds = left.items.map((item, i) => commonKind(item, right.items[i]!)); // as many as there
      return standardExpressions.comparison({
        ...node,
        left: comparableTuple(left, kinds),
        right: comparableTuple(right, kinds),
      }, builder);
    }
    const kind = commonKind(left, right);
    if (!isText(kind)) return standardExpressions.comparison(node, builder);
    standardExpressions.comparison(
      { ...node, left: comparable(left, kind), right: comparable(right, kind) },
      builder,
    );
  },
  distinctFrom(node, builder) {
    const kind = commonKind(node.left, node.right);
    builder.operand(comparable(node.left, kind));
    builder.sql += node.negated ? " IS " : " IS NOT ";
    builder.operand(comparable(node.right, kind));
  },
  arithmetic(node, builder) {
    if (node.type?.kind !== "decimal") return standardExpressions.arithmetic(node, builder);
    builder.sql += `${DECIMAL_OPERATORS[node.operator]}(`;
    builder.list([node.left, node.right]);
    builder.sql += ")";
  },
  cast(node, builder) {
    const from = kindOf(node.operand);
    if (node.type.kind === "boolean") {
      builder.operand(node.operand);
      builder.sql += " <> 0";
    } else if (from === "boolean" && node.type.kind === "string") {
      builder.sql += "CASE ";
      builder.operand(node.operand);
      builder.sql += " WHEN 0 THEN 'false' WHEN 1 THEN 'true' END";
    } else if (from === "number" && builder.dialect.castType(node.type) === "TEXT") {
      builder.sql += "text_of("; // SQLite shows 15 digits only, and 1.0 for 1
      builder.expression(node.operand);
      builder.sql += ")";
    } else standardExpressions.cast(node, builder);
  },
  between(node, builder) {
    const kind = commonKind(node.operand, node.low, node.high);
    if (!isText(kind)) return standardExpressions.between(node, builder);
    const { operand, low, high } = node;
    standardExpressions.between({
      ...node,
      operand: comparable(operand, kind),
      low: comparable(low, kind),
      high: comparable(high, kind),
    }, builder);
  },
  ...aggregateExpressions,
  ...dateExpressions,
  ...jsonExpressions,
};

const compileLimited = compileSelect(limitOffset);

// SQLite knows no parentheses around an operand.
const compound = compileCompound((query, builder) => {
  builder.sql += "SELECT * FROM (";
  builder.statement(query);
  builder.sql += ")";
});

const statements: StatementCompilers = {
  ...standardStatements,
  ...fts5Statements,
  updateRows: writeUpdateFromRows,
  update(node, builder) {
    refuseChangedRows(node);
    standardStatements.update(node, builder);
  },
  select(node, builder) {
    refuseLostNames(node);
    compileLimited(byValue(node), builder);
  },
  compound(node, builder) {
    const { operator, all } = node;
    if (all && operator !== "union") {
      builder.need(`${operator}All`);
      return builder.statement(withoutAll(node));
    }
    if (all || !holdsDecimal(node)) return compound(node, builder);
    if (operator !== "union") builder.need(operator);
    builder.statement(compoundByValue(node));
  },
  // A chain of queries may have 500 parts only; VALUES has no limit but gives its columns names of its own.
  values(node, builder) {
    if (node.rows.length === 0) return writeValues(node, builder);
    builder.sql += `SELECT ${
      node.columns.map((name, i) => `column${i + 1} AS ${builder.dialect.quoteIdentifier(name)}`).join(", ")
    } FROM (VALUES `;
    writeRows(node.rows, builder);
    builder.sql += ")";
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
  /** How each function is written. */
  override readonly functions: FunctionCompilers = SQLITE_FUNCTIONS;
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

  /** SQL of a type, as CAST takes it. */
  override castType(type: LogicalType): string {
    return type.kind === "custom" ? super.castType(type) : this.getTypeMappings()[databaseTypeOf(type)].sql;
  }

  /** Writes an expression as a term of an order: decimals by value, JSON by what it holds. */
  override orderTerm(node: ExpressionNode, builder: SQLBuilder): void {
    if (node.kind === "jsonPath" && node.form === "json") return writeJSONOrder(node, builder);
    builder.expression(kindOf(node) === "decimal" ? comparable(node, "decimal") : node);
  }

  /** Writes an expression as a term of GROUP BY or PARTITION BY: decimals by value. */
  override groupTerm(node: ExpressionNode, builder: SQLBuilder): void {
    builder.expression(kindOf(node) === "decimal" ? comparable(node, "decimal") : node);
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
