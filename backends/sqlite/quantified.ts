import type { ComparisonNode, ExpressionNode, LogicNode, QuantifiedNode } from "../../core/ast/expression.ts";
import { type QueryNode, selectFrom, type SelectItem, type SelectNode } from "../../core/ast/statement.ts";
import type { LogicalType } from "../../core/types/database_type.ts";

const ALIAS = "quantified rows";
const COLUMN = "quantified value";
const TRUE: LogicNode = { kind: "logic", operator: "and", operands: [] };
const FALSE: LogicNode = { kind: "logic", operator: "or", operands: [] };
const ONE: readonly SelectItem[] = [{ expression: { kind: "raw", parts: ["1"], nodes: [] } }];

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

/** A query of the rows of another. */
function selectOf(query: QueryNode, columns: readonly SelectItem[]): SelectNode {
  return selectFrom({ kind: "derivedTable", query, alias: ALIAS }, columns);
}

function anyRow(query: QueryNode, where: ExpressionNode): ExpressionNode {
  return { kind: "exists", query: { ...selectOf(query, ONE), where } };
}

function boundOf(query: QueryNode, name: "min" | "max", type: LogicalType | undefined): ExpressionNode {
  const operand: ExpressionNode = { kind: "column", name: COLUMN, table: ALIAS, type };
  const bound: ExpressionNode = { kind: "aggregate", name, operand, distinct: false, type };
  return { kind: "subquery", query: selectOf(query, [{ expression: bound }]), type };
}

/** Whether a comparison is true for any value, or for all where there are some, by the lowest and the highest. */
function byBounds(
  { operator, left }: ComparisonNode,
  { quantifier, query, type }: QuantifiedNode,
): ExpressionNode {
  const isAny = quantifier === "any";
  const against = (name: "min" | "max"): ExpressionNode => ({
    kind: "comparison",
    operator,
    left,
    right: boundOf(named(query), name, type),
  });
  if (operator === "=" || operator === "<>") {
    const both = { min: against("min"), max: against("max") };
    if ((operator === "=") === isAny) return { kind: "in", operand: left, items: query, negated: !isAny };
    return { kind: "logic", operator: isAny ? "or" : "and", operands: [both.min, both.max] };
  }
  const isGreater = operator === ">" || operator === ">=";
  return against(isGreater === isAny ? "min" : "max");
}

/**
 * The same for an aggregate, which cannot stand inside of another query: it is compared with the lowest and the highest of the
 * values, beside which NULLs have to be looked for.
 */
function aggregateComparison(comparison: ComparisonNode, quantified: QuantifiedNode): ExpressionNode {
  const { left } = comparison;
  const { quantifier, query, type } = quantified;
  const rows = named(query);
  const column: ExpressionNode = { kind: "column", name: COLUMN, table: ALIAS, type };
  const isAny = quantifier === "any";
  const compared = byBounds(comparison, quantified);
  const isNull = (operand: ExpressionNode): ExpressionNode => ({ kind: "nullTest", operand, negated: false });
  const isEmpty: ExpressionNode = { kind: "not", operand: anyRow(rows, TRUE) };
  const isUnknown: ExpressionNode = {
    kind: "logic",
    operator: "or",
    operands: [isNull(left), anyRow(rows, isNull(column))],
  };
  return {
    kind: "case",
    branches: [
      { when: isEmpty, then: isAny ? FALSE : TRUE },
      { when: isAny ? compared : { kind: "not", operand: compared }, then: isAny ? TRUE : FALSE },
      { when: isUnknown, then: { kind: "value", value: null } },
    ],
    otherwise: isAny ? FALSE : TRUE,
  };
}

function holdsAggregate(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("kind" in node && node.kind === "aggregate") return true;
  if ("kind" in node && (node.kind === "select" || node.kind === "compound")) return false;
  return Object.values(node).some(holdsAggregate);
}

/**
 * A comparison with ANY or ALL, which SQLite lacks, by two EXISTS: ANY is true when one comparison is, else NULL when one is
 * NULL, else false; ALL is false when one comparison is, else NULL when one is NULL, else true.
 */
export function quantifiedComparison(comparison: ComparisonNode, quantified: QuantifiedNode): ExpressionNode {
  const { operator, left } = comparison;
  const { quantifier, query, type } = quantified;
  if (holdsAggregate(left)) return aggregateComparison(comparison, quantified);
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
