import type { ExpressionNode, OrderItem } from "../../core/ast/expression.ts";
import type { WindowNode } from "../../core/ast/window.ts";
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

/** How MariaDB writes each kind of expression: like MySQL, with a few differences. */
export const mariadbExpressions: ExpressionCompilers = { ...mysqlExpressions, window: compileWindow };
