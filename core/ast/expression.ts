import type { LogicalType } from "../types/database_type.ts";
import type { LockClause, PlannerHints } from "./clauses.ts";
import type { DateAddNode, DateDiffNode, DatePartNode, DateTruncNode } from "./date.ts";
import type { Match, MatchExcerpt, MatchRank } from "./full_text.ts";
import type {
  JSONContainsNode,
  JSONHasKeyNode,
  JSONLengthNode,
  JSONObjectNode,
  JSONPathNode,
  JSONSetNode,
} from "./json.ts";
import type {
  ColumnNode,
  DefaultScopeNode,
  ExcludedNode,
  IdentifierNode,
  SlotNode,
  TableNode,
  ValueNode,
} from "./leaf.ts";
import type { Compound, DerivedTable, Join, NamedQuery, ValuesQuery } from "./source.ts";
import type { NamedWindow, WindowFunctionNode, WindowNode } from "./window.ts";

// All of them but the table are expressions, and part of the list at the end.
export type { ColumnNode, DefaultScopeNode, ExcludedNode, IdentifierNode, SlotNode, TableNode, ValueNode };

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
  readonly items: readonly (ValueNode | TupleNode)[] | QueryNode;
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

/**
 * Functions that every dialect knows. NULL among the arguments makes NULL of all but `coalesce`, `nullif` and `now`.
 */
export type FunctionName =
  | "lower"
  | "upper"
  | "length"
  | "trim"
  | "trimStart"
  | "trimEnd"
  | "substring"
  | "left"
  | "right"
  | "replace"
  | "concat"
  | "position"
  | "repeat"
  | "reverse"
  | "padStart"
  | "padEnd"
  | "abs"
  | "round"
  | "ceil"
  | "floor"
  | "trunc"
  | "sign"
  | "sqrt"
  | "power"
  | "exp"
  | "ln"
  | "quotient"
  | "coalesce"
  | "nullif"
  | "greatest"
  | "least"
  | "now";

/** A function call. */
export interface FunctionNode {
  /** Tells what kind of node it is. */
  readonly kind: "function";
  /** Name of the function. */
  readonly name: FunctionName;
  /** Its arguments. */
  readonly args: readonly ExpressionNode[];
  /** Type of its value. */
  readonly type?: LogicalType | undefined;
}

/** Names of the aggregates. */
export type AggregateName =
  | "count"
  | "sum"
  | "avg"
  | "min"
  | "max"
  | "groupConcat"
  | "arrayAgg"
  | "jsonAgg";

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
  /** Only rows that fit are aggregated. */
  readonly filter?: ExpressionNode | undefined;
  /** The order in which the values are put together. */
  readonly orderBy?: readonly OrderItem[] | undefined;
  /** What stands between the texts of `groupConcat`. */
  readonly separator?: string | undefined;
  /** Type of its value. */
  readonly type?: LogicalType | undefined;
}

/** Two numbers combined. A division gives fractions, and NULL where the divisor is 0, as does a remainder. */
export interface ArithmeticNode {
  /** Tells what kind of node it is. */
  readonly kind: "arithmetic";
  /** The operator. */
  readonly operator: "+" | "-" | "*" | "/" | "%";
  /** Left side. */
  readonly left: ExpressionNode;
  /** Right side. */
  readonly right: ExpressionNode;
  /** Type of the result. */
  readonly type?: LogicalType | undefined;
}

/** A comparison in which NULL is a value like others. */
export interface DistinctFromNode {
  /** Tells what kind of node it is. */
  readonly kind: "distinctFrom";
  /** Left side. */
  readonly left: ExpressionNode;
  /** Right side. */
  readonly right: ExpressionNode;
  /** Whether sameness is meant. */
  readonly negated: boolean;
}

/** The value of the first branch whose condition is true. */
export interface CaseNode {
  /** Tells what kind of node it is. */
  readonly kind: "case";
  /** The branches, one at least. */
  readonly branches: readonly { readonly when: ExpressionNode; readonly then: ExpressionNode }[];
  /** The value when no condition is true; null gives NULL. */
  readonly otherwise: ExpressionNode | null;
  /** Type of the value. */
  readonly type?: LogicalType | undefined;
}

/** A value as another type. */
export interface CastNode {
  /** Tells what kind of node it is. */
  readonly kind: "cast";
  /** What is converted. */
  readonly operand: ExpressionNode;
  /** The type it gets. */
  readonly type: LogicalType;
}

/** A text that is compared by the rules of a collation. */
export interface CollateNode {
  /** Tells what kind of node it is. */
  readonly kind: "collate";
  /** The text. */
  readonly operand: ExpressionNode;
  /** Name of the collation. */
  readonly collation: string;
}

/** Several values that are compared as one. */
export interface TupleNode {
  /** Tells what kind of node it is. */
  readonly kind: "tuple";
  /** The values. */
  readonly items: readonly ExpressionNode[];
}

/** The rows of a query as one side of a comparison that must hold for any or for all of them. */
export interface QuantifiedNode {
  /** Tells what kind of node it is. */
  readonly kind: "quantified";
  /** For how many it must hold. */
  readonly quantifier: "any" | "all";
  /** The query, of one column. */
  readonly query: QueryNode;
  /** Type of its column. */
  readonly type?: LogicalType | undefined;
}

/** Several groupings at once, as a term of GROUP BY. */
export interface GroupingNode {
  /** Tells what kind of node it is. */
  readonly kind: "grouping";
  /** Which groupings: those given, all beginnings of the list, or all parts of the list. */
  readonly mode: "sets" | "rollup" | "cube";
  /** The terms, each a list of expressions. */
  readonly sets: readonly (readonly ExpressionNode[])[];
}

/** Whether a query has any row. */
export interface ExistsNode {
  /** Tells what kind of node it is. */
  readonly kind: "exists";
  /** The query. */
  readonly query: QueryNode;
}

/** The one value of a query. */
export interface SubqueryNode {
  /** Tells what kind of node it is. */
  readonly kind: "subquery";
  /** The query. */
  readonly query: QueryNode;
  /** Type of its value. */
  readonly type?: LogicalType | undefined;
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

/** A query in the place of a table. */
export type DerivedTableNode = DerivedTable<QueryNode>;
/** What a query can read from. */
export type FromNode = TableNode | DerivedTableNode;
/** A table that is joined to those before it. */
export type JoinNode = Join<FromNode, ExpressionNode>;
/** Rows of literal values. */
export type ValuesNode = ValuesQuery<ExpressionNode>;
/** The rows of several queries put together. */
export type CompoundNode = Compound<QueryNode>;
/** A query with a name, in front of another. */
export type CommonTableNode = NamedQuery<QueryNode>;
/** A window with a name. */
export type NamedWindowNode = NamedWindow<ExpressionNode, OrderItem>;
/** Anything that gives rows. */
export type QueryNode = SelectNode | CompoundNode | ValuesNode;

/** A query of a table. */
export interface SelectNode {
  /** Tells what kind of node it is. */
  readonly kind: "select";
  /** Queries with a name that this one can read from. */
  readonly with?: readonly CommonTableNode[] | undefined;
  /** Whether equal rows are given once. */
  readonly distinct: boolean;
  /** Its columns, in order. */
  readonly columns: readonly SelectItem[];
  /** What is read; null for a query without a table. */
  readonly from: FromNode | null;
  /** What is joined to it, in order. */
  readonly joins?: readonly JoinNode[] | undefined;
  /** Condition of the rows. */
  readonly where: ExpressionNode | null;
  /** What makes a group. */
  readonly groupBy: readonly ExpressionNode[];
  /** Condition of the groups. */
  readonly having: ExpressionNode | null;
  /** Windows with a name. */
  readonly windows?: readonly NamedWindowNode[] | undefined;
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
  | DistinctFromNode
  | CaseNode
  | CastNode
  | CollateNode
  | TupleNode
  | QuantifiedNode
  | GroupingNode
  | WindowFunctionNode<ExpressionNode>
  | WindowNode<ExpressionNode, OrderItem>
  | DateTruncNode<ExpressionNode>
  | DatePartNode<ExpressionNode>
  | DateAddNode<ExpressionNode>
  | DateDiffNode<ExpressionNode>
  | JSONPathNode<ExpressionNode>
  | JSONContainsNode<ExpressionNode>
  | JSONHasKeyNode<ExpressionNode>
  | JSONLengthNode<ExpressionNode>
  | JSONSetNode<ExpressionNode>
  | JSONObjectNode<ExpressionNode>
  | DefaultScopeNode
  | ExistsNode
  | SubqueryNode
  | IdentifierNode
  | RawNode
  | ExcludedNode
  | MatchNode
  | MatchRankNode
  | MatchExcerptNode;

/** A longer list is not copied again for each condition that is added to it: it becomes one operand. */
const LONG_LIST = 256;

/** Joins conditions by an operator. Those that it joins already become operands of the whole, so that a long chain stays flat. */
export function joinedBy(operator: LogicNode["operator"], conditions: readonly ExpressionNode[]): LogicNode {
  const operands: ExpressionNode[] = [];
  for (const condition of conditions) {
    // A list of none is something else for each operator, and a long one would be copied for every condition that follows.
    const isPart = condition.kind === "logic" && condition.operator === operator && condition.operands.length > 0 &&
      condition.operands.length < LONG_LIST;
    if (isPart) operands.push(...condition.operands);
    else operands.push(condition);
  }
  return { kind: "logic", operator, operands };
}

/** Joins conditions with AND, without nesting more than needed. */
export function allOf(conditions: readonly (ExpressionNode | null)[]): ExpressionNode | null {
  const given = conditions.filter((condition) => condition !== null);
  return given.length < 2 ? given[0] ?? null : joinedBy("and", given);
}

/** Joins conditions with OR. */
export function anyOf(conditions: readonly ExpressionNode[]): ExpressionNode {
  return conditions.length === 1 ? conditions[0]! : joinedBy("or", conditions);
}
