import type { LogicalType } from "../types/database_type.ts";

/** A column, of the only table unless `table` names another. */
export interface ColumnNode {
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
  readonly kind: "value";
  readonly value: unknown;
  readonly type?: LogicalType | undefined;
  /** Where the value belongs, such as `User.age`, for the message when it cannot be encoded. */
  readonly label?: string | undefined;
}

/** A place for a value that is given each time a prepared statement runs. */
export interface SlotNode {
  readonly kind: "slot";
  /** Position in the list of values. */
  readonly index: number;
  readonly type?: LogicalType | undefined;
  /** Where the value belongs, such as `User.age`, for the message when it cannot be encoded. */
  readonly label?: string | undefined;
}

/** Operators that compare two values. */
export type ComparisonOperator = "=" | "<>" | ">" | ">=" | "<" | "<=";

/** A comparison of two expressions. */
export interface ComparisonNode {
  readonly kind: "comparison";
  readonly operator: ComparisonOperator;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/** Conditions joined by AND or OR. An empty AND is true, an empty OR is false. */
export interface LogicNode {
  readonly kind: "logic";
  readonly operator: "and" | "or";
  readonly operands: readonly ExpressionNode[];
}

/** A negated condition. */
export interface NotNode {
  readonly kind: "not";
  readonly operand: ExpressionNode;
}

/** `IS NULL` or `IS NOT NULL`. */
export interface NullTestNode {
  readonly kind: "nullTest";
  readonly operand: ExpressionNode;
  readonly negated: boolean;
}

/** Membership in a list of values or in the rows of a query. An empty list has no members. */
export interface InNode {
  readonly kind: "in";
  readonly operand: ExpressionNode;
  readonly items: readonly ValueNode[] | SelectNode;
  readonly negated: boolean;
}

/** A range with both ends included. */
export interface BetweenNode {
  readonly kind: "between";
  readonly operand: ExpressionNode;
  readonly low: ExpressionNode;
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
  readonly kind: "pattern";
  readonly match: PatternMatch;
  readonly operand: ExpressionNode;
  readonly pattern: string;
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
  readonly kind: "function";
  readonly name: FunctionName;
  readonly args: readonly ExpressionNode[];
}

/** Names of the aggregates. */
export type AggregateName = "count" | "sum" | "avg" | "min" | "max";

/** An aggregate; without operand it counts rows. */
export interface AggregateNode {
  readonly kind: "aggregate";
  readonly name: AggregateName;
  readonly operand: ExpressionNode | null;
  readonly distinct: boolean;
}

/** Two numbers combined. */
export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly operator: "+" | "-" | "*" | "/" | "%";
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

/** Whether a query has any row. */
export interface ExistsNode {
  readonly kind: "exists";
  readonly query: SelectNode;
}

/** The one value of a query. */
export interface SubqueryNode {
  readonly kind: "subquery";
  readonly query: SelectNode;
}

/** A quoted name with its qualifiers. */
export interface IdentifierNode {
  readonly kind: "identifier";
  readonly path: readonly string[];
}

/** SQL text with expressions between its parts; there is one part more than nodes. */
export interface RawNode {
  readonly kind: "raw";
  readonly parts: readonly string[];
  readonly nodes: readonly ExpressionNode[];
}

/** The value that an INSERT with a conflict would have written. */
export interface ExcludedNode {
  readonly kind: "excluded";
  readonly name: string;
}

/** A table, perhaps in a schema, perhaps under an alias. */
export interface TableNode {
  readonly kind: "table";
  readonly name: string;
  readonly schema?: string | undefined;
  readonly alias?: string | undefined;
}

/** One column of a result. */
export interface SelectItem {
  readonly expression: ExpressionNode;
  /** Name in the result. */
  readonly alias?: string | undefined;
}

/** One term of an order. */
export interface OrderItem {
  readonly expression: ExpressionNode;
  readonly descending: boolean;
  /** Where NULLs go; the database's own place when left out. */
  readonly nulls?: "first" | "last" | undefined;
}

/** A query. */
export interface SelectNode {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly columns: readonly SelectItem[];
  readonly from: TableNode | DerivedTableNode | null;
  readonly where: ExpressionNode | null;
  readonly groupBy: readonly ExpressionNode[];
  readonly having: ExpressionNode | null;
  readonly orderBy: readonly OrderItem[];
  readonly limit: number | null;
  readonly offset: number | null;
}

/** A query in the place of a table. */
export interface DerivedTableNode {
  readonly kind: "derivedTable";
  readonly query: SelectNode;
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
  | ExcludedNode;

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
