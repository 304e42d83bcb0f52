import type { ExpressionNode, InNode, OrderItem } from "../../core/ast/expression.ts";
import type { WindowNode } from "../../core/ast/window.ts";
import { UnsupportedFeatureError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlExpressions } from "../mysql/expressions.ts";

/** LAG and LEAD take no value here for rows that are not there: such rows have no number 1 either. */
function compileWindow(node: WindowNode<ExpressionNode, OrderItem>, builder: SQLBuilder): void {
  const { function: called } = node;
  const [operand, offset, otherwise] = called.kind === "windowFunction" ? called.args : [];
  const isShift = called.kind === "windowFunction" && (called.name === "lag" || called.name === "lead");
  if (!isShift || operand === undefined || offset === undefined || otherwise === undefined) {
    return mysqlExpressions.window(node, builder);
  }
  const shifted = (of: ExpressionNode): ExpressionNode => ({ ...node, function: { ...called, args: [of, offset] } });
  builder.expression({
    kind: "case",
    branches: [{
      when: { kind: "nullTest", operand: shifted({ kind: "raw", parts: ["1"], nodes: [] }), negated: false },
      then: otherwise,
    }],
    otherwise: shifted(operand),
  });
}

const QUERIES: ReadonlySet<unknown> = new Set(["select", "compound", "values"]);

function holdsQuery(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node && (QUERIES.has(node.kind) || node.kind === "value")) return node.kind !== "value";
  return Object.values(node).some(holdsQuery);
}

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
  in: compileIn,
  window: compileWindow,
};
