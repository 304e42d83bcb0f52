import type { LogicalType } from "../types/database_type.ts";
import type { IndexHint, LockClause, PlannerHints } from "./clauses.ts";
import type { Match, MatchExcerpt, MatchRank } from "./full_text.ts";

/** A column, of the only table unless `table` names another. */
export interface ColumnNode {
  /** Tells what kind of node it is. */
  readonly kind: "column";
  /** Name in the database. */
  readonly name: string;
  /** Alias or name of its table. */
  readonly table?: string | undefined;
  /** Type by which values beside it are encoded. */
  readonly type?: LogicalType | undefined;
}

/** A value, always sent as a parameter. */
export interface ValueNode {
  /** Tells what kind of node it is. */
  readonly kind: "value";
  /** The value, not yet encoded. */
  readonly value: unknown;
  /** Type by which the value is encoded. */
  readonly type?: LogicalType | undefined;
  /** Where the value belongs, such as `User.age`, for the message when it cannot be encoded. */
  readonly label?: string | undefined;
}

/** A place for a value that is given each time a prepared statement runs. */
export interface SlotNode {
  /** Tells what kind of node it is. */
  readonly kind: "slot";
  /** Position in the list of values. */
  readonly index: number;
  /** Type by which the value is encoded. */
  readonly type?: LogicalType | undefined;
  /** Where the value belongs, such as `User.age`, for the message when it cannot be encoded. */
  readonly label?: string | undefined;
}

/** Operators that compare two values. */
export type ComparisonOperator = "=" | "<>" | ">" | ">=" | "<" | "<=";

/** A comparison of two expressions. */
export interface ComparisonNode {
  /** Tells what kind of node it is. */
  readonly kind: "comparison";
  /** The operator. */
  readonly operator: ComparisonOperator;
  /** Left side. */
  readonly left: ExpressionNode;
  /** Right side. */
  readonly right: ExpressionNode;
}

/** Conditions joined by AND or OR. An empty AND is true, an empty OR is false. */
export interface LogicNode {
  /** Tells what kind of node it is. */
  readonly kind: "logic";
  /** The operator. */
  readonly operator: "and" | "or";
  /** What is joined. */
  readonly operands: readonly ExpressionNode[];
}

/** A negated condition. */
export interface NotNode {
  /** Tells what kind of node it is. */
  readonly kind: "not";
  /** What it is applied to. */
  readonly operand: ExpressionNode;
}

/** `IS NULL` or `IS NOT NULL`. */
export interface NullTestNode {
  /** Tells what kind of node it is. */
  readonly kind: "nullTest";
  /** What it is applied to. */
  readonly operand: ExpressionNode;
  /** Whether the opposite is meant. */
  readonly negated: boolean;
}

/** Membership in a list of values or in the rows of a query. An empty list has no members. */
export interface InNode {
  /** Tells what kind of node it is. */
  readonly kind: "in";
  /** What it is applied to. */
  readonly operand: ExpressionNode;
  /** The list, or the query that gives it. */
  readonly items: readonly ValueNode[] | SelectNode;
  /** Whether the opposite is meant. */
  readonly negated: boolean;
}

/** A range with both ends included. */
export interface BetweenNode {
  /** Tells what kind of node it is. */
  readonly kind: "between";
  /** What it is applied to. */
  readonly operand: ExpressionNode;
  /** Lower end, included. */
  readonly low: ExpressionNode;
  /** Upper end, included. */
  readonly high: ExpressionNode;
}

/** How a text is matched. All but `like` and `regex` take their pattern literally. */
export type PatternMatch =
  | "like"
  | "contains"
  | "startsWith"
  | "endsWith"
  | "regex";

/** A text match. */
export interface PatternNode {
  /** Tells what kind of node it is. */
  readonly kind: "pattern";
  /** How the pattern is meant. */
  readonly match: PatternMatch;
  /** What it is applied to. */
  readonly operand: ExpressionNode;
  /** The pattern, or the text to look for. */
  readonly pattern: string;
  /** Whether capital and small letters differ. */
  readonly caseSensitive: boolean;
}

/** Functions that every dialect knows. */
export type FunctionName =
  | "lower"
  | "upper"
  | "length"
  | "abs"
  | "round"
  | "coalesce";

/** A function call. */
export interface FunctionNode {
  /** Tells what kind of node it is. */
  readonly kind: "function";
  /** Name of the function. */
  readonly name: FunctionName;
  /** Its arguments. */
  readonly args: readonly ExpressionNode[];
}

/** Names of the aggregates. */
export type AggregateName = "count" | "sum" | "avg" | "min" | "max";

/** An aggregate; without operand it counts rows. */
export interface AggregateNode {
  /** Tells what kind of node it is. */
  readonly kind: "aggregate";
  /** Name of the aggregate. */
  readonly name: AggregateName;
  /** What is aggregated; null counts rows. */
  readonly operand: ExpressionNode | null;
  /** Whether equal values count once. */
  readonly distinct: boolean;
}

/** Two numbers combined. */
export interface ArithmeticNode {
  /** Tells what kind of node it is. */
  readonly kind: "arithmetic";
  /** The operator. */
  readonly operator: "+" | "-" | "*" | "/" | "%";
  /** Left side. */
  readonly left: ExpressionNode;
  /** Right side. */
  readonly right: ExpressionNode;
}

/** Whether a query has any row. */
export interface ExistsNode {
  /** Tells what kind of node it is. */
  readonly kind: "exists";
  /** The query. */
  readonly query: SelectNode;
}

/** The one value of a query. */
export interface SubqueryNode {
  /** Tells what kind of node it is. */
  readonly kind: "subquery";
  /** The query. */
  readonly query: SelectNode;
}

/** A quoted name with its qualifiers. */
export interface IdentifierNode {
  /** Tells what kind of node it is. */
  readonly kind: "identifier";
  /** Parts of the name, from the outermost. */
  readonly path: readonly string[];
}

/** SQL text with expressions between its parts; there is one part more than nodes. */
export interface RawNode {
  /** Tells what kind of node it is. */
  readonly kind: "raw";
  /** The text around the nodes: one part more than there are nodes. */
  readonly parts: readonly string[];
  /** What stands between the parts. */
  readonly nodes: readonly ExpressionNode[];
  /** Written without parentheses inside another text: a list, or a piece that is no expression of its own. */
  readonly isFragment?: boolean;
}

/** The value that an INSERT with a conflict would have written. */
export interface ExcludedNode {
  /** Tells what kind of node it is. */
  readonly kind: "excluded";
  /** Name of the column. */
  readonly name: string;
  /** Type by which values beside it are encoded. */
  readonly type?: LogicalType | undefined;
}

/** A table, perhaps in a schema, perhaps under an alias. */
export interface TableNode {
  /** Tells what kind of node it is. */
  readonly kind: "table";
  /** Name in the database. */
  readonly name: string;
  /** Its schema, where the database has such. */
  readonly schema?: string | undefined;
  /** Name by which the query calls it. */
  readonly alias?: string | undefined;
  /** The indexes to be used for it. */
  readonly indexHint?: IndexHint | undefined;
}

/** Whether a row is found by a full-text search. */
export type MatchNode = Match<TableNode>;
/** How well a row fits a full-text search. */
export type MatchRankNode = MatchRank<TableNode>;
/** A text with the words that a full-text search has found marked. */
export type MatchExcerptNode = MatchExcerpt<TableNode>;

/** One column of a result. */
export interface SelectItem {
  /** The expression. */
  readonly expression: ExpressionNode;
  /** Name in the result. */
  readonly alias?: string | undefined;
}

/** One term of an order. */
export interface OrderItem {
  /** The expression. */
  readonly expression: ExpressionNode;
  /** Whether the order is turned round. */
  readonly descending: boolean;
  /** Where NULLs go; the database's own place when left out. */
  readonly nulls?: "first" | "last" | undefined;
}

/** A query. */
export interface SelectNode {
  /** Tells what kind of node it is. */
  readonly kind: "select";
  /** Whether equal rows are given once. */
  readonly distinct: boolean;
  /** Its columns, in order. */
  readonly columns: readonly SelectItem[];
  /** What is read; null for a query without a table. */
  readonly from: TableNode | DerivedTableNode | null;
  /** Condition of the rows. */
  readonly where: ExpressionNode | null;
  /** What makes a group. */
  readonly groupBy: readonly ExpressionNode[];
  /** Condition of the groups. */
  readonly having: ExpressionNode | null;
  /** The order. */
  readonly orderBy: readonly OrderItem[];
  /** Highest number of rows; null for all. */
  readonly limit: number | null;
  /** Number of rows left out at the start. */
  readonly offset: number | null;
  /** How its rows are locked. */
  readonly lock?: LockClause | undefined;
  /** What the planner is told. */
  readonly hints?: PlannerHints | undefined;
  /** Reads what is committed now where a transaction would else read from its snapshot. */
  readonly current?: boolean | undefined;
}

/** A query in the place of a table. */
export interface DerivedTableNode {
  /** Tells what kind of node it is. */
  readonly kind: "derivedTable";
  /** The query. */
  readonly query: SelectNode;
  /** Name by which the query calls it. */
  readonly alias: string;
}

/** Any expression. */
export type ExpressionNode =
  | ColumnNode
  | ValueNode
  | SlotNode
  | ComparisonNode
  | LogicNode
  | NotNode
  | NullTestNode
  | InNode
  | BetweenNode
  | PatternNode
  | FunctionNode
  | AggregateNode
  | ArithmeticNode
  | ExistsNode
  | SubqueryNode
  | IdentifierNode
  | RawNode
  | ExcludedNode
  | MatchNode
  | MatchRankNode
  | MatchExcerptNode;

/** Joins conditions with AND, without nesting more than needed. */
export function allOf(conditions: readonly (ExpressionNode | null)[]): ExpressionNode | null {
  const operands = conditions.filter((condition) => condition !== null);
  if (operands.length < 2) return operands[0] ?? null;
  return { kind: "logic", operator: "and", operands };
}

/** Joins conditions with OR. */
export function anyOf(conditions: readonly ExpressionNode[]): ExpressionNode {
  return conditions.length === 1 ? conditions[0]! : { kind: "logic", operator: "or", operands: conditions };
}
