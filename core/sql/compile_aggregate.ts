import type { AggregateNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "./builder.ts";
import { writeOrder } from "./compile_order.ts";

const NAMES: { readonly [K in AggregateNode["name"]]: string } = {
  count: "count",
  sum: "sum",
  avg: "avg",
  min: "min",
  max: "max",
  groupConcat: "string_agg",
  arrayAgg: "array_agg",
  jsonAgg: "json_arrayagg",
};

/** Refuses an aggregate where there are no groups yet, or inside another one. */
export function checkAggregate({ name }: AggregateNode, { clause }: SQLBuilder): void {
  if (!Object.hasOwn(NAMES, name)) throw new QueryBuildError(`Unknown aggregate ${JSON.stringify(name)}`);
  if (clause === null || clause === "having") return;
  throw new QueryBuildError(`${name}() cannot stand in ${clause}: conditions on aggregates go into having()`);
}

/** The parts of an aggregate that a dialect may write differently. */
export interface AggregateParts {
  /** Name of the function. */
  readonly name: string;
  /** Writes what is aggregated; its expression when left out. */
  readonly operand?: () => void;
}

/** Writes an aggregate with DISTINCT, its order and its filter. */
export function writeAggregate(node: AggregateNode, builder: SQLBuilder, { name, operand }: AggregateParts): void {
  const { orderBy, filter, separator } = node;
  builder.sql += `${name}(`;
  builder.within("an aggregate", () => {
    if (node.operand === null) builder.sql += "*";
    else {
      if (node.distinct) builder.sql += "DISTINCT ";
      if (operand === undefined) builder.expression(node.operand);
      else operand();
      if (separator !== undefined) {
        builder.sql += ", ";
        builder.bindText(separator);
      }
    }
    if (orderBy !== undefined && orderBy.length > 0) {
      builder.need("aggregate.orderBy");
      builder.sql += " ";
      writeOrder(orderBy, builder);
    }
  });
  builder.sql += ")";
  if (filter === undefined) return;
  builder.sql += " FILTER (WHERE ";
  builder.within("an aggregate", () => builder.expression(filter));
  builder.sql += ")";
}

/** The same aggregate with its filter as a CASE, for databases without FILTER. */
export function filterAsCase(node: AggregateNode): AggregateNode {
  const { filter, operand } = node;
  if (filter === undefined) return node;
  const then = operand ?? { kind: "value", value: 1, type: { kind: "int" } };
  return { ...node, filter: undefined, operand: { kind: "case", branches: [{ when: filter, then }], otherwise: null } };
}

/** How standard SQL writes aggregates. */
export const aggregateExpressions: Pick<ExpressionCompilers, "aggregate"> = {
  aggregate(node, builder) {
    checkAggregate(node, builder);
    writeAggregate(node, builder, { name: NAMES[node.name] });
  },
};
