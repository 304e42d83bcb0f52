import type { ExpressionNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import type { ExpressionCompilers, SQLBuilder } from "./builder.ts";

function writeSets(sets: readonly (readonly ExpressionNode[])[], builder: SQLBuilder): void {
  sets.forEach((set, i) => {
    if (i > 0) builder.sql += ", ";
    if (set.length === 1) return builder.expression(set[0]!);
    builder.sql += "(";
    builder.list(set);
    builder.sql += ")";
  });
}

const MODES = { sets: "GROUPING SETS (", rollup: "ROLLUP (", cube: "CUBE (" } as const;
const QUANTIFIERS = { any: "ANY (", all: "ALL (" } as const;

/** How standard SQL writes CASE, CAST and what stands beside comparisons and in GROUP BY. */
export const valueExpressions: Pick<
  ExpressionCompilers,
  "case" | "cast" | "collate" | "tuple" | "distinctFrom" | "quantified" | "grouping"
> = {
  case(node, builder) {
    if (node.branches.length === 0) throw new QueryBuildError("A case needs at least one branch");
    builder.sql += "CASE";
    for (const { when, then } of node.branches) {
      builder.sql += " WHEN ";
      builder.expression(when);
      builder.sql += " THEN ";
      builder.expression(then);
    }
    if (node.otherwise !== null) {
      builder.sql += " ELSE ";
      builder.expression(node.otherwise);
    }
    builder.sql += " END";
  },
  cast(node, builder) {
    builder.sql += "CAST(";
    builder.expression(node.operand);
    builder.sql += ` AS ${builder.dialect.castType(node.type)})`;
  },
  collate(node, builder) {
    builder.operand(node.operand);
    builder.sql += ` COLLATE ${builder.dialect.quoteIdentifier(node.collation)}`;
  },
  tuple(node, builder) {
    if (node.items.length < 2) throw new QueryBuildError("A tuple needs at least two values");
    builder.sql += "(";
    builder.list(node.items);
    builder.sql += ")";
  },
  distinctFrom(node, builder) {
    builder.need("distinctFrom");
    builder.operand(node.left);
    builder.sql += node.negated ? " IS NOT DISTINCT FROM " : " IS DISTINCT FROM ";
    builder.operand(node.right);
  },
  quantified(node, builder) {
    builder.sql += QUANTIFIERS[node.quantifier];
    builder.statement(node.query);
    builder.sql += ")";
  },
  grouping(node, builder) {
    if (builder.clause !== "group by") throw new QueryBuildError("Grouping sets can only stand in groupBy()");
    builder.need(node.mode === "sets" ? "groupingSets" : node.mode === "rollup" ? "rollup" : "cube");
    builder.sql += MODES[node.mode];
    writeSets(node.sets, builder);
    builder.sql += ")";
  },
};
