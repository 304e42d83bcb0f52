import type { ColumnNode, ExpressionNode } from "../../core/ast/expression.ts";
import {
  type CompoundNode,
  type QueryNode,
  selectFrom,
  type SelectNode,
  type TableNode,
} from "../../core/ast/statement.ts";
import { kindsOfQuery } from "./comparable.ts";
import { columnsOf } from "./derived_names.ts";
import { column } from "./same_rows.ts";

/** Name of the column that counts equal rows. */
const NTH = "nth";

/** Name of a query while its rows are counted; no table that it reads is called so by chance. */
const OPERAND: TableNode = { kind: "table", name: "activerecord_operand" };

/** The rows of a query with a number each: 1 for the first of those that are equal, 2 for the second, and so on. */
function counted(query: QueryNode, columns: readonly ColumnNode[]): SelectNode {
  const nth: ExpressionNode = {
    kind: "window",
    function: { kind: "windowFunction", name: "rowNumber", args: [] },
    over: { partitionBy: columns, orderBy: [], frame: null },
  };
  return {
    ...selectFrom(OPERAND, [...columns.map((expression) => ({ expression })), { expression: nth, alias: NTH }]),
    with: [{ name: OPERAND.name, columns: columns.map(({ name }) => name), query, recursive: false }],
  };
}

/**
 * INTERSECT ALL and EXCEPT ALL, which SQLite lacks: with a number on equal rows, no two rows of a query are the same, and the
 * operations without ALL count them.
 */
export function withoutAll(compound: CompoundNode): QueryNode {
  const { operator, operands } = compound;
  const [first, ...others] = operands;
  const outputs = columnsOf(first!); // there are two or more
  const own = kindsOfQuery(compound).map((kind, i) => column(`c${i}`, kind));
  return others.reduce<QueryNode>((left, right) => {
    const query: CompoundNode = {
      kind: "compound",
      operator,
      all: false,
      operands: [counted(left, own), counted(right, own)],
    };
    const columns = own.map((expression, i) => ({ expression, alias: outputs[i] || undefined }));
    return selectFrom({ kind: "derivedTable", query, alias: "counted" }, columns);
  }, first!);
}
