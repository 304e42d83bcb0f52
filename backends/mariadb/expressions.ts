import type { InNode } from "../../core/ast/expression.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlExpressions } from "../mysql/expressions.ts";
import { holdsQuery } from "./queries.ts";
import { windowExpressions } from "./window_expressions.ts";

/** The server takes no tuple with a query inside, aggregates of one among them, to look for it in another query. */
function compileIn(node: InNode, builder: SQLBuilder): void {
  if (node.operand.kind === "tuple" && !Array.isArray(node.items) && holdsQuery(node.operand)) {
    throw new UnsupportedFeatureError("mariadb", {
      feature: "a subquery in a tuple that is looked for in a query",
      instead: "select the subquery under a name first, and look for the tuple around that with from()",
    });
  }
  mysqlExpressions.in(node, builder);
}

/** How MariaDB writes each kind of expression: like MySQL, with a few differences. */
export const mariadbExpressions: ExpressionCompilers = {
  ...mysqlExpressions,
  ...windowExpressions,
  in: compileIn,
};
