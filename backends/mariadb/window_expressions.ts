import type { ExpressionNode, OrderItem } from "../../core/ast/expression.ts";
import type { WindowDefinition, WindowFunctionName, WindowNode } from "../../core/ast/window.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlExpressions } from "../mysql/expressions.ts";

type Window = WindowNode<ExpressionNode, OrderItem>;

const ONE: ExpressionNode = { kind: "raw", parts: ["1"], nodes: [] };
const NUMBER = { kind: "number" } as const;
const INT = { kind: "int" } as const;

/** LAG and LEAD take no value here for rows that are not there: such rows have no number 1 either. */
function writeShift(node: Window, args: readonly ExpressionNode[], builder: SQLBuilder): void {
  const { function: called } = node;
  const [operand, offset, otherwise] = args;
  if (operand === undefined || offset === undefined || otherwise === undefined) {
    return mysqlExpressions.window(node, builder);
  }
  const shifted = (of: ExpressionNode): ExpressionNode => ({
    ...node,
    function: { ...called, args: [of, offset] } as ExpressionNode, // the same function
  });
  builder.expression({
    kind: "case",
    branches: [{ when: { kind: "nullTest", operand: shifted(ONE), negated: false }, then: otherwise }],
    otherwise: shifted(operand),
  });
}

function definitionOf({ over }: Window, builder: SQLBuilder): WindowDefinition<ExpressionNode, OrderItem> {
  if (typeof over !== "string") return over;
  const found = builder.windows.find(({ name }) => name === over);
  if (found !== undefined) return found.definition;
  throw new QueryBuildError(`Unknown window ${JSON.stringify(over)}: give it to the query by window()`);
}

/** PERCENT_RANK and CUME_DIST by the numbers they are made of: beside another window the server cuts them to ten digits. */
function writePart(name: "percentRank" | "cumeDist", node: Window, builder: SQLBuilder): void {
  const { partitionBy, orderBy } = definitionOf(node, builder);
  const numberOver = (called: ExpressionNode, order: readonly OrderItem[]): ExpressionNode => ({
    kind: "window",
    function: called,
    over: { partitionBy, orderBy: order, frame: null },
    type: INT,
  });
  const count: ExpressionNode = { kind: "aggregate", name: "count", operand: null, distinct: false, type: INT };
  const rank: ExpressionNode = { kind: "windowFunction", name: "rank", args: [], type: INT };
  const less = (left: ExpressionNode): ExpressionNode => ({
    kind: "arithmetic",
    operator: "-",
    left,
    right: ONE,
    type: INT,
  });
  const divided = (left: ExpressionNode, right: ExpressionNode): ExpressionNode => ({
    kind: "arithmetic",
    operator: "/",
    left,
    right,
    type: NUMBER,
  });
  if (name === "cumeDist") {
    builder.sql += "(";
    builder.expression(divided(numberOver(count, orderBy), numberOver(count, [])));
    builder.sql += ")";
    return;
  }
  // A row that is alone is the first.
  builder.sql += "COALESCE(";
  builder.expression(divided(less(numberOver(rank, orderBy)), less(numberOver(count, []))));
  builder.sql += ", 0e0)";
}

/** How MariaDB writes functions over windows: like MySQL, with a few differences. */
export const windowExpressions: Pick<ExpressionCompilers, "window"> = {
  window(node, builder) {
    const { function: called } = node;
    if (called.kind !== "windowFunction") return mysqlExpressions.window(node, builder);
    const name: WindowFunctionName = called.name;
    if (name === "lag" || name === "lead") return writeShift(node, called.args, builder);
    if (name === "percentRank" || name === "cumeDist") return writePart(name, node, builder);
    mysqlExpressions.window(node, builder);
  },
};
