import type {
  ComparisonNode,
  ExpressionNode,
  LogicNode,
  QuantifiedNode,
  QueryNode,
  SelectNode,
} from "../../core/ast/expression.ts";

const ALIAS = "quantified rows";
const COLUMN = "quantified value";
const TRUE: LogicNode = { kind: "logic", operator: "and", operands: [] };
const FALSE: LogicNode = { kind: "logic", operator: "or", operands: [] };

/** The query with a name of our own for its only column. */
function named(query: QueryNode): QueryNode {
  switch (query.kind) {
    case "select":
      return { ...query, columns: query.columns.map(({ expression }) => ({ expression, alias: COLUMN })) };
    case "compound":
      return { ...query, operands: query.operands.map((operand, i) => i === 0 ? named(operand) : operand) };
    case "values":
      return { ...query, columns: [COLUMN] };
  }
}

function anyRow(query: QueryNode, where: ExpressionNode): ExpressionNode {
  const found: SelectNode = {
    kind: "select",
    distinct: false,
    columns: [{ expression: { kind: "raw", parts: ["1"], nodes: [] } }],
    from: { kind: "derivedTable", query, alias: ALIAS },
    where,
    groupBy: [],
    having: null,
    orderBy: [],
    limit: null,
    offset: null,
  };
  return { kind: "exists", query: found };
}

/**
 * A comparison with ANY or ALL, which SQLite lacks, by two EXISTS: ANY is true when one comparison is, else NULL when one is
 * NULL, else false; ALL is false when one comparison is, else NULL when one is NULL, else true.
 */
export function quantifiedComparison(
  { operator, left }: ComparisonNode,
  { quantifier, query, type }: QuantifiedNode,
): ExpressionNode {
  const rows = named(query);
  const compared: ExpressionNode = {
    kind: "comparison",
    operator,
    left,
    right: { kind: "column", name: COLUMN, table: ALIAS, type },
  };
  const isAny = quantifier === "any";
  return {
    kind: "case",
    branches: [
      {
        when: anyRow(rows, isAny ? compared : { kind: "not", operand: compared }),
        then: isAny ? TRUE : FALSE,
      },
      {
        when: anyRow(rows, { kind: "nullTest", operand: compared, negated: false }),
        then: { kind: "value", value: null },
      },
    ],
    otherwise: isAny ? FALSE : TRUE,
  };
}
