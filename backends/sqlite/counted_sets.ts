import type { ExpressionNode } from "../../core/ast/expression.ts";
import {
  type CompoundNode,
  type QueryNode,
  selectFrom,
  type SelectNode,
  type TableNode,
} from "../../core/ast/statement.ts";
import { columnsOf } from "./derived_names.ts";

/** Name of the column that counts equal rows. */
const NTH = "nth";

/** Name of a query while its rows are counted; no table that it reads is called so by chance. */
const OPERAND: TableNode = { kind: "table", name: "activerecord_operand" };

function column(name: string): ExpressionNode {
  return { kind: "column", name };
}

/** The rows of a query with a number each: 1 for the first of those that are equal, 2 for the second, and so on. */
function counted(query: QueryNode, names: readonly string[]): SelectNode {
  const nth: ExpressionNode = {
    kind: "window",
    function: { kind: "windowFunction", name: "rowNumber", args: [] },
    over: { partitionBy: names.map(column), orderBy: [], frame: null },
  };
  return {
    ...selectFrom(OPERAND, [...names.map((name) => ({ expression: column(name) })), { expression: nth, alias: NTH }]),
    with: [{ name: OPERAND.name, columns: names, query, recursive: false }],
  };
}

/**
 * INTERSECT ALL and EXCEPT ALL, which SQLite lacks: with a number on equal rows, no two rows of a query are the same, and the
 * operations without ALL count them.
 */
export function withoutAll({ operator, operands }: CompoundNode): QueryNode {
  const [first, ...others] = operands;
  const outputs = columnsOf(first!); // there are two or more
  const names = outputs.map((_, i) => `c${i}`);
  return others.reduce<QueryNode>((left, right) => {
    const query: CompoundNode = {
      kind: "compound",
      operator,
      all: false,
      operands: [counted(left, names), counted(right, names)],
    };
    const columns = names.map((name, i) => ({ expression: column(name), alias: outputs[i] || undefined }));
    const table: TableNode = { kind: "table", name: "counted" };
    return { ...selectFrom(table, columns), from: { kind: "derivedTable", query, alias: table.name } };
  }, first!);
}
