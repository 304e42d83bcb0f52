import { allOf, type ExpressionNode } from "../ast/expression.ts";
import type { JoinKind } from "../ast/source.ts";
import type { SelectNode } from "../ast/statement.ts";
import { QueryBuildError, RelationError } from "../errors.ts";
import type { ModelMeta } from "../meta/model_meta.ts";
import { aliased } from "../query/model_source.ts";
import { columnsOf } from "../query/columns.ts";
import { Expression } from "../query/expression.ts";
import { addJoin } from "../query/join.ts";
import { checkedOptions } from "../query/options.ts";
import { type ComputedItem, initialState, type QueryState, selectNode } from "../query/query_state.ts";
import type { QuerySource } from "../query/source.ts";
import { innerSource, relationCondition } from "../relations/condition.ts";
import type { RelationDefinition } from "../relations/definition.ts";
import { shownName } from "../types/shown_name.ts";
import { relationNames, relationOf } from "./relation_getters.ts";

/** Refines the query of a relation: takes its state and gives the refined one. */
export type Refinement = (state: QueryState) => QueryState;

/** What can be said of a join by the name of a relation. */
export interface RelationJoinOptions<A extends string = string> {
  /** Name by which the query calls it. @default the path of the relation */
  readonly as?: A;
  /** Whether rows marked as deleted are joined too. @default {false} */
  readonly withDeleted?: boolean;
  /** Whether the default scopes of the joined models are left out, that of deleted rows included. @default {false} */
  readonly unscoped?: boolean;
}

/** The relation of a name; anything else is refused with the names there are. */
export function expectRelation(meta: ModelMeta, name: string, clause: string): RelationDefinition {
  const relation = typeof name === "string" ? relationOf(meta, name) : null;
  if (relation !== null) return relation;
  const names = relationNames(meta);
  throw new RelationError(
    `Unknown relation ${shownName(name)} in ${clause} of ${meta.model}: ${
      names.length === 0 ? "it has no relations" : `its relations are ${names.join(", ")}`
    }`,
  );
}

/** Joins the relations of a path, one after the other; those that are joined already are used. */
export function joinPath(
  state: QueryState,
  kind: JoinKind,
  path: string,
  options: RelationJoinOptions = {},
): QueryState {
  const { as, withDeleted, unscoped } = checkedOptions(
    `join of ${state.meta.model}`,
    options,
    ["as", "withDeleted", "unscoped"],
  );
  const names = path.split(".");
  let [meta, owner, result] = [state.meta, state.source, state];
  names.forEach((name, i) => {
    const relation = expectRelation(meta, name, "join");
    const isLast = i === names.length - 1;
    const alias = isLast && as !== undefined ? as : names.slice(0, i + 1).join(".");
    const there = isLast ? undefined : result.joined.get(alias);
    const source = there ?? aliased(relation.target, alias);
    if (there === undefined) {
      const on = relationCondition(relation, owner, source);
      result = addJoin(result, { kind, name: alias, placed: { source, ctes: [] }, on, withDeleted, unscoped });
    }
    [meta, owner] = [relation.target, source];
  });
  return result;
}

const ONE = [{ expression: { kind: "raw", parts: ["1"], nodes: [] } }] as const;

/** The rows of a relation that belong to a row of the owner, refined. */
function belonging(relation: RelationDefinition, owner: QuerySource, refine: Refinement | null): QueryState {
  const source = innerSource(relation, owner);
  const state = initialState(relation.target, source);
  const refined = refine === null ? state : refine(state);
  return { ...refined, where: allOf([relationCondition(relation, owner, source), refined.where]) };
}

/** Whether a row has rows behind a path of relations. */
export function hasNode(
  meta: ModelMeta,
  owner: QuerySource,
  path: string,
  refine: Refinement | null,
): ExpressionNode {
  const [name, ...rest] = typeof path === "string" ? path.split(".") : [path]; // of code without types
  const relation = expectRelation(meta, name!, "whereHas"); // a split text has a first part
  const further = rest.join(".");
  const state = belonging(
    relation,
    owner,
    further === "" ? refine : (inner) => ({ ...inner, where: hasNode(relation.target, inner.source, further, refine) }),
  );
  return { kind: "exists", query: selectNode({ ...state, orderBy: [] }, ONE) };
}

/** One value about the rows of a relation, as a subquery. */
export function aggregateItem(
  { meta, source, computed }: QueryState,
  name: string,
  relation: RelationDefinition,
  { refine, make }: { readonly refine: Refinement | null; readonly make: (columns: never) => Expression<unknown> },
): ComputedItem {
  if (typeof name !== "string") {
    throw new QueryBuildError(`Invalid name in withAggregate of ${meta.model}: expected a text`);
  }
  if (typeof make !== "function") {
    throw new QueryBuildError(`withAggregate of ${meta.model} needs a callback that gives an aggregate`);
  }
  const taken = computed.some((item) => item.name === name) || meta.fields.has(name) || name in meta.host.prototype;
  if (name === "" || taken) {
    throw new QueryBuildError(
      `Cannot put an aggregate on ${meta.model} as ${
        JSON.stringify(name)
      }: the name is empty or taken, give it another`,
    );
  }
  const state = belonging(relation, source, refine);
  const value: unknown = make(columnsOf(state.source) as never); // typed where it is taken
  if (!(value instanceof Expression)) {
    throw new QueryBuildError(`The callback in withAggregate of ${meta.model} must return an expression`);
  }
  return {
    name,
    expression: { kind: "subquery", query: aggregated(state, value), type: value.type },
    type: value.type,
  };
}

/** The value over the rows of a query, within its limit. */
function aggregated(state: QueryState, { node }: Expression<unknown>): SelectNode {
  if (state.limit === null && state.offset === null && !state.distinct) {
    return selectNode({ ...state, orderBy: [] }, [{ expression: node }]);
  }
  throw new QueryBuildError(
    `An aggregate of ${state.meta.model} counts every row of its relation: leave limit(), offset() and distinct() out`,
  );
}
