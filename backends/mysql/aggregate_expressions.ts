import type { AggregateNode, ExpressionNode } from "../../core/ast/expression.ts";
import type { OrderItem } from "../../core/ast/statement.ts";
import type { WindowFunctionName, WindowNode } from "../../core/ast/window.ts";
import type { ExpressionCompilers, SQLBuilder } from "../../core/sql/builder.ts";
import { checkAggregate, filterAsCase, writeAggregate } from "../../core/sql/compile_aggregate.ts";
import type { DDLDialect } from "../../core/sql/compile_ddl.ts";
import { writeOrder } from "../../core/sql/compile_order.ts";
import { windowExpressions, writeOver } from "../../core/sql/compile_window.ts";
import { isCondition, writeJSONValue } from "./json_expressions.ts";
import { orderTerms } from "./order.ts";
import { inlined, typedValue, typeOf } from "./typed.ts";

function writeGroupConcat(node: AggregateNode, builder: SQLBuilder): void {
  const { operand, distinct, orderBy = [], separator = "," } = node;
  builder.sql += distinct ? "group_concat(DISTINCT " : "group_concat(";
  builder.within("an aggregate", () => {
    builder.expression(operand!); // it has one
    if (orderBy.length > 0) {
      builder.sql += " ";
      writeOrder(orderBy.flatMap(orderTerms), builder);
    }
  });
  // Only a literal may stand there.
  builder.sql += ` SEPARATOR ${(builder.dialect as DDLDialect).literal(separator)})`; // every SQLDialect is one
}

/** The servers keep numbers that JSON would round in lists of JSON only as texts. */
const AS_TEXT: ReadonlySet<string | undefined> = new Set(["decimal", "bigint"]);

function writeList(node: AggregateNode, builder: SQLBuilder): void {
  const operand = node.operand!; // a list has one
  const json = node.name === "jsonAgg";
  writeAggregate(node, builder, {
    name: "JSON_ARRAYAGG",
    operand: () => {
      if (json) return writeJSONValue(node.operand!, isJSONCondition(node.operand!), builder);
      const asText = AS_TEXT.has(typeOf(operand)?.kind);
      builder.sql += asText ? "CAST(" : "";
      builder.expression(operand);
      builder.sql += asText ? " AS CHAR)" : "";
    },
  });
}

/** A filter has made a case of the condition. */
function isJSONCondition(node: ExpressionNode): boolean {
  return node.kind === "case" ? node.branches.every(({ then }) => isCondition(then)) : isCondition(node);
}

function compileAggregate(given: AggregateNode, builder: SQLBuilder): void {
  const node = filterAsCase(given);
  checkAggregate(node, builder);
  if (node.name === "groupConcat") return writeGroupConcat(node, builder);
  if (node.name === "arrayAgg" || node.name === "jsonAgg") return writeList(node, builder);
  const isRounded = node.name === "avg" && given.operand !== null && typeOf(given.operand)?.kind !== "decimal";
  if (!isRounded) return writeAggregate(node, builder, { name: node.name });
  // AVG of whole numbers would be rounded to four digits.
  writeAggregate(node, builder, {
    name: "avg",
    operand: () => {
      builder.operand(node.operand!); // an average has one
      builder.sql += " + 0e0";
    },
  });
}

type Window = WindowNode<ExpressionNode, OrderItem>;

/** Functions that look at the whole partition, whatever the frame. */
const FRAMELESS: ReadonlySet<string> = new Set<WindowFunctionName>([
  "rowNumber",
  "rank",
  "denseRank",
  "percentRank",
  "cumeDist",
  "ntile",
  "lag",
  "lead",
]);

/** Functions that number rows. */
const NUMBERS: ReadonlySet<string> = new Set<WindowFunctionName>(["rowNumber", "rank", "denseRank", "ntile"]);

/** An order in which all rows are equal. */
const NO_ORDER: OrderItem = { expression: { kind: "raw", parts: ["NULL"], nodes: [] }, descending: false };

/** The window as the servers can write it: MariaDB refuses these functions a frame, and wants an order of most of them. */
function written(node: Window): Window {
  const { over, function: called } = node;
  if (typeof over === "string") return node;
  const isFrameless = called.kind === "windowFunction" && FRAMELESS.has(called.name);
  const terms = over.orderBy.flatMap(orderTerms);
  return {
    ...node,
    over: {
      ...over,
      orderBy: isFrameless && terms.length === 0 ? [NO_ORDER] : terms,
      frame: isFrameless ? null : over.frame,
    },
  };
}

/** MariaDB's LAG and LEAD have no fallback: the row is not there where a constant of it is not. */
function compileShift(node: Window, builder: SQLBuilder): boolean {
  const { function: called } = node;
  if (called.kind !== "windowFunction" || called.name !== "lag" && called.name !== "lead") return false;
  const [operand, offset, fallback] = called.args;
  if (fallback === undefined) return false;
  const shift = (value: ExpressionNode): ExpressionNode => ({
    ...node,
    function: { ...called, args: [value, offset!] }, // both are given where there is a fallback
  });
  const one: ExpressionNode = { kind: "raw", parts: ["1"], nodes: [], isFragment: true };
  builder.expression({
    kind: "case",
    branches: [{ when: { kind: "nullTest", operand: shift(one), negated: false }, then: typedValue(fallback) }],
    otherwise: shift(operand!),
  });
  return true;
}

/** How MySQL and MariaDB write aggregates and windows over them. */
export const aggregateExpressions: Pick<ExpressionCompilers, "aggregate" | "window" | "windowFunction"> = {
  aggregate: compileAggregate,
  windowFunction(node, builder) {
    windowExpressions.windowFunction({ ...node, args: node.args.map(inlined) }, builder);
  },
  window(node, builder) {
    if (compileShift(node, builder)) return;
    const { function: called } = node;
    // MariaDB would round to ten digits.
    const isPart = called.kind === "windowFunction" && (called.name === "percentRank" || called.name === "cumeDist");
    // MySQL would take it for an unsigned number, which cannot become negative.
    const isNumber = called.kind === "windowFunction" && NUMBERS.has(called.name);
    builder.sql += isPart ? "(" : isNumber ? "CAST(" : "";
    writeOver(written(node), builder, () => builder.expression(called));
    builder.sql += isPart ? " + 0e0)" : isNumber ? " AS SIGNED)" : "";
  },
};
