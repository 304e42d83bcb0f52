import type { ExpressionNode, GroupingNode } from "../ast/expression.ts";
import { QueryBuildError } from "../errors.ts";
import { Expression } from "./expression.ts";

/** Several groupings at once, made by `rollup()`, `cube()` or `groupingSets()`. */
export class GroupingTerm {
  /** The groupings as data. */
  readonly node: GroupingNode;
  /** Use `rollup()`, `cube()` or `groupingSets()`. */
  constructor(node: GroupingNode) {
    this.node = node;
  }
}

/** Several groupings at once. */
export type Grouping = GroupingTerm;

/** An expression, or several that stay together. */
export type GroupingTerms = Expression<unknown> | readonly Expression<unknown>[];

function grouping(mode: GroupingNode["mode"], terms: readonly GroupingTerms[]): GroupingTerm {
  if (terms.length === 0) throw new QueryBuildError(`Empty ${mode} in groupBy(): expected expressions`);
  const sets = terms.map((term): readonly ExpressionNode[] =>
    (Array.isArray(term) ? term : [term]).map((expression) => {
      if (expression instanceof Expression) return expression.node;
      throw new QueryBuildError(`Invalid term of ${mode} in groupBy(): expected expressions`);
    })
  );
  return new GroupingTerm({ kind: "grouping", mode, sets });
}

/** Groups by all terms, by all but the last, and so on to the total. Needs the capability `rollup`. */
export function rollup(...terms: readonly GroupingTerms[]): Grouping {
  return grouping("rollup", terms);
}

/** Groups by every selection of the terms. Needs the capability `cube`. */
export function cube(...terms: readonly GroupingTerms[]): Grouping {
  return grouping("cube", terms);
}

/** Groups by each of the given lists; an empty list gives the total. Needs the capability `groupingSets`. */
export function groupingSets(...sets: readonly (readonly Expression<unknown>[])[]): Grouping {
  return grouping("sets", sets);
}
