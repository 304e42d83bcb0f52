import type { ColumnNode, ExpressionNode, FunctionNode } from "../../core/ast/expression.ts";
import { type SelectNode, sourceName, sourcesOf } from "../../core/ast/statement.ts";
import { call } from "../../core/sql/compile_function.ts";
import type { Compiler, SQLBuilder } from "../../core/sql/builder.ts";
import { type MySQLBuilder, mysqlBuilder } from "./builder.ts";
import { computes, isComputed } from "./merged_queries.ts";
import { isQuery, isUserText } from "./queries.ts";

// What a query computes that the servers work into the one around it is one object with one buffer for the text, however often its
// column stands there. A few functions do not make a text, but change the one that they are given: MySQL's UPPER, LOWER and RPAD,
// MariaDB's REPLACE, LPAD and RPAD. So `upper(x) <> x` was never true, and MariaDB crashed where the text had to grow. What CONCAT
// gives is the function's own.

/** Whether a column of the queries that are being written, one inside the other, is computed by a query that is worked into one. */
function isShared(column: ColumnNode, { reading, computing }: MySQLBuilder): boolean {
  const { table } = column;
  const query = table === undefined
    ? reading.at(-1)
    : reading.findLast((one) => sourcesOf(one).some((source) => sourceName(source) === table));
  return query !== undefined && isComputed(column, query, computing);
}

/** Whether a text that is made here may be what a column gives: SQL text of the user may speak of any. */
function givesShared(node: unknown, builder: MySQLBuilder): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node) {
    const part = node as ExpressionNode; // looked at only
    if (part.kind === "value" || part.kind === "slot" || isQuery(part)) return false;
    if (part.kind === "column") return isShared(part, builder);
    if (isUserText(part)) return builder.reading.some((query) => readsComputed(query, builder));
  }
  return Object.values(node).some((part) => givesShared(part, builder));
}

function readsComputed(query: SelectNode, { computing }: MySQLBuilder): boolean {
  return sourcesOf(query).some((source) =>
    source.kind === "table" ? computing.has(source.name) : computes(source.query, computing)
  );
}

/** What a function that may change the text it is given is given instead, so that the text stays as it is. */
export function ownText(name: FunctionNode["name"], text: ExpressionNode, builder: SQLBuilder): ExpressionNode {
  const own = mysqlBuilder(builder);
  return own.syntax.changesTexts.has(name) && givesShared(text, own)
    ? { kind: "function", name: "concat", args: [text] }
    : text;
}

/** A call of a function that may change its first argument. */
export function callWithOwnText(name: string): Compiler<FunctionNode> {
  const plain = call(name);
  return (node, builder) => {
    const [text, ...others] = node.args;
    plain({ ...node, args: [ownText(node.name, text!, builder), ...others] }, builder); // there is one at least
  };
}
