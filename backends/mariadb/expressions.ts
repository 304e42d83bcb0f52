import type { ArithmeticNode, ComparisonNode, ExpressionNode, InNode, QueryNode } from "../../core/ast/expression.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlExpressions } from "../mysql/expressions.ts";
import { holdsKind, holdsQuery, isCorrelated } from "../mysql/queries.ts";
import { windowExpressions } from "./window_expressions.ts";

/** In the selection and in an order the server compares an aggregate, or a number of a window, with the rows of a query wrongly. */
function refuseComputed(operand: ExpressionNode, query: QueryNode, builder: SQLBuilder): void {
  if (builder.clause === "having") return;
  if (!holdsKind("aggregate", operand) && !(holdsKind("window", operand) && isCorrelated(query))) return;
  throw new UnsupportedFeatureError("mariadb", {
    feature: "an aggregate or a window function that is looked for in a query",
    instead: "select it under a name first, and look for it around that with from()",
  });
}

/** The server takes no tuple with a query inside, aggregates of one among them, to look for it in another query. */
function compileIn(node: InNode, builder: SQLBuilder): void {
  if (node.operand.kind === "tuple" && !Array.isArray(node.items) && holdsQuery(node.operand)) {
    throw new UnsupportedFeatureError("mariadb", {
      feature: "a subquery in a tuple that is looked for in a query",
      instead: "select the subquery under a name first, and look for the tuple around that with from()",
    });
  }
  if (!Array.isArray(node.items)) refuseComputed(node.operand, node.items as QueryNode, builder); // what is no list
  mysqlExpressions.in(node, builder);
}

/**
 * A negation of a negation the server takes off, and with it what is inside: `NOT (NOT (a <= ALL …))` is then compared with the
 * highest instead of the lowest. It does not look into a function.
 */
function compileComparison(node: ComparisonNode, builder: SQLBuilder): void {
  const { right, operator } = node;
  if (right.kind === "quantified") refuseComputed(node.left, right.query, builder);
  const isMembership = right.kind === "quantified" && operator === (right.quantifier === "any" ? "=" : "<>");
  const isShielded = right.kind === "quantified" && !isMembership;
  if (isShielded) builder.sql += "COALESCE(";
  mysqlExpressions.comparison(node, builder);
  if (isShielded) builder.sql += ")";
}

/** The rest of a negative decimal may be a zero that is less than zero, unless something is added. */
function compileArithmetic(node: ArithmeticNode, builder: SQLBuilder): void {
  if (node.operator !== "%" || node.type?.kind !== "decimal") return mysqlExpressions.arithmetic(node, builder);
  builder.sql += "(";
  mysqlExpressions.arithmetic(node, builder);
  builder.sql += ") + 0";
}

/** How MariaDB writes each kind of expression: like MySQL, with a few differences. */
export const mariadbExpressions: ExpressionCompilers = {
  ...mysqlExpressions,
  ...windowExpressions,
  arithmetic: compileArithmetic,
  comparison: compileComparison,
  in: compileIn,
};
