import type { ExpressionNode } from "../ast/expression.ts";
import { aliased } from "../query/model_source.ts";
import { aliasOf, type QuerySource } from "../query/source.ts";
import type { RelationDefinition } from "./definition.ts";

/** The condition that a row of the target belongs to a row of the owner, each under the name that a query gives it. */
export function relationCondition(
  { ownerColumn, targetColumn }: RelationDefinition,
  owner: QuerySource,
  target: QuerySource,
): ExpressionNode {
  return {
    kind: "comparison",
    operator: "=",
    left: target.column(targetColumn.field, "a relation").node,
    right: owner.column(ownerColumn.field, "a relation").node,
  };
}

/** The target of a relation for a subquery: under its own name, unless the owner has that name. */
export function innerSource({ target, name }: RelationDefinition, owner: QuerySource): QuerySource {
  const outer = aliasOf(owner);
  if (outer !== target.table.name) return target;
  return aliased(target, name === outer ? `${name} of ${outer}` : name);
}
