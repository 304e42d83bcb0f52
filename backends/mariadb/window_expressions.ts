import type { ExpressionNode, OrderItem } from "../../core/ast/expression.ts";
import type { SelectNode } from "../../core/ast/statement.ts";
import type { WindowDefinition, WindowFrame, WindowFunctionName, WindowNode } from "../../core/ast/window.ts";
import { QueryBuildError } from "../../core/errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { mysqlExpressions } from "../mysql/expressions.ts";
import { replaced } from "../mysql/grouping.ts";
import { holdsKind } from "../mysql/queries.ts";

type Window = WindowNode<ExpressionNode, OrderItem>;
type Definition = WindowDefinition<ExpressionNode, OrderItem>;

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

function definitionOf({ over }: Window, builder: SQLBuilder): Definition {
  if (typeof over !== "string") return over;
  const found = builder.windows.find(({ name }) => name === over);
  if (found !== undefined) return found.definition;
  throw new QueryBuildError(`Unknown window ${JSON.stringify(over)}: give it to the query by window()`);
}

const WHOLE: WindowFrame = {
  unit: "rows",
  start: { bound: "unboundedPreceding" },
  end: { bound: "unboundedFollowing" },
};

/**
 * PERCENT_RANK and CUME_DIST by the numbers they are made of: beside another window the server cuts them to ten digits. All have
 * one window but for its frame, so that the server does not lose an order among several.
 */
function writePart(name: "percentRank" | "cumeDist", node: Window, builder: SQLBuilder): void {
  const definition = definitionOf(node, builder);
  const numberOver = (called: ExpressionNode, frame: WindowFrame | null): ExpressionNode => ({
    kind: "window",
    function: called,
    over: { ...definition, frame },
    type: INT,
  });
  const calculated = (operator: "-" | "/", left: ExpressionNode, right: ExpressionNode): ExpressionNode => ({
    kind: "arithmetic",
    operator,
    left,
    right,
    type: operator === "/" ? NUMBER : INT,
  });
  const count: ExpressionNode = { kind: "aggregate", name: "count", operand: null, distinct: false, type: INT };
  const rank: ExpressionNode = { kind: "windowFunction", name: "rank", args: [], type: INT };
  if (name === "cumeDist") {
    builder.sql += "(";
    builder.expression(calculated("/", numberOver(count, null), numberOver(count, WHOLE)));
    builder.sql += ")";
    return;
  }
  // A row that is alone is the first.
  builder.sql += "COALESCE(";
  const others = calculated("-", numberOver(count, WHOLE), ONE);
  builder.expression(calculated("/", calculated("-", numberOver(rank, null), ONE), others));
  builder.sql += ", 0e0)";
}

/** A part of the rows that is all of them, though the server does not know it. */
const EVERYTHING: ExpressionNode = { kind: "raw", parts: ["RAND() < 0"], nodes: [], isFragment: true };

function isWhole({ partitionBy, orderBy }: Definition): boolean {
  return partitionBy.length === 0 && orderBy.length === 0;
}

/**
 * A query with windows as the server gets them right: beside a window without a partition and an order it mixes up the orders of
 * several others.
 */
export function windowsApart(node: SelectNode): SelectNode {
  if (!holdsKind("window", [node.columns, node.orderBy])) return node;
  const named = node.windows ?? [];
  const found: Definition[] = [];
  const withPartition = ({ partitionBy: _, ...rest }: Definition): Definition => ({
    ...rest,
    partitionBy: [EVERYTHING],
  });
  const apart = (window: ExpressionNode): ExpressionNode | null => {
    if (window.kind !== "window") return null;
    const { over } = window;
    const definition = typeof over === "string" ? named.find(({ name }) => name === over)?.definition : over;
    if (definition !== undefined) found.push(definition);
    return definition === undefined || !isWhole(definition) ? window : { ...window, over: withPartition(definition) };
  };
  const [columns, orderBy] = [replaced(node.columns, apart), replaced(node.orderBy, apart)];
  const isMixed = found.some(isWhole) && found.some((definition) => !isWhole(definition));
  return isMixed ? { ...node, columns, orderBy } : node;
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
